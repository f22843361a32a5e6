"""Content by locator: found through the catalogue, and checked against the locator while it is read.

1. A WARC record is known again by its id, its block's length and its block's SHA-256; file and offset only say where
   to look.
2. Decoded content comes out of a block that is hashed on its way: where the block is not what was recorded, that is
   what is said, not that its coding is broken.
3. An item's bytes are checked against the item's own hash.
4. The content of a revisit is that of the response it refers to, if that has the payload which the revisit names.
"""

from collections.abc import Callable
from contextlib import ExitStack
from io import BufferedReader
from typing import TYPE_CHECKING, BinaryIO, cast

from evidence_store.errors import ContentMismatch, MissingContent
from evidence_store.records import BlobRef, Item, Locator, WarcRef
from evidence_store.verified import verified_reader
from evidence_store.warc.bodies import (
    BodyDamaged,
    BodyStream,
    Reader,
    content_reader,
    payload_reader,
    split_request,
    split_response,
)
from evidence_store.warc.entries import is_http
from evidence_store.warc.fields import WarcFields
from evidence_store.warc.model import WarcType
from evidence_store.warc.reader import record_at

if TYPE_CHECKING:
    from evidence_store.case import Case
    from evidence_store.warc.feed import Feed
    from evidence_store.warc.http import HttpHead

READ_SIZE = 1 << 16           # bytes read at once


def open_content(case: "Case", locator: Locator, *, decoded: bool) -> BinaryIO:
    """See `Case.open_content`."""
    if isinstance(locator, BlobRef):
        return case.blobs.open(locator)
    fields, block = _open_block(case, locator)
    if not decoded or not is_http(fields):
        return block
    if fields.type is WarcType.REVISIT:
        block.close()
        fields, block = _open_block(case, _revisited(case, locator))
    return _open_body(block, fields, lambda head, body: content_reader(head, payload_reader(head, body)))


def open_item(case: "Case", item: Item) -> BinaryIO:
    """See `Case.open_item`."""
    if item.source == BlobRef(sha256=item.sha256, length=item.length):
        return case.blobs.open(item.source)       # checks the very hash and length of the item
    if isinstance(item.source, BlobRef):
        source = case.blobs.open(item.source)
    else:
        fields, source = _open_block(case, item.source)
        if is_http(fields):
            source = _open_body(source, fields, payload_reader if item.encoded else
                                lambda head, body: content_reader(head, payload_reader(head, body)))
    # a truncated body is damaged behind the item's last byte: nothing is read from there
    original = _Stream(_First(source, item.length), source.close)
    return verified_reader(original, sha256=item.sha256, length=item.length, subject=f"item {item.id}")


def _open_block(case: "Case", ref: WarcRef) -> tuple[WarcFields, BinaryIO]:
    entry = case.record(ref.record)
    subject = f"WARC record {ref.record}"
    if entry.ref != ref:
        raise ContentMismatch(f"{subject} in {entry.file} is not the one that was recorded: its block has "
                              f"{entry.ref.length} bytes and SHA-256 {entry.ref.sha256}",
                              hint="the file was changed: restore it from a copy of the case")
    opened = ExitStack()
    try:
        record = opened.enter_context(record_at(case.layout.warcs / entry.file, entry.offset))
    except FileNotFoundError:
        raise MissingContent(f"{subject} stood in {entry.file}, which is not there",
                             hint="restore the file from a copy of the case") from None
    if record.fields.record_id != ref.record:
        opened.close()
        raise ContentMismatch(f"at offset {entry.offset} of {entry.file} stands another record than {ref.record}",
                              hint="run `muniment reindex` if the file was exchanged")
    block = _Stream(record, opened.close)
    return record.fields, verified_reader(block, sha256=ref.sha256, length=ref.length, subject=subject)


def _revisited(case: "Case", ref: WarcRef) -> WarcRef:
    """The response whose payload a revisit repeats."""
    entry = case.record(ref.record)
    if entry.refers_to is None:
        raise MissingContent(f"WARC record {ref.record} is a revisit that does not name what it repeats",
                             hint="its content stands nowhere in the case")
    original = case.record(entry.refers_to)
    if original.type is not WarcType.RESPONSE or original.payload_sha256 != entry.payload_sha256:
        raise ContentMismatch(f"WARC record {ref.record} repeats {entry.refers_to}, which has another payload",
                              hint="one of the two was changed: restore it from a copy of the case")
    return original.ref


def _open_body(block: BinaryIO, fields: WarcFields, choose: "Callable[[HttpHead | None, Feed], Reader]") -> BinaryIO:
    try:
        head, body = (split_request if fields.type is WarcType.REQUEST else split_response)(block)
        stream = _Stream(_Checking(choose(head, body), body), block.close)
        return cast("BinaryIO", BufferedReader(stream, READ_SIZE))
    except BaseException:
        block.close()
        raise


class _Stream(BodyStream):
    """A reader as a file object that closes what it reads from."""

    def __init__(self, reader: Reader, on_close: Callable[[], None]) -> None:
        super().__init__(reader)
        self._on_close = on_close

    def close(self) -> None:
        """Close it, and its source."""
        if not self.closed:
            self._on_close()
        super().close()


class _Checking:
    """Reads the block to its end where the body ends or breaks, so that the block's own hash is judged first."""

    def __init__(self, reader: Reader, body: "Feed") -> None:
        self._reader = reader
        self._body = body

    def read(self, size: int, /) -> bytes:
        """Bytes of the body; ContentMismatch before any BodyDamaged."""
        try:
            data = self._reader.read(size)
        except BodyDamaged:
            self._drain()
            raise
        if not data:
            self._drain()
        return data

    def _drain(self) -> None:
        while self._body.take(READ_SIZE):
            pass


class _First:
    """The first `length` bytes of a stream."""

    def __init__(self, stream: BinaryIO, length: int) -> None:
        self._stream = stream
        self._left = length

    def read(self, size: int, /) -> bytes:
        """At most what is left."""
        data = self._stream.read(min(size, self._left)) if self._left else b""
        self._left -= len(data)
        return data
