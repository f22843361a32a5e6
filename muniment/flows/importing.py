"""Bring a file in: its bytes into the blob store, its record into the ledger."""

from pathlib import Path

from evidence_store.events import Imported
from evidence_store.records import Circumstances, Item, ItemKind
from evidence_store.writer import CaseWriter
from muniment.flows.environment import Environment

_KINDS = {
    ".html": (ItemKind.PAGE, "text/html"),
    ".htm": (ItemKind.PAGE, "text/html"),
    ".txt": (ItemKind.PAGE, "text/plain"),
    ".gz": (ItemKind.DATA, "application/gzip"),
    ".warc": (ItemKind.DATA, "application/warc"),
    ".wacz": (ItemKind.DATA, "application/wacz"),
}
MAX_NAME = 120


def import_file(
    writer: CaseWriter, path: Path, circumstances: Circumstances, environment: Environment, *, how: str
) -> Item:
    """Import one file; where the case holds its bytes under this name already, the item it is."""
    with path.open("rb") as stream:
        blob = writer.add_blob(stream)
    name = path.name[:MAX_NAME]
    twins = writer.case.catalogue.items_with_sha256(blob.sha256)
    known = next((entry.item for entry in twins if entry.item.name == name and not entry.item.url), None)
    if known is not None:
        return known
    kind, media_type = _KINDS.get(path.suffix.lower(), (ItemKind.DATA, "application/octet-stream"))
    item = Item(
        id=writer.new_item_id(),
        kind=kind,
        sha256=blob.sha256,
        length=blob.length,
        media_type=media_type,
        source=blob,
        name=name,
        obtained_at=environment.clock(),
        same_bytes_as=twins[0].item.id if twins else None,
    )
    writer.append(Imported(items=(item,), received_from="", how=how, circumstances=circumstances))
    return item
