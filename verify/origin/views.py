"""Views of a picture that show what the eye misses: pictures to look at, never verdicts and never scores.

Decoding and drawing run in the sandbox's worker; a view is a PNG of at most SIDE pixels a side.
"""

import base64
import binascii
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from verify.sandbox import Sandbox, SandboxLimits
from verify.sandbox.answers import AnswerMalformed

if TYPE_CHECKING:
    from PIL.Image import Image

SIDE = 2048                  # pixels: a view is looked at on a screen
ELA_QUALITY, ELA_GAIN = 90, 15
GHOST_QUALITIES = (50, 60, 70, 80)
NOISE_GAIN = 8
CLONE_SIDE = 1400            # pixels of the longer side at which points are compared
CLONE_APART = 40             # pixels between a part and its copy; nearer, every edge resembles itself
CLONE_DISTANCE = 120.0       # between SIFT descriptors (128 values of 0..255): different parts lie beyond
CLONE_AGREEING = 5           # points with one shift, within CLONE_SLACK pixels
CLONE_SLACK = 4
CLONE_POINTS = 4000
MAX_VIEW = 24 << 20          # bytes of a PNG; noise hardly compresses
MODULE = "verify.origin.views_worker"


class View(StrEnum):
    """The views there are."""

    ELA = "ela"
    GHOSTS = "ghosts"
    NOISE = "noise"
    HISTOGRAM = "histogram"
    CLONES = "clones"


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewWords:
    """What is said beside a view."""

    shows: str
    parameters: str
    misleads: str


WORDS: Mapping[View, ViewWords] = {
    View.ELA: ViewWords(
        shows="the difference to the same picture saved once more as JPEG",
        parameters=f"quality={ELA_QUALITY} gain={ELA_GAIN}",
        misleads="edges, text and saturated colours always glow; saved again by a platform, it shows nothing"),
    View.GHOSTS: ViewWords(
        shows="where saving at four qualities changes least: a part that was saved at that quality before stays dark",
        parameters=f"qualities={','.join(map(str, GHOST_QUALITIES))} block=16",
        misleads="flat parts are dark at every quality; a part pasted off the grid of blocks leaves no ghost"),
    View.NOISE: ViewWords(
        shows="what a 3 x 3 median takes away: grain, and parts with other grain",
        parameters=f"median=3 gain={NOISE_GAIN}",
        misleads="texture looks like grain; noise reduction and compression differ within honest pictures"),
    View.CLONES: ViewWords(
        shows="parts that look alike and lie apart by one shift: lines join the points, one colour a shift",
        parameters=f"longest={CLONE_SIDE} apart={CLONE_APART} distance={CLONE_DISTANCE} agreeing={CLONE_AGREEING}",
        misleads="windows, bricks, tiles and letters repeat in honest pictures; a copy that was turned, scaled or "
                 "smooth is not found"),
    View.HISTOGRAM: ViewWords(
        shows="how often each level of red, green and blue occurs; gaps like a comb come from stretched levels",
        parameters="bins=256",
        misleads="every camera's tone curve and every screenshot leaves gaps; it shows nothing of place")}


