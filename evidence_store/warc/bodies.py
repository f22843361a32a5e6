"""HTTP bodies out of stored blocks: chunking undone, content codings undone, everything streamed and bounded.

1. *Payload* is the body with chunking removed and content coding kept; *content* is the payload with its content
   codings removed. Neither is ever stored instead of what was sent.
2. A body that breaks off or breaks its own rules gives the bytes up to there, then BodyDamaged names the fault.
3. Decoding stops at MAX_CONTENT and at MAX_RATIO times what was fed to it: a bomb costs bounded time and memory.
Sources: RFC 9112 7.1 (chunked), RFC 9110 8.4 (content codings), RFC 1950-1952, RFC 7932 (br).
"""

import hashlib
import io
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from evidence_store.errors import FormatError
from evidence_store.records import Sha256
from evidence_store.warc.feed import Feed
from evidence_store.warc.http import MAX_HEAD, HttpHead, head_length, parse_request_head, parse_response_head

READ_SIZE = 1 << 16
MAX_LINE = 1 << 14            # bytes of a chunk-size line with its extensions
MAX_TRAILERS = 1 << 16        # bytes of trailer fields
MAX_CODINGS = 4               # content codings on one body; servers send one, sometimes two
MAX_CONTENT = 1 << 36         # bytes of decoded content: 64 GiB, beyond any page or video
MAX_RATIO = 300               # content to payload; text reaches 100, deflate itself 1032
FREE_CONTENT = 1 << 26        # bytes before the ratio counts: small repetitive pages are no bombs

_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,15})[ \t]*(?:;.*)?$", re.DOTALL)


class BodyFault(StrEnum):
    """What is wrong with a body."""

    CUT = "cut"                        # it ends before it says so
    CHUNKING = "chunking"              # a chunk-size line or a chunk's end is malformed
    CODING = "coding"                  # a content coding cannot be undone
    UNKNOWN_CODING = "unknown_coding"  # a content coding that is not known here
    EXPANSION = "expansion"            # it decodes to more than the limits allow


class BodyDamaged(FormatError):
    """A body is not what its head says."""

    def __init__(self, fault: BodyFault, detail: str) -> None:
        super().__init__(f"the body cannot be read to its end ({fault}): {detail}",
                         hint="what came before this point is as it was sent")
        self.fault = fault


class Reader(Protocol):
    """Gives bytes in order."""

    def read(self, size: int, /) -> bytes:
        """At least one byte and at most `size`; b"" at the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyMeasure:
    """What a body comes to. Digests are of the bytes up to a fault, where there is one."""

    payload_sha256: Sha256 | None     # None: no body
    payload_length: int
    content_sha256: Sha256 | None     # None: no body, or a content coding cannot be undone
    content_length: int
    coding: str                       # "", "gzip", "gzip, br"
    payload_fault: BodyFault | None = None    # the framing is broken or breaks off
    content_fault: BodyFault | None = None


class BodyStream(io.RawIOBase):
    """A reader as the file object that libraries expect."""

    def __init__(self, reader: Reader, at_end: Callable[[], None] | None = None) -> None:
        super().__init__()
        self._reader = reader
        self._at_end = at_end

    def readable(self) -> bool:
        """It is."""
        return True

    def read(self, size: int = -1, /) -> bytes:
        """Up to `size` bytes; all of them for -1."""
        if size < 0:
            return self.readall()
        if size == 0:
            return b""
        data = self._reader.read(size)
        if not data and self._at_end is not None:
            at_end, self._at_end = self._at_end, None
            at_end()
        return data

    def readinto(self, buffer: "bytearray | memoryview", /) -> int:  # type: ignore[override]
        """Fill a buffer."""
        data = self.read(len(buffer))
        buffer[:len(data)] = data
        return len(data)


def split_response(block: Reader) -> tuple[HttpHead | None, Feed]:
    """The final head of a response block, and its body as sent. Without a head, everything is body."""
    feed = Feed(block.read)
    while True:
        head = parse_response_head(_peek_head(feed))
        if head is None:
            return None, feed
        feed.skip(head.length)
        if not head.complete or head.status is None or head.status // 100 != 1 or head.status == 101:
            return head, feed


def split_request(block: Reader) -> tuple[HttpHead | None, Feed]:
    """The head of a request block, and its body as sent. Some writers begin requests with a status line."""
    feed = Feed(block.read)
    ahead = _peek_head(feed)
    head = parse_request_head(ahead) or parse_response_head(ahead)
    if head is not None:
        feed.skip(head.length)
    return head, feed


def payload_reader(head: HttpHead | None, body: Feed) -> Reader:
    """The payload of a body as sent. Raises BodyDamaged while it is read."""
    return ChunkedBody(body) if head is not None and head.is_chunked else _Plain(body)


def content_reader(head: HttpHead | None, payload: Reader) -> Reader:
    """The content of a payload. Raises BodyDamaged at once for codings that are not known."""
    codings = head.content_codings if head is not None else ()
    if len(codings) > MAX_CODINGS:
        raise BodyDamaged(BodyFault.UNKNOWN_CODING, f"{len(codings)} content codings")
    for coding in reversed(codings):       # RFC 9110 8.4: listed in the order they were applied
        payload = DecodedBody(payload, coding)
    return payload


def open_payload(block: Reader) -> tuple[HttpHead | None, BodyStream]:
    """The head and the payload of a response block."""
    head, body = split_response(block)
    return head, BodyStream(payload_reader(head, body), lambda: _drain(body))


def open_content(block: Reader) -> tuple[HttpHead | None, BodyStream]:
    """The head and the decoded content of a response block. The block is read to its end when the content is."""
    head, body = split_response(block)
    return head, BodyStream(content_reader(head, payload_reader(head, body)), lambda: _drain(body))


def measure_response(block: Reader) -> tuple[HttpHead | None, BodyMeasure]:
    """Length and SHA-256 of a response block's payload and content, in one pass over it."""
    head, body = split_response(block)
    return head, measure_body(head, body)


