"""Values of any reader under one spelling; "" for blanks, zeros and nonsense."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import SupportsFloat, cast

from evidence_store.records import Tool
from verify.sandbox.answers import MAX_NAME, MAX_TAGS, MAX_VALUE, Field, FormatSeen, Reading, Tag

_TIME = re.compile(r"(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)")   # EXIF 2.32, 4.6.5: DateTime
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d))?(?:\.\d+)?)?\s*(Z|[+-]\d\d:?\d\d)?")
_ISO6709 = re.compile(r"([+-]\d{2,3}(?:\.\d+)?)([+-]\d{3}(?:\.\d+)?)([+-]\d+(?:\.\d+)?)?(?:CRS[^/]*)?/?")
_MAC_EPOCH = datetime(1904, 1, 1, tzinfo=UTC)      # ISO/IEC 14496-12, 8.2.2: seconds since then, UTC
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


def iso_time(stated: str) -> str:
    """ISO 8601 of what XMP or a container states, to the second; a date without time stays one."""
    match = _ISO.fullmatch(stated.strip())
    if match is None or match[1] == "0000":
        return ""
    year, month, day, hour, minute, second, zone = match.groups()
    if hour is None:
        return f"{year}-{month}-{day}"
    if zone and zone != "Z" and ":" not in zone:
        zone = f"{zone[:3]}:{zone[3:]}"
    return f"{year}-{month}-{day}T{hour}:{minute}:{second or '00'}{zone or ''}"


def mac_time(seconds: int) -> str:
    """A QuickTime or MP4 time; "" for zero, which writers put where they know none."""
    if not 0 < seconds < 2**33:
        return ""
    return f"{_MAC_EPOCH + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%SZ}"


def iso6709(stated: str) -> dict[Field, str]:
    """Place of "+40.6358-111.8084+1401.883/" (ISO 6709 H, decimal degrees as films have it)."""
    match = _ISO6709.fullmatch(stated.strip("\0 "))
    if match is None or abs(float(match[1])) > 90 or abs(float(match[2])) > 180:
        return {}
    place = {Field.LATITUDE: f"{float(match[1]):.6f}", Field.LONGITUDE: f"{float(match[2]):.6f}"}
    return place | ({Field.ALTITUDE: f"{float(match[3]):.1f}"} if match[3] else {})


def gps_time(day: str, parts: Sequence[float]) -> str:
    """UTC of a GPS fix, of GPSDateStamp and GPSTimeStamp (EXIF 2.32, 4.6.6)."""
    match = re.fullmatch(r"(\d{4}):(\d\d):(\d\d)", day.strip("\0 "))
    if match is None or len(parts) != 3 or not all(math.isfinite(part) and 0 <= part < 60 for part in parts):
        return ""
    hour, minute, second = (int(part) for part in parts)
    return f"{match[1]}-{match[2]}-{match[3]}T{hour:02d}:{minute:02d}:{second:02d}Z"


def metres(value: Sequence[float], *, below: bool = False) -> str:
    """One decimal."""
    if len(value) != 1 or not math.isfinite(value[0]) or abs(value[0]) > 1e6:
        return ""
    return f"{-value[0] if below else value[0]:.1f}"


def floats(values: object) -> list[float]:
    """Rationals as numbers; an empty list where one of them is none (a denominator of zero, a text)."""
    found = []
    listed = values if isinstance(values, (list, tuple)) else [values]
    for value in cast("Iterable[SupportsFloat]", listed):
        try:
            found.append(float(value))
        except (ZeroDivisionError, ValueError, TypeError, OverflowError):
            return []
    return found


def reading(tool: Tool, texts: Mapping[str, str], normalised: Mapping[Field, str],
            seen: FormatSeen | None = None) -> Reading:
    """A reading within its bounds."""
    tags = [Tag(name=name[:MAX_NAME], value=value[:MAX_VALUE]) for name, value in sorted(texts.items())]
    clean = {field: value.strip("\0 \r\n\t")[:MAX_VALUE] for field, value in normalised.items()}
    return Reading(tool=tool, tags=tuple(tags[:MAX_TAGS]), omitted=max(0, len(tags) - MAX_TAGS), seen=seen,
                   normalised=tuple((field, value) for field, value in sorted(clean.items()) if value))