def make_view(path: Path, view: View, *, limits: SandboxLimits | None = None) -> bytes:
    """One view of a picture file, as PNG. Raises ReaderFailed."""
    with Sandbox(limits or SandboxLimits(answer=MAX_VIEW * 4 // 3 + 100), module=MODULE) as sandbox:
        return sandbox.ask(view.value, path, _png)


def _png(line: bytes) -> bytes:
    try:
        content = base64.b64decode(line.strip(), validate=True)
    except binascii.Error as error:
        raise AnswerMalformed("no base64") from error
    if not content.startswith(b"\x89PNG\r\n\x1a\n"):
        raise AnswerMalformed("no PNG")
    return content


def draw(path: Path, view: View) -> "Image":
    """For the worker: the view itself."""
    from PIL import Image

    from verify.sandbox.opening import opened

    with opened(path) as image:
        picture = image.convert("RGB")
    drawn = _DRAW[view](picture)
    drawn.thumbnail((SIDE, SIDE), Image.Resampling.BOX)
    return drawn


def _saved(picture: "Image", quality: int) -> "Image":
    from PIL import Image

    held = io.BytesIO()
    picture.save(held, "JPEG", quality=quality)
    return Image.open(io.BytesIO(held.getvalue())).convert("RGB")


def _ela(picture: "Image") -> "Image":
    from PIL import ImageChops

    difference = ImageChops.difference(picture, _saved(picture, ELA_QUALITY))
    return difference.point([min(255, level * ELA_GAIN) for level in range(256)] * 3)


def _ghosts(picture: "Image") -> "Image":
    """The four qualities side by side, each scaled to its own range."""
    from PIL import Image, ImageChops, ImageOps

    small = (max(1, picture.width // 16), max(1, picture.height // 16))
    size = (max(1, picture.width // 2), max(1, picture.height // 2))
    sheet = Image.new("L", (size[0] * 2, size[1] * 2))
    for place, quality in enumerate(GHOST_QUALITIES):
        difference = ImageChops.difference(picture, _saved(picture, quality)).convert("L")
        blocks = ImageOps.autocontrast(difference.resize(small, Image.Resampling.BOX))
        sheet.paste(blocks.resize(size, Image.Resampling.NEAREST), (place % 2 * size[0], place // 2 * size[1]))
    return sheet


def _noise(picture: "Image") -> "Image":
    from PIL import ImageChops, ImageFilter

    grey = picture.convert("L")
    rest = ImageChops.difference(grey, grey.filter(ImageFilter.MedianFilter(3)))
    return rest.point([min(255, level * NOISE_GAIN) for level in range(256)])


def _histogram(picture: "Image") -> "Image":
    from PIL import Image, ImageDraw

    counts = picture.histogram()
    sheet = Image.new("RGB", (768, 600), "white")
    pen = ImageDraw.Draw(sheet)
    for channel, colour in enumerate(((200, 30, 30), (30, 140, 30), (30, 60, 200))):
        levels = counts[channel * 256:channel * 256 + 256]
        foot, highest = 195 + channel * 200, max(*levels, 1)
        for level, count in enumerate(levels):
            if count:
                pen.rectangle((level * 3, foot - count * 185 // highest, level * 3 + 2, foot), fill=colour)
    return sheet


def _clones(picture: "Image") -> "Image":
    """Points of the picture joined with points that look the same elsewhere in it."""
    import cv2
    import numpy as np
    from PIL import ImageDraw

    cv2.setNumThreads(1)
    sheet = picture.copy()
    sheet.thumbnail((CLONE_SIDE, CLONE_SIDE))
    sift = cv2.SIFT_create(nfeatures=CLONE_POINTS, contrastThreshold=0.02)  # type: ignore[attr-defined]  # not in stubs
    points, found = sift.detectAndCompute(np.asarray(sheet.convert("L")), None)
    pen = ImageDraw.Draw(sheet)
    if found is None or len(points) < 2:
        return sheet
    shifts: dict[tuple[int, int], set[tuple[tuple[float, float], tuple[float, float]]]] = {}
    for near in cv2.BFMatcher(cv2.NORM_L2).knnMatch(found, found, k=min(4, len(points))):
        for match in near[1:]:                       # the first is the point itself
            one, other = sorted((points[match.queryIdx].pt, points[match.trainIdx].pt))
            across, down = other[0] - one[0], other[1] - one[1]
            if match.distance <= CLONE_DISTANCE and across * across + down * down >= CLONE_APART**2:
                key = (round(across / CLONE_SLACK), round(down / CLONE_SLACK))
                shifts.setdefault(key, set()).add((one, other))
    colours = ("#e6194b", "#3cb44b", "#4363d8", "#f58231", "#911eb4", "#008080")
    agreeing = sorted((pairs for pairs in shifts.values() if len(pairs) >= CLONE_AGREEING), key=len, reverse=True)
    for number, pairs in enumerate(agreeing):
        for one, other in sorted(pairs):
            pen.line((*one, *other), fill=colours[number % len(colours)], width=2)
    return sheet


_DRAW: Mapping[View, Callable[["Image"], "Image"]] = {
    View.ELA: _ela, View.GHOSTS: _ghosts, View.NOISE: _noise, View.HISTOGRAM: _histogram,
    View.CLONES: _clones}
