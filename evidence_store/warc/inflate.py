"""Reading one gzip member, with every way it can be broken told apart.

1. Nothing is returned as whole that is not: the CRC and the size of a member are checked at its end.
2. Memory is bounded by what is asked for, whatever the member claims.
3. A broken member says where it began, what is wrong and, where that can be known, where it ends.
Source: RFC 1952 (gzip), RFC 1951 (deflate).
"""

import zlib
from enum import StrEnum
from typing import BinaryIO

from evidence_store.errors import WarcDamaged
from evidence_store.warc.gzip_members import TRAILER

MAGIC = b"\x1f\x8b\x08"
FIRST_READ = 1 << 12         # most records of a page are small: do not read far beyond them
NEXT_READ = 1 << 16
MAX_HEADER = 1 << 17         # bytes of extra field, name and comment: twice the largest extra field

_FHCRC, _FEXTRA, _FNAME, _FCOMMENT, _RESERVED = 0x02, 0x04, 0x08, 0x10, 0xE0


class Fault(StrEnum):
    """What is wrong with a stretch of a WARC file."""

    CUT = "cut"              # the file ends before the member or record does
    HEADER = "header"        # no gzip header of the deflate method
    DEFLATE = "deflate"      # the deflate stream is broken
    CRC = "crc"              # the content is not what was compressed
    SIZE = "size"            # the content has another size than was compressed
    GARBAGE = "garbage"      # bytes that belong to no member or record
    RECORD = "record"        # a whole member that holds no WARC record
    LENGTH = "length"        # a record's Content-Length is not the length of its block


class MemberDamaged(WarcDamaged):
    """A gzip member cannot be read as it was written."""

    def __init__(self, offset: int, fault: Fault, detail: str, end: int | None = None) -> None:
        super().__init__(f"the gzip member at offset {offset} is damaged ({fault}): {detail}",
                         hint="restore the file from another copy; what stands before and after is still readable")
        self.offset = offset
        self.fault = fault
        self.detail = detail
        self.end = end       # where the next member may begin; None: not known


class MemberStream:
    """The content of the member at `offset` of a seekable file, read in order."""

    def __init__(self, file: BinaryIO, offset: int) -> None:
        self.offset = offset
        self.end: int | None = None      # where the member ends; known once `read` returned b""
        self._file = file
        self._inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        self._crc = 0
        self._size = 0
        self._next_read = FIRST_READ
        file.seek(offset)
        self._waiting = self._skip_header()

    def read(self, size: int) -> bytes:
        """At least one byte and at most `size`; b"" at the end of a whole member. Raises MemberDamaged."""
        while self.end is None:
            if self._inflate.eof:
                self._check_trailer()
                return b""
            try:
                data = self._inflate.decompress(self._waiting, size)
            except zlib.error as error:
                raise MemberDamaged(self.offset, Fault.DEFLATE, str(error)) from error
            self._waiting = self._inflate.unconsumed_tail
            self._crc = zlib.crc32(data, self._crc)
            self._size += len(data)
            if data:
                return data
            if not self._waiting and not self._inflate.eof:
                self._waiting = self._more()
        return b""

    def _more(self) -> bytes:
        data = self._file.read(self._next_read)
        self._next_read = NEXT_READ
        if not data:
            raise MemberDamaged(self.offset, Fault.CUT, "the file ends within it")
        return data

    def _check_trailer(self) -> None:
        rest = self._inflate.unused_data
        after = self._file.tell() - len(rest)
        if len(rest) < TRAILER.size:
            rest += self._file.read(TRAILER.size - len(rest))
        if len(rest) < TRAILER.size:
            raise MemberDamaged(self.offset, Fault.CUT, "the file ends within its trailer")
        end = after + TRAILER.size
        crc, size = TRAILER.unpack(rest[:TRAILER.size])
        if crc != self._crc:
            raise MemberDamaged(self.offset, Fault.CRC, "its content is not what was written", end)
        if size != self._size & 0xFFFFFFFF:
            raise MemberDamaged(self.offset, Fault.SIZE, f"{self._size} bytes came out of it", end)
        self.end = end

    def _skip_header(self) -> bytes:
        """Read the header; the bytes read beyond it."""
        data = self._file.read(FIRST_READ)
        length = header_length(data)
        while length is None and len(data) < MAX_HEADER:
            more = self._file.read(NEXT_READ)
            if not more:
                raise MemberDamaged(self.offset, Fault.CUT, "the file ends within its header")
            data += more
            length = header_length(data)
        if not length:
            raise MemberDamaged(self.offset, Fault.HEADER, "no gzip member begins here")
        return data[length:]


def header_length(data: bytes) -> int | None:
    """Bytes of the gzip header that `data` begins with; 0: it is none; None: `data` ends within it."""
    if not MAGIC.startswith(data[:3]) or (len(data) > 3 and data[3] & _RESERVED):
        return 0
    if len(data) < 10:
        return None
    flags, position = data[3], 10
    if flags & _FEXTRA:
        if len(data) < position + 2:
            return None
        position += 2 + int.from_bytes(data[position:position + 2], "little")
    for flag in (_FNAME, _FCOMMENT):
        if flags & flag:
            end = data.find(b"\0", position)
            if end < 0:
                return None
            position = end + 1
    if flags & _FHCRC:
        position += 2
    return position if position <= len(data) else None
