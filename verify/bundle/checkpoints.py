"""Checkpoints, and whose key proves which event (docs/formats.md sections 5 to 7).

1. A checkpoint stands under its size, and is of this case.
2. Its size, Merkle root and prefix hash are those of the ledger that is here.
3. Each checkpoint is signed; each signature is canonical, for checkpoint@muniment, and by the key its name gives.
4. In a bundle the last checkpoint covers the whole ledger; in a case, events may have come after it.
5. An event is proved by a checkpoint that covers it and is signed with the key that the event is attributed to. What a
   key left unproved that was revoked later, by a proved event, is attributed only; after that a key says nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from evidence_store.custody import sshsig
from evidence_store.custody.checkpoint import MAX_TEXT_BYTES, ORIGIN_PREFIX, Checkpoint
from evidence_store.custody.publickey import PublicKey
from evidence_store.errors import EvidenceError, FormatError, SignatureInvalid
from evidence_store.findings import Outcome
from verify.bundle.account import Account
from verify.bundle.collector import Collector
from verify.bundle.ledger import LedgerRead
from verify.bundle.listing import Listing

FOLDER = "custody/checkpoints/"
MAX_SIGNATURES = 20_000       # of one bundle; beyond, signatures are not looked at and prove nothing
KIND = {sshsig.SEAL: "seal", sshsig.CHECKPOINT: "checkpoint", sshsig.RECEIPT: "receipt"}

_BESIDE = rf"({FOLDER}(\d{{10}}))\.(?:(receipt-)?([0-9a-f]{{16}})\.sig|[A-Za-z0-9_-]{{1,40}}\.tsr)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """One way in which a ledger is not what a checkpoint says."""

    rule: str                 # "form", "size", "prefix", "root"
    summary: str


def read_checkpoints(bag: Listing, found: Collector) -> Mapping[int, Checkpoint]:
    """The checkpoints by size (rule 1)."""
    checkpoints: dict[int, Checkpoint] = {}
    for path, match in bag.matching(rf"{FOLDER}(\d{{10}})"):
        with found.failing("checkpoint.form", path):
            checkpoint = Checkpoint.parse(bag.read(path, MAX_TEXT_BYTES))
            if checkpoint.size != int(match[1]) or not checkpoint.size:
                raise FormatError(f"it is the checkpoint of {checkpoint.size} lines under another name")
            checkpoints[checkpoint.size] = checkpoint
    return checkpoints


def contradictions(checkpoint: Checkpoint, ledger: LedgerRead) -> Iterator[Contradiction]:
    """Rules 1 and 2; also what a receipt is measured by."""
    account = ledger.account
    if account.case is not None and checkpoint.origin != ORIGIN_PREFIX + account.case:
        yield Contradiction(rule="form", summary="it belongs to another case")
    if checkpoint.size > account.size:
        yield Contradiction(rule="size", summary=f"it states {checkpoint.size} lines, the ledger has {account.size}: "
                                                 "the end of the ledger was cut off")
        return
    state = ledger.states.get(checkpoint.size)
    if state is None:
        yield Contradiction(rule="form", summary="it is of no lines at all")
        return
    if checkpoint.prefix_sha256 != state.prefix_sha256:
        yield Contradiction(rule="prefix", summary=f"the first {checkpoint.size} lines of the ledger are not those it "
                                                   "was made for")
    if checkpoint.root != state.root:
        yield Contradiction(rule="root", summary=f"the Merkle root of the first {checkpoint.size} lines is another")


def check_checkpoints(bag: Listing, checkpoints: Mapping[int, Checkpoint], ledger: LedgerRead,
                      found: Collector) -> Mapping[str, int]:
    """Rules 1 to 3; for each fingerprint, how many lines the largest good checkpoint signed with it covers."""
    wrong = {size: tuple(contradictions(checkpoint, ledger)) for size, checkpoint in checkpoints.items()}
    for size, problems in sorted(wrong.items()):
        for problem in problems:
            found.fail(f"checkpoint.{problem.rule}", _path(size), problem.summary)
    covered: dict[str, int] = {}
    unsigned = set(checkpoints)
    for size, key in _signers(bag, checkpoints, found):
        unsigned.discard(size)
        if not wrong[size]:
            covered[key.fingerprint] = max(covered.get(key.fingerprint, 0), size)
    for size in sorted(unsigned):
        found.fail("checkpoint.signature", _path(size), "it has no signature that holds")
    if checkpoints:
        found.passed("checkpoint.form", "checkpoint.root", "checkpoint.prefix", "checkpoint.signature", subject=FOLDER,
                     summary=f"{len(checkpoints)} checkpoints are of this ledger")
    return covered


def check_whole_ledger_covered(checkpoints: Mapping[int, Checkpoint], account: Account, found: Collector) -> None:
    """Rule 4 for a bundle."""
    largest = max(checkpoints, default=0)
    if found.require("checkpoint.missing", FOLDER, "there is no checkpoint of the ledger", holds=bool(checkpoints)):
        found.require("checkpoint.size", FOLDER, f"the last one covers {largest} of {account.size} lines",
                      holds=largest >= account.size)
    found.passed("checkpoint.missing", "checkpoint.size", subject=FOLDER, summary="the last one covers the ledger")


def check_attribution(account: Account, covered: Mapping[str, int], unproved: Outcome, found: Collector, *,
                      until: int) -> None:
    """Rule 5 for the events below `until`; `unproved`: the outcome of one that no checkpoint of its key covers."""
    for seq, key in account.keys.items():
        if seq >= until:
            continue
        revoked = account.revoked.get(key)
        subject = f"event {seq}"
        if revoked is not None and seq > revoked:
            found.fail("ledger.key", subject, f"it is attributed to {key}, which event {revoked} revoked")
        elif covered.get(key, 0) > seq:
            continue
        elif revoked is not None and covered.get(account.keys.get(revoked, ""), 0) > revoked:
            found.neutral("ledger.key", subject, f"attributed to the revoked key {key}, not proved")
        else:
            found.add("ledger.key", unproved, subject, f"no checkpoint signed with its key {key} covers it")
    found.passed("ledger.key", subject=FOLDER, summary="each event is signed for with the key it is attributed to")


def signer_of(bag: Listing, signature: str, signed: bytes, namespace: str, found: Collector) -> PublicKey | None:
    """The key of a signature file (rule 3); None, and a failure, where it does not hold."""
    check = f"{KIND[namespace]}.signature"
    try:
        armour = bag.read(signature, sshsig.MAX_ARMOUR_BYTES)
        verify = sshsig.verify if namespace == sshsig.RECEIPT else sshsig.verify_canonical
        key = verify(signed, armour, namespace)
        if not signature.endswith(f"{key.key16}.sig"):
            raise SignatureInvalid(f"it is named after another key than {key.fingerprint}, which signed")
    except EvidenceError as error:
        found.fail(check, signature, str(error))
        return None
    return key


def _signers(bag: Listing, checkpoints: Mapping[int, Checkpoint],
             found: Collector) -> Iterator[tuple[int, PublicKey]]:
    for count, (path, match) in enumerate(bag.matching(_BESIDE)):
        size, receipt, key16 = int(match[2]), match[3], match[4]
        if not found.require("checkpoint.missing", path, "the checkpoint that it is about is missing",
                             holds=size in checkpoints) or not key16 or count >= MAX_SIGNATURES:
            continue
        namespace = sshsig.RECEIPT if receipt else sshsig.CHECKPOINT
        key = signer_of(bag, path, checkpoints[size].to_text(), namespace, found)
        if key is not None and receipt:
            found.add("receipt.signature", Outcome.PASS, path, f"countersigned by {key.fingerprint}")
        elif key is not None:
            yield size, key


def _path(size: int) -> str:
    return f"{FOLDER}{size:010d}"
