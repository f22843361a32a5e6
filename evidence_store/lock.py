"""One case, one writing process.

1. The lock is the kernel's (`flock` on the file `lock`): it ends with its holder, however that dies.
2. The file's content only tells people who holds it; it never decides.
3. A child of the holder does not keep the lock alive: the descriptor is closed in every forked process.
"""

import fcntl
import json
import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from evidence_store.clock import Clock, format_time, parse_time
from evidence_store.errors import StoreLocked

MAX_HOLDER_BYTES = 4096       # the file is ours and short; more is damage and not read


@dataclass(frozen=True, slots=True, kw_only=True)
class LockHolder:
    """Who writes a case."""

    pid: int
    command: str
    since: datetime           # UTC

    def to_bytes(self) -> bytes:
        """The content of the lock file."""
        fields = {"command": self.command, "pid": self.pid, "since": format_time(self.since)}
        return json.dumps(fields, sort_keys=True).encode() + b"\n"

    @classmethod
    def parse(cls, content: bytes) -> "LockHolder | None":
        """The holder a lock file names; None where it names none."""
        try:
            fields = json.loads(content)
            return cls(pid=int(fields["pid"]), command=str(fields["command"]), since=parse_time(fields["since"]))
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
        holder = LockHolder(pid=os.getpid(), command=self._command, since=self._clock())
        with suppress(OSError):            # a full disk: the lock holds, only its holder is not named
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, holder.to_bytes(), 0)
        self._descriptor = descriptor
        _held.add(self)

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
