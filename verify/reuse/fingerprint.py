"""Fingerprints: what is kept of a picture so that it can be found and compared without its pixels.

1. A picture has views: the whole, and each photograph that de-framing finds in it. Views are compared, not pictures.
2. Everything is computed from the grey working plane of the pinned decode path (`decode.py`), which is never larger
   than WORKING pixels a side: the same on every machine with the same library versions.
3. A query has more views than what it is compared with: of the screens and prints that it may be a photograph of.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from verify.reuse.features import NO_FEATURES, Features, features_of, joined
from verify.reuse.model import WHOLE, Box
from verify.reuse.pdq import pdq, pdq_dihedral
from verify.reuse.regions import find_regions
from verify.reuse.screens import find_screens

VERSION = "4"             # of all that decides, comparison too; fingerprints of another version are not compared
WORKING = 1024            # longer side of the working plane: regions of screenshots keep enough pixels
FEATURES_AT = 512         # longer side at which hashes and features of a view are computed
PLANE = 320               # longer side of the plane that is kept for dense agreement
REGIONS_AT = 512          # longer side at which frames are looked for
LEAST_SIDE = 72           # pixels of the working plane that a screen's shorter side must have


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The whole picture or one region of it."""

    box: Box
    plane: NDArray[np.uint8]           # (h, w), longer side PLANE or less
    hashes: NDArray[np.uint8]          # (8, 32): PDQ by dihedral index
    quality: int                       # of PDQ
    features: Features                 # in pixels of the plane
    is_screen: bool = False            # a box around a quadrangle, of a query


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """What is kept of one picture."""

    width: int                # of the upright original, in pixels
    height: int
    views: tuple[View, ...]   # the whole first


def fingerprint(working: NDArray[np.uint8], *, width: int, height: int, asked: bool = False,
                described: bool = True) -> Fingerprint:
    """The fingerprint of a grey working plane; `width` and `height` are those of the upright original.

    `asked`: it is a query, and has views of the screens within it too. Not `described`: without RootSIFT, for an index
    that holds ORB features instead (`binary`).
    """
    small = shrunk(working, REGIONS_AT)
    views = [_view(working, box, described=described) for box in (WHOLE, *find_regions(small))]
    if asked:
        views += [_view(working, box, noisy=True) for box in find_screens(small) if _side(working, box) >= LEAST_SIDE]
    return Fingerprint(width=width, height=height, views=tuple(views))


def hashed_plane(working: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The plane of the whole picture that its PDQ hash is of."""
    return shrunk(working, FEATURES_AT)


def _side(working: NDArray[np.uint8], box: Box) -> float:
    height, width = working.shape
    return min(float(box.width * width), float(box.height * height))


def _view(working: NDArray[np.uint8], box: Box, *, noisy: bool = False, described: bool = True) -> View:
    """A view; of a `noisy` one the features of a smaller copy too, in which noise and moire are gone."""
    height, width = working.shape
    part = working[round(box.top * height):round(box.bottom * height), round(box.left * width):round(box.right * width)]
    middle = shrunk(part, FEATURES_AT)
    plane = shrunk(middle, PLANE)
    features = features_of(middle, scale=plane.shape[1] / middle.shape[1]) if described else NO_FEATURES
    if noisy:
        less = shrunk(middle, max(middle.shape) // 2)
        features = joined(features, features_of(less, scale=plane.shape[1] / less.shape[1]))
    hashes = pdq_dihedral(middle)
    return View(box=box, plane=plane, hashes=hashes, quality=pdq(middle)[1], features=features,
                is_screen=noisy)


def shrunk(plane: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """Not larger than `side`; never enlarged."""
    height, width = plane.shape
    longer = max(height, width)
    if longer <= side:
        return np.ascontiguousarray(plane)
    size = (max(1, round(width * side / longer)), max(1, round(height * side / longer)))
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), np.uint8)
