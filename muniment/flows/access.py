"""Take a copy of an item out of the case, to be looked at elsewhere: bytes leave the case, and the ledger says so.

1. The event is recorded before the copy can be read: nobody has a copy that the ledger does not know of.
2. The copy gets a generated name; nothing of what a server or a sender named decides what the system does with it.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from evidence_store.bundle.naming import extension
from evidence_store.case import Case
from evidence_store.handling import Accessed
from evidence_store.records import ItemId
from evidence_store.writer import CaseWriter
from muniment.flows.lookup import require_item

CHUNK_BYTES = 1 << 20
HOW = "copied out to be looked at"


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiedOut:
    """A copy outside the case."""

    path: Path
    seq: int                  # of the event that records it


def copy_out(writer: CaseWriter, item: ItemId, folder: Path, *, by: str, purpose: str = "",
             name: str = "") -> CopiedOut:
    """Copy an item into a folder as `ITEM-0001.jpg`; FileExistsError where such a file is there.

    Raises what `open_item` raises where the bytes are not those recorded; then there is no copy.
    """
    entry = require_item(writer.case, item)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / (name or f"{item}.{extension(entry.item.media_type, entry.item.name)}")
    if path.exists():
        raise FileExistsError(17, "there is a file already", str(path))
    part = path.with_name(f".{path.name}.part")
    try:
        _copy(writer.case, item, part)
        (event,) = writer.append(Accessed(items=(item,), by=by, purpose=purpose, how=HOW))
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)
    return CopiedOut(path=path, seq=event.seq)


def _copy(case: Case, item: ItemId, target: Path) -> None:
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with case.open_item(require_item(case, item).item) as stream, os.fdopen(handle, "wb") as out:
        while data := stream.read(CHUNK_BYTES):
            out.write(data)
