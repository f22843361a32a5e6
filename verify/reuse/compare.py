"""Two fingerprints compared: whether they show the same photograph, and which region of one is which of the other.

1. Keypoints, or a PDQ hash, propose a geometry; `evidence` decides on what agrees under it.
2. What is found is told in fractions of the upright pictures, whatever views it was found in.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from verify.reuse.agreement import Agreement, Cells, compare_cells, grounds, judge
from verify.reuse.evidence import DEFAULT, Compared, Thresholds, box_corners, only_surroundings, weigh
from verify.reuse.features import Features, mirrored
from verify.reuse.fingerprint import Fingerprint, View
from verify.reuse.geometry import NOWHERE, Geometry, Matrix, apply, geometries, inverse, jacobian_at, pair_up, refined
from verify.reuse.model import Likeness, Method, Point, Region, Relation
from verify.reuse.pdq import DIHEDRALS, GOOD_QUALITY, is_mirrored

HALF_CELLS = 20                      # cells at which the score reaches half of the agreement
COVERED = 0.93                       # of a picture: then all of it
TURNED = 3.0                         # degrees
PROMISING = 12                       # keypoints, and ...
PROMISING_SHARE = 0.3                # ... agreement, of a geometry that is worth a second look
ENOUGH = 0.9                         # agreement at which other readings of the same pair are not tried


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What comparing came to, proof or not."""

    likeness: Likeness | None = None
    score: float = 0.0               # of the strongest evidence there was, also where it does not suffice


def score_of(agreement: float, cells: int) -> float:
    """One number for ranking, comparable across queries: agreement, weighted by how much there was to agree on."""
    return agreement * cells / (cells + HALF_CELLS)


def compare(query: Fingerprint, target: Fingerprint, thresholds: Thresholds = DEFAULT) -> Likeness | None:
    """What two pictures share; None where nothing proves that they share a photograph."""
    pairings = ((view, other, flipped) for view in query.views for other in target.views for flipped in (False, True))
    return compare_pairings(query, target, pairings, thresholds).likeness


def compare_pairings(query: Fingerprint, target: Fingerprint, pairings: Iterable[tuple[View, View, bool]],
                     thresholds: Thresholds = DEFAULT) -> Comparison:
    """The best of comparing these views, each pair with the query's mirrored or not."""
    best, strongest = None, 0.0
    for view, other, flipped in pairings:
        found = compare_views(query, view, target, other, flipped=flipped, thresholds=thresholds)
        strongest = max(strongest, found.score)
        if found.likeness is not None and (best is None or found.likeness.score > best.score):
            best = found.likeness
        if best is not None and best.agreement >= ENOUGH:
            break
    return Comparison(likeness=best, score=best.score if best is not None else strongest)


def compare_views(query: Fingerprint, view: View, target: Fingerprint, other: View, *, flipped: bool,
                  thresholds: Thresholds = DEFAULT) -> Comparison:
    """As `compare`, for one pair of views, the query's mirrored where `flipped`."""
    case = _Case(query=query, view=view, target=target, other=other, flipped=flipped)
    plane, features = turned(view, flipped=flipped)
    drawn: tuple[NDArray[np.uint8], NDArray[np.uint8]] | None = None      # most pairs have no geometry to try
    strongest = 0.0
    for geometry, method in _proposals(view, other, plane, features, flipped=flipped, thresholds=thresholds):
        near = pdq_distance(view, other)[0] if method is Method.PDQ else None
        tried: Geometry | None = geometry
        while tried is not None:
            drawn = drawn or (grounds(plane), grounds(other.plane))
            cells = compare_cells(plane, other.plane, *drawn, tried.matrix)
            if cells is None:
                break
            compared = Compared(first=plane, second=other.plane, first_grounds=drawn[0], second_grounds=drawn[1],
                                geometry=tried, cells=cells, near_hash=near, only_second=view.is_screen)
            agreement = weigh(compared, thresholds)
            if agreement is not None and not _only_surroundings(case, tried, cells, agreement, thresholds):
                likeness = _likeness(case, tried, method, cells, agreement)
                return Comparison(likeness=likeness, score=likeness.score)
            whole = judge(cells)[0]
            strongest = max(strongest, score_of(whole.share, whole.cells))
            worth = tried is geometry and geometry.inliers >= PROMISING and whole.share >= PROMISING_SHARE
            tried = refined(features, other.features, geometry, (plane.shape[1], plane.shape[0])) if worth else None
    return Comparison(score=strongest)


