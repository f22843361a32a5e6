"""Receipts: a checkpoint that somebody else holds, countersigned where they have a key.

1. A receipt file is the text of a checkpoint, and the armoured signatures over it one after the other; with none it is
   as good as the paper it was copied from.
2. What is signed is the checkpoint's text, byte for byte, for `receipt@muniment`: by our program or with
   `ssh-keygen -Y sign -n receipt@muniment`.
3. A receipt says that a ledger began so when it was given. Who holds the ledger's key can rewrite everything but that.
"""

from dataclasses import dataclass
from pathlib import Path

from evidence_store.custody import sshsig
from evidence_store.custody.checkpoint import Checkpoint
from evidence_store.custody.keys import PublicKey, Signer
from evidence_store.errors import FormatError, LimitExceeded

MAX_RECEIPT_BYTES = 64 * 1024     # a checkpoint has four lines, each signature some 300 bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A checkpoint, and who vouches for having received it."""

    checkpoint: Checkpoint
    signatures: tuple[bytes, ...]     # armoured, as received

    def to_bytes(self) -> bytes:
        """The receipt as a file."""
        return self.checkpoint.to_text() + b"".join(self.signatures)

    @classmethod
    def parse(cls, data: bytes) -> "Receipt":
        """The receipt in these bytes, with any line ends and blank lines around; FormatError where there is none."""
        if len(data) > MAX_RECEIPT_BYTES:
            raise LimitExceeded(f"a receipt of {len(data)} bytes is larger than {MAX_RECEIPT_BYTES}")
        text, *armours = data.replace(b"\r\n", b"\n").split(sshsig.BEGIN)
        try:
            checkpoint = Checkpoint.parse(text.strip() + b"\n")
        except FormatError as error:
            raise FormatError("not a receipt: it does not begin with the text of a checkpoint",
                              hint="a receipt is the four lines of a checkpoint, perhaps with signatures after them"
                              ) from error
        signatures = tuple(sshsig.BEGIN + armour.rstrip() + b"\n" for armour in armours)
        return cls(checkpoint=checkpoint, signatures=signatures)

    @classmethod
    def read(cls, path: Path) -> "Receipt":
        """The receipt in a file."""
        with path.open("rb") as file:
            return cls.parse(file.read(MAX_RECEIPT_BYTES + 1))

    def countersignatures(self) -> tuple[tuple[PublicKey, bytes], ...]:
        """Who countersigned, and with which signature; the checkpoint's own signature may stand there too.

        SignatureInvalid or FormatError where one does not hold.
        """
        text = self.checkpoint.to_text()
        return tuple((sshsig.verify(text, armour, sshsig.RECEIPT), armour) for armour in self.signatures
                     if sshsig.parse_armour(armour).namespace != sshsig.CHECKPOINT)


def countersign(checkpoint: Checkpoint, signer: Signer) -> Receipt:
    """The receipt of whoever holds the key."""
    return Receipt(checkpoint=checkpoint, signatures=(signer.sign(checkpoint.to_text(), sshsig.RECEIPT),))
