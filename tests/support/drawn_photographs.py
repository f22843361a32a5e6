"""Pictures that are textured like photographs, and what people make of them. Every seed gives another one."""

from functools import cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont, ImageOps


def photograph(seed: int, *, width: int = 640, height: int = 480) -> Image.Image:
    """Noise of several scales, with edges: no two share more than chance."""
    return _drawn(seed, width, height).copy()


@cache
def _drawn(seed: int, width: int, height: int) -> Image.Image:
    random = np.random.default_rng(seed)
    field = np.zeros((height, width))
    for cell in (160, 80, 40, 20, 10, 5):
        small = random.standard_normal((height // cell + 3, width // cell + 3))
        layer = Image.fromarray(small.astype(np.float32)).resize((width, height), Image.Resampling.BICUBIC)
        field += np.asarray(layer) * cell**0.6
    field = (field - field.min()) / (field.max() - field.min())
    picture = Image.fromarray((40 + 180 * field).astype(np.uint8))
    draw = ImageDraw.Draw(picture)
    for _ in range(24):
        x, y = int(random.integers(0, width)), int(random.integers(0, height))
        points = [(x + int(random.integers(-60, 60)), y + int(random.integers(-60, 60))) for _ in range(5)]
        draw.polygon(points, fill=int(random.integers(20, 235)))
    grain = random.normal(0, 4, (height, width))
    return Image.fromarray(np.clip(np.asarray(picture) + grain, 0, 255).astype(np.uint8)).convert("RGB")


def post(picture: Image.Image, *, words: str = "witnesses say the school was hit in the morning",
         dark: bool = False) -> Image.Image:
    """A screenshot of a post that shows the picture; the same words make the same frame."""
    paper, ink = ((18, 22, 28), (240, 240, 240)) if dark else ((255, 255, 255), (15, 20, 25))
    shown = ImageOps.contain(picture, (680, 680))
    sheet = Image.new("RGB", (720, 240 + shown.height + 160), paper)
    draw = ImageDraw.Draw(sheet)
    draw.ellipse((20, 20, 90, 90), fill=(90, 120, 200))
    for line in range(3):
        at = (110 if not line else 20, 30 + line * 60)
        draw.text(at, words[line * 4:], font=ImageFont.load_default(28), fill=ink)
    sheet.paste(shown, (20, 240))
    for place in range(4):
        left = 30 + place * 170
        draw.rectangle((left, 260 + shown.height, left + 40, 300 + shown.height), outline=ink, width=3)
        draw.text((left + 50, 262 + shown.height), f"{place}41", font=ImageFont.load_default(28), fill=ink)
    return sheet


def meme(picture: Image.Image, caption: str) -> Image.Image:
    """A caption on a white bar above."""
    sheet = Image.new("RGB", (picture.width, picture.height + 110), "white")
    ImageDraw.Draw(sheet).text((20, 20), caption, font=ImageFont.load_default(54), fill="black")
    sheet.paste(picture, (0, 110))
    return sheet


def card(words: str, *, paper: tuple[int, int, int] = (255, 255, 255)) -> Image.Image:
    """A text card."""
    sheet = Image.new("RGB", (640, 480), paper)
    draw = ImageDraw.Draw(sheet)
    draw.text((30, 20), "STATEMENT", font=ImageFont.load_default(48), fill="black")
    for line, start in enumerate(range(0, len(words), 30)):
        draw.text((30, 110 + line * 40), words[start:start + 30], font=ImageFont.load_default(30), fill="black")
    return sheet


def flag(*colours: tuple[int, int, int]) -> Image.Image:
    """Stripes."""
    sheet = Image.new("RGB", (600, 400))
    draw = ImageDraw.Draw(sheet)
    for index, colour in enumerate(colours):
        draw.rectangle((0, index * 400 // len(colours), 600, (index + 1) * 400 // len(colours)), fill=colour)
    return sheet


def tiles(step: int) -> Image.Image:
    """A checked floor."""
    y, x = np.mgrid[0:480, 0:640]
    return Image.fromarray(np.where((x // step + y // step) % 2, 200, 60).astype(np.uint8)).convert("RGB")
