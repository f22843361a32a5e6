"""What suffices to call two pictures the same photograph: the thresholds, in one place, and the rules they belong to.

1. Cells decide: how many are photographic, how many of them agree, over how much of the pictures. Each rule asks more
   of one thing where it asks less of another; none counts keypoints alone.
2. Keypoints speak only where they lie on photographic cells that agree, and spread: those of captions, bars and logos
   do not.
3. A block of disagreement as large as a photograph is another photograph, whatever agrees around it.
4. What is like itself at another place under the same comparison is no particular place.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from verify.reuse.agreement import STRIDE, WINDOW, Agreement, Cells, Picture, compare_cells, judge
from verify.reuse.geometry import Geometry, Matrix, apply, inverse


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """What evidence must come to. The defaults were set on one half of the photographs and measured on the other."""

    agreement: float = 0.78          # share of the photographic cells of the whole overlap
    few_inliers: int = 15            # ... with fewer keypoints behind the geometry, more must agree
    few_agreement: float = 0.88
    cells: int = 24                  # photographic cells: fewer are a coincidence's size
    area: float = 0.12               # share of the larger-covered view that the agreeing part must have
    rest_agreement: float = 0.5      # of all textured cells ...
    rest_cells: float = 0.25         # ... unless so large a share of them is photographic
    part_agreement: float = 0.85     # ... where only a part of the overlap is judged
    part_cells: int = 60
    part_area: float = 0.34
    spread_agreement: float = 0.55   # ... where keypoints on agreeing photographic cells are spread over the overlap:
    spread_cells: int = 60           #     words, stickers, a player's buttons cover the rest
    spread_support: int = 18         # cells that have such a keypoint
    spread_hull: float = 0.25        # share of the overlap within their hull
    spread_area: float = 0.4
    block_side: float = 0.42         # sides, as shares of the overlap's, of a block that would be another photograph
    block_agreement: float = 0.2     # ... if less than this of it agrees
    canvas_area: float = 0.7         # of both views, that the overlap of two pictures of one layout has ...
    layout_area: float = 0.6         # ... and the part that must then agree: less may be a studio's wall
    wholes_area: float = 0.5         # of two whole pictures, that lie on each other where parts of them agree ...
    wholes_part: float = 0.6         # of the cells of such a part, that then agree ...
    wholes_agreement: float = 0.5    # ... and the agreement there: with less, what agrees surrounds another picture
    plain_cells: int = 10            # of pictures with little texture: few photographic cells, that agree throughout,
    plain_agreement: float = 0.9
    plain_textured: float = 0.85     # ... as do all textured ones
    plain_likeness: float = 0.9      # ... and the tones of the whole overlap, as correlation
    plain_inliers: int = 20
    hash_distance: int = 24          # bits: a hash this near speaks too, and less agreement suffices
    hash_agreement: float = 0.52     # ... for a weak photograph under a strong watermark
    hash_area: float = 0.6
    tone_cells: int = 5              # a hash within `pdq_distance`, and the tones of all but a frame's grounds
    tone_agreement: float = 0.45
    tone_likeness: float = 0.95
    drawn_agreement: float = 0.995   # of all textured cells, where the picture is a drawing: one line, name or ...
    drawn_closely: float = 0.98      # ... number filled in otherwise makes another document; so many of them ...
    drawn_correlation: float = 0.85  # ... correlate to this: letters on the same keys do not
    drawn_cells: int = 80
    drawn_area: float = 0.9          # ... of both views
    drawn_level: float = 12.0        # grey levels that flat parts may differ after brightness and contrast
    pdq_distance: int = 60           # bits: up to there a hash proposes a geometry
    repeats: float = 0.75            # self-likeness at another place above which that place is compared, too
    repeats_agreement: float = 0.8   # ... and of the agreement, how much it has there: then it is no particular place


DEFAULT = Thresholds()
DRAWN_ALL_BUT = 99.5                 # percentile of the differences of level between two drawings
FEWEST_IN_BLOCK = 0.25               # of a block's cells that must be photographic for it to speak


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Two planes laid on each other under a geometry, and what the cells of it are."""

    first: Picture
    second: Picture
    first_grounds: Picture
    second_grounds: Picture
    geometry: Geometry
    cells: Cells
    near_hash: int | None            # bits between the hashes where they propose this very geometry
    only_second: bool = False        # the first is a mere box around something: a share of it says nothing


