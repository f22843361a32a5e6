"""The checkpoints that a bundle carries: every stored one up to its cut, each held against the ledger as it is now.

A checkpoint that no longer fits the ledger means that the ledger was changed after somebody signed it: no bundle is
made of it.
"""

from dataclasses import dataclass
from pathlib import Path

from evidence_store.case import Case
from evidence_store.custody.checkpoint import (
    Checkpoint,
    SignedCheckpoint,
    checkpoints_of,
    files_beside,
    read_checkpoint,
    signed_checkpoints,
)
from evidence_store.custody.folder import CustodyFolder
from evidence_store.errors import BundleRefused, LedgerDamaged, SignatureInvalid


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One checkpoint with all that stands for it."""

    checkpoint: Checkpoint
    signatures: tuple[SignedCheckpoint, ...]
    beside: tuple[Path, ...]                   # receipts and tokens


def read_proofs(case: Case, cut: SignedCheckpoint) -> tuple[Proof, ...]:
    """The proofs up to `cut`, which is the last of them, ascending by size.

    BundleRefused when `cut` is of another case; LedgerDamaged when a checkpoint does not fit the ledger;
    SignatureInvalid or FormatError when a signature does not stand.
    """
    if cut.checkpoint.case != case.id:
        raise BundleRefused(f"the checkpoint is of the case {cut.checkpoint.case}, not of {case.id}")
    SignedCheckpoint.verified(cut.checkpoint, cut.armour)
    folder = CustodyFolder(case.layout.custody)
    sizes = sorted({cut.size, *(size for size in folder.checkpoint_sizes() if size <= cut.size)})
    found = []
    for computed in checkpoints_of(case.log, case.id, sizes):
        stored = cut.checkpoint if computed.size == cut.size else read_checkpoint(folder, computed.size)
        if stored != computed:
            raise LedgerDamaged(f"the checkpoint of {computed.size} lines does not fit the ledger",
                                hint="the ledger was changed after it was signed; run `muniment verify` on the case")
        found.append(Proof(checkpoint=computed, signatures=_signatures(folder, computed, cut),
                           beside=files_beside(folder, computed.size)))
    return tuple(found)


def _signatures(folder: CustodyFolder, computed: Checkpoint, cut: SignedCheckpoint) -> tuple[SignedCheckpoint, ...]:
    if computed.size not in folder.checkpoint_sizes():
        return (cut,)                          # a checkpoint that was signed and not stored
    found = {one.signer.key16: one for one in signed_checkpoints(folder, computed.size)}
    if any(one.checkpoint != computed for one in found.values()):
        raise SignatureInvalid(f"the stored checkpoint of {computed.size} lines is not the one asked for")
    if computed.size == cut.size:
        found.setdefault(cut.signer.key16, cut)
    return tuple(found[key16] for key16 in sorted(found))
