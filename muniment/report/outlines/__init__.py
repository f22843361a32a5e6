"""Outlines of countries, for orientation only: Natural Earth 4.1, 1:110 million, public domain.

The file is written by `docs/make_outlines.py`: one ring a line, a first point and steps, in hundredths of a degree.
"""

from functools import cache
from importlib.resources import files
from typing import TypeAlias

Ring: TypeAlias = tuple[tuple[float, float], ...]     # longitude and latitude, degrees


@cache
def rings() -> tuple[Ring, ...]:
    """Every ring of every country."""
    text = files("muniment.report").joinpath("outlines", "countries.txt").read_text("ascii")
    return tuple(_ring([int(number) for number in line.split()]) for line in text.splitlines()
                 if not line.startswith("#"))


def _ring(numbers: list[int]) -> Ring:
    x = y = 0
    points = []
    for step_x, step_y in zip(numbers[::2], numbers[1::2], strict=True):
        x, y = x + step_x, y + step_y
        points.append((x / 100, y / 100))
    return tuple(points)
