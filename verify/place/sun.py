"""Where the sun stands, how long shadows are, and which times of a day fit a measured shadow.

1. Positions follow Meeus, Astronomical Algorithms (2nd ed.), chapters 12, 22 and 25 (low accuracy, 0.01 degree), with
   parallax; good to 0.05 degree from 1900 to 2100. `elevation` is what an observer sees: standard refraction included.
2. Azimuth counts from true north, clockwise. A shadow points the other way.
3. A shadow ratio is length over height on level ground; there is none while the sun is below the horizon.
4. Times are UTC; a search names every span of a day that fits, morning and afternoon alike, and chooses none.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from verify.errors import NoSunPosition

_J2000 = datetime(2000, 1, 1, 12, tzinfo=UTC)
_PARALLAX = math.radians(8.794 / 3600)       # of the sun at mean distance (IAU)
STEP = timedelta(minutes=1)                  # of a search over a day: the sun moves a quarter of a degree
MIN_YEAR, MAX_YEAR = 1900, 2100


@dataclass(frozen=True, slots=True, kw_only=True)
class SunPosition:
    """The sun at one place and time, angles in degrees."""

    elevation: float              # above the horizon as seen, refraction included
    azimuth: float                # from true north, clockwise
    geometric_elevation: float    # without refraction
    shadow_ratio: float | None    # length of a shadow over the height of what casts it; None: no sun

    @property
    def shadow_azimuth(self) -> float:
        """Where shadows point."""
        return (self.azimuth + 180.0) % 360.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FittingSpan:
    """A span of time in which a measured shadow fits."""

    start: datetime               # UTC
    end: datetime
    best: datetime                # where it fits best


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredShadow:
    """What was measured on a picture; what was not, is None."""

    ratio: float | None = None            # length over height
    azimuth: float | None = None          # where the shadow points, degrees from true north
    ratio_tolerance: float = 0.1          # share of the ratio
    azimuth_tolerance: float = 5.0        # degrees


def sun_position(latitude: float, longitude: float, moment: datetime) -> SunPosition:
    """The sun at decimal degrees, north and east positive.

    NoSunPosition for what is no place, a time without zone, or one outside MIN_YEAR to MAX_YEAR.
    """
    _check(latitude, longitude, moment)
    right_ascension, declination, sidereal, distance = _equatorial(moment)
    hour_angle = math.radians((sidereal + longitude - right_ascension + 180.0) % 360.0 - 180.0)
    phi, delta = math.radians(latitude), math.radians(declination)
    sine = math.sin(phi) * math.sin(delta) + math.cos(phi) * math.cos(delta) * math.cos(hour_angle)
    altitude = math.asin(max(-1.0, min(1.0, sine)))
    azimuth = math.atan2(math.sin(hour_angle), math.cos(hour_angle) * math.sin(phi) - math.tan(delta) * math.cos(phi))
    altitude -= _PARALLAX / distance * math.cos(altitude)
    geometric = math.degrees(altitude)
    seen = geometric + refraction(geometric)
    return SunPosition(elevation=seen, azimuth=(math.degrees(azimuth) + 180.0) % 360.0, geometric_elevation=geometric,
                       shadow_ratio=1.0 / math.tan(math.radians(seen)) if seen > 0 else None)


def refraction(geometric: float) -> float:
    """By how much the air lifts the sun, degrees, at 1010 hPa and 10 C (Saemundsson; Meeus chapter 16)."""
    if geometric < -1.0:          # below, the formula is not meant for, and nothing is seen
        return 0.0
    return 1.02 / math.tan(math.radians(geometric + 10.3 / (geometric + 5.11))) / 60.0


def times_of_shadow(latitude: float, longitude: float, start: datetime, end: datetime,
                    shadow: MeasuredShadow) -> tuple[FittingSpan, ...]:
    """The spans between two times, at most two days apart, in which a shadow fits all that was measured of it."""
    if end - start > timedelta(days=2):
        raise NoSunPosition("shadows are searched over two days at most", hint="search each day by itself")
    return tuple(_spans(start, end, lambda moment: _misfit(sun_position(latitude, longitude, moment), shadow)))


def day_bounds(day: date, zone_offset: timedelta = timedelta()) -> tuple[datetime, datetime]:
    """The UTC bounds of a local day."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - zone_offset
    return start, start + timedelta(days=1)


