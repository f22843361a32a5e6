"""Writes muniment/report/outlines/countries.txt from Natural Earth's countries (1:110 million, public domain).

    python docs/make_outlines.py ne_110m_admin_0_countries.shp

One ring a line: longitude and latitude of its first point, then the steps to the next ones, all in hundredths of a
degree.
"""

import struct
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

TARGET = Path(__file__).parent.parent / "muniment" / "report" / "outlines" / "countries.txt"
HEADER = 100
POLYGON = 5


def rings(data: bytes) -> Iterator[list[tuple[float, float]]]:
    """The rings of a polygon shapefile (ESRI Shapefile Technical Description, July 1998, page 8)."""
    at = HEADER
    while at < len(data):
        words = struct.unpack_from(">i", data, at + 4)[0]
        record = at + 8
        at = record + 2 * words
        if struct.unpack_from("<i", data, record)[0] != POLYGON:
            continue
        parts, points = struct.unpack_from("<ii", data, record + 36)
        starts = [*struct.unpack_from(f"<{parts}i", data, record + 44), points]
        first = record + 44 + 4 * parts
        coordinates = list(struct.iter_unpack("<dd", data[first:first + 16 * points]))
        for start, stop in pairwise(starts):
            yield coordinates[start:stop]


def line(ring: list[tuple[float, float]]) -> str:
    """A ring as steps."""
    whole = [(round(100 * x), round(100 * y)) for x, y in ring]
    kept = [point for index, point in enumerate(whole) if index == 0 or point != whole[index - 1]]
    steps = [kept[0], *((b[0] - a[0], b[1] - a[1]) for a, b in pairwise(kept))]
    return " ".join(f"{x} {y}" for x, y in steps)


if __name__ == "__main__":
    drawn = [line(ring) for ring in rings(Path(sys.argv[1]).read_bytes())]
    TARGET.write_text("# Natural Earth 4.1, countries, 1:110 million; public domain (naturalearthdata.com)\n"
                      + "\n".join(drawn) + "\n", "ascii")