def weigh(compared: Compared, thresholds: Thresholds = DEFAULT) -> Agreement | None:
    """The evidence for a geometry where it suffices."""
    for agreement in judge(compared.cells):
        if _suffices(agreement, compared, thresholds):
            return None if _repeats(compared, agreement, thresholds) else agreement
    drawn = _drawn(compared, thresholds)
    return None if drawn is None or _repeats(compared, drawn, thresholds) else drawn


def only_surroundings(wholes: Compared, part: NDArray[np.float64], thresholds: Thresholds = DEFAULT) -> bool:
    """Whether two whole pictures of one layout agree in `part` (corners in the second), yet show different pictures.

    Then what agreed in views of them is the wall, the room or the hand around two pictures: the lesser part of what is
    photographic, or all but a block that is large enough for another photograph.
    """
    cells = wholes.cells
    if _least_overlap(wholes) < thresholds.wholes_area:
        return False
    corners = apply(inverse(cells.to_second), part)
    (left, top), (right, bottom) = (np.rint((corner - WINDOW // 2) / STRIDE).astype(int).clip(0)
                                    for corner in (corners.min(axis=0), corners.max(axis=0)))
    box = (slice(top, bottom + 1), slice(left, right + 1))
    there = int(cells.photographic[box].sum())
    if not there or (cells.agreeing & cells.photographic)[box].sum() < thresholds.wholes_part * there:
        return False                                # laid on each other like this, they do not even agree there
    whole = judge(cells)[0]
    return ((whole.cells >= thresholds.cells and whole.share < thresholds.wholes_agreement)
            or _another_within(cells, thresholds))


def _suffices(agreement: Agreement, compared: Compared, thresholds: Thresholds) -> bool:
    of_first, of_second = _areas(agreement, compared)
    area = of_second if compared.only_second else max(of_first, of_second)
    another = _another_within(compared.cells, thresholds)
    if not agreement.covers_overlap:
        layout = _on_one_canvas(compared, thresholds)
        return (agreement.share >= thresholds.part_agreement and agreement.cells >= thresholds.part_cells
                and area >= (thresholds.layout_area if layout else thresholds.part_area) and not (another and layout))
    weak = compared.geometry.inliers < thresholds.few_inliers
    least = thresholds.few_agreement if weak else thresholds.agreement
    if (agreement.cells >= thresholds.cells and agreement.share >= least and area >= thresholds.area and not another
            and _speaks_for_the_rest(agreement, compared.cells, thresholds)):
        return True
    return (_by_hash(agreement, area, compared, thresholds) or _by_spread(agreement, area, compared, thresholds)
            or _though_plain(agreement, compared, thresholds))


def _on_one_canvas(compared: Compared, thresholds: Thresholds) -> bool:
    """Each view lies within the other: two pictures of one layout, not one that holds a part of the other."""
    return _least_overlap(compared) >= thresholds.canvas_area


def _least_overlap(compared: Compared) -> float:
    """The overlap as a share of each view; the lesser of the two."""
    cells = compared.cells
    overlap = float(cells.inside.sum()) * cells.stride_area
    scale = abs(float(np.linalg.det(compared.geometry.matrix[:2, :2])))
    return min(overlap / compared.second.size, overlap / (compared.first.size * scale))


def _speaks_for_the_rest(agreement: Agreement, cells: Cells, thresholds: Thresholds) -> bool:
    """Few photographic cells among many textured ones that disagree are a corner of a frame, not the picture."""
    return (_textured_share(cells) >= thresholds.rest_agreement
            or agreement.cells >= thresholds.rest_cells * int(cells.textured.sum()))


def _by_hash(agreement: Agreement, area: float, compared: Compared, thresholds: Thresholds) -> bool:
    if compared.near_hash is None:
        return False
    if (compared.near_hash <= thresholds.hash_distance and agreement.share >= thresholds.hash_agreement
            and agreement.cells >= thresholds.cells and area >= thresholds.hash_area):
        return True
    return (agreement.cells >= thresholds.tone_cells and agreement.share >= thresholds.tone_agreement
            and _textured_share(compared.cells) >= thresholds.tone_agreement
            and _likeness_of_tones(compared, without_grounds=True) >= thresholds.tone_likeness)


def _by_spread(agreement: Agreement, area: float, compared: Compared, thresholds: Thresholds) -> bool:
    if (agreement.share < thresholds.spread_agreement or agreement.cells < thresholds.spread_cells
            or area < thresholds.spread_area):
        return False
    support, hull = _support(compared)
    return (support >= thresholds.spread_support and hull >= thresholds.spread_hull
            and not _another_within(compared.cells, thresholds))


def _though_plain(agreement: Agreement, compared: Compared, thresholds: Thresholds) -> bool:
    if (agreement.cells < thresholds.plain_cells or agreement.share < thresholds.plain_agreement
            or compared.geometry.inliers < thresholds.plain_inliers
            or _textured_share(compared.cells) < thresholds.plain_textured):
        return False
    overlap = float(compared.cells.inside.sum()) * compared.cells.stride_area / compared.second.size
    scale = abs(float(np.linalg.det(compared.geometry.matrix[:2, :2])))
    of_first = float(compared.cells.inside.sum()) * compared.cells.stride_area / (compared.first.size * scale)
    return max(overlap, of_first) >= thresholds.area and _likeness_of_tones(compared) >= thresholds.plain_likeness


def _textured_share(cells: Cells) -> float:
    count = int(cells.textured.sum())
    return float(cells.agreeing.sum() / count) if count else 0.0


def _support(compared: Compared) -> tuple[int, float]:
    """How many agreeing photographic cells have a keypoint of the geometry, and how much of the overlap they span."""
    cells = compared.cells
    places = apply(inverse(cells.to_second), compared.geometry.at) if len(compared.geometry.at) else np.zeros((0, 2))
    at = np.rint((places - WINDOW // 2) / STRIDE).astype(int)
    rows, columns = cells.inside.shape
    within = (at >= 0).all(axis=1) & (at[:, 0] < columns) & (at[:, 1] < rows)
    at, places = at[within], places[within]
    good = (cells.agreeing & cells.photographic)[at[:, 1], at[:, 0]]
    if good.sum() < 3:
        return 0, 0.0
    hull = cv2.contourArea(cv2.convexHull(places[good].astype(np.float32)))
    return len(np.unique(at[good], axis=0)), float(hull / (cells.inside.sum() * STRIDE**2 + 1))


def _another_within(cells: Cells, thresholds: Thresholds) -> bool:
    """A block that hardly agrees and is large enough for another photograph in the same surroundings."""
    rows, columns = np.nonzero(cells.inside)
    photographic = cells.photographic.astype(np.float32)
    agreeing = photographic * cells.agreeing
    size = (max(3, round(thresholds.block_side * (np.ptp(columns) + 1))),
            max(3, round(thresholds.block_side * (np.ptp(rows) + 1))))
    count, agreed = (cv2.boxFilter(one, -1, size, normalize=False, borderType=cv2.BORDER_CONSTANT)
                     for one in (photographic, agreeing))
    speaks = count >= FEWEST_IN_BLOCK * size[0] * size[1]
    return bool((speaks & (agreed < thresholds.block_agreement * count)).any())


def _tones(compared: Compared) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Grey levels of both planes over the overlap, smoothed."""
    size = (compared.second.shape[1], compared.second.shape[0])
    matrix = compared.geometry.matrix
    warped = cv2.warpPerspective(compared.first, matrix, size, flags=cv2.INTER_AREA).astype(np.float32)
    covered = cv2.warpPerspective(np.full(compared.first.shape, 255, np.uint8), matrix, size,
                                  flags=cv2.INTER_NEAREST) > 0
    first, second = (cv2.blur(picture, (9, 9))[covered] for picture in (warped, compared.second.astype(np.float32)))
    return np.asarray(first, np.float32), np.asarray(second, np.float32)


def _likeness_of_tones(compared: Compared, *, without_grounds: bool = False) -> float:
    """Correlation of the tones; `without_grounds`, of those that are no frame's paper or bar."""
    first, second = _tones(compared)
    if without_grounds:
        size = (compared.second.shape[1], compared.second.shape[0])
        matrix = compared.geometry.matrix
        covered, ground = (cv2.warpPerspective(plane, matrix, size, flags=cv2.INTER_NEAREST)
                           for plane in (np.full(compared.first.shape, 255, np.uint8), compared.first_grounds))
        kept = np.maximum(ground, compared.second_grounds)[covered > 0] == 0
        first, second = first[kept], second[kept]
    if len(first) < WINDOW**2 or min(float(first.std()), float(second.std())) < 1.0:
        return 0.0
    return float(np.corrcoef(first, second)[0, 1])


def _areas(agreement: Agreement, compared: Compared) -> tuple[float, float]:
    """Shares of the two views that the agreeing part covers."""
    quad = apply(compared.cells.to_second, box_corners(agreement.part))
    back = apply(inverse(compared.geometry.matrix), quad)
    return _clipped_area(back, compared.first), _clipped_area(quad, compared.second)


def _clipped_area(corners: NDArray[np.float64], plane: Picture) -> float:
    height, width = plane.shape
    frame = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    area = float(cv2.intersectConvexConvex(corners.astype(np.float32), frame)[0])
    return area / float(width * height)


def _repeats(compared: Compared, agreement: Agreement, thresholds: Thresholds) -> bool:
    """What agrees would agree as well at another place, or is as much like itself there: bricks, tiles, cloth."""
    quad = apply(compared.cells.to_second, box_corners(agreement.part))
    left, top = np.maximum(quad.min(axis=0), 0).astype(int)
    right, bottom = np.ceil(quad.max(axis=0)).astype(int)
    part = compared.second[top:bottom, left:right].astype(np.float32)
    shift = _likest_shift(part, thresholds.repeats)
    if shift is None:
        return False
    moved = _shift(shift) @ compared.geometry.matrix
    for plane, drawn_of, to in ((compared.first, compared.first_grounds, moved),
                                (compared.second, compared.second_grounds, _shift(shift))):
        there = compare_cells(plane, compared.second, drawn_of, compared.second_grounds, to)
        if there is None:
            continue
        share = _textured_share(there) if agreement.drawn else judge(there)[0].share
        if share >= thresholds.repeats_agreement * agreement.share:
            return True
    return False


def _shift(by: tuple[float, float]) -> Matrix:
    return np.array([[1.0, 0, by[0]], [0, 1.0, by[1]], [0, 0, 1.0]])


def _likest_shift(part: NDArray[np.float32], least: float) -> tuple[float, float] | None:
    """The shift, in pixels, at which a picture is most like itself; None where it is nowhere much like itself."""
    if min(part.shape, default=0) < 32:
        return None
    detail = part - cv2.GaussianBlur(part, (0, 0), 8)
    size = (2 * part.shape[0], 2 * part.shape[1])
    power = np.abs(np.fft.rfft2(detail, size)) ** 2
    likeness = np.fft.irfft2(power, size)
    height, width = part.shape
    rows, columns = height // 2, width // 2
    # overlap shrinks with the shift: normalise by how much of the part still meets itself
    meet = np.outer(1 - np.arange(rows) / height, 1 - np.arange(columns) / width)
    quadrants = np.stack([likeness[:rows, :columns], np.roll(likeness[:, ::-1], 1, axis=1)[:rows, :columns]])
    normalised = quadrants / (likeness[0, 0] * meet + 1e-6)
    normalised[:, :8, :8] = 0.0                     # every picture is like itself nearby
    mirrored, down, across = np.unravel_index(int(normalised.argmax()), normalised.shape)
    if normalised[mirrored, down, across] < least:
        return None
    return float(-across if mirrored else across), float(down)


def _drawn(compared: Compared, thresholds: Thresholds) -> Agreement | None:
    """A drawing (card, map, document) that is the same as a whole; anything less is a template shared."""
    cells, matrix, plane, other = compared.cells, compared.geometry.matrix, compared.first, compared.second
    count, share = int(cells.textured.sum()), _textured_share(cells)
    closely = cells.textured & (cells.correlation >= thresholds.drawn_correlation)
    if (count < thresholds.drawn_cells or share < thresholds.drawn_agreement
            or closely.sum() < thresholds.drawn_closely * count):
        return None
    size = (other.shape[1], other.shape[0])
    covered = cv2.warpPerspective(np.full(plane.shape, 255, np.uint8), matrix, size, flags=cv2.INTER_NEAREST) > 0
    back = cv2.warpPerspective(np.full(other.shape, 255, np.uint8), inverse(matrix),
                               (plane.shape[1], plane.shape[0]), flags=cv2.INTER_NEAREST) > 0
    if min(covered.mean(), back.mean()) < thresholds.drawn_area:
        return None
    first, second = _tones(compared)
    gain = float(np.cov(first, second)[0, 1] / max(float(first.var()), 1e-6))
    residue = np.abs((first - first.mean()) * gain + second.mean() - second)
    if gain <= 0 or np.percentile(residue, DRAWN_ALL_BUT) > thresholds.drawn_level:
        return None
    corner = apply(inverse(cells.to_second), np.array([(0, 0), size], np.float64))
    return Agreement(share=share, cells=count, drawn=True, covers_overlap=True,
                     part=(float(max(corner[0, 0], 0)), float(max(corner[0, 1], 0)), float(corner[1, 0]),
                           float(corner[1, 1])))


def box_corners(box: tuple[float, float, float, float]) -> NDArray[np.float64]:
    """Corners of left, top, right, bottom, clockwise from upper left."""
    left, top, right, bottom = box
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)])
