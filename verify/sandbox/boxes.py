"""What a film's container says of itself: MP4, MOV, 3GP (ISO/IEC 14496-12, QuickTime) and Matroska, WebM (RFC 9559).

1. Only heads and metadata are read: media data is skipped, not loaded; depth, number and size of boxes are bounded.
2. A container that is cut or lies about lengths gives what stands before the damage.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from evidence_store.records import Tool
from verify.sandbox import normal
from verify.sandbox.answers import MAX_TAGS, Field, Reading

MAX_BOXES = 20_000         # fragmented films have some thousand
MAX_DEPTH = 10
MAX_PAYLOAD = 1 << 20      # bytes of one metadata value; cover art is longer and skipped
VERSION = "1"
_HOLDERS = {b"moov", b"trak", b"mdia", b"udta", b"meta", b"minf", b"edts", b"ilst"}
_TEXT_ATOMS = {b"\xa9xyz": "place", b"\xa9mak": "make", b"\xa9mod": "model", b"\xa9swr": "software", b"\xa9day": "date",
               b"\xa9too": "encoder", b"\xa9nam": "title", b"\xa9ART": "artist", b"\xa9cmt": "comment",
               b"\xa9cpy": "copyright"}
_EBML_HOLDERS = {0x18538067, 0x1549A966, 0x1654AE6B, 0xAE, 0xE0, 0x1254C367, 0x7373, 0x67C8}
_EBML_LEAVES = {0x2AD7B1: "TimestampScale", 0x4489: "Duration", 0x4461: "DateUTC", 0x4D80: "MuxingApp",
                0x5741: "WritingApp", 0x7BA9: "Title", 0xB0: "PixelWidth", 0xBA: "PixelHeight", 0x45A3: "TagName",
                0x4487: "TagString", 0x4282: "DocType"}
_EBML_TEXTS = {"MuxingApp", "WritingApp", "Title", "TagName", "TagString", "DocType"}
_MATROSKA_EPOCH = datetime(2001, 1, 1, tzinfo=UTC)     # RFC 9559, 5.1.2.11: nanoseconds since then


class NoContainer(ValueError):
    """The file is neither of the ISO family nor Matroska."""


@dataclass(slots=True)
class _Film:
    """What was met on the way through a container."""

    texts: dict[str, str] = field(default_factory=dict)
    found: dict[Field, str] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)
    boxes: int = 0
    tag: str = ""

    def say(self, name: str, value: str) -> None:
        if value and len(self.texts) <= MAX_TAGS:
            self.texts.setdefault(name, value)


def read_boxes(path: Path) -> Reading:
    """The container's own metadata. Raises NoContainer."""
    film = _Film()
    with path.open("rb") as stream:
        head = stream.read(12)
        size = stream.seek(0, 2)
        if head[:4] == b"\x1aE\xdf\xa3":
            _elements(stream, 0, size, film, 0)
            _of_matroska(film)
        elif head[4:8] in {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"styp"}:
            _boxes(stream, 0, size, film, 0)
            _of_iso(film)
        else:
            raise NoContainer("neither ISO base media nor Matroska")
    return normal.reading(Tool(name="Muniment containers", version=VERSION), film.texts, film.found)


def _heads(stream: BinaryIO, start: int, end: int, film: _Film) -> Iterator[tuple[bytes, int, int]]:
    """Type, start and end of the payload of each box between two places."""
    while start + 8 <= end and film.boxes < MAX_BOXES:
        film.boxes += 1
        stream.seek(start)
        size, kind = struct.unpack(">I4s", stream.read(8))
        head = 8
        if size == 1:
            more = stream.read(8)
            if len(more) < 8:
                return
            size, head = struct.unpack(">Q", more)[0], 16
        stop = end if size == 0 else start + size
        if stop < start + head:
            return
        yield kind, start + head, min(stop, end)
        start = stop


