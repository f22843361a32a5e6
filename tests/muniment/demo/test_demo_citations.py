"""The live blog makes exactly the citations that the expectations list, in that order."""

from datetime import date
from importlib.resources import files

from archiver.citations import find_citations
from muniment.demo.expected import ARTICLE_URL, EXPECTATIONS


def article() -> bytes:
    return files("muniment.demo").joinpath("site", "liveblog", "article.html").read_bytes()


def test_the_article_cites_what_is_expected_and_no_noise_around_it():
    found = find_citations(article(), ARTICLE_URL, article_date=date(2015, 10, 20))
    assert [(one.kind, one.url) for one in found] == [(row.kind, row.url) for row in EXPECTATIONS]


def test_every_row_of_the_expectations_shows_another_case():
    assert len({row.why for row in EXPECTATIONS if row.url}) >= len(EXPECTATIONS) - 3


def test_the_numbers_contradict_each_other_on_purpose():
    text = article().decode()
    assert "57 people were killed" in text
    assert "45 people killed" in text
