"""The pictures and videos of a case, as the search for reuse takes them.

1. A video that came as a playlist and fragments is searched in its merged form, under the name of its item.
2. A copy from a web archive is first seen when the archive got it, as the archive says.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from evidence_store.case import Case
from evidence_store.catalogue.model import ItemEntry
from evidence_store.errors import EvidenceError
from evidence_store.records import BlobRef, DerivativeKind, Item, ItemId
from muniment.flows.lookup import every_item
from verify.reuse import files
from verify.reuse.files import Found, Kind, Unit
from verify.reuse.index.entries import Source

CASE = "case"                      # the name of the collection that the case is
PLAYLISTS = ("mpegurl", "dash+xml")
PIECES = "application/octet-stream"


def case_units(case: Case) -> tuple[Unit, ...]:
    """Everything of the case that may be a picture or video."""
    films = _films(case)
    found = [unit_of(case, entry, films.get(entry.item.id)) for entry in every_item(case)]
    return tuple(unit for unit in found if unit is not None)


def item_unit(case: Case, entry: ItemEntry) -> Unit:
    """One item, whatever it is."""
    film = next((one for item, one in _films(case, entry.item.id).items() if item == entry.item.id), None)
    return unit_of(case, entry, film) or _original(case, entry)


def unit_of(case: Case, entry: ItemEntry, film: BlobRef | None) -> Unit | None:
    """The unit of an item: its merged form where the original cannot be shown; None where it shows nothing."""
    if film is not None and (not may_show(entry.item) or entry.item.media_type == PIECES):
        return _unit(case, entry, film.sha256, "video/mp4", lambda: case.open_content(film))
    return _original(case, entry) if may_show(entry.item) else None


def may_show(item: Item) -> bool:
    """An item that may be a picture or video; its bytes decide."""
    kind, _, subtype = item.media_type.partition("/")
    return (kind in {"image", "video"} and not subtype.endswith(PLAYLISTS)) or item.media_type == PIECES


def _original(case: Case, entry: ItemEntry) -> Unit:
    item = entry.item
    return _unit(case, entry, item.sha256, item.media_type, lambda: case.open_item(item))


def _films(case: Case, item: ItemId | None = None) -> dict[ItemId, BlobRef]:
    """The latest merged video of each item."""
    found: dict[ItemId, BlobRef] = {}
    after = -1
    while page := case.catalogue.derivatives(item, after=after):
        found |= {entry.derivative.item: entry.derivative.content for entry in page
                  if entry.derivative.kind is DerivativeKind.MERGED_VIDEO}
        after = page[-1].seq
    return found


def _unit(case: Case, entry: ItemEntry, sha256: str, media_type: str,
          opened: Callable[[], AbstractContextManager[BinaryIO]]) -> Unit:
    item = entry.item

    def find(scratch: Path) -> Iterator[Found]:
        source = Source(collection=CASE, name=item.id, sha256=sha256, media_type=media_type, url=item.url,
                        first_seen=_first_seen(case, entry))
        path = scratch / "item"
        try:
            with opened() as stream, path.open("wb") as copy:
                while piece := stream.read(files.PIECE):
                    copy.write(piece)
        except EvidenceError as error:
            yield Found(source=source, path=Path(), kind=Kind.OTHER, unreadable=str(error))
            return
        with path.open("rb") as stream:
            kind = files.kind_of(stream.read(files.HEAD))
        if kind in (Kind.PICTURE, Kind.VIDEO):
            yield Found(source=source, path=path, kind=kind)
        elif media_type != PIECES:
            yield Found(source=source, path=path, kind=kind, unreadable=f"no picture format: {media_type}")

    key = hashlib.sha256(f"{case.id}\0{item.id}\0{sha256}".encode()).hexdigest()[:32]
    return Unit(key=key, label=item.id, find=find)


def _first_seen(case: Case, entry: ItemEntry) -> datetime | None:
    if not entry.item.url:
        return None                # an imported file: when it came says nothing of when it was public
    capture = case.catalogue.capture(entry.capture) if entry.capture else None
    told = capture.memento.archived_at if capture is not None and capture.memento is not None else None
    return told or entry.item.obtained_at
