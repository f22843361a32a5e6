"""A captured document to read posts from, and how its JSON and HTML are walked within limits."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from html import unescape
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import SplitResult, urljoin, urlsplit

from evidence_store.records import RecordId

if TYPE_CHECKING:
    from lxml.html import HtmlElement

Json: TypeAlias = dict[str, Any]

MAX_BODY = 20 * 1024 * 1024       # bytes of a document that are read: far above any page of posts
MAX_NODES = 400_000               # values of one JSON document that are walked
MAX_DEPTH = 120                   # of a JSON document; platforms stay under 40
MAX_TEXT = 100_000                # characters of one field
MAX_SCRIPTS = 300                 # script elements of a page that are looked into
_SPACES = re.compile(r"[ \t\f\v\xa0]+")
_BLOCKS = frozenset({"p", "div", "br", "li", "blockquote", "pre", "tr"})
_UNSEEN = frozenset({"script", "style", "template"})


@dataclass(frozen=True, kw_only=True)
class Document:
    """One captured answer, decoded."""

    url: str
    media_type: str
    body: bytes
    record: RecordId
    base_url: str = ""                # where addresses in it are resolved; "" is `url`

    @property
    def host(self) -> str:
        """Lower case, without `www.`."""
        try:
            return (urlsplit(self.url).hostname or "").removeprefix("www.")
        except ValueError:
            return ""

    @cached_property
    def text(self) -> str:
        """The body as text."""
        from archiver.verdicts.page import decode_text

        return decode_text(self.body[:MAX_BODY], None)

    @cached_property
    def json(self) -> Any:
        """The body as JSON; None where it is none."""
        if self.is_html:
            return None
        return parse_json(self.text)

    @property
    def is_html(self) -> bool:
        """It is a page."""
        return self.media_type in {"text/html", "application/xhtml+xml"}

    @cached_property
    def root(self) -> "HtmlElement | None":
        """The body as a tree; None where it is no page."""
        return parse_html(self.text) if self.is_html else None

    @cached_property
    def scripts(self) -> tuple["HtmlElement", ...]:
        """The page's scripts that hold text."""
        if self.root is None:
            return ()
        return tuple(node for node in self.root.iter("script") if node.text)[:MAX_SCRIPTS]

    def data(self, mark: str) -> "Iterator[tuple[Json, str]]":
        """The JSON of the document, or of those of its page's scripts that hold `mark`; and where each stands."""
        if not self.is_html and self.json is not None:
            yield self.json, ""
        for number, script in enumerate(self.scripts):
            if "json" in (script.get("type") or "") and mark in (script.text or ""):
                yield parse_json(script.text or ""), f"script[{number}]"

    def absolute(self, href: str | None) -> str:
        """An absolute http(s) address; "" for anything else."""
        return absolute(href, self.base_url or self.url)


def absolute(href: str | None, base: str) -> str:
    """`href` resolved; "" unless that gives http(s) and a host."""
    if not href or len(href) > 8192:
        return ""
    try:
        url = urljoin(base, href.strip())
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in {"http", "https"} and parts.hostname else ""


def url_parts(url: str) -> SplitResult:
    """The parts of an address; those of an empty one where it has none."""
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")


