import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archiver.citations import find_citations, find_citations_in_text, main_content
from evidence_store.errors import LimitExceeded

BASE = "https://desk.example/a"
LINK = "<p>The council has published <a href='https://lcc.example/toll'>a register of names</a> on that day.</p>"


@pytest.mark.parametrize(
    "page",
    [
        "",
        " ",
        "\x00",
        "<",
        "<!doctype html>",
        "plain words",
        "<html>",
        "<body></body>",
        "<a href='https://lcc.example/toll'>",
        b"\xff\xfe",
        b"\xff\xfe\x00\x00",
        b"\x80\x81\x82",
        "<![CDATA[",
        "<?xml version='1.0'?>",
        "<frameset><frame src='https://lcc.example/x'></frameset>",
        "<p>\ud800</p>",
        "<svg><a href='https://lcc.example/toll'>x</a></svg>",
        "<math><mi><a href=x>",
        "<table><p><td><a href='http://[x'>x",
        "<meta charset='no-such'>é".encode("latin-1"),
        "<iframe srcdoc='" + "&lt;iframe srcdoc=x&gt;" * 50 + "'></iframe>",
        "<img srcset='" + "a 1x," * 5000 + "'>",
    ],
)
def test_no_page_however_broken_makes_it_fail(page):
    assert isinstance(find_citations(page, BASE), tuple)
    assert isinstance(find_citations(page, ""), tuple)


@pytest.mark.parametrize(
    "tag",
    [
        "div",
        "span",
        "blockquote",
        "font",
        "ul><li",
        "table><tr><td",
        "a href='x'",
        "noscript",
        "figure",
        "twitter-widget",
    ],
)
def test_a_page_nested_deeper_than_any_parser_goes_is_read(tag):
    assert isinstance(find_citations(f"<article>{LINK}" + f"<{tag}>" * 5_000, BASE), tuple)


@pytest.mark.parametrize(
    "repeated",
    [
        LINK,
        "<a href='/x/%d'>word</a> ",
        "<img src='/p%d.jpg'>",
        "<p>As Reuters reported:</p>",
        "<div class='embed' data-src='x'></div>",
        "x" * 80,
        "<b><i>",
        "&amp;",
        "https://a.example/%d ",
        "“ Reuters reported that",
        "A B C D E F G H ",
        "in A, ",
        "word: ",
        "(AP (AP (AP ",
        "<br><br>",
        "<!-- x -->",
        "<blockquote>",
    ],
)
def test_a_page_of_one_thing_repeated_without_end_is_read(repeated):
    page = "".join(repeated.replace("%d", str(number)) for number in range(50_000 // len(repeated)))
    assert isinstance(find_citations(f"<article>{page}</article>", BASE), tuple)
    assert isinstance(find_citations_in_text(page), tuple)


def test_a_page_above_the_limit_is_refused_by_name(monkeypatch):
    monkeypatch.setattr(main_content, "MAX_HTML", 1000)
    with pytest.raises(LimitExceeded, match="1,001 bytes"):
        find_citations("x" * 1001, BASE)


def test_the_same_page_gives_the_same_citations_in_the_same_order():
    page = f"<article>{LINK}" + "".join(f"<p>Seen at <a href='https://n{number}.example/'>place {number}</a> before "
                                        f"noon.</p>" for number in range(50)) + "</article>"
    assert find_citations(page, BASE) == find_citations(page.encode(), BASE)
    assert [citation.offset for citation in find_citations(page, BASE)] == sorted(
        citation.offset for citation in find_citations(page, BASE)
    )


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [("utf-8", ""), ("utf-8", "utf-8"), ("windows-1251", "windows-1251"), ("koi8-r", "koi8-r"), ("utf-16", "")],
)
def test_the_declared_or_evident_encoding_is_used(encoding, declared):
    link = "<a href='https://lcc.example/toll'>местный совет</a>"
    page = f"<meta charset='{declared}'><article><p>Вчера об этом написал {link} на своей странице.</p></article>"
    assert [citation.anchor for citation in find_citations(page.encode(encoding), BASE)] == ["местный совет"]


_FRAGMENTS = st.sampled_from(
    [
        "<p>",
        "</p>",
        "<div class='",
        "embed'>",
        "<blockquote class='twitter-tweet'>",
        "</blockquote>",
        "<a href='",
        "https://x.com/a/status/1234567",
        "'>",
        "</a>",
        "<iframe src='",
        "//[",
        "<figure>",
        "<figcaption>",
        "Photo: ",
        "<img srcset='",
        " 2x, ",
        "<video>",
        "<source src=x.mp4>",
        "As Reuters reported:",
        "\x00",
        "&#0;",
        "&#xD800;",
        "<!--",
        "-->",
        "<script>",
        "</script>",
        "data-src=",
        "\u202e",
        "<noscript>",
        "<template>",
    ]
)


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=150)
@given(st.lists(_FRAGMENTS | st.text(max_size=12), max_size=60))
def test_any_mixture_of_markup_is_survived(pieces):
    find_citations("".join(pieces), BASE)
