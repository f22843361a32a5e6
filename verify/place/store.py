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
from difflib import SequenceMatcher
from enum import StrEnum
from pathlib import Path
from typing import Any

from verify.errors import GazetteerUnreadable
from verify.place import packaged
from verify.place.gazetteer import MAX_PLACES, Place, distance_km
from verify.place.names import folded, skeleton
from verify.place.packaged import Packaged, keys_of

MAX_CANDIDATES = 50           # of one name: more says that the name says nothing
BATCH = 10_000
ALIKE = 0.65                  # letters in common below which consonants alone make no candidate of the whole world
SAME_KM = 3.0                 # two gazetteers put the point of one town at most so far apart

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


KEPT_NAMES = 10_000           # that were compared, with the places they can mean
_BY_LETTERS = {Match.SPELLING, Match.LETTERS}


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
    """The gazetteer files of a folder, and the one that is shipped where it is given, asked together."""

    def __init__(self, folder: Path, packaged: Packaged | None = None) -> None:
        self.files = tuple(sorted(folder.glob("*.sqlite")))
        self._packaged = packaged
        self._kept: dict[str, dict[tuple[str, str, str], set[Match | None]]] = {}

    def find(self, name: str, *, near: tuple[float, float] | None = None) -> tuple[Candidate, ...]:
        """Every place that a name can mean: by match, then by nearness, then by size."""
        found = [one for file in self.files for one in _found(file, name, near)]
        if self._packaged is not None:
            found += _others(found, _shipped(self._packaged, name, near))
        order = {Match.SPELLING: 0, Match.LETTERS: 1, Match.CONSONANTS: 2, None: 3}
        found.sort(key=lambda one: (order[one.match], one.distance_km or 0.0, -_likeness(name, one.matched),
                                    -one.place.population))
        return tuple(found[:MAX_CANDIDATES])

    def around(self, point: tuple[float, float], radius_km: float) -> tuple[Candidate, ...]:
        """The places within a distance of a point, nearest first."""
        found = [one for file in self.files for one in _around(file, point, radius_km)]
        if self._packaged is not None:
            found += _others(found, (Candidate(place=place, gazetteer=packaged.NAME, distance_km=far)
                                     for far, place in self._packaged.around(point, radius_km)))
        found.sort(key=lambda one: one.distance_km or 0.0)
        return tuple(found[:MAX_CANDIDATES])

    def same_place(self, one: str, other: str) -> bool:
        """Two names can mean one place: some place carries both, and one of them letter for letter."""
        first, second = self._meant(one), self._meant(other)
        return any((first[place] | second[place]) & _BY_LETTERS for place in first.keys() & second.keys())

    def _meant(self, name: str) -> dict[tuple[str, str, str], set[Match | None]]:
        """How each place that a name can mean was found; kept, because names are compared each with each."""
        if name not in self._kept:
            if len(self._kept) >= KEPT_NAMES:
                self._kept.clear()
            meant = self._kept[name] = {}
            for found in self.find(name):
                meant.setdefault((found.gazetteer, found.place.id, found.place.name), set()).add(found.match)
        return self._kept[name]


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


def _shipped(gazetteer: Packaged, name: str, near: tuple[float, float] | None) -> Iterator[Candidate]:
    letters = folded(name)
    for place in gazetteer.named(name):
        spelt = next((one for one in place.names if one == name), "")
        same = spelt or next((one for one in place.names if folded(one) == letters), "")
        match = Match.SPELLING if spelt else Match.LETTERS if same else Match.CONSONANTS
        alike, likeness = (same, 1.0) if same else _most_alike(name, place)
        if likeness < ALIKE:
            continue
        yield Candidate(place=place, gazetteer=packaged.NAME, matched=alike, match=match, distance_km=(
            distance_km(near, (place.latitude, place.longitude)) if near else None))


def _most_alike(name: str, place: Place) -> tuple[str, float]:
    """The name of a place most like this one, of those with its consonants."""
    keys = set(keys_of(name))
    found = [(one, _likeness(name, one)) for one in place.names if keys & set(keys_of(one))]
    return max(found, key=lambda one: one[1], default=("", 0.0))


def _likeness(one: str, other: str) -> float:
    """How many letters two names have in common, 0 to 1; of two scripts only the consonants can be compared."""
    first, second = folded(one), folded(other)
    if not first or not second or first[:1].isascii() != second[:1].isascii():
        return ALIKE
    return SequenceMatcher(None, first, second, autojunk=False).ratio()


def _others(known: Sequence[Candidate], found: Iterable[Candidate]) -> list[Candidate]:
    """Without places that a gazetteer of the user's holds too: the same name within SAME_KM."""
    return [one for one in found if not any(
        folded(one.place.name) == folded(other.place.name) and distance_km(
            (one.place.latitude, one.place.longitude), (other.place.latitude, other.place.longitude)) < SAME_KM
        for other in known)]


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
