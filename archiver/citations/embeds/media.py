"""Recordings that the page plays itself: video and audio elements with their sources."""

import re

from lxml.html import HtmlElement

from archiver.citations.embeds.make import found, has_class, own_text, sources
from archiver.citations.outline import Found
from archiver.citations.urls import absolute_url
from evidence_store.records import CitationKind

_TAGS = frozenset({"video", "audio", "amp-video", "amp-audio", "video-js", "mux-player", "media-player", "hls-video"})
_MEDIA_ATTRIBUTES = (
    "data-hls", "data-hls-src", "data-m3u8", "data-dash", "data-mp4", "data-video-src", "data-video-url",
    "data-media-url", "data-file", "data-stream", "data-video-mp4", "data-video-hls", "data-mediaurl",
    "data-audio-src", "data-hd-src",
)
_MEDIA_FILE = re.compile(r"\.(?:mp4|m4v|webm|mov|ogv|m3u8|mpd|mp3|m4a|ogg|wav)(?:[?#]|$)", re.IGNORECASE)
_SIZE = re.compile(r"\d{2,5}")


def recognise(element: HtmlElement, base_url: str) -> Found | None:
    """A recording by its element and sources, or by a player's attribute that names a media file."""
    if element.tag in _TAGS:
        if _is_decoration(element):
            return Found()
        candidates = _candidates(element)
        if not candidates:
            return None
        return found(
            candidates[0],
            base_url,
            kind=CitationKind.VIDEO,
            anchor=element.get("title") or element.get("aria-label") or own_text(element),
            alternatives=candidates[1:],
        )
    files = [
        value
        for name in (*_MEDIA_ATTRIBUTES, "data-src", "data-url", "data-source")
        if (value := element.get(name)) and _MEDIA_FILE.search(value)
    ]
    if files and element.tag not in {"a", "img", "source", "track", "link", "iframe"}:
        return found(
            files[0], base_url, kind=CitationKind.VIDEO, anchor=element.get("title") or "", alternatives=files[1:]
        )
    return None


def _candidates(element: HtmlElement) -> list[str]:
    """Own source first, then the source elements, the largest declared size before smaller ones."""
    own = [value for name in ("src", "data-src", *_MEDIA_ATTRIBUTES) if (value := (element.get(name) or "").strip())]
    inner = sorted(element.iter("source"), key=_declared_size, reverse=True)
    own += [value for source in inner for value in sources(source)]
    return [
        value
        for value in dict.fromkeys(own)
        if absolute_url(value, "http://page.invalid/") and not value.startswith("#")
    ]


def _declared_size(source: HtmlElement) -> int:
    for name in ("size", "res", "data-res", "data-quality", "label", "height", "width", "data-bitrate"):
        size = _SIZE.search(source.get(name) or "")
        if size:
            return int(size.group())
    return 0


def _is_decoration(element: HtmlElement) -> bool:
    """A silent loop behind the text shows nothing that the article cites."""
    return has_class(element, "background-video", "bg-video") or element.get("data-role") == "background"
