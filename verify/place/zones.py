"""Which clock is kept at a place: the time zone by coordinates, and a moment in it.

1. A time is shown in UTC and in the place's own time, with the zone's name and where the name comes from.
2. Zones change: the offset is that of the date asked about, by the tz database in use.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

if TYPE_CHECKING:
    from timezonefinder import TimezoneFinder


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalTime:
    """A moment by the clocks of a place."""

    utc: datetime
    local: datetime               # with the offset in force there and then
    zone: str                     # "Asia/Damascus"
    source: str                   # what told the zone


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceZone:
    """The zone of a place, and what told it."""

    name: str                     # of the tz database
    source: str                   # "its coordinates", "every place called Sarmin"

    def at(self, moment: datetime) -> datetime | None:
        """The moment by the clocks there; None where the tz database in use does not know the zone."""
        try:
            return moment.astimezone(ZoneInfo(self.name))
        except (ZoneInfoNotFoundError, ValueError, OverflowError):
            return None


def zone_at(latitude: float, longitude: float) -> str:
    """The tz database's name of the zone at a place; "" where there is none."""
    return _finder().timezone_at(lat=latitude, lng=longitude) or ""


def local_time(moment: datetime, latitude: float, longitude: float, *, zone: str = "") -> LocalTime | None:
    """The moment by the clocks at a place; None where no zone is known. `zone` goes before what the map says."""
    name = zone or zone_at(latitude, longitude)
    try:
        local = moment.astimezone(ZoneInfo(name)) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None
    if local is None:
        return None
    source = "as given" if zone else "time zone map (timezonefinder), offsets of the tz database"
    return LocalTime(utc=moment.astimezone(UTC), local=local, zone=name, source=source)


@cache
def _finder() -> "TimezoneFinder":
    from timezonefinder import TimezoneFinder  # numpy and a map of the world, half a second
    return TimezoneFinder()
