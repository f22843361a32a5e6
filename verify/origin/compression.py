"""Was a JPEG compressed before at another quality? Runs in workers only: it decodes.

Each 8 x 8 block of luminance is transformed and quantised as at every quality from 30 to 98: an earlier compression on
the same grid leaves a dip of the error at its quality (JPEG ghosts: H. Farid, "Exposing Digital Forgeries from JPEG
Ghosts", IEEE TIFS 4(1), 2009). A crop that moved the grid, a resize or a blur removes the trace: no dip proves nothing.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from verify.origin.jpeg import ijg_table

if TYPE_CHECKING:
    from PIL.Image import Image

CROP = 768                   # pixels a side, from the middle on the block grid: enough blocks, bounded work
LOWEST, HIGHEST = 30, 98     # below, everything is a dip; above, rounding hides it
APART = 6                    # qualities between the last compression and an earlier one that can be told apart
REACH = 6                    # neighbours on either side with which a quality's error is compared
DIP = 0.50                   # of the neighbours' error: 90 single compressions stayed above 0.60; of 216 double ones,
                             # last at 87 to 95, 204 came below


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """An earlier compression."""

    quality: int
    depth: float             # error at this quality by that of its neighbours; 1 is no dip


def earlier_compression(image: "Image", last: int) -> Earlier | None:
    """The deepest dip below or above the last quality; None where there is none."""
    errors = _errors(image)
    best: Earlier | None = None
    for quality in range(LOWEST + REACH, HIGHEST - REACH + 1):
        if quality > last - APART:
            break
        around = sorted(errors[other] for other in range(quality - REACH, quality + REACH + 1)
                        if abs(other - quality) > 1)
        middle = around[len(around) // 2]
        depth = errors[quality] / middle if middle > 0 else 1.0
        if depth < DIP and (best is None or depth < best.depth):
            best = Earlier(quality=quality, depth=depth)
    return best


def _errors(image: "Image") -> dict[int, float]:
    """The mean squared error of the transform's coefficients after quantising at each quality."""
    import numpy as np

    left = max(0, (image.width - CROP) // 16 * 8)
    top = max(0, (image.height - CROP) // 16 * 8)
    width, height = min(CROP, image.width) // 8 * 8, min(CROP, image.height) // 8 * 8
    luma = np.asarray(image.convert("L").crop((left, top, left + width, top + height)), np.float32) - 128
    blocks = luma.reshape(height // 8, 8, width // 8, 8).swapaxes(1, 2).reshape(-1, 8, 8)
    rows = np.arange(8)
    basis = np.cos((2 * rows[None, :] + 1) * rows[:, None] * np.pi / 16) / 2
    basis[0] /= np.sqrt(2)
    basis = basis.astype(np.float32)
    coefficients = (basis @ blocks @ basis.T).reshape(-1, 64)
    flat = np.abs(coefficients[:, 1:]).sum(axis=1) < 4      # blocks of one tone say nothing
    coefficients = coefficients[~flat, 1:21]
    if len(coefficients) < 64:
        return dict.fromkeys(range(LOWEST, HIGHEST + 1), 0.0)
    found = {}
    for quality in range(LOWEST, HIGHEST + 1):
        table = np.array(ijg_table(quality)[1:21], np.float32)
        rest = coefficients - np.round(coefficients / table) * table
        found[quality] = float(np.mean(rest * rest))
    return found
