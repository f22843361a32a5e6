"""Day or night: the sun at the time and place a picture states, against how bright the scene was. A weak hint only.

1. Light is the exposure's (EV at ISO 100, of aperture, time and sensitivity), or else the mean grey of the picture.
2. Only one thing contradicts: an exposure as for daylight, without flash, while the sun was far below the horizon.
   Rooms are dark at noon, and lamps light squares at night.
3. A time without zone is taken by the clocks of the place, and said so.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from evidence_store.findings import Bearing, Finding, Outcome
from evidence_store.records import Item
from verify.errors import NoSunPosition
from verify.place.sun import sun_position
from verify.place.zones import zone_at

if TYPE_CHECKING:
    from evidence_store.canonical import JsonValue

NAME = "place.daylight"
DAY, NIGHT = 6.0, -12.0      # degrees: above, full daylight; below, nautical dusk is over
DAYLIGHT_EV = 11.0           # of 100 ISO: heavy overcast has 12, floodlit stadiums 9 (ISO 2720, annex)
DIM_EV = 5.0                 # lit streets and rooms
BRIGHT, DARK = 120.0, 45.0   # mean grey, of 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What is known of where, when, and how bright."""

    point: tuple[float, float] | None
    stated: str              # the camera's time, ISO 8601, with a zone or without
    exposure: float | None   # EV at ISO 100
    flash: bool
    grey: float | None       # mean of 255


def daylight_finding(item: Item, scene: Scene) -> Finding | None:
    """Day or night against light; None where place, time or light is not stated."""
    moment = _moment(scene)
    if scene.point is None or moment is None or (scene.exposure is None and scene.grey is None):
        return None
    try:
        sun = sun_position(*scene.point, moment.astimezone(UTC))
    except NoSunPosition:
        return None
    when = "day" if sun.geometric_elevation > DAY else "night" if sun.geometric_elevation < NIGHT else "twilight"
    bearing, words = _bearing(when, scene)
    details: dict[str, JsonValue] = {
        "time": moment.astimezone(UTC).isoformat(), "local_time": moment.isoformat(),
        "zone_taken_from_place": datetime.fromisoformat(scene.stated).tzinfo is None,
        "elevation": f"{sun.geometric_elevation:.1f}", "azimuth": f"{sun.azimuth:.1f}", "sun": when,
        "exposure_value": "" if scene.exposure is None else f"{scene.exposure:.1f}", "flash": scene.flash,
        "mean_grey": "" if scene.grey is None else f"{scene.grey:.0f}"}
    summary = (f"{when} by the stated time and place ({moment:%Y-%m-%d %H:%M %z}; the sun stood at "
               f"{sun.geometric_elevation:.0f} degrees); {words}")
    return Finding(check=NAME, outcome=Outcome.PASS, subject=item.id, bearing=bearing, summary=summary, details=details)


def exposure_value(tags: Mapping[str, str]) -> float | None:
    """EV at ISO 100 of ExifRead's tags; None where one of the three is missing or nonsense."""
    aperture, seconds, speed = (_ratio(tags.get(f"EXIF {name}", "")) for name in (
        "FNumber", "ExposureTime", "ISOSpeedRatings"))
    if aperture is None or seconds is None or speed is None:
        return None
    return math.log2(aperture * aperture / seconds) - math.log2(speed / 100)


def flash_fired(tags: Mapping[str, str]) -> bool:
    """EXIF says that it fired."""
    said = tags.get("EXIF Flash", "").lower()
    return "fired" in said and "did not fire" not in said and "not fired" not in said


def _ratio(text: str) -> float | None:
    match = re.fullmatch(r"\[?(\d+(?:\.\d+)?)(?:/(\d+(?:\.\d+)?))?\]?", text.strip())
    if match is None:
        return None
    value = float(match[1]) / (float(match[2] or 1) or math.inf)
    return value if 1e-7 < value < 1e7 else None


def _moment(scene: Scene) -> datetime | None:
    try:
        stated = datetime.fromisoformat(scene.stated) if len(scene.stated) > 10 else None
        if stated is None or scene.point is None:
            return None
        return stated if stated.tzinfo else stated.replace(tzinfo=ZoneInfo(zone_at(*scene.point)))
    except (ValueError, ZoneInfoNotFoundError, OverflowError):
        return None


def _bearing(when: str, scene: Scene) -> tuple[Bearing, str]:
    if scene.exposure is not None:
        said = f"exposed for EV {scene.exposure:.0f}"
        if when == "night" and scene.exposure >= DAYLIGHT_EV and not scene.flash:
            return Bearing.CONTRADICTS, f"{said}, which is daylight: look at the sky and at shadows"
        if when == "day" and scene.exposure <= DIM_EV:
            return Bearing.SILENT, f"{said}: indoors, or another time; a weak hint"
        return Bearing.SILENT, f"{said}, which fits"
    grey = scene.grey or 0.0
    if (when == "night" and grey >= BRIGHT) or (when == "day" and grey <= DARK):
        light = "bright" if grey >= BRIGHT else "dark"
        return Bearing.SILENT, f"a {light} picture: lamps, a room, or another time; a weak hint"
    return Bearing.SILENT, "its brightness fits, which says little"
