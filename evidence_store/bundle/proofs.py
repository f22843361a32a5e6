"""The checkpoints that a bundle carries: every stored one up to its cut, each held against the ledger as it is now.

A checkpoint that no longer fits the ledger means that the ledger was changed after somebody signed it: no bundle is
made of it.
"""

from dataclasses import dataclass
from pathlib import Path

from evidence_store.case import Case
from evidence_store.custody.checkpoint import Checkpoint, SignedCheckpoint, checkpoints_of, stored_checkpoints
from evidence_store.custody.folder import CustodyFolder
from evidence_store.errors import BundleRefused, LedgerDamaged


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
    stored = {one.size: one for one in stored_checkpoints(CustodyFolder(case.layout.custody)) if one.size <= cut.size}
    found = []
    for computed in checkpoints_of(case.log, case.id, sorted({cut.size, *stored})):
        held = stored.get(computed.size)
        signed = [*(held.signed() if held else ()), *([cut] if computed.size == cut.size else ())]
        if any(one.checkpoint != computed for one in signed):
            raise LedgerDamaged(f"the checkpoint of {computed.size} lines does not fit the ledger",
                                hint="the ledger was changed after it was signed; run `muniment verify` on the case")
        signatures = {one.signer.key16: one for one in signed}
        if signatures:                         # a text that nobody signed proves nothing and is left behind
            found.append(Proof(checkpoint=computed, signatures=tuple(signatures[name] for name in sorted(signatures)),
                               beside=held.beside if held else ()))
    return tuple(found)
