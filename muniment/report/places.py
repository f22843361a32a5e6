"""Where things are claimed to be, and where they were found to be: points for the map. Pure.

1. Claimed, found by a machine and concluded by a person are told apart wherever they stand.
2. A name that can mean several places gives the one nearest to what was found, and says so; only where something was
   found: a point is never guessed from a name alone, nor from a place that merely has the same consonants.
3. Figures come from findings, which may be anybody's: what is no coordinate is passed over.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from evidence_store.records import ItemId
from muniment.report.dossier import Exhibit
from muniment.report.outlines import Ring, rings

CHECK = "place.claimed"
ALIKE = "consonants"          # how a name was matched that may be another name
ALIKE_KM = 15.0               # of what was found: within, the same consonants are taken for the same place
MAX_POINTS = 120              # drawn on one map; more cover each other
WIDTH = 900.0                 # units of the drawing
MAX_HEIGHT = 520.0
MARGIN = 0.35                 # of the extent, around the points
MIN_EXTENT = 7.0              # degrees: outlines of 1:110 million show nothing of less
LABEL_WIDTH, LABEL_HEIGHT = 26.0, 15.0    # of a number on the drawing
WORLD_EXTENT = 120.0          # degrees of longitude from which the whole world is drawn


class PlaceKind(StrEnum):
    """Who says so."""

    CLAIMED = "claimed"
    FOUND = "found"
    CONCLUDED = "concluded"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacePoint:
    """A point and whose word it is."""

    item: ItemId
    kind: PlaceKind
    latitude: float
    longitude: float
    name: str                 # as claimed, or the answer of a person; may be captured text
    meant: str = ""           # the place that a claimed name is taken for
    distance: str = ""        # of that from what was found, km
    choices: int = 1          # places that the name can mean


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnPoint:
    """A point on the drawing, numbered as in the table below it."""

    number: int
    x: float
    y: float
    label_y: float            # where its number stands, beside those of its neighbours
    point: PlacePoint


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnMap:
    """A drawing: numbers only, text is the template's."""

    width: float
    height: float
    land: tuple[str, ...]                             # `points` of polygons
    meridians: tuple[tuple[float, int], ...]          # x and degrees
    parallels: tuple[tuple[float, int], ...]          # y and degrees
    points: tuple[DrawnPoint, ...]
    ties: tuple[tuple[float, float, float, float], ...]   # claimed to found of one exhibit
    more: int                                         # points that are not drawn


def place_points(exhibits: Iterable[Exhibit]) -> tuple[PlacePoint, ...]:
    """Every point that an exhibit has, each once."""
    return tuple(dict.fromkeys(point for exhibit in exhibits for point in _points(exhibit)))


def _points(exhibit: Exhibit) -> Iterator[PlacePoint]:
    for finding in exhibit.findings:
        if finding.check == CHECK:
            yield from _from_finding(exhibit.item.id, finding.details)
    for conclusion in exhibit.conclusions:
        place = conclusion.assessment.place
        if place is not None:
            yield from _point(exhibit.item.id, PlaceKind.CONCLUDED, place.latitude, place.longitude,
                              conclusion.assessment.answer)


def _from_finding(item: ItemId, details: Mapping[str, object]) -> Iterator[PlacePoint]:
    yield from _point(item, PlaceKind.FOUND, details.get("latitude"), details.get("longitude"), "")
    claimed = details.get("claimed")
    for one in claimed if isinstance(claimed, list) else ():
        candidates = one.get("candidates") if isinstance(one, dict) else None
        meant = [each for each in candidates if isinstance(each, dict) and _may_be_meant(each)] \
            if isinstance(candidates, list) else []
        near = min(meant, key=_distance, default=None)
        for point in _point(item, PlaceKind.CLAIMED, near.get("latitude"), near.get("longitude"),
                            str(one.get("name", ""))) if near else ():
            where = ", ".join(str(near[key]) for key in ("name", "country") if near and near.get(key))
            yield replace(point, meant=where, choices=len(meant), distance=_kilometres(near))


def _may_be_meant(candidate: Mapping[str, object]) -> bool:
    return candidate.get("match") != ALIKE or _distance(candidate) <= ALIKE_KM


def _kilometres(candidate: Mapping[str, object] | None) -> str:
    distance = _distance(candidate or {})
    return f"{distance:.1f}" if math.isfinite(distance) else ""


def _distance(candidate: Mapping[str, object]) -> float:
    return number(candidate.get("distance_km"), default=math.inf)