def _boxes(stream: BinaryIO, start: int, end: int, film: _Film, depth: int, *, within: bytes = b"") -> None:
    for kind, first, last in _heads(stream, start, end, film):
        if within == b"ilst":
            _entry(stream, kind, first, last, film)
        elif kind in _HOLDERS and depth < MAX_DEPTH:
            if kind == b"meta":         # a full box in ISO files, a plain one in QuickTime's
                stream.seek(first + 4)
                plain = stream.read(4) == b"hdlr"
                _boxes(stream, first if plain else first + 4, last, film, depth + 1, within=kind)
            else:
                _boxes(stream, first, last, film, depth + 1, within=kind)
        elif last - first <= MAX_PAYLOAD and kind != b"mdat":
            stream.seek(first)
            _leaf(kind, stream.read(last - first), film)


def _leaf(kind: bytes, body: bytes, film: _Film) -> None:
    if kind == b"ftyp":
        film.say("brand", body[:4].decode("ascii", "replace"))
    elif kind in {b"mvhd", b"tkhd"} and body:
        wide = body[0] == 1
        if kind == b"mvhd":
            _movie(body, film, wide=wide)
        elif len(body) >= (96 if wide else 84):
            _track(body[48 if wide else 36:], film)
    elif kind == b"keys" and len(body) >= 8:
        film.keys = list(_key_names(body[8:]))
    elif kind == b"loci":
        _loci(body, film)
    elif kind in _TEXT_ATOMS and len(body) > 4:      # QuickTime user data: length, language, text
        length = struct.unpack(">H", body[:2])[0]
        film.say(_TEXT_ATOMS[kind], body[4:4 + length].decode("utf-8", "replace").strip("\0"))


def _movie(body: bytes, film: _Film, *, wide: bool) -> None:
    shape = ">4xQQIQ" if wide else ">4xIIII"        # ISO/IEC 14496-12, 8.2.2.2
    if len(body) < struct.calcsize(shape):
        return
    created, modified, scale, duration = struct.unpack_from(shape, body)
    film.found |= {Field.CONTAINER_CREATED: normal.mac_time(created), Field.MODIFIED: normal.mac_time(modified)}
    film.say("movie created", normal.mac_time(created))
    film.say("movie modified", normal.mac_time(modified))
    if scale and duration and duration not in {0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF}:
        film.found[Field.DURATION] = f"{duration / scale:.1f}"


def _track(rest: bytes, film: _Film) -> None:
    """Matrix and size (8.3.2.3), of the first track that is seen."""
    a, b, _, c, d, *_ = struct.unpack_from(">9i", rest, 4 if len(rest) >= 48 else 0)
    width, height = struct.unpack_from(">II", rest, len(rest) - 8)
    if width and height and Field.WIDTH not in film.found:
        turns = {(1, 0, 0, 1): "0", (0, 1, -1, 0): "90", (-1, 0, 0, -1): "180", (0, -1, 1, 0): "270"}
        film.found |= {Field.WIDTH: str(width >> 16), Field.HEIGHT: str(height >> 16),
                       Field.ROTATION: turns.get(tuple((one > 0) - (one < 0) for one in (a, b, c, d)), "")}


def _key_names(body: bytes) -> Iterator[str]:
    at = 0
    while at + 8 <= len(body):
        size = struct.unpack_from(">I", body, at)[0]
        if size < 8:
            return
        yield body[at + 8:at + size].decode("utf-8", "replace")
        at += size


def _entry(stream: BinaryIO, kind: bytes, first: int, last: int, film: _Film) -> None:
    """One entry of `ilst`: named by its number in `keys`, or by its own type."""
    for inner, start, stop in _heads(stream, first, last, film):
        if inner != b"data" or not 8 < stop - start <= MAX_PAYLOAD:
            continue
        stream.seek(start)
        body = stream.read(stop - start)
        number = struct.unpack(">I", kind)[0]
        name = film.keys[number - 1] if 0 < number <= len(film.keys) else _TEXT_ATOMS.get(kind, "")
        if struct.unpack_from(">I", body)[0] == 1 and name:      # well-known type 1: UTF-8
            film.say(name, body[8:].decode("utf-8", "replace"))


def _loci(body: bytes, film: _Film) -> None:
    """3GPP TS 26.244, 8.10: name, role, then longitude, latitude, altitude as 16.16."""
    end = body.find(b"\0", 6)
    if end < 0 or len(body) < end + 14:
        return
    longitude, latitude, altitude = (value / 65536 for value in struct.unpack_from(">iii", body, end + 2))
    film.say("place", f"{latitude:+09.5f}{longitude:+010.5f}{altitude:+.1f}/")


