import re
from pathlib import Path

import pytest

from evidence_store.records import CitationKind

POST, VIDEO, ARTICLE = CitationKind.POST, CitationKind.VIDEO, CitationKind.ARTICLE
X = "https://x.com/i/status/656411002712345678"
YOUTUBE = "https://www.youtube.com/watch?v=Ab_9-cdEfgH"

_SECTION = re.compile(r"<!-- (\w+) \| (\S+) \| ([^|]+) -->\n(.*?)\n(?=\n|\Z)", re.DOTALL)
VARIANTS = {name: (CitationKind(kind), identity, markup) for kind, identity, name, markup in
            _SECTION.findall(Path(__file__).with_name("embed_variants.html").read_text(encoding="utf-8"))}


def test_the_variants_are_all_read():
    assert len(VARIANTS) == 47


@pytest.mark.parametrize("variant", VARIANTS)
def test_each_state_of_an_embed_is_found_once_as_shown_in_the_article(cited, variant):
    kind, identity, markup = VARIANTS[variant]
    assert [(citation.kind, citation.identity, citation.embedded) for citation in cited(markup)] == [
        (kind, identity, True)
    ]


def test_a_post_is_introduced_by_the_sentence_before_it_and_quotes_itself_as_anchor(cited):
    found = cited("<p>Four raids hit Tell Maalun today. The council put it so:</p>" + VARIANTS["x as pasted"][2])
    assert found[0].context == "The council put it so:"
    assert found[0].anchor.startswith("Hit again")


def test_a_quotation_of_words_with_a_link_to_its_source_is_no_post(cited):
    found = cited("<blockquote><p>“We saw it fall,” she told <a href='https://paper.example/a/1234'>the "
                  "paper</a>.</p></blockquote>")
    assert [(citation.kind, citation.embedded) for citation in found] == [(ARTICLE, False)]


def test_the_sources_of_a_video_are_alternatives_with_the_largest_first(cited):
    found = cited("<video><source src='/v/360.mp4' res='360'><source src='/v/1080.mp4' res='1080'></video>")
    assert found[0].url == "https://desk.example/v/1080.mp4"
    assert found[0].alternatives == ("https://desk.example/v/360.mp4",)


@pytest.mark.parametrize(
    "markup",
    [
        "<iframe src='https://www.googletagmanager.com/ns.html?id=GTM-1' height='0' width='0'></iframe>",
        "<iframe src='https://ads.example/ads/frame.html'></iframe>",
        "<iframe src='https://www.facebook.com/plugins/like.php?href=https%3A%2F%2Fdesk.example'></iframe>",
        "<iframe src='https://widgets.example/x' width='1' height='1'></iframe>",
        "<iframe src='about:blank'></iframe>",
        "<iframe></iframe>",
        "<video src='blob:https://desk.example/1'></video>",
        "<audio src='#'></audio>",
        "<div class='share' data-url='https://desk.example/live/2015/10/20/valley'></div>",
        '<script>var config = {"api": "https://api.desk.example/v1"};</script>',
        '<script type=\'application/ld+json\'>{"url": "https://desk.example/other"}</script>',
    ],
)
def test_counters_buttons_and_empty_frames_are_no_citations(cited, markup):
    assert cited(markup) == ()


def test_a_link_written_by_a_script_of_the_article_is_a_citation(cited):
    found = cited("<p>The list: <span id='l'></span></p><script>document.getElementById('l').innerHTML = '<a "
                  "href=\"https://notes.example/list\">here</a>';</script>")
    assert [citation.url for citation in found] == ["https://notes.example/list"]


def test_one_video_embedded_and_linked_is_one_citation(cited):
    found = cited(
        "<p>See <a href='https://youtu.be/Ab_9-cdEfgH'>the film</a> itself.</p>" + VARIANTS["youtube frame"][2]
    )
    assert [(citation.identity, citation.embedded) for citation in found] == [(YOUTUBE, True)]
