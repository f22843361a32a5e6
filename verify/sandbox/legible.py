"""A picture made ready to be read by Tesseract: upright, grey, of a size at which its models read best.

Tesseract itself never opens evidence: it is given this PNG, which a worker made under limits.
"""

import base64
import io
from pathlib import Path
from typing import TYPE_CHECKING

from verify.sandbox.opening import opened, turn_of

if TYPE_CHECKING:
    from PIL.Image import Image

LONGEST = 2600               # pixels: larger pictures cost minutes and read no better
SMALL = 600                  # pixels of the longer side below which letters are too small: enlarged twice
SMALLEST = 24                # pixels of the shorter side: nothing is written in less
MAX_PNG = 24 << 20           # bytes; LONGEST squared, hardly compressed


class NothingToRead(ValueError):
    """The picture is too small to hold words."""


def legible_picture(path: Path) -> bytes:
    """One line: the PNG, as base64. Raises NothingToRead and what Pillow raises."""
    from PIL import Image

    with opened(path) as image:
        image.draft("L", (LONGEST, LONGEST))
        turn = turn_of(image)
        picture = _grey(image)
    if turn is not None:
        picture = picture.transpose(turn)
    if min(picture.size) < SMALLEST:
        raise NothingToRead(f"{picture.width} x {picture.height} pixels")
    if max(picture.size) < SMALL:
        picture = picture.resize((picture.width * 2, picture.height * 2), Image.Resampling.BICUBIC)
    picture.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
    held = io.BytesIO()
    picture.save(held, "PNG", compress_level=1)
    return base64.b64encode(held.getvalue()) + b"\n"


def _grey(image: "Image") -> "Image":
    """The first frame over white."""
    from PIL import Image

    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        coloured = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", coloured.size, (255, 255, 255, 255)), coloured).convert("L")
    return image.convert("L")
