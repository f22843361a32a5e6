"""Posts of X (Twitter), as authors paste them and as its script leaves them."""

import re
from itertools import islice

from lxml.html import HtmlElement

from archiver.citations.classify import classify
from archiver.citations.embeds.make import MAX_SCANNED, found, has_class, hrefs, own_text, sources
from archiver.citations.outline import Found
from archiver.citations.platforms import query_value
from archiver.citations.urls import absolute_url, split_url
from evidence_store.records import CitationKind

_CLASSES = (
    "twitter-tweet", "twitter-video", "twitter-tweet-rendered", "twitter-tweet-error", "twitter-quote",
    "embedded-tweet",
)
_ID_ATTRIBUTES = ("data-tweet-id", "data-tweetid", "data-twitter-id", "tweet-id", "tweetid", "data-tweet")
_FRAME = re.compile(r"(?:platform|syndication)\.(?:twitter|x)\.com/embed|twitframe\.com/show", re.IGNORECASE)


def recognise(element: HtmlElement, base_url: str) -> Found | None:
    """A post by its block quotation, its rendered frame, or the number some attribute carries."""
    if element.tag == "iframe":
        return _frame(element, base_url)
    marked = has_class(element, *_CLASSES)
    if element.tag == "blockquote" or marked:
        status = _status_link(element, base_url)
        if status:
            return found(status, base_url, anchor=own_text(element))
    number = _number(element) or (
        _number_within(element) if marked or element.tag in {"twitter-widget", "twitterwidget"} else ""
    )
    if number:
        return found(f"https://x.com/i/status/{number}", base_url, anchor=own_text(element))
    return None


def _status_link(element: HtmlElement, base_url: str) -> str:
    """The post's own link: the last in the quotation, after the author's name and the links of its text."""
    candidates = [*hrefs(element), element.get("cite") or ""]
    statuses = [url for url in (absolute_url(href, base_url) for href in candidates)
                if url and (target := classify(url)).platform == "x" and target.kind is CitationKind.POST]
    return statuses[-1] if statuses else ""


def _number(element: HtmlElement) -> str:
    for name in _ID_ATTRIBUTES:
        value = (element.get(name) or "").strip()
        if re.fullmatch(r"\d{1,20}", value):
            return value
    return ""


def _number_within(element: HtmlElement) -> str:
    for inner in islice(element.iter(), MAX_SCANNED):
        if isinstance(inner.tag, str):
            number = _number(inner) or (_frame_number(inner) if inner.tag == "iframe" else "")
            if number:
                return number
    return ""


def _frame_number(element: HtmlElement) -> str:
    for source in sources(element):
        parts = split_url(source)
        if parts is not None and _FRAME.search(source):
            number = (
                query_value(parts.query, "id")
                or (re.search(r"status/(\d+)", query_value(parts.query, "url")) or [""])[-1]
            )
            if re.fullmatch(r"\d{1,20}", number):
                return number
    return ""


def _frame(element: HtmlElement, base_url: str) -> Found | None:
    number = _frame_number(element) or (
        _number(element)
        if has_class(element, *_CLASSES) or (element.get("id") or "").startswith("twitter-widget")
        else ""
    )
    if not number:
        return None
    return found(
        f"https://x.com/i/status/{number}",
        base_url,
        anchor=element.get("title") or "",
        alternatives=sources(element)[:1],
    )
