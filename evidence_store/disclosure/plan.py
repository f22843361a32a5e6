"""Which bodies a bundle leaves out so that nothing in it speaks of what is withheld. Pure.

1. A body that holds a mark of a withheld item is withheld. Where it is a list that speaks of others too, an extract
   states the rest; where it is not, there is none.
2. An item of which no body is left to speak is withheld with it, and so is one with the same bytes: a bundle has no
   bytes that its ledger does not name, and no copy of what it withholds.
3. What a browser made of a page on which a withheld item was loaded may show it, and is left out of the extract.
4. Whom a case belongs to and which keys speak in it cannot be left out: of these events an extract keeps just that.
5. The same ledger and the same wishes give the same plan; an extract that was stated before is not stated again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from evidence_store import canonical
from evidence_store.canonical import JsonValue
from evidence_store.disclosing import ExposureAccepted, Extract
from evidence_store.disclosure.account import items_of
from evidence_store.disclosure.extracts import blanked, extract_of
from evidence_store.disclosure.marks import NO_MARKS, Known, Marks, texts
from evidence_store.errors import BundleRefused
from evidence_store.events import Event, KeyRevoke, decode_body, stated_event
from evidence_store.records import ItemId, RecordId

# Never needed to check anything, and they say what was let pass.
ALWAYS_WITHHELD = (ExposureAccepted.TYPE,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dragged:
    """An item that is withheld because another thing is."""

    item: ItemId
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Withholding:
    """What is left out, and what is stated instead."""

    items: tuple[ItemId, ...] = ()            # withheld, all of them
    dragged: tuple[Dragged, ...] = ()         # those among them that nobody asked for
    seqs: tuple[int, ...] = ()                # events whose bodies are left out
    extracts: tuple[Extract, ...] = ()        # to be appended before the bundle is announced
    marks: Marks = NO_MARKS                   # what must not be found in what Muniment wrote

    def covers(self, seq: int) -> bool:
        """The body of that event is left out."""
        return seq in self.seqs


NOTHING_WITHHELD = Withholding()


@dataclass(frozen=True, slots=True)
class _Body:
    seq: int
    fields: Mapping[str, JsonValue]
    event: Event

    @property
    def type(self) -> str:
        return str(self.fields["type"])


def plan_withholding(bodies: Iterable[bytes], *, items: Sequence[ItemId] = (), seqs: Sequence[int] = (),
                     records: Iterable[RecordId] = ()) -> Withholding:
    """What a bundle of these events must leave out so that nothing speaks of `items` nor says what `seqs` say.

    `records`: WARC records that name a withheld one in their head, and so cannot be shown either.
    BundleRefused where there is no such item or event, or where an event is asked for that a bundle cannot lack.
    """
    if not items and not seqs:          # the usual bundle, of ledgers of any length: nothing needs to be read
        kinds = tuple(f'"type":"{kind}"'.encode() for kind in ALWAYS_WITHHELD)
        return Withholding(seqs=tuple(seq for seq, line in enumerate(bodies) if any(kind in line for kind in kinds)
                                      and canonical.decode(line)["type"] in ALWAYS_WITHHELD))
    ledger = [_Body(seq, canonical.decode(line), decode_body(seq, line)) for seq, line in enumerate(bodies)]
    known = Known.of(one.event for one in ledger)
    _check_wishes(ledger, known, items, seqs)
    withheld, dragged = frozenset(items), list[Dragged]()
    while True:
        withheld, twins = _with_twins(known, withheld)
        dragged += twins
        plan = _Plan(ledger, known, withheld, frozenset(seqs), frozenset(records))
        orphans = sorted(known.items.keys() - withheld - plan.spoken_of())
        if not orphans:
            return plan.result(dragged)
        dragged += [Dragged(item=one, because="no event that is shown would speak of it") for one in orphans]
        withheld |= set(orphans)


class _Plan:
    """One round: what is left of each body when these items are withheld."""

    def __init__(self, ledger: Sequence[_Body], known: Known, withheld: frozenset[ItemId], wished: frozenset[int],
                 records: frozenset[RecordId]) -> None:
        self._ledger, self._withheld = ledger, withheld
        self._marks = Marks(known.marks(withheld).words | records) if withheld else NO_MARKS
        self.seqs: set[int] = set()
        self.extracts: dict[int, Extract] = {}
        pattern = self._marks.pattern
        for body in ledger:
            asked = body.seq in wished
            marked = bool(withheld) and any(pattern.search(text) for text in texts(body.fields))
            if not (asked or marked or body.type in ALWAYS_WITHHELD):
                continue
            self.seqs.add(body.seq)
            stated = None
            if asked:
                stated = blanked(body.fields)
            elif marked and body.type != Extract.TYPE:
                stated = extract_of(body.fields, pattern, known, withheld)
            if stated is not None:
                self.extracts[body.seq] = Extract(of=body.seq, stated=stated)
        self._settle_extracts()

    def _settle_extracts(self) -> None:
        """Rule 5: of each withheld event one extract, an earlier one where it says the same."""
        for body in self._ledger:
            if not isinstance(body.event.body, Extract) or body.seq in self.seqs or body.event.body.of not in self.seqs:
                continue
            if self.extracts.get(body.event.body.of) == body.event.body:
                del self.extracts[body.event.body.of]
            else:
                self.seqs.add(body.seq)

    def spoken_of(self) -> set[ItemId]:
        """The items that a body or an extract names as they came in."""
        events = [body.event for body in self._ledger if body.seq not in self.seqs]
        events += [stated_event(extract) for extract in self.extracts.values()]
        return set(items_of(stated_event(event.body) if isinstance(event.body, Extract) else event for event in events))

    def result(self, dragged: Sequence[Dragged]) -> Withholding:
        """The plan as it stands."""
        return Withholding(items=tuple(sorted(self._withheld)), dragged=tuple(dragged), seqs=tuple(sorted(self.seqs)),
                           extracts=tuple(self.extracts[seq] for seq in sorted(self.extracts)), marks=self._marks)


def _with_twins(known: Known, withheld: frozenset[ItemId]) -> tuple[frozenset[ItemId], list[Dragged]]:
    hashes = {known.items[one].sha256: one for one in sorted(withheld, reverse=True)}
    twins = [Dragged(item=item.id, because=f"it has the bytes of {hashes[item.sha256]}")
             for item in known.items.values() if item.sha256 in hashes and item.id not in withheld]
    return withheld | {twin.item for twin in twins}, twins


def _check_wishes(ledger: Sequence[_Body], known: Known, items: Sequence[ItemId], seqs: Sequence[int]) -> None:
    unknown = sorted(set(items) - known.items.keys())
    if unknown:
        raise BundleRefused(f"there is no item {', '.join(unknown)} in the case", hint="see `muniment list`")
    for seq in seqs:
        if not 0 <= seq < len(ledger):
            raise BundleRefused(f"there is no event {seq} in the case", hint="see `muniment log`")
        if ledger[seq].type == KeyRevoke.TYPE:
            raise BundleRefused(f"event {seq} revokes a key and cannot be withheld",
                                hint="whoever gets the bundle must know which keys speak no longer")
