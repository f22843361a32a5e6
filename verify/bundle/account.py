"""What the events of a ledger say there is: read one after the other, and only what the checks ask for is kept.

1. Withheld bodies are counted, not judged: what they would have said is not known.
2. An item belongs to one event: an id given twice is a failure of the body that gives it again.
3. An extract speaks for an event whose body is withheld. What it repeats must be word for word what was said of the
   same item before.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from evidence_store.disclosing import Extract
from evidence_store.errors import FormatError
from evidence_store.events import (
    Captured,
    CaseOpen,
    CheckpointStamped,
    Disclose,
    Event,
    Imported,
    KeyEnrol,
    KeyRevoke,
    Transformed,
    stated_event,
)
from evidence_store.handling import ReceiptForm, TransferReceipt
from evidence_store.nesting import Nested
from evidence_store.records import (
    BlobRef,
    CaseId,
    Derivative,
    Exchange,
    Item,
    ItemId,
    Locator,
    RecordId,
    Sha256,
    WarcRef,
)


@dataclass(slots=True, kw_only=True)
class Account:
    """Grows while a ledger is read."""

    size: int = 0                                                   # lines
    case: CaseId | None = None
    keys: dict[int, str] = field(default_factory=dict)              # seq -> fingerprint it is attributed to
    times: dict[int, datetime] = field(default_factory=dict)        # seq -> when, as the machine said
    absent: list[int] = field(default_factory=list)                 # seqs without a body
    enrolled: set[str] = field(default_factory=set)                 # fingerprints
    revoked: dict[str, int] = field(default_factory=dict)           # fingerprint -> seq of its first key-revoke
    disclose: Disclose | None = None                                # the last one
    disclosed_at: int = -1                                          # its seq
    items: dict[ItemId, Item] = field(default_factory=dict)
    derivatives: dict[ItemId, list[Derivative]] = field(default_factory=dict)
    records: dict[RecordId, set[WarcRef]] = field(default_factory=dict)
    exchanges: dict[RecordId, Exchange] = field(default_factory=dict)   # by response record
    extracts: dict[int, int] = field(default_factory=dict)          # seq of a withheld event -> seq of its extract
    stamped: dict[Sha256, int] = field(default_factory=dict)        # hash of a token -> seq of its event
    nested: set[BlobRef] = field(default_factory=set)               # files of other cases' bundles, kept whole
    scans: set[Sha256] = field(default_factory=set)                 # of receipts on paper

    def take(self, event: Event) -> None:
        """Take in one event; FormatError where it says what cannot be."""
        self.keys[event.seq], self.times[event.seq] = event.key, event.time
        if isinstance(event.body, Extract):
            self._repeat(event.seq, event.body)
        else:
            self._take(event)

    def _repeat(self, seq: int, extract: Extract) -> None:
        """Rule 3."""
        if extract.of >= seq:
            raise FormatError(f"it states something of event {extract.of}, which is not before it")
        stated = stated_event(extract)
        if isinstance(stated.body, Disclose | CheckpointStamped | KeyRevoke | Extract):
            raise FormatError(f"a {stated.body.TYPE!r} event cannot be stated in part")
        self.extracts[extract.of] = seq
        self._take(stated, again=True)

    def _take(self, event: Event, *, again: bool = False) -> None:
        match event.body:
            case CaseOpen(case=case):
                self.case = self.case or case
            case KeyEnrol(fingerprint=fingerprint):
                self.enrolled.add(fingerprint)
            case KeyRevoke(fingerprint=fingerprint):
                self.revoked.setdefault(fingerprint, event.seq)
            case CheckpointStamped(token_sha256=token):
                self.stamped.setdefault(token, event.seq)
            case Disclose() as disclose:
                self.disclose, self.disclosed_at = disclose, event.seq
            case Captured(capture=capture):
                for exchange in capture.exchanges:
                    self._take_exchange(exchange)
                for record in (*capture.failures, *(view.record for view in capture.views)):
                    self._name(record)
                self._take_items(capture.items, again=again)
            case Imported(items=items):
                self._take_items(items, again=again)
            case Transformed(derivative=derivative):
                self.derivatives.setdefault(derivative.item, []).append(derivative)
                for source in derivative.recipe.inputs:
                    self._name(source)
            case _:
                self._take_other(event)

    @property
    def not_selected(self) -> frozenset[ItemId]:
        """Items that were left out on purpose, as disclosed."""
        return frozenset(self.disclose.not_selected) if self.disclose else frozenset()

    @property
    def withheld(self) -> frozenset[int]:
        """Events whose bodies were left out on purpose, as disclosed."""
        return frozenset(self.disclose.withheld_seqs) if self.disclose else frozenset()

    def left_out_records(self) -> frozenset[RecordId]:
        """Records that may be absent because they are of items that were not selected, wherever their bytes appear."""
        gone = [self.items[item] for item in self.not_selected & self.items.keys()]
        sources = {item.source.record for item in gone if isinstance(item.source, WarcRef)}
        hashes = {item.sha256 for item in gone}
        out = set(sources)
        for response, exchange in self.exchanges.items():
            if response in sources or hashes & {exchange.content_sha256, exchange.payload_sha256}:
                out.update(ref.record for ref in _records_of(exchange))
        return frozenset(out)

    def _take_exchange(self, exchange: Exchange) -> None:
        for ref in _records_of(exchange):
            self._name(ref)
        if exchange.response is not None:
            self.exchanges[exchange.response.record] = exchange

    def _take_items(self, items: tuple[Item, ...], *, again: bool) -> None:
        for item in items:
            if item.id in self.items and not (again and self.items[item.id] == item):
                raise FormatError(f"it gives the id {item.id} a second time")
            self.items[item.id] = item
            self._name(item.source)

    def _take_other(self, event: Event) -> None:
        match event.body:
            case TransferReceipt(form=ReceiptForm.PAPER, receipt_sha256=scan):
                self.scans.add(scan)
            case Nested(files=files, items=items):
                self.nested.update(file.content for file in files)
                self.nested.update(item.source for item in items if isinstance(item.source, BlobRef))
            case _:
                pass

    def _name(self, locator: Locator) -> None:
        if isinstance(locator, WarcRef):
            self.records.setdefault(locator.record, set()).add(locator)


def _records_of(exchange: Exchange) -> Iterator[WarcRef]:
    yield exchange.request
    if exchange.response is not None:
        yield exchange.response
    yield from exchange.other_records
