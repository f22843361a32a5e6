import pytest

from archiver.citations import find_citations_in_text
from evidence_store.records import CitationKind


def test_a_link_keeps_its_words_its_sentence_its_place_and_time(cited):
    found = cited("<p>It was quiet before. Yesterday <a href='https://wire.example/45?utm_source=desk'>45 people "
                  "died</a> in the village of Bishara. It is quiet now.</p>")
    assert len(found) == 1
    assert found[0].anchor == "45 people died"
    assert found[0].context == "Yesterday 45 people died in the village of Bishara."
    assert (found[0].url, found[0].identity) == ("https://wire.example/45?utm_source=desk", "https://wire.example/45")
    assert (found[0].claimed_time, found[0].claimed_place, found[0].embedded) == ("2015-10-19", "Bishara", False)


@pytest.mark.parametrize(("href", "kind", "platform"), [
    ("https://wire.example/45", CitationKind.ARTICLE, ""),
    ("/files/toll.pdf", CitationKind.DOCUMENT, ""),
    ("/files/toll.xlsx?x=1", CitationKind.DOCUMENT, ""),
    ("../photos/school.JPG", CitationKind.PHOTO, ""),
    ("https://media.example/tow.mp4", CitationKind.VIDEO, ""),
    ("https://twitter.com/a/status/656411002712345678", CitationKind.POST, "x"),
    ("https://t.me/s/valley/22", CitationKind.POST, "telegram"),
    ("https://www.facebook.com/permalink.php?story_fbid=1&id=2", CitationKind.POST, "facebook"),
    ("https://fb.watch/abc/", CitationKind.VIDEO, "facebook"),
    ("https://youtu.be/Ab_9-cdEfgH", CitationKind.VIDEO, "youtube"),
    ("https://circle.example/groups/division/posts/77120", CitationKind.POST, ""),
    ("https://t.co/AbCd", CitationKind.ARTICLE, ""),
    ("http://short.example/m45", CitationKind.ARTICLE, ""),
    ("relative/page.html", CitationKind.ARTICLE, ""),
])
def test_the_kind_of_what_is_linked_is_read_from_its_address(cited, href, kind, platform):
    found = cited(f"<p>The council says more about it in <a href='{href}'>what it published</a> on that day.</p>")
    assert [(citation.kind, citation.platform) for citation in found] == [(kind, platform)]


@pytest.mark.parametrize(("written", "url"), [
    ("https://plain.example/list.", "https://plain.example/list"),
    ("(https://plain.example/list)", "https://plain.example/list"),
    ("https://plain.example/list_(2015), and", "https://plain.example/list_(2015)"),
    ("www.plain.example/a?b=1;", "https://www.plain.example/a?b=1"),
    ("t.me/valley/22!", "https://t.me/valley/22"),
    ("“http://plain.example/”", "http://plain.example/"),
])
def test_an_address_written_out_in_a_sentence_is_a_citation(cited, written, url):
    assert [
        citation.url for citation in cited(f"<p>The whole list stands at {written} for everybody to read.</p>")
    ] == [url]
    assert [citation.url for citation in find_citations_in_text(f"The whole list stands at {written} for everybody to "
                                                                f"read.")] == [url]


def test_an_address_that_is_its_own_link_text_is_cited_once(cited):
    assert (
        len(cited("<p>The list: <a href='https://plain.example/list'>https://plain.example/list</a> is long.</p>")) == 1
    )


def test_a_profile_within_a_sentence_is_a_citation(cited):
    assert len(cited("<p>The brigade announced the loss of the hill on its <a href='https://t.me/thuwar_brigade'>own "
                     "channel</a> last night.</p>")) == 1


def test_a_list_of_documents_is_cited_whole(cited):
    items = "".join(f"<li><a href='/files/{name}.pdf'>{name}</a></li>" for name in ("toll", "map", "names", "raids"))
    assert len(cited(f"<p>The council published four papers:</p><ul>{items}</ul>")) == 4


def test_base_and_protocol_relative_addresses_resolve_as_in_a_browser(cited):
    from archiver.citations import find_citations

    page = ("<html><head><base href='https://cdn.example/x/'></head><body><article><p>The council published <a "
            "href='toll.html'>its register</a> "
            "and <a href='//wire.example/45'>the agency another</a> on that day.</p></article></body></html>")
    assert [citation.url for citation in find_citations(page, "https://desk.example/a")] == [
        "https://cdn.example/x/toll.html",
        "https://wire.example/45",
    ]
