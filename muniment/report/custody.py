"""Which events concern which item, and which the case as a whole: what the chain of custody lists. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from operator import attrgetter

from evidence_store.disclosing import ConditionMet, ExposureAccepted
from evidence_store.events import (
    Assessed,
    Body,
    Captured,
    CaseOpen,
    CheckpointStamped,
    Claimed,
    Disclose,
    Event,
    FindingEvent,
    Imported,
    Incident,
    KeyEnrol,
    KeyRevoke,
    Linked,
    Note,
    Reviewed,
    Sealed,
    Tagged,
    Transformed,
    Translated,
    UnknownEvent,
)
from evidence_store.handling import (
    Accessed,
    Corrected,
    Disposed,
    Redacted,
    TransferOffer,
    TransferReceipt,
    Verified,
    WorkingCopy,
    handled_items,
)
from evidence_store.records import ItemId


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyEntry:
    """One event, as far as the chain of custody says it."""

    seq: int
    time: datetime
    key: str                  # fingerprint
    type: str                 # of the event; `event.<type>` in the messages
    text: str                 # what it says beyond its type; may be captured text


@dataclass(slots=True)
class CustodySoFar:
    """Takes events in ledger order."""

    of_items: dict[ItemId, list[CustodyEntry]] = field(default_factory=dict)
    of_case: list[CustodyEntry] = field(default_factory=list)
    assessed: dict[int, ItemId] = field(default_factory=dict)

    def take(self, event: Event) -> None:
        """One event."""
        body = event.body
        entry = CustodyEntry(seq=event.seq, time=event.time, key=event.key, text=text_of(body),
                             type="other" if isinstance(body, UnknownEvent) else body.TYPE)
        if isinstance(body, Assessed):
            self.assessed[event.seq] = body.item
        items = tuple(dict.fromkeys(self._items(body)))
        for item in items:
            self.of_items.setdefault(item, []).append(entry)
        if not items and isinstance(body, (CaseOpen, KeyEnrol, KeyRevoke, CheckpointStamped, Disclose, Sealed, Incident,
                                           TransferOffer, TransferReceipt, Verified, Corrected, ExposureAccepted)):
            self.of_case.append(entry)

    def _items(self, body: Body) -> Iterator[ItemId]:
        match body:
            case Captured(capture=capture):
                yield from (item.id for item in capture.items)
                yield from capture.same_items
            case Imported(items=items):
                yield from (item.id for item in items)
            case Transformed(derivative=derivative):
                yield derivative.item
            case FindingEvent(item=str() as item) | Note(item=str() as item):
                yield item
            case Tagged(item=item) | Linked(item=item) | Assessed(item=item) | Translated(item=item):
                yield item
            case Reviewed(assessment=seq) if seq in self.assessed:
                yield self.assessed[seq]
            case ConditionMet(items=items):
                yield from items
            case Claimed(claims=claims):
                yield from (one.claim.item for one in claims if one.claim.item)
            case (TransferOffer() | TransferReceipt() | WorkingCopy() | Accessed() | Verified() | Corrected()
                  | Redacted() | Disposed()):
                yield from handled_items(body)
            case _:
                pass


# What of an event stands beside its type, by attribute.
_SAID: Mapping[type[object], tuple[str, ...]] = {
    Captured: ("capture.verdict", "capture.url"), Imported: ("received_from", "how"),
    Transformed: ("derivative.kind",), FindingEvent: ("check", "outcome"), Note: ("text",),
    Translated: ("language", "text"), Tagged: ("tags",), Linked: ("relation", "claim"),
    Assessed: ("question", "answer"), Reviewed: ("judgement", "text"), KeyEnrol: ("principal", "fingerprint"),
    KeyRevoke: ("fingerprint", "reason"), CheckpointStamped: ("authority", "token_time"),
    Disclose: ("bundle", "recipient"), Sealed: ("bundle",), Incident: ("what", "action"),
    TransferOffer: ("recipient", "purpose"), TransferReceipt: ("recipient", "form"), Verified: ("target", "outcome"),
    Corrected: ("supersedes", "text"), WorkingCopy: ("holder", "purpose"), Accessed: ("by", "purpose"),
    Redacted: ("what", "reason"), ConditionMet: ("conditions", "because"), ExposureAccepted: ("bundle", "reason"),
    Disposed: ("method", "reason"),
}


def text_of(body: Body) -> str:
    """What an event says beyond its type, short."""
    said = (_plain(attrgetter(name)(body)) for name in _SAID.get(type(body), ()))
    return ": ".join(part for part in said if part)


def _plain(value: object) -> str:
    match value:
        case datetime():
            return f"{value:%Y-%m-%d %H:%M:%S} UTC"
        case StrEnum():
            return value.value.replace("_", " ")
        case tuple():
            return ", ".join(map(str, value))
        case _:
            return str(value)
