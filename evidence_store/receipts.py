"""Receipts of a case: taken from those who gave them, kept as they came, and recorded.

1. A receipt is taken only where the ledger still begins as it says: one that does not is the proof that somebody
   rewrote it, and is never taken silently.
2. Content first: the signature or the scanned page is in the case before the event that names its hash.
"""

import io
from hashlib import sha256
from pathlib import Path

from evidence_store.atomic import write_once
from evidence_store.custody.checkpoint import Checkpoint, checkpoint_of, stored_checkpoint
from evidence_store.custody.folder import CustodyFolder
from evidence_store.custody.keys import PublicKey
from evidence_store.custody.receipts import Receipt
from evidence_store.errors import FormatError, LedgerDamaged
from evidence_store.handling import ReceiptForm, TransferReceipt
from evidence_store.records import Sha256
from evidence_store.writer import CaseWriter


def take_receipt(writer: CaseWriter, receipt: Receipt, recipient: str) -> tuple[TransferReceipt, ...]:
    """Keep the signatures of a receipt beside its checkpoint, and record each that is new.

    FormatError where nobody countersigned it (that is paper: `take_paper`), SignatureInvalid where one does not hold,
    LedgerDamaged where the ledger does not begin as the receipt says, MissingContent where the case has no such
    checkpoint.
    """
    countersigned = receipt.countersignatures()
    if not countersigned:
        raise FormatError("nobody countersigned the receipt", hint="a page signed by hand is taken with --paper SCAN")
    check_fits(writer, receipt.checkpoint)
    folder = CustodyFolder(writer.case.layout.custody)
    path = stored_checkpoint(folder, receipt.checkpoint.size).path
    taken = []
    for witness, armour in countersigned:
        if _keep(path.with_name(f"{path.name}.receipt-{witness.key16}.sig"), armour) or not _known(writer, armour):
            taken.append(_event(recipient, receipt.checkpoint, armour, ReceiptForm.SIGNED, witness))
    if taken:
        writer.append(*taken)
    return tuple(taken)


def take_paper(writer: CaseWriter, checkpoint: Checkpoint, scan: bytes, recipient: str) -> TransferReceipt:
    """Keep the scan of a page that somebody signed by hand, and record it; errors as of `take_receipt`."""
    check_fits(writer, checkpoint)
    writer.add_blob(io.BytesIO(scan))
    event = _event(recipient, checkpoint, scan, ReceiptForm.PAPER, None)
    writer.append(event)
    return event


def check_fits(writer: CaseWriter, checkpoint: Checkpoint) -> None:
    """LedgerDamaged where the ledger of the case does not begin as a checkpoint says."""
    if checkpoint.case != writer.case.id:
        raise FormatError(f"the receipt is of the case {checkpoint.case}, not of {writer.case.id}")
    if (checkpoint.size > writer.case.log.size
            or checkpoint_of(writer.case.log, writer.case.id, checkpoint.size) != checkpoint):
        raise LedgerDamaged(f"the ledger does not begin with the {checkpoint.size} lines that the receipt is of",
                            hint="it was changed, or cut, after the receipt was given: keep the receipt, and find out "
                                 "who had the case since")


def _keep(path: Path, armour: bytes) -> bool:
    """Whether it was stored now; another signature of the same key over the same checkpoint is left aside."""
    if path.exists():
        return False
    write_once(path, armour)
    return True


def _known(writer: CaseWriter, armour: bytes) -> bool:
    digest = Sha256(sha256(armour).hexdigest())
    return any(isinstance(event.body, TransferReceipt) and event.body.receipt_sha256 == digest
               for event in writer.case.events())


def _event(recipient: str, checkpoint: Checkpoint, data: bytes, form: ReceiptForm,
           witness: PublicKey | None) -> TransferReceipt:
    return TransferReceipt(recipient=recipient, size=checkpoint.size, form=form,
                           receipt_sha256=Sha256(sha256(data).hexdigest()),
                           witness=witness.fingerprint if witness else "")
