"""Local features: RootSIFT at keypoints spread over the whole picture, and their mirror images.

1. The picture is divided into cells and each may hold only so many keypoints: large caption letters are strong
   keypoints and would otherwise use up the budget of the photograph.
2. The descriptors of the mirrored picture are those of the picture, rearranged: nothing is extracted twice.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

GRID = 6                  # cells a side (facts: captions no longer starve the photograph)
PER_CELL = 14
MAX_FEATURES = GRID * GRID * PER_CELL
CONTRAST = 0.02           # half of SIFT's default: dusty, dark pictures have weak keypoints; the cells keep the best
LARGE = 16.0              # pixels: beyond, size is no further merit
MAX_BYTES = 128           # of a descriptor: RootSIFT; shorter ones are bits
ROOT_SCALE = 512.0        # a RootSIFT component is at most 1 and usually below 0.5: kept as a byte


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """Keypoints of one view."""

    points: NDArray[np.float32]          # (n, 2): x, y in pixels of the view's plane
    sizes: NDArray[np.float32]           # (n,): diameter, in the same pixels
    descriptors: NDArray[np.uint8]       # (n, 128); of ORB (n, 32), in bits
    flipped: "Features | None" = None    # of the mirrored view, where they do not follow from these

    def __len__(self) -> int:
        return len(self.points)


NO_FEATURES = Features(points=np.zeros((0, 2), np.float32), sizes=np.zeros(0, np.float32),
                       descriptors=np.zeros((0, 128), np.uint8))


def features_of(plane: NDArray[np.uint8], *, scale: float = 1.0) -> Features:
    """The features of a grey picture; coordinates are multiplied by `scale`."""
    sift = cv2.SIFT.create(nfeatures=0, contrastThreshold=CONTRAST)
    keypoints = sift.detect(plane, None)
    if not keypoints:
        return NO_FEATURES
    kept, raw = sift.compute(plane, spread(keypoints, plane.shape[1], plane.shape[0], PER_CELL))
    if raw is None or not len(kept):
        return NO_FEATURES
    points = np.array([point.pt for point in kept], np.float32)
    sizes = np.array([point.size for point in kept], np.float32)
    # the centre of pixel 0 is 0 for SIFT: shift by half a pixel so that scaling keeps positions
    return Features(points=((points + 0.5) * scale - 0.5).astype(np.float32),
                    sizes=(sizes * scale).astype(np.float32), descriptors=_root(raw))


def joined(one: Features, other: Features) -> Features:
    """The features of both."""
    return Features(points=np.concatenate([one.points, other.points]), sizes=np.concatenate([one.sizes, other.sizes]),
                    descriptors=np.concatenate([one.descriptors, other.descriptors]))


def mirrored(descriptors: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The descriptors of the same keypoints in the mirrored picture."""
    # A descriptor is 4 x 4 cells (across, along the keypoint's direction) of 8 directions; a mirror turns the
    # across-axis and the sense of the directions around.
    cells = descriptors.reshape(-1, 4, 4, 8)
    return np.ascontiguousarray(cells[:, ::-1, :, (-np.arange(8)) % 8].reshape(-1, 128))


def as_floats(descriptors: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Unit vectors; of bits too, whose cosine then tells their Hamming distance."""
    if descriptors.shape[1] < MAX_BYTES:
        bits = np.unpackbits(descriptors, axis=1).astype(np.float32)
        return np.asarray((2 * bits - 1) / np.sqrt(bits.shape[1]), np.float32)
    floats = descriptors.astype(np.float32)
    lengths = np.linalg.norm(floats, axis=1, keepdims=True)
    return np.asarray(floats / np.maximum(lengths, 1.0), np.float32)


def spread(keypoints: "Sequence[cv2.KeyPoint]", width: int, height: int, per_cell: int) -> "list[cv2.KeyPoint]":
    """The strongest keypoints of each cell; of several directions at one place all or none count as one."""
    # Ties are broken by position: the order in which threads find keypoints must not matter.
    ordered = sorted(keypoints, key=lambda point: (-_worth(point), point.pt, point.size, point.angle))
    taken: dict[tuple[int, int], int] = {}
    kept = []
    for point in ordered:
        cell = (min(GRID - 1, int(point.pt[0] * GRID / width)), min(GRID - 1, int(point.pt[1] * GRID / height)))
        if taken.get(cell, 0) < per_cell:
            taken[cell] = taken.get(cell, 0) + 1
            kept.append(point)
    return kept


def _worth(point: "cv2.KeyPoint") -> float:
    """Strength, the large ones favoured: noise, moire and small copies spare them."""
    return float(point.response * min(point.size, LARGE) ** 0.5)


def _root(raw: NDArray[np.float32]) -> NDArray[np.uint8]:
    """RootSIFT (Arandjelovic and Zisserman, 2012) as bytes."""
    sums = np.maximum(np.abs(raw).sum(axis=1, keepdims=True), 1e-6)
    return np.asarray(np.minimum(np.rint(np.sqrt(raw / sums) * ROOT_SCALE), 255), np.uint8)
