"""The index of a WACZ, derived again from its WARC files and compared: what replay shows is what the index points to.

1. Each line points to a record that stands there, of that address, time and status.
2. Each record that replay looks up is in the index; what is not in it is not shown.
Source: CDXJ as pywb and cdxj-indexer write it; ZipNum (`.cdx.gz` with `.idx`) is the same lines in several members.
"""

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from evidence_store.errors import FormatError
from evidence_store.findings import Outcome
from evidence_store.warc.cdxj import LISTED
from evidence_store.warc.model import RecordEntry, WarcType
from verify.bundle.collector import Collector
from verify.foreign.zip_reader import ZipArchive

INDEXES = ("indexes/", "index/")
MAX_INDEX = 1 << 30           # bytes of one index, unpacked
MAX_LINES = 5_000_000
DIGITS = 14                   # yyyymmddhhmmss


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexLine:
    """One line of an index."""

    time: str
    url: str
    status: str
    file: str
    offset: int


def check_index(archive: ZipArchive, entries: Iterable[RecordEntry], found: Collector) -> None:
    """Everything above. `entries`: the records of all WARC files in it; `file` is their name without a folder."""
    records = {(entry.file, entry.offset): entry for entry in entries}
    names = [member.name for member in archive.members if member.name.startswith(INDEXES)
             and member.name.endswith((".cdx", ".cdxj", ".cdx.gz", ".cdxj.gz"))]
    if not names:
        found.add("wacz.index", Outcome.INCONCLUSIVE, "", "it has no index: replay finds nothing in it by itself")
        return
    seen: set[tuple[str, int]] = set()
    count = 0
    for name in names:
        with found.failing("wacz.index", name):
            for line in _lines(archive, name):
                count += 1
                seen.add((line.file, line.offset))
                _check_line(name, line, records.get((line.file, line.offset)), found)
    unseen = [entry for place, entry in records.items() if place not in seen and _is_shown(entry)]
    for entry in unseen:
        found.add("wacz.index", Outcome.INCONCLUSIVE, entry.uri, f"no index lists the record at {entry.offset} of "
                                                                 f"{entry.file}: replay does not show it")
    found.passed("wacz.index", subject=", ".join(names), summary=f"{count} lines point to the records they say, and "
                                                                 "all are listed")


def _is_shown(entry: RecordEntry) -> bool:
    about = entry.type is WarcType.METADATA and entry.media_type == "application/warc-fields"
    return entry.type in LISTED and bool(entry.uri) and not about and entry.type is not WarcType.METADATA


def _check_line(name: str, line: IndexLine, entry: RecordEntry | None, found: Collector) -> None:
    if entry is None:
        found.fail("wacz.index", line.url, f"{name} points to offset {line.offset} of {line.file}, where no record "
                                           "begins")
        return
    if entry.uri != line.url:
        found.fail("wacz.index", line.url, f"{name} shows under this address the record of {entry.uri}")
    elif not entry.date.strftime("%Y%m%d%H%M%S").startswith(line.time[:DIGITS]):
        found.fail("wacz.index", line.url, f"{name} dates it {line.time}; its record is of {entry.date:%Y%m%d%H%M%S}")
    elif entry.status is not None and line.status.isdigit() and int(line.status) != entry.status:
        found.fail("wacz.index", line.url, f"{name} gives it status {line.status}; its record says {entry.status}")


def _lines(archive: ZipArchive, name: str) -> Iterator[IndexLine]:
    member = archive.find(name)
    if member is None or member.size > MAX_INDEX:
        raise FormatError("it is too large to be read")
    data = archive.read(member, MAX_INDEX)
    if name.endswith(".gz"):
        data = _gunzipped(data)
    for number, line in enumerate(data.split(b"\n"), start=1):
        if number > MAX_LINES:
            raise FormatError(f"it has more than {MAX_LINES} lines")
        if line.strip() and not line.startswith((b"!meta", b" CDX", b"cdx ")):
            yield _parsed(number, line)


def _parsed(number: int, line: bytes) -> IndexLine:
    parts = line.split(b" ", 2)
    try:
        fields = json.loads(parts[2])
        return IndexLine(time=parts[1].decode("ascii"), url=str(fields.get("url", "")),
                         status=str(fields.get("status", "")), file=str(fields.get("filename", "")).rpartition("/")[2],
                         offset=int(fields.get("offset", -1)))
    except (IndexError, ValueError, AttributeError, TypeError, RecursionError) as error:
        raise FormatError(f"line {number} of it is not one of an index") from error


def _gunzipped(data: bytes) -> bytes:
    found = bytearray()
    while data:
        inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            found += inflate.decompress(data, MAX_INDEX - len(found) + 1)
        except (zlib.error, gzip.BadGzipFile) as error:
            raise FormatError("its gzip is damaged") from error
        if len(found) > MAX_INDEX or not inflate.eof:
            raise FormatError("it is cut, or too large to be read")
        data = inflate.unused_data
    return bytes(found)
