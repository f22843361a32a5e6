"""Gazetteers: lists of places with their names, in the forms in which people have them.

1. Read are GeoNames tables (tab-separated, 19 columns, without heading), CSV with a heading, GeoJSON points, and JSON
   lists of objects with the GeoNames names of fields.
2. A row without name or coordinates is passed over and counted; a file without any place is refused.
3. Sizes are limited: a file is read row by row, a JSON document only up to MAX_JSON.
"""

import csv
import io
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from verify.errors import GazetteerUnreadable

MAX_JSON = 256 << 20          # bytes of a JSON gazetteer: it is read whole (all of GeoNames cities500 has 40 MB)
MAX_PLACES = 15_000_000       # GeoNames holds 12 million
MAX_ALTERNATES = 500          # names of one place
EARTH_KM = 6371.0088          # mean radius (IUGG)
GEONAMES_COLUMNS = 19
csv.field_size_limit(1 << 20) # bytes of a field: the alternate names of a capital have 10 kB


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One place of a gazetteer."""

    name: str
    latitude: float
    longitude: float
    alternates: tuple[str, ...] = ()
    country: str = ""             # ISO 3166-1 alpha-2
    kind: str = ""                # GeoNames feature code, such as PPL; or the file's own word
    population: int = 0
    zone: str = ""                # tz database
    id: str = ""                  # in its gazetteer

    @property
    def names(self) -> tuple[str, ...]:
        """All of them, each once."""
        return tuple(dict.fromkeys((self.name, *self.alternates)))


def read_gazetteer(path: Path) -> Iterator[Place]:
    """The places of a file, by its ending: .tsv, .txt (GeoNames), .csv, .geojson, .json. Raises GazetteerUnreadable."""
    suffix = path.suffix.lower()
    try:
        if suffix in {".json", ".geojson"}:
            yield from _from_json(path)
        elif suffix in {".csv", ".tsv", ".txt"}:
            with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
                yield from _from_table(file, tabs=suffix != ".csv")
        else:
            raise GazetteerUnreadable(f"{path.name} is no gazetteer by its name",
                                      hint="give GeoNames .txt, .tsv or .csv, .geojson or .json")
    except (OSError, csv.Error) as error:
        raise GazetteerUnreadable(f"{path.name} cannot be read: {error}") from error


def distance_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Between two points (latitude, longitude) on a sphere: good to 0.5 per cent."""
    lat1, lon1, lat2, lon2 = (math.radians(value) for value in (*one, *other))
    half = math.sin((lat2 - lat1) / 2)**2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2)**2
    return 2 * EARTH_KM * math.asin(math.sqrt(min(1.0, half)))


def _from_table(file: TextIO, *, tabs: bool) -> Iterator[Place]:
    first = file.readline()
    rest = io.StringIO(first)
    if tabs and len(first.rstrip("\n").split("\t")) == GEONAMES_COLUMNS:
        rows = (line.rstrip("\r\n").split("\t") for line in _chained(rest, file))
        yield from (place for row in rows if (place := _geonames(row)) is not None)
        return
    reader = csv.DictReader(_chained(rest, file), delimiter="\t" if tabs else ",")
    for record in reader:
        place = _from_record({str(name).strip().lower(): value for name, value in record.items() if name})
        if place is not None:
            yield place


def _chained(*files: Iterable[str]) -> Iterator[str]:
    for file in files:
        yield from file


def _geonames(row: list[str]) -> Place | None:
    if len(row) < GEONAMES_COLUMNS:
        return None
    return _from_record({"geonameid": row[0], "name": row[1], "asciiname": row[2], "alternatenames": row[3],
                         "latitude": row[4], "longitude": row[5], "feature": row[7], "countrycode": row[8],
                         "population": row[14], "timezone": row[17]})


def _from_json(path: Path) -> Iterator[Place]:
    if path.stat().st_size > MAX_JSON:
        raise GazetteerUnreadable(f"{path.name} is larger than {MAX_JSON:,} bytes",
                                  hint="convert it to CSV or TSV: those are read row by row")
    try:
        document = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise GazetteerUnreadable(f"{path.name} is no JSON: {error}") from error
    if isinstance(document, dict) and isinstance(document.get("features"), list):
        records = [_feature(one) for one in document["features"] if isinstance(one, dict)]
    elif isinstance(document, list):
        records = [one for one in document if isinstance(one, dict)]
    else:
        raise GazetteerUnreadable(f"{path.name} is neither GeoJSON nor a list of places")
    for record in records:
        place = _from_record({str(name).lower(): value for name, value in record.items()})
        if place is not None:
            yield place


def _feature(feature: Mapping[str, object]) -> dict[str, object]:
    """RFC 7946: a point's coordinates are longitude, latitude."""
    geometry, properties = feature.get("geometry"), feature.get("properties")
    found: dict[str, object] = dict(properties) if isinstance(properties, dict) else {}
    if isinstance(geometry, dict) and geometry.get("type") == "Point":
        coordinates = geometry.get("coordinates")
        if isinstance(coordinates, list) and len(coordinates) >= 2:
            found.update({"longitude": coordinates[0], "latitude": coordinates[1]})
    return found


def _from_record(record: Mapping[str, object]) -> Place | None:
    def first(*names: str) -> object:
        return next((record[name] for name in names if record.get(name) not in (None, "")), "")

    name = str(first("name", "name:en", "title", "asciiname")).strip()
    latitude, longitude = _number(first("latitude", "lat", "y")), _number(first("longitude", "lon", "lng", "long", "x"))
    if not name or latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
        return None
    alternates = [str(first("asciiname")), *_listed(first("alternatenames", "alternates", "alt_name", "aliases"))]
    alternates += [str(value) for key, value in record.items() if key.startswith("name:") and isinstance(value, str)]
    people = _number(first("population"))
    return Place(name=name, latitude=latitude, longitude=longitude, country=str(first("countrycode", "country")),
                 alternates=tuple(dict.fromkeys(one for one in alternates if one and one != name))[:MAX_ALTERNATES],
                 kind=str(first("feature", "featurecode", "feature_code", "kind", "place")),
                 population=int(people) if people and 0 < people < 1e10 else 0, zone=str(first("timezone", "zone")),
                 id=str(first("geonameid", "id")))


def _listed(value: object) -> list[str]:
    if isinstance(value, list):
        return [str(one) for one in value]
    return [one.strip() for one in str(value).replace(";", ",").split(",") if one.strip()]


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
