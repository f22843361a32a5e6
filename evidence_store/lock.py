"""One case, one writing process.

1. The lock is the kernel's (`flock` on the file `lock`): it ends with its holder, however that dies.
2. The file's content tells people who holds it; on this machine it never decides.
3. A folder that is shared or synchronised reaches machines whose kernels know nothing of one another: where the content
   names a writer on another machine, or the folder holds what a synchroniser keeps of two writers, nobody writes.
4. A child of the holder does not keep the lock alive: the descriptor is closed in every forked process.
"""

import fcntl
import hashlib
import json
import os
import re
import uuid
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Self

from evidence_store.clock import Clock, format_time, parse_time
from evidence_store.errors import StoreLocked

MAX_HOLDER_BYTES = 4096       # the file is ours and short; more is damage and not read
MACHINE_ID = Path("/etc/machine-id")
ONE_WRITER = ("A case has one ledger and one writing process: two writers on a shared or synchronised folder would "
              "make two ledgers that contradict each other, and neither would prove anything. Work in a case of your "
              "own, and exchange bundles: `muniment import BUNDLE` nests the other's ledger whole")

# Dropbox, Nextcloud, OneDrive, Google Drive ("conflict"), Syncthing ("sync-conflict"); no name of ours is like that.
_CONFLICT = re.compile(r"conflict|\(\d+\)\.jsonl$|\.jsonl\.\d+$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class LockHolder:
    """Who writes a case."""

    pid: int
    command: str
    since: datetime           # UTC
    machine: str = ""         # 16 hex digits that tell machines apart and name none

    def to_bytes(self) -> bytes:
        """The content of the lock file."""
        fields = {"command": self.command, "machine": self.machine, "pid": self.pid, "since": format_time(self.since)}
        return json.dumps(fields, sort_keys=True).encode() + b"\n"

    @classmethod
    def parse(cls, content: bytes) -> "LockHolder | None":
        """The holder a lock file names; None where it names none."""
        try:
            fields = json.loads(content)
            return cls(pid=int(fields["pid"]), command=str(fields["command"]), since=parse_time(fields["since"]),
                       machine=str(fields.get("machine", "")))
        except (ValueError, TypeError, KeyError, RecursionError):
            return None


class CaseLock:
    """The right to write one case; a context manager, or `acquire` and `release`."""

    def __init__(self, path: Path, *, command: str, clock: Clock) -> None:
        self._path = path
        self._command = command
        self._clock = clock
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """Take the lock; StoreLocked names who has it."""
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = LockHolder.parse(os.pread(descriptor, MAX_HOLDER_BYTES, 0))
            os.close(descriptor)
            raise _locked(self._path.parent, holder) from None
        except OSError:
            os.close(descriptor)
            raise
        try:
            self._refuse_other_machines(LockHolder.parse(os.pread(descriptor, MAX_HOLDER_BYTES, 0)))
        except BaseException:
            os.close(descriptor)
            raise
        holder = LockHolder(pid=os.getpid(), command=self._command, since=self._clock(), machine=this_machine())
        with suppress(OSError):            # a full disk: the lock holds, only its holder is not named
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, holder.to_bytes(), 0)
        self._descriptor = descriptor
        _held.add(self)

    def _refuse_other_machines(self, last: LockHolder | None) -> None:
        """Rule 3."""
        case = self._path.parent
        if last is not None and last.machine and last.machine != this_machine():
            raise StoreLocked(f"{case} is being written on another machine, by {last.command} since "
                              f"{last.since:%Y-%m-%d %H:%M:%S} UTC. {ONE_WRITER}",
                              hint=f"wait until it ended there; if that machine is gone, delete the file "
                                   f"{self._path.name}")
        left = next((name for name in _names(case / "custody") if _CONFLICT.search(name)), None)
        if left is not None:
            raise StoreLocked(f"{case} was written on two machines at once: a synchroniser kept custody/{left}. "
                              f"{ONE_WRITER}",
                              hint="keep both copies of the case, and go on in the one whose checkpoint others hold")

    def release(self) -> None:
        """Give the lock back; nothing happens where it is not held."""
        if self._descriptor is None:
            return
        with suppress(OSError):
            os.ftruncate(self._descriptor, 0)
        self.drop()

    def drop(self) -> None:
        """Close this process's descriptor and leave the file as it is."""
        _held.discard(self)
        if self._descriptor is not None:
            with suppress(OSError):
                os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.release()


@cache
def this_machine() -> str:
    """16 hex digits, the same as long as the operating system is: a hash, so that no name gets into a case."""
    try:
        name = MACHINE_ID.read_bytes().strip()
    except OSError:
        name = b""
    return hashlib.sha256(b"muniment lock\0" + (name or uuid.getnode().to_bytes(8))).hexdigest()[:16]


def _names(folder: Path) -> list[str]:
    try:
        return sorted(path.name for path in folder.iterdir())
    except OSError:
        return []


def lock_holder(path: Path) -> LockHolder | None:
    """Who the lock file names as the writer: for display; only `acquire` knows whether it is held."""
    try:
        with path.open("rb") as file:
            return LockHolder.parse(file.read(MAX_HOLDER_BYTES))
    except FileNotFoundError:
        return None


def _locked(case: Path, holder: LockHolder | None) -> StoreLocked:
    by = "another process"
    if holder is not None:
        by = f"{holder.command} (pid {holder.pid}) since {holder.since:%Y-%m-%d %H:%M:%S} UTC"
    return StoreLocked(f"{case} is being written by {by}",
                       hint="wait for it to finish, or stop it; reading is possible meanwhile")


_held: set[CaseLock] = set()


def _forget_in_child() -> None:
    # flock belongs to the open file: a forked worker that kept the descriptor would outlive a killed holder with it
    for lock in tuple(_held):
        lock.drop()


os.register_at_fork(after_in_child=_forget_in_child)
