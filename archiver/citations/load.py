"""An article from a file: a saved page, a web archive, or plain text.

1. The kind of a file is told by its name's ending, then by its first bytes; what is none of them is refused by name.
2. Everything is bounded: a compressed page may unfold to MAX_HTML bytes, no further.
3. The page's own address is what the archive recorded, else what the page declares (canonical, og:url); else "".
4. The article's date is what the page declares; a day after its capture is no date of publication.
"""

import gzip
import zlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO

from archiver.citations.find import article_blocks, find_citations, find_citations_in_text
from archiver.citations.main_content import MAX_HTML, decode_html, parse_body
from archiver.citations.outline import Block
from archiver.citations.plain_text import paragraphs
from archiver.citations.published import published_date
from archiver.citations.urls import absolute_url
from archiver.errors import ArticleUnreadable
from evidence_store.records import Citation

MAX_TEXT = 16 * 1024 * 1024     # bytes of a plain text: a book has one or two million

_ARCHIVES = (".warc", ".warc.gz", ".wacz")
_PAGES = (".html", ".htm", ".xhtml", ".html.gz", ".htm.gz")
_GZIP = b"\x1f\x8b"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_OTHERS = (b"%PDF", b"filedesc:", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff")     # PDF, ARC, zip, pictures


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedArticle:
    """An article as read from a file: a page (`html`) or a plain text (`text`), the other one ""."""

    html: str = ""
    text: str = ""
    base_url: str = ""                  # the page's own address; "" for a text, or a page that does not say
    published: date | None = None       # as the page declares

    def citations(self, *, article_date: date | None = None) -> tuple[Citation, ...]:
        """What it cites; `article_date` goes before the date the page declares."""
        if self.text:
            return find_citations_in_text(self.text, article_date=article_date)
        return find_citations(self.html, self.base_url, article_date=article_date or self.published)

    def blocks(self) -> tuple[Block, ...]:
        """Its paragraphs, at the offsets that its citations have."""
        return paragraphs(self.text) if self.text else article_blocks(self.html, self.base_url)


def load_article(path: Path) -> LoadedArticle:
    """The article in a .html, .html.gz, .warc, .warc.gz, .wacz or .txt file. Raises ArticleUnreadable."""
    name = path.name.lower()
    try:
        with path.open("rb") as file:
            compressed = file.read(2) == _GZIP
            file.seek(0)
            start = _unfolded(file, 512) if compressed else file.read(512)
    except (OSError, EOFError, zlib.error) as error:
        raise ArticleUnreadable(f"{path} cannot be read: {error}", hint="name an undamaged file") from error
    if name.endswith(_ARCHIVES) or start.startswith(b"WARC/"):
        from archiver.citations.load_archive import page_in_archive  # imported here: pages need no archive readers

        page = page_in_archive(path)
        return loaded_page(page.html, page.url, latest=page.captured)
    if start.startswith(_OTHERS) or (b"\x00" in start and not start.startswith(_UTF16)):
        raise ArticleUnreadable(f"{path.name} is neither a page, a web archive nor a text",
                                hint="give a .html, .warc, .wacz or .txt file")
    data = _read(path, compressed=compressed)
    if name.endswith(_PAGES) or _looks_like_html(data):
        return loaded_page(data, "")
    return _text(path, data)


def loaded_page(html: bytes | str, url: str, *, latest: date | None = None) -> LoadedArticle:
    """A page's bytes as an article. `url` is its address if known, `latest` the day it was fetched."""
    text = decode_html(html)
    base_url = url or _declared_url(text)
    return LoadedArticle(html=text, base_url=base_url, published=published_date(text, url=base_url, latest=latest))


def _text(path: Path, data: bytes) -> LoadedArticle:
    if len(data) > MAX_TEXT:
        raise ArticleUnreadable(
            f"{path.name} has {len(data):,} bytes; a text may have {MAX_TEXT:,}", hint="give the article alone"
        )
    return LoadedArticle(text=decode_html(data).replace("\r\n", "\n"))


def _read(path: Path, *, compressed: bool) -> bytes:
    try:
        with path.open("rb") as file:
            data = _unfolded(file, MAX_HTML + 1) if compressed else file.read(MAX_HTML + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise ArticleUnreadable(
            f"{path.name} cannot be read to its end: {error}", hint="give an undamaged copy"
        ) from error
    if len(data) > MAX_HTML:
        raise ArticleUnreadable(
            f"{path.name} holds more than {MAX_HTML:,} bytes",
            hint="save the part of the page that cites, and give that",
        )
    return data


def _unfolded(file: BinaryIO, limit: int) -> bytes:
    with gzip.GzipFile(fileobj=file) as unfolded:
        return unfolded.read(limit)


def _looks_like_html(data: bytes) -> bool:
    start = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith((b"<!doctype html", b"<html", b"<head", b"<?xml", b"<body", b"<!--")) or b"<html" in start


def _declared_url(html: str) -> str:
    body = parse_body(html)
    if body is None:
        return ""
    root = body.getroottree().getroot()
    canonical = (
        link.get("href") or "" for link in root.iter("link") if "canonical" in (link.get("rel") or "").lower().split()
    )
    named = (
        meta.get("content") or ""
        for meta in root.iter("meta")
        if (meta.get("property") or meta.get("name")) in {"og:url", "twitter:url"}
    )
    return next((url for candidate in (*canonical, *named) if (url := absolute_url(candidate, ""))), "")
