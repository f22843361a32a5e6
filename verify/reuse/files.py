"""Where pictures and videos stand: files, folders, and inside WARC and WACZ files with address and date.

1. What a file is, its first bytes say, never its name or the type a server declared.
2. Folders are walked in order, links are not followed. What cannot be read is told, not passed over.
3. A picture of a WARC carries its WARC-Target-URI and WARC-Date: since when the picture was public, at the latest.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from evidence_store.errors import EvidenceError
from evidence_store.warc.bodies import content_reader, payload_reader, split_response
from evidence_store.warc.entries import is_http
from evidence_store.warc.model import WarcType
from evidence_store.warc.reader import Record, read_records
from evidence_store.warc.wacz_reader import open_wacz
from verify.reuse.index.entries import Source

MAX_FILES = 2_000_000         # of one folder: beyond, the user named the wrong one
MAX_MEDIA = 4 << 30           # bytes of one picture or video
MAX_PAGE = 8 << 20            # bytes of a text that is searched for embedded pictures
MAX_EMBEDDED = 200            # pictures embedded in one page
PIECE = 1 << 20
HEAD = 400                    # bytes that say what a file is; two packets of MPEG-TS
TS_PACKET, TS_SYNC = 188, 0x47   # ISO/IEC 13818-1 2.4.3.2

_EMBEDDED = re.compile(rb"data:image/(?:png|jpe?g|gif|webp|avif);base64,([A-Za-z0-9+/=\s]{400,})", re.IGNORECASE)
_STILL_BRANDS = (b"avif", b"avis", b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")


class Kind(StrEnum):
    """What a file is to this search."""

    PICTURE = "picture"
    VIDEO = "video"
    WARC = "warc"
    WACZ = "wacz"
    OTHER = "other"


_MARKS = (
    *((0, mark, Kind.PICTURE) for mark in (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"II*\0", b"MM\0*", b"BM",
                                           b"\0\0\0\x0cjP  ")),
    (8, b"WEBP", Kind.PICTURE), (8, b"AVI ", Kind.VIDEO), (4, b"moov", Kind.VIDEO),
    *((0, mark, Kind.VIDEO) for mark in (b"\x1aE\xdf\xa3", b"FLV\x01", b"\0\0\x01\xba", b"\0\0\x01\xb3", b"OggS")),
    (0, b"WARC/", Kind.WARC),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A picture or video as a file that can be read now."""

    source: Source
    path: Path                # valid until the next one is asked for
    kind: Kind
    unreadable: str = ""      # why it could not be got out of where it stands; then there is no file


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """What is indexed as one: a file, or an item. `key` changes when its bytes may have."""

    key: str
    label: str
    find: Callable[[Path], Iterator[Found]]   # given a folder for files that are taken out of archives


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes:
        """Some bytes; none at the end."""


def kind_of(head: bytes, name: str = "") -> Kind:
    """What a file is by its first bytes; the name only tells compressed WARC and WACZ from other archives."""
    if head[4:8] == b"ftyp":
        return Kind.PICTURE if head[8:12] in _STILL_BRANDS else Kind.VIDEO
    if len(head) > TS_PACKET and head[0] == head[TS_PACKET] == TS_SYNC:
        return Kind.VIDEO
    for ending, start, kind in ((".warc.gz", b"\x1f\x8b", Kind.WARC), (".wacz", b"PK", Kind.WACZ)):
        if name.lower().endswith(ending) and head.startswith(start):
            return kind
    return next((kind for at, mark, kind in _MARKS if head[at:at + len(mark)] == mark), Kind.OTHER)


def units(path: Path) -> Iterator[Unit]:
    """Everything under a path that may hold pictures; OSError where the path itself cannot be read."""
    if not path.is_dir():
        yield _unit(path, path, path.name)
        return
    for count, file in enumerate(sorted(_walk(path))):
        if count >= MAX_FILES:
            raise EvidenceError(f"{path} holds more than {MAX_FILES:,} files", hint="name a smaller folder")
        with file.open("rb") as stream:
            head = stream.read(HEAD)
        if kind_of(head, file.name) is not Kind.OTHER:
            yield _unit(path, file, str(file.relative_to(path)))


def picture_files(path: Path) -> Iterator[Path]:
    """Picture files under a path, by their first bytes, in order; OSError where the path cannot be read."""
    for file in sorted(_walk(path)) if path.is_dir() else [path]:
        with file.open("rb") as stream:
            if kind_of(stream.read(HEAD), file.name) is Kind.PICTURE:
                yield file


def _walk(folder: Path) -> Iterator[Path]:
    for entry in folder.iterdir():
        if entry.is_symlink():
            continue
        if entry.is_dir():
            yield from _walk(entry)
        elif entry.is_file():
            yield entry


