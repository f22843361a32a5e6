"""Range requests for bytes (RFC 9110 section 14), as the player makes them. Pure."""

import re
from dataclasses import dataclass

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


class RangeNotSatisfiable(ValueError):
    """A range that begins after the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ByteRange:
    """Bytes from `start` to `stop`, exclusive."""

    start: int
    stop: int


def parse_range(header: str | None, length: int) -> ByteRange | None:
    """The range that is asked for; None for all of it: no header, several ranges, one that is not understood (14.2)."""
    match = _RANGE.fullmatch(header.strip()) if header else None
    if match is None or match.group(1) == match.group(2) == "":
        return None
    first, last = match.groups()
    if not first:                                   # suffix: the last N bytes
        wanted = int(last)
        if not wanted or not length:
            raise RangeNotSatisfiable
        return ByteRange(start=max(length - wanted, 0), stop=length)
    start = int(first)
    if last and int(last) < start:
        return None
    if start >= length:
        raise RangeNotSatisfiable
    return ByteRange(start=start, stop=min(int(last) + 1, length) if last else length)
