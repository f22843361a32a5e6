"""Frames around photographs: posts, memes, news screens, stories. One seed is one frame, whatever stands in it."""

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont, ImageOps

WORDS = ("the", "strike", "hit", "school", "near", "market", "witness", "says", "people", "after", "morning", "video",
         "shows", "smoke", "over", "town", "rescue", "teams", "arrive", "road", "closed", "again", "report", "north")
ARABIC = ("قصف", "على", "المدينة", "صباح", "اليوم", "شهود", "عيان", "المدرسة", "السوق", "طريق")
GREYS = {"light": ((255, 255, 255), (20, 23, 26), (110, 120, 130), (229, 233, 236)),
         "dim": ((21, 32, 43), (247, 249, 249), (139, 152, 165), (56, 68, 77)),
         "dark": ((0, 0, 0), (231, 233, 234), (113, 118, 123), (47, 51, 54))}


def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    for name in ("DejaVuSans.ttf", "LiberationSans-Regular.ttf"):
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    return ImageFont.load_default(size=size)


def sentence(rng: np.random.Generator, words: int, *, arabic: bool = False) -> str:
    return " ".join(rng.choice(ARABIC if arabic else WORDS, words))


def fitted(image: Image.Image, width: int) -> Image.Image:
    return image.resize((width, max(1, round(image.height * width / image.width))), Image.Resampling.LANCZOS)