def measure_body(head: HttpHead | None, body: Feed) -> BodyMeasure:
    """Length and SHA-256 of payload and content of a body as sent; reads it to its end."""
    payload = _Measured(payload_reader(head, body))
    content_digest, content_length = hashlib.sha256(), 0
    content_fault: BodyFault | None = None
    try:
        content = content_reader(head, payload)
        while data := content.read(READ_SIZE):
            content_digest.update(data)
            content_length += len(data)
    except BodyDamaged as damaged:
        content_fault = damaged.fault
    payload.finish()
    _drain(body)
    coding = ", ".join(head.content_codings) if head is not None else ""
    has_body = payload.length > 0
    decoded = has_body and (content_fault is None or (content_fault is payload.fault and not coding))
    return BodyMeasure(
        payload_sha256=Sha256(payload.digest.hexdigest()) if has_body else None, payload_length=payload.length,
        content_sha256=Sha256(content_digest.hexdigest()) if decoded else None,
        content_length=content_length if decoded else 0,
        coding=coding, payload_fault=payload.fault, content_fault=content_fault if has_body else None)


class ChunkedBody:
    """A chunked body as sent, read as its payload; extensions and trailers are passed over."""

    def __init__(self, body: Feed) -> None:
        self._body = body
        self._left = 0
        self._first = True
        self._done = False

    def read(self, size: int) -> bytes:
        """Bytes of the payload. Raises BodyDamaged."""
        if self._done:
            return b""
        if not self._left and not self._next_chunk():
            return b""
        data = self._body.take(min(size, self._left))
        if not data:
            raise BodyDamaged(BodyFault.CUT, f"{self._left} bytes of a chunk are missing")
        self._left -= len(data)
        return data

    def _next_chunk(self) -> bool:
        """False after the last chunk."""
        if not self._first and self._line() != b"":
            raise BodyDamaged(BodyFault.CHUNKING, "a chunk is longer than it says")
        self._first = False
        match = _CHUNK_SIZE.match(self._line())
        if match is None:
            raise BodyDamaged(BodyFault.CHUNKING, "a chunk does not begin with its size")
        self._left = int(match[1], 16)
        if self._left == 0:
            self._skip_trailers()
            self._done = True
        return not self._done

    def _skip_trailers(self) -> None:
        seen = 0
        while (line := self._line()) != b"":         # RFC 9112 7.1.2: trailers follow the last chunk
            seen += len(line)
            if seen > MAX_TRAILERS:
                raise BodyDamaged(BodyFault.CHUNKING, "trailers without end")

    def _line(self) -> bytes:
        size = 64
        while True:
            ahead = self._body.peek(size)
            end = ahead.find(b"\n")
            if end >= 0:
                self._body.skip(end + 1)
                return ahead[:end].rstrip(b"\r")
            if len(ahead) < size:
                raise BodyDamaged(BodyFault.CUT, "it ends between chunks")
            if size >= MAX_LINE:
                raise BodyDamaged(BodyFault.CHUNKING, "a line without end")
            size *= 4


