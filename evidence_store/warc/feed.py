"""A forward stream with a bounded look ahead, for reading records out of it."""

from collections.abc import Callable

CHUNK = 1 << 16


class Feed:
    """Bytes in order; `peek` looks ahead without taking."""

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._read = read
        self._ahead = b""
        self._ended = False
        self.position = 0        # bytes taken

    def peek(self, size: int) -> bytes:
        """The next `size` bytes, fewer at the end."""
        if len(self._ahead) < size and not self._ended:
            pieces, held = [self._ahead], len(self._ahead)
            while held < size:
                data = self._read(max(CHUNK, size - held))
                if not data:
                    self._ended = True
                    break
                pieces.append(data)
                held += len(data)
            self._ahead = b"".join(pieces)
        return self._ahead[:size]

    def take(self, size: int) -> bytes:
        """At least one byte and at most `size`; b"" at the end."""
        if self._ahead:
            data, self._ahead = self._ahead[:size], self._ahead[size:]
        else:
            data = b"" if self._ended else self._read(size)
            self._ended = self._ended or not data
        self.position += len(data)
        return data

    def skip(self, size: int) -> int:
        """Take and drop `size` bytes; how many there were."""
        left = size
        while left and (data := self.take(min(left, CHUNK))):
            left -= len(data)
        return size - left

    def skip_line_ends(self) -> None:
        """Take the CR and LF that come next."""
        while (ahead := self.peek(CHUNK)) and ahead[:1] in (b"\r", b"\n"):
            self.skip(len(ahead) - len(ahead.lstrip(b"\r\n")))

    def skip_to(self, pattern: bytes) -> bool:
        """Take bytes until `pattern` comes next; False at the end without it."""
        while True:
            ahead = self.peek(CHUNK)
            found = ahead.find(pattern)
            if found >= 0:
                self.skip(found)
                return True
            if len(ahead) < CHUNK:
                self.skip(len(ahead))
                return False
            self.skip(len(ahead) - len(pattern) + 1)
