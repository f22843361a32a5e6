"""PDQ: a 256-bit hash of a picture's low frequencies, for the eight ways a picture can be turned and mirrored.

The algorithm is that of "PDQ & TMK+PDQF" (Facebook, 2019): two passes of a box filter, 64 x 64 samples, the 16 x 16
lowest frequencies of a DCT without its constant term, each against their median. Ours works on arrays, needs no
compiler, and gives the published hashes (tests/verify/reuse/test_pdq.py).
"""

from functools import cache
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

Plane: TypeAlias = NDArray[np.uint8]
Hash: TypeAlias = NDArray[np.uint8]           # 32 bytes, most significant bit first, as PDQ prints it

VERSION = "1"
BITS = 256
SAMPLES = 64
FREQUENCIES = 16
PASSES = 2
DIHEDRALS = 8
GOOD_QUALITY = 50         # PDQ's own advice: below that (flat pictures) the hash means nothing


def pdq(plane: Plane) -> tuple[Hash, int]:
    """The hash of a grey picture and PDQ's quality, 0 to 100."""
    samples = _samples(plane)
    basis = _basis()
    return _bits(np.asarray(basis @ samples @ basis.T, np.float32)), _quality(samples)


def pdq_dihedral(plane: Plane) -> NDArray[np.uint8]:
    """The hashes of the picture turned and mirrored in all eight ways, (8, 32) bytes, by dihedral index.

    Each is the hash of the turned pixels: turning the spectrum instead is cheaper but up to 34 bits off, because the
    samples do not stand symmetrically in the picture.
    """
    return np.stack([pdq(dihedral(plane, index))[0] for index in range(DIHEDRALS)])


def dihedral(plane: Plane, index: int) -> Plane:
    """The picture transposed where index & 4, then turned upside down where & 2, then mirrored where & 1."""
    turned = plane.T if index & 4 else plane
    if index & 2:
        turned = turned[::-1]
    if index & 1:
        turned = turned[:, ::-1]
    return np.ascontiguousarray(turned)


def is_mirrored(index: int) -> bool:
    """The dihedral of that index shows the picture's mirror image, turned or not."""
    return bool(index.bit_count() & 1)


@cache
def _basis() -> NDArray[np.float32]:
    frequency = np.arange(1, FREQUENCIES + 1)[:, None]
    position = np.arange(SAMPLES)[None, :]
    values = np.sqrt(2 / SAMPLES) * np.cos(np.pi / 2 / SAMPLES * frequency * (2 * position + 1))
    return np.asarray(values, np.float32)


def _samples(plane: Plane) -> NDArray[np.float32]:
    height, width = plane.shape
    smooth = plane.astype(np.float32)
    window = (_window(width), _window(height))
    anchor = (window[0] - (window[0] + 2) // 2, window[1] - (window[1] + 2) // 2)
    counts = cv2.boxFilter(np.ones_like(smooth), -1, window, anchor=anchor, normalize=False,
                           borderType=cv2.BORDER_CONSTANT)
    for _ in range(PASSES):      # at the edges the window shrinks: sums over what is there, divided by how much is
        smooth = (cv2.boxFilter(smooth, -1, window, anchor=anchor, normalize=False,
                                borderType=cv2.BORDER_CONSTANT) / counts).astype(np.float32)
    rows = ((np.arange(SAMPLES) + 0.5) * height / SAMPLES).astype(int)
    columns = ((np.arange(SAMPLES) + 0.5) * width / SAMPLES).astype(int)
    return np.asarray(smooth[np.ix_(rows, columns)], np.float32)


def _window(size: int) -> int:
    return (size + 2 * SAMPLES - 1) // (2 * SAMPLES)


def _bits(spectrum: NDArray[np.float32]) -> Hash:
    flat = spectrum.ravel()
    median = np.partition(flat, BITS // 2 - 1)[BITS // 2 - 1]      # PDQ takes the lower of the two middle values
    return np.packbits((flat > median)[::-1])


def _quality(samples: NDArray[np.float32]) -> int:
    steps = [np.trunc(np.diff(samples, axis=axis) * 100 / 255) for axis in (0, 1)]
    return min(100, int(sum(np.abs(step).sum() for step in steps) / 90))
