"""EXIF values of any reader under one spelling."""

import math
import re
from collections.abc import Sequence

_TIME = re.compile(r"(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)")   # EXIF 2.32, 4.6.5: DateTime
_OFFSET = re.compile(r"[+-]\d\d:\d\d")                              # 4.6.5: OffsetTime


def time_of(stated: str, offset: str) -> str:
    """ISO 8601 of an EXIF time, local where no offset is stated; "" for blanks, zeros and nonsense."""
    match = _TIME.fullmatch(stated.strip())
    if match is None or match[1] == "0000":
        return ""
    year, month, day, hour, minute, second = match.groups()
    zone = offset.strip() if _OFFSET.fullmatch(offset.strip()) else ""
    return f"{year}-{month}-{day}T{hour}:{minute}:{second}{zone}"


def degrees(parts: Sequence[float], reference: str, *, positive: str, negative: str, limit: float) -> str:
    """Decimal degrees of degrees, minutes, seconds; "" where they are none."""
    if not 1 <= len(parts) <= 3 or not all(math.isfinite(part) and part >= 0 for part in parts):
        return ""
    value = sum(part / 60**index for index, part in enumerate(parts))
    side = reference.strip("\0 ").upper()[:1]
    if value > limit or side not in {positive, negative}:
        return ""
    return f"{-value if side == negative else value:.6f}"


def latitude(parts: Sequence[float], reference: str) -> str:
    """North positive."""
    return degrees(parts, reference, positive="N", negative="S", limit=90)


def longitude(parts: Sequence[float], reference: str) -> str:
    """East positive."""
    return degrees(parts, reference, positive="E", negative="W", limit=180)
