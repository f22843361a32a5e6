"""The thumbnail in a picture's EXIF against the picture. Runs in workers only: it decodes.

A picture that was edited by a program that does not write the thumbnail anew keeps that of the picture before. Bars
that cameras put around thumbnails of another aspect are cut off first, and the picture is turned every way before it is
called different.
"""

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

SIDE = 24                 # pixels a side at which the two are compared: finer, resampling would show
DARK = 24                 # of 255: cameras' bars are black, with a little noise of compression
MAX_THUMBNAIL = 1 << 20   # bytes


def embedded(image: "Image") -> "Image | None":
    """The thumbnail of IFD1 as a picture; None where there is none that can be decoded."""
    from PIL import Image, UnidentifiedImageError
    from PIL.ExifTags import IFD

    exif, raw = image.getexif(), image.info.get("exif", b"")
    directory = exif.get_ifd(IFD.IFD1)
    start, length = directory.get(0x0201), directory.get(0x0202)
    if not isinstance(start, int) or not isinstance(length, int) or not 0 < length <= MAX_THUMBNAIL:
        return None
    try:
        small = Image.open(io.BytesIO(raw[6 + start:6 + start + length]), formats=("JPEG",))
        if small.width * small.height > 1 << 20:
            return None
        return small.convert("RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        return None


def likeness(picture: "Image", thumbnail: "Image") -> float:
    """The correlation of the two, 1 for the same picture, in the turn in which they are most alike."""
    import numpy as np
    from PIL.Image import Transpose

    small = np.asarray(_unframed(thumbnail).convert("L").resize((SIDE, SIDE)), np.float64)
    upright = _unframed(picture.convert("RGB").resize((SIDE * 8, SIDE * 8))).convert("L").resize((SIDE, SIDE))
    turned = (upright, *(upright.transpose(turn) for turn in Transpose))
    return max(_correlation(np.asarray(one, np.float64), small) for one in turned)


def _correlation(one: "object", other: "object") -> float:
    import numpy as np

    first, second = np.asarray(one) - np.mean(np.asarray(one)), np.asarray(other) - np.mean(np.asarray(other))
    scale = float(np.sqrt((first**2).sum() * (second**2).sum()))
    return float((first * second).sum()) / scale if scale > SIDE * SIDE * 4 else 1.0   # of one tone: nothing differs


def _unframed(image: "Image") -> "Image":
    """Without black bars on two opposite sides."""
    import numpy as np

    bright = np.asarray(image.convert("L")) > DARK
    rows, columns = np.flatnonzero(bright.mean(axis=1) > 0.02), np.flatnonzero(bright.mean(axis=0) > 0.02)
    if not len(rows) or not len(columns):
        return image
    return image.crop((int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1))
