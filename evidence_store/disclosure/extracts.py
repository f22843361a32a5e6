"""What may be stated of a body that is withheld: the body itself, with members of its lists left out. Pure.

1. Only lists are cut, and only in the types named here; a mark that stands anywhere else leaves nothing to state.
2. What stays is word for word what the body says, and the salt is never in it.
"""

import re
from collections.abc import Callable, Mapping, Sequence

from evidence_store.canonical import JsonValue
from evidence_store.disclosure.marks import Known, texts
from evidence_store.events import Captured, CaseOpen, Cite, Claimed, Imported, KeyEnrol, from_fields
from evidence_store.handling import Accessed, Disposed
from evidence_store.records import Capture, ItemId, RecordId

# The lists of each type that may be cut. Of a body that is about all its members alike, nothing is left without them.
LISTS: Mapping[str, tuple[str, ...]] = {
    Imported.TYPE: ("items",),
    Cite.TYPE: ("citations",),
    Claimed.TYPE: ("claims",),
    Accessed.TYPE: ("items",),
    Disposed.TYPE: ("items",),
}
CAPTURE_LISTS = ("items", "same_items", "unrecorded", "refused", "failures", "interactions", "views")
# What must be known of a case and of a key; the rest of these bodies is words.
KEPT: Mapping[str, tuple[str, ...]] = {
    CaseOpen.TYPE: ("type", "time", "key", "case", "software"),
    KeyEnrol.TYPE: ("type", "time", "key", "public_key", "fingerprint", "role", "protection"),
}
EMPTY: Mapping[str, Mapping[str, JsonValue]] = {
    CaseOpen.TYPE: {"title": "", "purpose": "", "authority": "", "scope": ""},
    KeyEnrol.TYPE: {"principal": ""},
}


def blanked(fields: Mapping[str, JsonValue]) -> Mapping[str, JsonValue] | None:
    """What a bundle must know of an event that somebody withholds as such; None for most."""
    kind = str(fields["type"])
    if kind not in KEPT:
        return None
    return {**{name: fields[name] for name in KEPT[kind] if name in fields}, **EMPTY[kind]}


def extract_of(fields: Mapping[str, JsonValue], pattern: re.Pattern[str], known: Known, withheld: frozenset[ItemId]
               ) -> Mapping[str, JsonValue] | None:
    """The body without what `pattern` finds; None where nothing is left that could be said."""
    kind = str(fields["type"])
    if kind in KEPT:
        return blanked(fields)
    bare = {name: value for name, value in fields.items() if name != "salt"}

    def clean(value: JsonValue) -> bool:
        return not any(pattern.search(text) for text in texts(value))

    if kind == Captured.TYPE:
        capture = _capture(fields["capture"], clean, known, withheld)
        return {**bare, "capture": capture} if capture is not None and clean(capture) else None
    for name in LISTS.get(kind, ()):
        members = bare.get(name)
        if isinstance(members, Sequence) and not isinstance(members, str):
            bare[name] = [member for member in members if clean(member)]
    return bare if kind in LISTS and clean(bare) and any(bare.get(name) for name in LISTS[kind]) else None


def _capture(value: JsonValue, clean: Callable[[JsonValue], bool], known: Known, withheld: frozenset[ItemId]
             ) -> Mapping[str, JsonValue] | None:
    if not isinstance(value, Mapping):
        return None
    capture = from_fields(Capture, value)
    dropped = known.withheld_exchanges(capture, withheld)
    if dropped and len(dropped) == len(capture.exchanges):
        return None
    # what a browser made of the page shows what was loaded; these records stand with the page's exchange, too
    views = frozenset(view.record.record for view in capture.views if dropped)
    kept: dict[str, JsonValue] = dict(value)
    kept["exchanges"] = [
        stated for exchange, member in zip(capture.exchanges, _members(value, "exchanges"), strict=True)
        if exchange not in dropped and clean(stated := _bare_exchange(member, views, clean))]
    for name in CAPTURE_LISTS:
        members = [member for member in _members(value, name) if clean(member)]
        if name == "views" and views:
            members = []
        if members or name == "items":
            kept[name] = members
        else:
            kept.pop(name, None)
    return kept


def _members(value: Mapping[str, JsonValue], name: str) -> Sequence[JsonValue]:
    found = value.get(name, ())
    return found if isinstance(found, Sequence) and not isinstance(found, str) else ()


def _bare_exchange(exchange: JsonValue, views: frozenset[RecordId], clean: Callable[[JsonValue], bool]) -> JsonValue:
    if not isinstance(exchange, Mapping) or "other_records" not in exchange:
        return exchange
    others = [one for one in _members(exchange, "other_records")
              if clean(one) and not (isinstance(one, Mapping) and one.get("record") in views)]
    return {**exchange, "other_records": others}
