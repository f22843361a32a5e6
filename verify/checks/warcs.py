"""WARC integrity: the files of a case against themselves and against the ledger.

1. Reading goes on after damage: each damaged stretch is a finding that names its file, offset and length.
2. Every record's digests are computed anew; and a record that the ledger names must have the block that the ledger
   names, whatever its own digests say: a forger can make those anew, the signed ledger not.
3. A record that the ledger names must be there. One that it does not name is listed: a crash leaves such records.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from evidence_store.events import Captured, Event, FindingEvent, Imported, Transformed
from evidence_store.findings import Outcome
from evidence_store.progress import NoProgress, Progress
from evidence_store.records import Exchange, ItemId, Locator, RecordId, Tool, WarcRef
from evidence_store.warc.fields import target_uri
from evidence_store.warc.integrity import DigestState, RecordCheck, check_record
from evidence_store.warc.members import Damage
from evidence_store.warc.model import WarcType
from evidence_store.warc.reader import Record, read_records

DAMAGE, DIGEST, LEDGER, MISSING, UNNAMED, WHOLE = (
    "warc.damage", "warc.digest", "warc.ledger", "warc.missing", "warc.unnamed", "warc.whole")
TASK = "warc files"
MAX_LISTED = 20              # record ids in the details of one finding; the count is always exact
MAX_DAMAGES = 1000           # findings of damage for one file: a file of rubbish gives a summary, not a flood


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedRecord:
    """What the ledger says of a WARC record."""

    ref: WarcRef
    uri: str = ""                    # WARC-Target-URI as it must stand; "" where the ledger does not say
    item: ItemId | None = None       # the item whose bytes it holds


def named_records(events: Iterable[Event]) -> Mapping[RecordId, NamedRecord]:
    """The records that a ledger names, by id."""
    found: dict[RecordId, NamedRecord] = {}
    for event in events:
        match event.body:
            case Captured(capture=capture):
                for exchange in capture.exchanges:
                    _name_exchange(found, exchange)
                for failure in capture.failures:
                    _name(found, failure)
                for item in capture.items:
                    _name(found, item.source, item=item.id)
            case Imported(items=items):
                for item in items:
                    _name(found, item.source, item=item.id)
            case Transformed(derivative=derivative):
                for source in derivative.recipe.inputs:
                    _name(found, source)
            case _:
                pass
    return found


def check_warcs(files: Iterable[Path], named: Mapping[RecordId, NamedRecord], *, progress: Progress | None = None,
                tools: tuple[Tool, ...] = ()) -> Iterator[FindingEvent]:
    """Findings on WARC files that together must hold the records of `named`; OSError where one cannot be opened."""
    watch = progress or NoProgress()
    paths = sorted(files)
    watch.start(TASK, len(paths), "files")
    run = _Run(named=named, tools=tools)
    try:
        for path in paths:
            yield from run.check_file(path)
            watch.advance(TASK, note=path.name)
        yield from run.check_all_present()
    finally:
        watch.finish(TASK)


def _name_exchange(found: dict[RecordId, NamedRecord], exchange: Exchange) -> None:
    uri = target_uri(exchange.url)
    _name(found, exchange.request, uri=uri)
    if exchange.response is not None:
        _name(found, exchange.response, uri=uri)
    for other in exchange.other_records:
        _name(found, other)


def _name(found: dict[RecordId, NamedRecord], locator: Locator, *, uri: str = "", item: ItemId | None = None) -> None:
    if isinstance(locator, WarcRef):
        known = found.get(locator.record)
        found[locator.record] = NamedRecord(ref=known.ref if known else locator,
                                            uri=uri or (known.uri if known else ""),
                                            item=(known.item if known else None) or item)


@dataclass(slots=True)
class _Run:
    named: Mapping[RecordId, NamedRecord]
    tools: tuple[Tool, ...]
    seen: set[RecordId] = field(default_factory=set)
    unnamed: list[RecordId] = field(default_factory=list)

    def check_file(self, path: Path) -> Iterator[FindingEvent]:
        """One file's damage, its records' digests, and what the ledger says of them."""
        records = damages = failures = 0
        for found in read_records(path):
            if isinstance(found, Damage):
                damages += 1
                if damages <= MAX_DAMAGES:
                    yield self._damage(path, found)
                continue
            records += 1
            for finding in self._record(path, found):
                failures += 1
                yield finding
        if damages > MAX_DAMAGES:
            yield self._finding(DAMAGE, Outcome.FAIL,
                                f"{path.name} has {damages} damaged stretches; {MAX_DAMAGES} are listed")
        if not damages and not failures:
            outcome = Outcome.PASS if records else Outcome.NOT_APPLICABLE
            yield self._finding(WHOLE, outcome, f"{path.name}: {records} records, every one whole and with its digests",
                                file=path.name, records=records)

    def check_all_present(self) -> Iterator[FindingEvent]:
        """What the ledger names and no file has; what files have and the ledger does not name."""
        for identifier, entry in self.named.items():
            if identifier not in self.seen:
                yield self._finding(MISSING, Outcome.FAIL,
                                    f"no file yields the record {identifier}, which the ledger names",
                                    item=entry.item, record=identifier)
        if self.unnamed:
            yield self._finding(
                UNNAMED, Outcome.INCONCLUSIVE,
                f"{len(self.unnamed)} records belong to no event: an interrupted capture leaves such records, so would "
                "records put in later", count=len(self.unnamed), records=tuple(self.unnamed[:MAX_LISTED]))

    def _record(self, path: Path, record: Record) -> Iterator[FindingEvent]:
        check = check_record(record)
        entry = self.named.get(check.record)
        where = f"the record at offset {record.offset} of {path.name}"
        item = entry.item if entry else None
        bad = [digest for digest in (check.block, check.payload) if digest.state is DigestState.MISMATCH]
        if bad:
            yield self._finding(DIGEST, Outcome.FAIL, f"{where} does not have the content that its own digest names",
                                item=item, file=path.name, offset=record.offset, record=check.record,
                                declared=bad[0].declared, computed=bad[0].computed)
        if entry is None:
            if check.type is not WarcType.WARCINFO:
                self.unnamed.append(check.record)
            return
        if check.record in self.seen:
            yield self._finding(LEDGER, Outcome.FAIL, f"{where} has the id of an earlier record", item=item,
                                file=path.name, offset=record.offset, record=check.record)
        if check.block.state is DigestState.UNREADABLE:
            return                     # named as damage where it stands, and missing from `seen`
        self.seen.add(check.record)
        yield from self._against_ledger(path, where, check, entry)

    def _against_ledger(self, path: Path, where: str, check: RecordCheck,
                        entry: NamedRecord) -> Iterator[FindingEvent]:
        found = check.block.computed.removeprefix("sha256:")    # our records always declare SHA-256: see warc.writer
        if found != entry.ref.sha256:
            yield self._finding(LEDGER, Outcome.FAIL, f"{where} is not the record that the ledger names",
                                item=entry.item,
                                file=path.name, offset=check.offset, record=check.record, ledger=entry.ref.sha256,
                                found=found)
        elif entry.uri and check.uri != entry.uri:
            yield self._finding(LEDGER, Outcome.FAIL,
                                f"{where} says that it is of another address than the ledger says",
                                item=entry.item, file=path.name, offset=check.offset, record=check.record)

    def _damage(self, path: Path, damage: Damage) -> FindingEvent:
        summary = f"{path.name} is damaged at offset {damage.offset} ({damage.fault}): {damage.detail}"
        return self._finding(DAMAGE, Outcome.FAIL, summary, file=path.name, offset=damage.offset, length=damage.length,
                             fault=damage.fault.value)

    def _finding(self, check: str, outcome: Outcome, summary: str, *, item: ItemId | None = None,
                 **details: str | int | tuple[str, ...]) -> FindingEvent:
        return FindingEvent(item=item, check=check, outcome=outcome, summary=summary, tools=self.tools, details=details)
