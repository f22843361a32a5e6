"""De-framing: the photographs within screenshots of posts, letterboxes, borders, memes and collages.

A frame is made of blank lines: rows or columns of one level, right across. Cutting at them again and again (an XY cut,
Nagy and Seth 1984) leaves boxes; those that are large and not drawn are photographs. Direction of script, theme and
layout do not matter to it.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from verify.reuse.model import Box

MAX_REGIONS = 4           # a collage of four; more would cost searches without finding more
MIN_SIDE = 0.14           # of the picture's longer side: smaller pictures are avatars and icons
MIN_PIXELS = 56           # a side in pixels of the working plane: less holds too little to compare
SAME = 0.94               # a region this large is the picture itself
LEVEL = 9                 # grey levels that still are one colour after JPEG
BLANK = 0.985             # share of a line that has that colour
MIN_GAP = 2               # lines: one blank line is an edge of a photograph as often as a gap
MAX_DEPTH = 5
DRAWN = 0.62              # share of flat pixels above which a box holds text and shapes, not a photograph
FLAT = 2                  # range of levels in 3 x 3 pixels that counts as flat


@dataclass(frozen=True, slots=True)
class _Rectangle:
    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top


def find_regions(plane: NDArray[np.uint8]) -> tuple[Box, ...]:
    """Boxes of photographs within a grey picture, largest first; none where it is a photograph without a frame."""
    height, width = plane.shape
    smallest = max(MIN_PIXELS, round(MIN_SIDE * max(height, width)))
    flat = _flat(plane)
    leaves = _cut(plane, _Rectangle(0, 0, width, height), smallest, 0)
    kept = [leaf for leaf in leaves
            if leaf.width * leaf.height < SAME * width * height
            and flat[leaf.top:leaf.bottom, leaf.left:leaf.right].mean() < DRAWN]
    kept.sort(key=lambda leaf: (-leaf.width * leaf.height, leaf.top, leaf.left))
    return tuple(Box(left=leaf.left / width, top=leaf.top / height, right=leaf.right / width,
                     bottom=leaf.bottom / height) for leaf in kept[:MAX_REGIONS])


def _flat(plane: NDArray[np.uint8]) -> NDArray[np.bool_]:
    kernel = np.ones((3, 3), np.uint8)
    return np.asarray((cv2.dilate(plane, kernel) - cv2.erode(plane, kernel)) <= FLAT)


def _cut(plane: NDArray[np.uint8], box: _Rectangle, smallest: int, depth: int) -> list[_Rectangle]:
    """The boxes that remain when blank rows and columns are taken out, again and again."""
    if box.width < smallest or box.height < smallest:
        return []
    part = plane[box.top:box.bottom, box.left:box.right]
    for axis in (0, 1):
        runs = _runs(_blank(part, axis))
        whole = part.shape[axis]
        if runs == [(0, whole)]:
            continue
        if depth == MAX_DEPTH:
            return []
        found: list[_Rectangle] = []
        for start, stop in runs:
            inner = (_Rectangle(box.left, box.top + start, box.right, box.top + stop) if axis == 0 else
                     _Rectangle(box.left + start, box.top, box.left + stop, box.bottom))
            found += _cut(plane, inner, smallest, depth + 1)
        return found
    return [box]


def _blank(part: NDArray[np.uint8], axis: int) -> NDArray[np.bool_]:
    """Which rows (axis 0) or columns (axis 1) are of one level."""
    lines = part if axis == 0 else part.T
    level = np.median(lines, axis=1).astype(np.int16)
    near = np.abs(lines.astype(np.int16) - level[:, None]) <= LEVEL
    return np.asarray(near.mean(axis=1) >= BLANK)


def _runs(blank: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """What stands between gaps of blank lines; gaps shorter than MIN_GAP do not count."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], blank.astype(np.int8), [0]))))
    gaps = [(int(start), int(stop)) for start, stop in zip(edges[::2], edges[1::2], strict=True)
            if stop - start >= MIN_GAP]
    runs, at = [], 0
    for start, stop in gaps:
        if start > at:
            runs.append((at, start))
        at = stop
    if at < len(blank):
        runs.append((at, len(blank)))
    return runs
