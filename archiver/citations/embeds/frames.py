"""Framed pages of no known platform: an interactive, a document viewer, a map, a page that plays a stream.

1. Advertisements, counters, buttons, forms and frames too small to see are no citations.
2. A frame that asks for full screen or autoplay, or names itself a player, shows a recording; any other a page.
"""

import re

from lxml.html import HtmlElement

from archiver.citations.classify import classify, is_button
from archiver.citations.embeds.make import found, sources
from archiver.citations.noise import is_noise_frame
from archiver.citations.outline import Found
from archiver.citations.urls import absolute_url, host_of
from evidence_store.records import CitationKind

TINY = 10           # pixels: smaller frames are seen by counters only

_PLAYER = re.compile(r"player|video|stream|hls|\blive\b|embed/v|/vid/|podcast|audio", re.IGNORECASE)
_NAMED_NOISE = re.compile(r"\b(?:ad|ads|advert\w*|banner|google_ads\w*|consent|captcha|newsletter|signup|login|"
                          r"comments?|share|like)\b", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|(?:^|[;\s])(?:width|"
                     r"height)\s*:\s*[01](?:px)?\s*(?:;|$)", re.IGNORECASE)


def recognise(element: HtmlElement, base_url: str) -> Found | None:
    """A frame as a citation; an empty answer for one that cites nothing, so that its content is not walked."""
    if element.tag not in {"iframe", "amp-iframe", "embed", "object", "frame"}:
        return None
    candidates = [*sources(element), element.get("data") or ""]
    for source in candidates:
        url = absolute_url(source, base_url)
        if not url:
            continue
        if _is_noise(element, url):
            return Found()
        return found(
            url, base_url, kind=_kind(element, url), anchor=element.get("title") or element.get("aria-label") or ""
        )
    return None


def _kind(element: HtmlElement, url: str) -> CitationKind:
    told = classify(url).kind
    if told is not CitationKind.ARTICLE:
        return told
    named = " ".join(element.get(name) or "" for name in ("class", "id", "title", "name", "allow"))
    plays = (
        element.get("allowfullscreen") is not None
        or "autoplay" in named
        or _PLAYER.search(named.replace("autoplay", ""))
        or _PLAYER.search(url)
    )
    return CitationKind.VIDEO if plays else CitationKind.ARTICLE


def _is_noise(element: HtmlElement, url: str) -> bool:
    if is_button(url) or is_noise_frame(url, host_of(url)) or _HIDDEN.search(element.get("style") or ""):
        return True
    if any(
        (size := element.get(name) or "").removesuffix("px").isdecimal() and int(size.removesuffix("px")[:6]) < TINY
        for name in ("width", "height")
    ):
        return True
    named = " ".join(element.get(name) or "" for name in ("class", "id", "name", "title"))
    return bool(_NAMED_NOISE.search(named.replace("-", " ").replace("_", " ")))
