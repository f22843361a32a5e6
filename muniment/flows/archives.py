"""What stands in archives that others made: the contents of WARC, ARC and WACZ records, and of files in a ZIP.

1. The archive is kept whole, byte for byte; what is taken out of it names it, and where in it it stood.
2. An item is made of what a reader of the web looks at - pages, pictures, films, sound, documents, data - that the
   server gave as an answer (2xx). Scripts, styles, fonts and messages of the protocol stay in the archive only.
3. What cannot be read is told, and costs nothing else: archives are hostile, or cut.
"""

import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Protocol

from evidence_store.errors import EvidenceError, LimitExceeded
from evidence_store.records import NO_RECORD, ItemKind, RecordId, Truncation
from evidence_store.visible import shortened
from evidence_store.warc.arc import is_arc, read_arc
from evidence_store.warc.bodies import content_reader, payload_reader, split_response
from evidence_store.warc.entries import is_http
from evidence_store.warc.inflate import MAGIC
from evidence_store.warc.members import Damage
from evidence_store.warc.model import WarcType
from evidence_store.warc.reader import Record, read_records
from evidence_store.warc.wacz_reader import ZIP_ERRORS, open_wacz
from muniment.flows.file_kinds import HEAD_BYTES, UNKNOWN, FileKind, file_kind
from verify.foreign.litter import is_litter

MAX_CONTENT = 8 << 30         # bytes of one content: a long film
MAX_ZIP_MEMBERS = 50_000
MAX_RATIO, FREE_SIZE = 200, 64 << 20      # of a member of a ZIP, and bytes before the ratio counts
PIECE = 1 << 20
WARC_NAMES, ARC_NAMES = (".warc", ".warc.gz"), (".arc", ".arc.gz")
_CONTENTS = frozenset({WarcType.RESPONSE, WarcType.RESOURCE, WarcType.CONVERSION})
_NOT_ITEMS = ("css", "javascript", "ecmascript", "font", "woff", "x-component", "warc-fields", "dns", "manifest+json",
              "opensearch", "wasm", "ocsp")
# What makes a ZIP file a document or a program: such a file is one item, whatever is in it.
_ONE_FILE = frozenset({"[Content_Types].xml", "mimetype", "META-INF/MANIFEST.MF", "AndroidManifest.xml", "bagit.txt",
                       "datapackage.json"})


_FAMILIES = {"image": ItemKind.PHOTO, "video": ItemKind.VIDEO, "audio": ItemKind.AUDIO}


