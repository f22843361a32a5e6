"""The 28 edits: each takes a photograph and gives what somebody might publish of it."""

import io
from collections.abc import Callable, Mapping

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont, ImageOps

from reuse_set.frames import collage, letterbox, meme, picture_in_picture, post

Edit = Callable[[Image.Image, np.random.Generator, list[Image.Image]], Image.Image]


def jpeg(image: Image.Image, quality: int) -> Image.Image:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return Image.open(io.BytesIO(buffer.getvalue())).convert("RGB")


def scaled(image: Image.Image, factor: float) -> Image.Image:
    return image.resize((max(1, round(image.width * factor)), max(1, round(image.height * factor))),
                        Image.Resampling.LANCZOS)


def crop(image: Image.Image, area: float, rng: np.random.Generator) -> Image.Image:
    """Take `area` of the picture's area away, at a random place."""
    side = (1 - area) ** 0.5
    width, height = round(image.width * side), round(image.height * side)
    left, top = int(rng.integers(0, image.width - width + 1)), int(rng.integers(0, image.height - height + 1))
    return image.crop((left, top, left + width, top + height))


def captioned(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    done = image.copy()
    font = ImageFont.load_default(size=max(14, image.width // 12))
    text = " ".join(rng.choice(["BREAKING", "SEE THIS", "TODAY", "SHARE", "NOW", "CITY"], 2))
    ImageDraw.Draw(done).text((image.width * 0.06, image.height * float(rng.uniform(0.1, 0.8))), text, font=font,
                              fill="white", stroke_width=2, stroke_fill="black")
    return done


def watermarked(image: Image.Image) -> Image.Image:
    layer = Image.new("RGBA", image.size, (0, 0, 0, 0))
    draw, font = ImageDraw.Draw(layer), ImageFont.load_default(size=max(12, image.width // 22))
    for y in range(0, image.height, max(40, image.height // 6)):
        for x in range(-(y % 90), image.width, max(90, image.width // 4)):
            draw.text((x, y), "agency photo", font=font, fill=(255, 255, 255, 90))
    return Image.alpha_composite(image.convert("RGBA"), layer).convert("RGB")


def rotated(image: Image.Image, degrees: float) -> Image.Image:
    return image.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=(0, 0, 0))


def of_a_screen(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A photograph of a screen: perspective, moire, noise, a dark surround."""
    width, height = 900, 680
    room = Image.new("RGB", (width, height), (38, 34, 32))
    jitter = rng.uniform(0.03, 0.13, 8)
    corners = [(jitter[0] * width, jitter[1] * height), ((1 - jitter[2]) * width, jitter[3] * height),
               ((1 - jitter[4]) * width, (1 - jitter[5]) * height), (jitter[6] * width, (1 - jitter[7]) * height)]
    source = [(0, 0), (image.width, 0), (image.width, image.height), (0, image.height)]
    rows = []
    for (x, y), (u, v) in zip(corners, source, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
    solved = np.linalg.solve(np.array(rows), np.array([c for pair in source for c in pair], dtype=float))
    warped = image.transform((width, height), Image.Transform.PERSPECTIVE, solved.tolist(), Image.Resampling.BICUBIC)
    mask = Image.new("L", (width, height), 0)
    ImageDraw.Draw(mask).polygon([tuple(c) for c in corners], fill=255)
    room.paste(warped, (0, 0), mask)
    pixels = np.asarray(room, dtype=np.float32)
    y, x = np.mgrid[0:height, 0:width]
    moire = 9 * np.sin(x / float(rng.uniform(1.6, 2.4)) + y / float(rng.uniform(6, 11)))
    pixels = pixels * float(rng.uniform(0.8, 1.1)) + moire[..., None] + rng.normal(0, 7, pixels.shape)
    return jpeg(Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(0.7)), 75)


def mirrored_cut_captioned(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    return jpeg(captioned(crop(ImageOps.mirror(image), 0.2, rng), rng), 30)


EDITS: Mapping[str, Edit] = {
    "jpeg q50": lambda image, rng, others: jpeg(image, 50),
    "jpeg q30": lambda image, rng, others: jpeg(image, 30),
    "jpeg q10": lambda image, rng, others: jpeg(image, 10),
    "resize 50 %": lambda image, rng, others: scaled(image, 0.5),
    "resize 25 %": lambda image, rng, others: scaled(image, 0.25),
    "grey": lambda image, rng, others: ImageOps.grayscale(image).convert("RGB"),
    "blur 2": lambda image, rng, others: image.filter(ImageFilter.GaussianBlur(2)),
    "dark 0.6": lambda image, rng, others: ImageEnhance.Brightness(image).enhance(0.6),
    "bright 1.4": lambda image, rng, others: ImageEnhance.Brightness(image).enhance(1.4),
    "contrast 1.5": lambda image, rng, others: ImageEnhance.Contrast(image).enhance(1.5),
    "text overlay": lambda image, rng, others: captioned(image, rng),
    "tiled watermark": lambda image, rng, others: watermarked(image),
    "crop 10 %": lambda image, rng, others: crop(image, 0.1, rng),
    "crop 20 %": lambda image, rng, others: crop(image, 0.2, rng),
    "crop 40 %": lambda image, rng, others: crop(image, 0.4, rng),
    "crop 60 %": lambda image, rng, others: crop(image, 0.6, rng),
    "mirror": lambda image, rng, others: ImageOps.mirror(image),
    "rotate 90": lambda image, rng, others: image.transpose(Image.Transpose.ROTATE_90),
    "rotate 5": lambda image, rng, others: rotated(image, 5),
    "border 10 %": lambda image, rng, others: ImageOps.expand(image, round(image.width * 0.1), fill="white"),
    "letterbox": lambda image, rng, others: letterbox(image),
    "meme caption": lambda image, rng, others: meme(image, int(rng.integers(1 << 30))),
    "post": lambda image, rng, others: post(image, int(rng.integers(1 << 30))),
    "collage": lambda image, rng, others: collage([image, others[0]], int(rng.integers(1 << 30))),
    "picture in picture": lambda image, rng, others: picture_in_picture(image, others[0], int(rng.integers(1 << 30))),
    "photo of a screen": lambda image, rng, others: of_a_screen(image, rng),
    "mirror+crop+text+q30": lambda image, rng, others: mirrored_cut_captioned(image, rng),
    "post+mirror+crop": lambda image, rng, others: post(crop(ImageOps.mirror(image), 0.2, rng),
                                                       int(rng.integers(1 << 30))),
}