def _unit(collection: Path, file: Path, name: str) -> Unit:
    state = file.stat()
    key = f"{file.absolute()}\0{state.st_size}\0{state.st_mtime_ns}"
    return Unit(key=hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()[:32], label=name,
                find=lambda scratch: find_in(file, collection=collection.name, name=name, scratch=scratch))


def find_in(file: Path, *, collection: str, name: str, scratch: Path) -> Iterator[Found]:
    """The pictures and videos that a file is or holds."""
    with file.open("rb") as stream:
        kind = kind_of(stream.read(HEAD), file.name)
    match kind:
        case Kind.PICTURE | Kind.VIDEO:
            yield Found(source=Source(collection=collection, name=name, sha256=_sha256(file)), path=file, kind=kind)
        case Kind.WARC:
            yield from _in_warc(file, collection, name, scratch)
        case Kind.WACZ:
            yield from _in_wacz(file, collection, name, scratch)
        case _:
            pass


def _in_wacz(file: Path, collection: str, name: str, scratch: Path) -> Iterator[Found]:
    try:
        with open_wacz(file) as wacz:
            for number, inner in enumerate(wacz.warcs):
                copy = scratch / f"inner-{number}.warc{'.gz' if inner.name.endswith('.gz') else ''}"
                copy.unlink(missing_ok=True)
                wacz.extract(inner, copy)
                yield from _in_warc(copy, collection, f"{name}!{inner.name}", scratch)
                copy.unlink()
    except EvidenceError as error:
        yield _unreadable(collection, name, f"{error}")


def _in_warc(file: Path, collection: str, name: str, scratch: Path) -> Iterator[Found]:
    for record in read_records(file):
        if isinstance(record, Record) and record.fields.type in (WarcType.RESPONSE, WarcType.RESOURCE,
                                                                 WarcType.CONVERSION):
            where = f"{name}@{record.offset}"
            try:
                yield from _in_record(record, collection, where, scratch)
            except EvidenceError as error:
                yield _unreadable(collection, where, f"{error}", url=record.fields.uri, seen=record.fields.date)


def _in_record(record: Record, collection: str, where: str, scratch: Path) -> Iterator[Found]:
    content: _Readable = record
    if is_http(record.fields):
        head, body = split_response(record)
        if head is not None and head.status is not None and head.status // 100 != 2:
            return
        content = content_reader(head, payload_reader(head, body))
    start = _at_least(content, HEAD)
    kind, url, seen = kind_of(start), record.fields.uri, record.fields.date
    if kind in (Kind.PICTURE, Kind.VIDEO):
        path, digest = _copy(content, start, scratch / "media", MAX_MEDIA)
        yield Found(path=path, kind=kind, source=Source(collection=collection, name=where, sha256=digest, url=url,
                                                        first_seen=seen))
    elif kind is Kind.OTHER and start and b"\0" not in start:     # a page, a style sheet, an answer in JSON
        page = (start + _rest(content, MAX_PAGE)).replace(b"\\/", b"/")
        for number, embedded in enumerate(_embedded(page)):
            path, digest = _copy(_Bytes(embedded), b"", scratch / "media", MAX_MEDIA)
            yield Found(path=path, kind=Kind.PICTURE, source=Source(
                collection=collection, name=f"{where}#data-{number}", sha256=digest, url=url, first_seen=seen))


def _embedded(page: bytes) -> Iterator[bytes]:
    for number, match in enumerate(_EMBEDDED.finditer(page)):
        if number >= MAX_EMBEDDED:
            return
        try:
            data = base64.b64decode(re.sub(rb"\s+", b"", match[1]), validate=True)
        except (binascii.Error, ValueError):
            continue
        if kind_of(data[:HEAD]) is Kind.PICTURE:
            yield data


def _unreadable(collection: str, name: str, why: str, *, url: str = "", seen: datetime | None = None) -> Found:
    return Found(source=Source(collection=collection, name=name, sha256="", url=url, first_seen=seen), path=Path(),
                 kind=Kind.OTHER, unreadable=why)


class _Bytes:
    def __init__(self, data: bytes) -> None:
        self._data = data

    def read(self, size: int, /) -> bytes:
        taken, self._data = self._data[:size], self._data[size:]
        return taken


def _at_least(content: _Readable, size: int) -> bytes:
    data = b""
    while len(data) < size and (piece := content.read(size - len(data))):
        data += piece
    return data


def _rest(content: _Readable, limit: int) -> bytes:
    data = bytearray()
    while len(data) < limit and (piece := content.read(PIECE)):
        data += piece
    return bytes(data[:limit])


def _copy(content: _Readable, start: bytes, path: Path, limit: int) -> tuple[Path, str]:
    digest, length = hashlib.sha256(start), len(start)
    with path.open("wb") as out:
        out.write(start)
        while piece := content.read(PIECE):
            length += len(piece)
            if length > limit:
                raise EvidenceError(f"longer than {limit:,} bytes")
            digest.update(piece)
            out.write(piece)
    return path, digest.hexdigest()


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
