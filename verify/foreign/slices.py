"""A member of an archive as a file that can be read anywhere: in place where it is stored, else unpacked once."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from verify.foreign.zip_reader import STORED, ZipArchive, ZipMember

IN_MEMORY = 8 << 20           # bytes: beyond, what is unpacked goes to a temporary file


class Slice:
    """Bytes `start` to `start + length` of a file, as a file."""

    def __init__(self, file: BinaryIO, start: int, length: int) -> None:
        self._file, self._start, self._length, self._at = file, start, length, 0

    def seek(self, offset: int, whence: int = 0) -> int:
        """As a file does."""
        base = {0: 0, 1: self._at, 2: self._length}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        """As a file does."""
        return self._at

    def read(self, size: int = -1, /) -> bytes:
        """As a file does."""
        left = max(self._length - self._at, 0)
        self._file.seek(self._start + self._at)
        data = self._file.read(left if size < 0 else min(size, left))
        self._at += len(data)
        return data


@contextmanager
def member_file(archive: ZipArchive, member: ZipMember) -> Iterator[BinaryIO]:
    """A member to be read anywhere; FormatError where it cannot be unpacked whole."""
    if member.method == STORED and not member.is_encrypted:
        yield cast("BinaryIO", Slice(archive.file, archive.data_at(member), member.stored))
        return
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as unpacked:
        for piece in archive.pieces(member):
            unpacked.write(piece)
        unpacked.seek(0)
        yield cast("BinaryIO", unpacked)
