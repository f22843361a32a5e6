"""The resources of a captured page: which to fetch, which of them are content, which are streams for yt-dlp.

1. What the page's main content shows (photos, videos, documents) is content; everything else is there for replay.
2. A playlist (HLS, DASH) is left to yt-dlp, which asks for all of its pieces.
3. Frames are followed one level: players live in them.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from archiver.capture.drafts import MANIFEST_SUFFIXES, MANIFEST_TYPES
from archiver.capture.requisites import Requisite, Role, absolute, find_css_requisites, find_requisites
from archiver.citations import find_citations
from archiver.clients.fetch import FetchClient, Fetched
from archiver.verdicts.page import decode_text
from evidence_store.records import Citation, CitationKind

HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
CONTENT_KINDS = frozenset({CitationKind.PHOTO, CitationKind.VIDEO, CitationKind.DOCUMENT})
MAX_SCRIPT_URLS = 20  # media addresses taken from scripts of one page
_IN_SCRIPT = re.compile(
    r"""["']([^"'\s<>]{1,2000}\.(?:m3u8|mpd|mp4|webm)(?:\?[^"'\s<>]{0,2000})?)["']""", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One fetched resource of a page."""

    fetched: Fetched
    is_content: bool


@dataclass(slots=True, kw_only=True)
class PageResources:
    """What fetching the resources of a page gave."""

    resources: list[Resource] = field(default_factory=list)
    streams: list[str] = field(default_factory=list)  # playlists, for yt-dlp
    cut: int = 0  # resources not fetched because there were too many


def is_html(fetched: Fetched) -> bool:
    """The answer is a page, by its media type or, where none is said, by its first bytes."""
    if fetched.media_type:
        return fetched.media_type in HTML_TYPES
    return fetched.body[:512].lstrip().lower().startswith((b"<!doctype html", b"<html"))


def is_manifest(url: str, media_type: str) -> bool:
    """The answer, or the address, is a playlist of a stream."""
    return media_type in MANIFEST_TYPES or urlsplit(url).path.lower().endswith(MANIFEST_SUFFIXES)


def content_urls(html: str, base_url: str) -> frozenset[str]:
    """Addresses of the photos, videos and documents that the main content of a page shows."""
    shown: list[Citation] = [c for c in find_citations(html, base_url) if c.kind in CONTENT_KINDS and c.embedded]
    return frozenset(citation.url.split("#", 1)[0] for citation in shown)


def fetch_resources(page: Fetched, client: FetchClient, *, limit: int, cancelled: Callable[[], bool]) -> PageResources:
    """Fetch what a page asks for, in document order, frames and style sheets one level deep."""
    html = decode_text(page.body, page.encoding)
    gathered = PageResources()
    content = content_urls(html, page.final_url)
    seen = {page.url.split("#", 1)[0], page.final_url.split("#", 1)[0]}
    queue: list[tuple[Requisite, bool]] = [(wanted, True) for wanted in _wanted(html, page.final_url, content)]
    while queue:
        wanted, follow = queue.pop(0)
        if wanted.url in seen:
            continue
        seen.add(wanted.url)
        if cancelled() or len(gathered.resources) >= limit:
            gathered.cut += 1
            continue
        if is_manifest(wanted.url, ""):
            gathered.streams.append(wanted.url)
            continue
        fetched = client.fetch(wanted.url, referer=page.final_url)
        shown = wanted.url in content or wanted.role is Role.MEDIA
        gathered.resources.append(Resource(fetched=fetched, is_content=shown))
        if is_manifest(fetched.final_url, fetched.media_type):
            gathered.streams.append(wanted.url)
        elif follow:
            queue[:0] = [(inner, False) for inner in _inner(wanted, fetched)]
    return gathered


def _wanted(html: str, base: str, content: frozenset[str]) -> Iterator[Requisite]:
    yield from find_requisites(html, base)
    for url in sorted(content):
        yield Requisite(url=url, role=Role.IMAGE)
    yield from script_media(html, base)


def _inner(wanted: Requisite, fetched: Fetched) -> Iterator[Requisite]:
    if wanted.role is Role.STYLE and fetched.media_type == "text/css":
        yield from find_css_requisites(decode_text(fetched.body, fetched.encoding), fetched.final_url)
    elif wanted.role is Role.FRAME and is_html(fetched):
        html = decode_text(fetched.body, fetched.encoding)
        yield from (inner for inner in find_requisites(html, fetched.final_url) if inner.role is not Role.FRAME)
        yield from script_media(html, fetched.final_url)


def script_media(html: str, base: str) -> Iterator[Requisite]:
    """Addresses of media files and playlists that stand in a page's scripts."""
    found = dict.fromkeys(match.group(1).replace("\\/", "/") for match in _IN_SCRIPT.finditer(html))
    for raw in list(found)[:MAX_SCRIPT_URLS]:
        if url := absolute(raw, base):
            yield Requisite(url=url, role=Role.MEDIA)
