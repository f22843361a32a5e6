"""What sources asked for: which items are under which conditions. Pure.

A condition is in people's words, so it is not judged here: who hands an item over says why the condition is kept to,
or leaves the item back.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from evidence_store.events import Event, Imported
from evidence_store.records import ItemId


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What was asked for when an item was handed over."""

    words: str
    source: str               # the pseudonym; "" where nobody said


def conditions(events: Iterable[Event]) -> Mapping[ItemId, Condition]:
    """The items that came under conditions."""
    found: dict[ItemId, Condition] = {}
    for event in events:
        match event.body:
            case Imported(items=items, conditions=words, received_from=source) if words.strip():
                found.update((item.id, Condition(words=words.strip(), source=source)) for item in items)
            case _:
                pass
    return found
