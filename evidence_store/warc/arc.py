"""Reading ARC files, the form before WARC, as records with the fields that a WARC would have.

1. A record is one line - URL, address, date, type, length - and as many bytes; in `.arc.gz` a gzip member each.
2. The fields are those that stand in that line under their WARC names; nothing is added that the file does not say.
   There are no digests and no record ids: `record_id` is made of the offset, so that one file's are told apart.
3. Damage is named where it stands, as with WARC; reading goes on at the next line that can begin a record.
Source: Internet Archive, ARC File Format (1996), versions 1 and 2.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from evidence_store.warc.feed import Feed
from evidence_store.warc.fields import MAX_CONTENT_LENGTH, WarcFields
from evidence_store.warc.inflate import MAGIC, Fault, MemberDamaged, MemberStream
from evidence_store.warc.members import Damage, damage_of, ended
from evidence_store.warc.reader import Record

START = b"filedesc:"
MAX_LINE = 1 << 15            # bytes: the longest URL about 32 KiB
MAX_DIGITS = 18              # of a length
VERSION = "ARC"

_NAMES = ((4, (0, 1, 2, 3, 4)), (9, (0, 1, 2, 3, 9)))   # blanks in a line of version 1 and 2, and the fields that count
_SCHEME = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]*:")
_DIGITS = re.compile(rb"\d{4,18}")


def is_arc(head: bytes) -> bool:
    """What begins an uncompressed ARC file."""
    return head.startswith(START)


def read_arc(path: Path, file: BinaryIO, size: int) -> Iterator[Record | Damage]:
    """Every record and every damage, in order. Read a record's block before asking for the next."""
    file.seek(0)
    compressed = file.read(len(MAGIC)) == MAGIC
    file.seek(0)
    yield from _compressed(path, file, size) if compressed else _records(path, Feed(file.read), 0, plain=True)


def arc_record_at(path: Path, file: BinaryIO, offset: int, inner: int) -> Record | None:
    """The record that begins at `offset` (`inner` bytes into the member's content); None where none does."""
    file.seek(offset)
    if file.read(len(MAGIC)) == MAGIC:
        feed = Feed(MemberStream(file, offset).read)
    else:
        file.seek(offset)
        feed = Feed(file.read)
    feed.skip(inner)
    fields = _take_line(feed, offset, inner)
    return Record(path, offset, inner, fields, feed) if fields else None


def _compressed(path: Path, file: BinaryIO, size: int) -> Iterator[Record | Damage]:
    offset = 0
    while offset < size:
        try:
            stream = MemberStream(file, offset)
            yield from _records(path, Feed(stream.read), offset, plain=False)
            end = ended(stream)
        except MemberDamaged as damaged:
            damage = damage_of(file, damaged, size)
            yield damage
            end = offset + damage.length
        offset = end


def _records(path: Path, feed: Feed, member: int, *, plain: bool) -> Iterator[Record | Damage]:
    while True:
        feed.skip_line_ends()
        if not feed.peek(1):
            return
        begin = feed.position
        offset, inner = (begin, 0) if plain else (member, begin)
        fields = _take_line(feed, offset, inner)
        if fields is None:
            found = _skip_to_line(feed)
            yield Damage(offset=offset, length=feed.position - begin if plain else 0, fault=Fault.RECORD,
                         detail="no line that begins an ARC record")
            if not found:
                return
            continue
        record = Record(path, offset, inner, fields, feed)
        yield record
        missing = record.drain()
        if missing:
            yield Damage(offset=offset, length=feed.position - begin if plain else 0, fault=Fault.CUT,
                         detail=f"{missing} of the {fields.content_length} bytes of its block are missing")


def _take_line(feed: Feed, offset: int, inner: int) -> WarcFields | None:
    ahead = feed.peek(MAX_LINE)
    end = ahead.find(b"\n") + 1
    values = _values(ahead[:end])
    if values is None:
        return None
    feed.skip(end)
    url, address, date, media_type, length = (value.decode("utf-8", "surrogateescape") for value in values)
    http = url.lower().startswith(("http:", "https:"))
    kind = "warcinfo" if url.lower().startswith("filedesc:") else "response" if http else "resource"
    pairs = [("WARC-Type", kind), ("WARC-Record-ID", f"<urn:arc:{offset}:{inner}>"), ("WARC-Target-URI", url),
             ("WARC-IP-Address", address), ("WARC-Date", _date(date)), ("Content-Length", length),
             ("Content-Type", "application/http" if http else media_type)]
    return WarcFields(version=VERSION, pairs=tuple(pairs), raw=ahead[:end])


def _values(line: bytes) -> tuple[bytes, ...] | None:
    """URL, address, date, type and length of the line that begins a record; None for any other line."""
    for blanks, wanted in _NAMES:
        # the URL may hold blanks itself: fields are counted from the end
        parts = line.rstrip(b"\r\n").rsplit(b" ", blanks)
        if len(parts) != blanks + 1:
            continue
        values = tuple(parts[at] for at in wanted)
        if (_SCHEME.match(values[0]) and all(values) and _DIGITS.fullmatch(values[2]) and values[4].isdigit()
                and len(values[4]) <= MAX_DIGITS and int(values[4]) <= MAX_CONTENT_LENGTH):
            return values
    return None


def _date(digits: str) -> str:
    """`yyyymmddhhmmss`, or as much of it as there is, in the form of a WARC-Date."""
    full = digits[:14] + "00000101000000"[len(digits[:14]):]
    return f"{full[:4]}-{full[4:6]}-{full[6:8]}T{full[8:10]}:{full[10:12]}:{full[12:14]}Z"


def _skip_to_line(feed: Feed) -> bool:
    """Go on to the next line that begins a record; False, at the end, when there is none."""
    while feed.skip_to(b"\n"):
        feed.skip(1)
        ahead = feed.peek(MAX_LINE)
        if _values(ahead[:ahead.find(b"\n") + 1]) is not None:
            return True
    return False
