"""What came in from colleagues and is nested in the case: their bundles, and what was said there."""

from collections.abc import Iterator
from pathlib import Path

from evidence_store.case import Case
from evidence_store.catalogue.model import EventFilter
from evidence_store.nesting import Nested, NestedSaid
from evidence_store.records import CaseId, ItemId

PIECE = 1 << 20


def received(case: Case, other: CaseId | None = None) -> Iterator[Nested]:
    """The bundles that were taken in, of one case or of all, in that order."""
    after = -1
    while page := case.catalogue.events(EventFilter(kinds=frozenset({Nested.TYPE})), after=after):
        for entry in page:
            body = case.event(entry.seq).body
            if isinstance(body, Nested) and other in (None, body.case):
                yield body
        after = page[-1].seq


def write_out(case: Case, nested: Nested, destination: Path) -> None:
    """A nested bundle as it came, in a new folder; FileExistsError where it is there."""
    destination.mkdir(parents=True)
    for file in nested.files:
        target = destination / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        with case.open_content(file.content) as stream, target.open("xb") as out:
            while piece := stream.read(PIECE):
                out.write(piece)


def said_elsewhere(case: Case, item: ItemId) -> tuple[NestedSaid, ...]:
    """What people said of an item in other cases whose bundles came in."""
    return tuple(said for body in received(case) for said in body.said if said.item == item)
