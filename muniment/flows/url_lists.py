"""URLs out of a list that somebody kept: text, CSV or TSV, JSON, or a saved page. Pure.

1. In a text, one URL a line; `#` begins a comment. In a table every cell that is a URL, in a JSON document every string
   that is one, in a page every link.
2. The order of the list is kept, without repeats.
"""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import PurePath

MAX_URLS = 100_000              # of one list
MAX_DEPTH = 50                  # of a JSON document
_TABLES = {".csv": ",", ".tsv": "\t"}
_PAGES = frozenset({".html", ".htm"})


class UnreadableList(ValueError):
    """The file is not of the kind that its name says."""


def urls_of(name: str, data: bytes) -> tuple[str, ...]:
    """The http and https URLs of a list; UnreadableList where it cannot be read as what its name says."""
    text = data.decode("utf-8-sig", "replace")
    suffix = PurePath(name).suffix.lower()
    if suffix in _TABLES:
        found = _in_table(text, _TABLES[suffix])
    elif suffix in {".json", ".jsonl"}:
        found = _in_json(text, lines=suffix == ".jsonl")
    elif suffix in _PAGES:
        found = _in_page(text)
    else:
        lines = (line.strip() for line in text.splitlines())
        return tuple(dict.fromkeys(line for line in lines if line and not line.startswith("#")))[:MAX_URLS]
    return tuple(dict.fromkeys(url for url in found if _is_url(url)))[:MAX_URLS]


def _in_table(text: str, usual: str) -> Iterator[str]:
    first = text.partition("\n")[0]
    delimiter = ";" if usual == "," and first.count(";") > first.count(",") else usual    # sheets of many countries
    try:
        for row in csv.reader(io.StringIO(text), delimiter=delimiter):
            yield from (cell.strip() for cell in row)
    except csv.Error as error:
        raise UnreadableList(f"it cannot be read as a table: {error}") from error


def _in_json(text: str, *, lines: bool) -> Iterator[str]:
    try:
        for part in text.splitlines() if lines else (text,):
            if part.strip():
                yield from _strings(json.loads(part), 0)
    except (ValueError, RecursionError) as error:
        raise UnreadableList(f"it cannot be read as JSON: {error}") from error


def _strings(value: object, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield value.strip()
    elif depth < MAX_DEPTH and isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _strings(inner, depth + 1)


def _in_page(text: str) -> Iterator[str]:
    from lxml import html as lxml_html  # heavy, and needed for pages only
    from lxml.etree import ParserError

    try:
        root = lxml_html.document_fromstring(text.replace("\x00", "") or "<html></html>")
    except (ParserError, ValueError) as error:
        raise UnreadableList(f"it cannot be read as HTML: {error}") from error
    yield from (str(node.get("href") or "").strip() for node in root.iter("a"))


def _is_url(text: str) -> bool:
    return text.startswith(("http://", "https://")) and not any(character.isspace() for character in text)
