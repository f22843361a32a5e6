"""What the `disclose` event says of a bundle as a whole: who contradicts what, and what is other than before. Pure.

1. Of each claim that is shown it is said how many items contradict it, those that are withheld too: a bundle may keep
   an item back, not that there is something to be said against what it shows.
2. Withheld items are counted, never named.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from evidence_store.claims import ClaimAction, ClaimId, Relation
from evidence_store.disclosing import ClaimAccount, Predecessor
from evidence_store.disclosure.reading import as_disclosed
from evidence_store.events import (
    Assessed,
    Captured,
    Claimed,
    Disclose,
    Event,
    Imported,
    Linked,
    Reviewed,
    Sealed,
)
from evidence_store.handling import Corrected
from evidence_store.records import ItemId

STANDING = frozenset({ClaimAction.ADDED, ClaimAction.ACCEPTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Which items go into a bundle."""

    included: frozenset[ItemId]
    withheld: frozenset[ItemId]
    not_selected: frozenset[ItemId]


def claims_account(everything: Iterable[Event], shown: Iterable[Event], chosen: Chosen) -> tuple[ClaimAccount, ...]:
    """Of each standing claim of the events that are shown: the items that contradict it, in the whole case."""
    relations: dict[tuple[ClaimId, ItemId], Relation] = {}
    for event in everything:
        if isinstance(event.body, Linked):
            relations[event.body.claim, event.body.item] = event.body.relation
    against: dict[ClaimId, list[ItemId]] = {}
    for (claim, item), relation in relations.items():
        if relation is Relation.CONTRADICTS:
            against.setdefault(claim, []).append(item)
    standing: dict[ClaimId, ClaimAction] = {}
    for event in shown:
        if isinstance(event.body, Claimed):
            standing.update((one.id, event.body.action) for one in event.body.claims)
    return tuple(_account(claim, against.get(claim, ()), chosen)
                 for claim, action in sorted(standing.items()) if action in STANDING)


def _account(claim: ClaimId, items: Sequence[ItemId], chosen: Chosen) -> ClaimAccount:
    return ClaimAccount(claim=claim, contradicting=len(items),
                        included=sum(item in chosen.included for item in items),
                        withheld=sum(item in chosen.withheld for item in items),
                        not_selected=sum(item in chosen.not_selected for item in items))


def predecessor_of(everything: Sequence[Event], chosen: Chosen, *, recipient: str, bundle: str) -> Predecessor | None:
    """What is other than in an earlier bundle; None where there was none.

    `everything`: all events of the case. `bundle`: its id; "": the last one that was sealed for this recipient.
    """
    sealed = {event.body.bundle: event.body for event in everything if isinstance(event.body, Sealed)}
    earlier = [(event.seq, event.body) for event in everything if isinstance(event.body, Disclose)
               and event.body.bundle in sealed
               and (event.body.bundle == bundle or (not bundle and event.body.recipient == recipient))]
    if not earlier:
        return None
    seq, then = earlier[-1]
    had = items_of(as_disclosed(everything[:seq], then.withheld_seqs)) - set(then.not_selected)
    gone = had - chosen.included
    return Predecessor(
        bundle=then.bundle, tagmanifest_sha256=sealed[then.bundle].tagmanifest_sha256,
        added=tuple(sorted(chosen.included - had)), withdrawn=tuple(sorted(gone & chosen.not_selected)),
        withdrawn_withheld=len(gone & chosen.withheld),
        reassessed=tuple(sorted(_concluded_on(everything, since=seq) & chosen.included)))


def items_of(events: Iterable[Event]) -> frozenset[ItemId]:
    """The items that events bring."""
    found = set[ItemId]()
    for event in events:
        match event.body:
            case Captured(capture=capture):
                found.update(item.id for item in capture.items)
            case Imported(items=items):
                found.update(item.id for item in items)
            case _:
                pass
    return frozenset(found)


def _concluded_on(everything: Iterable[Event], *, since: int) -> frozenset[ItemId]:
    """The items that somebody assessed, reviewed or corrected after an event."""
    subjects: dict[int, ItemId] = {}
    found = set[ItemId]()
    for event in everything:
        match event.body:
            case Assessed(item=item) | Corrected(item=str() as item):
                subjects[event.seq] = item
            case Reviewed(assessment=of) if of in subjects:
                subjects[event.seq] = subjects[of]
            case _:
                continue
        if event.seq > since:
            found.add(subjects[event.seq])
    return frozenset(found)
