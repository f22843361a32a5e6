"""A second set of edits and frames, made by other means than `edits` and `frames`: what holds, holds for both."""

from collections.abc import Callable, Mapping

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageOps

from reuse_set.edits import Edit, crop, jpeg, rotated
from reuse_set.frames import ARABIC, fitted, font, sentence
from reuse_set.screens import laptop, phone_photo, print_photo

Frame = Callable[[Image.Image, int], Image.Image]


def _colour(rng: np.random.Generator, low: int = 0, high: int = 256) -> tuple[int, int, int]:
    return tuple(int(c) for c in rng.integers(low, high, 3))  # type: ignore[return-value]


def _rounded(sheet: Image.Image, photo: Image.Image, at: tuple[int, int], radius: int) -> None:
    mask = Image.new("L", (photo.width * 2, photo.height * 2), 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, photo.width * 2 - 1, photo.height * 2 - 1), radius * 2, fill=255)
    sheet.paste(photo, at, mask.resize(photo.size))


def phone(image: Image.Image, seed: int) -> Image.Image:
    """A telephone's screen: status bar, title bar, the photograph from edge to edge, icons and comments, a tab bar."""
    rng = np.random.default_rng(seed)
    dark, rtl = bool(rng.random() < 0.5), bool(rng.random() < 0.35)
    paper, ink = ((18, 18, 18), (235, 235, 235)) if dark else ((255, 255, 255), (15, 15, 15))
    width, height = 720, int(rng.choice([1280, 1440, 1560]))
    sheet = Image.new("RGB", (width, height), paper)
    draw = ImageDraw.Draw(sheet)
    draw.text((30, 14), f"{rng.integers(0, 24)}:{rng.integers(10, 60)}", font=font(24), fill=ink)
    for index in range(3):
        draw.rectangle((600 + index * 36, 18, 626 + index * 36, 38), outline=ink, width=2)
    draw.line((30, 90, 52, 70), fill=ink, width=4)
    draw.line((30, 90, 52, 110), fill=ink, width=4)
    draw.text((90, 72), sentence(rng, 2, arabic=rtl), font=font(32), fill=ink)
    photo = fitted(image, width)
    if photo.height > height - 420:
        photo = photo.crop((0, 0, width, height - 420))
    sheet.paste(photo, (0, 140))
    y = 160 + photo.height
    for index in range(4):
        x = 30 + index * 90
        draw.polygon([(x, y + 20), (x + 20, y), (x + 40, y + 20), (x + 20, y + 44)], outline=ink, width=3)
    for index in range(max(1, (height - y - 180) // 44)):
        x, anchor = (690, "ra") if rtl else (30, "la")
        draw.text((x, y + 66 + index * 44), sentence(rng, 5, arabic=rtl), font=font(26), fill=ink, anchor=anchor)
    draw.rectangle((0, height - 100, width, height), fill=paper, outline=(128, 128, 128))
    for index in range(5):
        left = 50 + index * 140
        draw.rounded_rectangle((left, height - 76, left + 50, height - 30), 10, outline=ink, width=4)
    return sheet


def chat(image: Image.Image, seed: int) -> Image.Image:
    """A conversation on patterned wallpaper: the photograph in a bubble with rounded corners, a time upon it."""
    rng = np.random.default_rng(seed)
    base = np.array(_colour(rng, 150, 240))
    wall = np.tile(base, (1100, 640, 1)).astype(np.uint8)
    sheet = Image.fromarray(wall)
    draw = ImageDraw.Draw(sheet)
    mark = tuple(int(c) for c in base - 16)
    for y in range(0, 1100, 56):
        for x in range((y // 56 % 2) * 30, 640, 60):
            draw.arc((x, y, x + 28, y + 28), 0, 300, fill=mark, width=3)
    rtl = bool(rng.random() < 0.35)
    bubble = (220, 248, 198) if rng.random() < 0.5 else (255, 255, 255)
    photo = fitted(image, int(rng.integers(380, 520)))
    if photo.height > 700:
        photo = photo.crop((0, 0, photo.width, 700))
    left = 20 if rng.random() < 0.5 else 620 - photo.width
    draw.rounded_rectangle((left - 8, 152, left + photo.width + 8, 152 + photo.height + 56), 14, fill=bubble)
    _rounded(sheet, photo, (left, 160), 12)
    draw.text((left + 6, 166 + photo.height), sentence(rng, 4, arabic=rtl), font=font(24), fill=(20, 20, 20))
    draw.text((left + photo.width - 70, 130 + photo.height), f"{rng.integers(10, 24)}:{rng.integers(10, 60)}",
              font=font(20), fill="white")
    for index, side in enumerate(rng.integers(0, 2, 3)):
        y = 240 + photo.height + index * 90
        draw.rounded_rectangle((20 + side * 160, y, 460 + side * 160, y + 70), 14, fill=bubble)
        draw.text((34 + side * 160, y + 18), sentence(rng, 4, arabic=rtl), font=font(24), fill=(20, 20, 20))
    draw.rectangle((0, 0, 640, 110), fill=_colour(rng, 0, 120))
    draw.ellipse((30, 25, 90, 85), fill=_colour(rng, 60, 230))
    draw.text((110, 36), sentence(rng, 2, arabic=rtl), font=font(30), fill="white")
    return sheet


def browser(image: Image.Image, seed: int) -> Image.Image:
    """A browser's window: tabs, address, a page with a sidebar, the photograph about half as wide as the window."""
    rng = np.random.default_rng(seed)
    dark = bool(rng.random() < 0.4)
    paper, ink, chrome = (((32, 33, 36), (220, 220, 220), (53, 54, 58)) if dark else
                          ((255, 255, 255), (30, 30, 30), (222, 225, 230)))
    width = int(rng.choice([1280, 1440]))
    photo = fitted(image, int(width * rng.uniform(0.42, 0.58)))
    height = max(800, photo.height + 420)
    sheet = Image.new("RGB", (width, height), paper)
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((0, 0, width, 84), fill=chrome)
    for index in range(int(rng.integers(2, 6))):
        draw.rounded_rectangle((20 + index * 210, 8, 220 + index * 210, 44), 8, fill=paper if index == 0 else chrome)
        draw.text((34 + index * 210, 14), sentence(rng, 2), font=font(16), fill=ink)
    draw.rounded_rectangle((120, 48, width - 120, 78), 14, fill=paper)
    draw.text((140, 52), "https://" + sentence(rng, 1) + ".example/" + sentence(rng, 1), font=font(16), fill=ink)
    left = int(rng.choice([60, width - photo.width - 60]))
    draw.text((left, 120), sentence(rng, 6).capitalize(), font=font(34), fill=ink)
    draw.text((left, 176), sentence(rng, 9), font=font(18), fill=(128, 128, 128))
    sheet.paste(photo, (left, 220))
    beside = 80 + photo.width + 20 if left == 60 else 60
    for index in range((height - 240) // 90):
        draw.rectangle((beside, 220 + index * 90, beside + 110, 290 + index * 90), fill=_colour(rng))
        for row in range(2):
            draw.text((beside + 126, 224 + index * 90 + row * 26), sentence(rng, 3), font=font(18), fill=ink)
    for index in range((height - photo.height - 240) // 30):
        draw.text((left, 236 + photo.height + index * 30), sentence(rng, 9), font=font(20), fill=ink)
    return sheet


def quote(image: Image.Image, seed: int) -> Image.Image:
    """A post that quotes a post: the photograph with rounded corners in a card with a border, over a graded ground."""
    rng = np.random.default_rng(seed)
    photo = fitted(image, int(rng.integers(420, 560)))
    width, height = 680, photo.height + 430
    one, two = np.array(_colour(rng)), np.array(_colour(rng))
    share = np.linspace(0, 1, height)[:, None, None]
    sheet = Image.fromarray(np.tile(one * (1 - share) + two * share, (1, width, 1)).astype(np.uint8))
    draw = ImageDraw.Draw(sheet)
    dark = bool(rng.random() < 0.5)
    paper, ink = ((22, 24, 28), (240, 240, 240)) if dark else ((255, 255, 255), (10, 10, 10))
    draw.rounded_rectangle((24, 24, width - 24, height - 24), 24, fill=paper)
    draw.ellipse((50, 50, 110, 110), fill=_colour(rng))
    rtl = bool(rng.random() < 0.3)
    draw.text((130, 56), sentence(rng, 2, arabic=rtl), font=font(26), fill=ink)
    draw.text((50, 130), sentence(rng, 5, arabic=rtl), font=font(26), fill=ink)
    left = (width - photo.width) // 2
    draw.rounded_rectangle((left - 12, 190, left + photo.width + 12, height - 90), 18, outline=(120, 130, 140), width=2)
    draw.text((left + 8, 206), sentence(rng, 4, arabic=rtl), font=font(22), fill=ink)
    _rounded(sheet, photo, (left, 250), 16)
    draw.text((50, height - 74), f"{rng.integers(1, 23)}:{rng.integers(10, 60)} - {rng.integers(1, 999)}K",
              font=font(22), fill=(120, 130, 140))
    return sheet


def impact(image: Image.Image, seed: int) -> Image.Image:
    """White capitals with a black edge upon the photograph, above and below."""
    rng = np.random.default_rng(seed)
    done = fitted(image, 640)
    draw = ImageDraw.Draw(done)
    size = int(rng.integers(36, 54))
    for y in (10, done.height - size - 20):
        draw.text((320, y), sentence(rng, 3).upper(), font=font(size), fill="white", stroke_width=3,
                  stroke_fill="black", anchor="ma")
    return done


def player(image: Image.Image, seed: int) -> Image.Image:
    """A paused film: dark bars, a large play button, a progress bar, a title upon the picture."""
    rng = np.random.default_rng(seed)
    photo = ImageOps.fit(image, (960, 540)) if image.width > image.height else ImageOps.contain(image, (960, 540))
    sheet = Image.new("RGB", (960, 540), (0, 0, 0))
    sheet.paste(photo, ((960 - photo.width) // 2, 0))
    shade = Image.new("L", (1, 540))
    shade.putdata([int(max(0, 140 * (1 - y / 120), 170 * (y - 400) / 140)) for y in range(540)])
    sheet.paste((0, 0, 0), (0, 0), shade.resize((960, 540)))
    draw = ImageDraw.Draw(sheet)
    draw.ellipse((430, 220, 530, 320), fill=_colour(rng))
    draw.polygon([(465, 245), (465, 295), (508, 270)], fill="white")
    draw.rectangle((24, 490, 936, 496), fill=(150, 150, 150))
    draw.rectangle((24, 490, int(rng.integers(60, 900)), 496), fill=(255, 0, 0))
    draw.text((24, 504), f"0:{rng.integers(10, 60)} / 2:{rng.integers(10, 60)}", font=font(20), fill="white")
    draw.text((24, 16), sentence(rng, 5).title(), font=font(28), fill="white")
    return sheet


def page(image: Image.Image, seed: int) -> Image.Image:
    """A news page read from right to left, narrow, with an advertisement and a picture of another article below."""
    rng = np.random.default_rng(seed)
    sheet = Image.new("RGB", (560, 1200), (252, 250, 245))
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((0, 0, 560, 70), fill=_colour(rng, 0, 140))
    draw.text((530, 14), " ".join(rng.choice(ARABIC, 2)), font=font(36), fill="white", anchor="ra")
    for index in range(2):
        draw.text((530, 90 + index * 48), sentence(rng, 4, arabic=True), font=font(34), fill="black", anchor="ra")
    photo = fitted(image, 520)
    if photo.height > 560:
        photo = photo.crop((0, 0, 520, 560))
    sheet.paste(photo, (20, 210))
    for index in range(8):
        draw.text((530, 224 + photo.height + index * 34), sentence(rng, 6, arabic=True), font=font(22),
                  fill=(50, 50, 50), anchor="ra")
    draw.rectangle((20, 1060, 540, 1190), fill=_colour(rng))
    draw.text((280, 1100), sentence(rng, 2).upper(), font=font(40), fill="white", anchor="ma")
    return sheet


WILD_FRAMES: tuple[Frame, ...] = (phone, chat, browser, quote, impact, player, page)


def wild_framed(image: Image.Image, seed: int) -> Image.Image:
    """In the frame of that seed."""
    return WILD_FRAMES[seed % len(WILD_FRAMES)](image, seed)


def collage(images: list[Image.Image], seed: int) -> Image.Image:
    """Three or four on a coloured ground, some with rounded corners; the first is somewhere among them."""
    rng = np.random.default_rng(seed)
    count, gap, radius = int(rng.integers(3, 5)), int(rng.choice([0, 8, 20])), int(rng.choice([0, 14]))
    parts = [images[0], *(images[1 + index % (len(images) - 1)] for index in range(count - 1))]
    order = [parts[int(index)] for index in rng.permutation(count)]
    sheet = Image.new("RGB", (2 * 480 + 3 * gap, 2 * 360 + 3 * gap), _colour(rng))
    for index, part in enumerate(order):
        wide = count == 3 and index == 2
        x, y = gap + (index % 2) * (480 + gap), gap + (index // 2) * (360 + gap)
        _rounded(sheet, ImageOps.fit(part, (960 + gap, 360) if wide else (480, 360)), (x, y), radius)
    return sheet


def stickers(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    done = image.copy()
    draw = ImageDraw.Draw(done)
    for _ in range(4):
        size = int(image.width * rng.uniform(0.1, 0.18))
        x, y = int(rng.integers(0, image.width - size)), int(rng.integers(0, max(1, image.height - size)))
        draw.ellipse((x, y, x + size, y + size), fill=(255, 204, 50), outline=(120, 80, 0), width=3)
        draw.arc((x + size * 0.2, y + size * 0.3, x + size * 0.8, y + size * 0.8), 20, 160, fill=(80, 50, 0), width=4)
    return done


def pixelated(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    done = image.copy()
    for _ in range(3):
        w, h = int(image.width * rng.uniform(0.15, 0.25)), int(image.height * rng.uniform(0.15, 0.25))
        x, y = int(rng.integers(0, image.width - w)), int(rng.integers(0, image.height - h))
        part = done.crop((x, y, x + w, y + h))
        done.paste(part.resize((6, 6), Image.Resampling.BOX).resize((w, h), Image.Resampling.NEAREST), (x, y))
    return done


def filtered(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """What telephones' filters do: colours, a curve, a vignette, sharpening."""
    pixels = np.asarray(ImageEnhance.Color(image).enhance(float(rng.uniform(0.2, 1.8))), np.float32) / 255
    pixels = pixels ** float(rng.uniform(0.6, 1.6)) * rng.uniform(0.8, 1.15, 3)
    y, x = np.mgrid[-1:1:complex(0, image.height), -1:1:complex(0, image.width)]
    pixels *= (1 - 0.4 * np.clip((x**2 + y**2) / 2, 0, 1))[..., None]
    made = Image.fromarray((np.clip(pixels, 0, 1) * 255).astype(np.uint8))
    return made.filter(ImageFilter.UnsharpMask(2, 120, 2))


def noisy(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    pixels = np.asarray(image, np.float32) + rng.normal(0, 20, (image.height, image.width, 3))
    return jpeg(Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)), 60)


def small(image: Image.Image, side: int) -> Image.Image:
    done = image.copy()
    done.thumbnail((side, side), Image.Resampling.BICUBIC)
    return jpeg(done, 70)


def strip(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A half: left, right, upper or lower."""
    side = int(rng.integers(4))
    w, h = image.size
    return image.crop(((0, 0, w // 2, h), (w // 2, 0, w, h), (0, 0, w, h // 2), (0, h // 2, w, h))[side])


def indexed(image: Image.Image) -> Image.Image:
    return image.quantize(32, dither=Image.Dither.FLOYDSTEINBERG).convert("RGB")


def stretched(image: Image.Image, factor: float) -> Image.Image:
    return image.resize((round(image.width * factor), image.height), Image.Resampling.BILINEAR)


def denoised(image: Image.Image) -> Image.Image:
    return Image.fromarray(cv2.bilateralFilter(np.asarray(image), 9, 50, 7))


WILD_EDITS: Mapping[str, Edit] = {
    "small copy, 200 px": lambda image, rng, others: small(image, 200),
    "small copy, 128 px": lambda image, rng, others: small(image, 128),
    "32 colours": lambda image, rng, others: indexed(image),
    "filter, vignette": lambda image, rng, others: filtered(image, rng),
    "noise 20": lambda image, rng, others: noisy(image, rng),
    "denoised": lambda image, rng, others: denoised(image),
    "stretched 1.25": lambda image, rng, others: stretched(image, 1.25),
    "rotate 12": lambda image, rng, others: rotated(image, 12),
    "half of it": lambda image, rng, others: strip(image, rng),
    "crop 75 %": lambda image, rng, others: crop(image, 0.75, rng),
    "stickers": lambda image, rng, others: stickers(image, rng),
    "pixelated places": lambda image, rng, others: pixelated(image, rng),
    "collage of 3 or 4": lambda image, rng, others: collage([image, *others], int(rng.integers(1 << 30))),
    "laptop's screen": lambda image, rng, others: laptop(image, rng),
    "telephone's screen": lambda image, rng, others: phone_photo(phone(image, int(rng.integers(1 << 30))), rng),
    "print": lambda image, rng, others: print_photo(image, rng),
    "post of a post": lambda image, rng, others: quote(phone(image, int(rng.integers(1 << 30))),
                                                      int(rng.integers(1 << 30))),
    "mirrored chat, q30": lambda image, rng, others: jpeg(ImageOps.mirror(chat(image, int(rng.integers(1 << 30)))), 30),
    **{f"frame: {frame.__name__}": lambda image, rng, others, frame=frame: jpeg(
        frame(image, int(rng.integers(1 << 30))), int(rng.integers(50, 90))) for frame in WILD_FRAMES},
}
