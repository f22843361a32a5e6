from datetime import date

import pytest

from archiver.citations import find_citations_in_text
from evidence_store.records import CitationKind

LOST = ["A Syrian blogger had reports of even more troops killed:",
        ("Michael Horowitz, an analyst at the Levantine Group, suggests that the Russians may have intercepted rebel "
        "communications in order to target Zimo:"),
        ("One target struck in Teir Maaleh was a mosque, which was reportedly housing internally displaced people "
        "(IDPs):"),
        "Here Kataib Thuwar al-Sham fighters are using US-supplied TOW missiles near Wudehi, south of Aleppo city:"]
MENTIONED = [("Reuters", "Reuters reported today, citing a pro-government source, that 3 Russian soldiers were killed"),
             ("Reuters", "As Reuters reported: Rami Abdulrahman"),
             ("Rami Abdulrahman (Reuters)", "Rami Abdulrahman, head of the Syrian Observatory for Human Rights"),
             ("TASS", ("TASS reported that the Russian ambassador in Syria said (translation by The Interpreter): “We "
                      "do not have any information")),
             ("Syrian Local Coordination Committees (LCC)", ("The Syrian Local Coordination Committees (LCC) report "
                                                            "that 57 people were killed yesterday")),
             ("Reuters", "Reuters cites a Syrian Observatory for Human Rights report that claims 45 were killed"),
             ("LCC", "The LCC reported 4 air strikes on Teir Maaleh"),
             ("LCC", "Meanwhile the combined Russian, Syrian regime and Iranian offensive")]


@pytest.fixture(scope="module")
def seed(shared):
    return (shared / "seed" / "live-blog.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def citations(seed):
    return find_citations_in_text(seed, article_date=date(2015, 10, 20))


def test_exactly_the_four_announcements_that_nothing_keeps_are_lost_embeds(citations):
    assert [citation.context for citation in citations if citation.kind is CitationKind.LOST_EMBED] == LOST


def test_exactly_the_reported_statements_of_named_sources_are_mentions(citations):
    found = [(citation.source, citation.context) for citation in citations if citation.kind is CitationKind.MENTION]
    assert [source for source, _ in found] == [source for source, _ in MENTIONED]
    assert all(context.startswith(begins) for (_, context), (_, begins) in zip(found, MENTIONED, strict=True))


def test_the_caption_whose_picture_is_gone_is_a_photo_with_its_credit(citations):
    photo = next(citation for citation in citations if citation.kind is CitationKind.PHOTO)
    assert (photo.credit, photo.claimed_place, photo.claimed_time, photo.url) == ("LCC", "Sarmin", "2015-10-20", "")


def test_times_and_places_are_those_the_sentences_state(citations):
    stated = {citation.offset: (citation.claimed_time, citation.claimed_place) for citation in citations}
    assert sorted(stated.values())[-1:] == [("2015-10-20", "Sarmin")]
    assert ("2015-10-19", "Latakia; Bisharfah") in stated.values()
    assert ("", "Wudehi, south of Aleppo city") in stated.values()
    assert any(place.endswith("Sarmin, Idlib province") for _, place in stated.values())


def test_without_the_articles_date_relative_times_stay_open(seed):
    assert not any(citation.claimed_time for citation in find_citations_in_text(seed))


def test_an_offset_is_where_the_text_has_the_sentence(seed, citations):
    for citation in citations:
        first_word = citation.context.split()[0]
        assert seed[citation.offset:citation.offset + len(first_word)] == first_word
