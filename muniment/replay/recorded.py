"""Libraries of our own making: a case, and a bundle of one."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from evidence_store.case import Case
from evidence_store.disclosure.reading import as_disclosed
from evidence_store.errors import EvidenceError, FormatError
from evidence_store.events import Captured, CaseOpen, Disclose, Event, decode_body
from evidence_store.records import Capture, RecordId, Tool
from evidence_store.warc.entries import entries
from evidence_store.warc.members import Damage
from evidence_store.warc.model import RecordEntry
from evidence_store.warc.wacz_reader import open_wacz
from muniment.replay.library import (
    Archives,
    Moment,
    Visit,
    found_moment,
    named_records,
    require_visits,
    visit_of,
)

MAX_BODY = 64 << 20           # bytes of one event; the largest captures list some thousand exchanges
CAPTURES = "data/capture.wacz"


class CaseLibrary:
    """The captures of a case."""

    folder: Path | None = None

    def __init__(self, case: Case, temporary: Path, software: Tool) -> None:
        self._case = case
        self._archives = Archives(folder=temporary, software=software)
        self.title = case.title
        self._records: dict[str, tuple[RecordEntry, ...]] = {}
        self._addresses: dict[str, str] = {}
        self.visits: Sequence[Visit] = require_visits(tuple(self._visits()), f"the case {case.title!r}")

    def _visits(self) -> Iterator[Visit]:
        for event in self._case.events():
            if isinstance(event.body, Captured):
                capture = event.body.capture
                found = dict(self._entries(capture))
                self._records[capture.id] = tuple(found.values())
                self._addresses |= {item.id: item.url for item in capture.items}
                visit = visit_of(capture, found)
                if visit is not None:
                    yield visit

    def _entries(self, capture: Capture) -> Iterator[tuple[RecordId, RecordEntry]]:
        for record in named_records(capture):
            try:
                entry = self._case.record(record)
                yield record, entry
                if entry.refers_to is not None:          # a revisit is played from what it refers to
                    yield entry.refers_to, self._case.record(entry.refers_to)
            except EvidenceError:
                continue                                 # that a record is missing is what `verify` says

    def moment(self, kind: str, name: str) -> Moment | None:
        """What an item or a citation leads to."""
        return found_moment(self.visits, kind, name, self._addresses)

    def archive(self, visit: Visit) -> Path:
        """The WACZ of a visit."""
        return self._archives.made(visit, self._records[visit.key], self._case.layout.warcs)


class BundleLibrary:
    """The captures of a bundle, with its report beside them. What it says is not verified here."""

    def __init__(self, folder: Path, temporary: Path, software: Tool) -> None:
        self.folder: Path | None = folder
        self._folder = folder
        self._archives = Archives(folder=temporary, software=software)
        self._warcs = temporary / "warcs"
        self._warcs.mkdir()
        events = _bundle_events(folder)
        known = self._unpacked()
        self.title = next((event.body.title for event in events if isinstance(event.body, CaseOpen)), folder.name)
        self._records: dict[str, tuple[RecordEntry, ...]] = {}
        self._addresses: dict[str, str] = {}
        self.visits: Sequence[Visit] = require_visits(tuple(self._visits(events, known)), f"the bundle {folder.name}")

    def _unpacked(self) -> dict[RecordId, RecordEntry]:
        found: dict[RecordId, RecordEntry] = {}
        if not (self._folder / CAPTURES).is_file():
            return found
        with open_wacz(self._folder / CAPTURES) as wacz:
            for number, warc in enumerate(wacz.warcs):
                path = self._warcs / f"{number:05d}.warc.gz"
                wacz.extract(warc, path)
                found |= {entry.ref.record: entry for entry in entries(path) if not isinstance(entry, Damage)}
        return found

    def _visits(self, events: list[Event], known: dict[RecordId, RecordEntry]) -> Iterator[Visit]:
        for event in events:
            if isinstance(event.body, Captured):
                capture = event.body.capture
                named = named_records(capture)
                found = {record: known[record] for record in named if record in known}
                found |= {entry.refers_to: known[entry.refers_to] for entry in list(found.values())
                          if entry.refers_to is not None and entry.refers_to in known}
                self._records[capture.id] = tuple(found.values())
                self._addresses |= {item.id: item.url for item in capture.items}
                visit = visit_of(capture, found)
                if visit is not None:
                    yield visit

    def moment(self, kind: str, name: str) -> Moment | None:
        """What an item or a citation leads to."""
        return found_moment(self.visits, kind, name, self._addresses)

    def archive(self, visit: Visit) -> Path:
        """The WACZ of a visit."""
        return self._archives.made(visit, self._records[visit.key], self._warcs)


def _bundle_events(folder: Path) -> list[Event]:
    """The events whose bodies are in the bundle; FormatError where one is none."""
    found = []
    for path in sorted((folder / "custody" / "bodies").glob("[0-9]*.json")):
        if path.stat().st_size > MAX_BODY or not path.stem.isdecimal():
            raise FormatError(f"{path.name} is no event", hint="run `muniment verify` on the bundle")
        found.append(decode_body(int(path.stem), path.read_bytes()))
    last = found[-1].body if found else None
    return list(as_disclosed(found, last.withheld_seqs if isinstance(last, Disclose) else ()))
