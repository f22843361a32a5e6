"""Fingerprints: what is kept of a picture so that it can be found and compared without its pixels.

1. A picture has views: the whole, and each photograph that de-framing finds in it. Views are compared, not pictures.
2. Everything is computed from the grey working plane of the pinned decode path (`decode.py`), which is never larger
   than WORKING pixels a side: the same on every machine with the same library versions.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from verify.reuse.features import Features, features_of
from verify.reuse.model import WHOLE, Box
from verify.reuse.pdq import pdq, pdq_dihedral
from verify.reuse.regions import find_regions

VERSION = "2"             # of what follows; fingerprints of another version are not compared
WORKING = 1024            # longer side of the working plane: regions of screenshots keep enough pixels
FEATURES_AT = 512         # longer side at which hashes and features of a view are computed
PLANE = 320               # longer side of the plane that is kept for dense agreement
REGIONS_AT = 512          # longer side at which frames are looked for


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The whole picture or one region of it."""

    box: Box
    plane: NDArray[np.uint8]           # (h, w), longer side PLANE or less
    hashes: NDArray[np.uint8]          # (8, 32): PDQ by dihedral index
    quality: int                       # of PDQ
    features: Features                 # in pixels of the plane


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """What is kept of one picture."""

    width: int                # of the upright original, in pixels
    height: int
    views: tuple[View, ...]   # the whole first


def fingerprint(working: NDArray[np.uint8], *, width: int, height: int) -> Fingerprint:
    """The fingerprint of a grey working plane; `width` and `height` are those of the upright original."""
    boxes = (WHOLE, *find_regions(shrunk(working, REGIONS_AT)))
    return Fingerprint(width=width, height=height, views=tuple(_view(working, box) for box in boxes))


def hashed_plane(working: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The plane of the whole picture that its PDQ hash is of."""
    return shrunk(working, FEATURES_AT)


def _view(working: NDArray[np.uint8], box: Box) -> View:
    height, width = working.shape
    part = working[round(box.top * height):round(box.bottom * height), round(box.left * width):round(box.right * width)]
    middle = shrunk(part, FEATURES_AT)
    plane = shrunk(middle, PLANE)
    return View(box=box, plane=plane, hashes=pdq_dihedral(middle), quality=pdq(middle)[1],
                features=features_of(middle, scale=plane.shape[1] / middle.shape[1]))


def shrunk(plane: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """Not larger than `side`; never enlarged."""
    height, width = plane.shape
    longer = max(height, width)
    if longer <= side:
        return np.ascontiguousarray(plane)
    size = (max(1, round(width * side / longer)), max(1, round(height * side / longer)))
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), np.uint8)
