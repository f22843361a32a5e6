"""WACZ 1.1.1: whole gzip members copied byte for byte into one zip, with an index and a list of pages.

1. The members are those of the case, unchanged; only which ones, and so their offsets, are chosen.
2. WARC files are stored, not deflated: replay reads ranges of them.
3. The same arguments give the same bytes: no clock, no random ids, entries in a fixed order.
4. Every copied member is looked at: it begins where the entry says and is the record the entry names.
Source: specs.webrecorder.net/wacz/1.1.1.
"""

import hashlib
import json
import os
import uuid
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from evidence_store.errors import FormatError, WarcDamaged
from evidence_store.records import Tool
from evidence_store.warc.bodies import split_request
from evidence_store.warc.cdxj import RequestKey, cdxj_of
from evidence_store.warc.durable import sync_folder
from evidence_store.warc.model import COPY_SIZE, RecordEntry, WarcType
from evidence_store.warc.reader import record_at
from evidence_store.warc.request_key import KEYED_METHODS, MAX_BODY, query_of_body

WACZ_VERSION = "1.1.1"
PAGE_NAMES = uuid.UUID("6b9d1f0e-4a57-5d0c-8a53-5f7c3f1a2b60")   # namespace of page ids, so that they are no clock's
UNIX = 3                         # zip: made on Unix, so that modes are read as such
FILE_MODE = 0o100644 << 16
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class WarcSelection:
    """Records of one file that go into the copy."""

    path: Path
    entries: tuple[RecordEntry, ...]     # each with the offset and length of its member


@dataclass(frozen=True, slots=True, kw_only=True)
class WaczPage:
    """A page that replay offers first."""

    url: str
    at: datetime          # UTC; of the capture
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenWacz:
    """What went into a WACZ."""

    path: Path
    length: int
    records: tuple[RecordEntry, ...]     # with file, offset and length in the copy


@dataclass(frozen=True, slots=True, kw_only=True)
class _Resource:
    path: str
    sha256: str
    length: int


def write_wacz(destination: Path, *, selections: Sequence[WarcSelection], pages: Sequence[WaczPage],
               created_at: datetime, software: Tool, title: str = "") -> WrittenWacz:
    """Write a WACZ of whole members, atomically. Raises WarcDamaged where an entry does not name what stands there."""
    names = [selection.path.name for selection in selections]
    if len(set(names)) != len(names):
        raise FormatError("two of the WARC files have the same name", hint="select each file once")
    temporary = destination.with_name(destination.name + ".tmp")
    try:
        with temporary.open("w+b") as stream:
            records = _write_zip(stream, selections, pages, created_at=created_at, software=software, title=title)
            stream.flush()
            os.fsync(stream.fileno())
            length = stream.tell()
        temporary.replace(destination)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(destination.parent)
    return WrittenWacz(path=destination, length=length, records=records)


def _write_zip(stream: IO[bytes], selections: Sequence[WarcSelection], pages: Sequence[WaczPage], *,
               created_at: datetime, software: Tool, title: str) -> tuple[RecordEntry, ...]:
    keyed: list[tuple[RecordEntry, RequestKey | None]] = []
    resources: list[_Resource] = []
    with zipfile.ZipFile(stream, "w", allowZip64=True) as archive:
        for selection in sorted(selections, key=lambda chosen: chosen.path.name):
            copied = _moved(selection)
            info = _info(f"archive/{selection.path.name}", created_at, sum(entry.length for entry in copied))
            with archive.open(info, "w") as target:
                resources.append(_copy(info.filename, _members(selection), target))
            keyed += zip(copied, _keys(selection), strict=True)
        index = cdxj_of(keyed)
        for name, data in (("indexes/index.cdxj", index), ("pages/pages.jsonl", _pages(pages))):
            resources.append(_put(archive, name, data, created_at))
        package = _package(resources, pages, created_at=created_at, software=software, title=title)
        _put(archive, "datapackage.json", package, created_at)
        digest = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(package).hexdigest()}"}
        _put(archive, "datapackage-digest.json", _json(digest), created_at)
    return tuple(entry for entry, _ in keyed)


