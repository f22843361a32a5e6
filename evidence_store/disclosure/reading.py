"""The events of a bundle as its reader sees them: bodies that are shown, and extracts in the place of what is not."""

from collections.abc import Iterable, Iterator

from evidence_store.disclosing import Extract
from evidence_store.events import Event, stated_event


def as_disclosed(events: Iterable[Event], withheld: Iterable[int]) -> Iterator[Event]:
    """The events in ledger order; one whose body is in `withheld` is given by its extract, where there is one."""
    absent = frozenset(withheld)
    shown = [event for event in events if event.seq not in absent]
    stated = {event.body.of: stated_event(event.body) for event in shown if isinstance(event.body, Extract)}
    places = [event for event in shown if not isinstance(event.body, Extract)]
    places += [event for seq, event in stated.items() if seq in absent]
    yield from sorted(places, key=lambda event: event.seq)