class DecodedBody:
    """A payload with one content coding undone."""

    def __init__(self, payload: Reader, coding: str) -> None:
        self._payload = payload
        self._decoder = _decoder(coding)
        self._fed = 0
        self._out = 0
        self._ended = False

    def read(self, size: int) -> bytes:
        """Decoded bytes. Raises BodyDamaged."""
        while not self._ended:
            data = self._decoder.take(size)
            if data:
                self._count(len(data))
                return data
            raw = self._payload.read(READ_SIZE)
            if raw:
                self._fed += len(raw)
                self._decoder.feed(raw)
                continue
            self._ended = True
            if self._fed and not self._decoder.finished:
                raise BodyDamaged(BodyFault.CUT, "the compressed stream breaks off")
        return b""

    def _count(self, size: int) -> None:
        self._out += size
        if self._out > MAX_CONTENT or (self._out > FREE_CONTENT and self._out > self._fed * MAX_RATIO):
            raise BodyDamaged(BodyFault.EXPANSION, f"{self._fed} bytes decode to more than {self._out}")


class _Decoder(Protocol):
    @property
    def finished(self) -> bool: ...
    def feed(self, data: bytes) -> None: ...
    def take(self, size: int) -> bytes: ...


class _ZlibDecoder:
    """gzip (also several members) and deflate (with or without the zlib wrapper, as servers send both)."""

    def __init__(self, *, gzip: bool) -> None:
        self._gzip = gzip
        self._inflate: zlib._Decompress | None = None
        self._waiting = b""
        self.finished = False

    def feed(self, data: bytes) -> None:
        if self.finished and not (self._gzip and data[:1] == b"\x1f"):
            return                           # bytes after the end: browsers ignore them
        self._waiting += data

    def take(self, size: int) -> bytes:
        while self._waiting:
            if self._inflate is None:
                if not self._gzip and len(self._waiting) < 2:
                    return b""
                self._inflate = zlib.decompressobj(self._wbits())
                self.finished = False
            try:
                data = self._inflate.decompress(self._waiting, size)
            except zlib.error as error:
                raise BodyDamaged(BodyFault.CODING, str(error)) from error
            self._waiting = self._inflate.unconsumed_tail
            if self._inflate.eof:
                rest = self._inflate.unused_data
                self._waiting = rest if self._gzip and rest[:2] == b"\x1f\x8b" else b""
                self._inflate, self.finished = None, True
            if data:
                return data
        return b""

    def _wbits(self) -> int:
        if self._gzip:
            return 16 + zlib.MAX_WBITS
        wrapped = self._waiting[0] & 0x0F == 8 and int.from_bytes(self._waiting[:2], "big") % 31 == 0  # RFC 1950 2.2
        return zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS


class _BrotliDecoder:
    """br."""

    def __init__(self) -> None:
        import brotli  # imported here: only few bodies need it

        self._error: type[Exception] = brotli.error
        self._brotli = brotli.Decompressor()
        self._waiting = b""
        self._surplus = b""      # the library may give more than the limit it is told

    @property
    def finished(self) -> bool:
        return bool(self._brotli.is_finished())

    def feed(self, data: bytes) -> None:
        if not self.finished:
            self._waiting += data

    def take(self, size: int) -> bytes:
        data = self._surplus or self._process(size)
        self._surplus = data[size:]
        return data[:size]

    def _process(self, size: int) -> bytes:
        if self.finished:
            return b""
        if not self._waiting and self._brotli.can_accept_more_data():
            return b""
        # With a limit, process() must be called without input until it takes more (brotli 1.2).
        data, self._waiting = (self._waiting, b"") if self._brotli.can_accept_more_data() else (b"", self._waiting)
        try:
            return bytes(self._brotli.process(data, output_buffer_limit=size))
        except self._error as error:
            raise BodyDamaged(BodyFault.CODING, str(error)) from error


def _decoder(coding: str) -> _Decoder:
    match coding:
        case "gzip" | "x-gzip":
            return _ZlibDecoder(gzip=True)
        case "deflate":
            return _ZlibDecoder(gzip=False)
        case "br":
            return _BrotliDecoder()
    raise BodyDamaged(BodyFault.UNKNOWN_CODING, coding[:40])


class _Plain:
    def __init__(self, body: Feed) -> None:
        self.read = body.take


class _Measured:
    """Hashes a payload on its way to the decoder, and the rest of it when the decoder gave up."""

    def __init__(self, payload: Reader) -> None:
        self._payload = payload
        self.digest = hashlib.sha256()
        self.length = 0
        self.fault: BodyFault | None = None

    def read(self, size: int) -> bytes:
        try:
            data = self._payload.read(size)
        except BodyDamaged as damaged:
            self.fault = damaged.fault
            raise
        self.digest.update(data)
        self.length += len(data)
        return data

    def finish(self) -> None:
        try:
            while self.fault is None and self.read(READ_SIZE):
                pass
        except BodyDamaged:
            return


def _peek_head(feed: Feed) -> bytes:
    size = 1 << 12
    while True:
        ahead = feed.peek(size)
        if len(ahead) < size or size >= MAX_HEAD or head_length(ahead) is not None:
            return ahead
        size *= 4


def _drain(body: Feed) -> None:
    while body.take(READ_SIZE):
        pass