def _moved(selection: WarcSelection) -> tuple[RecordEntry, ...]:
    """The entries as they stand in the copy."""
    found: list[RecordEntry] = []
    offset = 0
    for entry in _in_order(selection):
        found.append(replace(entry, file=selection.path.name, offset=offset))
        offset += entry.length
    return tuple(found)


def _in_order(selection: WarcSelection) -> list[RecordEntry]:
    return sorted(selection.entries, key=lambda entry: entry.offset)


def _members(selection: WarcSelection) -> Iterator[bytes]:
    """The bytes of the chosen members."""
    with selection.path.open("rb") as source:
        for entry in _in_order(selection):
            source.seek(entry.offset)
            left = entry.length
            while left:
                data = source.read(min(left, COPY_SIZE))
                if not data:
                    raise WarcDamaged(f"{selection.path.name} ends within the record at offset {entry.offset}",
                                      hint="run `muniment verify` on the case")
                left -= len(data)
                yield data


def _keys(selection: WarcSelection) -> Iterator[RequestKey | None]:
    """Check each chosen member; what each request adds to the index."""
    for entry in _in_order(selection):
        with record_at(selection.path, entry.offset) as record:
            if record.fields.record_id != entry.ref.record:
                raise WarcDamaged(f"the record at offset {entry.offset} of {selection.path.name} is "
                                  f"{record.fields.record_id} and not {entry.ref.record}",
                                  hint="run `muniment reindex`")
            key = None
            if entry.type is WarcType.REQUEST:
                head, body = split_request(record)
                if head is not None and head.method in KEYED_METHODS:
                    key = RequestKey(method=head.method, query=query_of_body(head, body.peek(MAX_BODY)))
            yield key


def _copy(name: str, pieces: Iterator[bytes], target: IO[bytes]) -> _Resource:
    digest, length = hashlib.sha256(), 0
    for data in pieces:
        digest.update(data)
        length += len(data)
        target.write(data)
    return _Resource(path=name, sha256=digest.hexdigest(), length=length)


def _put(archive: zipfile.ZipFile, name: str, data: bytes, created_at: datetime) -> _Resource:
    archive.writestr(_info(name, created_at, len(data)), data)
    return _Resource(path=name, sha256=hashlib.sha256(data).hexdigest(), length=len(data))


def _info(name: str, created_at: datetime, size: int) -> zipfile.ZipInfo:
    moment = created_at.astimezone(UTC)
    stamp = (moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second)
    info = zipfile.ZipInfo(name, max(ZIP_EPOCH, stamp))
    info.compress_type = zipfile.ZIP_STORED
    info.create_system = UNIX
    info.external_attr = FILE_MODE
    info.file_size = size       # decides on zip64 before the first byte
    return info


def _pages(pages: Sequence[WaczPage]) -> bytes:
    lines = [{"format": "json-pages-1.0", "id": "pages", "title": "All pages"}]
    for page in pages:
        moment = _moment(page.at)
        line = {"id": str(uuid.uuid5(PAGE_NAMES, f"{moment} {page.url}")), "url": page.url, "ts": moment}
        lines.append(line | ({"title": page.title} if page.title else {}))
    return b"".join(json.dumps(line).encode("ascii") + b"\n" for line in lines)


def _package(resources: list[_Resource], pages: Sequence[WaczPage], *, created_at: datetime, software: Tool,
             title: str) -> bytes:
    main = {"mainPageUrl": pages[0].url, "mainPageDate": _moment(pages[0].at)} if pages else {}
    return _json({
        "profile": "data-package",
        "wacz_version": WACZ_VERSION,
        **({"title": title} if title else {}),
        "created": created_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "software": f"{software.name}/{software.version}",
        **main,
        "resources": [{"name": resource.path.rpartition("/")[2].lower(), "path": resource.path,
                       "hash": f"sha256:{resource.sha256}", "bytes": resource.length} for resource in resources],
    })


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def _json(value: object) -> bytes:
    return json.dumps(value, indent=2).encode("ascii") + b"\n"