def _check(latitude: float, longitude: float, moment: datetime) -> None:
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise NoSunPosition(f"{latitude}, {longitude} is no place on earth",
                            hint="give decimal degrees, north and east positive")
    if moment.tzinfo is None:
        raise NoSunPosition("the time has no zone", hint="write it like 2015-10-20T13:00Z or 2015-10-20T16:00+03:00")
    if not MIN_YEAR <= moment.year <= MAX_YEAR:
        raise NoSunPosition(f"the year {moment.year} is outside {MIN_YEAR} to {MAX_YEAR}")


def _equatorial(moment: datetime) -> tuple[float, float, float, float]:
    """Apparent right ascension, declination, apparent sidereal time at Greenwich (degrees), distance (AU)."""
    days = (moment.astimezone(UTC) - _J2000).total_seconds() / 86400.0
    century = (days + _delta_t(moment.year) / 86400.0) / 36525.0
    mean_longitude = 280.46646 + century * (36000.76983 + century * 0.0003032)
    anomaly = math.radians(357.52911 + century * (35999.05029 - century * 0.0001537))
    eccentricity = 0.016708634 - century * (0.000042037 + century * 0.0000001267)
    centre = ((1.914602 - century * (0.004817 + century * 0.000014)) * math.sin(anomaly)
              + (0.019993 - century * 0.000101) * math.sin(2 * anomaly) + 0.000289 * math.sin(3 * anomaly))
    distance = 1.000001018 * (1 - eccentricity**2) / (1 + eccentricity * math.cos(anomaly + math.radians(centre)))
    node = math.radians(125.04 - 1934.136 * century)
    apparent = math.radians(mean_longitude + centre - 0.00569 - 0.00478 * math.sin(node))
    obliquity = math.radians(23.439291 - century * 0.0130042 + 0.00256 * math.cos(node))
    ascension = math.degrees(math.atan2(math.cos(obliquity) * math.sin(apparent), math.cos(apparent)))
    declination = math.degrees(math.asin(math.sin(obliquity) * math.sin(apparent)))
    sidereal = (280.46061837 + 360.98564736629 * days + (days / 36525.0)**2 * 0.000387933
                - 0.00478 * math.sin(node) * math.cos(obliquity))
    return ascension, declination, sidereal % 360.0, distance


def _delta_t(year: int) -> float:
    """TT - UT in seconds, roughly (a minute moves the sun by 0.0007 degree among the stars)."""
    return 64.0 + 0.5 * (year - 2000) if year >= 1970 else 40.0


def _misfit(sun: SunPosition, shadow: MeasuredShadow) -> float:
    """How far off a time is, in tolerances: up to 1 fits; infinite without sun."""
    if sun.shadow_ratio is None:
        return math.inf
    misfits = []
    if shadow.ratio is not None:
        misfits.append(abs(sun.shadow_ratio - shadow.ratio) / max(shadow.ratio * shadow.ratio_tolerance, 1e-9))
    if shadow.azimuth is not None:
        turn = abs((sun.shadow_azimuth - shadow.azimuth + 180.0) % 360.0 - 180.0)
        misfits.append(turn / max(shadow.azimuth_tolerance, 1e-9))
    return max(misfits, default=math.inf)


def _spans(start: datetime, end: datetime, misfit: Callable[[datetime], float]) -> Iterator[FittingSpan]:
    moment, opened, best = start, None, (math.inf, start)
    while moment < end:
        off = misfit(moment)
        if off <= 1.0:
            opened = opened or moment
            best = min(best, (off, moment))
        elif opened is not None:
            yield FittingSpan(start=opened, end=moment - STEP, best=best[1])
            opened, best = None, (math.inf, start)
        moment += STEP
    if opened is not None:
        yield FittingSpan(start=opened, end=moment - STEP, best=best[1])
