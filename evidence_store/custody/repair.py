"""What a crash leaves in the custody folder, and how it is set right before the next append.

1. Nothing is deleted: bytes are copied to `orphans/` and synced there before the file they came from is cut.
2. Only what no caller was ever told is durable may be cut: bytes after the last whole line that follows the chain.
   Damage anywhere else, or below a checkpoint, is LedgerDamaged and nothing is touched.
3. Killed at any moment, a repair run again ends the same way.
"""

import hashlib
import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from evidence_store.atomic import sync_folder, write_once
from evidence_store.custody.folder import CustodyFolder
from evidence_store.custody.ledger import GENESIS, check_chain, line_hash, read_lines
from evidence_store.errors import LedgerDamaged
from evidence_store.records import Sha256

MAX_BODY_BYTES = 64 * 1024 * 1024   # a capture of 50,000 exchanges stays below it; bounds what a hostile file can claim


class RepairKind(StrEnum):
    """What was set aside."""

    TORN_LEDGER = "torn ledger line"
    ORPHAN_BODIES = "bodies without ledger lines"


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """Bytes that a crash left over and that now lie in `orphans/`."""

    kind: RepairKind
    file: str                 # name within the custody folder they were cut from
    seq: int                  # the event they would have begun
    length: int               # bytes
    kept_as: str              # name within the custody folder they now have


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEnd:
    """Where the sound part of a ledger ends."""

    size: int                 # lines
    length: int               # bytes
    prev: Sha256              # hash of the last line; GENESIS when there is none


def repair(folder: CustodyFolder) -> tuple[LedgerEnd, int, tuple[Repair, ...]]:
    """Set torn tails and orphans aside: the ledger's end, the length of the bodies, what was done.

    LedgerDamaged when something else than an unfinished append is wrong.
    """
    end = _sound_ledger(folder)
    bodies_length = _length_of_bodies(folder, end.size)
    repairs = (
        _cut(folder, RepairKind.TORN_LEDGER, folder.ledger, end.length, end.size),
        _cut(folder, RepairKind.ORPHAN_BODIES, folder.bodies, bodies_length, end.size),
    )
    return end, bodies_length, tuple(done for done in repairs if done is not None)


def _sound_ledger(folder: CustodyFolder) -> LedgerEnd:
    size, length, prev = 0, 0, GENESIS
    with folder.ledger.open("rb") as file:
        for line in read_lines(file):
            try:
                next(check_chain([line], start=size, prev=prev))
            except LedgerDamaged:
                if not _is_torn(line, file):
                    raise
                break
            size, length, prev = size + 1, length + len(line), line_hash(line)
    covered = max(folder.checkpoint_sizes(), default=0)
    if size < covered:
        raise LedgerDamaged(f"the ledger has {size} whole lines, a checkpoint covers {covered}",
                            hint="lines are missing; compare with a bundle or a receipt that holds them")
    return LedgerEnd(size=size, length=length, prev=prev)


def _is_torn(line: bytes, rest: BinaryIO) -> bool:
    """Whether this is an append that a crash cut short, not a line that was written whole and changed since.

    A kill leaves a part of a line at the end of the file. Loss of power may leave NUL bytes instead, because blocks
    reach the disk in any order; no line that was ever written whole holds a NUL.
    """
    if not line.endswith(b"\n"):
        return b"\0" in line or not rest.read(1)
    return b"\0" in line


def _length_of_bodies(folder: CustodyFolder, size: int) -> int:
    length = 0
    with folder.bodies.open("rb") as file:
        for seq in range(size):
            body = file.readline(MAX_BODY_BYTES + 1)
            if not body.endswith(b"\n"):
                raise LedgerDamaged(f"the body of event {seq} is missing or cut",
                                    hint="the case has lost bytes; restore custody/bodies.jsonl from a copy")
            length += len(body)
    return length


def _cut(folder: CustodyFolder, kind: RepairKind, path: Path, length: int, seq: int) -> Repair | None:
    with path.open("r+b") as file:
        file.seek(length)
        tail = file.read()
        if not tail:
            return None
        name = f"{path.stem}-{seq:010d}-{hashlib.sha256(tail).hexdigest()[:16]}.part"
        folder.orphans.mkdir(exist_ok=True)
        kept = folder.orphans / name
        if not kept.exists():          # an earlier repair may have been killed between keeping and cutting
            write_once(kept, tail)
        file.truncate(length)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(folder.root)
    return Repair(kind=kind, file=path.name, seq=seq, length=len(tail), kept_as=f"{folder.orphans.name}/{name}")
