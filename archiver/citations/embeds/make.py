"""Making an embed from an address: shared by the recognisers of all platforms."""

import re
from collections.abc import Iterable
from itertools import islice

from lxml.html import HtmlElement

from archiver.citations.classify import classify
from archiver.citations.context import shorten
from archiver.citations.outline import Embed, Found
from archiver.citations.urls import absolute_url
from evidence_store.records import CitationKind

SOURCE_ATTRIBUTES = (
    "src", "data-src", "data-lazy-src", "data-original-src", "data-iframe-src", "data-embed-src", "data-consent-src",
    "data-cookieconsent-src", "data-cookieblock-src", "data-cmp-src", "data-cookie-src", "data-suppressedsrc",
    "data-uc-src", "data-src-cmplz", "data-litespeed-src", "data-rocket-src", "data-borlabs-src", "data-url",
    "data-embed-url",
)
MAX_SCANNED = 300      # elements inside one embed that are looked at; a post has some dozens
MAX_ANCHOR_TEXT = 20_000        # characters of an embed's own text that are looked at


def found(url: str, base_url: str, *, kind: CitationKind | None = None, platform: str = "", anchor: str = "",
          alternatives: Iterable[str] = ()) -> Found | None:
    """One embed at `url`; None where that is no http(s) address.

    Kind and platform are read from the address unless given.
    """
    absolute = absolute_url(url, base_url)
    if not absolute:
        return None
    target = classify(absolute)
    others = dict.fromkeys(
        other
        for other in (absolute_url(candidate, base_url) for candidate in alternatives)
        if other and other != absolute
    )
    return Found(
        embeds=(
            Embed(
                kind=kind or target.kind,
                url=absolute,
                platform=platform or target.platform,
                anchor=shorten(anchor),
                alternatives=tuple(others),
            ),
        )
    )


def own_text(element: HtmlElement) -> str:
    """The text inside an element, in single spaces, scripts and styles left out."""
    pieces: list[str] = []
    length = 0
    for node in islice(element.iter(), MAX_SCANNED):
        if isinstance(node.tag, str) and node.tag not in {"script", "style"} and node.text:
            pieces.append(node.text)
            length += len(node.text)
        if node is not element and node.tail:
            pieces.append(node.tail)
            length += len(node.tail)
        if length > MAX_ANCHOR_TEXT:
            break
    return " ".join(" ".join(pieces).split())


def hrefs(element: HtmlElement) -> list[str]:
    """The addresses of all links inside an element, in order."""
    return [link.get("href") or "" for link in islice(element.iter("a"), MAX_SCANNED) if link.get("href")]


def sources(element: HtmlElement) -> list[str]:
    """Where a frame or player takes its content from: `src`, or what a lazy loader put in its place."""
    values = (element.get(name) or "" for name in SOURCE_ATTRIBUTES)
    return [value.strip() for value in values if value.strip() and not _EMPTY.match(value.strip())]


def has_class(element: HtmlElement, *names: str) -> bool:
    """Whether the element has one of these classes, letter case ignored."""
    own = (element.get("class") or "").lower().split()
    return any(name in own for name in names)


_EMPTY = re.compile(r"about:|javascript:|data:|blob:|#|$", re.IGNORECASE)
