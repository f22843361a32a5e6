"""Handing over: an offer in the ledger, a checkpoint in somebody else's hands, a receipt back.

1. The offer is recorded before anything leaves, and the checkpoint that is handed out covers it.
2. With a bundle, what is handed out is the checkpoint that the bundle itself ends in: a receipt over a later one would
   call the bundle cut short.
3. Nobody countersigns what fails verification.
"""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import is_zipfile

from evidence_store.custody.checkpoint import Checkpoint, SignedCheckpoint, stored_checkpoint, stored_checkpoints
from evidence_store.custody.folder import CustodyFolder
from evidence_store.custody.keys import PublicKey, Signer
from evidence_store.custody.receipts import Receipt, countersign
from evidence_store.errors import BundleRefused, FormatError, MissingContent
from evidence_store.events import Sealed
from evidence_store.findings import Outcome
from evidence_store.handling import TransferOffer
from evidence_store.progress import Progress
from evidence_store.receipts import check_fits
from evidence_store.writer import CaseWriter
from verify.bundle import verify_bundle
from verify.foreign.unpack import unpack_bag
from verify.report import VerifyReport
from verify.trust import Trust

MAX_INFO_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """What is handed to somebody."""

    signed: SignedCheckpoint  # what the recipient keeps
    bundle: str               # id; "" for none
    latest: SignedCheckpoint  # covers the offer itself

    @property
    def checkpoint(self) -> Checkpoint:
        """What the recipient keeps, without its signature."""
        return self.signed.checkpoint

    @property
    def signer(self) -> PublicKey:
        """Who signed it."""
        return self.signed.signer

    def to_bytes(self) -> bytes:
        """The checkpoint with its signature, as a receipt file: what the recipient keeps."""
        return Receipt(checkpoint=self.checkpoint, signatures=(self.signed.armour,)).to_bytes()


@dataclass(frozen=True, slots=True, kw_only=True)
class Countersigning:
    """What came of asking for a receipt."""

    receipt: Receipt | None   # None: the bundle fails verification
    report: VerifyReport | None     # None: a bare checkpoint was countersigned


def offer(writer: CaseWriter, recipient: str, *, purpose: str = "", bundle: Path | None = None) -> Offered:
    """Record an offer and give what to hand over.

    BundleRefused where `bundle` is not one that this case sealed; LedgerDamaged where its checkpoint no longer fits.
    """
    sealed = None if bundle is None else _sealed(writer, bundle)
    if sealed is not None:
        stored = stored_checkpoint(CustodyFolder(writer.case.layout.custody), sealed.checkpoint_size)
        check_fits(writer, stored.read())
    writer.append(TransferOffer(recipient=recipient, purpose=purpose, bundle=sealed.bundle if sealed else ""))
    latest = writer.checkpoint()
    if sealed is None:
        return Offered(signed=latest, bundle="", latest=latest)
    signed = stored.signed()
    if not signed:
        raise MissingContent(f"the checkpoint of {stored.size} lines has no signature",
                             hint="restore custody/checkpoints from a copy")
    return Offered(signed=signed[0], bundle=sealed.bundle, latest=latest)


def receive(target: Path, signer: Signer, *, trust: Trust | None, progress: Progress) -> Countersigning:
    """Countersign the checkpoint of a bundle that was received, after verifying it; or a bare checkpoint.

    FormatError or MissingContent where `target` has no checkpoint, or is a ZIP file that is not unpacked.
    """
    if is_zipfile(target):
        with TemporaryDirectory(prefix="muniment-receipt-") as folder:
            bag, findings = unpack_bag(target, Path(folder))
            if bag is None:
                raise FormatError(f"{target} holds no bundle that can be unpacked safely: "
                                  + "; ".join(one.summary for one in findings), hint="`muniment verify` says more")
            return receive(bag, signer, trust=trust, progress=progress)
    if not target.is_dir():
        return Countersigning(receipt=countersign(Receipt.read(target).checkpoint, signer), report=None)
    report = verify_bundle(target, trust=trust, progress=progress)
    if report.outcome is Outcome.FAIL:
        return Countersigning(receipt=None, report=report)
    stored = stored_checkpoints(CustodyFolder(target / "custody"))
    if not stored:
        raise MissingContent(f"{target} has no checkpoint", hint="name the folder of a bundle")
    return Countersigning(receipt=countersign(stored[-1].read(), signer), report=report)


def _sealed(writer: CaseWriter, bundle: Path) -> Sealed:
    """The event that says this case sealed the bundle in that folder."""
    named = bundle_id(bundle)
    events = (event.body for event in writer.case.events())
    found = next((body for body in events if isinstance(body, Sealed) and body.bundle == named), None)
    if found is None:
        raise BundleRefused(f"{bundle} is the bundle {named}, which this case has not sealed")
    return found


def bundle_id(bundle: Path) -> str:
    """What the bundle in a folder says its id is; FormatError where the folder is none."""
    try:
        with (bundle / "bag-info.txt").open("rb") as file:
            lines = file.read(MAX_INFO_BYTES).decode("utf-8", "replace").splitlines()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise FormatError(f"{bundle} is not the folder of a bundle") from error
    label = "Internal-Sender-Identifier: "
    return next((line.removeprefix(label) for line in lines if line.startswith(label)), "")
