"""Signed checkpoints and receipts as files, and detached signatures beside what they sign.

1. A checkpoint says what a ledger was; alone it proves only that its signers said so. The ledger is verified with it
   (`muniment verify CASE --receipt FILE`).
2. Each signature holds, in a namespace of Muniment's; whose it is is asked of the verifier's own list.
"""

from pathlib import Path

from evidence_store.custody import sshsig
from evidence_store.custody.publickey import PublicKey
from evidence_store.errors import EvidenceError, FormatError, SignatureInvalid
from evidence_store.findings import Outcome
from verify.bundle.collector import Collector
from verify.foreign.brought import Brought
from verify.trust import read_receipt, read_trust

MAX_SIGNED = 1 << 30          # bytes of a file that is read to check a signature of it
MAX_SIGNATURES = 100
NAMESPACES = (sshsig.CHECKPOINT, sshsig.RECEIPT, sshsig.SEAL)


def check_checkpoint_file(path: Path, brought: Brought, found: Collector) -> None:
    """The text of a checkpoint, with the signatures in it and those that lie beside it."""
    receipt = read_receipt(path)
    text = receipt.checkpoint.to_text()
    found.add("checkpoint.form", Outcome.PASS, path.name,
              f"{receipt.checkpoint.size} ledger lines of the case {receipt.checkpoint.origin.rpartition('/')[2]}, "
              f"root {receipt.checkpoint.root.hex()}")
    armours = [(path.name, armour) for armour in receipt.signatures] + _beside(path)
    for name, armour in armours[:MAX_SIGNATURES]:
        check_signature(name, text, armour, brought, found)
    if not armours:
        found.add("checkpoint.signature", Outcome.INCONCLUSIVE, path.name,
                  "nobody signed it: a copy of this text, as somebody kept it on paper, proves what the paper does")
    found.neutral("checkpoint.ledger", path.name, "the ledger that it is of is not here: `muniment verify CASE "
                                                  f"--receipt {path.name}` compares it with one")


def check_signature_file(path: Path, brought: Brought, found: Collector) -> None:
    """A detached SSHSIG signature, over the file that its name points to."""
    with path.open("rb") as file:
        armour = file.read(sshsig.MAX_ARMOUR_BYTES + 1)
    signed = _signed(path)
    if signed is None:
        sshsig.parse_armour(armour)
        found.add("signature.subject", Outcome.INCONCLUSIVE, path.name, "the file that it signs does not lie beside it")
        return
    if signed.stat().st_size > MAX_SIGNED:
        raise FormatError(f"{signed.name} is larger than {MAX_SIGNED} bytes")
    check_signature(path.name, signed.read_bytes(), armour, brought, found, subject=signed.name)


def check_signature(name: str, signed: bytes, armour: bytes, brought: Brought, found: Collector, *, subject: str = ""
                    ) -> None:
    """Rule 2."""
    what = subject or "the checkpoint"
    for namespace in NAMESPACES:
        try:
            key = sshsig.verify(signed, armour.lstrip(), namespace)
        except SignatureInvalid:
            continue
        except EvidenceError as error:
            found.fail("checkpoint.signature", name, str(error))
            return
        found.add("checkpoint.signature", Outcome.PASS, name, f"{what} is as it was signed, for {namespace}, by "
                                                              f"{key.fingerprint}")
        _check_signer(name, key, namespace, brought, found)
        return
    found.fail("checkpoint.signature", name, f"it is no signature of {what} in any namespace of Muniment's")


def _check_signer(name: str, key: PublicKey, namespace: str, brought: Brought, found: Collector) -> None:
    if brought.trust is None:
        found.add("checkpoint.signer", Outcome.INCONCLUSIVE, name, f"key {key.key16.upper()} is not confirmed: give "
                                                                   "your list of trusted signers with --trust FILE")
        return
    principal = read_trust(brought.trust).principal(key, namespace, None)
    if principal:
        found.add("checkpoint.signer", Outcome.PASS, name, f"your list of trusted signers says {principal}")
    else:
        found.fail("checkpoint.signer", name, f"your list of trusted signers does not confirm key {key.key16.upper()}")


def _beside(path: Path) -> list[tuple[str, bytes]]:
    beside = [one for one in sorted(path.parent.iterdir())
              if one.name.startswith(f"{path.name}.") and one.name.endswith(".sig")]
    return [(one.name, one.read_bytes()) for one in beside[:MAX_SIGNATURES]
            if one.is_file() and not one.is_symlink() and one.stat().st_size <= sshsig.MAX_ARMOUR_BYTES]


def _signed(path: Path) -> Path | None:
    """`FILE` of `FILE.sig`, or of `FILE.<key>.sig`."""
    for name in (path.name.removesuffix(".sig"), path.name.removesuffix(".sig").rpartition(".")[0]):
        candidate = path.with_name(name) if name and name != path.name else None
        if candidate is not None and candidate.is_file() and not candidate.is_symlink():
            return candidate
    return None


