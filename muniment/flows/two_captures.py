"""Two captures of one plan, by two keys and from two networks: what both saw, what only one did, and why.

1. A URL that both have is the same when its bytes are; else its text is compared, as a reader sees it.
2. Why they differ is read from what both recorded: time, verdict, network, identity, cut bodies - never guessed.
3. Each side is a case, or a bundle of one; nothing is written, and whether a bundle is whole `verify` says.
"""

import difflib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from archiver.citations.load import loaded_page
from archiver.errors import ArchiverError
from archiver.verdicts.page import decode_text
from evidence_store.canonical import JsonValue
from evidence_store.case import Case
from evidence_store.clock import format_time
from evidence_store.errors import EvidenceError, FormatError, MissingContent
from evidence_store.events import Captured, CaseOpen, Event, Imported, decode_body
from evidence_store.records import Circumstances, Item, ItemId
from muniment.flows.verify import is_bundle, is_case

MAX_TEXT = 20 << 20           # bytes read of one page
MAX_SHOWN = 5                 # lines of text that only one side has
MAX_LINES = 20_000            # of text compared line by line
_BODY = re.compile(r"\d{10}\.json")


class Relation(StrEnum):
    """What two captures of one URL are to each other."""

    SAME_BYTES = "same_bytes"
    SAME_TEXT = "same_text"
    DIFFERS = "differs"
    ONLY_A = "only_a"
    ONLY_B = "only_b"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What one side has of a URL, last."""

    item: Item | None         # None: a capture that gave no item
    at: datetime
    key: str
    verdict: str = ""
    around: Circumstances | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One URL on both sides."""

    url: str
    relation: Relation
    a: Seen | None
    b: Seen | None
    why: tuple[str, ...] = ()
    only_a: tuple[str, ...] = ()      # lines of text
    only_b: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A case or a bundle, read."""

    name: str
    title: str
    seen: Mapping[str, Seen]
    open: Callable[[Item], BinaryIO]


@dataclass(slots=True)
class _Reading:
    title: str = ""
    seen: dict[str, Seen] = field(default_factory=dict)

    def take(self, event: Event) -> None:
        match event.body:
            case CaseOpen(title=title):
                self.title = title
            case Captured(capture=capture, circumstances=around):
                items = {item.url: item for item in capture.items if item.url}
                same = [self._item(one) for one in capture.same_items]
                items |= {item.url: item for item in same if item is not None and item.url}
                main = items.get(capture.series) or next(iter(items.values()), None)
                self.seen[capture.series] = Seen(item=main, at=capture.ended_at, key=event.key, verdict=capture.verdict,
                                                 around=around)
                for url, item in items.items():
                    if item is not main:
                        self.seen[url] = Seen(item=item, at=item.obtained_at, key=event.key, around=around)
            case Imported(items=items, circumstances=around):
                for item in items:
                    if item.url:
                        self.seen[item.url] = Seen(item=item, at=item.obtained_at, key=event.key, around=around)
            case _:
                pass

    def _item(self, wanted: ItemId) -> Item | None:
        return next((one.item for one in self.seen.values() if one.item is not None and one.item.id == wanted), None)


def read_side(path: Path) -> Side:
    """What a case or a bundle holds, by URL; MissingContent where `path` is neither."""
    reading = _Reading()
    if is_bundle(path):
        for body in sorted((path / "custody" / "bodies").iterdir()):
            if _BODY.fullmatch(body.name):
                reading.take(decode_body(int(body.stem), body.read_bytes()))
        return Side(name=path.name, title=reading.title, seen=reading.seen, open=lambda item: _original(path, item))
    if not is_case(path):
        raise MissingContent(f"{path} is neither a case nor a bundle", hint="name two cases, or bundles of them")
    case = Case.open(path)
    for event in case.events():
        reading.take(event)
    return Side(name=path.name, title=case.title, seen=reading.seen, open=case.open_item)


def compare_sides(a: Side, b: Side) -> Iterator[Compared]:
    """Every URL of either side, in the order of A, then of B."""
    for url, seen in a.seen.items():
        other = b.seen.get(url)
        yield (Compared(url=url, relation=Relation.ONLY_A, a=seen, b=None) if other is None
               else _compare(url, a, b))
    for url, seen in b.seen.items():
        if url not in a.seen:
            yield Compared(url=url, relation=Relation.ONLY_B, a=None, b=seen)


def compared_document(one: Compared) -> dict[str, JsonValue]:
    """One of `compare`'s `urls`."""
    return {"url": one.url, "relation": one.relation, "a": _seen(one.a), "b": _seen(one.b), "why": list(one.why),
            "only_a": list(one.only_a), "only_b": list(one.only_b)}


