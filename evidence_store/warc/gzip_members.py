"""Gzip members as the writer makes them: one a record, deflated or stored.

1. A stored member is a valid gzip member (RFC 1952) whose deflate blocks are of type 0 (RFC 1951 3.2.4): readers need
   know nothing of it, and bytes that do not compress are not compressed.
2. The same bytes give the same member: no time, no name, no operating system in the header.
3. Members are written straight through; memory is bounded by one buffer.
"""

import os
import struct
import zlib
from enum import StrEnum
from typing import Protocol

HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"   # RFC 1952 2.3: deflate, no flags, no time, unknown system
DEFLATE_LEVEL = 6
STORED_MAX = 0xFFFF          # RFC 1951 3.2.4: LEN has 16 bits
STORED_HEADER = struct.Struct("<BHH")
TRAILER = struct.Struct("<LL")
MAX_VECTORS = 512            # buffers of one writev; IOV_MAX is 1024 on Linux and macOS

GZIP_WBITS = 31
SAMPLE = 1 << 16             # bytes deflated to find out whether the rest is worth it
WORTH_DEFLATING = 0.95       # of its size, at most, the sample must come to

_STORED_TYPES = frozenset({
    "application/epub+zip", "application/gzip", "application/java-archive", "application/vnd.rar",
    "application/x-7z-compressed", "application/x-bzip2", "application/x-gzip", "application/x-rar-compressed",
    "application/x-xz", "application/zip", "application/zstd", "font/woff", "font/woff2", "image/avif", "image/gif",
    "image/heic", "image/heif", "image/jp2", "image/jpeg", "image/jxl", "image/png", "image/webp", "video/mp4",
})
_STORED_FAMILIES = ("video/", "audio/", "application/vnd.openxmlformats-officedocument.")
_STORED_CODINGS = frozenset({"gzip", "x-gzip", "br", "deflate", "zstd", "compress", "x-compress"})
_DEFLATED_TYPES = frozenset({"application/dash+xml", "application/javascript", "application/json",
                             "application/vnd.apple.mpegurl", "application/warc-fields", "application/x-mpegurl",
                             "application/xhtml+xml", "application/xml", "audio/mpegurl", "audio/x-mpegurl",
                             "image/svg+xml", "text/css", "text/html", "text/javascript"})


class Coding(StrEnum):
    """How a member holds its bytes."""

    STORED = "stored"
    DEFLATED = "deflated"


def choose_coding(media_type: str, content_codings: tuple[str, ...], sample: bytes) -> Coding:
    """Stored for what says it is compressed; else what a sample of the body says. `sample`: its first SAMPLE bytes."""
    if content_codings:
        return Coding.STORED if content_codings[-1] in _STORED_CODINGS else Coding.DEFLATED
    if media_type in _DEFLATED_TYPES:
        return Coding.DEFLATED
    if media_type in _STORED_TYPES or media_type.startswith(_STORED_FAMILIES):
        return Coding.STORED
    if len(sample) < SAMPLE or media_type.startswith("text/"):
        return Coding.DEFLATED     # a small record costs little either way
    return Coding.DEFLATED if len(zlib.compress(sample, 1)) < len(sample) * WORTH_DEFLATING else Coding.STORED


class Member(Protocol):
    """A gzip member being written to a file descriptor."""

    def write(self, data: bytes | memoryview) -> None:
        """Append bytes of the member's content."""

    def finish(self) -> int:
        """End the member; the bytes it takes in the file."""


def open_member(descriptor: int, coding: Coding) -> Member:
    """A member that begins where the descriptor stands."""
    return StoredMember(descriptor) if coding is Coding.STORED else DeflatedMember(descriptor)


class DeflatedMember:
    """A member whose content is deflated."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._deflate = zlib.compressobj(DEFLATE_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        self._crc = 0
        self._size = 0
        self._held = [HEADER]
        self._held_size = self._length = len(HEADER)

    def write(self, data: bytes | memoryview) -> None:
        """Append content."""
        self._crc = zlib.crc32(data, self._crc)
        self._size += len(data)
        self._emit(self._deflate.compress(data))

    def finish(self) -> int:
        """End the member."""
        self._emit(self._deflate.flush())
        self._emit(TRAILER.pack(self._crc, self._size & 0xFFFFFFFF))
        write_all(self._descriptor, self._held)
        return self._length

    def _emit(self, data: bytes) -> None:
        if not data:
            return
        self._held.append(data)
        self._held_size += len(data)
        self._length += len(data)
        if self._held_size >= SAMPLE:
            write_all(self._descriptor, self._held)
            self._held, self._held_size = [], 0


class StoredMember:
    """A member whose content stands in it as it is."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._crc = 0
        self._size = 0
        self._held: list[bytes | memoryview] = [HEADER]
        self._length = len(HEADER)

    def write(self, data: bytes | memoryview) -> None:
        """Append content; `data` may be reused by the caller as soon as this returns."""
        view = memoryview(data)
        self._crc = zlib.crc32(view, self._crc)
        self._size += len(view)
        for start in range(0, len(view), STORED_MAX):
            piece = view[start:start + STORED_MAX]
            self._held += (STORED_HEADER.pack(0, len(piece), len(piece) ^ 0xFFFF), piece)
            self._length += STORED_HEADER.size + len(piece)
        write_all(self._descriptor, self._held)
        self._held = []

    def finish(self) -> int:
        """End the member with an empty final block."""
        end = STORED_HEADER.pack(1, 0, 0xFFFF) + TRAILER.pack(self._crc, self._size & 0xFFFFFFFF)
        write_all(self._descriptor, [*self._held, end])
        return self._length + len(end)


def write_all(descriptor: int, pieces: list[bytes] | list[bytes | memoryview]) -> None:
    """Write every piece, going on after short writes."""
    for start in range(0, len(pieces), MAX_VECTORS):
        batch = pieces[start:start + MAX_VECTORS]
        done, whole = os.writev(descriptor, batch), sum(len(piece) for piece in batch)
        if done < whole:
            rest = memoryview(b"".join(batch))[done:]
            while rest:
                rest = rest[os.write(descriptor, rest):]
