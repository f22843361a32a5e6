"""What a page needs to be seen again: styles, scripts, images, frames, media files. Pure.

1. Of an image offered in several sizes the best is wanted as evidence, the one a browser shows first for replay.
2. Lazy images (`data-src`, `data-srcset`, `<noscript>`) count as images.
3. The list is bounded, in document order, without repeats; only http and https.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MAX_REQUISITES = 300  # a page that asks for more is cut there, and the capture says so
MAX_CSS_URLS = 100
_CSS_URL = re.compile(r"""url\(\s*['"]?([^'")\s]{1,2000})['"]?\s*\)|@import\s+['"]([^'"]{1,2000})['"]""", re.IGNORECASE)
_LAZY = ("data-src", "data-original", "data-lazy-src", "data-lazy", "data-image", "data-full-url")
_LAZY_SETS = ("srcset", "data-srcset", "data-lazy-srcset")


class Role(StrEnum):
    """What a page wants a resource for."""

    STYLE = "style"
    SCRIPT = "script"
    IMAGE = "image"
    MEDIA = "media"
    FRAME = "frame"


@dataclass(frozen=True, slots=True, kw_only=True)
class Requisite:
    """One resource that a page asks for."""

    url: str
    role: Role


def find_requisites(html: str, base_url: str) -> tuple[Requisite, ...]:
    """The resources of a document; empty for HTML that cannot be read at all."""
    from lxml import html as lxml_html
    from lxml.etree import ParserError

    try:
        root = lxml_html.document_fromstring(
            re.sub(r"^\s*<\?xml[^>]*\?>", "", html.replace("\x00", ""), count=1) or "<html></html>"
        )
    except (ParserError, ValueError):
        return ()
    base = next((urljoin(base_url, node.get("href") or "") for node in root.iter("base")), base_url)
    found: dict[str, Requisite] = {}
    for role, raw in _raw(root):
        url = absolute(raw, base)
        if url and url not in found:
            found[url] = Requisite(url=url, role=role)
        if len(found) >= MAX_REQUISITES:
            break
    return tuple(found.values())


def find_css_requisites(css: str, base_url: str) -> tuple[Requisite, ...]:
    """Images, fonts and imported sheets of a style sheet."""
    found: dict[str, Requisite] = {}
    for match in _CSS_URL.finditer(css):
        url = absolute(match.group(1) or match.group(2), base_url)
        if url and url not in found:
            found[url] = Requisite(url=url, role=Role.STYLE if match.group(2) else Role.IMAGE)
        if len(found) >= MAX_CSS_URLS:
            break
    return tuple(found.values())


def absolute(raw: str, base: str) -> str:
    """An absolute http(s) URL without fragment; "" for anything else."""
    try:
        url = urljoin(base, raw.strip()).split("#", 1)[0]
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in {"http", "https"} and parts.hostname else ""


def best_of_srcset(srcset: str) -> str:
    """The URL with the largest width or density of a srcset attribute (HTML 4.8.4.2.1)."""
    candidates = _parse_srcset(srcset)
    return max(candidates, key=lambda pair: pair[0])[1] if candidates else ""


def _parse_srcset(srcset: str) -> list[tuple[float, str]]:
    found = []
    for match in re.finditer(r"\s*(\S{1,4000})(?:\s+([\d.]{1,12})([wx]))?\s*(?:,|$)", srcset[:100_000]):
        url = match.group(1).rstrip(",")
        if url:
            found.append((float(match.group(2)) if _is_number(match.group(2)) else 1.0, url))
    return found


def _is_number(text: str | None) -> bool:
    return bool(text) and bool(re.fullmatch(r"\d+(\.\d+)?", text or ""))


def _raw(root: "HtmlElement") -> Iterator[tuple[Role, str]]:
    for node in root.iter(
        "link", "script", "img", "source", "video", "audio", "iframe", "frame", "embed", "object", "input", "noscript"
    ):
        yield from _of_node(node)


def _of_node(node: "HtmlElement") -> Iterator[tuple[Role, str]]:  # noqa: PLR0912 - one branch an element
    tag = node.tag
    if tag == "link":
        relations = (node.get("rel") or "").lower().split()
        if "stylesheet" in relations:
            yield Role.STYLE, node.get("href") or ""
        elif {"icon", "shortcut"} & set(relations):
            yield Role.IMAGE, node.get("href") or ""
    elif tag == "script" and node.get("src"):
        yield Role.SCRIPT, node.get("src") or ""
    elif tag == "img" or (tag == "source" and _parent_tag(node) == "picture"):
        for name in _LAZY_SETS:
            if node.get(name):
                yield Role.IMAGE, best_of_srcset(node.get(name) or "")
        for name in ("src", *_LAZY):
            if node.get(name):
                yield Role.IMAGE, node.get(name) or ""
    elif tag in {"video", "audio", "source", "embed"}:
        if node.get("poster"):
            yield Role.IMAGE, node.get("poster") or ""
        for name in ("src", "data-src"):
            if node.get(name):
                yield Role.MEDIA, node.get(name) or ""
    elif tag == "object" and node.get("data"):
        yield Role.MEDIA, node.get("data") or ""
    elif tag in {"iframe", "frame"}:
        yield Role.FRAME, node.get("src") or node.get("data-src") or ""
    elif tag == "input" and (node.get("type") or "").lower() == "image":
        yield Role.IMAGE, node.get("src") or ""
    elif (
        tag == "noscript" and node.text and "<img" in node.text
    ):  # parsers keep its markup as text where scripting is assumed
        for source in re.finditer(r"""<img[^>]{0,2000}?\ssrc=["']([^"']{1,2000})["']""", node.text):
            yield Role.IMAGE, source.group(1)


def _parent_tag(node: "HtmlElement") -> str:
    parent = node.getparent()
    return str(parent.tag) if parent is not None else ""