def avatar(draw: ImageDraw.ImageDraw, box: tuple[int, int, int, int], rng: np.random.Generator) -> None:
    draw.ellipse(box, fill=tuple(int(c) for c in rng.integers(40, 220, 3)))
    left, top, right, bottom = box
    draw.ellipse((left + (right - left) // 3, top + (bottom - top) // 5, right - (right - left) // 3,
                  top + (bottom - top) // 2), fill="white")
    draw.pieslice((left + 8, top + (bottom - top) // 2, right - 8, bottom + 16), 180, 360, fill="white")


def post(image: Image.Image, seed: int) -> Image.Image:
    """A screenshot of a post; the seed decides app, theme, direction, words and counts."""
    rng = np.random.default_rng(seed)
    paper, ink, faint, line = GREYS[str(rng.choice(list(GREYS)))]
    rtl = bool(rng.random() < 0.3)
    width, margin = int(rng.choice([540, 720, 900])), int(rng.integers(8, 40))
    inset = int(rng.choice([0, margin, margin, margin + 48]))
    photo = fitted(image, width - inset - (margin if inset else 0))
    text = width // 26
    lines = [sentence(rng, int(rng.integers(4, 8)), arabic=rtl) for _ in range(int(rng.integers(1, 5)))]
    bar = text * 3 if rng.random() < 0.7 else 0
    head = bar + margin + text * 4 + len(lines) * round(text * 1.4) + margin
    below = [sentence(rng, 7, arabic=rtl) for _ in range(int(rng.integers(0, 6)))]
    sheet = Image.new("RGB", (width, head + photo.height + text * 4 + len(below) * text * 2), paper)
    draw = ImageDraw.Draw(sheet)
    if bar:
        clock = f"{rng.integers(0, 24):02d}:{rng.integers(0, 60):02d}"
        draw.text((margin, text * 0.6), clock, font=font(text), fill=ink)
        draw.rectangle((width - margin - text * 2, text, width - margin, text * 2), outline=ink, width=2)
        draw.line((0, bar, width, bar), fill=line)
    side = text * 3
    x = width - margin - side if rtl else margin
    avatar(draw, (x, bar + margin, x + side, bar + margin + side), rng)
    anchor, at = ("ra", x - margin) if rtl else ("la", x + side + margin)
    draw.text((at, bar + margin), sentence(rng, 2, arabic=rtl).title(), font=font(text), fill=ink, anchor=anchor)
    small = font(round(text * 0.8))
    draw.text((at, bar + margin + text * 1.5), "@" + sentence(rng, 1), font=small, fill=faint, anchor=anchor)
    for index, words in enumerate(lines):
        y = bar + margin + text * 4 + index * round(text * 1.4)
        x, side_anchor = (width - margin, "ra") if rtl else (margin, "la")
        draw.text((x, y), words, font=font(text), fill=ink, anchor=side_anchor)
    if rng.random() < 0.5 and inset:
        mask = Image.new("L", photo.size, 0)
        ImageDraw.Draw(mask).rounded_rectangle((0, 0, photo.width, photo.height), radius=16, fill=255)
        sheet.paste(photo, (inset, head), mask)
    else:
        sheet.paste(photo, (inset, head))
    y = head + photo.height + text
    for index in range(4):
        x = margin + index * (width - 2 * margin) // 4
        draw.ellipse((x, y, x + text, y + text), outline=faint, width=2)
        draw.text((x + text * 1.4, y), str(rng.integers(1, 9999)), font=small, fill=faint)
    for index, words in enumerate(below):
        y = head + photo.height + text * 3 + index * text * 2
        draw.text((margin, y), words, font=font(text), fill=ink)
    return sheet


def meme(image: Image.Image, seed: int) -> Image.Image:
    """A caption on a bar above, sometimes below too."""
    rng = np.random.default_rng(seed)
    photo = fitted(image, 600)
    paper, ink = ((255, 255, 255), (0, 0, 0)) if rng.random() < 0.7 else ((0, 0, 0), (255, 255, 255))
    size = int(rng.integers(30, 52))
    top = [sentence(rng, 4).upper() for _ in range(int(rng.integers(1, 4)))]
    foot = [sentence(rng, 4).upper() for _ in range(int(rng.integers(0, 2)))]
    sheet = Image.new("RGB", (600, photo.height + (len(top) + len(foot)) * (size + 14) + 40), paper)
    draw = ImageDraw.Draw(sheet)
    for index, words in enumerate(top):
        draw.text((300, 10 + index * (size + 14)), words, font=font(size), fill=ink, anchor="ma")
    start = 20 + len(top) * (size + 14)
    sheet.paste(photo, (0, start))
    for index, words in enumerate(foot):
        draw.text((300, start + photo.height + 6 + index * (size + 14)), words, font=font(size), fill=ink, anchor="ma")
    return sheet


def letterbox(image: Image.Image) -> Image.Image:
    if image.width >= image.height:
        side = Image.new("RGB", (image.width, round(image.width * 1.1)), (0, 0, 0))
        side.paste(image, (0, (side.height - image.height) // 2))
    else:
        side = Image.new("RGB", (round(image.height * 1.4), image.height), (0, 0, 0))
        side.paste(image, ((side.width - image.width) // 2, 0))
    return side


def collage(images: list[Image.Image], seed: int) -> Image.Image:
    """Two side by side or one above the other."""
    rng = np.random.default_rng(seed)
    gap, order = int(rng.choice([0, 6, 14])), [0, 1] if rng.random() < 0.5 else [1, 0]
    if rng.random() < 0.6:
        parts = [ImageOps.fit(images[i], (round(images[i].width * 420 / images[i].height), 420)) for i in order]
        sheet = Image.new("RGB", (sum(part.width for part in parts) + gap, 420), "white")
        sheet.paste(parts[0], (0, 0))
        sheet.paste(parts[1], (parts[0].width + gap, 0))
    else:
        parts = [fitted(images[i], 520) for i in order]
        sheet = Image.new("RGB", (520, sum(part.height for part in parts) + gap), "white")
        sheet.paste(parts[0], (0, 0))
        sheet.paste(parts[1], (0, parts[0].height + gap))
    return sheet


def picture_in_picture(image: Image.Image, other: Image.Image, seed: int) -> Image.Image:
    """The photograph as an inset of another one."""
    rng = np.random.default_rng(seed)
    base = fitted(other, 800)
    inset = fitted(image, int(rng.integers(260, 360)))
    if inset.height > base.height * 0.8:
        inset = fitted(inset, round(inset.width * base.height * 0.7 / inset.height))
    x = int(rng.choice([16, base.width - inset.width - 16]))
    y = int(rng.choice([16, max(16, base.height - inset.height - 16)]))
    if rng.random() < 0.5:
        inset = ImageOps.expand(inset, 4, fill="white")
    base.paste(inset, (x, y))
    return base


def news(image: Image.Image, seed: int) -> Image.Image:
    """A television picture: lower third, ticker, channel logo, clock."""
    rng = np.random.default_rng(seed)
    screen = ImageOps.fit(image, (960, 540))
    draw = ImageDraw.Draw(screen)
    colour = tuple(int(c) for c in rng.integers(0, 160, 3))
    for y in range(410, 480):
        draw.line((40, y, 920, y), fill=tuple(min(255, c + (y - 410) // 2) for c in colour))
    draw.text((60, 420), sentence(rng, 5).upper(), font=font(34), fill="white")
    draw.rectangle((0, 496, 960, 540), fill="white")
    draw.text((10, 504), sentence(rng, 12), font=font(26), fill="black")
    draw.rectangle((820, 24, 930, 74), fill=colour)
    draw.text((832, 30), "".join(rng.choice(list("ABCDEFGTNV"), 3)), font=font(36), fill="white")
    return screen


def story(image: Image.Image, seed: int) -> Image.Image:
    """A tall story: photograph over a plain, graded or blurred ground, stickers and words on it."""
    rng = np.random.default_rng(seed)
    kind = int(rng.integers(3))
    sheet = Image.new("RGB", (540, 960), tuple(int(c) for c in rng.integers(0, 255, 3)))
    draw = ImageDraw.Draw(sheet)
    if kind == 1:
        start, end = rng.integers(0, 255, 3), rng.integers(0, 255, 3)
        for y in range(960):
            draw.line((0, y, 540, y), fill=tuple(int(a + (b - a) * y / 960) for a, b in zip(start, end, strict=True)))
    elif kind == 2:
        sheet.paste(ImageOps.fit(image, (540, 960)).filter(ImageFilter.GaussianBlur(24)))
        draw = ImageDraw.Draw(sheet)
    photo = ImageOps.contain(image, (int(rng.integers(400, 540)), 700))
    sheet.paste(photo, ((540 - photo.width) // 2, (960 - photo.height) // 2))
    draw.text((270, int(rng.integers(40, 120))), sentence(rng, 4), font=font(36), fill="white", anchor="ma",
              stroke_width=2, stroke_fill="black")
    for _ in range(3):
        x, y, size = int(rng.integers(20, 440)), int(rng.integers(100, 840)), int(rng.integers(40, 90))
        draw.ellipse((x, y, x + size, y + size), fill=(255, 204, 50))
        draw.ellipse((x + size * 0.25, y + size * 0.3, x + size * 0.4, y + size * 0.45), fill=(80, 50, 0))
        draw.ellipse((x + size * 0.6, y + size * 0.3, x + size * 0.75, y + size * 0.45), fill=(80, 50, 0))
        draw.arc((x + size * 0.2, y + size * 0.3, x + size * 0.8, y + size * 0.8), 20, 160, fill=(80, 50, 0), width=4)
    return sheet


def site(image: Image.Image, seed: int) -> Image.Image:
    """A news page on a wide screen: masthead, headline, photograph, two columns of text beside it."""
    rng = np.random.default_rng(seed)
    sheet = Image.new("RGB", (1200, 860), (250, 250, 248))
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((0, 0, 1200, 64), fill=tuple(int(c) for c in rng.integers(0, 120, 3)))
    draw.text((40, 10), sentence(rng, 2).title(), font=font(38), fill="white")
    draw.text((40, 84), sentence(rng, 7).capitalize(), font=font(40), fill=(20, 20, 20))
    photo = ImageOps.fit(image, (720, 480))
    sheet.paste(photo, (40, 160))
    for index in range(26):
        draw.text((800, 160 + index * 26), sentence(rng, 6), font=font(18), fill=(60, 60, 60))
    for index in range(6):
        draw.text((40, 664 + index * 30), sentence(rng, 12), font=font(22), fill=(40, 40, 40))
    return sheet


FRAMES = (post, post, post, meme, news, story, site)


def framed(image: Image.Image, seed: int) -> Image.Image:
    """In the frame of that seed."""
    return FRAMES[seed % len(FRAMES)](image, seed)
