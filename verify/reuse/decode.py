"""The pinned decode path: from a file of any picture format to the grey working plane.

1. First frame; JPEG decoded at the smallest DCT scale that still has DECODED pixels on the longer side.
2. Transparency over white; ICC profiles are not applied; luma as Pillow's "L" (ITU-R 601); 16-bit grey scaled to 8.
3. EXIF orientation applied; shrunk to WORKING by box reduction and Lanczos; never enlarged.
Runs in the sandbox's worker only.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from verify.reuse.fingerprint import WORKING
from verify.sandbox.opening import opened, turn_of

if TYPE_CHECKING:
    from PIL.Image import Image

DECODE_PATH = "muniment/2: Pillow draft decode to 896 or more, over white, L, EXIF orientation, Lanczos to 1024"
MIN_DECODED = 24              # pixels a side: below that there is no picture to compare
DECODED = 896                 # a camera's 4,000 pixels in quarters are enough: decoding halves costs twice as much
REDUCING_GAP = 2.0


class TooSmall(ValueError):
    """The picture has too few pixels to be compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A picture ready to be fingerprinted."""

    working: NDArray[np.uint8]
    width: int                # upright, full size
    height: int


def decode(path: Path) -> Decoded:
    """The working plane of a picture file. Raises what decoders raise."""
    with opened(path) as image:
        width, height = image.size
        image.draft("RGB", (-(-width * DECODED // max(width, height)), -(-height * DECODED // max(width, height))))
        turn = turn_of(image)
        grey = _grey(image)
    if turn is not None:
        grey = grey.transpose(turn)
        if turn.value in {2, 4, 5, 6}:      # quarter turns and transpositions
            width, height = height, width
    return Decoded(working=working_plane(grey), width=width, height=height)


def working_plane(grey: "Image") -> NDArray[np.uint8]:
    """The plane of an upright grey picture of any size."""
    from PIL import Image

    if min(grey.size) < MIN_DECODED:
        raise TooSmall(f"{grey.width} x {grey.height} pixels: too small to compare")
    longer = max(grey.size)
    if longer > WORKING:
        size = (max(1, round(grey.width * WORKING / longer)), max(1, round(grey.height * WORKING / longer)))
        grey = grey.resize(size, Image.Resampling.LANCZOS, reducing_gap=REDUCING_GAP)
    return np.asarray(grey, np.uint8).copy()


def _grey(image: "Image") -> "Image":
    from PIL import Image

    if image.mode.startswith(("I", "F")):         # 16-bit grey and its kin: Pillow would clip at 255
        levels = np.asarray(image, np.float64)
        top = 65535.0 if levels.max() > 255 else 255.0
        return Image.fromarray(np.clip(levels * (255.0 / top), 0, 255).astype(np.uint8))
    if image.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in image.info:
        coloured = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", coloured.size, (255, 255, 255, 255)), coloured).convert("L")
    return image.convert("L")
