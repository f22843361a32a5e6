"""A gazetteer ready to be asked: one SQLite file, found by any of its names or by coordinates.

1. A file is made beside its final name and put in its place whole; a gazetteer of that name before it is replaced.
2. Every place that a name can mean is a candidate, with how it was matched; none is chosen here.
3. Candidates come best match first: the same spelling, then the same letters, then the same consonants.
"""

import math
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from verify.errors import GazetteerUnreadable
from verify.place.gazetteer import MAX_PLACES, Place, distance_km
from verify.place.names import folded, skeleton

MAX_CANDIDATES = 50           # of one name: more says that the name says nothing
BATCH = 10_000

_SCHEMA = """
CREATE TABLE about (source TEXT NOT NULL, places INTEGER NOT NULL);
CREATE TABLE places (id INTEGER PRIMARY KEY, name TEXT NOT NULL, latitude REAL NOT NULL, longitude REAL NOT NULL,
    country TEXT NOT NULL, kind TEXT NOT NULL, population INTEGER NOT NULL, zone TEXT NOT NULL, key TEXT NOT NULL);
CREATE TABLE names (name TEXT NOT NULL, folded TEXT NOT NULL, skeleton TEXT NOT NULL,
    place INTEGER NOT NULL REFERENCES places (id));
"""
_INDEXES = """
CREATE INDEX names_folded ON names (folded);
CREATE INDEX names_skeleton ON names (skeleton);
CREATE INDEX names_place ON names (place);
CREATE INDEX places_latitude ON places (latitude, longitude);
"""
_PLACE = ("places.id, places.name, places.latitude, places.longitude, places.country, places.kind, places.population, "
          "places.zone, places.key")


class Match(StrEnum):
    """How a name was matched."""

    SPELLING = "spelling"             # letter for letter
    LETTERS = "letters"               # but for accents, articles, hyphens and case
    CONSONANTS = "consonants"         # transliterated another way, or in another script


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A place that a name can mean, or that lies near a point."""

    place: Place
    gazetteer: str
    matched: str = ""                 # the name that matched
    match: Match | None = None        # None: found by coordinates
    distance_km: float | None = None  # from the point asked about; None: none was given


def build(path: Path, places: Iterable[Place], source: str) -> int:
    """Make the gazetteer file; returns how many places it holds. GazetteerUnreadable where there is none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    with closing(sqlite3.connect(new)) as connection:
        connection.executescript(_SCHEMA)
        count = _fill(connection, places)
        connection.executescript(_INDEXES)
        connection.execute("INSERT INTO about VALUES (?, ?)", (source, count))
        connection.commit()
    if count == 0:
        new.unlink()
        raise GazetteerUnreadable(f"{source} holds no place with a name and coordinates",
                                  hint="a CSV needs columns name, latitude, longitude; GeoJSON needs points")
    new.replace(path)
    return count


class Gazetteers:
    """The gazetteer files of a folder, asked together."""

    def __init__(self, folder: Path) -> None:
        self.files = tuple(sorted(folder.glob("*.sqlite")))

    def find(self, name: str, *, near: tuple[float, float] | None = None) -> tuple[Candidate, ...]:
        """Every place that a name can mean: by match, then by nearness, then by size."""
        found = [one for file in self.files for one in _found(file, name, near)]
        order = {Match.SPELLING: 0, Match.LETTERS: 1, Match.CONSONANTS: 2, None: 3}
        found.sort(key=lambda one: (order[one.match], one.distance_km or 0.0, -one.place.population))
        return tuple(found[:MAX_CANDIDATES])

    def around(self, point: tuple[float, float], radius_km: float) -> tuple[Candidate, ...]:
        """The places within a distance of a point, nearest first."""
        found = [one for file in self.files for one in _around(file, point, radius_km)]
        found.sort(key=lambda one: one.distance_km or 0.0)
        return tuple(found[:MAX_CANDIDATES])

    def same_place(self, one: str, other: str) -> bool:
        """Two names can mean one place: some place carries both, in some spelling."""
        first = {(one.gazetteer, one.place.id, one.place.name) for one in self.find(one)}
        return any((two.gazetteer, two.place.id, two.place.name) in first for two in self.find(other))


