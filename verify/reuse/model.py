"""The nouns of reuse: where in a picture, what was found, and what it rests on. No pixels here.

Coordinates are fractions of the upright picture's width and height (0, 0 is its upper left corner), so that they hold
for any copy of it at any size.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

Point: TypeAlias = tuple[float, float]


class Method(StrEnum):
    """What found a match."""

    EXACT = "exact"            # the same bytes
    PDQ = "pdq"                # proposed by the hash, confirmed by dense agreement
    FEATURES = "features"      # proposed by local features, confirmed by dense agreement
    VIDEO = "video"            # frames that match along one line of time


class Tier(StrEnum):
    """Which local features an index holds."""

    ROOTSIFT = "rootsift"
    ORB = "orb"                # a fraction of the size, and less is found; the same rules decide


class Relation(StrEnum):
    """What the query is to the target. Where several hold, the first of this list is told."""

    FRAME = "frame"            # the one is a picture of a moment of the other, a video
    MIRRORED = "mirrored"
    ROTATED = "rotated"        # by more than a few degrees
    CROP = "crop"              # the query shows a part of the target
    CONTAINS = "contains"      # the query shows the target, or a part of it, within something larger
    SAME = "same"


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """An upright rectangle within a picture."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Its share of the picture's width."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Its share of the picture's height."""
        return self.bottom - self.top

    @property
    def area(self) -> float:
        """Its share of the picture."""
        return self.width * self.height


WHOLE = Box(left=0.0, top=0.0, right=1.0, bottom=1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A quadrangle within a picture; its corners are in the order of the query's region, clockwise from upper left."""

    corners: tuple[Point, Point, Point, Point]

    @property
    def area(self) -> float:
        """Its share of the picture (shoelace formula)."""
        pairs = zip(self.corners, (*self.corners[1:], self.corners[0]), strict=True)
        return abs(sum(x * v - u * y for (x, y), (u, v) in pairs)) / 2


WHOLE_REGION = Region(corners=((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """Two pictures show the same photograph: which region of one is which of the other, and what proves it."""

    method: Method
    relation: Relation
    score: float               # 0 to 1, comparable across queries: see `agreement.score_of`
    agreement: float           # share of the textured overlap that agrees
    cells: int                 # how many textured cells that overlap has
    inliers: int               # keypoints at distinct places that follow the geometry; 0: from the hash alone
    mirrored: bool
    rotation: float            # degrees, clockwise, of the query against the target
    scale: float               # of the query against the target, in pixels of the upright pictures
    region_query: Region
    region_target: Region
    crop_percent: float        # of the target's area, what the query does not show
    homography: tuple[float, ...]   # 9 numbers by row: query fractions to target fractions
    pdq_distance: int | None = None
