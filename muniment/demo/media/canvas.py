"""What the drawn photographs share: seeded noise, layers, dust, grain.

1. Everything random comes from the generator that is passed in: the same seed gives the same pixels.
2. A picture is a float32 array of shape (height, width, 3), values 0..255, until `to_image` rounds it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

Pixels: TypeAlias = NDArray[np.float32]       # (height, width, 3)
Plane: TypeAlias = NDArray[np.float32]        # (height, width), 0..1
Colour: TypeAlias = tuple[int, int, int]
Point: TypeAlias = tuple[float, float]

PRINT_SCALE = 0.75   # pictures are drawn larger than they are printed: the reduction gives clean edges


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """Width and height in pixels."""

    width: int
    height: int


def noise(random: np.random.Generator, size: Size, *, cell: float, octaves: int = 4) -> Plane:
    """Smooth fractal noise, 0..1; `cell` is the size in pixels of the largest blots."""
    total = np.zeros((size.height, size.width), dtype=np.float32)
    weight = 0.0
    for octave in range(octaves):
        step = max(1.0, cell / 2**octave)
        grid = random.random((int(size.height / step) + 2, int(size.width / step) + 2), dtype=np.float32)
        layer = Image.fromarray(grid).resize((size.width, size.height), Image.Resampling.BICUBIC)
        total += np.asarray(layer) / 2**octave
        weight += 1 / 2**octave
    total /= weight
    low, high = float(total.min()), float(total.max())
    return ((total - low) / max(high - low, 1e-6)).astype(np.float32)


def gradient(size: Size, stops: Sequence[tuple[float, Colour]]) -> Pixels:
    """A vertical gradient through (position 0..1, colour) stops."""
    positions = [position for position, _ in stops]
    rows = np.linspace(0, 1, size.height)
    channels = [np.interp(rows, positions, [colour[index] for _, colour in stops]) for index in range(3)]
    column = np.stack(channels, axis=1).astype(np.float32)
    return np.repeat(column[:, None, :], size.width, axis=1)


def blend(below: Pixels, colour: Colour | Pixels, alpha: Plane) -> Pixels:
    """`colour` laid over `below` where `alpha` (0..1) says."""
    above = np.asarray(colour, dtype=np.float32)
    return (below + (above - below) * alpha[:, :, None]).astype(np.float32)


class Sketch:
    """A transparent layer of shapes."""

    def __init__(self, size: Size) -> None:
        self._image = Image.new("RGBA", (size.width, size.height), (0, 0, 0, 0))
        self._draw = ImageDraw.Draw(self._image)

    def polygon(self, points: Sequence[Point], colour: Colour, *, alpha: int = 255) -> None:
        """A filled polygon."""
        self._draw.polygon(list(points), fill=(*colour, alpha))

    def box(self, left: float, top: float, right: float, bottom: float, colour: Colour, *, alpha: int = 255) -> None:
        """A filled rectangle."""
        self.polygon([(left, top), (right, top), (right, bottom), (left, bottom)], colour, alpha=alpha)

    def ellipse(self, left: float, top: float, right: float, bottom: float, colour: Colour, *,
                alpha: int = 255) -> None:
        """A filled ellipse within a rectangle."""
        self._draw.ellipse((left, top, right, bottom), fill=(*colour, alpha))

    def line(self, points: Sequence[Point], colour: Colour, width: float, *, alpha: int = 255) -> None:
        """A line through points."""
        self._draw.line(list(points), fill=(*colour, alpha), width=max(1, round(width)), joint="curve")

    def over(self, below: Pixels, *, blur: float = 0.0) -> Pixels:
        """This layer laid over a picture, its edges softened by `blur` pixels."""
        layer = self._image.filter(ImageFilter.GaussianBlur(blur)) if blur else self._image
        pixels = np.asarray(layer, dtype=np.float32)
        return blend(below, pixels[:, :, :3].copy(), pixels[:, :, 3] / np.float32(255))

    def mask(self, *, blur: float = 0.0) -> Plane:
        """The opacity of this layer, 0..1."""
        plane = self._image.getchannel("A")
        return np.asarray(plane.filter(ImageFilter.GaussianBlur(blur)), dtype=np.float32) / np.float32(255)


def roughen(picture: Pixels, random: np.random.Generator, mask: Plane, *, amount: float, cell: float) -> Pixels:
    """Uneven light and dirt on the part that `mask` shows; `amount` is the spread in grey levels."""
    height, width = mask.shape
    texture = noise(random, Size(width=width, height=height), cell=cell, octaves=5) - 0.5
    return (picture + (texture * amount * mask)[:, :, None]).astype(np.float32)


def rubble(sketch: Sketch, random: np.random.Generator, *, left: float, right: float, base: float, peak: float,
           top_at: float, count: int, tones: Sequence[Colour]) -> None:
    """A heap of broken pieces from `left` to `right`, highest (`peak` pixels) at `top_at`; larger in front."""
    for _ in range(count):
        x = left + (right - left) * float(random.random())
        reach = (top_at - left) if x < top_at else (right - top_at)
        crest = peak * max(0.0, 1 - abs(x - top_at) / max(reach, 1.0)) ** 0.8
        depth = float(random.random())
        y = base - crest * (1 - depth)
        extent = (0.006 + 0.026 * depth * float(random.random())) * (right - left)
        corners = 4 + int(random.random() * 3)
        turn = float(random.random()) * 6.28
        points = []
        for corner in range(corners):
            angle = turn + 6.28 * corner / corners
            radius = extent * (0.55 + 0.6 * float(random.random()))
            points.append((x + radius * float(np.cos(angle)), y + 0.62 * radius * float(np.sin(angle))))
        tone = tones[int(random.random() * len(tones))]
        light = 0.72 + 0.45 * float(random.random())
        shade = (min(255, int(tone[0] * light)), min(255, int(tone[1] * light)), min(255, int(tone[2] * light)))
        dark = (int(shade[0] * 0.45), int(shade[1] * 0.45), int(shade[2] * 0.45))
        sketch.polygon([(px + extent * 0.18, py + extent * 0.28) for px, py in points], dark, alpha=190)
        sketch.polygon(points, shade)


def develop(picture: Pixels, random: np.random.Generator, *, grain: float, vignette: float) -> Image.Image:
    """The last steps of a photograph: reduced to its printed size, darker corners, sensor grain, 8 bits."""
    reduced = to_image(picture)
    reduced = reduced.resize((round(reduced.width * PRINT_SCALE), round(reduced.height * PRINT_SCALE)),
                             Image.Resampling.LANCZOS)
    picture = np.asarray(reduced, dtype=np.float32)
    height, width, _ = picture.shape
    rows = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    columns = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    fall = 1 - vignette * np.clip((rows**2 + columns**2) / 2, 0, 1) ** 1.5
    speckle = (random.random((height, width), dtype=np.float32) - 0.5) * grain
    return to_image((picture * fall[:, :, None] + speckle[:, :, None]).astype(np.float32))


def to_image(picture: Pixels) -> Image.Image:
    """The picture in 8 bits a channel."""
    return Image.fromarray(np.clip(picture + 0.5, 0, 255).astype(np.uint8))
