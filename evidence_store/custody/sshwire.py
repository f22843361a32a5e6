"""The data types of the SSH protocol that keys, signatures and agents are made of (RFC 4251 section 5).

Reading is strict: a length beyond the buffer is a FormatError, and `Reader.end` refuses trailing bytes.
"""

import struct

from evidence_store.errors import FormatError


def uint32(value: int) -> bytes:
    """A `uint32`: four bytes, most significant first."""
    return struct.pack(">I", value)


def string(value: bytes) -> bytes:
    """A `string`: its length as `uint32`, then its bytes."""
    return uint32(len(value)) + value


class Reader:
    """Takes values from the front of a buffer; FormatError where it ends early."""

    def __init__(self, data: bytes, what: str) -> None:
        self._data = data
        self._at = 0
        self._what = what

    def take(self, size: int) -> bytes:
        """The next `size` bytes."""
        if size > len(self._data) - self._at:
            raise FormatError(f"{self._what} ends early")
        self._at += size
        return self._data[self._at - size:self._at]

    def byte(self) -> int:
        """The next byte."""
        return self.take(1)[0]

    def uint32(self) -> int:
        """The next `uint32`."""
        value: int = struct.unpack(">I", self.take(4))[0]
        return value

    def string(self) -> bytes:
        """The next `string`."""
        return self.take(self.uint32())

    def end(self) -> None:
        """Nothing may follow."""
        if self._at != len(self._data):
            raise FormatError(f"{self._what} has {len(self._data) - self._at} bytes too many")
