"""The samples of a track in an MP4 or MOV (ISO/IEC 14496-12, 8.6 and 8.7), for tracks of metadata and text.

1. Tables are read within the file's bounds, and at most MAX_SAMPLES samples of at most MAX_SAMPLE bytes are given.
2. A table that lies gives fewer samples; it never makes the reader read outside of the file.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

MAX_SAMPLES = 20_000         # a reading a second is five hours
MAX_SAMPLE = 1 << 20         # bytes: a second of GoPro's sensors has some ten thousand
MAX_MOVIE = 64 << 20         # bytes of the `moov` box: an hour of 60 frames a second has some megabytes
_HOLDERS = {b"trak", b"mdia", b"minf", b"stbl"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One sample of a track."""

    seconds: float           # from the beginning of the track
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """A track's tables."""

    format: bytes            # of its sample entry: b"gpmd", b"mebx", b"text"
    entry: bytes             # the sample entry, whole
    boxes: dict[bytes, bytes]
    scale: int               # ticks of a second


def tracks(movie: bytes) -> Iterator[Track]:
    """The tracks of a `moov` box's content."""
    for kind, body in boxes(movie):
        if kind != b"trak":
            continue
        held: dict[bytes, bytes] = {}
        _collect(body, held, 0)
        description, media = held.get(b"stsd", b""), held.get(b"mdhd", b"")
        if len(description) >= 16 and len(media) >= 24:
            scale = struct.unpack_from(">I", media, 20 if media[0] == 1 else 12)[0]
            yield Track(format=description[12:16], entry=description[8:], boxes=held, scale=scale or 1)


def movie_of(stream: BinaryIO) -> bytes:
    """The content of the first `moov` box; b"" where there is none."""
    end, at = stream.seek(0, 2), 0
    for _ in range(1000):
        if at + 8 > end:
            return b""
        stream.seek(at)
        head = stream.read(16)
        size, kind, skip = struct.unpack(">I", head[:4])[0], head[4:8], 8
        if size == 1 and len(head) == 16:
            size, skip = struct.unpack(">Q", head[8:])[0], 16
        size = size or end - at
        if kind == b"moov":
            stream.seek(at + skip)
            return stream.read(min(size - skip, MAX_MOVIE))
        if size < skip:
            return b""
        at += size
    return b""


def samples(stream: BinaryIO, track: Track) -> Iterator[Sample]:
    """The samples of a track in order, with their times."""
    offsets, sizes = list(_places(track.boxes)), list(_sizes(track.boxes))
    times = _times(track.boxes)
    for (offset, size), ticks in zip(zip(offsets, sizes, strict=False), times, strict=False):
        if 0 < size <= MAX_SAMPLE:
            stream.seek(offset)
            content = stream.read(size)
            if len(content) == size:
                yield Sample(seconds=ticks / track.scale, content=content)


def boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Type and content of the boxes side by side."""
    at = 0
    while at + 8 <= len(content):
        size, kind = struct.unpack_from(">I4s", content, at)
        size = size or len(content) - at
        if size < 8 or at + size > len(content):
            return
        yield kind, content[at + 8:at + size]
        at += size


def _collect(content: bytes, held: dict[bytes, bytes], depth: int) -> None:
    for kind, body in boxes(content):
        if kind in _HOLDERS and depth < 5:
            _collect(body, held, depth + 1)
        else:
            held.setdefault(kind, body)


def _numbers(body: bytes, start: int, shape: str, count: int) -> Iterator[tuple[int, ...]]:
    width = struct.calcsize(">" + shape)
    for index in range(min(count, MAX_SAMPLES, max(0, len(body) - start) // width)):
        yield struct.unpack_from(">" + shape, body, start + index * width)


def _sizes(held: dict[bytes, bytes]) -> Iterator[int]:
    body = held.get(b"stsz", b"")
    if len(body) < 12:
        return
    same, count = struct.unpack_from(">II", body, 4)
    if same:
        yield from [same] * min(count, MAX_SAMPLES)
    else:
        yield from (size for (size,) in _numbers(body, 12, "I", count))


def _places(held: dict[bytes, bytes]) -> Iterator[int]:
    """Where each sample stands: chunk by chunk (8.7.4, 8.7.5)."""
    wide = b"co64" in held
    body = held.get(b"co64" if wide else b"stco", b"")
    if len(body) < 8:
        return
    chunks = [offset for (offset,) in _numbers(body, 8, "Q" if wide else "I", struct.unpack_from(">I", body, 4)[0])]
    runs_body = held.get(b"stsc", b"")
    runs = list(_numbers(runs_body, 8, "III", MAX_SAMPLES)) if len(runs_body) >= 8 else []
    sizes, given = _sizes(held), 0
    for number, offset in enumerate(chunks, 1):
        each = next((run[1] for run in reversed(runs) if run[0] <= number), 1)
        at = offset
        for _ in range(min(each, MAX_SAMPLES)):
            size = next(sizes, None)
            if size is None or given >= MAX_SAMPLES:
                return
            yield at
            given += 1
            at += size


def _times(held: dict[bytes, bytes]) -> Iterator[int]:
    body, ticks, given = held.get(b"stts", b""), 0, 0
    for count, delta in _numbers(body, 8, "II", MAX_SAMPLES):
        for _ in range(count):
            if given >= MAX_SAMPLES:
                return
            yield ticks
            ticks += delta
            given += 1
    while given < MAX_SAMPLES:
        yield ticks
        given += 1
