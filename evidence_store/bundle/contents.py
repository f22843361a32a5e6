"""What a ledger, cut at a checkpoint, says there is: items, derivatives, keys, WARC records. Pure.

1. Only events below the cut count: what the case holds later is not in the bundle.
2. What is withheld is not among them: of such an event counts what an extract states.
3. A not-selected item takes its exchange with it: request, response and what was recorded about them, wherever the
   same bytes were seen again. Bytes that a selected item has stay.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from evidence_store.disclosing import Extract
from evidence_store.errors import BundleRefused
from evidence_store.events import Captured, Event, Imported, KeyEnrol, KeyRevoke, Transformed, stated_event
from evidence_store.records import Capture, Derivative, Exchange, Item, ItemId, RecordId, WarcRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What the events below a cut name."""

    items: tuple[Item, ...]                        # in the order they came
    derivatives: tuple[Derivative, ...]
    captures: tuple[Capture, ...]
    public_keys: tuple[str, ...]                   # lines of enrolled keys
    last_by_key: tuple[tuple[str, int], ...]       # fingerprint and the last seq attributed to it
    revoked_at: tuple[tuple[str, int], ...]        # fingerprint and the seq of its last key-revoke


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What of the contents goes into the bundle."""

    items: tuple[Item, ...]
    derivatives: tuple[Derivative, ...]
    records: frozenset[RecordId]                   # WARC records that the events name
    left_out: frozenset[RecordId]                  # and those that must not be there, nor what refers to them


@dataclass(slots=True)
class _Gathering:
    items: list[Item] = field(default_factory=list)
    derivatives: list[Derivative] = field(default_factory=list)
    captures: list[Capture] = field(default_factory=list)
    public_keys: dict[str, None] = field(default_factory=dict)
    last_by_key: dict[str, int] = field(default_factory=dict)
    revoked_at: dict[str, int] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)

    def take(self, event: Event) -> None:
        self.last_by_key[event.key] = event.seq
        self.seen.add(event.seq)
        if not isinstance(event.body, Extract):
            self._take_body(event)
        elif event.body.of not in self.seen:
            self.seen.add(event.body.of)
            self._take_body(stated_event(event.body))

    def _take_body(self, event: Event) -> None:
        match event.body:
            case Captured(capture=capture):
                self.captures.append(capture)
                self.items.extend(capture.items)
            case Imported(items=items):
                self.items.extend(items)
            case Transformed(derivative=derivative):
                self.derivatives.append(derivative)
            case KeyEnrol(public_key=line):
                self.public_keys[line] = None
            case KeyRevoke(fingerprint=fingerprint):
                self.revoked_at[fingerprint] = event.seq
            case _:
                pass


def gather(events: Iterable[Event]) -> Contents:
    """What the events name."""
    found = _Gathering()
    for event in events:
        found.take(event)
    return Contents(
        items=tuple(found.items), derivatives=tuple(found.derivatives), captures=tuple(found.captures),
        public_keys=tuple(found.public_keys), last_by_key=tuple(found.last_by_key.items()),
        revoked_at=tuple(found.revoked_at.items()),
    )


def select(contents: Contents, not_selected: Iterable[ItemId]) -> Selection:
    """What goes into the bundle; BundleRefused where an item that is not to be selected does not exist."""
    omitted = frozenset(not_selected)
    unknown = omitted - {item.id for item in contents.items}
    if unknown:
        raise BundleRefused(f"there is no item {', '.join(sorted(unknown))} in the case", hint="see `muniment list`")
    kept = tuple(item for item in contents.items if item.id not in omitted)
    kept_ids = {item.id for item in kept}
    left_out = _left_out_records(contents, omitted)
    named = frozenset(ref.record for ref in _named(contents))
    return Selection(
        items=kept,
        derivatives=tuple(derivative for derivative in contents.derivatives if derivative.item in kept_ids),
        records=named - left_out,
        left_out=left_out,
    )


def _named(contents: Contents) -> Iterator[WarcRef]:
    for capture in contents.captures:
        for exchange in capture.exchanges:
            yield from _records_of(exchange)
        yield from capture.failures
        yield from (view.record for view in capture.views)
    for item in contents.items:
        if isinstance(item.source, WarcRef):
            yield item.source
    for derivative in contents.derivatives:
        yield from (source for source in derivative.recipe.inputs if isinstance(source, WarcRef))


def _records_of(exchange: Exchange) -> Iterator[WarcRef]:
    yield exchange.request
    if exchange.response is not None:
        yield exchange.response
    yield from exchange.other_records


def _left_out_records(contents: Contents, omitted: frozenset[ItemId]) -> frozenset[RecordId]:
    kept_hashes = {item.sha256 for item in contents.items if item.id not in omitted}
    omitted_items = [item for item in contents.items if item.id in omitted]
    hashes = {item.sha256 for item in omitted_items} - kept_hashes
    sources = {item.source.record for item in omitted_items if isinstance(item.source, WarcRef)}
    out, kept = set(sources), set[RecordId]()
    for capture in contents.captures:
        for exchange in capture.exchanges:
            source = exchange.response.record if exchange.response else None
            shows = source in sources or exchange.content_sha256 in hashes or exchange.payload_sha256 in hashes
            (out if shows else kept).update(ref.record for ref in _records_of(exchange))
    return frozenset(out - kept)       # a DNS answer that another exchange has too says nothing of the item
