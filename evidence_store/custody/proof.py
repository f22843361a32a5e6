"""A proof that one event stands in the ledger, for somebody who gets nothing else of the case.

1. The file is one canonical JSON object: the event's body and line, its place, the audit path of RFC 6962 section 2.1.1
   and the signed checkpoint that the path leads to.
2. The other events stay unknown: the path holds hashes of lines, and lines hold hashes of salted bodies.
"""

from dataclasses import dataclass

from evidence_store import canonical
from evidence_store.custody.checkpoint import Checkpoint, StoredCheckpoint
from evidence_store.custody.log import CustodyLog
from evidence_store.custody.merkle import inclusion_proof, leaf_hash, verify_inclusion
from evidence_store.errors import FormatError, LedgerDamaged
from evidence_store.records import ItemId

SCHEMA = "muniment/proof/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class InclusionProof:
    """One event, and why it is one of the ledger that a checkpoint is of."""

    item: ItemId
    seq: int
    line: bytes               # of the ledger, with its LF
    body: bytes               # with its LF
    path: tuple[bytes, ...]   # lowest first
    checkpoint: Checkpoint
    signatures: tuple[bytes, ...]     # armoured, namespace checkpoint@muniment

    def holds(self) -> bool:
        """The path leads from the line to the checkpoint's root; signatures are not looked at."""
        return verify_inclusion(leaf_hash(self.line), self.seq, self.checkpoint.size, self.path, self.checkpoint.root)

    def to_bytes(self) -> bytes:
        """The proof as a file."""
        return canonical.encode({
            "schema": SCHEMA, "item": self.item, "seq": self.seq, "line": self.line.decode("ascii"),
            "body": self.body.decode("ascii"), "path": [node.hex() for node in self.path],
            "checkpoint": self.checkpoint.to_text().decode("ascii"),
            "signatures": [armour.decode("ascii") for armour in self.signatures]})


def prove_event(log: CustodyLog, item: ItemId, seq: int, stored: StoredCheckpoint) -> InclusionProof:
    """The proof of event `seq`, which brought an item, against a stored and signed checkpoint that covers it.

    LedgerDamaged where the ledger no longer fits the checkpoint; FormatError where the checkpoint does not cover it.
    """
    signed = stored.signed()
    if not signed or not seq < stored.size:
        raise FormatError(f"the checkpoint of {stored.size} lines is not signed, or does not cover event {seq}")
    lines = list(log.lines(0, stored.size))
    proof = InclusionProof(
        item=item, seq=seq, line=lines[seq], body=log.body(seq), checkpoint=signed[0].checkpoint,
        path=inclusion_proof([leaf_hash(line) for line in lines], seq),
        signatures=tuple(one.armour for one in signed))
    if not proof.holds():
        raise LedgerDamaged(f"the checkpoint of {stored.size} lines does not fit the ledger",
                            hint="the ledger was changed after it was signed; run `muniment verify` on the case")
    return proof
