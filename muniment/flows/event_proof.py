"""What proves one event, checked on the spot: its bytes, its line, the signed tree over it, and who signed.

1. Every step is a finding: what could not be checked is said, and is never a pass.
2. The tree is computed from the ledger as it lies there, not from anything stored about it.
"""

from collections.abc import Iterator
from hashlib import sha256

from evidence_store.case import Case
from evidence_store.custody.checkpoint import Checkpoint, StoredCheckpoint, stored_checkpoints
from evidence_store.custody.folder import CustodyFolder
from evidence_store.custody.ledger import line_hash
from evidence_store.custody.merkle import inclusion_proof, leaf_hash, verify_inclusion
from evidence_store.custody.tokens import read_token
from evidence_store.errors import EvidenceError
from evidence_store.events import decode_body
from evidence_store.findings import Finding, Outcome

MAX_TOKEN_BYTES = 1 << 20


def check_event(case: Case, seq: int) -> tuple[Finding, ...]:
    """Every step from the bytes of an event to the signature over them."""
    return tuple(_steps(case, seq))


def _steps(case: Case, seq: int) -> Iterator[Finding]:
    subject = f"line {seq}"
    try:
        body = case.log.body(seq)
        line = case.log.line(seq).to_bytes()
    except EvidenceError as error:
        yield Finding(check="event.body", outcome=Outcome.FAIL, subject=subject, summary=str(error))
        return
    yield Finding(check="event.body", outcome=Outcome.PASS, subject=subject,
                  summary=f"the stored bytes have the hash that their line names: {line_hash(body)[:16]}\u2026")
    yield Finding(check="event.line", outcome=Outcome.PASS, subject=subject,
                  summary=f"the line names the hash of line {seq - 1}" if seq else "it is the first line")
    key = decode_body(seq, body).key
    try:
        stored = _covering(case, seq, key)
    except EvidenceError as error:
        yield Finding(check="event.signed", outcome=Outcome.FAIL, subject=subject, summary=str(error))
        return
    if stored is None:
        yield Finding(check="event.signed", outcome=Outcome.INCONCLUSIVE, subject=subject,
                      summary=f"no checkpoint signed by its own key {key[:20]}\u2026 covers it yet: sign one")
        return
    yield from _in_tree(case, seq, line, stored, key)


def _in_tree(case: Case, seq: int, line: bytes, stored: StoredCheckpoint, key: str) -> Iterator[Finding]:
    subject = f"checkpoint {stored.size}"
    try:
        checkpoint = stored.read()
        leaves, prefix = _leaves(case, stored.size)
    except EvidenceError as error:
        yield Finding(check="event.tree", outcome=Outcome.FAIL, subject=subject, summary=str(error))
        return
    path = inclusion_proof(leaves, seq)
    holds = verify_inclusion(leaf_hash(line), seq, stored.size, path, checkpoint.root)
    yield Finding(check="event.tree", outcome=Outcome.PASS if holds else Outcome.FAIL, subject=subject,
                  summary=f"RFC 6962: with {len(path)} hashes it {'gives' if holds else 'does not give'} the root "
                          f"that was signed")
    same = prefix == checkpoint.prefix_sha256
    yield Finding(check="event.prefix", outcome=Outcome.PASS if same else Outcome.FAIL, subject=subject,
                  summary=f"the first {stored.size:,} lines have the hash that was signed" if same else
                          "the lines before it are not those that were signed")
    yield Finding(check="event.signed", outcome=Outcome.PASS, subject=subject,
                  summary=f"signed by the event's own key {key[:24]}\u2026")
    yield from _beside(stored, checkpoint)


def _leaves(case: Case, size: int) -> tuple[list[bytes], str]:
    """The leaves of the tree over the first lines, and the hash of those lines."""
    leaves, prefix = [], sha256()
    for line in case.log.lines(0, size):
        leaves.append(leaf_hash(line))
        prefix.update(line)
    return leaves, prefix.hexdigest()


def _beside(stored: StoredCheckpoint, checkpoint: Checkpoint) -> Iterator[Finding]:
    tokens = [path for path in stored.beside if path.suffix == ".tsr"]
    for path in tokens:
        try:
            with path.open("rb") as file:
                token = read_token(file.read(MAX_TOKEN_BYTES))
        except EvidenceError as error:
            yield Finding(check="event.token", outcome=Outcome.FAIL, subject=path.name, summary=str(error))
            continue
        over = token.is_over(checkpoint.to_text())
        yield Finding(check="event.token", outcome=Outcome.PASS if over else Outcome.FAIL, subject=path.name,
                      summary=f"a timestamp authority saw it by {token.time:%Y-%m-%d %H:%M:%S} UTC; its signature: "
                              "verify --tsa-ca" if over else "the token is over something else")
    if not tokens:
        yield Finding(check="event.token", outcome=Outcome.NOT_APPLICABLE, subject=stored.path.name,
                      summary="no timestamp over this checkpoint: no outside proof of time")
    receipts = [path for path in stored.beside if ".receipt-" in path.name]
    yield Finding(check="event.receipt", outcome=Outcome.NOT_APPLICABLE, subject=stored.path.name,
                  summary=f"{len(receipts)} receipts held by somebody else" if receipts else
                          "nobody else holds a receipt over this checkpoint")


def _covering(case: Case, seq: int, key: str) -> StoredCheckpoint | None:
    """The smallest checkpoint over the event that its own key signed."""
    for stored in stored_checkpoints(CustodyFolder(case.layout.custody)):
        if seq < stored.size and any(one.signer.fingerprint == key for one in stored.signed()):
            return stored
    return None
