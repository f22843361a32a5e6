"""OpenTimestamps proofs of a case: what waits for a calendar, what calendars promised, and what became of it.

1. A proof begins as `custody/pending/<size>.<calendar>.otq`: the head of a .ots file up to the message for the calendar
   (SHA-256 of the checkpoint's hash and a nonce, so that the calendar learns nothing). Its answer completes it.
2. `custody/checkpoints/<size>.<calendar>.ots` is kept as the calendar gave it: a promise, no proof yet. When the
   message is in a block, the whole proof is a second file, `<size>.<calendar>-bitcoin.ots`. Neither is overwritten.
3. Each is an event that names its hash; the blocks named in it are what the proof claims, until a header confirms them.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from evidence_store.atomic import write_once
from evidence_store.case import Case
from evidence_store.catalogue.model import EventFilter
from evidence_store.clock import RandomBytes
from evidence_store.custody.checkpoint import Checkpoint, stored_checkpoints
from evidence_store.custody.folder import CustodyFolder
from evidence_store.custody.ots import MAGIC, MAX_PROOF_BYTES, Attestation, Notary, OtsProof, parse_ots
from evidence_store.errors import SignatureInvalid
from evidence_store.handling import Anchored
from evidence_store.records import Sha256
from evidence_store.writer import CaseWriter

NONCE_BYTES = 16                    # as the format's own client uses
UPGRADED = "-bitcoin"

_HEAD = MAGIC + b"\x01\x08"         # version 1, a file's SHA-256
_APPEND_NONCE, _SHA256 = b"\xf0\x10", b"\x08"
_PENDING_TAG = bytes.fromhex("83dfe30d2ef90c8e")
_WAITING = re.compile(r"(\d{10})\.([A-Za-z0-9_-]{1,40})\.otq")
_PROOF = re.compile(r"(\d{10})\.([A-Za-z0-9_-]{1,40})\.ots")


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingProof:
    """A message that no calendar has taken yet."""

    checkpoint: Checkpoint
    calendar: str
    head: bytes               # of the .ots file
    path: Path

    @property
    def message(self) -> bytes:
        """What the calendar is given: 32 bytes that say nothing."""
        return sha256(sha256(self.checkpoint.to_text()).digest() + self.head[-NONCE_BYTES - 1:-1]).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A proof that ends at a calendar so far."""

    checkpoint: Checkpoint
    calendar: str
    data: bytes               # the .ots file
    pending: Attestation      # its `message` is what the calendar knows it by


def queue(case: Case, checkpoint: Checkpoint, calendar: str, random: RandomBytes) -> WaitingProof | None:
    """A message of that calendar over a stored checkpoint, the one that waits already if there is one.

    None where it was taken.
    """
    folder = CustodyFolder(case.layout.custody)
    if _file(folder, checkpoint.size, calendar).exists():
        return None
    path = folder.pending / f"{checkpoint.size:010d}.{calendar}.otq"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        digest = sha256(checkpoint.to_text()).digest()
        write_once(path, _HEAD + digest + _APPEND_NONCE + random(NONCE_BYTES) + _SHA256)
    return _read(checkpoint, calendar, path)


def waiting(case: Case) -> tuple[WaitingProof, ...]:
    """Every message that waits, by size and calendar; what is none of ours is passed over."""
    folder = CustodyFolder(case.layout.custody)
    checkpoints = {stored.size: stored for stored in stored_checkpoints(folder)}
    found = []
    for path in sorted(folder.pending.iterdir()) if folder.pending.is_dir() else ():
        match = _WAITING.fullmatch(path.name)
        if match is None or int(match[1]) not in checkpoints or _file(folder, int(match[1]), match[2]).exists():
            continue
        one = _read(checkpoints[int(match[1])].read(), match[2], path)
        found += [one] if one is not None else []
    return tuple(found)


def take_promise(writer: CaseWriter, answered: WaitingProof, answer: bytes) -> Anchored:
    """Keep a calendar's answer to a message as a proof, and record it; FormatError where it completes none."""
    event = _keep(writer, answered.checkpoint, answered.calendar, answered.head + answer)
    with suppress(FileNotFoundError):
        answered.path.unlink()
    return event


