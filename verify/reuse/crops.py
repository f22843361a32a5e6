"""Pictures to ask a search engine outside with: the whole, the photographs within it, and their mirror images.

Pixels and nothing else: no EXIF, XMP, ICC profile, thumbnail or name goes along. Runs in the sandbox's worker only.
"""

import base64
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from verify.reuse.decode import MIN_DECODED, TooSmall, working_plane
from verify.reuse.fingerprint import REGIONS_AT, shrunk
from verify.reuse.model import WHOLE, Box
from verify.reuse.regions import find_regions
from verify.sandbox.answers import AnswerMalformed
from verify.sandbox.opening import opened, turn_of

if TYPE_CHECKING:
    from PIL.Image import Image

SIDE = 2048                   # longer side: engines reduce pictures further anyway
QUALITY = 92
MAX_CROPS = 16
JPEG_START = b"\xff\xd8\xff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Crop:
    """One picture to ask with."""

    name: str                 # "whole", "photograph-1", each also "...-mirrored"
    jpeg: bytes


def make_crops(path: Path) -> bytes:
    """The crops of a picture file, as a line. Raises what decoders raise."""
    from PIL import Image, ImageOps

    picture = _upright(path)
    if min(picture.size) < MIN_DECODED:
        raise TooSmall(f"{picture.width} x {picture.height} pixels: too small to compare")
    picture.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    boxes = find_regions(shrunk(working_plane(picture.convert("L")), REGIONS_AT))
    named = [("whole", WHOLE), *((f"photograph-{number}", box) for number, box in enumerate(boxes, start=1))]
    rows = []
    for name, box in named:
        part = _cut(picture, box)
        rows += [[name, _jpeg(part)], [f"{name}-mirrored", _jpeg(ImageOps.mirror(part))]]
    return json.dumps(rows).encode("ascii") + b"\n"


def read_crops(line: bytes) -> tuple[Crop, ...]:
    """The inverse; AnswerMalformed for anything else."""
    try:
        rows = json.loads(line)
        found = tuple(Crop(name=name, jpeg=base64.b64decode(data, validate=True)) for name, data in rows)
    except (ValueError, TypeError, RecursionError) as error:
        raise AnswerMalformed("no crops") from error
    expected = [f"{name}{suffix}" for name in ("whole", *(f"photograph-{n}" for n in range(1, MAX_CROPS)))
                for suffix in ("", "-mirrored")]
    if not found or [one.name for one in found] != expected[:len(found)]:
        raise AnswerMalformed("crops of other names")
    if not all(one.jpeg.startswith(JPEG_START) for one in found):
        raise AnswerMalformed("a crop is no JPEG")
    return found


def _upright(path: Path) -> "Image":
    from PIL import Image

    with opened(path) as image:
        image.draft("RGB", (SIDE, SIDE))
        turn = turn_of(image)
        if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
            coloured = image.convert("RGBA")
            picture = Image.alpha_composite(Image.new("RGBA", coloured.size, (255, 255, 255, 255)), coloured)
        else:
            picture = image.copy()
    flat = picture.convert("RGB")
    return flat if turn is None else flat.transpose(turn)


def _cut(picture: "Image", box: Box) -> "Image":
    left, top = round(box.left * picture.width), round(box.top * picture.height)
    return picture.crop((left, top, round(box.right * picture.width), round(box.bottom * picture.height)))


def _jpeg(picture: "Image") -> str:
    from PIL import Image

    out = io.BytesIO()
    clean = Image.new("RGB", picture.size)      # a new picture: nothing but the pixels can come along
    clean.paste(picture)
    clean.save(out, "JPEG", quality=QUALITY)
    return base64.b64encode(out.getvalue()).decode("ascii")
