"""Receipts that somebody else kept: the ledger must begin with what they are of.

Who holds the key can rewrite a whole case so that everything in it fits; only what lies in other hands shows it.
"""

from collections.abc import Sequence

from evidence_store.custody import sshsig
from evidence_store.errors import SignatureInvalid
from evidence_store.findings import Outcome
from verify.bundle.checkpoints import contradictions
from verify.bundle.collector import Collector
from verify.bundle.ledger import LedgerRead
from verify.trust import Receipt


def check_receipts(receipts: Sequence[Receipt], ledger: LedgerRead, found: Collector) -> None:
    """Compare each receipt with the ledger, and check the signatures that came with it."""
    for receipt in receipts:
        name = receipt.path.name
        for problem in contradictions(receipt.checkpoint, ledger):
            found.fail(f"receipt.{problem.rule}", name, f"not what the receipt was given for: {problem.summary}")
        for armour in receipt.signatures:
            with found.failing("receipt.signature", name):
                signer = _signer(receipt.checkpoint.to_text(), armour)
                found.add("receipt.signature", Outcome.PASS, name, f"signed by {signer}")
        found.passed("receipt.prefix", "receipt.root", "receipt.size", subject=name,
                     summary=f"the ledger begins with the {receipt.checkpoint.size} lines of the receipt")
    if not receipts:
        found.neutral("receipt.prefix", "", "no receipt was given: who holds the key could have rewritten everything")


def _signer(text: bytes, armour: bytes) -> str:
    """Fingerprint of who signed: a witness for receipt@muniment, or the checkpoint's own signer."""
    try:
        return sshsig.verify(text, armour.lstrip(), sshsig.RECEIPT).fingerprint
    except SignatureInvalid:
        return sshsig.verify(text, armour.lstrip(), sshsig.CHECKPOINT).fingerprint
