"""ORB features: the small tier, for collections too large for RootSIFT.

1. They are computed from a view's plane, which every fingerprint holds: any query can be asked of either tier.
2. They propose geometries as RootSIFT does; the same rules on dense agreement decide.
3. ORB's pattern has no mirror image: of a query the mirrored plane is described too.
"""

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from verify.reuse.features import NO_FEATURES, Features, spread
from verify.reuse.fingerprint import Fingerprint, View

BYTES = 32                # of a descriptor
PER_CELL = 9              # of the 36 cells: a picture has some 300 features, in 36 bytes each
DETECTED = 3000           # keypoints that the cells choose from
FAST = 6                  # of 20: smooth and dark pictures have weak corners; the cells keep the best
EDGE = 6                  # pixels at the border without keypoints
LEVELS = 8
NO_BINARY = replace(NO_FEATURES, descriptors=np.zeros((0, BYTES), np.uint8))


def binary_features(plane: NDArray[np.uint8]) -> Features:
    """The ORB features of a plane (Rublee et al. 2011), spread over it as RootSIFT's are."""
    if min(plane.shape) <= 2 * EDGE:
        return NO_BINARY
    orb = cv2.ORB.create(nfeatures=DETECTED, nlevels=LEVELS, edgeThreshold=EDGE, fastThreshold=FAST)
    keypoints = orb.detect(plane, None)
    if not keypoints:
        return NO_BINARY
    kept, raw = orb.compute(plane, spread(keypoints, plane.shape[1], plane.shape[0], PER_CELL))
    if raw is None or not len(kept):
        return NO_BINARY
    return Features(points=np.array([point.pt for point in kept], np.float32),
                    sizes=np.array([point.size for point in kept], np.float32), descriptors=np.asarray(raw, np.uint8))


def as_binary(fingerprint: Fingerprint, *, asked: bool = False) -> Fingerprint:
    """The fingerprint with ORB features; `asked`: with those of the mirrored planes too, as a query needs them."""
    return replace(fingerprint, views=tuple(_as_binary(view, asked=asked) for view in fingerprint.views))


def _as_binary(view: View, *, asked: bool) -> View:
    found = binary_features(view.plane)
    if asked:
        found = replace(found, flipped=binary_features(np.ascontiguousarray(view.plane[:, ::-1])))
    return replace(view, features=found)
