"""HTTP/1.1 message framing: where a body ends. Pure; the bytes themselves are never changed.

1. A body takes bytes as they come and says how many are its own; it sees every byte once.
2. What is its own includes all framing: chunk sizes, extensions, trailers (RFC 9112 7.1).
3. A body whose framing is broken takes everything until the connection ends, and is never whole.
4. A length that is not one number counts as none (RFC 9112 6.3).
"""

import re
from enum import Enum, auto
from typing import Protocol

from archiver.recorder.limits import MAX_CHUNK_LINE_BYTES, MAX_TRAILER_BYTES
from evidence_store.warc.http import HttpHead, list_members

_CHUNK_LINE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\n]*)?\r?\n", re.DOTALL)
_STRICT_HEAD = re.compile(rb"HTTP/1\.[01] [0-9]{3} [^\r\n\0]*\r\n(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\r\n\0]*\r\n)*\r\n")


class Body(Protocol):
    """The body of one message."""

    @property
    def done(self) -> bool:
        """Whether the end was seen."""

    @property
    def in_trailers(self) -> bool:
        """Whether the next bytes are header fields after the last chunk."""

    @property
    def delimited(self) -> bool:
        """Whether the message itself says where it ends, so that the connection can go on."""

    def take(self, data: memoryview) -> int:
        """How many of the next bytes are the body's; stops before trailers begin. At least 1 until `done`."""

    def end(self) -> bool:
        """The connection ended: whether the body is whole."""


class LengthBody:
    """As long as Content-Length says, or empty."""

    in_trailers = False
    delimited = True

    def __init__(self, length: int) -> None:
        self._left = length

    @property
    def done(self) -> bool:
        """As `Body`."""
        return self._left == 0

    def take(self, data: memoryview) -> int:
        """As `Body`."""
        taken = min(self._left, len(data))
        self._left -= taken
        return taken

    def end(self) -> bool:
        """As `Body`."""
        return self.done


class OpenBody:
    """Up to the end of the connection."""

    done = False
    in_trailers = False
    delimited = False

    def take(self, data: memoryview) -> int:
        """As `Body`."""
        return len(data)

    def end(self) -> bool:
        """As `Body`: nothing contradicts that this was the end."""
        return True


class _State(Enum):
    SIZE = auto()
    DATA = auto()
    AFTER_DATA = auto()
    TRAILERS = auto()
    DONE = auto()
    BROKEN = auto()


class ChunkedBody:
    """Chunks, then trailers (RFC 9112 7.1)."""

    delimited = True

    def __init__(self) -> None:
        self._state = _State.SIZE
        self._left = 0              # of the chunk's data
        self._line = b""            # the line so far
        self._trailer_bytes = 0

    @property
    def done(self) -> bool:
        """As `Body`."""
        return self._state is _State.DONE

    @property
    def broken(self) -> bool:
        """The framing cannot be followed."""
        return self._state is _State.BROKEN

    @property
    def in_trailers(self) -> bool:
        """As `Body`."""
        return self._state is _State.TRAILERS

    def take(self, data: memoryview) -> int:
        """As `Body`."""
        began_in_trailers = self.in_trailers
        position = 0
        while position < len(data) and not self.done and self.in_trailers is began_in_trailers:
            if self._state is _State.BROKEN:
                return len(data)
            if self._state is _State.DATA:
                taken = min(self._left, len(data) - position)
                self._left -= taken
                position += taken
                if not self._left:
                    self._state = _State.AFTER_DATA
            else:
                position += self._take_line(data[position:position + MAX_CHUNK_LINE_BYTES])
        return position

    def _take_line(self, data: memoryview) -> int:
        window = bytes(data)
        stop = window.find(b"\n")
        piece = window if stop < 0 else window[:stop + 1]
        self._line += piece
        if stop < 0:
            longest = MAX_TRAILER_BYTES if self.in_trailers else MAX_CHUNK_LINE_BYTES
            if len(self._line) > longest:
                self._state = _State.BROKEN
            return len(piece)
        line, self._line = self._line, b""
        self._state = self._after_line(line)
        return len(piece)

    def _after_line(self, line: bytes) -> _State:
        if self._state is _State.AFTER_DATA:
            return _State.SIZE if line in (b"\r\n", b"\n") else _State.BROKEN
        if self._state is _State.TRAILERS:
            self._trailer_bytes += len(line)
            if line in (b"\r\n", b"\n"):
                return _State.DONE
            return _State.TRAILERS if self._trailer_bytes <= MAX_TRAILER_BYTES else _State.BROKEN
        size = _CHUNK_LINE.fullmatch(line)
        if size is None:
            return _State.BROKEN
        self._left = int(size[1], 16)
        return _State.DATA if self._left else _State.TRAILERS

    def end(self) -> bool:
        """As `Body`."""
        return self.done


def response_body(request_method: str, head: HttpHead) -> Body:
    """The body that follows a final response head (RFC 9112 6.3)."""
    if request_method == "HEAD" or head.status in (204, 304) or head.status == 101:
        return LengthBody(0)
    if head.values("transfer-encoding"):
        return ChunkedBody() if head.is_chunked else OpenBody()
    length = head.content_length
    return OpenBody() if length is None else LengthBody(length)


def request_body(head: HttpHead) -> Body | None:
    """The body that follows a request head; None where its end cannot be told, which is an error (RFC 9112 6.3)."""
    if head.values("transfer-encoding"):
        return ChunkedBody() if head.is_chunked else None
    if not head.values("content-length"):
        return LengthBody(0)
    length = head.content_length
    return None if length is None else LengthBody(length)


def keeps_alive(head: HttpHead) -> bool:
    """Whether the sender of this head leaves the connection open (RFC 9112 9.3)."""
    options = list_members(head.values("connection"))
    if "close" in options:
        return False
    return head.version == "HTTP/1.1" or (head.version == "HTTP/1.0" and "keep-alive" in options)


def is_strict(raw: bytes) -> bool:
    """Whether a response head follows the grammar, so that every client sees the same fields and the same end."""
    return _STRICT_HEAD.fullmatch(raw) is not None


def may_be_response(start: bytes) -> bool:
    """Whether bytes can begin a status line (RFC 9112 4)."""
    prefix = b"HTTP/"
    return start[:len(prefix)].upper() == prefix[:len(start)]
