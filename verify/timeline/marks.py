"""Marks of time: one statement each about when, as an interval, with who makes it.

1. A mark never claims more than its source: a camera's time without zone is good to the hours that zones differ, a day
   in an address to that day anywhere on earth, a month to the month.
2. All bounds are UTC.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum

from verify.timeline.ids import IdTime, times_in_url

EAST, WEST = timedelta(hours=14), timedelta(hours=12)     # clocks run from UTC-12 to UTC+14
_ISO = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d))?(?:\.\d+)?(Z|[+-]\d\d:\d\d)?)?)?)?")
_WEEK = re.compile(r"(\d{4})-W(\d\d)")
_IN_PATH = re.compile(r"(?<!\d)(20\d\d|19[89]\d)[/_-]?(0[1-9]|1[0-2])[/_-]?(0[1-9]|[12]\d|3[01])(?!\d)")
_RECEIVED = re.compile(r"(?:IMG|VID|AUD|PTT|DOC)-(\d{4})(\d\d)(\d\d)-WA\d{4}")


class MarkKind(StrEnum):
    """What happened at the time of a mark."""

    TAKEN = "taken"               # by the camera's clock
    ENCODED = "encoded"           # by the container of a film: when it was written, often by a platform
    FILE_CHANGED = "file changed" # by the server's Last-Modified, or the file system of whoever handed it over
    ARCHIVED = "archived"         # a web archive got it
    POSTED = "posted"             # by the id of the post
    ADDRESS = "in the address"    # a day in a URL
    RECEIVED = "received"         # a messenger's file name
    SERVED = "served"             # by the server's Date
    CAPTURED = "captured"         # by our own clock
    CLAIMED = "claimed"           # by the article that cites it
    PUBLISHED = "article"         # the citing article's own date


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One statement about when."""

    kind: MarkKind
    earliest: datetime            # UTC
    latest: datetime              # UTC, inclusive
    source: str                   # "EXIF DateTimeOriginal", "id 6541... of x"
    stated: str                   # as the source spells it


def interval(stated: str) -> tuple[datetime, datetime] | None:
    """The UTC bounds of an ISO 8601 time as precise as stated; None where it is none."""
    week = _WEEK.fullmatch(stated)
    if week:
        try:
            start = date.fromisocalendar(int(week[1]), int(week[2]), 1)
        except ValueError:
            return None
        return _days(start, start + timedelta(days=6))
    match = _ISO.fullmatch(stated)
    if match is None:
        return None
    try:
        return _bounds(match)
    except (ValueError, OverflowError):
        return None


def _bounds(match: re.Match[str]) -> tuple[datetime, datetime]:
    year, month, day, hour, minute, second, zone = match.groups()
    if month is None:
        return _days(date(int(year), 1, 1), date(int(year), 12, 31))
    if day is None:
        return _days(date(int(year), int(month), 1), date(int(year), int(month), monthrange(int(year), int(month))[1]))
    if hour is None:
        return _days(date(int(year), int(month), int(day)), date(int(year), int(month), int(day)))
    moment = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second or 0), tzinfo=UTC)
    span = timedelta(seconds=0 if second else 59)
    if zone is None:
        return moment - EAST, moment + span + WEST
    if zone != "Z":
        offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[4:6]))
        moment -= offset if zone[0] == "+" else -offset
    return moment, moment + span


def _days(first: date, last: date) -> tuple[datetime, datetime]:
    """Whole days by any clock on earth."""
    start = datetime(first.year, first.month, first.day, tzinfo=UTC) - EAST
    return start, datetime(last.year, last.month, last.day, 23, 59, 59, tzinfo=UTC) + WEST


def stated_mark(kind: MarkKind, stated: str, source: str) -> Iterator[Mark]:
    """The mark of an ISO 8601 time; none where it cannot be read."""
    bounds = interval(stated)
    if bounds is not None:
        yield Mark(kind=kind, earliest=bounds[0], latest=bounds[1], source=source, stated=stated)


def http_mark(kind: MarkKind, stated: str, source: str) -> Iterator[Mark]:
    """The mark of an HTTP date (RFC 9110 5.6.7); none where it cannot be read."""
    try:
        moment = parsedate_to_datetime(stated)
    except (TypeError, ValueError, IndexError):
        return
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    if moment.year > 1970:        # the epoch is what servers write that do not know
        yield Mark(kind=kind, earliest=moment, latest=moment, source=source, stated=stated)


def url_marks(url: str) -> Iterator[Mark]:
    """What an address says: ids of posts, and a day in its path."""
    found = times_in_url(url)
    for one in found:
        yield Mark(kind=MarkKind.POSTED, earliest=one.moment, latest=one.moment + one.precision, source=_id_words(one),
                   stated=one.id)
    if not found and (match := _IN_PATH.search(url.partition("?")[0])):
        yield from stated_mark(MarkKind.ADDRESS, "-".join(match.groups()), "the day in its address")


def name_marks(name: str) -> Iterator[Mark]:
    """What a file name says: a messenger's names hold the day of receipt, not of taking."""
    if match := _RECEIVED.search(name):
        yield from stated_mark(MarkKind.RECEIVED, "-".join(match.groups()), "WhatsApp's file name")


def _id_words(one: IdTime) -> str:
    return f"the id that {one.platform} gave" + ("" if one.documented else " (by a rule that others found)")
