"""When things are claimed to be from, and what was found about it: rows for the timeline. Pure.

1. Claimed, found and concluded are told apart; a contradiction is the finding's word, never drawn from the picture.
2. The date of the article that cites a thing says nothing of when the thing was made: it is told, never drawn.
3. The scale holds what is claimed and found; long gaps are cut out, and the cut is drawn. "It existed by" is most often
   years later: it is written, and drawn only where it lies within the scale.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from evidence_store.claims import Question
from evidence_store.findings import Bearing
from evidence_store.records import ItemId
from muniment.report.dossier import Exhibit

CHECK = "time.timeline"
FOUND = frozenset({"taken", "posted", "in the address", "received", "encoded"})
CITED = "article"             # the kind of mark that is the citing article's own date
MAX_SPANS = 12                # of one row
LEFT, RIGHT = 0.0, 1000.0     # of the scale, in units of the drawing
LEAST = 4.0                   # units: a span is never drawn narrower
LABEL = 120.0                 # units that the label of a moment takes
BREAK = 24.0                  # units between two stretches, where time is cut out
MAX_PARTS = 5                 # stretches on one scale
SHORTEST_GAP = timedelta(days=10)     # that is cut out
LAST_YEAR = 9999              # of the calendar: nothing is added to it


class SpanKind(StrEnum):
    """What a span says."""

    CLAIMED = "claimed"
    FOUND = "found"
    CITED = "cited"               # the date of the article that cites it


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From when to when, and what says so."""

    earliest: datetime
    latest: datetime
    source: str
    kind: SpanKind

    @property
    def claimed(self) -> bool:
        """Somebody claims it."""
        return self.kind is SpanKind.CLAIMED


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeRow:
    """One exhibit on the timeline."""

    item: ItemId
    spans: tuple[Span, ...]
    existed_by: datetime | None
    existed_source: str
    bearing: Bearing
    concluded: tuple[str, ...]    # answers of people

    @property
    def drawn(self) -> tuple[Span, ...]:
        """What is claimed of it, and what was found."""
        return tuple(span for span in self.spans if span.kind is not SpanKind.CITED)


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnSpan:
    """A span on the scale."""

    x: float
    width: float
    claimed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnRow:
    """A row on the scale."""

    row: TimeRow
    spans: tuple[DrawnSpan, ...]
    existed_x: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A label of the scale."""

    x: float
    label: str
    anchor: str               # `text-anchor` of SVG


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnTimeline:
    """Numbers only; text is the template's."""

    rows: tuple[DrawnRow, ...]
    ticks: tuple[Tick, ...]
    breaks: tuple[float, ...]     # where time is cut out
    more: int


def time_rows(exhibits: Iterable[Exhibit]) -> tuple[TimeRow, ...]:
    """A row for each exhibit that something but the time of its capture is said of."""
    return tuple(row for exhibit in exhibits for row in _row(exhibit))


def _row(exhibit: Exhibit) -> Iterator[TimeRow]:
    concluded = tuple(one.assessment.answer for one in exhibit.conclusions
                      if one.assessment.question is Question.TIME)
    finding = next((one for one in exhibit.findings if one.check == CHECK), None)
    if finding is None and not concluded:
        return
    details = finding.details if finding else {}
    marks = details.get("marks")
    spans = tuple(span for mark in (marks if isinstance(marks, list) else ()) for span in _span(mark))[:MAX_SPANS]
    by = details.get("not_after")
    if spans or concluded:
        yield TimeRow(item=exhibit.item.id, spans=spans, concluded=concluded,
                      existed_by=moment(by.get("latest")) if isinstance(by, dict) else None,
                      existed_source=str(by.get("source", "")) if isinstance(by, dict) else "",
                      bearing=(finding.bearing if finding else None) or Bearing.SILENT)


