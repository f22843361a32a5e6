"""The page for somebody without a key: a checkpoint to keep, to sign by hand, and to scan or type in again.

1. It says nothing of the case but its random number: it may lie in a lawyer's drawer.
2. What can be typed is in groups of four, and the code holds exactly the bytes of the checkpoint.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from evidence_store.custody.checkpoint import Checkpoint
from evidence_store.custody.publickey import PublicKey
from evidence_store.custody.words import words
from muniment.report.pages import rendered
from muniment.report.qr import qr_lines, qr_svg

GROUP = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferPage:
    """What stands on the page."""

    checkpoint: Checkpoint
    signer: PublicKey         # who signed the checkpoint
    recipient: str
    made_at: datetime
    bundle: str = ""          # id of the bundle it was handed over with; "" for none

    @property
    def lines(self) -> list[str]:
        """The four lines of the checkpoint."""
        return self.checkpoint.to_text().decode("ascii").splitlines()

    @property
    def groups(self) -> list[str]:
        """The SHA-256 of the ledger's lines, in groups to be read out."""
        digest = self.checkpoint.prefix_sha256
        return [digest[at:at + GROUP] for at in range(0, len(digest), GROUP)]

    @property
    def words(self) -> tuple[str, ...]:
        """The words of the key that signed."""
        return words(self.signer)

    @property
    def code(self) -> str:
        """The QR code of the checkpoint's text."""
        return qr_svg(self.checkpoint.to_text())


def transfer_html(page: TransferPage) -> bytes:
    """The page to print."""
    return rendered("transfer.html.j2", page=page)


def transfer_text(page: TransferPage) -> bytes:
    """The same for a terminal or a typewriter font."""
    return "\n".join(_text(page)).encode("utf-8") + b"\n"


def _text(page: TransferPage) -> Iterator[str]:
    half = len(page.groups) // 2
    yield from (
        "RECEIPT FOR A CHECKPOINT", "",
        f"For          {page.recipient}", f"Made         {page.made_at:%Y-%m-%d %H:%M} UTC",
        *([f"With bundle  {page.bundle}"] if page.bundle else []), "", "The checkpoint, four lines:", "",
        *(f"  {line}" for line in page.lines), "",
        f"Hash of the first {page.checkpoint.size} lines of the ledger, to read out or compare:", "",
        "  " + " ".join(page.groups[:half]), "  " + " ".join(page.groups[half:]), "",
        f"Signed by    {page.signer.fingerprint}", f"its words    {' '.join(page.words)}", "",
        *qr_lines(page.checkpoint.to_text()), "",
        "I have received this checkpoint and keep a copy of this page.", "",
        "Name ______________________  Place, date ______________________  Signature ______________________", "",
        "Keep this page. To check a bundle of this case later, type the four lines into a file, or scan the code into",
        "it, and run: verify.py --receipt FILE BUNDLE. It fails if anything before this checkpoint was changed or cut.",
    )
