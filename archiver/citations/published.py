"""When an article was published, as the page itself says.

1. A date the page declares (JSON-LD, meta, time element) beats the date in its address; guessing comes last.
2. Later than `latest` or earlier than the web itself is no date of publication; without a date the answer is None.
"""

import itertools
import re
from collections.abc import Iterator
from datetime import date

from lxml.html import HtmlElement

from archiver.citations.main_content import parse_body

EARLIEST = date(1991, 8, 6)         # the first web page
MAX_GUESSED = 4_000_000             # characters of a page in which a date is looked for beyond what it declares

_JSON_LD = re.compile(r"\"datePublished\"\s*:\s*\"([^\"]{8,40})\"")
_META = frozenset({
    "article:published_time", "og:published_time", "datepublished", "date", "pubdate", "publishdate", "publish-date",
    "publication_date", "dc.date", "dc.date.issued", "dcterms.created", "dcterms.date", "dcterms.issued",
    "parsely-pub-date", "sailthru.date", "article.published", "cxenseparse:recs:publishtime", "published_at",
    "article_date_original", "rnews:datepublished", "last-modified-original", "citation_publication_date",
})
_ISO = re.compile(r"\s*(\d{4})[-/](\d{2})[-/](\d{2})")
_IN_ADDRESS = re.compile(r"/(\d{4})[/-](\d{2})[/-](\d{2})(?:/|-|$)")
_COMPACT = re.compile(r"\s*(\d{4})(\d{2})(\d{2})(?:T|$)")


def published_date(html: str, *, url: str = "", latest: date | None = None) -> date | None:
    """The article's date of publication; None where the page does not tell. `latest` is the day the page was read."""
    told = itertools.chain(_declared(html), _in_address(url))
    return next((day for day in told if _plausible(day, latest)), None) or _guessed(html, latest)


def _declared(html: str) -> Iterator[date]:
    for match in _JSON_LD.finditer(html):
        yield from _day(match[1])
    body = parse_body(html)
    if body is None:
        return
    root = body.getroottree().getroot()
    for meta in root.iter("meta"):
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower()
        if name in _META:
            yield from _day(meta.get("content") or "")
    for time in root.iter("time"):
        if _says_published(time):
            yield from _day(time.get("datetime") or "")


def _in_address(url: str) -> Iterator[date]:
    for match in _IN_ADDRESS.finditer(url):
        yield from _day(f"{match[1]}-{match[2]}-{match[3]}")


def _says_published(time: HtmlElement) -> bool:
    named = f"{time.get('itemprop') or ''} {time.get('class') or ''}".lower()
    return time.get("pubdate") is not None or "publish" in named or "entry-date" in named


def _guessed(html: str, latest: date | None) -> date | None:
    if len(html) > MAX_GUESSED or not html.strip():
        return None
    from htmldate import (
        find_date,
    )  # imported here: it loads a date parser that only articles without a declared date need

    try:
        found = find_date(
            html, original_date=True, extensive_search=False, max_date=latest.isoformat() if latest else None
        )
    except (
        ValueError,
        TypeError,
        LookupError,
        AttributeError,
        OverflowError,
    ):  # odd pages make it fail in its own ways; then there is no date
        return None
    day = next(_day(found or ""), None)
    return day if day is not None and _plausible(day, latest) else None


def _day(text: str) -> Iterator[date]:
    match = _ISO.match(text) or _COMPACT.match(text)
    if match:
        try:
            yield date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            return


def _plausible(day: date, latest: date | None) -> bool:
    return day >= EARLIEST and (latest is None or day <= latest)
