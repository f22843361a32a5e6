"""Which WARC records a bundle discloses: those that events below the cut name, and no other.

1. Records that belong to a left-out item, and records that refer to one that is left out (revisit, metadata,
   conversion), are not disclosed, whatever else names them.
2. A file's warcinfo record goes with the first record of that file.
"""

from collections.abc import Iterable

from evidence_store.bundle.contents import Selection
from evidence_store.case import Case
from evidence_store.records import RecordId
from evidence_store.warc.model import RecordEntry, WarcType


def disclosed_records(case: Case, selection: Selection) -> tuple[RecordEntry, ...]:
    """Where the records stand that go into the bundle, by file and offset.

    MissingContent where the case does not hold a record that an event names.
    """
    left_out = selection.left_out | _referring(case, selection.left_out)
    named = [case.record(record) for record in sorted(selection.records - left_out)]
    return tuple(sorted([*_warcinfos(case, {entry.file for entry in named}), *named],
                        key=lambda entry: (entry.file, entry.offset)))


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
