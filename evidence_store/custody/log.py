"""The custody log: ledger lines and their bodies, on disk.

1. Line N of `bodies.jsonl` is the body of event N; line N of `ledger.jsonl` names its SHA-256.
2. `append` is a group commit: all bodies, one fsync, then all lines, one fsync. When it returns, the events are
   durable; killed before, each event is there whole or not at all, and never a line without its body.
3. A line or body is handed out only after it was checked: lines against the chain, bodies against their line.
4. Reading needs no lock: a reader sees whole lines only, and every line it sees has its body.
"""

import os
import threading
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from types import TracebackType

from evidence_store.atomic import sync_folder
from evidence_store.custody.folder import CustodyFolder
from evidence_store.custody.ledger import (
    GENESIS,
    MAX_LINE_BYTES,
    MAX_SEQ,
    LedgerLine,
    check_chain,
    line_hash,
    offset_of,
    read_lines,
    whole_lines,
)
from evidence_store.custody.repair import MAX_BODY_BYTES, LedgerEnd, Repair, repair
from evidence_store.errors import AppendFailed, FormatError, LedgerDamaged, LimitExceeded, NotACase
from evidence_store.records import Sha256

CHUNK_BYTES = 1 << 20


class CustodyLog:
    """The log, for reading."""

    def __init__(self, folder: CustodyFolder) -> None:
        self.folder = folder
        self._lines_before = array("Q", [0])       # bodies that end before each chunk of bodies.jsonl, as far as read
        self._counting = threading.Lock()

    @staticmethod
    def create(root: Path) -> "LogWriter":
        """Make an empty log in the folder `root`, open for appending; FileExistsError when there is one."""
        folder = CustodyFolder(root)
        for path in (folder.root, folder.checkpoints, folder.keys, folder.orphans):
            path.mkdir(parents=True, exist_ok=True)
        for path in (folder.bodies, folder.ledger):
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
            os.close(handle)
        sync_folder(folder.root)
        return LogWriter(folder, LedgerEnd(size=0, length=0, prev=GENESIS))

    @staticmethod
    def open(root: Path) -> "CustodyLog":
        """The log in the folder `root`, for reading; NotACase when there is none."""
        return CustodyLog(_existing(root))

    @staticmethod
    def open_for_append(root: Path) -> "tuple[LogWriter, tuple[Repair, ...]]":
        """The log for appending, after the whole chain was checked and what a crash left was set aside.

        The caller holds the case's lock. LedgerDamaged when the log is damaged in any other way.
        """
        folder = _existing(root)
        end, _, repairs = repair(folder)
        return LogWriter(folder, end), repairs

    @property
    def size(self) -> int:
        """Events in the log, as of now."""
        return whole_lines(self.folder.ledger.stat().st_size)

    def lines(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """The stored bytes of lines `start` to `stop` (exclusive; None: the end), each following the one before.

        LedgerDamaged at the first that does not, or when `stop` is beyond the end.
        """
        return (line for line, _ in self._lines(start, stop))

    def line(self, seq: int) -> LedgerLine:
        """One line, parsed."""
        return next(parsed for _, parsed in self._lines(seq, seq + 1))

    def body(self, seq: int) -> bytes:
        """The stored body of one event, LF included; LedgerDamaged when it is not the one its line names."""
        return next(self.bodies(seq, seq + 1))

    def bodies(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """The stored bodies of events `start` to `stop` (exclusive; None: the end), checked against their lines."""
        end = self.size if stop is None else stop
        if start >= end:
            return
        with self.folder.bodies.open("rb") as file:
            file.seek(self._body_offset(start))
            for _, parsed in self._lines(start, end):
                body = file.readline(MAX_BODY_BYTES + 1)
                if line_hash(body) != parsed.body:
                    raise LedgerDamaged(f"the body of event {parsed.seq} is not the one its ledger line names",
                                        hint="run `muniment verify` on the case")
                yield body

    def _lines(self, start: int, stop: int | None) -> Iterator[tuple[bytes, LedgerLine]]:
        end = self.size if stop is None else stop
        if start >= end:
            return
        with self.folder.ledger.open("rb") as file:
            prev = GENESIS
            if start:
                file.seek(offset_of(start - 1))
                prev = line_hash(file.readline(MAX_LINE_BYTES + 1))
            count = 0
            for pair in check_chain(islice(read_lines(file), end - start), start=start, prev=prev):
                yield pair
                count += 1
        if start + count < end:
            raise LedgerDamaged(f"the ledger ends before line {end - 1}")

    def _body_offset(self, seq: int) -> int:
        """Where body `seq` begins; counts the lines of the chunks before it once."""
        if seq == 0:
            return 0
        with self._counting, self.folder.bodies.open("rb") as file:
            number = bisect_left(self._lines_before, seq) - 1         # of the chunk in which body `seq` - 1 ends
            file.seek(number * CHUNK_BYTES)
            while chunk := file.read(CHUNK_BYTES):
                before, lines = self._lines_before[number], chunk.count(b"\n")
                if before + lines >= seq:
                    return number * CHUNK_BYTES + _end_of_line(chunk, seq - before)
                if len(chunk) < CHUNK_BYTES:
                    break
                number += 1
                if number == len(self._lines_before):
                    self._lines_before.append(before + lines)
        raise LedgerDamaged(f"there is no body of event {seq}")


class LogWriter(CustodyLog):
    """The log, for reading and appending: one in the world at a time, which the case's lock sees to."""

    def __init__(self, folder: CustodyFolder, end: LedgerEnd) -> None:
        super().__init__(folder)
        self._size = end.size
        self._prev = end.prev
        self._bodies = os.open(folder.bodies, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
        self._ledger = os.open(folder.ledger, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
        self._usable = True

    @property
    def size(self) -> int:
        """Events appended and durable."""
        return self._size

    def append(self, bodies: Sequence[bytes]) -> range:
        """Append events by their bodies (each one line, LF included): the seqs they got. Durable on return.

        FormatError and LimitExceeded leave the log as it was. AppendFailed: the disk refused; the log takes no more
        until it is opened again.
        """
        for body in bodies:
            _check_body(body)
        if not self._usable:
            raise AppendFailed("the log takes no more events after an append that failed or was closed",
                               hint="open the case again")
        first, end = self._size, self._size + len(bodies)
        if not bodies:
            return range(first, end)
        if end > MAX_SEQ:
            raise LimitExceeded(f"a ledger holds at most {MAX_SEQ} events")
        lines, prev = _chain(bodies, first, self._prev)
        self._usable = False               # until both writes are durable
        try:
            _write_durably(self._bodies, b"".join(bodies))
            _write_durably(self._ledger, b"".join(lines))
        except OSError as error:
            raise AppendFailed(f"events could not be written to {self.folder.root}: {error.strerror}",
                               hint="make room or restore the disk, then open the case again") from error
        self._usable, self._size, self._prev = True, end, prev
        return range(first, end)

    def close(self) -> None:
        """Take no more events."""
        self._usable = False
        handles, self._bodies, self._ledger = {self._bodies, self._ledger}, -1, -1
        for handle in handles - {-1}:
            os.close(handle)

    def __enter__(self) -> "LogWriter":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.close()


def _existing(root: Path) -> CustodyFolder:
    folder = CustodyFolder(root)
    if not (folder.ledger.is_file() and folder.bodies.is_file()):
        raise NotACase(f"there is no ledger in {root}")
    return folder


def _check_body(body: bytes) -> None:
    if len(body) > MAX_BODY_BYTES:
        raise LimitExceeded(f"an event body of {len(body)} bytes is larger than {MAX_BODY_BYTES}")
    if not body or body.find(b"\n") != len(body) - 1:
        raise FormatError("an event body is one line that ends in LF")


def _end_of_line(chunk: bytes, number: int) -> int:
    """Where the line with that number, from 1, ends."""
    end = 0
    for _ in range(number):
        end = chunk.index(b"\n", end) + 1
    return end


def _chain(bodies: Sequence[bytes], first: int, prev: Sha256) -> tuple[list[bytes], Sha256]:
    lines = []
    for seq, body in enumerate(bodies, start=first):
        line = LedgerLine(seq=seq, prev=prev, body=line_hash(body)).to_bytes()
        prev = line_hash(line)
        lines.append(line)
    return lines, prev


def _write_durably(handle: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(handle, view):]
    os.fsync(handle)
