"""Dense agreement: whether, under a geometry, two pictures show the same thing pixel by pixel.

1. Both planes are brought onto one canvas at the coarser resolution of the two, and compared cell by cell by
   normalised correlation: brightness and contrast do not matter, a small misalignment is allowed for.
2. Only textured cells are asked: sky agrees with every sky.
3. A straight edge agrees with every straight edge along it: cells of one direction only are not photographic.
4. Cells that hold the ground of a drawing (paper, a bar, a card's colour) are not photographic: text and shapes agree
   between any two screenshots of one application.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from verify.reuse.geometry import Matrix, apply, inverse, local_scale

CANVAS = 256              # longer side at most
UPSAMPLED = 112           # a small overlap is enlarged to this, at most twice
WINDOW = 15               # pixels of a cell
STRIDE = 8
SHIFTS = (-2, 0, 2)       # pixels that a cell may be off
SMOOTH = 1.0              # sigma: compression and noise are not the picture
TEXTURED = 5.0            # grey levels: standard deviation within a cell, after smoothing
AGREES = 0.6              # correlation of a cell
LEVEL_SHARE = 0.04        # of a plane's pixels that are flat and of one level: then it is a ground of a drawing
LEVEL_REACH = 5           # grey levels around it
GROUND_SHARE = 0.2        # of a cell's pixels: then the cell is drawn
FLAT = 2
CLEAN = 0.8               # agreement at which a cell more or less makes a box neither better nor worse
AROUND = 0.2              # of the photographic cells around it that may agree: by chance some do
TWO_WAYS = 0.035          # of a cell's gradients: the lesser share of the two main directions

Picture = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """What the comparison found at each cell of the overlap; arrays are (rows, columns) of the canvas's grid."""

    inside: NDArray[np.bool_]         # the cell lies in the overlap
    textured: NDArray[np.bool_]       # ... and is textured in one of the pictures at least
    photographic: NDArray[np.bool_]   # ... and drawn in neither
    correlation: NDArray[np.float32]  # -1 to 1
    stride_area: float                # of one grid step, in pixels of the second plane
    to_second: Matrix                 # canvas to second plane

    @property
    def agreeing(self) -> NDArray[np.bool_]:
        """Textured cells that agree."""
        return self.textured & (self.correlation >= AGREES)


def grounds(plane: Picture) -> NDArray[np.uint8]:
    """255 where a pixel has the level of a ground: a colour that large flat parts of the picture have."""
    kernel = np.ones((3, 3), np.uint8)
    flat = (cv2.dilate(plane, kernel) - cv2.erode(plane, kernel)) <= FLAT
    counts = np.bincount(plane[flat], minlength=256).astype(np.float64)
    around = np.convolve(counts, np.ones(3), "same") / plane.size
    wanted = np.zeros(256, bool)
    for level in np.flatnonzero(around >= LEVEL_SHARE):
        wanted[max(0, level - LEVEL_REACH):level + LEVEL_REACH + 1] = True
    return np.where(wanted[plane], 255, 0).astype(np.uint8)