class Readable(Protocol):
    """Bytes in order."""

    def read(self, size: int, /) -> bytes:
        """Some bytes; none at the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """One content of an archive, in a file that is valid until the next one is asked for."""

    file: IO[bytes]
    kind: FileKind
    url: str
    name: str
    at: datetime | None       # WARC-Date
    member: str = ""
    record: RecordId = NO_RECORD
    offset: int = 0
    inner: int = 0
    truncated: Truncation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """What could not be taken out."""

    where: str
    reason: str


def is_archive(path: Path, head: bytes) -> bool:
    """Whether contents may be taken out of a file."""
    name = path.name.lower()
    return (name.endswith((".warc", ".arc")) or head.startswith((b"WARC/", b"PK\x03\x04")) or is_arc(head)
            or (head.startswith(MAGIC) and name.endswith((*WARC_NAMES, *ARC_NAMES))))


def contents(path: Path, name: str) -> Iterator[Content | Unread]:
    """What stands in an archive, in its order; `name` is what it is called in what is told."""
    try:
        with path.open("rb") as file:
            head = file.read(16)
        if head.startswith(b"PK"):
            yield from _of_zip(path, name)
        elif is_arc(head) or path.name.lower().endswith(ARC_NAMES):
            with path.open("rb") as file:
                yield from _of_records(read_arc(path, file, path.stat().st_size), name, "")
        else:
            yield from _of_records(read_records(path), name, "")
    except (EvidenceError, OSError, *ZIP_ERRORS) as error:
        yield Unread(where=name, reason=shortened(str(error), 200))


def _of_zip(path: Path, name: str) -> Iterator[Content | Unread]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except ZIP_ERRORS as error:
        yield Unread(where=name, reason=f"it is a ZIP file that cannot be read: {shortened(str(error), 100)}")
        return
    if "datapackage.json" in names:
        yield from _of_wacz(path, name)
    elif not names & _ONE_FILE:
        yield from _of_files(path, name)


def _of_wacz(path: Path, name: str) -> Iterator[Content | Unread]:
    with open_wacz(path) as wacz, tempfile.TemporaryDirectory(prefix="muniment-") as folder:
        for number, warc in enumerate(wacz.warcs):
            copy = Path(folder) / f"{number}.warc{'.gz' if warc.name.endswith('.gz') else ''}"
            where = f"{name}!{warc.name}"
            try:
                wacz.extract(warc, copy)
            except EvidenceError as error:
                yield Unread(where=where, reason=str(error))
                continue
            yield from _of_records(read_records(copy), where, warc.name)
            copy.unlink()


def _of_records(records: Iterable[Record | Damage], name: str, member: str) -> Iterator[Content | Unread]:
    for one in records:
        if isinstance(one, Damage):
            yield Unread(where=f"{name} at {one.offset}", reason=f"{one.fault}: {one.detail}")
        elif one.fields.type in _CONTENTS and one.fields.uri:
            try:
                yield from _of_record(one, member)
            except EvidenceError as error:
                yield Unread(where=f"{name} at {one.offset} ({shortened(one.fields.uri, 200)})", reason=str(error))


def _of_record(record: Record, member: str) -> Iterator[Content]:
    source: Readable = record
    declared = record.fields.media_type
    if is_http(record.fields):
        head, body = split_response(record)
        if head is not None and head.status is not None and head.status // 100 != 2:
            return
        declared = head.media_type if head is not None else ""
        source = content_reader(head, payload_reader(head, body))
    if any(word in declared for word in _NOT_ITEMS):
        return
    url = record.fields.uri
    name = url.partition("?")[0].rstrip("/").rpartition("/")[2]
    with _unpacked(source) as (file, length):
        if length:
            yield Content(file=file, kind=_kind(file, name, declared), url=url, name=name, at=record.fields.date,
                          member=member, record=record.fields.record_id, offset=record.offset, inner=record.inner,
                          truncated=record.fields.truncated)


def _of_files(path: Path, name: str) -> Iterator[Content | Unread]:
    """The files of a ZIP, such as a messenger's export or a folder of photos."""
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist()[:MAX_ZIP_MEMBERS]:
            where = f"{name}!{shortened(info.filename, 200)}"
            # not `is_dir`: it fails on an empty name
            if not info.filename or info.filename.endswith("/") or is_litter(info.filename):
                continue
            if info.file_size > FREE_SIZE and info.file_size > info.compress_size * MAX_RATIO:
                yield Unread(where=where, reason=f"{info.file_size} bytes would come out of {info.compress_size}")
                continue
            try:
                with archive.open(info) as source, _unpacked(source) as (file, length):
                    if length:
                        yield Content(file=file, kind=_kind(file, info.filename, ""), url="", name=info.filename,
                                      at=None, member=info.filename)
            except (*ZIP_ERRORS, IndexError, EvidenceError) as error:
                yield Unread(where=where, reason=shortened(str(error), 200))


@contextmanager
def _unpacked(source: Readable) -> Iterator[tuple[IO[bytes], int]]:
    """All of a stream in a temporary file, at its beginning, and its length; LimitExceeded beyond MAX_CONTENT."""
    with tempfile.SpooledTemporaryFile(max_size=PIECE) as file:
        length = 0
        while piece := source.read(PIECE):
            length += len(piece)
            if length > MAX_CONTENT:
                raise LimitExceeded(f"it is longer than {MAX_CONTENT} bytes")
            file.write(piece)
        file.seek(0)
        yield file, length


def _kind(file: IO[bytes], name: str, declared: str) -> FileKind:
    """By the first bytes; where they say nothing, by what the server declared, and then by the name."""
    head = file.read(HEAD_BYTES)
    file.seek(0)
    suffix = {"text/html": ".html", "application/xhtml+xml": ".html", "text/plain": ".txt", "application/json": ".json",
              "text/csv": ".csv"}.get(declared, "")
    found = file_kind(head, f"x{suffix}" if suffix else name)
    family = _FAMILIES.get(declared.partition("/")[0])
    return FileKind(kind=family, media_type=declared) if found is UNKNOWN and family else found
