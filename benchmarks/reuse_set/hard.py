"""Pairs that share all but the photograph: frames, studios, rooms, letterheads, brand templates, maps, textures."""

from collections.abc import Iterator

import numpy as np
from PIL import Image, ImageDraw, ImageOps

from reuse_set.edits import jpeg
from reuse_set.frames import FRAMES, font, sentence
from reuse_set.screens import laptop, phone_photo
from reuse_set.wild import WILD_FRAMES

Pair = tuple[str, Image.Image, Image.Image]


def hard_pairs(photographs: list[Image.Image], rounds: int) -> Iterator[Pair]:
    """Pairs with the name of their kind; `photographs` are all different ones, at least four."""
    for number in range(rounds):
        one, two, third = (photographs[(3 * number + step) % len(photographs)] for step in range(3))
        for frame in (*dict.fromkeys(FRAMES), *WILD_FRAMES):
            yield f"frame: {frame.__name__}", frame(one, 500_000 + number), frame(two, 500_000 + number)
        for kind, make in (("studio's wall", inset), ("studio, split", split), ("photograph as a border", bordered)):
            yield kind, make(third, one, number), make(third, two, number)
        yield ("the same room, another picture on the laptop", laptop(one, np.random.default_rng(number)),
               laptop(two, np.random.default_rng(number)))
        yield ("the same hand, another picture on the telephone", phone_photo(one, np.random.default_rng(number)),
               phone_photo(two, np.random.default_rng(number)))
        for kind, draw in (("letterhead", letter), ("brand template", template), ("map, other streets", city),
                           ("crowd of one emblem", emblems)):
            yield kind, draw(number, 1), draw(number, 2)
        yield "texture, other places", *(texture(number).crop((x, x // 2, x + 400, x // 2 + 300)) for x in (0, 390))
        yield "brand template, other photographs", *(placed(template(number, 3), photo) for photo in (one, two))


def inset(wall: Image.Image, photo: Image.Image, seed: int) -> Image.Image:
    """The picture of the day upon a photographed wall."""
    rng = np.random.default_rng(seed)
    sheet = ImageOps.fit(wall, (960, 600))
    wide = int(rng.integers(420, 760))
    shown = ImageOps.fit(photo, (wide, round(wide * 0.6)))
    x, y = (int(rng.integers(0, max(1, limit))) for limit in (960 - shown.width, 600 - shown.height))
    sheet.paste(shown, (x, y))
    return jpeg(sheet, int(rng.integers(60, 95)))


def split(wall: Image.Image, photo: Image.Image, seed: int) -> Image.Image:
    """A third of a photographed wall, the rest the picture of the day, a lower third over both."""
    rng = np.random.default_rng(seed)
    sheet = ImageOps.fit(wall, (960, 540))
    at = int(rng.integers(180, 330))
    sheet.paste(ImageOps.fit(photo, (960 - at, 540)), (at, 0))
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((0, 430, 960, 500), fill=(20, 40, 120))
    draw.text((30, 440), sentence(rng, 5).upper(), font=font(40), fill="white")
    return sheet


def bordered(wall: Image.Image, photo: Image.Image, seed: int) -> Image.Image:
    """A photograph as the ground around a smaller one, as stories have it."""
    rng = np.random.default_rng(seed)
    sheet = ImageOps.fit(wall, (600, 900))
    shown = ImageOps.contain(photo, (540, 700))
    sheet.paste(shown, ((600 - shown.width) // 2, int(rng.integers(80, max(81, 820 - shown.height)))))
    return sheet


def letter(seed: int, which: int) -> Image.Image:
    """A letterhead with emblem and footer; the words below it are another letter's."""
    head, body = np.random.default_rng(seed), np.random.default_rng((seed, which))
    sheet = Image.new("RGB", (640, 900), "white")
    draw = ImageDraw.Draw(sheet)
    colour = tuple(int(c) for c in head.integers(0, 160, 3))
    draw.ellipse((280, 24, 360, 104), outline=colour, width=6)
    draw.regular_polygon((320, 64, 26), 5, fill=colour)
    for row in range(3):
        draw.text((320, 116 + row * 34), sentence(head, 5).upper(), font=font(24), fill=colour, anchor="ma")
    draw.line((40, 226, 600, 226), fill=colour, width=3)
    for row in range(int(body.integers(10, 19))):
        draw.text((50, 250 + row * 30), sentence(body, 9), font=font(18), fill=(30, 30, 30))
    draw.text((320, 860), sentence(head, 8), font=font(16), fill=colour, anchor="ma")
    return sheet


def template(seed: int, which: int) -> Image.Image:
    """A channel's card: ground, shapes, logo, handle; another statement upon it."""
    head, body = np.random.default_rng(seed), np.random.default_rng((seed, which))
    sheet = Image.new("RGB", (800, 800), tuple(int(c) for c in head.integers(0, 255, 3)))
    draw = ImageDraw.Draw(sheet)
    for _ in range(12):
        x, y, size = (int(v) for v in head.integers(0, 760, 3))
        draw.ellipse((x, y, x + size // 4, y + size // 4), outline=tuple(int(c) for c in head.integers(0, 255, 3)),
                     width=5)
    draw.rectangle((80, 200, 720, 640), fill="white")
    for row in range(6):
        draw.text((110, 230 + row * 62), sentence(body, 4), font=font(44), fill=(10, 10, 10))
    draw.text((400, 700), "@" + sentence(head, 2).replace(" ", ""), font=font(40), fill="white", anchor="ma")
    return sheet


def placed(sheet: Image.Image, photo: Image.Image) -> Image.Image:
    """The card with a photograph where its words were."""
    done = sheet.copy()
    done.paste(ImageOps.fit(photo, (640, 440)), (80, 200))
    return done


def city(seed: int, which: int) -> Image.Image:
    """A street map in one style, of two places."""
    rng = np.random.default_rng((seed, which))
    sheet = Image.new("RGB", (700, 500), (242, 239, 233))
    draw = ImageDraw.Draw(sheet)
    for _ in range(16):
        at, slope = int(rng.integers(-300, 900)), float(rng.uniform(-1.5, 1.5))
        draw.line((at, 0, at + slope * 500, 500), fill="white", width=9)
        draw.line((0, at, 700, at + slope * 300), fill=(250, 215, 160), width=7)
    for _ in range(40):
        at = tuple(int(v) for v in rng.integers(0, 480, 2))
        draw.text(at, sentence(rng, 1).title(), font=font(17), fill=(70, 70, 70))
    return sheet


def emblems(seed: int, which: int) -> Image.Image:
    """One emblem many times, at other places."""
    head, body = np.random.default_rng(seed), np.random.default_rng((seed, which))
    sheet = Image.new("RGB", (700, 500), tuple(int(c) for c in head.integers(120, 255, 3)))
    draw = ImageDraw.Draw(sheet)
    colours = [tuple(int(c) for c in head.integers(0, 120, 3)) for _ in range(3)]
    for _ in range(30):
        x, y = (int(v) for v in body.integers(20, 460, 2))
        draw.ellipse((x, y, x + 60, y + 60), fill=colours[0])
        draw.regular_polygon((x + 30, y + 30, 24), 5, fill=colours[1])
        draw.text((x + 16, y + 18), "FSA", font=font(16), fill=colours[2])
    return sheet


def texture(seed: int) -> Image.Image:
    """A wall of bricks with dirt on it."""
    rng = np.random.default_rng(seed)
    sheet = Image.new("RGB", (800, 560), (150, 140, 130))
    draw = ImageDraw.Draw(sheet)
    for row in range(20):
        for column in range(-1, 14):
            x, y = column * 60 + (row % 2) * 30, row * 28
            shade = int(rng.integers(-4, 5))
            draw.rectangle((x + 2, y + 2, x + 58, y + 26), fill=(168 + shade, 82 + shade, 60 + shade))
    noisy = np.asarray(sheet, np.float32) + rng.normal(0, 5, (560, 800, 1))
    return Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))