def compare_cells(first: Picture, second: Picture, first_grounds: Picture, second_grounds: Picture,
                  matrix: Matrix) -> Cells | None:
    """The cells of the overlap under `matrix` (first to second plane); None where there is hardly any overlap."""
    placed = _canvas(first.shape, second.shape, matrix)
    if placed is None:
        return None
    size, second_to_canvas = placed
    first_to_canvas = second_to_canvas @ matrix
    pictures = [_warped(first, first_to_canvas, size), _warped(second, second_to_canvas, size)]
    drawn = [_warped(first_grounds, first_to_canvas, size), _warped(second_grounds, second_to_canvas, size)]
    masks = [cv2.warpPerspective(np.full(plane.shape, 255, np.uint8), to, size, flags=cv2.INTER_NEAREST)
             for plane, to in ((first, first_to_canvas), (second, second_to_canvas))]
    both = ((masks[0] > 0) & (masks[1] > 0)).astype(np.float32)
    rows, columns = (np.arange(WINDOW // 2, length - WINDOW // 2, STRIDE) for length in (size[1], size[0]))
    if not len(rows) or not len(columns):
        return None
    grid = np.ix_(rows, columns)
    inside = _mean(both)[grid] > 0.98
    smooth = [cv2.GaussianBlur(picture.astype(np.float32), (0, 0), SMOOTH) for picture in pictures]
    correlation, deviation = _correlate(smooth[0], smooth[1], grid)
    two_ways = (_ways(smooth[0]) + _ways(smooth[1]))[grid] / 2 >= TWO_WAYS
    ground = np.maximum(*(_mean(np.asarray(mask / 255, np.float32))[grid] for mask in drawn))
    textured = inside & (deviation >= TEXTURED)
    zoom = abs(second_to_canvas[0, 0])
    return Cells(inside=inside, textured=textured, photographic=textured & (ground < GROUND_SHARE) & two_ways,
                 correlation=correlation, stride_area=(STRIDE / zoom) ** 2,
                 to_second=inverse(second_to_canvas))


def _canvas(first: tuple[int, ...], second: tuple[int, ...], matrix: Matrix) -> tuple[tuple[int, int], Matrix] | None:
    """Size of the canvas, and the map from the second plane to it."""
    quad = apply(matrix, _corners(first)).astype(np.float32)
    area, overlap = cv2.intersectConvexConvex(quad, _corners(second).astype(np.float32))
    if overlap is None or area < 4 * WINDOW:
        return None
    left, top = overlap.reshape(-1, 2).min(axis=0)
    right, bottom = overlap.reshape(-1, 2).max(axis=0)
    middle = apply(inverse(matrix), np.array([[(left + right) / 2, (top + bottom) / 2]]))[0]
    magnified = float(np.sqrt(abs(np.prod(local_scale(matrix, middle)))))
    zoom = min(1.0, 1.0 / magnified)
    longer = max(right - left, bottom - top)
    zoom *= min(CANVAS / (longer * zoom), max(1.0, min(2.0, UPSAMPLED / (longer * zoom))))
    size = (int(np.ceil((right - left) * zoom)), int(np.ceil((bottom - top) * zoom)))
    if min(size) < WINDOW + STRIDE:
        return None
    return size, np.array([[zoom, 0, -left * zoom], [0, zoom, -top * zoom], [0, 0, 1.0]])


def _corners(shape: tuple[int, ...]) -> NDArray[np.float64]:
    height, width = shape[:2]
    return np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float64)


def _warped(plane: Picture, matrix: Matrix, size: tuple[int, int]) -> Picture:
    centre = np.array([plane.shape[1] / 2, plane.shape[0] / 2])
    zoom = float(np.sqrt(abs(np.prod(local_scale(matrix, centre)))))
    if zoom < 0.8:                # smaller by much: without this, what is left of fine texture would be noise
        plane = np.asarray(cv2.GaussianBlur(plane, (0, 0), 0.45 / zoom), np.uint8)
    return np.asarray(cv2.warpPerspective(plane, matrix, size, flags=cv2.INTER_LINEAR), np.uint8)


def _mean(values: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(cv2.boxFilter(values, -1, (WINDOW, WINDOW), borderType=cv2.BORDER_REFLECT), np.float32)


def _ways(picture: NDArray[np.float32]) -> NDArray[np.float32]:
    """How much of each cell's gradient energy goes the lesser way (eigenvalues of the structure tensor): 0 to 0.5."""
    across, down = cv2.Scharr(picture, cv2.CV_32F, 1, 0), cv2.Scharr(picture, cv2.CV_32F, 0, 1)
    xx, yy, xy = _mean(across * across), _mean(down * down), _mean(across * down)
    energy = xx + yy
    split = np.sqrt((xx - yy) ** 2 + 4 * xy**2)
    return np.asarray((energy - split) / (2 * energy + 1.0), np.float32)


def _correlate(first: NDArray[np.float32], second: NDArray[np.float32],
               grid: tuple[NDArray[np.int_], ...]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The best correlation of each cell over the allowed shifts, and its larger standard deviation."""
    mean_second = _mean(second)
    deviation_second = np.sqrt(np.maximum(_mean(second * second) - mean_second**2, 0))
    best = np.full(mean_second[grid].shape, -1, np.float32)
    own = np.zeros_like(best)
    reach = max(SHIFTS)
    padded = cv2.copyMakeBorder(first, reach, reach, reach, reach, cv2.BORDER_REPLICATE)
    height, width = first.shape
    for dy in SHIFTS:
        for dx in SHIFTS:
            moved = np.ascontiguousarray(padded[reach + dy:reach + dy + height, reach + dx:reach + dx + width])
            mean = _mean(moved)
            deviation = np.sqrt(np.maximum(_mean(moved * moved) - mean**2, 0))
            common = _mean(moved * second) - mean * mean_second
            value = (common / (deviation * deviation_second + 1.0))[grid]
            best = np.maximum(best, value)
            if dx == 0 and dy == 0:
                own = deviation[grid]
    return best, np.maximum(own, deviation_second[grid])


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What the cells come to, within the part of the overlap that was judged."""

    share: float              # of the judged cells, that agree
    cells: int                # judged: textured and, unless `drawn`, photographic
    part: tuple[float, float, float, float]   # left, top, right, bottom of what agrees, in pixels of the canvas
    covers_overlap: bool      # it is all of the overlap
    drawn: bool = False       # it is a drawing, agreed on as a whole


def judge(cells: Cells) -> tuple[Agreement, ...]:
    """Ways of reading the cells, each for `weigh`.

    The overlap as a whole; the part of it that agrees most; the box that agrees while nothing around it does. The last
    two are for pictures that hold the same photograph, or a part of it, within different surroundings.
    """
    whole = Agreement(share=_share(cells.agreeing, cells.photographic), cells=int(cells.photographic.sum()),
                      part=_extent(cells.agreeing & cells.photographic), covers_overlap=True)
    return tuple(one for one in (whole, _best_part(cells), _clean_part(cells)) if one is not None)


def _clean_part(cells: Cells) -> Agreement | None:
    """The upright box with the most agreement, if hardly anything agrees outside: a photograph beside others.

    Where the surroundings agree too, it is a background with another photograph upon it, and no such part.
    """
    agreeing = cells.agreeing & cells.photographic
    top, bottom, left, right = _heaviest((agreeing - CLEAN * cells.photographic).astype(np.float64))
    box = (slice(top, bottom), slice(left, right))
    judged, found = cells.photographic[box], agreeing[box]
    outside = int(cells.photographic.sum() - judged.sum())
    if int(agreeing.sum() - found.sum()) > AROUND * outside:
        return None
    whole = np.zeros_like(cells.inside)
    whole[box] = found
    return Agreement(share=_share(found, judged), cells=int(judged.sum()), part=_extent(whole), covers_overlap=False)


def _heaviest(values: NDArray[np.float64]) -> tuple[int, int, int, int]:
    """Top, bottom, left, right of the box with the largest sum (Kadane's algorithm, for all pairs of rows at once)."""
    rows, columns = values.shape
    sums = np.vstack([np.zeros(columns), np.cumsum(values, axis=0)])
    tops, bottoms = np.triu_indices(rows + 1, 1)
    strips = sums[bottoms] - sums[tops]
    running, start = np.zeros(len(tops)), np.zeros(len(tops), int)
    best, left, right = np.full(len(tops), -np.inf), np.zeros(len(tops), int), np.zeros(len(tops), int)
    for column in range(columns):
        fresh = running <= 0
        start[fresh] = column
        running = np.where(fresh, 0, running) + strips[:, column]
        better = running > best
        best[better], left[better], right[better] = running[better], start[better], column + 1
    chosen = int(best.argmax())
    return int(tops[chosen]), int(bottoms[chosen]), int(left[chosen]), int(right[chosen])


def _best_part(cells: Cells) -> Agreement | None:
    """The upright box of the largest connected stretch of agreeing photographic cells."""
    agreeing = (cells.agreeing & cells.photographic).astype(np.uint8)
    closed = cv2.morphologyEx(agreeing, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(closed, connectivity=4)
    if count < 2:
        return None
    label = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    rows, columns = np.nonzero(labels == label)
    # outliers at the rim are trimmed: a box must not be stretched by one cell
    top, bottom = np.percentile(rows, (2, 98)).astype(int)
    left, right = np.percentile(columns, (2, 98)).astype(int)
    box = (slice(top, bottom + 1), slice(left, right + 1))
    judged, found = cells.photographic[box], (cells.agreeing & cells.photographic)[box]
    whole = np.zeros_like(cells.inside)
    whole[box] = found
    return Agreement(share=_share(found, judged), cells=int(judged.sum()), part=_extent(whole), covers_overlap=False)


def _share(agreeing: NDArray[np.bool_], judged: NDArray[np.bool_]) -> float:
    total = int(judged.sum())
    return float((agreeing & judged).sum() / total) if total else 0.0


def _extent(found: NDArray[np.bool_]) -> tuple[float, float, float, float]:
    rows, columns = np.nonzero(found)
    if not len(rows):
        return 0.0, 0.0, 0.0, 0.0
    first = WINDOW // 2
    reach = WINDOW / 2
    return (float(max(0.0, first + columns.min() * STRIDE - reach)),
            float(max(0.0, first + rows.min() * STRIDE - reach)),
            float(first + columns.max() * STRIDE + reach), float(first + rows.max() * STRIDE + reach))
