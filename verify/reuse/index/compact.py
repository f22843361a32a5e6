"""The ORB tier on disk: planes as JPEG, keypoints in 36 bytes, words and signatures taken from the descriptors.

What is lost by JPEG is noise to dense agreement: it can take agreement away, and cannot make any.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from evidence_store.errors import FormatError
from verify.reuse.binary import BYTES
from verify.reuse.features import Features

WORDS = 1 << 16           # a word is a descriptor's first 16 bits: ORB orders its bits by how much they tell
PROBES = 17               # ... and those with one of them changed
SIGNATURE = slice(2, 10)  # bytes: the next 64 bits
QUALITY = 85
STEPS = 64.0              # of a pixel, in which places are kept
SIZE = 31.0               # of a keypoint at the finest level: sizes decide nothing here


def words(descriptors: NDArray[np.uint8]) -> NDArray[np.uint16]:
    """The word of each descriptor."""
    return np.ascontiguousarray(descriptors[:, :2]).view("<u2").ravel()


def signatures(descriptors: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """The signature of each descriptor."""
    return np.ascontiguousarray(descriptors[:, SIGNATURE]).view("<u8").ravel()


def assign(descriptors: NDArray[np.uint8]) -> tuple[NDArray[np.int32], NDArray[np.uint64]]:
    """The words that each descriptor is looked up under, its own first, and its signature: both (n, PROBES)."""
    changes = np.concatenate(([0], 1 << np.arange(PROBES - 1))).astype(np.int32)
    asked = words(descriptors).astype(np.int32)[:, None] ^ changes
    return asked, np.repeat(signatures(descriptors)[:, None], PROBES, axis=1)


def packed(planes: Sequence[NDArray[np.uint8]], arrays: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """The arrays of a segment in this form: `views` names where each plane begins in the bytes of all."""
    encoded = [_encoded(plane) for plane in planes]
    sizes = np.array([len(one) for one in encoded], np.uint32)
    views = arrays["views"].copy()
    views["plane"] = np.cumsum(sizes, dtype=np.uint64) - sizes
    kept = {name: arrays[name] for name in ("pictures", "hashes", "descriptors")}
    return kept | {"views": views, "plane_sizes": sizes,
                   "planes": np.concatenate(encoded) if encoded else np.zeros(0, np.uint8),
                   "points": np.clip(np.rint(arrays["points"] * STEPS), 0, 65535).astype(np.uint16)}


def plane(data: NDArray[np.uint8], height: int, width: int) -> NDArray[np.uint8]:
    """A plane read back; FormatError where it is none of this shape."""
    try:
        found = cv2.imdecode(np.array(data, np.uint8), cv2.IMREAD_GRAYSCALE) if len(data) else None
    except cv2.error:
        found = None
    if found is None or found.shape != (height, width):
        raise FormatError("a plane of the index cannot be read", hint="delete the index and make it anew")
    return np.asarray(found, np.uint8)


def features(points: NDArray[np.uint16], descriptors: NDArray[np.uint8]) -> Features:
    """The features of a view read back."""
    return Features(points=(points / STEPS).astype(np.float32), sizes=np.full(len(points), SIZE, np.float32),
                    descriptors=np.array(descriptors, np.uint8).reshape(-1, BYTES))


def _encoded(found: NDArray[np.uint8]) -> NDArray[np.uint8]:
    _, data = cv2.imencode(".jpg", found, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return np.asarray(data, np.uint8).ravel()