def _seen(seen: Seen | None) -> JsonValue:
    if seen is None:
        return None
    return {"item": seen.item.id if seen.item else None, "sha256": seen.item.sha256 if seen.item else None,
            "size": seen.item.length if seen.item else None, "at": format_time(seen.at), "key": seen.key,
            "verdict": seen.verdict, "egress": seen.around.egress if seen.around else "",
            "identity": seen.around.identity if seen.around else ""}


def _compare(url: str, a: Side, b: Side) -> Compared:
    """Rules 1 and 2."""
    one, other = a.seen[url], b.seen[url]
    if one.item is not None and other.item is not None and one.item.sha256 == other.item.sha256:
        return Compared(url=url, relation=Relation.SAME_BYTES, a=one, b=other)
    mine, theirs = _text(a, one), _text(b, other)
    why = tuple(_reasons(one, other))
    if mine is not None and mine == theirs:
        return Compared(url=url, relation=Relation.SAME_TEXT, a=one, b=other, why=why)
    only_a, only_b = _lines(mine or [], theirs or [])
    return Compared(url=url, relation=Relation.DIFFERS, a=one, b=other, why=why, only_a=only_a, only_b=only_b)


def _reasons(one: Seen, other: Seen) -> Iterator[str]:
    apart = abs((one.at - other.at).total_seconds())
    if apart >= 1:
        yield f"{apart / 3600:.1f} h apart" if apart >= 3600 else f"{apart:.0f} s apart"
    if one.verdict != other.verdict:
        yield f"verdict {one.verdict or 'none'} and {other.verdict or 'none'}"
    for name in ("egress", "identity", "machine"):
        mine, theirs = getattr(one.around, name, ""), getattr(other.around, name, "")
        if mine != theirs:
            yield f"{name} {mine or 'not said'} and {theirs or 'not said'}"
    if one.item is not None and other.item is not None:
        if one.item.truncated != other.item.truncated:
            yield "one of the two was cut"
        if one.item.media_type != other.item.media_type:
            yield f"type {one.item.media_type} and {other.item.media_type}"
        if one.item.length != other.item.length:
            yield f"{one.item.length:,} and {other.item.length:,} bytes"
    elif one.item is not other.item:
        yield "only one of the two got anything"


def _text(side: Side, seen: Seen) -> list[str] | None:
    """What a reader sees, by line; None where it is no text, or cannot be read."""
    item = seen.item
    if item is None or item.media_type not in ("text/html", "application/xhtml+xml", "text/plain"):
        return None
    try:
        with side.open(item) as stream:
            data = stream.read(MAX_TEXT)
        if item.media_type == "text/plain":
            return decode_text(data, None).split("\n")[:MAX_LINES]
        return [block.text for block in loaded_page(data, item.url).blocks() if block.text][:MAX_LINES]
    except (EvidenceError, ArchiverError, OSError):
        return None


def _lines(mine: list[str], theirs: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    only_a: list[str] = []
    only_b: list[str] = []
    for line in difflib.unified_diff(mine, theirs, lineterm="", n=0):
        if line.startswith("-") and not line.startswith("---"):
            only_a.append(line[1:])
        elif line.startswith("+") and not line.startswith("+++"):
            only_b.append(line[1:])
    return tuple(only_a[:MAX_SHOWN]), tuple(only_b[:MAX_SHOWN])


def _original(bundle: Path, item: Item) -> BinaryIO:
    folder = bundle / "data" / "items" / item.id
    if re.fullmatch(r"ITEM-\d+", item.id) is None:
        raise FormatError(f"{item.id[:40]!r} is no item of a bundle")
    found = next(iter(sorted(folder.glob("original.*"))), None)
    if found is None:
        raise MissingContent(f"{item.id} is not in the bundle")
    return found.open("rb")
