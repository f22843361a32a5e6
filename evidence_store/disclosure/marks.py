"""What gives an item away in text: ids, hashes, addresses, names. Pure.

1. A mark is looked for in every text of a body, whatever the member is called: what a later version adds is searched
   as well.
2. What an item that stays has too is no mark: the address of a page that is shown says nothing of one that is not.
3. Marks stand between characters that cannot continue them: ITEM-0003 is not found in ITEM-00031, nor a page's address
   in that of a page below it.
"""

import base64
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from evidence_store.canonical import JsonValue
from evidence_store.events import Captured, Event, FindingEvent, Imported, Transformed
from evidence_store.handling import WorkingCopy
from evidence_store.records import Capture, Exchange, Item, ItemId, Locator, WarcRef
from evidence_store.warc.fields import target_uri

MIN_NAME = 6                 # characters of a name or address looked for within longer texts; shorter ones match whole
MIN_WHOLE = 4                # characters of a name that is looked for at all
MIN_CAPTURED_NAME = 8        # characters of the last segment of an address, such as "victim.jpg"
PERCEPTUAL = re.compile(r"[0-9a-f]{16,128}", re.ASCII)       # hashes of pictures in findings: 64 to 512 bits


@dataclass(frozen=True, slots=True)
class Marks:
    """What to look for."""

    words: frozenset[str]

    @property
    def pattern(self) -> re.Pattern[str]:
        """Matches a text that holds one of them."""
        whole = sorted(re.escape(word) for word in self.words if len(word) < MIN_NAME)
        within = sorted((re.escape(word) for word in self.words if len(word) >= MIN_NAME), key=len, reverse=True)
        parts = [rf"\A(?:{'|'.join(whole)})\Z"] if whole else []
        parts += [rf"(?<![A-Za-z0-9])(?:{'|'.join(within)})(?![A-Za-z0-9_%-])(?!/[A-Za-z0-9])"] if within else []
        return re.compile("|".join(parts) or r"(?!)")


NO_MARKS = Marks(frozenset())


@dataclass(slots=True)
class Known:
    """What the ledger says of items: gathered once, asked again for each choice of what is withheld."""

    items: dict[ItemId, Item] = field(default_factory=dict)
    captures: list[Capture] = field(default_factory=list)
    words: dict[ItemId, set[str]] = field(default_factory=dict)     # from derivatives, findings, copies

    @classmethod
    def of(cls, events: Iterable[Event]) -> "Known":
        """Gather."""
        known = cls()
        for event in events:
            known._take(event)
        return known

    def withheld_exchanges(self, capture: Capture, withheld: frozenset[ItemId]) -> tuple[Exchange, ...]:
        """Those of a capture that carried a withheld item; all of them, where it gave nothing else."""
        given = {*(item.id for item in capture.items), *capture.same_items}
        if given and given <= withheld:
            return capture.exchanges
        gone = [self.items[item] for item in withheld]
        records = {item.source.record for item in gone if isinstance(item.source, WarcRef)}
        hashes = {item.sha256 for item in gone}
        return tuple(one for one in capture.exchanges
                     if (one.response is not None and one.response.record in records)
                     or {one.content_sha256, one.payload_sha256} & hashes)

    def marks(self, withheld: frozenset[ItemId]) -> Marks:
        """What gives these items away."""
        gone, stays = set[str](), set[str]()
        for item in self.items.values():
            side = gone if item.id in withheld else stays
            side.update(_of_item(item), self.words.get(item.id, ()))
        for capture in self.captures:
            dropped = self.withheld_exchanges(capture, withheld)
            addresses = {capture.url, capture.final_url}
            # where what it was made for is withheld, a capture speaks of nothing else
            whole = any(exchange.url in addresses for exchange in dropped) or (
                bool(dropped) and len(dropped) == len(capture.exchanges))
            words = {capture.id, capture.series, *addresses, *(view.record.record for view in capture.views)}
            (gone if whole else stays).update(words)
            for exchange in capture.exchanges:
                (gone if exchange in dropped else stays).update(_of_exchange(exchange))
        return Marks(frozenset(gone - stays - {""}))

    def _take(self, event: Event) -> None:
        match event.body:
            case Captured(capture=capture):
                self.captures.append(capture)
                self.items.update((item.id, item) for item in capture.items)
            case Imported(items=items):
                self.items.update((item.id, item) for item in items)
            case Transformed(derivative=derivative):
                self._say(derivative.item, derivative.content.sha256)
            case WorkingCopy(item=item, copy=copy):
                self._say(item, copy.sha256)
            case FindingEvent(item=str() as item, details=details):
                self._say(item, *(text for text in texts(details) if PERCEPTUAL.fullmatch(text)))
            case _:
                pass

    def _say(self, item: ItemId, *words: str) -> None:
        self.words.setdefault(item, set()).update(words)


def texts(value: JsonValue) -> Iterator[str]:
    """Every text in a JSON value, names of members too."""
    waiting: list[JsonValue] = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, Mapping):
            yield from one
            waiting.extend(one.values())
        elif isinstance(one, Sequence):
            waiting.extend(one)


def spellings(sha256: str) -> tuple[str, ...]:
    """The ways a SHA-256 is written: hex, base32 (WARC, RFC 4648), base64 with and without padding."""
    digest = bytes.fromhex(sha256)
    base32, plain = base64.b32encode(digest).decode(), base64.b64encode(digest).decode()
    safe = base64.urlsafe_b64encode(digest).decode()
    return (sha256, sha256.upper(), base32, base32.rstrip("="), plain.rstrip("="), safe.rstrip("="))


def _of_item(item: Item) -> Iterator[str]:
    yield item.id
    yield from spellings(item.sha256)
    yield from _of_locator(item.source)
    last = item.name.rpartition("/")[2]
    if not item.url:
        yield from (name for name in (item.name, last) if len(name) >= MIN_WHOLE)
        return
    yield item.url
    yield target_uri(item.url)
    if "." in last and len(last) >= MIN_CAPTURED_NAME:       # "1" and "sarmin" are words like others
        yield last


def _of_exchange(exchange: Exchange) -> Iterator[str]:
    for ref in (exchange.request, exchange.response, *exchange.other_records):
        if ref is not None:
            yield from _of_locator(ref)
    for sha256 in (exchange.payload_sha256, exchange.content_sha256):
        if sha256 is not None:
            yield from spellings(sha256)
    yield exchange.url
    yield target_uri(exchange.url)


def _of_locator(locator: Locator) -> Iterator[str]:
    yield from spellings(locator.sha256)
    if isinstance(locator, WarcRef):
        yield locator.record
