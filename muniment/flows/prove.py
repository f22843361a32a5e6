"""Show one item to somebody who gets nothing else of the case: the item, a proof, and what checks it."""

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from evidence_store.atomic import sync_folder, write_once
from evidence_store.bundle.naming import extension
from evidence_store.case import Case
from evidence_store.catalogue.model import ItemEntry
from evidence_store.catalogue.taking_in import named_items
from evidence_store.custody.checkpoint import StoredCheckpoint, stored_checkpoints
from evidence_store.custody.folder import CustodyFolder
from evidence_store.custody.proof import InclusionProof, prove_event
from evidence_store.errors import MissingContent
from evidence_store.records import ItemId
from verify.scripts import verify_py

CHUNK_BYTES = 1 << 20
NOT_SAID = "not said"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """What was written."""

    folder: Path
    proof: InclusionProof
    also_named: tuple[ItemId, ...]     # other items that the disclosed event speaks of


def prove(case: Case, entry: ItemEntry) -> InclusionProof:
    """The proof for an item.

    MissingContent where no checkpoint, signed by the event's own key, covers the event that brought the item.
    """
    return prove_event(case.log, entry.item.id, entry.seq, _covering(case, entry.seq, case.event(entry.seq).key))


def write_proof(case: Case, entry: ItemEntry, proof: InclusionProof, destination: Path) -> Proven:
    """Write proof.json, the original and the scripts into a new folder; FileExistsError where it is there."""
    destination.mkdir(parents=True)
    write_once(destination / "proof.json", proof.to_bytes())
    name = f"original.{extension(entry.item.media_type, entry.item.name)}"
    with case.open_item(entry.item) as stream, (destination / name).open("xb") as out:
        while data := stream.read(CHUNK_BYTES):
            out.write(data)
    write_once(destination / "verify.py", verify_py())
    write_once(destination / "verify_proof.py", files("verify.scripts").joinpath("verify_proof.py").read_bytes())
    sync_folder(destination)
    named = named_items(case.event(entry.seq))
    return Proven(folder=destination, proof=proof, also_named=tuple(item for item in named if item != entry.item.id))


def _covering(case: Case, seq: int, key: str) -> StoredCheckpoint:
    """The smallest checkpoint that covers an event and is signed by its key: it says least about the rest."""
    for stored in stored_checkpoints(CustodyFolder(case.layout.custody)):
        if seq < stored.size and any(one.signer.fingerprint == key for one in stored.signed()):
            return stored
    raise MissingContent(f"no checkpoint by the key {key} covers event {seq}",
                         hint="sign one with that key: `muniment checkpoint`")
