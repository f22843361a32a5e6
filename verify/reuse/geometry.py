"""Geometries between two views: which point of one is which point of the other, from keypoints alone.

1. What is found here proposes; `agreement` decides. Shared captions and frames give real geometries too: after one has
   been judged, its keypoints are set aside and the next one is looked for.
2. Degenerate geometries are never proposed: too few distinct places, places on a line, mirrored, folded, squeezed.
3. The random numbers of RANSAC are seeded at each call: the same views give the same geometries.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from verify.reuse.features import Features, as_floats

RATIO = 0.88              # of the nearest to the second nearest distance; generous, dense agreement decides
MIN_INLIERS = 6           # at distinct places
MAX_GEOMETRIES = 4        # a frame, its caption and a sticker may come before the photograph
REACH = 4.0               # pixels of the target's plane that an inlier may be off
ITERATIONS = 2000
BENDS = 300               # of a homography, which is tried only where an affinity holds already
ENOUGH_TO_BEND = 10       # inliers of that affinity
SEED = 7
PLACE = 4.0               # keypoints within so many pixels are at one place
MIN_SPREAD = 3.0          # pixels: standard deviation of the inliers across their main direction
MAX_SCALE = 12.0
MAX_SQUEEZE = 2.2         # of one direction against the other: a screen photographed from the side
MIN_GAIN = 1.15           # how many more inliers a homography must have than an affinity: it has more freedom
REFINEMENTS = 3
SEARCHED = 14.0           # pixels of the target's plane, around where a geometry says that a keypoint is
ALIKE = 0.75              # cosine of two descriptors there
REACH_REFINED = 3.0

Matrix = NDArray[np.float64]
NOWHERE: NDArray[np.float32] = np.zeros((0, 2), np.float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Geometry:
    """A map from one view's plane to another's."""

    matrix: Matrix            # 3 x 3, pixels of the first plane to pixels of the second
    inliers: int              # at distinct places; 0: not from keypoints
    at: NDArray[np.float32]   # (n, 2): where these keypoints lie in the second plane


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """Keypoints of two views that look alike."""

    first: NDArray[np.float32]       # (n, 2)
    second: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.first)


def pair_up(first: Features, second: Features) -> Pairs:
    """Keypoints of `first` with their nearest of `second`, where no other is nearly as near."""
    if len(first) < MIN_INLIERS or len(second) < MIN_INLIERS:
        return Pairs(first=np.zeros((0, 2), np.float32), second=np.zeros((0, 2), np.float32))
    likeness = as_floats(first.descriptors) @ as_floats(second.descriptors).T
    best = likeness.argmax(axis=1)
    rows = np.arange(len(best))
    top = likeness[rows, best].copy()
    # keypoints at the same place with another direction are no rivals
    x, y = second.points[:, 0], second.points[:, 1]
    near = (np.abs(x[best][:, None] - x) < PLACE) & (np.abs(y[best][:, None] - y) < PLACE)
    likeness[near] = -1.0
    second_best = likeness.max(axis=1)
    distances = np.sqrt(np.maximum(2 - 2 * np.stack([top, second_best]), 0))
    kept = rows[distances[0] < RATIO * distances[1]]
    return Pairs(first=first.points[kept], second=second.points[best[kept]])


def geometries(pairs: Pairs, size: tuple[int, int]) -> Iterator[Geometry]:
    """Geometries that the pairs support, the best supported first; `size`: width and height of the first plane."""
    left = np.ones(len(pairs), bool)
    for _ in range(MAX_GEOMETRIES):
        if left.sum() < MIN_INLIERS:
            return
        first, second = pairs.first[left], pairs.second[left]
        found = _estimate(first, second)
        if found is None:
            return
        matrix, inliers = found
        places = min(_places(first[inliers]), _places(second[inliers]))
        if places < MIN_INLIERS:
            return
        if _is_sane(matrix, first[inliers], second[inliers], size):
            yield Geometry(matrix=matrix, inliers=places, at=second[inliers])
        indices = np.flatnonzero(left)
        left[indices[inliers]] = False


def refined(first: Features, second: Features, geometry: Geometry, size: tuple[int, int]) -> Geometry | None:
    """The geometry fitted once more, to all keypoints that look alike where it says; None where that gains nothing.

    The first estimate rests on the keypoints that are unmistakable, and of a screen seen from the side it may fit only
    a part: further out, it points near the right places.
    """
    if not len(first) or not len(second):
        return None
    likeness = as_floats(first.descriptors) @ as_floats(second.descriptors).T
    best = geometry
    for _ in range(REFINEMENTS):
        there = apply(best.matrix, first.points)
        apart = np.hypot(there[:, :1] - second.points[None, :, 0], there[:, 1:] - second.points[None, :, 1])
        near = np.where(apart <= SEARCHED, likeness, -1.0)
        to = near.argmax(axis=1)
        kept = near[np.arange(len(to)), to] >= ALIKE
        if kept.sum() < ENOUGH_TO_BEND:
            break
        one, other = first.points[kept], second.points[to[kept]]
        cv2.setRNGSeed(SEED)
        matrix, mask = cv2.findHomography(one, other, cv2.RANSAC, REACH_REFINED, maxIters=BENDS, confidence=0.99)
        if matrix is None:
            break
        inliers = mask.ravel().astype(bool)
        places = min(_places(one[inliers]), _places(other[inliers]))
        if places <= best.inliers or not _is_sane(matrix, one[inliers], other[inliers], size):
            break
        best = Geometry(matrix=np.asarray(matrix, np.float64), inliers=places, at=other[inliers])
    return None if best is geometry else best


def apply(matrix: Matrix, points: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """Points under a map."""
    homogeneous = np.column_stack([points, np.ones(len(points))]) @ matrix.T
    return np.asarray(homogeneous[:, :2] / homogeneous[:, 2:3])


def inverse(matrix: Matrix) -> Matrix:
    """The map back."""
    return np.asarray(np.linalg.inv(matrix), np.float64)


def local_scale(matrix: Matrix, at: NDArray[np.floating[Any]]) -> tuple[float, float]:
    """The larger and the smaller magnification at a point; the smaller is negative where the map mirrors."""
    jacobian = jacobian_at(matrix, at)
    values = np.linalg.svd(jacobian, compute_uv=False)
    return float(values[0]), float(values[1]) * (1.0 if np.linalg.det(jacobian) > 0 else -1.0)


def jacobian_at(matrix: Matrix, at: NDArray[np.floating[Any]]) -> Matrix:
    """The linear part of a map at a point."""
    w = matrix[2] @ np.array([at[0], at[1], 1.0])
    image = (matrix[:2] @ np.array([at[0], at[1], 1.0])) / w
    return np.asarray((matrix[:2, :2] - np.outer(image, matrix[2, :2])) / w)


def _estimate(first: NDArray[np.float32], second: NDArray[np.float32]) -> tuple[Matrix, NDArray[np.bool_]] | None:
    cv2.setRNGSeed(SEED)
    affine, affine_in = cv2.estimateAffine2D(first, second, method=cv2.RANSAC, ransacReprojThreshold=REACH,
                                             maxIters=ITERATIONS, confidence=0.999)
    if affine is None:
        return None
    inliers = affine_in.ravel().astype(bool)
    if inliers.sum() < ENOUGH_TO_BEND:
        return np.vstack([affine, [0, 0, 1]]), inliers
    cv2.setRNGSeed(SEED)
    projective, projective_in = cv2.findHomography(first, second, cv2.RANSAC, REACH, maxIters=BENDS, confidence=0.99)
    if projective is None or projective_in.sum() < MIN_GAIN * inliers.sum():
        return np.vstack([affine, [0, 0, 1]]), inliers
    return np.asarray(projective, np.float64), projective_in.ravel().astype(bool)


def _places(points: NDArray[np.float32]) -> int:
    return len(np.unique(np.rint(points / PLACE), axis=0))


def _is_sane(matrix: Matrix, first: NDArray[np.float32], second: NDArray[np.float32], size: tuple[int, int]) -> bool:
    for points in (first, second):
        spread = np.sqrt(np.maximum(np.linalg.eigvalsh(np.cov(points.T)), 0))
        if spread[0] < MIN_SPREAD:
            return False
    corners = np.array([(0, 0), (size[0], 0), (size[0], size[1]), (0, size[1])], np.float64)
    depths = np.column_stack([corners, np.ones(4)]) @ matrix[2]
    if not (np.all(depths > 0) or np.all(depths < 0)):
        return False                # the picture would be folded over the horizon
    larger, smaller = local_scale(matrix, first.mean(axis=0))
    return smaller > 1 / MAX_SCALE and larger < MAX_SCALE and larger / smaller < MAX_SQUEEZE
