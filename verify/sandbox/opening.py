"""Picture files opened with Pillow, within limits. Runs in workers only."""

from pathlib import Path
from typing import TYPE_CHECKING

from verify.sandbox.answers import FormatSeen

if TYPE_CHECKING:
    from PIL.Image import Image, Transpose

FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP", "AVIF", "HEIF",
           "JPEG2000")       # EPS would start Ghostscript
MAX_PIXELS = 250_000_000     # a 200-megapixel telephone; decoded, this is 750 MB
_TURNS = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6,
          8: 2}    # EXIF 2.32 4.6.4 Orientation -> PIL.Image.Transpose that undoes it


class TooManyPixels(ValueError):
    """The file declares a picture larger than the limit; it was not decoded."""


def opened(path: Path) -> "Image":
    """A picture file, its head read; raises TooManyPixels and whatever Pillow raises."""
    import pi_heif
    from PIL import Image

    pi_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)
    Image.init()                     # with `formats`, Pillow only looks among plugins that are loaded already
    Image.MAX_IMAGE_PIXELS = None    # our own limit, with its own answer, stands in the next lines
    image = Image.open(path, formats=FORMATS)
    if image.width * image.height > MAX_PIXELS:
        raise TooManyPixels(f"{image.width} x {image.height} pixels are declared; the limit is {MAX_PIXELS:,}")
    return image


def turn_of(image: "Image") -> "Transpose | None":
    """What makes the picture upright; None where it is."""
    from PIL.ExifTags import Base

    return transposition(image.getexif().get(Base.Orientation, 1))


def transposition(orientation: object) -> "Transpose | None":
    """What undoes an EXIF orientation."""
    from PIL.Image import Transpose

    turn = _TURNS.get(orientation) if isinstance(orientation, int) else None
    return None if turn is None else Transpose(turn)


def seen(image: "Image") -> FormatSeen:
    """What Pillow says the file is."""
    return FormatSeen(format=image.format or "", mode=image.mode, width=image.width, height=image.height,
                      frames=getattr(image, "n_frames", 1))
