"""One timeline per item: its marks in order, the bounds they leave, and what cannot all be true.

1. Bounds: it was there when it was posted, received, served or captured; the earliest of these is the latest it can be.
   No mark says for certain how old it is.
2. Contradictions are named, with the two marks and the time between them. Which mark is wrong is not decided.
3. What supports or contradicts is the claimed time; without a claim the finding is silent.
4. Every time is given in UTC and, where the zone of the place is known, by its clocks, with zone and source.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from evidence_store.canonical import JsonValue
from evidence_store.findings import Bearing, Finding, Outcome
from evidence_store.records import Item
from verify.place.zones import PlaceZone
from verify.timeline.marks import Mark, MarkKind

NAME = "time.timeline"
SLACK = timedelta(minutes=10)     # clocks of servers and cameras are rarely better
MAX_MARKS = 200                   # of one item in a finding; more come from a page cited a hundred times

# what must not be later than what: (first, second, words)
_ORDER = (
    (MarkKind.TAKEN, MarkKind.POSTED, "taken after it was posted"),
    (MarkKind.TAKEN, MarkKind.RECEIVED, "taken after it was received"),
    (MarkKind.TAKEN, MarkKind.SERVED, "taken after the server sent it"),
    (MarkKind.TAKEN, MarkKind.ARCHIVED, "taken after it was archived"),
    (MarkKind.TAKEN, MarkKind.CAPTURED, "taken after it was captured"),
    (MarkKind.TAKEN, MarkKind.FILE_CHANGED, "taken after the server last changed the file"),
    (MarkKind.POSTED, MarkKind.ARCHIVED, "posted after it was archived"),
    (MarkKind.POSTED, MarkKind.CAPTURED, "posted after it was captured"),
    (MarkKind.TAKEN, MarkKind.PUBLISHED, "taken after the date of the article that shows it (articles are changed)"),
    (MarkKind.POSTED, MarkKind.PUBLISHED, "posted after the date of the article that cites it (articles are changed)"),
    (MarkKind.FILE_CHANGED, MarkKind.SERVED, "changed after the server sent it"),
    (MarkKind.CLAIMED, MarkKind.POSTED, "posted before the time it is claimed to show"),
    (MarkKind.CLAIMED, MarkKind.RECEIVED, "received before the time it is claimed to show"),
    (MarkKind.CLAIMED, MarkKind.ARCHIVED, "archived before the time it is claimed to show"),
    (MarkKind.CLAIMED, MarkKind.TAKEN, "taken before the time it is claimed to show"),
    (MarkKind.CLAIMED, MarkKind.FILE_CHANGED, "unchanged since before the time it is claimed to show"),
    (MarkKind.TAKEN, MarkKind.CLAIMED, "taken after the time it is claimed to show"),
    (MarkKind.TAKEN, MarkKind.TAKEN, "its own clocks differ on when it was taken"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """Two marks that cannot both be true."""

    words: str
    first: Mark
    second: Mark
    by: timedelta                 # at least so far apart


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """What is said about when, in order."""

    marks: tuple[Mark, ...]
    not_after: Mark | None        # it existed by then
    contradictions: tuple[Contradiction, ...]

    @property
    def bearing(self) -> Bearing:
        """What the marks are to the claimed time."""
        claimed = [mark for mark in self.marks if mark.kind is MarkKind.CLAIMED]
        if any(MarkKind.CLAIMED in {one.first.kind, one.second.kind} for one in self.contradictions):
            return Bearing.CONTRADICTS
        own = [mark for mark in self.marks if mark.kind is MarkKind.TAKEN]
        agrees = any(mark.earliest <= claim.latest and claim.earliest <= mark.latest
                     for mark in own for claim in claimed)
        return Bearing.SUPPORTS if agrees else Bearing.SILENT


def timeline(marks: Iterable[Mark]) -> Timeline:
    """Marks in order of time, with what follows from them."""
    ordered = tuple(sorted(set(marks), key=lambda mark: (mark.earliest, mark.latest, mark.kind, mark.source)))
    ordered = ordered[:MAX_MARKS]
    there = [mark for mark in ordered
             if mark.kind in {MarkKind.POSTED, MarkKind.RECEIVED, MarkKind.ARCHIVED, MarkKind.SERVED,
                              MarkKind.CAPTURED}]
    return Timeline(marks=ordered, not_after=min(there, key=lambda mark: mark.latest, default=None),
                    contradictions=tuple(_contradictions(ordered)))


def timeline_finding(item: Item, marks: Iterable[Mark], zone: PlaceZone | None = None) -> Finding:
    """The timeline of an item as a finding: pass where two marks or more could be compared. `zone`: of its place."""
    found = timeline(marks)

    def document(mark: Mark) -> dict[str, JsonValue]:
        return _mark_document(mark, zone)

    details: dict[str, JsonValue] = {
        "marks": [document(mark) for mark in found.marks],
        "not_after": document(found.not_after) if found.not_after else None,
        "zone": zone.name if zone else "", "zone_source": zone.source if zone else "",
        "contradictions": [{"what": one.words, "first": document(one.first), "second": document(one.second),
                            "by_seconds": int(one.by.total_seconds())} for one in found.contradictions]}
    compared = len(found.marks) > 1
    return Finding(check=NAME, outcome=Outcome.PASS if compared else Outcome.NOT_APPLICABLE, subject=item.id,
                   bearing=found.bearing, details=details, summary=_summary(found, zone))


def _contradictions(marks: tuple[Mark, ...]) -> Iterator[Contradiction]:
    for first_kind, second_kind, words in _ORDER:
        for first in marks:
            for second in marks:
                if first.kind is first_kind and second.kind is second_kind and first.earliest > second.latest + SLACK:
                    yield Contradiction(words=words, first=first, second=second, by=first.earliest - second.latest)


def _summary(found: Timeline, zone: PlaceZone | None) -> str:
    if found.contradictions:
        return "; ".join(dict.fromkeys(f"{one.words}, by {_span(one.by)} or more" for one in found.contradictions))
    until = (f"; it existed by {_shown(found.not_after.latest, zone)} ({found.not_after.source})"
             if found.not_after else "")
    return f"{len(found.marks)} statements about time can all be true{until}"


def _span(span: timedelta) -> str:
    hours = span.total_seconds() / 3600
    return f"{span.days} days" if span.days > 1 else f"{hours:.0f} hours" if hours >= 2 else f"{hours * 60:.0f} minutes"


def _shown(moment: datetime, zone: PlaceZone | None) -> str:
    local = zone.at(moment) if zone else None
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC" + (
        f", there {local:%Y-%m-%d %H:%M:%S %z}" if local else "")


def _mark_document(mark: Mark, zone: PlaceZone | None) -> dict[str, JsonValue]:
    document: dict[str, JsonValue] = {
        "kind": mark.kind, "earliest": mark.earliest.isoformat(), "latest": mark.latest.isoformat(),
        "source": mark.source, "stated": mark.stated}
    bounds = [zone.at(moment) for moment in (mark.earliest, mark.latest)] if zone else []
    if bounds and all(bounds):
        document["local"] = [bound.isoformat() for bound in bounds if bound]
    return document
