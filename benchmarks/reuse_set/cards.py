"""Generated graphics: text cards, flags, logos, maps, charts, patterns, gradients, near-empty pictures."""

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from reuse_set.frames import font, sentence


def _colour(rng: np.random.Generator) -> tuple[int, int, int]:
    return tuple(int(c) for c in rng.integers(0, 255, 3))  # type: ignore[return-value]


def text_card(rng: np.random.Generator) -> Image.Image:
    paper = _colour(rng) if rng.random() < 0.5 else (255, 255, 255)
    sheet = Image.new("RGB", (640, int(rng.integers(320, 640))), paper)
    draw = ImageDraw.Draw(sheet)
    ink = (0, 0, 0) if sum(paper) > 380 else (255, 255, 255)
    draw.text((30, 20), "STATEMENT", font=font(40), fill=ink)
    for index in range(int(rng.integers(3, 9))):
        draw.text((30, 90 + index * 40), sentence(rng, 6), font=font(24), fill=ink)
    return sheet


def flag(rng: np.random.Generator) -> Image.Image:
    sheet = Image.new("RGB", (600, 400))
    draw = ImageDraw.Draw(sheet)
    colours = [_colour(rng) for _ in range(3)]
    upright = rng.random() < 0.5
    for index, colour in enumerate(colours):
        draw.rectangle((index * 200, 0, index * 200 + 200, 400) if upright else
                       (0, index * 134, 600, index * 134 + 134), fill=colour)
    if rng.random() < 0.5:
        for index in range(int(rng.integers(1, 4))):
            x = 150 + index * 130
            points = [(x + (40 if k % 2 == 0 else 16) * np.sin(k * np.pi / 5),
                       200 - (40 if k % 2 == 0 else 16) * np.cos(k * np.pi / 5)) for k in range(10)]
            draw.polygon(points, fill=_colour(rng))
    return sheet


def logo(rng: np.random.Generator) -> Image.Image:
    sheet = Image.new("RGB", (512, 512), (255, 255, 255) if rng.random() < 0.6 else _colour(rng))
    draw = ImageDraw.Draw(sheet)
    for _ in range(int(rng.integers(1, 4))):
        x, y, size = (int(v) for v in rng.integers(60, 240, 3))
        shape = draw.ellipse if rng.random() < 0.5 else draw.rectangle
        shape((x, y, x + size, y + size), fill=_colour(rng))
    draw.text((100, 400), sentence(rng, 1).upper(), font=font(64), fill=_colour(rng))
    return sheet


def map_(rng: np.random.Generator) -> Image.Image:
    sheet = Image.new("RGB", (700, 500), (242, 239, 233))
    draw = ImageDraw.Draw(sheet)
    for _ in range(int(rng.integers(2, 6))):
        points = [tuple(int(v) for v in rng.integers(0, 700, 2)) for _ in range(6)]
        draw.polygon(points, fill=(170, 211, 223) if rng.random() < 0.5 else (205, 235, 176))
    for _ in range(30):
        x, y = (int(v) for v in rng.integers(0, 700, 2))
        points = [(x, y)]
        for _ in range(5):
            x, y = x + int(rng.integers(-120, 120)), y + int(rng.integers(-120, 120))
            points.append((x, y))
        colour = (255, 255, 255) if rng.random() < 0.6 else (250, 178, 156)
        draw.line(points, fill=colour, width=int(rng.integers(2, 7)))
    for _ in range(14):
        at = tuple(int(v) for v in rng.integers(0, 480, 2))
        draw.text(at, sentence(rng, 1).title(), font=font(16), fill=(60, 60, 60))
    return sheet


def chart(rng: np.random.Generator) -> Image.Image:
    sheet = Image.new("RGB", (640, 420), "white")
    draw = ImageDraw.Draw(sheet)
    for y in range(60, 380, 40):
        draw.line((60, y, 620, y), fill=(220, 220, 220))
    colour = _colour(rng)
    for index in range(10):
        height = int(rng.integers(20, 300))
        draw.rectangle((80 + index * 52, 380 - height, 112 + index * 52, 380), fill=colour)
        draw.text((82 + index * 52, 386), str(2010 + index), font=font(12), fill="black")
    draw.text((60, 14), sentence(rng, 5), font=font(24), fill="black")
    return sheet


def pattern(rng: np.random.Generator) -> Image.Image:
    step = int(rng.integers(16, 60))
    y, x = np.mgrid[0:480, 0:640]
    kind = int(rng.integers(4))
    dots = (x % step - step / 2) ** 2 + (y % step - step / 2) ** 2 < (step / 3) ** 2
    field = ((x // step + y // step) % 2, (x // step) % 2, (x % step < 3) | (y % step < 3), dots)[kind]
    one, two = np.array(_colour(rng)), np.array(_colour(rng))
    return Image.fromarray(np.where(np.asarray(field, dtype=bool)[..., None], one, two).astype(np.uint8))


def bricks(rng: np.random.Generator) -> Image.Image:
    """A wall with the irregularity of a real one."""
    sheet = Image.new("RGB", (640, 480), (150, 140, 130))
    draw = ImageDraw.Draw(sheet)
    for row in range(16):
        for column in range(-1, 11):
            shade = rng.normal(0, 14)
            colour = tuple(int(np.clip(c + shade, 0, 255)) for c in (160, 82, 60))
            left = column * 64 + (row % 2) * 32
            draw.rectangle((left + 2, row * 30 + 2, left + 60, row * 30 + 27), fill=colour)
    noise = rng.normal(0, 8, (480, 640, 1))
    return Image.fromarray(np.clip(np.asarray(sheet) + noise, 0, 255).astype(np.uint8))


def gradient(rng: np.random.Generator) -> Image.Image:
    a, b = np.array(_colour(rng)), np.array(_colour(rng))
    t = np.linspace(0, 1, 480)[:, None, None] * np.ones((1, 640, 1))
    return Image.fromarray((a + (b - a) * t).astype(np.uint8))


def nearly_empty(rng: np.random.Generator) -> Image.Image:
    level = int(rng.choice([0, 8, 128, 250, 255]))
    pixels = np.clip(rng.normal(level, float(rng.uniform(0, 4)), (480, 640, 1)), 0, 255) * np.ones((1, 1, 3))
    return Image.fromarray(pixels.astype(np.uint8)).filter(ImageFilter.GaussianBlur(float(rng.uniform(0, 2))))


CARDS = (text_card, flag, logo, map_, chart, pattern, bricks, gradient, nearly_empty)


def card(seed: int) -> Image.Image:
    """The graphic of that seed."""
    rng = np.random.default_rng(seed)
    return CARDS[seed % len(CARDS)](rng)
