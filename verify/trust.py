"""What a verifier brings along: whom to trust, receipts that somebody kept, roots of timestamp authorities.

Nothing of it ever comes out of the bundle that is verified.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from evidence_store.custody.checkpoint import Checkpoint
from evidence_store.custody.keys import PublicKey, TrustedSigner, parse_allowed_signers
from evidence_store.custody.sshsig import BEGIN
from evidence_store.errors import EvidenceError
from verify.errors import UnusableInput

MAX_TRUST_BYTES = 1 << 20       # a list of signers has some lines
MAX_RECEIPT_BYTES = 64 << 10    # a checkpoint has four lines, each signature some 300 bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """When something was signed, as far as it is known: at some time from `first` to `last`."""

    first: datetime
    last: datetime
    proved: bool              # by a timestamp token that was confirmed; else the sealer says so


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """The keys that the verifier trusts, and for whom they speak."""

    signers: tuple[TrustedSigner, ...]

    def principal(self, key: PublicKey, namespace: str, when: Moments | None) -> str:
        """Whom the key speaks for in `namespace` at some moment of `when`; "" when it is not trusted.

        `when` None: the time is not known, so that a key with limits in time is not trusted.
        """
        for signer in self.signers:
            if signer.key == key and signer.permits(namespace, None) and _within(signer, when):
                return signer.principal
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A checkpoint that somebody kept outside the target, with the signatures that came with it."""

    path: Path
    checkpoint: Checkpoint
    signatures: tuple[bytes, ...]     # armoured, as received


def read_trust(path: Path) -> Trust:
    """The Ed25519 signers of an allowed_signers file; UnusableInput names the line that cannot be honoured."""
    try:
        return Trust(signers=parse_allowed_signers(_read(path, MAX_TRUST_BYTES).decode("utf-8", "surrogateescape")))
    except EvidenceError as error:
        raise UnusableInput(f"{path} is not a list of trusted signers: {error}",
                            hint="it must be a file that ssh-keygen takes as allowed_signers") from error


def read_receipt(path: Path) -> Receipt:
    """A checkpoint's text, and the signatures that follow it in the file; UnusableInput when it is none."""
    text, *armours = _read(path, MAX_RECEIPT_BYTES).replace(b"\r\n", b"\n").split(BEGIN)
    try:
        checkpoint = Checkpoint.parse(text.strip() + b"\n")
    except EvidenceError as error:
        raise UnusableInput(f"{path} is not a receipt: {error}",
                            hint="a receipt is the text of a checkpoint, perhaps with signatures after it") from error
    return Receipt(path=path, checkpoint=checkpoint, signatures=tuple(BEGIN + armour for armour in armours))


def _read(path: Path, limit: int) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise UnusableInput(f"{path} cannot be read: {error.strerror}") from error
    if len(data) > limit:
        raise UnusableInput(f"{path} is larger than {limit} bytes")
    return data


def _within(signer: TrustedSigner, when: Moments | None) -> bool:
    if when is None:
        return signer.valid_after is None and signer.valid_before is None
    return ((signer.valid_after is None or when.last >= signer.valid_after)
            and (signer.valid_before is None or when.first <= signer.valid_before))
