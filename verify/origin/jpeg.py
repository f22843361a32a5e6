"""The structure of a JPEG file: tables, sampling, segments (ITU-T T.81). Pure; reads markers, decodes nothing.

1. At most MAX_SEGMENTS segments up to the first scan are read; a file that is cut gives what stands before.
2. Quality is that of the IJG tables nearest to the file's, and says whether they are those very tables.
"""

import hashlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

MAX_SEGMENTS = 500
_STANDARD_LUMA = (
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51,
    87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101,
    72, 92, 95, 98, 112, 100, 103, 99)                     # T.81, table K.1, row by row
ZIGZAG = (
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14,
    21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60,
    61, 54, 47, 55, 62, 63)
_K = frozenset(bytes(counts) for counts in (               # T.81, K.3 to K.6: numbers of codes of 1 to 16 bits
    (0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0), (0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0),
    (0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 0x7D), (0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 0x77)))


class NoJpeg(ValueError):
    """The file does not begin with SOI."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """How a JPEG file was written."""

    width: int
    height: int
    components: int
    progressive: bool
    sampling: str                      # "4:2:0", "4:4:4", "grey", or the factors of the components
    segments: tuple[str, ...]          # in file order up to the first scan: "APP0 JFIF", "APP1 Exif", "DQT"
    quantisation: tuple[tuple[int, ...], ...]      # tables in row order, by identifier
    tables: str                        # first 12 hex digits of the SHA-1 of the quantisation tables
    huffman: str                       # "standard" (T.81 annex K) or "optimised"
    quality: int                       # of the nearest IJG luminance table, 1..100
    quality_exact: bool
    comment: str

    @property
    def markers(self) -> str:
        """APP and COM segments in order: what signatures name."""
        return " ".join(name.replace(" ", ":") for name in self.segments if name.startswith(("APP", "COM")))


@dataclass(slots=True)
class _Met:
    segments: list[str] = field(default_factory=list)
    tables: dict[int, tuple[int, ...]] = field(default_factory=dict)
    huffman: list[bytes] = field(default_factory=list)
    frame: bytes = b""
    frame_kind: int = 0
    comment: str = ""


def structure(content: bytes) -> Structure:
    """The structure of a JPEG. Raises NoJpeg; of a damaged file, what stands before the damage."""
    if content[:2] != b"\xff\xd8":
        raise NoJpeg("no JPEG start marker")
    met = _Met()
    for marker, body in _segments(content):
        _take(met, marker, body)
    if len(met.frame) < 6 or not met.tables:
        raise NoJpeg("no frame header and tables before the first scan")
    height, width, count = struct.unpack_from(">HHB", met.frame, 1)
    tables = tuple(met.tables[number] for number in sorted(met.tables))
    quality, exact = quality_of(tables[0])
    return Structure(
        width=width, height=height, components=count, progressive=met.frame_kind in {0xC2, 0xC6, 0xCA},
        sampling=_sampling(met.frame, count), segments=tuple(met.segments), quantisation=tables,
        tables=hashlib.sha1(repr(tables).encode(), usedforsecurity=False).hexdigest()[:12],
        huffman="standard" if met.huffman and all(map(_is_standard, met.huffman)) else "optimised",
        quality=quality, quality_exact=exact, comment=met.comment)


def ijg_table(quality: int) -> tuple[int, ...]:
    """The luminance table of the Independent JPEG Group's library for a quality of 1 to 100."""
    scale = 5000 // quality if quality < 50 else 200 - quality * 2
    return tuple(min(max((value * scale + 50) // 100, 1), 255) for value in _STANDARD_LUMA)


def quality_of(table: tuple[int, ...]) -> tuple[int, bool]:
    """The nearest quality, and whether the table is exactly that."""
    distances = {quality: sum(abs(one - other) for one, other in zip(ijg_table(quality), table, strict=True))
                 for quality in range(1, 101)}
    best = min(distances, key=lambda quality: (distances[quality], -quality))
    return best, distances[best] == 0


def _segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    at = 2
    for _ in range(MAX_SEGMENTS):
        while content[at:at + 2] == b"\xff\xff":           # fill bytes, B.1.1.2
            at += 1
        if at + 4 > len(content) or content[at] != 0xFF:
            return
        marker, length = content[at + 1], struct.unpack_from(">H", content, at + 2)[0]
        yield marker, content[at + 4:at + 2 + length]
        if marker == 0xDA or length < 2:
            return
        at += 2 + length


def _take(met: _Met, marker: int, body: bytes) -> None:
    if 0xE0 <= marker <= 0xEF:
        met.segments.append(f"APP{marker - 0xE0} {_label(body)}".strip())
    elif marker == 0xFE:
        met.segments.append("COM")
        met.comment = body[:200].decode("latin-1")
    elif marker == 0xDB:
        met.segments.append("DQT")
        met.tables |= dict(_quantisation(body))
    elif marker == 0xC4:
        met.segments.append("DHT")
        met.huffman += _huffman(body)
    elif marker == 0xDA:
        met.segments.append("SOS")
    elif 0xC0 <= marker <= 0xCF and marker not in {0xC8, 0xCC}:
        met.segments.append(f"SOF{marker - 0xC0}")
        met.frame, met.frame_kind = body, marker
    else:
        met.segments.append(f"{marker:02X}")


def _label(body: bytes) -> str:
    if body.startswith(b"http://ns.adobe.com/"):
        return "XMP"
    name = body[:20].partition(b"\0")[0]
    return name.decode("ascii").split(" ", 1)[0] if name.isascii() and name.decode("ascii").isprintable() else ""


def _quantisation(body: bytes) -> Iterator[tuple[int, tuple[int, ...]]]:
    at = 0
    while at < len(body):
        wide, number = body[at] >> 4, body[at] & 15
        size = 128 if wide else 64
        if at + 1 + size > len(body):
            return
        values = struct.unpack(">64H" if wide else "64B", body[at + 1:at + 1 + size])
        rows = [0] * 64
        for place, value in zip(ZIGZAG, values, strict=True):
            rows[place] = value
        yield number, tuple(rows)
        at += 1 + size


def _huffman(body: bytes) -> Iterator[bytes]:
    at = 0
    while at + 17 <= len(body):
        counts = body[at + 1:at + 17]
        yield counts
        at += 17 + sum(counts)


def _is_standard(counts: bytes) -> bool:
    return counts in _K


def _sampling(frame: bytes, count: int) -> str:
    factors = [(frame[at] >> 4, frame[at] & 15) for at in range(7, min(len(frame), 6 + 3 * count), 3)]
    if count == 1:
        return "grey"
    known = {(1, 1): "4:4:4", (2, 1): "4:2:2", (2, 2): "4:2:0", (1, 2): "4:4:0", (4, 1): "4:1:1"}
    if len(factors) == 3 and factors[1:] == [(1, 1), (1, 1)]:
        return known.get(factors[0], f"{factors[0][0]}x{factors[0][1]}")
    return " ".join(f"{across}x{down}" for across, down in factors)
