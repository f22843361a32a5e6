"""Ledger lines: their one spelling, their chain, and where they stand in the file.

1. A line is ASCII, exactly `{"body":"sha256:HEX64","prev":"sha256:HEX64","seq":N}` and LF; N has no leading zero.
2. `seq` counts from 0; `prev` of line 0 is 64 zeros, of line N the SHA-256 of the bytes of line N-1, LF included.
3. `body` is the SHA-256 of the body's bytes, LF included.
4. Lengths follow from the number of digits alone, so the place of a line in the file is arithmetic, not an index.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from evidence_store.errors import FormatError, LedgerDamaged
from evidence_store.records import Sha256

GENESIS = Sha256("0" * 64)
MAX_SEQ = 10**10 - 1                # file names in a bundle give a seq ten digits

_LINE = re.compile(rb'\{"body":"sha256:([0-9a-f]{64})","prev":"sha256:([0-9a-f]{64})","seq":(0|[1-9][0-9]{0,9})\}\n')
_FIXED_BYTES = len(b'{"body":"sha256:","prev":"sha256:","seq":}\n') + 128
MAX_LINE_BYTES = _FIXED_BYTES + 10


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """One line: that an event happened, after which other, with which body."""

    seq: int
    prev: Sha256
    body: Sha256

    def to_bytes(self) -> bytes:
        """The line, LF included."""
        return f'{{"body":"sha256:{self.body}","prev":"sha256:{self.prev}","seq":{self.seq}}}\n'.encode("ascii")

    @classmethod
    def parse(cls, line: bytes) -> "LedgerLine":
        """The line of exactly these bytes; FormatError for any other spelling."""
        match = _LINE.fullmatch(line)
        if match is None:
            raise FormatError(f"not a ledger line: {line[:60]!r}")
        body, prev, seq = match.groups()
        return cls(seq=int(seq), prev=Sha256(prev.decode()), body=Sha256(body.decode()))


def line_hash(line: bytes) -> Sha256:
    """What the next line has as `prev`, and what `body` has of a body."""
    return Sha256(hashlib.sha256(line).hexdigest())


def check_chain(lines: Iterable[bytes], *, start: int = 0,
                prev: Sha256 = GENESIS) -> Iterator[tuple[bytes, LedgerLine]]:
    """Each line, stored and parsed, as long as it follows the one before; LedgerDamaged at the first that does not.

    `start` and `prev` continue a chain whose earlier lines have been checked.
    """
    for seq, line in enumerate(lines, start=start):
        try:
            parsed = LedgerLine.parse(line)
        except FormatError as error:
            raise LedgerDamaged(f"line {seq} of the ledger is not a ledger line") from error
        if parsed.seq != seq:
            raise LedgerDamaged(f"line {seq} of the ledger says that it is line {parsed.seq}")
        if parsed.prev != prev:
            raise LedgerDamaged(f"line {seq} of the ledger does not follow line {seq - 1}")
        prev = line_hash(line)
        yield line, parsed


def read_lines(file: BinaryIO) -> Iterator[bytes]:
    """The lines of an open ledger, bounded: bytes without LF never grow beyond one line."""
    while line := file.readline(MAX_LINE_BYTES + 1):
        yield line


def offset_of(seq: int) -> int:
    """Where line `seq` begins in a sound ledger."""
    offset, digits, first = 0, 1, 0
    while seq > (end := 10**digits):
        offset += (end - first) * (_FIXED_BYTES + digits)
        digits, first = digits + 1, end
    return offset + (seq - first) * (_FIXED_BYTES + digits)


def whole_lines(length: int) -> int:
    """How many whole lines a sound ledger of `length` bytes holds."""
    digits, first, left = 1, 0, length
    while left >= (decade := (10**digits - first) * (_FIXED_BYTES + digits)):
        left -= decade
        digits, first = digits + 1, 10**digits
    return first + left // (_FIXED_BYTES + digits)
