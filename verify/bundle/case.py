"""The verification of a case folder: what is in it is what its ledger recorded.

1. The ledger is one chain with all its bodies; nothing is withheld within a case.
2. Its checkpoints are of this ledger. What came after the last one is open: nobody has signed for it.
3. Every WARC record and every blob that an event names is there with its bytes. What no event names is open: an
   interrupted capture leaves such bytes, so would somebody who puts them in.
4. What a crash cut off is open until the next command sets it aside; what was set aside is listed.
5. The catalogue is not looked at: it is an index, and can be made anew.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from evidence_store.blobs import FolderBlobStore
from evidence_store.custody import sshsig
from evidence_store.custody.folder import CustodyFolder
from evidence_store.custody.ledger import read_lines
from evidence_store.errors import ContentMismatch, EvidenceError, MissingContent
from evidence_store.findings import Outcome
from evidence_store.layout import CaseLayout
from evidence_store.progress import NoProgress, Progress
from evidence_store.records import BlobRef, ItemId, RecordId, WarcRef
from evidence_store.settings import read_settings
from evidence_store.warc.fields import target_uri
from verify.bitcoin import BlockHeader
from verify.bundle.account import Account
from verify.bundle.anchors import check_anchors
from verify.bundle.checkpoints import FOLDER, check_attribution, check_checkpoints, read_checkpoints
from verify.bundle.collector import Collector
from verify.bundle.ledger import LEDGER, MAX_BODY, LedgerRead, check_bodies, read_ledger
from verify.bundle.listing import Listing
from verify.bundle.measure import Measure, TimePolicy
from verify.bundle.receipts import check_receipts
from verify.bundle.tokens import check_tokens
from verify.checks.warcs import NamedRecord, check_warcs
from verify.errors import NothingToVerify
from verify.report import TargetKind, VerifyReport
from verify.trust import Receipt, Trust

BLOBS_TASK = "blobs"
READ_SIZE = 1 << 20

_UNWATCHED = NoProgress()


def verify_case(root: Path, *, trust: Trust | None = None, receipts: Sequence[Receipt] = (),
                tsa_roots: Path | None = None, require_time: bool = False,
                headers: Mapping[int, BlockHeader] | None = None,
                progress: Progress = _UNWATCHED) -> VerifyReport:
    """Check a case folder in every way there is; what is wrong is a finding, never an exception.

    NothingToVerify where `root` is not a case that this version reads.
    """
    layout = CaseLayout(root)
    try:
        settings = read_settings(layout)
    except EvidenceError as error:
        raise NothingToVerify(str(error), hint=error.hint) from error
    found = Collector()
    policy = TimePolicy(roots=tsa_roots, required=require_time, headers=headers or {})
    measure = Measure(trust=trust, receipts=tuple(receipts), time=policy)
    try:
        account = _check_custody(layout, measure, found)
        found.require("case.id", layout.settings.name, "it names another case than the ledger",
                      holds=account.case == settings.id)
        _check_warcs(layout, account, found, progress)
        _check_blobs(layout, account, found, progress)
    except EvidenceError as error:
        found.fail("case.limits", "", str(error))
    except OSError as error:
        found.add("case.read", Outcome.ERROR, str(error.filename or ""), f"it cannot be read: {error.strerror}")
    return VerifyReport(target=root, kind=TargetKind.CASE, findings=found.findings)


def _check_custody(layout: CaseLayout, measure: Measure, found: Collector) -> Account:
    """Rules 1, 2 and 4."""
    checkpoints_folder = _listing_of(layout)
    checkpoints = read_checkpoints(checkpoints_folder, found)
    sizes = frozenset(checkpoints) | {receipt.checkpoint.size for receipt in measure.receipts}
    ledger = _read(CustodyFolder(layout.custody), sizes, found)
    account = ledger.account
    check_bodies(account, frozenset(), found)
    covered = check_checkpoints(checkpoints_folder, checkpoints, ledger, found)
    largest = max((size for size in checkpoints if size <= account.size), default=0)
    if largest < account.size:
        found.add("checkpoint.after", Outcome.INCONCLUSIVE, FOLDER,
                  f"{account.size - largest} events came after the last checkpoint; nobody has signed for them yet")
    check_attribution(account, covered, Outcome.INCONCLUSIVE, found, until=largest)
    _check_signers(covered, measure.trust, found)
    check_receipts(measure.receipts, ledger, found)
    check_tokens(checkpoints_folder, account, measure.time, found)
    check_anchors(checkpoints_folder, account, measure.time, found)
    _list_orphans(layout, found)
    return account


def _read(folder: CustodyFolder, sizes: frozenset[int], found: Collector) -> LedgerRead:
    for path in (folder.ledger, folder.bodies):
        if not path.is_file():
            found.fail("ledger.form", path.name, "it is not there")
            return LedgerRead(account=Account(), states={})
    with folder.ledger.open("rb") as lines, folder.bodies.open("rb") as bodies:
        each_body = _bodies(iter(lambda: bodies.readline(MAX_BODY), b""))
        read = read_ledger(_whole_lines(read_lines(lines), found), each_body, sizes, found)
        if bodies.read(1):
            found.add("ledger.orphans", Outcome.INCONCLUSIVE, folder.bodies.name,
                      "bodies without ledger lines stand at its end: an append was interrupted")
    return read


def _whole_lines(lines: Iterator[bytes], found: Collector) -> Iterator[bytes]:
    """Rule 4: an append that was cut short - part of a line, or the NUL bytes of lost power - is no line."""
    for line in lines:
        if not line.endswith(b"\n") or b"\0" in line:
            found.add("ledger.torn", Outcome.INCONCLUSIVE, LEDGER, "its last line is cut: an append was interrupted")
            return
        yield line


def _bodies(lines: Iterator[bytes]) -> Iterator[bytes | None]:
    yield from lines


def _listing_of(layout: CaseLayout) -> Listing:
    """The plain files among the checkpoints, as a bundle would list them."""
    folder = layout.checkpoints
    files = {f"{FOLDER}{path.name}": path.stat().st_size
             for path in (folder.iterdir() if folder.is_dir() else ()) if path.is_file() and not path.is_symlink()}
    return Listing(root=layout.root, files=files)


def _check_signers(covered: Mapping[str, int], trust: Trust | None, found: Collector) -> None:
    """Who signed the checkpoints, measured by the verifier's own list."""
    if trust is None:
        found.neutral("checkpoint.signer", FOLDER, "no list of trusted signers was given; signed by "
                      + (", ".join(sorted(covered)) or "nobody"))
        return
    trusted = {signer.key.fingerprint: signer.principal for signer in trust.signers
               if signer.permits(sshsig.CHECKPOINT, None)}
    last = max(covered.values(), default=0)
    known = [fingerprint for fingerprint, size in covered.items() if fingerprint in trusted and size == last]
    if covered and found.require("checkpoint.signer", FOLDER, "the last checkpoint is by no key that your list trusts",
                                 holds=bool(known)):
        found.passed("checkpoint.signer", subject=FOLDER,
                     summary=f"the last checkpoint is by {', '.join(trusted[one] for one in known)}")


