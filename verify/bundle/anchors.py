"""OpenTimestamps proofs beside checkpoints: over the checkpoint, and in the block that the verifier's headers show.

1. A proof is of the checkpoint it is named after: one that was moved, or made for something else, fails.
2. A calendar's promise is said to be one; it proves nothing yet.
3. With the header of its block at hand, the Merkle root must be the one that the proof leads to, and no event that the
   checkpoint covers is dated after the block. Without, it is said which block and root to compare.
"""

import hashlib
from datetime import timedelta

from evidence_store.custody.ots import MAGIC, MAX_PROOF_BYTES, Attestation, Notary, parse_ots
from evidence_store.errors import FormatError
from evidence_store.findings import Outcome
from verify.bitcoin import BlockHeader
from verify.bundle.account import Account
from verify.bundle.checkpoints import FOLDER
from verify.bundle.collector import Collector
from verify.bundle.listing import Listing
from verify.bundle.measure import TimePolicy

BLOCK_TOLERANCE = timedelta(hours=2)     # what the time of a block may be off, by the rules of the chain
MAX_STAMPED = 1024                       # bytes of a checkpoint

_HEAD = MAGIC + b"\x01\x08"              # version 1, the SHA-256 of a file follows
_PROOF = rf"({FOLDER}(\d{{10}}))\.[A-Za-z0-9_-]{{1,40}}\.ots"


def check_anchors(bag: Listing, account: Account, policy: TimePolicy, found: Collector) -> None:
    """Everything above."""
    for path, match in bag.matching(_PROOF):
        with found.failing("time.ots", path):
            data = bag.read(path, MAX_PROOF_BYTES)
            stamped = hashlib.sha256(bag.read(match[1], MAX_STAMPED)).digest()
            _check_over(data, stamped, match[1])
            try:
                attestations = parse_ots(data).attestations
            except FormatError as error:     # it is over the checkpoint, and leads nowhere: no proof, and no fault
                found.neutral("time.ots", path, f"it proves nothing: {error}")
                continue
            for one in attestations:
                _check_attestation(path, one, account, policy, found, covers=int(match[2]))


def _check_over(data: bytes, stamped: bytes, name: str) -> None:
    """Rule 1."""
    if data[:len(_HEAD)] != _HEAD or data[len(_HEAD):len(_HEAD) + len(stamped)] != stamped:
        raise FormatError(f"it is a proof of other bytes than {name}")


def _check_attestation(path: str, claim: Attestation, account: Account, policy: TimePolicy, found: Collector, *,
                       covers: int) -> None:
    """Rules 2 and 3."""
    if claim.notary is not Notary.BITCOIN or claim.height is None:
        words = (f"the calendar {claim.uri} has promised to put it into a block: no proof yet"
                 if claim.notary is Notary.PENDING else f"a claim of the kind {claim.notary} is not checked here")
        found.neutral("time.ots", path, words)
        return
    header = policy.headers.get(claim.height)
    if header is None or claim.message is None:
        found.neutral("time.ots", path, f"not checked: block {claim.height} of Bitcoin must have the Merkle root "
                                        f"{claim.merkle_root} (--bitcoin-headers, or any explorer)")
    elif header.merkle_root != claim.merkle_root:
        found.fail("time.ots", path, f"block {claim.height} has the Merkle root {header.merkle_root}; the proof leads "
                                     f"to {claim.merkle_root}")
    else:
        found.add("time.ots", Outcome.PASS, path, f"it existed before block {claim.height} ({header.block}), dated "
                                                  f"{header.time:%Y-%m-%d %H:%M} UTC")
        _check_bounds(path, header, account, found, covers=covers)


def _check_bounds(path: str, header: BlockHeader, account: Account, found: Collector, *, covers: int) -> None:
    for seq, claimed in account.times.items():
        if seq < covers and claimed > header.time + BLOCK_TOLERANCE:
            found.fail("time.bounds", f"event {seq}", f"it is dated after block {header.height} of the proof {path} "
                                                      "that covers it")