def parse_json(text: str) -> Any:
    """JSON, or None."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def json_at(text: str, start: int) -> Any:
    """The JSON value that begins at or after `start`; None where there is none."""
    found = re.compile(r"[\[{]").search(text, start)
    if found is None or found.start() - start > 20:
        return None
    try:
        return json.JSONDecoder().raw_decode(text, found.start())[0]
    except (ValueError, RecursionError):
        return None


def parse_html(text: str) -> "HtmlElement | None":
    """A tree, or None."""
    from lxml import html as lxml_html
    from lxml.etree import ParserError

    clean = re.sub(r"^\s*<\?xml[^>]*\?>", "", text.replace("\x00", ""), count=1)
    try:
        return lxml_html.document_fromstring(clean) if clean.strip() else None
    except (ParserError, ValueError):
        return None


def walk(value: Any, path: str = "") -> Iterator[tuple[str, Json]]:
    """Every object of a JSON document with its path, outer ones first, within limits."""
    stack: list[tuple[str, Any, int]] = [(path, value, 0)]
    left = MAX_NODES
    while stack and left > 0:
        where, node, depth = stack.pop()
        left -= 1
        if isinstance(node, dict):
            yield where, node
            inner = [(f"{where}.{key}" if where else str(key), child) for key, child in node.items()]
        elif isinstance(node, list):
            inner = [(f"{where}[{number}]", child) for number, child in enumerate(node)]
        else:
            continue
        if depth < MAX_DEPTH:
            stack.extend((one, child, depth + 1) for one, child in reversed(inner) if isinstance(child, dict | list))


def at(value: Any, path: str) -> Any:
    """The value at a dotted path of objects and list positions; None where there is none."""
    for key in path.split("."):
        if isinstance(value, dict):
            value = value.get(key)
        elif isinstance(value, list) and key.isdecimal() and int(key) < len(value):
            value = value[int(key)]
        else:
            return None
    return value


def text_at(value: Any, path: str) -> str:
    """A string (or whole number) at a path, trimmed; "" where there is none."""
    found = at(value, path)
    if isinstance(found, bool) or not isinstance(found, str | int):
        return ""
    return str(found).strip()[:MAX_TEXT]


def list_at(value: Any, path: str) -> list[Json]:
    """The objects of a list at a path."""
    found = at(value, path)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def by_class(root: "HtmlElement", name: str) -> Iterator["HtmlElement"]:
    """Elements that have a class."""
    for node in root.iter():
        if isinstance(node.tag, str) and name in (node.get("class") or "").split():
            yield node


def first_class(root: "HtmlElement", *names: str) -> "HtmlElement | None":
    """The first element that has one of these classes, in the order of the names."""
    return next((node for name in names for node in by_class(root, name)), None)


def words_of(node: "HtmlElement") -> str:
    """The text of an element as a reader sees it: line ends where it breaks lines."""
    pieces: list[str] = []

    def visit(element: "HtmlElement", depth: int) -> None:
        if not isinstance(element.tag, str) or element.tag in _UNSEEN or depth > MAX_DEPTH:
            return
        if element.tag in _BLOCKS:
            pieces.append("\n")
        elif element.tag == "img" and "emoji" in (element.get("class") or "").lower():
            pieces.append(element.get("alt") or "")
        pieces.append((element.text or "").replace("\n", " "))
        for child in element:
            visit(child, depth + 1)
            pieces.append((child.tail or "").replace("\n", " "))
        if element.tag in _BLOCKS - {"br"}:
            pieces.append("\n")

    visit(node, 0)
    return tidy("".join(pieces))


def words_of_html(fragment: str) -> str:
    """The text of a piece of HTML."""
    root = parse_html(f"<div>{fragment}</div>")
    return words_of(root) if root is not None else ""


def tidy(text: str) -> str:
    """Single spaces, at most one empty line, nothing around."""
    lines = [_SPACES.sub(" ", line).strip() for line in unescape(text).replace("\r", "").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()[:MAX_TEXT]


def iso_time(stated: object) -> str:  # noqa: PLR0911 - one line a form
    """A time as ISO 8601: UTC with `Z` where a zone is said, else as precise as said; "" where it cannot be read.

    Read are ISO 8601, RFC 5322 dates, X's "Wed Oct 21 08:00:00 +0000 2015", and Unix times in seconds.
    """
    if isinstance(stated, bool) or stated is None:
        return ""
    if isinstance(stated, int) or (isinstance(stated, str) and re.fullmatch(r"1?\d{9}", stated.strip())):
        return _utc(_unix(int(stated)))
    if not isinstance(stated, str) or len(stated) > 64:
        return ""
    text = stated.strip()
    if re.fullmatch(r"\d{4}(-\d\d){0,2}", text):
        return text if _is_day(text) else ""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return _utc(_worded(text))
    if moment.tzinfo is None:
        return moment.replace(microsecond=0).isoformat()
    return _utc(moment)


def _unix(seconds: int) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _worded(text: str) -> datetime | None:
    from email.utils import parsedate_to_datetime

    try:
        return datetime.strptime(text, "%a %b %d %H:%M:%S %z %Y")
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError):
        return None
    return moment if moment.tzinfo is not None else None


def _utc(moment: datetime | None) -> str:
    if moment is None:
        return ""
    try:
        return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment.year > 1970 else ""
    except (ValueError, OverflowError):
        return ""


def _is_day(text: str) -> bool:
    try:
        datetime.fromisoformat(text if len(text) == 10 else f"{text}-01-01"[:10] if len(text) == 4 else f"{text}-01")
    except ValueError:
        return False
    return True