def turned(view: View, *, flipped: bool) -> tuple[NDArray[np.uint8], Features]:
    """A view's plane and features, mirrored where asked."""
    if not flipped:
        return view.plane, view.features
    if view.features.flipped is not None:
        return np.ascontiguousarray(view.plane[:, ::-1]), view.features.flipped
    points = view.features.points.copy()
    points[:, 0] = view.plane.shape[1] - 1 - points[:, 0]
    return (np.ascontiguousarray(view.plane[:, ::-1]),
            replace(view.features, points=points, descriptors=mirrored(view.features.descriptors)))


def _proposals(view: View, other: View, plane: NDArray[np.uint8], features: Features, *, flipped: bool,
               thresholds: Thresholds) -> Iterator[tuple[Geometry, Method]]:
    for geometry in geometries(pair_up(features, other.features), (plane.shape[1], plane.shape[0])):
        yield geometry, Method.FEATURES
    distance, index = pdq_distance(view, other)
    if distance <= thresholds.pdq_distance and is_mirrored(index) == flipped:
        matrix = _dihedral_matrix(index, plane, other.plane, flipped=flipped)
        yield Geometry(matrix=matrix, inliers=0, at=NOWHERE), Method.PDQ


def pdq_distance(view: View, other: View) -> tuple[int, int]:
    """The least distance of the query's eight hashes to the target's own, and the index; 256 for flat pictures."""
    if min(view.quality, other.quality) < GOOD_QUALITY:
        return 256, 0
    distances = np.bitwise_count(view.hashes ^ other.hashes[0]).sum(axis=1)
    index = int(distances[:DIHEDRALS].argmin())
    return int(distances[index]), index


def _dihedral_matrix(index: int, plane: NDArray[np.uint8], other: NDArray[np.uint8], *, flipped: bool) -> Matrix:
    """The map of the (mirrored, where `flipped`) query's plane onto the target's that the dihedral index means."""
    x, y = np.eye(3)[0], np.eye(3)[1]
    one = np.eye(3)[2]
    if flipped:                                   # the plane that we map is mirrored already: undo that first
        x = one - x
    if index & 4:
        x, y = y, x
    if index & 2:
        y = one - y
    if index & 1:
        x = one - x
    into = np.diag([1 / plane.shape[1], 1 / plane.shape[0], 1.0])
    out = np.diag([float(other.shape[1]), float(other.shape[0]), 1.0])
    return np.asarray(out @ np.stack([x, y, one]) @ into)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    query: Fingerprint
    view: View
    target: Fingerprint
    other: View
    flipped: bool

    @property
    def to_query(self) -> Matrix:
        """The query's plane as compared to fractions of the query's picture."""
        unflip = np.array([[-1, 0, self.view.plane.shape[1]], [0, 1, 0], [0, 0, 1.0]]) if self.flipped else np.eye(3)
        return _to_fractions(self.view) @ unflip

    @property
    def to_target(self) -> Matrix:
        """The target's plane to fractions of its picture."""
        return _to_fractions(self.other)


def _only_surroundings(case: _Case, geometry: Geometry, cells: Cells, agreement: Agreement,
                       thresholds: Thresholds) -> bool:
    """Whether views agree only since they show what stands around two different pictures: the wholes tell."""
    query, target = case.query.views[0], case.target.views[0]
    if case.view is query and case.other is target:
        return False                              # the wholes are what was judged
    wholes = replace(case, view=query, other=target)
    plane, _ = turned(query, flipped=case.flipped)
    grounds_of = grounds(plane), grounds(target.plane)
    from_other = inverse(wholes.to_target) @ case.to_target
    part = apply(from_other @ cells.to_second, box_corners(agreement.part))
    carried = from_other @ geometry.matrix @ inverse(case.to_query) @ wholes.to_query
    # carried on from a small part a geometry may miss the rest; the very same layout needs no carrying on
    laid = np.diag([target.plane.shape[1] / plane.shape[1], target.plane.shape[0] / plane.shape[0], 1.0])
    for matrix in (carried, laid):
        found = compare_cells(plane, target.plane, *grounds_of, matrix)
        if found is not None and only_surroundings(
                Compared(first=plane, second=target.plane, first_grounds=grounds_of[0], second_grounds=grounds_of[1],
                         cells=found, geometry=Geometry(matrix=matrix, inliers=0, at=NOWHERE), near_hash=None),
                part, thresholds):
            return True
    return False