def _fill(connection: sqlite3.Connection, places: Iterable[Place]) -> int:
    count = 0
    for number, place in enumerate(places, start=1):
        if number > MAX_PLACES:
            raise GazetteerUnreadable(f"more than {MAX_PLACES:,} places", hint="import one country at a time")
        connection.execute("INSERT INTO places VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", (
            number, place.name, place.latitude, place.longitude, place.country, place.kind, place.population,
            place.zone, place.id))
        connection.executemany("INSERT INTO names VALUES (?, ?, ?, ?)", (
            (name, folded(name), skeleton(name), number) for name in place.names))
        count = number
        if number % BATCH == 0:
            connection.commit()
    return count


def _found(file: Path, name: str, near: tuple[float, float] | None) -> Iterator[Candidate]:
    letters, consonants = folded(name), skeleton(name)
    if not letters:
        return
    query = (f"SELECT {_PLACE}, names.name, names.folded FROM names JOIN places ON places.id = names.place "  # noqa: S608 - no input in it
             "WHERE names.folded = ? OR (names.skeleton = ? AND ? <> '') "
             "ORDER BY names.folded = ? DESC, places.population DESC LIMIT ?")
    seen: dict[int, Candidate] = {}
    order = list(Match)
    for row in _rows(file, query, (letters, consonants, consonants, letters, MAX_CANDIDATES * 20)):
        match = Match.SPELLING if row[9] == name else Match.LETTERS if row[10] == letters else Match.CONSONANTS
        known = seen.get(row[0])
        if known is None or known.match is None or order.index(match) < order.index(known.match):
            place = _place(row, _names(file, row[0]))
            seen[row[0]] = Candidate(place=place, gazetteer=file.stem, matched=row[9], match=match, distance_km=(
                distance_km(near, (place.latitude, place.longitude)) if near else None))
    yield from seen.values()


def _around(file: Path, point: tuple[float, float], radius_km: float) -> Iterator[Candidate]:
    latitude, longitude = point
    north = radius_km / 111.0
    narrow = max(math.cos(math.radians(min(abs(latitude) + north, 89.9))), 0.002)
    east = min(north / narrow, 180.0)
    query = f"SELECT {_PLACE} FROM places WHERE latitude BETWEEN ? AND ?"  # noqa: S608 - no input in it
    for row in _rows(file, query, (latitude - north, latitude + north)):
        if abs((row[3] - longitude + 180) % 360 - 180) > east:
            continue
        place = _place(row, ())
        far = distance_km(point, (place.latitude, place.longitude))
        if far <= radius_km:
            yield Candidate(place=place, gazetteer=file.stem, distance_km=far)


def _names(file: Path, place: int) -> tuple[str, ...]:
    return tuple(row[0] for row in _rows(file, "SELECT name FROM names WHERE place = ? ORDER BY rowid", (place,)))


def _place(row: Sequence[Any], names: tuple[str, ...]) -> Place:
    _, name, latitude, longitude, country, kind, population, zone, key = row[:9]
    return Place(name=name, latitude=latitude, longitude=longitude, country=country, kind=kind, population=population,
                 zone=zone, id=key, alternates=tuple(one for one in names if one != name))


def _rows(file: Path, query: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
    try:
        with closing(sqlite3.connect(f"file:{file.absolute()}?mode=ro", uri=True)) as connection:
            return connection.execute(query, tuple(values)).fetchall()
    except sqlite3.DatabaseError as error:
        raise GazetteerUnreadable(f"the gazetteer {file.stem} cannot be read: {error}",
                                  hint="import it again with `muniment place import`") from error
