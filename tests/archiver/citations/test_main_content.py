import pytest

from archiver.citations import find_citations
from evidence_store.records import CitationKind

BASE = "https://desk.example/live/2015/10/20/valley"
PROSE = ("Shelling went on through the night in the eastern part of the valley, and the road to the coast was closed "
         "until morning.")
CITED = f"<p>{PROSE} The toll is <a href='https://lcc.example/toll'>57 names</a> long.</p>"


def urls(page: str) -> list[str]:
    return [citation.url for citation in find_citations(page, BASE) if citation.url]


@pytest.mark.parametrize("furniture", [
    "<div><a href='/'>Home</a> <a href='/world'>World</a> <a href='https://other.example/sports'>Sports</a></div>",
    "<p><a href='/live/next'>Next page</a></p>",
    "<nav><a href='https://other.example/world'>World</a></nav>",
    ("<footer><p>All of this was written by people whose words are on <a href='https://other.example/about'>another "
    "page</a>.</p></footer>"),
    "<div role='navigation'><a href='https://other.example/a'>A</a></div>",
    "<div class='share-bar'><a href='https://other.example/intent?u=1'>Share</a></div>",
    f"<div class='related-stories'><p>{PROSE} <a href='https://other.example/r'>More of it</a></p></div>",
    f"<section id='comments'><p>{PROSE} <a href='https://rumours.example/t'>this thread</a></p></section>",
    "<div class='newsletter'><a href='https://letters.example/join'>The morning letter</a></div>",
    "<aside><h3>Most read</h3><a href='https://other.example/m'>What is the division?</a></aside>",
    ("<div class='sidebar'><img src='https://other.example/large.jpg' width='600' height='400'><a "
    "href='https://other.example/s'>A story</a></div>"),
    ("<div class='author-bio'><p>Ilse writes about the valley. <a href='https://other.example/ilse'>More of "
    "her</a></p></div>"),
    "<form action='/s'><label>Search <a href='https://other.example/help'>help</a></label></form>",
    "<h3>Related</h3><ul><li><a href='/a/one'>One</a></li><li><a href='/a/two'>Two</a></li></ul>",
    ("<ul><li><a href='/a/one'>One story</a></li><li><a href='/a/two'>Two stories</a></li><li><a href='/a/three'>Three "
    "stories</a></li></ul>"),
    "<p>Follow us on <a href='https://twitter.com/desk'>Twitter</a></p>",
    ("<p><a href='https://www.facebook.com/sharer.php?u=x'>Facebook</a> <a "
    "href='https://twitter.com/intent/tweet?url=x'>Tweet</a></p>"),
    "<p>By <a href='/people/ilse'>Ilse Varga</a></p>",
    "<p>Topics: <a href='/topics/valley'>Valley</a> <a href='/tag/war' rel='tag'>War</a></p>",
    "<p><strong>Read more:</strong> <a href='/a/one'>One story of many</a></p>",
    ("<p><a href='#top'>Back to top</a> <a href='/live/2015/10/20/valley#e1'>09:05</a> <a "
    "href='javascript:void(0)'>x</a></p>"),
    "<h2><a href='/live/entries/3'>11:30 Who died in Bishara</a></h2>",
])
@pytest.mark.parametrize("place", ["inside", "outside"])
def test_furniture_is_no_citation_inside_the_article_or_beside_it(furniture, place):
    inside, outside = (furniture, "") if place == "inside" else ("", furniture)
    page = (
        f"<html><body>{outside}<main><article><h1>Valley live</h1>{CITED}{inside}{CITED}</article></main></body></html>"
    )
    assert urls(page) == ["https://lcc.example/toll"]


def test_the_header_of_the_page_is_furniture_and_the_header_of_the_article_is_not():
    logo = "<header><a href='/'><img src='/top.png' width='300' height='80'></a><a href='https://other.example/shop'>Shop</a></header>"
    lead = "<header><h1>Valley live</h1><img src='/lead.jpg'></header>"
    page = f"<html><body>{logo}<article>{lead}{CITED}</article></body></html>"
    assert urls(page) == ["https://desk.example/lead.jpg", "https://lcc.example/toll"]


def test_every_entry_of_a_live_blog_counts_even_when_one_holds_most_of_the_text():
    entries = "".join(f"<div class='entry'><p>{PROSE * times} See <a href='https://wire.example/{number}'>the "
                      f"report</a>.</p></div>"
                      for number, times in enumerate([1, 30, 1, 1]))
    page = f"<html><body><div id='page'><h1>Live</h1><div class='entries'>{entries}</div></div></body></html>"
    assert urls(page) == [f"https://wire.example/{number}" for number in range(4)]


def test_entries_that_are_articles_of_their_own_all_count():
    entries = "".join(
        f"<article><p>{PROSE} See <a href='https://wire.example/{number}'>the report</a>.</p></article>"
        for number in range(3)
    )
    page = f"<html><body><main>{entries}</main></body></html>"
    assert urls(page) == [f"https://wire.example/{number}" for number in range(3)]


def test_an_element_misnamed_as_furniture_that_holds_the_article_is_the_article():
    page = f"<html><body><div class='sidebar__main' id='nav_menu-7'><h1>Valley</h1>{CITED * 3}</div></body></html>"
    assert urls(page) == ["https://lcc.example/toll"]


def test_a_post_embedded_beside_the_text_is_found_and_the_links_there_are_not():
    aside = ("<aside><a href='/a/one'>One story</a><blockquote class='twitter-tweet'><a "
             "href='https://twitter.com/a/status/656411002712345678'>20 Oct</a>"
             "</blockquote></aside>")
    page = f"<html><body><article><h1>Valley</h1>{CITED}{aside}{CITED}</article></body></html>"
    assert urls(page) == ["https://lcc.example/toll", "https://twitter.com/a/status/656411002712345678"]


def test_a_page_without_any_mark_up_of_its_parts_is_read_whole():
    assert urls(f"<p>{PROSE}</p><p>See <a href='reports/1.pdf'>the report</a> and https://plain.example/list.</p>") == [
        "https://desk.example/live/2015/10/20/reports/1.pdf", "https://plain.example/list"]


@pytest.mark.parametrize(
    "opening",
    [
        "<!doctype html><meta charset=utf-8><title>Valley</title><main>",
        "<title>Valley</title><article>",
        "<section>",
        "<head><title>V</title><main>",
    ],
)
def test_a_page_that_leaves_out_head_and_body_tags_is_read(opening):
    assert urls(f"{opening}<h1>Valley</h1>{CITED}") == ["https://lcc.example/toll"]


def test_paragraphs_parted_by_line_breaks_are_paragraphs():
    found = find_citations(f"<div>{PROSE}<br><br>A blogger had a longer list of names:<br><br>{PROSE}</div>", BASE)
    assert [(citation.kind, citation.context) for citation in found] == [
        (CitationKind.LOST_EMBED, "A blogger had a longer list of names:")
    ]
