"""Archives that hold what a bundle must not: whoever withholds a picture withholds the WARC that it stands in, too."""

from collections.abc import Collection, Iterable

from evidence_store.events import Event, Imported
from evidence_store.records import ItemId


def archives_left_out(events: Iterable[Event], gone: Collection[ItemId]) -> tuple[ItemId, ...]:
    """The archives out of which items in `gone` were taken, and whose own bytes must therefore stay behind."""
    items = {item.id: item for event in events if isinstance(event.body, Imported) for item in event.body.items}
    found = (within.item for name in gone if name in items and (within := items[name].within) is not None)
    return tuple(dict.fromkeys(one for one in found if one not in gone))
