"""Reading that verifies: bytes pass through and are hashed, and the last of them are only given when they are right.

1. Whoever has read `length` bytes has read bytes with the hash; whoever stops earlier has read unproved bytes.
2. A source that is longer or shorter is noticed as soon as that shows; an endless one is not read to its end.
"""

import hashlib
import io
from typing import BinaryIO, Protocol, cast

from evidence_store.errors import ContentMismatch
from evidence_store.records import Sha256


class Source(Protocol):
    """What is read from."""

    def read(self, size: int, /) -> bytes:
        """At least one byte and at most `size`; b"" at the end."""

    def close(self) -> None:
        """Let go of it."""


class _Verified(io.RawIOBase):
    """Passes `source` on and compares when the last byte has come."""

    def __init__(self, source: Source, *, sha256: Sha256, length: int, subject: str) -> None:
        super().__init__()
        self._source = source
        self._expected = sha256
        self._length = length
        self._subject = subject
        self._digest = hashlib.sha256()
        self._seen = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]  # any writable buffer
        chunk = self._source.read(len(buffer))
        self._seen += len(chunk)
        self._digest.update(chunk)
        if self._seen > self._length:
            raise ContentMismatch(f"{self._subject} is longer than the {self._length} bytes recorded", hint=_HINT)
        if not chunk and self._seen < self._length:
            raise ContentMismatch(f"{self._subject} has {self._seen} bytes; {self._length} are recorded", hint=_HINT)
        if self._seen == self._length and self._digest.hexdigest() != self._expected:
            raise ContentMismatch(f"{self._subject} no longer has the SHA-256 recorded for it", hint=_HINT)
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def close(self) -> None:
        if not self.closed:
            self._source.close()
        super().close()


_HINT = "the stored bytes were changed or damaged: restore them from a copy of the case"
_BUFFER = 1 << 16             # bytes; one read of the source


def verified_reader(source: Source, *, sha256: Sha256, length: int, subject: str) -> BinaryIO:
    """A stream of `source` that verifies; closing it closes `source`.

    The read that would return the last byte raises ContentMismatch where length or hash are not those given.
    """
    raw = _Verified(source, sha256=sha256, length=length, subject=subject)
    return cast("BinaryIO", io.BufferedReader(raw, _BUFFER))
