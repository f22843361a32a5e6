"""The journal beside an open WARC file: which members are durable.

1. `<warc>.journal` exists from before the file's first byte until its index is written: a file with a journal was
   not closed.
2. A line is `<offset> <length> <sha256 of the record block> <WARC-Record-ID>`, appended after the member is synced.
3. Reading stops at the first line that is not whole; the journal is never trusted for more than it says.
"""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from evidence_store.records import RecordId, Sha256
from evidence_store.warc.model import RecordEntry

SUFFIX = ".journal"
_LINE = re.compile(r"(\d{1,15}) (\d{1,15}) ([0-9a-f]{64}) (\S{1,200})\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalLine:
    """One durable member."""

    offset: int
    length: int
    sha256: Sha256        # of the record block
    record: RecordId


def journal_path(warc: Path) -> Path:
    """The journal of a WARC file."""
    return warc.with_name(warc.name + SUFFIX)


class Journal:
    """A journal open for appending."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @classmethod
    def create(cls, warc: Path) -> Self:
        """The journal of a file that is about to be made."""
        return cls(os.open(journal_path(warc), os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o644))

    def append(self, entries: Iterable[RecordEntry]) -> None:
        """Note members whose bytes are on disk."""
        lines = [f"{entry.offset} {entry.length} {entry.ref.sha256} {entry.ref.record}\n" for entry in entries]
        os.write(self._descriptor, "".join(lines).encode("ascii"))

    def close(self) -> None:
        """Close the file; it stays until `remove`."""
        os.close(self._descriptor)


def read_journal(warc: Path) -> Iterator[JournalLine]:
    """The whole lines of a file's journal, in order."""
    with journal_path(warc).open("r", encoding="ascii", errors="replace", newline="") as stream:
        for line in stream:
            match = _LINE.fullmatch(line)
            if match is None:
                return
            yield JournalLine(offset=int(match[1]), length=int(match[2]), sha256=Sha256(match[3]),
                              record=RecordId(match[4]))
