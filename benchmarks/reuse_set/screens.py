"""Screens and prints photographed: perspective, pixel grid and moire, glare, bezel, noise, defocus."""

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from reuse_set.edits import jpeg

Pixels = NDArray[np.float32]


def _placed(image: Image.Image, room: Pixels, corners: NDArray[np.float32]) -> Pixels:
    """The picture laid into the room at those corners."""
    source = np.array([(0, 0), (image.width, 0), (image.width, image.height), (0, image.height)], np.float32)
    matrix = cv2.getPerspectiveTransform(source, corners.astype(np.float32))
    size = (room.shape[1], room.shape[0])
    pixels = cv2.warpPerspective(np.asarray(image.convert("RGB"), np.float32), matrix, size, flags=cv2.INTER_AREA)
    mask = cv2.warpPerspective(np.ones((image.height, image.width), np.float32), matrix, size)[..., None]
    return np.asarray(room * (1 - mask) + pixels * mask, np.float32)


def _corners(rng: np.random.Generator, box: tuple[float, float, float, float], reach: float) -> NDArray[np.float32]:
    left, top, right, bottom = box
    base = np.array([(left, top), (right, top), (right, bottom), (left, bottom)])
    span = np.array([right - left, bottom - top])
    return np.asarray(base + rng.uniform(-reach, reach, (4, 2)) * span, np.float32)


def _glare(shape: tuple[int, ...], rng: np.random.Generator, strength: float) -> Pixels:
    y, x = np.mgrid[0:1:complex(0, shape[0]), 0:1:complex(0, shape[1])]
    spot = np.exp(-((x - rng.uniform()) ** 2 + (y - rng.uniform()) ** 2) / float(rng.uniform(0.01, 0.08)))
    across = np.exp(-((x * rng.uniform(-1, 1) + y - rng.uniform()) ** 2) / 0.02)
    return np.asarray(strength * (spot + 0.5 * across)[..., None], np.float32)


def _camera(pixels: Pixels, rng: np.random.Generator, blur: float, quality: int) -> Image.Image:
    pixels = cv2.GaussianBlur(pixels, (0, 0), blur) * float(rng.uniform(0.75, 1.15))
    pixels = pixels * rng.uniform(0.88, 1.1, 3) + rng.normal(0, float(rng.uniform(3, 9)), pixels.shape)
    return jpeg(Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)), quality)


def laptop(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A laptop's screen, taken from the side: bezel, pixel grid beating with the sensor, a lamp's reflection."""
    width, height = 1200, 900
    room = np.tile(rng.uniform(20, 160, 3).astype(np.float32), (height, width, 1))
    room += cv2.GaussianBlur(rng.normal(0, 120, room.shape).astype(np.float32), (0, 0), 30)
    bezel = Image.new("RGB", (image.width + 60, image.height + 60), (12, 12, 14))
    bezel.paste(image, (30, 30))
    ratio = bezel.width / bezel.height
    wide = min(0.8, 0.8 * ratio * height / width)
    high = wide * width / ratio / height
    left, top = (1 - wide) / 2, (1 - high) / 2
    box = (left * width, top * height, (left + wide) * width, (top + high) * height)
    shown = _placed(bezel, room, _corners(rng, box, 0.09))
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    angle, period = rng.uniform(0, np.pi, 2), rng.uniform(5, 40, 2)
    beat = sum(np.sin(2 * np.pi * (x * np.cos(a) + y * np.sin(a)) / p) for a, p in zip(angle, period, strict=True))
    shown *= 1 + 0.06 * np.asarray(beat, np.float32)[..., None]
    shown += _glare(shown.shape, rng, float(rng.uniform(20, 90)))
    return _camera(shown, rng, float(rng.uniform(0.6, 1.4)), int(rng.integers(60, 90)))


def phone_photo(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A telephone in a hand, tilted: rounded dark body, a thumb over a corner, scan lines."""
    width, height = 900, 1200
    room = np.tile(rng.uniform(40, 200, 3).astype(np.float32), (height, width, 1))
    body = Image.new("RGB", (image.width + 40, image.height + 120), (8, 8, 8))
    body.paste(image, (20, 60))
    high = 0.86
    wide = high * height * body.width / body.height / width
    box = ((1 - wide) / 2 * width, 0.07 * height, (1 + wide) / 2 * width, 0.93 * height)
    corners = _corners(rng, box, 0.04)
    middle, angle = corners.mean(axis=0), np.radians(rng.uniform(-9, 9))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    shown = _placed(body, room, (corners - middle) @ turn.T + middle)
    lines = 1 + 0.05 * np.sin(np.arange(height) * 2 * np.pi / float(rng.uniform(3, 30)))
    shown *= np.asarray(lines, np.float32)[:, None, None]
    hand = Image.fromarray(np.clip(shown, 0, 255).astype(np.uint8))
    x, y = int(rng.choice([60, 640])), int(rng.integers(800, 1050))
    ImageDraw.Draw(hand).ellipse((x, y, x + 200, y + 260), fill=(150, 110, 90))
    shown = np.asarray(hand, np.float32) + _glare(shown.shape, rng, float(rng.uniform(10, 50)))
    return _camera(shown, rng, float(rng.uniform(0.5, 1.1)), int(rng.integers(60, 90)))


def print_photo(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A newspaper's picture photographed: coarse dots, grey ink on yellowish paper, columns of letters beside."""
    grey = np.asarray(image.convert("L").resize((720, round(image.height * 720 / image.width))), np.float32)
    y, x = np.mgrid[0:grey.shape[0], 0:grey.shape[1]].astype(np.float32)
    screen = (np.cos((x + y) * 2 * np.pi / 6) + np.cos((x - y) * 2 * np.pi / 6)) * 42
    inked = np.clip((grey + screen - 90) * 1.6 + 70, 0, 255)
    paper = Image.new("RGB", (820, grey.shape[0] + 200), (236, 230, 212))
    tone = np.clip(inked[..., None] * np.array([0.92, 0.9, 0.83]) + 12, 0, 255)
    paper.paste(Image.fromarray(tone.astype(np.uint8)), (50, 40))
    draw = ImageDraw.Draw(paper)
    for row in range(5):
        for start in range(50, 760, 9):
            if rng.random() < 0.8:
                draw.rectangle((start, grey.shape[0] + 60 + row * 26, start + 6, grey.shape[0] + 72 + row * 26),
                               fill=(60, 58, 54))
    high = paper.height * 900 / paper.width
    room = np.full((int(high) + 160, 1060, 3), 70, np.float32)
    shown = _placed(paper, room, _corners(rng, (80, 80, 980, 80 + high), 0.03))
    return _camera(shown, rng, 1.1, int(rng.integers(60, 90)))
