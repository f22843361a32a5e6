"""What findings hold beyond their sentence, as rows to show: metadata, likeness hashes, matches of reuse, figures.

1. Details come from whoever wrote the ledger: whatever is not of the expected shape is passed over, nothing fails.
2. Rows are cut to a budget of characters as they will be written, so that no page outgrows what a browser shows.
"""

import html
import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from evidence_store.bundle import naming
from evidence_store.events import FindingEvent
from evidence_store.records import Derivative, DerivativeKind
from muniment.report import wording
from muniment.report.places import number
from muniment.report.times import moment

REUSE = "reuse.search"
HASHES = "image.hashes"
REPLAY = "replay.comparison"
MAX_MATCHES = 40              # drawn of one exhibit; the finding's sentence counts all
TABLE_BUDGET = 120_000        # characters of one table on a page
CELL = 300                    # characters of one value
MAX_FIGURES = 60
MAX_REGIONS = 100             # cells of a screen that are drawn
MAX_LINES = 20                # of a page's text that are named
_ITEM = re.compile(r"ITEM-\d{4,9}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Rows of a table, and how many were left out."""

    rows: tuple[tuple[str, ...], ...]
    more: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReuseMatch:
    """Another picture that shows the same photograph."""

    name: str
    item: str                 # its item id where it is one, else ""
    collection: str
    url: str
    first_seen: str
    seen_at: datetime | None  # the same, where it is a moment
    relation: str
    agreement: str
    region_query: str         # `points` of a polygon on a square of 100 by 100
    region_target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What a replay showed of a page, to stand beside what was recorded."""

    finding: FindingEvent
    screen: str               # path of the picture of the replay; "": there is none to show
    regions: tuple[str, ...]  # `points` of the cells that differ
    missing: tuple[str, ...]  # lines that were recorded and are not replayed
    added: tuple[str, ...]    # lines that are replayed and were not recorded


def within(rows: Iterable[tuple[str, ...]], budget: int = TABLE_BUDGET) -> Rows:
    """The rows that fit into a budget of escaped characters."""
    kept: list[tuple[str, ...]] = []
    given = tuple(rows)
    for row in given:
        budget -= sum(len(html.escape(cell)) for cell in row) + 40
        if budget < 0:
            break
        kept.append(row)
    return Rows(rows=tuple(kept), more=len(given) - len(kept))


def metadata(findings: Sequence[FindingEvent]) -> Rows:
    """The normalised fields that readers agreed on."""
    found: dict[str, str] = {}
    for finding in findings:
        fields = finding.details.get("normalised")
        if isinstance(fields, dict):
            found |= {str(name): str(value) for name, value in fields.items()}
    return within((wording.captured(name, 80), wording.captured(value, CELL)) for name, value in found.items())


def all_metadata(findings: Sequence[FindingEvent]) -> Rows:
    """Every tag of every reader: reader, tag, value."""
    return within(row for finding in findings for row in _tags(finding.details.get("readers")))


def _tags(readers: object) -> Iterator[tuple[str, ...]]:
    for reader, said in readers.items() if isinstance(readers, dict) else ():
        tags = said.get("tags") if isinstance(said, dict) else None
        for name, value in tags.items() if isinstance(tags, dict) else ():
            yield tuple(wording.captured(str(text), limit)
                        for text, limit in ((reader, 60), (name, 120), (value, CELL)))


def hashes(findings: Sequence[FindingEvent]) -> Rows:
    """Likeness hashes by name."""
    details = next((finding.details for finding in findings if finding.check == HASHES), {})
    return within((wording.captured(name, 20), wording.captured(str(value.get("hash", "")), 100))
                  for name, value in details.items() if isinstance(value, dict) and "hash" in value)


def figures(finding: FindingEvent) -> Rows:
    """The figures behind a finding, flat, and the tools that it rests on. Long lists stand elsewhere on the page."""
    skipped = {"readers", "normalised", "matches", "marks", "regions", "missing", "added"}
    flat = (row for name, value in finding.details.items() if name not in skipped for row in _flat(str(name), value))
    tools = (("", f"{tool.name} {tool.version}".strip()) for tool in finding.tools)
    return within(((wording.captured(name, 80), wording.captured(value, CELL))
                   for name, value in islice((*islice(flat, MAX_FIGURES), *tools), 2 * MAX_FIGURES)), TABLE_BUDGET // 8)


def _flat(name: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _flat(f"{name}.{key}", inner)
    elif isinstance(value, list | tuple):
        if value:
            yield name, json.dumps(value, ensure_ascii=False)[:4 * CELL]
    elif value not in (None, "", {}):
        yield name, str(value)


def matches(findings: Sequence[FindingEvent]) -> tuple[ReuseMatch, ...]:
    """The matches of the last search for reuse."""
    details = next((finding.details for finding in findings if finding.check == REUSE), {})
    listed = details.get("matches")
    return tuple(islice((_match(one) for one in (listed if isinstance(listed, list) else ()) if isinstance(one, dict)),
                        MAX_MATCHES))


def replayed(findings: Sequence[FindingEvent], derivatives: Sequence[Derivative]) -> Replayed | None:
    """The last comparison of a replay with the record; None where there is none."""
    finding = next((one for one in findings if one.check == REPLAY), None)
    if finding is None:
        return None
    screen = next((one for one in reversed(derivatives) if one.kind is DerivativeKind.REPLAY
                   and one.media_type == "image/png"), None)
    listed = finding.details.get("regions")
    regions = islice((_polygon(one) for one in (listed if isinstance(listed, list) else ())), MAX_REGIONS)
    return Replayed(finding=finding, screen=naming.derivative_path(screen) if screen else "",
                    regions=tuple(filter(None, regions)), missing=_lines(finding.details.get("missing")),
                    added=_lines(finding.details.get("added")))


def _lines(value: object) -> tuple[str, ...]:
    lines = value if isinstance(value, list) else ()
    return tuple(wording.captured(str(one), CELL) for one in islice(lines, MAX_LINES))


def _match(one: Mapping[str, object]) -> ReuseMatch:
    name = str(one.get("name", ""))
    return ReuseMatch(
        name=wording.captured(name, 200), item=name if _ITEM.fullmatch(name) else "",
        collection=wording.captured(str(one.get("collection", "")), 100), url=str(one.get("url") or ""),
        seen_at=moment(one.get("first_seen")),
        first_seen=wording.captured(str(one.get("first_seen") or ""), 40)[:19],
        relation=wording.captured(str(one.get("relation", "")), 40),
        agreement=_percent(one.get("agreement")),
        region_query=_polygon(one.get("region_query")), region_target=_polygon(one.get("region_target")))


def _percent(value: object) -> str:
    share = number(value)
    return "" if math.isnan(share) or not 0 <= share <= 1 else f"{share:.0%}"


def _polygon(corners: object) -> str:
    """Corners as shares of a picture; "" where they are not four of those."""
    if not isinstance(corners, list) or len(corners) != 4:
        return ""
    points = [(number(corner[0]), number(corner[1])) for corner in corners
              if isinstance(corner, list) and len(corner) == 2]
    if len(points) != 4 or not all(-10 <= value <= 10 for point in points for value in point):
        return ""
    return " ".join(f"{100 * x:.2f},{100 * y:.2f}" for x, y in points)
