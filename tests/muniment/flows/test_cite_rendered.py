"""Citations that only scripts put into a page."""

import pytest

from archiver.citations import find_citations
from evidence_store.records import Citation, CitationKind
from muniment.flows.cite import made_by_scripts

PAGE = "<html><body><article><p>{}</p></article></body></html>"
WORDS = "The council wrote that the market was hit twice, and that the clinic beside it stood empty. " * 3


def citation(url: str, *alternatives: str) -> Citation:
    return Citation(kind=CitationKind.PHOTO, url=url, alternatives=alternatives)


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (citation("https://a.example/late"), True),
        (citation("https://a.example/p.jpg"), False),
        (citation("https://a.example/p.jpg?utm_source=x#top"), False),
        (citation("https://a.example/p-small.jpg"), False),
        (citation("https://a.example/p-other.jpg", "https://a.example/p.jpg"), False),
        (Citation(kind=CitationKind.MENTION, source="LCC"), False),
    ],
    ids=[
        "new",
        "cited by the page",
        "the same with tracking",
        "another size that the page offers",
        "the page's is another size of it",
        "no address",
    ],
)
def test_what_scripts_add_is_what_the_page_does_not_cite(shown: Citation, expected: bool) -> None:
    cited = (citation("https://a.example/p.jpg", "https://a.example/p-small.jpg"),)
    assert bool(made_by_scripts((shown,), besides=cited)) is expected


def test_a_late_link_is_found_beside_those_of_the_page() -> None:
    first = '<a href="/one">a resident wrote</a> ' + WORDS
    raw = find_citations(PAGE.format(first), "https://a.example/live")
    rendered = find_citations(
        PAGE.format(first + '<a href="/late">the office said later</a>'), "https://a.example/live"
    )
    assert [one.url for one in raw] == ["https://a.example/one"]
    assert [one.url for one in made_by_scripts(rendered, besides=raw)] == ["https://a.example/late"]