def _of_iso(film: _Film) -> None:
    texts, apple = film.texts, "com.apple.quicktime."

    def first(*names: str) -> str:
        return next((texts[name] for name in names if texts.get(name)), "")

    film.found |= {
        Field.MAKE: first(f"{apple}make", "make", "com.android.manufacturer"),
        Field.MODEL: first(f"{apple}model", "model", "com.android.model"),
        Field.SOFTWARE: first(f"{apple}software", "software", "encoder"),
        Field.CREATED: normal.iso_time(first(f"{apple}creationdate", "date")), Field.AUTHOR: first("artist"),
        Field.DESCRIPTION: first("comment", f"{apple}description"), Field.COPYRIGHT: first("copyright")}
    film.found |= normal.iso6709(first(f"{apple}location.ISO6709", "place"))


def _vint(stream: BinaryIO, *, keep_marker: bool) -> int | None:
    """An EBML variable-size integer (RFC 8794, 4); None at the end or for an unknown size."""
    head = stream.read(1)
    if not head or not head[0]:
        return None
    length = 9 - head[0].bit_length()
    rest = stream.read(length - 1)
    value = int.from_bytes(head + rest, "big")
    if keep_marker:
        return value
    value &= (1 << 7 * length) - 1
    return None if value == (1 << 7 * length) - 1 or len(rest) < length - 1 else value


def _elements(stream: BinaryIO, start: int, end: int, film: _Film, depth: int) -> None:
    while start < end and film.boxes < MAX_BOXES:
        film.boxes += 1
        stream.seek(start)
        kind, size = _vint(stream, keep_marker=True), _vint(stream, keep_marker=False)
        first = stream.tell()
        if kind is None:
            return
        last = end if size is None else min(first + size, end)
        if kind in _EBML_HOLDERS or kind == 0x1A45DFA3:
            if depth < MAX_DEPTH:
                _elements(stream, first, last, film, depth + 1)
        elif kind in _EBML_LEAVES and last - first <= MAX_PAYLOAD:
            _element(_EBML_LEAVES[kind], stream.read(last - first), film)
        start = last


def _element(name: str, body: bytes, film: _Film) -> None:
    if name == "TagName":
        film.tag = body.decode("utf-8", "replace").strip("\0")
    elif name == "TagString":
        film.say(f"tag {film.tag}", body.decode("utf-8", "replace").strip("\0"))
    elif name in _EBML_TEXTS:
        film.say(name, body.decode("utf-8", "replace").strip("\0"))
    elif name == "Duration" and len(body) in {4, 8}:
        film.say(name, str(struct.unpack(">f" if len(body) == 4 else ">d", body)[0]))
    else:
        film.say(name, str(int.from_bytes(body[:8], "big", signed=name == "DateUTC")))


def _of_matroska(film: _Film) -> None:
    texts = film.texts
    if "DateUTC" in texts and abs(int(texts["DateUTC"])) < 2**62:
        created = _MATROSKA_EPOCH + timedelta(microseconds=int(texts["DateUTC"]) // 1000)
        film.found[Field.CONTAINER_CREATED] = f"{created:%Y-%m-%dT%H:%M:%SZ}"
    scaled = float(texts.get("Duration", "0")) * int(texts.get("TimestampScale", "1000000")) / 1e9
    film.found |= {
        Field.WIDTH: texts.get("PixelWidth", ""), Field.HEIGHT: texts.get("PixelHeight", ""),
        Field.DURATION: f"{scaled:.1f}" if 0 < scaled < 1e9 else "",
        Field.SOFTWARE: texts.get("WritingApp", ""), Field.AUTHOR: texts.get("tag ARTIST", ""),
        Field.DESCRIPTION: texts.get("tag DESCRIPTION", "") or texts.get("tag COMMENT", ""),
        Field.CREATED: normal.iso_time(texts.get("tag DATE_RECORDED", "") or texts.get("tag CREATION_TIME", ""))}
    film.found |= normal.iso6709(texts.get("tag RECORDING_LOCATION", ""))
