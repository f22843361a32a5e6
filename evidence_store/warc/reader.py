"""Reading WARC files, ours and others', record by record, going on after damage.

1. `.warc.gz` with a member a record, one big member, and uncompressed `.warc` are read; WARC/0.17 to 1.1.
2. A record is given as its fields and a stream of its block; nothing of the block is held in memory.
3. Damage is named where it stands and is not the end: `read_records` yields it between the records.
4. Reading a block raises WarcDamaged where its bytes cannot be had; the same damage is yielded after the record.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from evidence_store.errors import FormatError, WarcDamaged
from evidence_store.warc.feed import Feed
from evidence_store.warc.fields import MAX_FIELDS_SIZE, WarcFields, parse_fields
from evidence_store.warc.inflate import MAGIC, Fault, MemberDamaged, MemberStream
from evidence_store.warc.members import BUFFER_SIZE, RECORD_START, Damage, damage_of, ended

_HEAD_END = re.compile(rb"\r?\n\r?\n")
_VERSION = re.compile(rb"WARC/[0-9]\.[0-9]{1,2}[ \t]*\r?\n")
_NEXT = b"\n" + RECORD_START


class BlockCut(WarcDamaged):
    """A block ends before its Content-Length."""


class Record:
    """One record while it is the current one; its block can be read once."""

    def __init__(self, path: Path, offset: int, inner: int, fields: WarcFields, feed: Feed) -> None:
        self.path = path
        self.offset = offset         # in the file: of the gzip member, or of the record itself
        self.inner = inner           # within the member's content; 0 where a member holds one record
        self.fields = fields
        # Bytes in the file; known when reading went on, and only where a member holds one record.
        self.stored_length: int | None = None
        self._feed = feed
        self._left = fields.content_length or 0

    def read(self, size: int, /) -> bytes:
        """At least one byte of the block and at most `size`; b"" at its end. Raises WarcDamaged."""
        if not self._left:
            return b""
        data = self._feed.take(min(size, self._left))
        if not data:
            raise BlockCut(f"the block of the record at offset {self.offset} lacks {self._left} bytes",
                           hint="restore the file from another copy")
        self._left -= len(data)
        return data

    def drain(self) -> int:
        """Pass over what is left of the block; how many bytes of it are missing."""
        self._left -= self._feed.skip(self._left)
        return self._left


def read_records(path: Path) -> Iterator[Record | Damage]:
    """Every record and every damage of a WARC file, in order. Read a record's block before asking for the next."""
    with path.open("rb", buffering=BUFFER_SIZE) as file:
        yield from records_in(path, file, path.stat().st_size)


def records_in(path: Path, file: BinaryIO, size: int) -> Iterator[Record | Damage]:
    """As `read_records`, of an open file that can seek, such as a stored member of a zip; `path` is its name."""
    file.seek(0)
    compressed = file.read(len(MAGIC)) == MAGIC
    yield from _compressed(path, file, size) if compressed else _uncompressed(path, file)


@contextmanager
def record_at(path: Path, offset: int, inner: int = 0) -> Iterator[Record]:
    """The record whose member (or, in an uncompressed file, whose head) begins at `offset`. Raises WarcDamaged.

    `inner`: where the record begins in the member's content, for members that hold several.
    """
    with path.open("rb", buffering=BUFFER_SIZE) as file:
        file.seek(offset)
        if file.read(len(MAGIC)) == MAGIC:
            feed = Feed(MemberStream(file, offset).read)
        else:
            file.seek(offset)
            feed = Feed(file.read)
        feed.skip(inner)
        fields = _take_fields(feed)
        if fields is None:
            raise WarcDamaged(f"no WARC record begins at offset {offset} of {path.name}",
                              hint="run `muniment reindex` if the file was exchanged")
        yield Record(path, offset, inner, fields, feed)


def _compressed(path: Path, file: BinaryIO, size: int) -> Iterator[Record | Damage]:
    offset = 0
    while offset < size:
        try:
            stream = MemberStream(file, offset)
            records: list[Record] = []
            for found in _of_member(path, stream):
                if isinstance(found, Record):
                    records[:] = [*records[:1], found]
                yield found
            end = ended(stream)
            if len(records) == 1:
                records[0].stored_length = end - offset
        except MemberDamaged as damaged:
            damage = damage_of(file, damaged, size)
            yield damage
            end = offset + damage.length
        offset = end


def _of_member(path: Path, stream: MemberStream) -> Iterator[Record | Damage]:
    """Records within one member, until its end."""
    feed = Feed(stream.read)
    while True:
        feed.skip_line_ends()
        if not feed.peek(1):
            return
        inner = feed.position
        fields = _take_fields(feed)
        if fields is None:
            yield Damage(offset=stream.offset, length=0, fault=Fault.RECORD,
                         detail=f"no WARC record at byte {inner} of the member's content")
            if not _skip_to_record(feed):
                return
            continue
        record = Record(path, stream.offset, inner, fields, feed)
        yield record
        missing = record.drain()
        problem = _length_problem(fields, missing)
        if problem:
            yield Damage(offset=stream.offset, length=0, fault=Fault.LENGTH, detail=problem)


def _uncompressed(path: Path, file: BinaryIO) -> Iterator[Record | Damage]:
    base = 0
    file.seek(0)
    feed = Feed(file.read)
    while True:
        feed.skip_line_ends()
        offset = base + feed.position
        if not feed.peek(1):
            return
        fields = _take_fields(feed)
        if fields is None:
            _skip_to_record(feed)
            yield Damage(offset=offset, length=base + feed.position - offset, fault=Fault.GARBAGE,
                         detail="bytes that are no WARC record")
            continue
        head_end = base + feed.position
        record = Record(path, offset, 0, fields, feed)
        yield record
        missing = record.drain()
        record.stored_length = base + feed.position - offset
        problem = _length_problem(fields, missing)
        if not problem:
            continue
        fault = Fault.CUT if missing else Fault.LENGTH
        if missing:                     # the length may be wrong: look for records in what it swallowed
            file.seek(head_end)
            base, feed = head_end, Feed(file.read)
            if _skip_to_record(feed):
                fault = Fault.LENGTH
        yield Damage(offset=offset, length=base + feed.position - offset, fault=fault, detail=problem)


def _length_problem(fields: WarcFields, missing: int) -> str:
    if fields.content_length is None:
        return "its Content-Length cannot be read"
    return f"{missing} of the {fields.content_length} bytes of its block are missing" if missing else ""


def _take_fields(feed: Feed) -> WarcFields | None:
    """The head of the record that comes next; None, nothing taken, where there is none."""
    size = 1 << 12
    while True:
        ahead = feed.peek(size)
        if not ahead.startswith(RECORD_START):
            return None
        end = _HEAD_END.search(ahead)
        if end is not None:
            break
        if len(ahead) < size or size >= MAX_FIELDS_SIZE:
            return None
        size *= 4
    try:
        fields = parse_fields(ahead[:end.end()])
    except FormatError:
        return None
    feed.skip(end.end())
    return fields


def _skip_to_record(feed: Feed) -> bool:
    """Go on to the next line that begins a record; False, at the end, when there is none."""
    while feed.skip_to(_NEXT):
        feed.skip(1)
        if _VERSION.match(feed.peek(32)):
            return True
    return False