def _to_fractions(view: View) -> Matrix:
    height, width = view.plane.shape
    box = view.box
    return np.array([[box.width / width, 0, box.left], [0, box.height / height, box.top], [0, 0, 1.0]])


def _likeness(case: _Case, geometry: Geometry, method: Method, cells: Cells, agreement: Agreement) -> Likeness:
    second = _agreed_quad(case, geometry.matrix, cells, agreement)
    first = apply(inverse(geometry.matrix), second)
    region_query = _region(apply(case.to_query, first), mirrored_order=case.flipped)
    region_target = _region(apply(case.to_target, second), mirrored_order=case.flipped)
    whole = case.to_target @ geometry.matrix @ inverse(case.to_query)
    pixels = (np.diag([case.target.width, case.target.height, 1.0]) @ whole
              @ np.diag([1 / case.query.width, 1 / case.query.height, 1.0]))
    centre = apply(np.diag([case.query.width, case.query.height, 1.0]), np.array([_centre(region_query)]))[0]
    jacobian = jacobian_at(pixels, centre)
    scale = 1 / float(np.sqrt(max(abs(np.linalg.det(jacobian)), 1e-12)))
    rotation = _rotation(jacobian, flipped=case.flipped)
    return Likeness(
        method=method, relation=_relation(case, rotation, region_query, region_target),
        score=score_of(agreement.share, agreement.cells), agreement=agreement.share, cells=agreement.cells,
        inliers=geometry.inliers, mirrored=case.flipped, rotation=rotation, scale=scale, region_query=region_query,
        region_target=region_target, crop_percent=100 * max(0.0, 1 - region_target.area),
        homography=tuple(float(value) for value in (whole / whole[2, 2]).ravel()),
        pdq_distance=pdq_distance(case.view, case.other)[0])


def _agreed_quad(case: _Case, matrix: Matrix, cells: Cells, agreement: Agreement) -> NDArray[np.float64]:
    """Corners, in the target's plane, of what agrees: all of the overlap where the agreeing part fills it."""
    part = apply(cells.to_second, box_corners(agreement.part))
    height, width = case.other.plane.shape
    own = case.view.plane.shape
    quad = apply(matrix, np.array([(0, 0), (own[1], 0), (own[1], own[0]), (0, own[0])], np.float64))
    frame = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float64)
    area, overlap = cv2.intersectConvexConvex(quad.astype(np.float32), frame.astype(np.float32))
    ours, _ = cv2.intersectConvexConvex(part.astype(np.float32), frame.astype(np.float32))
    if not agreement.covers_overlap or overlap is None or ours < 0.8 * area:
        return np.clip(part, 0, (width, height))
    if area > 0.97 * width * height:
        return frame
    back = apply(inverse(matrix), frame)
    if area > 0.97 * abs(cv2.contourArea(quad.astype(np.float32))):
        return quad                               # the query lies within the target
    inside = np.all((back > -0.03 * own[1]) & (back < (1.03 * own[1], 1.03 * own[0])))
    return frame if inside else np.clip(part, 0, (width, height))


def _region(corners: NDArray[np.float64], *, mirrored_order: bool) -> Region:
    """Corners clipped to the picture, each the image of the same corner of the query as it is seen."""
    clipped = np.clip(corners, 0.0, 1.0)
    if mirrored_order:
        clipped = clipped[[1, 0, 3, 2]]
    one, two, three, four = (_point(corner) for corner in clipped)
    return Region(corners=(one, two, three, four))


def _point(corner: NDArray[np.float64]) -> Point:
    return float(corner[0]), float(corner[1])


def _centre(region: Region) -> Point:
    return sum(x for x, _ in region.corners) / 4, sum(y for _, y in region.corners) / 4


def _rotation(jacobian: Matrix, *, flipped: bool) -> float:
    """Degrees, clockwise on the screen, that the target was turned by to give the query (after any mirroring)."""
    linear = jacobian @ np.diag([-1.0, 1.0]) if flipped else jacobian
    return 0.0 + float(-np.degrees(np.arctan2(linear[1, 0] - linear[0, 1], linear[0, 0] + linear[1, 1])))


def _relation(case: _Case, rotation: float, query: Region, target: Region) -> Relation:
    if case.flipped:
        return Relation.MIRRORED
    if abs(rotation) > TURNED:
        return Relation.ROTATED
    if query.area < COVERED:
        return Relation.CONTAINS
    return Relation.CROP if target.area < COVERED else Relation.SAME
