"""The verification of a bundle: each check after the other, all of them, whatever the ones before found."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from evidence_store.custody.ledger import read_lines
from evidence_store.custody.publickey import PublicKey
from evidence_store.errors import EvidenceError
from evidence_store.findings import Outcome
from evidence_store.progress import NoProgress, Progress
from verify.bitcoin import BlockHeader
from verify.bundle.account import Account
from verify.bundle.anchors import check_anchors
from verify.bundle.bag import check_bag
from verify.bundle.checkpoints import (
    check_attribution,
    check_checkpoints,
    check_whole_ledger_covered,
    read_checkpoints,
)
from verify.bundle.collector import Collector
from verify.bundle.items import check_items
from verify.bundle.ledger import (
    LEDGER,
    MAX_BODY,
    LedgerRead,
    body_path,
    check_bodies,
    check_disclosure,
    read_ledger,
)
from verify.bundle.listing import Listing, list_folder
from verify.bundle.measure import Measure, TimePolicy
from verify.bundle.receipts import check_receipts
from verify.bundle.seal import check_seal, check_sealer, moments_of_seal
from verify.bundle.tokens import check_tokens
from verify.bundle.wacz import check_wacz
from verify.errors import NothingToVerify
from verify.report import Sealer, TargetKind, VerifyReport
from verify.trust import Receipt, Trust

MAX_KEY = 4096        # bytes; a line of some 80

_UNWATCHED = NoProgress()


def verify_bundle(path: Path, *, trust: Trust | None = None, receipts: Sequence[Receipt] = (),
                  tsa_roots: Path | None = None, require_time: bool = False,
                  headers: Mapping[int, BlockHeader] | None = None,
                  progress: Progress = _UNWATCHED) -> VerifyReport:
    """Check a bundle folder in every way there is; what is wrong is a finding, never an exception.

    `trust` None: who sealed it stays open. `tsa_roots`: PEM of the timestamp authorities to believe. `headers`: of
    Bitcoin blocks, by height, for proofs of OpenTimestamps.
    NothingToVerify where `path` is not a folder.
    """
    if not path.is_dir():
        raise NothingToVerify(f"{path} is not a folder", hint="unpack a zipped bundle first")
    found = Collector()
    policy = TimePolicy(roots=tsa_roots, required=require_time, headers=headers or {})
    measure = Measure(trust=trust, receipts=tuple(receipts), time=policy)
    sealer = None
    try:
        sealer = _check(path, measure, found, progress)
    except EvidenceError as error:
        found.fail("bag.limits", "", str(error))
    except OSError as error:
        found.add("bag.read", Outcome.ERROR, str(error.filename or ""), f"it cannot be read: {error.strerror}")
    return VerifyReport(target=path, kind=TargetKind.BUNDLE, findings=found.findings, sealer=sealer)


def _check(path: Path, measure: Measure, found: Collector, progress: Progress) -> Sealer | None:
    bag = list_folder(path, found)
    info = check_bag(bag, found, progress)
    checkpoints = read_checkpoints(bag, found)
    sizes = frozenset(checkpoints) | {receipt.checkpoint.size for receipt in measure.receipts}
    ledger = _read_ledger(bag, sizes, found)
    account = ledger.account
    check_bodies(account, account.withheld, found)
    check_disclosure(account, found)
    _check_strays(bag, account, found)
    covered = check_checkpoints(bag, checkpoints, ledger, found)
    check_whole_ledger_covered(checkpoints, account, found)
    check_attribution(account, covered, Outcome.FAIL, found, until=account.size)
    check_receipts(measure.receipts, ledger, found)
    check_items(bag, account, found)
    check_wacz(bag, account, found)
    _check_names(info, account, found)
    proved = check_tokens(bag, account, measure.time, found)
    check_anchors(bag, account, measure.time, found)
    _check_keys(bag, account, found)
    keys = check_seal(bag, account, found)
    return check_sealer(keys, measure.trust, moments_of_seal(info, proved), found)


def _read_ledger(bag: Listing, sizes: frozenset[int], found: Collector) -> LedgerRead:
    if LEDGER not in bag.files:
        found.fail("ledger.form", LEDGER, "there is no ledger")
        return LedgerRead(account=Account(), states={})
    with bag.open(LEDGER) as file:
        return read_ledger(read_lines(file), _bodies(bag, found), sizes, found)


def _bodies(bag: Listing, found: Collector) -> Iterator[bytes | None]:
    seq = 0
    while True:
        path = body_path(seq)
        body: bytes | None = None
        if path in bag.files:
            with found.failing("body.form", path):
                body = bag.read(path, MAX_BODY)
        yield body
        seq += 1


def _check_strays(bag: Listing, account: Account, found: Collector) -> None:
    """No body is without its line."""
    own = {body_path(seq) for seq in range(account.size)}
    for path, _ in bag.matching(r"custody/bodies/.*"):
        found.require("ledger.body", path, "it belongs to no line of the ledger", holds=path in own)


def _check_keys(bag: Listing, account: Account, found: Collector) -> None:
    """Each key that stands in the bundle is one that the case enrolled, under its own name."""
    for path, match in bag.matching(r"custody/keys/(.*)"):
        with found.failing("keys.name", path):
            key = PublicKey.parse(bag.read(path, MAX_KEY).decode("utf-8", "replace"))
            found.require("keys.name", path, "it is another key than its name says",
                          holds=match[1] == f"{key.key16}.pub")
            found.require("keys.name", path, "the case never enrolled this key",
                          holds=key.fingerprint in account.enrolled or bool(account.absent))
    found.passed("keys.name", subject="custody/keys/", summary="the keys are those that the case enrolled")


def _check_names(fields: Mapping[str, str], account: Account, found: Collector) -> None:
    """bag-info.txt names the case and the bundle that the ledger names."""
    if account.case is not None:
        found.require("bag.info", "bag-info.txt", "External-Identifier is not the case of the ledger",
                      holds=fields.get("External-Identifier") == account.case)
    if account.disclose is not None:
        found.require("bag.info", "bag-info.txt", "Internal-Sender-Identifier is not the bundle that was disclosed",
                      holds=fields.get("Internal-Sender-Identifier") == account.disclose.bundle)
    found.passed("bag.info", subject="bag-info.txt", summary="it names the case and the bundle of the ledger")