def _span(mark: object) -> Iterator[Span]:
    kind = mark.get("kind") if isinstance(mark, Mapping) else None
    said = {CITED: SpanKind.CITED, "claimed": SpanKind.CLAIMED, **dict.fromkeys(FOUND, SpanKind.FOUND)}
    if not isinstance(mark, Mapping) or not isinstance(kind, str) or kind not in said:
        return
    earliest, latest = moment(mark.get("earliest")), moment(mark.get("latest"))
    if earliest is not None and latest is not None and earliest <= latest:
        yield Span(earliest=earliest, latest=latest, source=str(mark.get("source", "")), kind=said[kind])


def moment(value: object) -> datetime | None:
    """A time of ISO 8601 in UTC; None where it is none."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC) if found else None
    except (ValueError, OverflowError):
        return None


def drawn_timeline(rows: Sequence[TimeRow], limit: int) -> DrawnTimeline | None:
    """The first `limit` rows on one scale; None where no row has a span."""
    shown = rows[:limit]
    scale = _scale([span for row in shown for span in row.drawn])
    if scale is None:
        return None

    def drawn(row: TimeRow) -> DrawnRow:
        by = row.existed_by
        return DrawnRow(row=row, existed_x=scale.at(by) if by is not None and scale.holds(by) else None,
                        spans=tuple(_drawn_span(span, scale.at(span.earliest), scale.at(span.latest))
                                    for span in row.drawn))

    return DrawnTimeline(rows=tuple(drawn(row) for row in shown), more=len(rows) - len(shown), ticks=scale.ticks,
                         breaks=tuple(part.x - BREAK / 2 for part in scale.parts[1:]))


def _drawn_span(span: Span, start: float, stop: float) -> DrawnSpan:
    width = max(stop - start, LEAST)
    return DrawnSpan(x=min(start, RIGHT - width), width=width, claimed=span.claimed)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """A stretch of time without a long gap, and where it is drawn."""

    start: datetime
    stop: datetime
    x: float
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scale:
    """Stretches of time side by side; what lies between them is cut out."""

    parts: tuple[_Part, ...]

    def holds(self, moment: datetime) -> bool:
        return any(part.start <= moment <= part.stop for part in self.parts)

    def at(self, moment: datetime) -> float:
        part = next((one for one in self.parts if moment <= one.stop), self.parts[-1])
        share = (moment - part.start) / (part.stop - part.start)
        return part.x + part.width * min(max(share, 0.0), 1.0)

    @property
    def ticks(self) -> tuple[Tick, ...]:
        found = []
        for part in self.parts:
            found.append(Tick(x=part.x, label=_label(part.start), anchor="start"))
            if part.width >= 2 * LABEL:
                found.append(Tick(x=part.x + part.width, label=_label(part.stop), anchor="end"))
        return tuple(found)


def _scale(spans: Sequence[Span]) -> _Scale | None:
    """A scale for these spans: gaps are cut out, the longest first, until a part is wide enough for its label."""
    if not spans:
        return None
    gap = SHORTEST_GAP
    stretches = _stretches(spans, gap)
    while len(stretches) > MAX_PARTS:
        gap *= 4
        stretches = _stretches(spans, gap)
    weights = [math.log2(2 + (stop - start) / timedelta(hours=1)) for start, stop in stretches]
    room = RIGHT - LEFT - BREAK * (len(stretches) - 1) - LABEL * len(stretches)
    parts, x = [], LEFT
    for (start, stop), weight in zip(stretches, weights, strict=True):
        width = LABEL + room * weight / sum(weights)
        parts.append(_Part(start=start, stop=stop, x=x, width=width))
        x += width + BREAK
    return _Scale(parts=tuple(parts))


def _stretches(spans: Sequence[Span], gap: timedelta) -> list[tuple[datetime, datetime]]:
    found: list[tuple[datetime, datetime]] = []
    for start, stop in sorted((span.earliest, span.latest) for span in spans):
        if found and start - found[-1][1] <= gap:
            found[-1] = (found[-1][0], max(found[-1][1], stop))
        else:
            found.append((start, stop))
    return [(start, max(stop, start + timedelta(hours=1))) if start.year < LAST_YEAR else (start - timedelta(hours=1),
                                                                                         stop)
            for start, stop in found]


def _label(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