def promises(case: Case) -> tuple[Promise, ...]:
    """Proofs that end at a calendar, and of which the calendar gave no more yet."""
    found = []
    for checkpoint, name, data in stored_proofs(case):
        path = _file(CustodyFolder(case.layout.custody), checkpoint.size, f"{name}{UPGRADED}")
        if name.endswith(UPGRADED) or path.exists():
            continue
        proof = parse_ots(data)
        pending = [one for one in proof.attestations if one.notary is Notary.PENDING and one.message is not None]
        if pending and data.endswith(_attestation(pending[-1].uri)):
            found.append(Promise(checkpoint=checkpoint, calendar=name, data=data, pending=pending[-1]))
    return tuple(found)


def take_upgrade(writer: CaseWriter, promise: Promise, answer: bytes) -> Anchored | None:
    """Keep what a calendar says has become of its promise; None where that is no block yet.

    FormatError where it does not go on from the promise.
    """
    data = promise.data.removesuffix(_attestation(promise.pending.uri)) + answer
    if not blocks(parse_ots(data)):
        return None
    return _keep(writer, promise.checkpoint, f"{promise.calendar}{UPGRADED}", data)


def record_missing(writer: CaseWriter) -> tuple[Anchored, ...]:
    """Record the proofs that are stored and that no event names: the writer was killed in between."""
    known = {event.proof_sha256 for event in anchored(writer.case)}
    missing = [event for checkpoint, name, data in stored_proofs(writer.case)
               if (event := _event(checkpoint, name, data)).proof_sha256 not in known]
    if missing:
        writer.append(*missing)
    return tuple(missing)


def stored_proofs(case: Case) -> Iterator[tuple[Checkpoint, str, bytes]]:
    """Every proof beside a checkpoint: the checkpoint, the calendar's name, the .ots file."""
    for stored in stored_checkpoints(CustodyFolder(case.layout.custody)):
        for path in stored.beside:
            if match := _PROOF.fullmatch(path.name):
                with path.open("rb") as file:
                    yield stored.read(), match[2], file.read(MAX_PROOF_BYTES + 1)


def anchored(case: Case) -> Iterator[Anchored]:
    """The events that say a proof arrived, in ledger order."""
    after = -1
    while page := case.catalogue.events(EventFilter(kinds=frozenset({Anchored.TYPE})), after=after):
        for entry in page:
            body = case.event(entry.seq).body
            if isinstance(body, Anchored):
                yield body
        after = page[-1].seq


def blocks(proof: OtsProof) -> tuple[int, ...]:
    """The Bitcoin blocks that a proof claims to be in, by height."""
    return tuple(sorted({one.height for one in proof.attestations
                         if one.notary is Notary.BITCOIN and one.height is not None}))


def _keep(writer: CaseWriter, checkpoint: Checkpoint, name: str, data: bytes) -> Anchored:
    event = _event(checkpoint, name, data)
    write_once(_file(CustodyFolder(writer.case.layout.custody), checkpoint.size, name), data)
    writer.append(event)
    return event


def _event(checkpoint: Checkpoint, name: str, data: bytes) -> Anchored:
    proof = parse_ots(data)
    if proof.digest != sha256(checkpoint.to_text()).digest():
        raise SignatureInvalid("the proof is over something else than the checkpoint")
    return Anchored(size=checkpoint.size, calendar=name, proof_sha256=Sha256(sha256(data).hexdigest()),
                    blocks=blocks(proof))


def _read(checkpoint: Checkpoint, calendar: str, path: Path) -> WaitingProof | None:
    """None where the file is not the head of a proof over that checkpoint."""
    begins = _HEAD + sha256(checkpoint.to_text()).digest() + _APPEND_NONCE
    with path.open("rb") as file:
        head = file.read(MAX_PROOF_BYTES)
    good = head.startswith(begins) and head.endswith(_SHA256) and len(head) == len(begins) + NONCE_BYTES + 1
    return WaitingProof(checkpoint=checkpoint, calendar=calendar, head=head, path=path) if good else None


def _file(folder: CustodyFolder, size: int, name: str) -> Path:
    path = folder.checkpoint(size)
    return path.with_name(f"{path.name}.{name}.ots")


def _attestation(uri: str) -> bytes:
    """A pending attestation as it stands in a proof; lengths are varuints."""
    text = _counted(uri.encode("ascii"))
    return b"\x00" + _PENDING_TAG + _counted(text)


def _counted(data: bytes) -> bytes:
    size, count = bytearray(), len(data)
    while count >= 0x80:
        size.append(count & 0x7F | 0x80)
        count >>= 7
    return bytes([*size, count]) + data
