"""Saved pages of other people: what they embed, counted by selectors that share nothing with the finder."""

import gzip
import re
from pathlib import Path
from urllib.parse import urljoin

import pytest
from lxml.html import HtmlElement, document_fromstring

from archiver.citations import LoadedArticle, load_article, normalise_url
from evidence_store.records import CitationKind

# A container that holds the headline is no furniture, whatever broken nesting made of it
FURNITURE = " | ".join(
    f"ancestor-or-self::*[{test}][not(.//h1)]"
    for test in (
        "self::nav",
        "self::footer",
        "self::aside",
        "@role='navigation'",
        "@id='comments'",
        "contains(@class, 'share-')",
        "contains(@class, 'sharing')",
        "contains(@class, 'breadcrumb')",
        "contains(@class, 'related-')",
        "contains(concat(' ', @class, ' '), ' share ')",
    )
)


@pytest.fixture(scope="module")
def pages(shared_data: Path) -> dict[Path, tuple[HtmlElement, LoadedArticle]]:
    folder = shared_data / "7_html_article"
    if not folder.is_dir():
        pytest.skip("no saved articles by others beside this checkout")
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.name.endswith((".html", ".html.gz")):
            data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
            found[path] = (document_fromstring(data), load_article(path))
    assert len(found) >= 40
    return found


def test_every_embedded_tweet_is_found(pages):
    missing, counted = [], 0
    for path, (document, article) in pages.items():
        identities = {citation.identity for citation in article.citations() if citation.embedded}
        quotations = document.xpath("//blockquote[contains(@class, 'twitter-tweet') or contains(@class, "
                                    "'twitter-video')]")
        hrefs = [quotation.xpath(".//a/@href")[-1] for quotation in quotations if quotation.xpath(".//a/@href")]
        hrefs += document.xpath("//div[contains(concat(' ', @class, ' '), ' tweet ')]/@data-url")
        statuses = {
            f"https://x.com/i/status/{number[1]}"
            for href in hrefs
            if (number := re.search(r"/status(?:es)?/(\d+)", href))
        }
        counted += len(statuses)
        missing += [(path.name, status) for status in statuses - identities]
    assert missing == []
    assert counted >= 40


def test_every_embedded_video_is_found(pages):
    missing, counted = [], 0
    for path, (document, article) in pages.items():
        identities = {citation.identity for citation in article.citations() if citation.embedded}
        frames = document.xpath("//iframe[contains(@src, 'youtube') or contains(@src, 'vimeo.com/video') or "
                                "contains(@src, 'dailymotion.com/embed') or contains(@src, 'soundcloud')]/@src")
        videos = document.xpath("//video[@src]/@src|//video/source/@src")
        for address in frames + [urljoin(article.base_url, video) for video in videos]:
            counted += 1
            shown = re.search(r"[?&]url=([^&]+)", address) if "soundcloud" in address else None
            expected = normalise_url(shown[1].replace("%3A", ":") if shown else address)
            if expected not in identities:
                missing.append((path.name, address))
    assert missing == []
    assert counted >= 3


def test_no_link_of_navigation_footer_or_share_bar_is_a_citation(pages):
    wrong = []
    for path, (document, article) in pages.items():
        everywhere: dict[str, list[HtmlElement]] = {}
        for link in document.iter("a"):
            everywhere.setdefault(
                normalise_url(urljoin(article.base_url, (link.get("href") or "").strip())), []
            ).append(link)
        for citation in article.citations():
            places = everywhere.get(citation.identity, [])
            if not citation.embedded and places and all(link.xpath(FURNITURE) for link in places):
                wrong.append((path.name, citation.url))
    assert wrong == []


def test_no_furniture_of_the_article_itself_is_a_citation(pages):
    """Sections, bylines, tags and profiles that a reader of these pages would not call cited."""
    wrong = re.compile(r"/(?:tags?|topics?|authors?|autoren|redakteure|privacy[\w-]*|newsletter|"
                       r"datenschutz)/?(?:[^/]+/?)?$|facebook\.com/sharer|twitter\.com/intent|^mailto:", re.IGNORECASE)
    assert [
        citation.url
        for _, article in pages.values()
        for citation in article.citations()
        if not citation.embedded and wrong.search(citation.url)
    ] == []


def test_pictures_of_the_articles_are_found(pages):
    with_pictures = [
        path.name
        for path, (_, article) in pages.items()
        if any(citation.kind is CitationKind.PHOTO for citation in article.citations())
    ]
    assert len(with_pictures) >= 30
