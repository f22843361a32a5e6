"""Finding the gzip members of a file, going on after damage and naming where it stands.

1. Every byte of the file is accounted for: it belongs to a whole member or to a named damage.
2. After damage, reading goes on at the next place that looks like a gzip header and inflates to the beginning of a
   WARC record; a member whose content alone is wrong (CRC) is followed by what stands after it.
3. Memory is bounded; time is linear in the file but for a bounded number of looks.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from evidence_store.errors import WarcDamaged
from evidence_store.warc.inflate import MAGIC, Fault, MemberDamaged, MemberStream, header_length

WINDOW = 1 << 16             # bytes searched at a time for the next member
LOOK = 1 << 9                # bytes that must be enough to inflate `WARC/`, header included
MAX_LOOKS = 200_000          # places tried after one damage; a hostile file can offer millions
READ_SIZE = 1 << 16
BUFFER_SIZE = 1 << 17        # of the file object: seeking within it costs nothing
RECORD_START = b"WARC/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A whole gzip member."""

    offset: int
    length: int       # bytes in the file
    size: int         # bytes of its content


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """A stretch of a file that is not what a WARC file holds."""

    offset: int
    length: int       # bytes until reading went on, or to the end of the file
    fault: Fault
    detail: str       # for people


def scan_members(path: Path, start: int = 0) -> Iterator[Member | Damage]:
    """Every member and every damage of a file, in order, from the member boundary `start` on."""
    with path.open("rb", buffering=BUFFER_SIZE) as file:
        size = path.stat().st_size
        offset = start
        while offset < size:
            try:
                stream = MemberStream(file, offset)
                content = 0
                while data := stream.read(READ_SIZE):
                    content += len(data)
            except MemberDamaged as damaged:
                damage = damage_of(file, damaged, size)
                yield damage
                offset += damage.length
                continue
            end = ended(stream)
            yield Member(offset=offset, length=end - offset, size=content)
            offset = end


def ended(stream: MemberStream) -> int:
    """Where a member that was read to its end ends."""
    if stream.end is None:
        raise WarcDamaged(f"the member at {stream.offset} was not read to its end")
    return stream.end


def damage_of(file: BinaryIO, damaged: MemberDamaged, size: int) -> Damage:
    """The stretch that a broken member spoils: to where reading can go on."""
    offset, fault, detail = damaged.offset, damaged.fault, damaged.detail
    if damaged.end is not None and _continues(file, damaged.end, size):
        return Damage(offset=offset, length=damaged.end - offset, fault=fault, detail=detail)
    file.seek(offset)
    sample = file.read(LOOK)
    if fault in (Fault.HEADER, Fault.CUT) and not sample.startswith(MAGIC):
        fault = Fault.GARBAGE
        detail = "zero bytes" if not sample.strip(b"\0") else "bytes that are no gzip member"
    return Damage(offset=offset, length=find_member(file, offset + 1, size) - offset, fault=fault, detail=detail)


def find_member(file: BinaryIO, start: int, size: int) -> int:
    """Where the next WARC record in a gzip member begins, at or after `start`; `size` when there is none."""
    looks, position = 0, start
    while position < size:
        file.seek(position)
        window = file.read(WINDOW + len(MAGIC) - 1)
        found = window.find(MAGIC)
        while 0 <= found < WINDOW:
            if begins_record(file, position + found):
                return position + found
            looks += 1
            if looks >= MAX_LOOKS:
                return size
            found = window.find(MAGIC, found + 1)
        position += WINDOW
    return size


def begins_record(file: BinaryIO, offset: int) -> bool:
    """A gzip member that inflates to `WARC/` begins here."""
    file.seek(offset)
    data = file.read(LOOK)
    length = header_length(data)
    if not length:
        return False
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(data[length:], len(RECORD_START)) == RECORD_START
    except zlib.error:
        return False


def _continues(file: BinaryIO, end: int, size: int) -> bool:
    if end == size:
        return True
    file.seek(end)
    return file.read(len(MAGIC)) == MAGIC