def _list_orphans(layout: CaseLayout, found: Collector) -> None:
    """Rule 4: what was set aside is no longer part of the case, and stays to be looked at."""
    if layout.orphans.is_dir():
        for path in sorted(layout.orphans.iterdir()):
            found.neutral("ledger.orphans", path.name, "a crash left this; it was set aside")


def _check_warcs(layout: CaseLayout, account: Account, found: Collector, progress: Progress) -> None:
    """Rule 3."""
    for record, refs in account.records.items():
        found.require("warc.ledger", record, "events name this record with different blocks", holds=len(refs) == 1)
    for event in check_warcs(layout.warcs.glob("*.warc*"), _named(account), progress=progress):
        found.add(event.check, event.outcome, event.item or "", event.summary)


def _named(account: Account) -> Mapping[RecordId, NamedRecord]:
    uris: dict[RecordId, str] = {}
    for exchange in account.exchanges.values():
        for ref in (exchange.request, exchange.response):
            if ref is not None:
                uris[ref.record] = target_uri(exchange.url)
    items: dict[RecordId, ItemId] = {item.source.record: item.id for item in account.items.values()
                                     if isinstance(item.source, WarcRef)}
    return {record: NamedRecord(ref=min(refs, key=lambda ref: ref.sha256), uri=uris.get(record, ""),
                                item=items.get(record))
            for record, refs in account.records.items()}


def _check_blobs(layout: CaseLayout, account: Account, found: Collector, progress: Progress) -> None:
    """Rule 3."""
    store = FolderBlobStore(layout.blobs)
    named = {item.source for item in account.items.values() if isinstance(item.source, BlobRef)}
    named |= account.nested
    named |= {derivative.content for made in account.derivatives.values() for derivative in made}
    progress.start(BLOBS_TASK, len(named), "blobs")
    for ref in sorted(named, key=lambda ref: ref.sha256):
        try:
            with store.open(ref) as stream:
                while stream.read(READ_SIZE):
                    pass
        except MissingContent as error:
            found.fail("blob.missing", ref.sha256, str(error))
        except ContentMismatch as error:
            found.fail("blob.sha256", ref.sha256, str(error))
        progress.advance(BLOBS_TASK, note=ref.sha256)
    progress.finish(BLOBS_TASK)
    others = (ref for ref in store.iterate() if ref not in named) if layout.blobs.is_dir() else ()
    unnamed = sum(1 for ref in others if ref.sha256 not in account.scans)
    if unnamed:
        found.add("blob.unnamed", Outcome.INCONCLUSIVE, "", f"{unnamed} blobs belong to no event: an interrupted "
                  "import leaves such files, so would files put in later")
    if named:
        found.passed("blob.missing", "blob.sha256", subject="", summary=f"{len(named)} blobs have their recorded bytes")
