"""What a page asks for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.capture.requisites import (
    MAX_REQUISITES,
    Requisite,
    Role,
    best_of_srcset,
    find_css_requisites,
    find_requisites,
)

BASE = "https://news.example/live/index.html"

CASES = [
    ("style sheet", '<link rel="stylesheet" href="/s.css">', Role.STYLE, "https://news.example/s.css"),
    ("script", '<script src="a.js"></script>', Role.SCRIPT, "https://news.example/live/a.js"),
    ("image", '<img src="../p.jpg#frag">', Role.IMAGE, "https://news.example/p.jpg"),
    ("lazy image", '<img data-src="p.jpg">', Role.IMAGE, "https://news.example/live/p.jpg"),
    (
        "best of a srcset",
        '<img srcset="s.jpg 400w, l.jpg 1600w, m.jpg 800w">',
        Role.IMAGE,
        "https://news.example/live/l.jpg",
    ),
    (
        "picture source",
        '<picture><source srcset="x.webp 2x"></picture>',
        Role.IMAGE,
        "https://news.example/live/x.webp",
    ),
    (
        "image for readers without scripts",
        '<noscript><img src="n.jpg"></noscript>',
        Role.IMAGE,
        "https://news.example/live/n.jpg",
    ),
    ("poster", '<video poster="p.jpg"></video>', Role.IMAGE, "https://news.example/live/p.jpg"),
    ("video", '<video src="v.mp4"></video>', Role.MEDIA, "https://news.example/live/v.mp4"),
    ("video source", '<video><source src="//cdn.example/v.m3u8"></video>', Role.MEDIA, "https://cdn.example/v.m3u8"),
    ("frame", '<iframe src="https://player.example/1"></iframe>', Role.FRAME, "https://player.example/1"),
    ("lazy frame", '<iframe data-src="https://player.example/2"></iframe>', Role.FRAME, "https://player.example/2"),
    ("object", '<object data="o.pdf"></object>', Role.MEDIA, "https://news.example/live/o.pdf"),
    (
        "under another base",
        '<base href="https://cdn.example/x/"><img src="i.png">',
        Role.IMAGE,
        "https://cdn.example/x/i.png",
    ),
]


@pytest.mark.parametrize(("html", "role", "url"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_page_asks_for_its(html: str, role: Role, url: str) -> None:
    assert Requisite(url=url, role=role) in find_requisites(f"<html><body>{html}</body></html>", BASE)


@pytest.mark.parametrize(
    "html",
    [
        '<img src="data:image/png;base64,AAAA">',
        '<a href="https://other.example/">no resource</a>',
        '<iframe src="javascript:alert(1)"></iframe>',
        '<img src="http://[broken/">',
        "",
        "\x00\x01",
        "<!-- -->",
    ],
)
def test_what_is_no_web_resource_is_not_asked_for(html: str) -> None:
    assert find_requisites(html, BASE) == ()


def test_the_list_is_bounded_and_has_no_repeats() -> None:
    html = "".join(f'<img src="{number % 1000}.jpg">' for number in range(5000))
    found = find_requisites(html, BASE)
    assert len(found) == MAX_REQUISITES == len({wanted.url for wanted in found})


@pytest.mark.parametrize(
    ("srcset", "best"),
    [
        ("a.jpg", "a.jpg"),
        ("a.jpg 1x, b.jpg 2x", "b.jpg"),
        ("a.jpg 400w,b.jpg 1200w", "b.jpg"),
        ("", ""),
        (" , ,", ""),
        ("data:image/png;base64,AA== 1x, b.jpg 3x", "b.jpg"),
    ],
)
def test_the_best_of_a_srcset(srcset: str, best: str) -> None:
    assert best_of_srcset(srcset) == best


def test_style_sheets_ask_for_images_fonts_and_sheets() -> None:
    css = "@import 'more.css'; .a{background:url(\"bg.png\")} @font-face{src:url(f.woff2)} .b{background:url(data:,x)}"
    assert {wanted.url.rsplit("/", 1)[1] for wanted in find_css_requisites(css, BASE)} == {
        "more.css",
        "bg.png",
        "f.woff2",
    }


@given(st.text(max_size=300))
def test_no_text_breaks_it(html: str) -> None:
    for wanted in find_requisites(html, BASE):
        assert wanted.url.startswith(("http://", "https://"))