def _point(item: ItemId, kind: PlaceKind, latitude: object, longitude: object, name: str) -> Iterator[PlacePoint]:
    north, east = number(latitude), number(longitude)
    if -90 <= north <= 90 and -180 <= east <= 180:      # false for what is no number
        yield PlacePoint(item=item, kind=kind, latitude=north, longitude=east, name=name)


def number(value: object, *, default: float = math.nan) -> float:
    """A decimal as findings hold it; `default` where it is none."""
    try:
        return float(value) if isinstance(value, str | int | float) else default
    except ValueError:
        return default


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """Degrees to drawing units; longitudes are shortened as at the middle latitude."""

    west: float
    north: float
    scale: float              # units a degree of latitude
    squeeze: float            # of longitudes

    def at(self, longitude: float, latitude: float) -> tuple[float, float]:
        return (longitude - self.west) * self.scale * self.squeeze, (self.north - latitude) * self.scale


def drawn_map(points: Sequence[PlacePoint]) -> DrawnMap | None:
    """The map of these points; None where there is none."""
    if not points:
        return None
    shown = points[:MAX_POINTS]
    west, south, east, north = _extent(shown)
    squeeze = max(math.cos(math.radians((north + south) / 2)), 0.2)
    scale = min(WIDTH / ((east - west) * squeeze), MAX_HEIGHT / (north - south))
    frame = _Frame(west=west, north=north, scale=scale, squeeze=squeeze)
    width, height = (east - west) * squeeze * scale, (north - south) * scale
    drawn = tuple(_labelled([frame.at(point.longitude, point.latitude) for point in shown], shown))
    step = next((one for one in (1, 2, 5, 10, 20, 30) if (east - west) / one <= 9), 60)
    return DrawnMap(
        width=width, height=height, points=drawn, ties=tuple(_ties(drawn)), more=len(points) - len(shown),
        land=tuple(_polygon(ring, frame) for ring in rings() if _meets(ring, (west, south, east, north))),
        meridians=tuple((frame.at(degree, north)[0], degree) for degree in _steps(west, east, step)),
        parallels=tuple((frame.at(west, degree)[1], degree) for degree in _steps(south, north, step)))


def _labelled(places: Sequence[tuple[float, float]], points: Sequence[PlacePoint]) -> Iterator[DrawnPoint]:
    """Each point with its number, none of which covers another."""
    taken: list[tuple[float, float]] = []
    for number_, ((x, y), point) in enumerate(zip(places, points, strict=True), 1):
        at = y
        while any(abs(x - other) < LABEL_WIDTH and abs(at - line) < LABEL_HEIGHT for other, line in taken):
            at += LABEL_HEIGHT / 2
        taken.append((x, at))
        yield DrawnPoint(number=number_, point=point, x=x, y=y, label_y=at - y)


def _extent(points: Sequence[PlacePoint]) -> tuple[float, float, float, float]:
    """West, south, east, north: the points and a margin, or the world."""
    west, east = min(one.longitude for one in points), max(one.longitude for one in points)
    south, north = min(one.latitude for one in points), max(one.latitude for one in points)
    if east - west > WORLD_EXTENT:
        return -180.0, -60.0, 180.0, 85.0
    across, up = max(east - west, MIN_EXTENT), max(north - south, MIN_EXTENT)
    # never flatter than 5:2 nor taller than 3:5, so that it can be read on a telephone
    up = max(up, across / 2.5)
    across = max(across, up * 1.7 / max(math.cos(math.radians((north + south) / 2)), 0.2))
    middle_x, middle_y = (west + east) / 2, (south + north) / 2
    reach_x, reach_y = across * (0.5 + MARGIN), up * (0.5 + MARGIN)
    return (max(middle_x - reach_x, -180.0), max(middle_y - reach_y, -85.0),
            min(middle_x + reach_x, 180.0), min(middle_y + reach_y, 85.0))


def _ties(drawn: Sequence[DrawnPoint]) -> Iterator[tuple[float, float, float, float]]:
    found: dict[ItemId, DrawnPoint] = {}
    for one in drawn:
        if one.point.kind is PlaceKind.FOUND:
            found[one.point.item] = one
    for one in drawn:
        other = found.get(one.point.item)
        if other is not None and one is not other:
            yield one.x, one.y, other.x, other.y


def _meets(ring: Ring, box: tuple[float, float, float, float]) -> bool:
    west, south, east, north = box
    return not (max(x for x, _ in ring) < west or min(x for x, _ in ring) > east
                or max(y for _, y in ring) < south or min(y for _, y in ring) > north)


def _polygon(ring: Ring, frame: _Frame) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in (frame.at(*point) for point in ring))


def _steps(low: float, high: float, step: int) -> Iterator[int]:
    degree = math.ceil(low / step) * step
    while degree <= high:
        yield degree
        degree += step
