"""The captured records that a bundle discloses: those that events below the cut name, and no other.

1. Records that belong to a left-out item, and records that refer to one that is left out (revisit, metadata,
   conversion), are not disclosed, whatever else names them.
2. A file's warcinfo record goes with the first record of that file.
3. Members are copied whole, and only after the block of each was read and has its hash.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path

from evidence_store.bundle.contents import Selection
from evidence_store.case import Case
from evidence_store.records import ItemKind, RecordId, Tool, WarcRef
from evidence_store.warc.model import COPY_SIZE, RecordEntry, WarcType
from evidence_store.warc.wacz import WaczPage, WarcSelection, write_wacz

PAGES = (ItemKind.PAGE, ItemKind.POST)


def disclosed_records(case: Case, selection: Selection) -> tuple[RecordEntry, ...]:
    """Where the records stand that go into the bundle, by file and offset.

    MissingContent where the case does not hold a record that an event names.
    """
    left_out = selection.left_out | _referring(case, selection.left_out)
    named = [case.record(record) for record in sorted(selection.records - left_out)]
    return tuple(sorted([*_warcinfos(case, {entry.file for entry in named}), *named],
                        key=lambda entry: (entry.file, entry.offset)))


def copy_captures(case: Case, entries: Sequence[RecordEntry], selection: Selection, destination: Path, *,
                  created_at: datetime, software: Tool) -> None:
    """Write the disclosure copy: a WACZ of these records.

    ContentMismatch, MissingContent or WarcDamaged where a record is not what the ledger says.
    """
    _read_through(case, entries)
    chosen = [WarcSelection(path=case.layout.warcs / file, entries=tuple(found))
              for file, found in groupby(entries, key=lambda entry: entry.file)]
    write_wacz(destination, selections=chosen, pages=tuple(_pages(entries, selection)), created_at=created_at,
               software=software)


def _read_through(case: Case, entries: Iterable[RecordEntry]) -> None:
    for entry in entries:
        with case.open_content(entry.ref) as block:
            while block.read(COPY_SIZE):
                pass


def _pages(entries: Iterable[RecordEntry], selection: Selection) -> Iterator[WaczPage]:
    """The pages among the items: what replay offers first."""
    sources = {item.source.record for item in selection.items
               if item.kind in PAGES and isinstance(item.source, WarcRef)}
    yield from (WaczPage(url=entry.uri, at=entry.date) for entry in entries if entry.ref.record in sources)


def _referring(case: Case, records: frozenset[RecordId]) -> frozenset[RecordId]:
    """The records that refer to one of these, and those that refer to them, and so on."""
    found: frozenset[RecordId] = frozenset()
    new = records
    while new:
        about = case.catalogue.records_about(new)
        new = frozenset(entry.ref.record for entry in about if entry.refers_to in new) - records - found
        found |= new
    return found


def _warcinfos(case: Case, files: Iterable[str]) -> Iterable[RecordEntry]:
    for file in files:
        yield from (entry for entry in case.catalogue.records(file=file, limit=1) if entry.type is WarcType.WARCINFO)
