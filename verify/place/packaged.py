"""The gazetteer that Muniment ships: places of the world of 500 inhabitants and more, of GeoNames (CC BY 4.0).

1. `places.tsv` is in order of latitude, `names.tsv` in order of the bytes of its keys: both are searched by halving, in
   the file, and nothing is loaded or built.
2. A key is the consonants of a name behind "=", or its letters where it has too few; how a name matched is judged on
   the names themselves.
3. It says what lies near and what a name can mean. It does not hold villages of fewer inhabitants, quarters, streets.

Made by benchmarks/make_geonames.py; GeoNames is at geonames.org.
"""

import math
import mmap
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from verify.place.gazetteer import Place, distance_km
from verify.place.names import folded, skeleton

NAME = "geonames"                 # of this gazetteer among others
FOLDER = Path(__file__).parent / "geonames"
MAX_PLACES_OF_KEY = 400           # a key of more says nothing: the largest of them by inhabitants are compared


def keys_of(name: str) -> tuple[str, ...]:
    """What a name is found under."""
    letters = folded(name)
    bones = {skeleton(name), skeleton("".join(name.split()))} - {""}
    return tuple(sorted(f"={one}" for one in bones)) or ((letters,) if letters else ())


class Packaged:
    """The places of the world, asked in place."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._places, self._names = folder / "places.tsv", folder / "names.tsv"

    def named(self, name: str) -> tuple[Place, ...]:
        """The places one of whose names has the consonants, or else the letters, of this one; largest first."""
        with _mapped(self._names) as names, _mapped(self._places) as places:
            offsets = {offset for key in keys_of(name) for offset in _offsets(names, key.encode())}
            found = [_place(places[offset:places.find(b"\n", offset)]) for offset in offsets]
        return tuple(sorted(found, key=lambda place: (-place.population, place.id))[:MAX_PLACES_OF_KEY])

    def around(self, point: tuple[float, float], radius_km: float) -> tuple[tuple[float, Place], ...]:
        """The places within a distance of a point, with their distances, nearest first."""
        latitude, longitude = point
        north = radius_km / 111.0 + 0.001
        narrow = max(math.cos(math.radians(min(abs(latitude) + north, 89.9))), 0.002)
        east = min(north / narrow, 180.0)
        with _mapped(self._places) as places:
            near = [_place(line) for line in _band(places, latitude - north, latitude + north)
                    if abs((float(line.split(b"\t", 2)[1]) - longitude + 180) % 360 - 180) <= east]
        found = [(distance_km(point, (place.latitude, place.longitude)), place) for place in near]
        return tuple(sorted((one for one in found if one[0] <= radius_km), key=lambda one: (one[0], one[1].id)))


@contextmanager
def _mapped(path: Path) -> Iterator[mmap.mmap]:
    with ExitStack() as stack:
        file = stack.enter_context(path.open("rb"))
        yield stack.enter_context(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def _first(content: mmap.mmap, is_before: Callable[[bytes], bool]) -> int:
    """Where the first line begins that is not before what is looked for."""
    low, high = 0, len(content)
    while low < high:
        middle = content.rfind(b"\n", 0, (low + high) // 2) + 1
        end = content.find(b"\n", middle)
        if end < 0 or not is_before(content[middle:end]):
            high = min(middle, high - 1) if middle == high else middle
        else:
            low = end + 1
    return low


def _band(content: mmap.mmap, south: float, north: float) -> Iterator[bytes]:
    start = _first(content, lambda line: float(line.split(b"\t", 1)[0]) < south)
    while 0 <= start < len(content):
        end = content.find(b"\n", start)
        line = content[start:end]
        if float(line.split(b"\t", 1)[0]) > north:
            return
        yield line
        start = end + 1


def _offsets(content: mmap.mmap, key: bytes) -> tuple[int, ...]:
    start = _first(content, lambda line: line.split(b"\t", 1)[0] < key)
    found, _, offsets = content[start:max(content.find(b"\n", start), start)].partition(b"\t")
    return tuple(map(int, offsets.split(b","))) if found == key else ()


def _place(line: bytes) -> Place:
    latitude, longitude, name, country, population, zone, number, others = line.decode("utf-8").split("\t")
    return Place(name=name, latitude=float(latitude), longitude=float(longitude), country=country, zone=zone, id=number,
                 population=int(population), alternates=tuple(one for one in others.split("|") if one))
