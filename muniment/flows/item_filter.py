"""The words of a filter: `kind:photo verdict:gone outcome:fail source:x place:sarmin since:2015-10 ruins`. Pure.

1. What stands before a colon may be cut short, and so may the name of a kind, verdict or outcome: `k:ph` is photos.
2. A word that is none of these is looked for in id, URL, name and the words around the citation.
3. A name that fits nothing is said to be so; it is never left out silently.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from evidence_store.catalogue.model import ItemFilter
from evidence_store.findings import Outcome
from evidence_store.records import ItemKind, Verdict

KEYS = ("kind", "verdict", "outcome", "source", "place", "date", "since", "until")
MAX_FILTER = 1000             # characters: nobody types more
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2}(T[\d:.]*Z?)?)?)?|\d{1,4}-?|\d{4}-\d{1,2}-?")

Name = TypeVar("Name", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFilter:
    """A filter as typed, understood."""

    which: ItemFilter
    problems: tuple[str, ...] = ()


@dataclass(slots=True)
class _Parts:
    kinds: set[ItemKind]
    verdicts: set[Verdict]
    outcomes: set[Outcome]
    sources: set[str]
    words: list[str]
    problems: list[str]
    place: str = ""
    since: str = ""
    until: str = ""


def read_filter(text: str) -> ReadFilter:
    """What a person typed, while they type: an unfinished word is no problem yet."""
    parts = _Parts(set(), set(), set(), set(), [], [])
    for word in text[:MAX_FILTER].split():
        name, colon, value = word.partition(":")
        keys = [key for key in KEYS if name and key.startswith(name.casefold())]
        if not colon or not keys or value.startswith("//"):
            parts.words.append(word)
        elif value:
            _take(parts, keys[0], value)
    which = ItemFilter(kinds=frozenset(parts.kinds), verdicts=frozenset(parts.verdicts),
                       outcomes=frozenset(parts.outcomes), sources=frozenset(parts.sources), place=parts.place,
                       since=parts.since, until=parts.until, text=" ".join(parts.words))
    return ReadFilter(which=which, problems=tuple(parts.problems))


def _take(parts: _Parts, key: str, value: str) -> None:
    match key:
        case "kind":
            _names(parts, ItemKind, value, parts.kinds.update, "kind")
        case "verdict":
            _names(parts, Verdict, value, parts.verdicts.update, "verdict")
        case "outcome":
            _names(parts, Outcome, value, parts.outcomes.update, "outcome")
        case "source":
            parts.sources.add(value)
        case "place":
            parts.place = value.replace("_", " ")
        case _:
            _date(parts, key, value)


def _names(parts: _Parts, kind: type[Name], value: str, take: Callable[[Iterable[Name]], None], what: str) -> None:
    """Every name that begins so; several may be given, separated by commas."""
    for one in value.casefold().replace("-", "_").split(","):
        found = [name for name in kind if one and name.value.startswith(one)]
        if one and not found:
            parts.problems.append(f"no {what} begins with {one}: {', '.join(kind)}")
        exact = [name for name in found if name.value == one]
        take(exact or found)


def _date(parts: _Parts, key: str, value: str) -> None:
    if not _DATE.fullmatch(value):
        parts.problems.append(f"{value} is no date: 2015, 2015-10 or 2015-10-20")
        return
    day = value.rstrip("-")
    if key in {"date", "since"}:
        parts.since = day
    if key in {"date", "until"}:
        parts.until = day
