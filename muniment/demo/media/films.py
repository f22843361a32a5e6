"""Two drawn films: a guided missile fired across a valley, and smoke rising over a town. 12 frames a second."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import cos, exp, pi, sin

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from muniment.demo.media.canvas import Pixels, Size, Sketch, gradient, noise, roughen, to_image

FRAME = Size(width=640, height=360)
MARGIN = 12                      # pixels the hand-held camera may sway
STAGE = Size(width=FRAME.width + 2 * MARGIN, height=FRAME.height + 2 * MARGIN)
FRAMES_PER_SECOND = 12

LAUNCHED = 1.2                   # seconds
HIT = 3.6
LAUNCHER = (118.0, 268.0)
TARGET = (556.0, 196.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Puff:
    """One ball of smoke: where and when it starts, how it drifts and grows."""

    x: float
    y: float
    born: float        # seconds
    drift: float       # pixels a second to the right
    rise: float        # pixels a second upwards
    growth: float      # pixels of radius a second
    tone: int          # grey level


def missile(random: np.random.Generator, seconds: float = 6.0) -> Iterator[NDArray[np.uint8]]:
    """A crew fires from a ridge; the missile wobbles along its wire and a vehicle on the far slope burns."""
    stage, grain = to_image(_valley(random)), _grain(random)
    plume = _column(random, TARGET, count=60, first=HIT, last=seconds, tones=(34, 96))
    for index in range(round(seconds * FRAMES_PER_SECOND)):
        now = index / FRAMES_PER_SECOND
        picture = _smoke(_flight(stage.copy(), now), plume, now)
        yield _shot(picture, grain, index, jolt=exp(-4 * (now - LAUNCHED)) if now > LAUNCHED else 0.0)


def smoke_over_town(random: np.random.Generator, seconds: float = 8.0) -> Iterator[NDArray[np.uint8]]:
    """Two columns of smoke grow over roofs, the second after a flash."""
    stage, grain = to_image(_town(random)), _grain(random)
    second = 2.5
    columns = (*_column(random, (236.0, 226.0), count=70, first=-6.0, last=seconds, tones=(60, 120)),
               *_column(random, (452.0, 214.0), count=60, first=second, last=seconds, tones=(96, 150)))
    for index in range(round(seconds * FRAMES_PER_SECOND)):
        now = index / FRAMES_PER_SECOND
        picture = stage.copy()
        if second <= now < second + 0.35:
            _flash(picture, (452.0, 212.0), 46 * (1 - (now - second) / 0.35) + 8)
        picture = _smoke(picture, columns, now)
        yield _shot(picture, grain, index, jolt=exp(-3 * (now - second - 0.6)) if now > second + 0.6 else 0.0)


def _valley(random: np.random.Generator) -> Pixels:
    picture = gradient(STAGE, ((0.0, (158, 182, 206)), (0.42, (224, 214, 192)), (1.0, (204, 184, 146))))
    hills = Sketch(STAGE)
    for base, height, cell, tone in ((190, 60, 190, (170, 168, 156)), (232, 62, 250, (166, 148, 112)),
                                     (300, 54, 210, (142, 120, 84))):
        ridge = noise(random, Size(width=STAGE.width, height=4), cell=cell, octaves=5)[0]
        hills.polygon([(0, 400), *((x, base - height * float(ridge[x])) for x in range(0, STAGE.width, 4)),
                       (STAGE.width, 400)], tone)
    for _ in range(150):
        x, y = float(random.random()) * STAGE.width, 240 + float(random.random()) * 120
        radius = 1.5 + (y - 230) * 0.045
        hills.ellipse(x - radius * 1.5, y - radius, x + radius * 1.5, y + radius, (88, 96, 62))
    x, y = TARGET
    hills.polygon([(x - 17, y + 5), (x - 14, y - 3), (x + 15, y - 3), (x + 19, y + 5), (x + 15, y + 9),
                   (x - 14, y + 9)], (74, 78, 58))
    hills.box(x - 7, y - 9, x + 7, y - 2, (66, 70, 52))
    hills.line([(x - 6, y - 6), (x - 27, y - 8)], (58, 62, 48), 2)
    near = [(0, 400), (0, 292), (70, 282), (150, 288), (250, 318), (380, 352), (430, 400)]
    hills.polygon(near, (112, 92, 62))
    picture = roughen(hills.over(picture, blur=0.7), random, hills.mask(), amount=52, cell=40)
    return _crew().over(picture, blur=0.4)


def _crew() -> Sketch:
    """A tube on a tripod, a gunner behind it and a man crouching beside."""
    crew = Sketch(STAGE)
    x, y = LAUNCHER
    for foot in (-15, 2, 17):
        crew.line([(x - 4, y + 4), (x - 4 + foot, y + 27)], (40, 40, 34), 2)
    crew.polygon([(x - 34, y + 5), (x + 26, y - 5), (x + 28, y + 3), (x - 32, y + 13)], (70, 76, 50))
    crew.box(x - 12, y - 8, x + 2, y + 2, (48, 50, 40))
    crew.ellipse(x - 47, y - 12, x - 36, y, (84, 62, 46))                                     # gunner
    crew.polygon([(x - 52, y + 1), (x - 34, y + 1), (x - 22, y + 12), (x - 30, y + 16), (x - 32, y + 30),
                  (x - 58, y + 30)], (70, 74, 56))
    crew.ellipse(x + 38, y + 3, x + 48, y + 14, (92, 70, 52))                                 # second man
    crew.polygon([(x + 34, y + 14), (x + 52, y + 14), (x + 58, y + 34), (x + 30, y + 34)], (88, 80, 60))
    return crew


def _flight(picture: Image.Image, now: float) -> Image.Image:
    """Back-blast, the missile with its flare and trail, then the hit."""
    if now < LAUNCHED:
        return picture
    since = now - LAUNCHED
    if since < 2.2:
        _back_blast(picture, since)
    path = [_position(step / 60) for step in range(round(60 * min(1.0, since / (HIT - LAUNCHED))) + 1)]
    if len(path) > 1:
        trail = ImageDraw.Draw(picture, "RGBA")
        trail.line(path, fill=(232, 228, 218, int(70 * exp(-0.35 * since))), width=5, joint="curve")
        trail.line(path, fill=(236, 232, 222, int(110 * exp(-0.35 * since))), width=2, joint="curve")
    if now < HIT:
        _flash(picture, path[-1], 9 - 5 * since / (HIT - LAUNCHED))
    elif now < HIT + 0.6:
        _flash(picture, TARGET, 52 * exp(-2.5 * (now - HIT)))
    else:
        _flash(picture, (TARGET[0], TARGET[1] - 3), 7 + 2.5 * sin(now * 31))
    return picture


def _back_blast(picture: Image.Image, since: float) -> None:
    """Dust thrown up behind the launcher, thinning out."""
    cloud = Image.new("RGBA", (220, 150), (202, 184, 150, 0))
    draw = ImageDraw.Draw(cloud, "RGBA")
    for step in range(7):
        x = 170 - step * (6 + 7 * since)
        size = (18 + 24 * since) * (0.5 + 0.08 * step)
        draw.ellipse((x - size, 96 - size * 0.7, x + size, 96 + size * 0.5),
                     fill=(206, 188, 154, int(120 * exp(-1.3 * since))))
    cloud = cloud.filter(ImageFilter.GaussianBlur(6))
    picture.paste(cloud, (round(LAUNCHER[0]) - 210, round(LAUNCHER[1]) - 90), cloud)


def _position(part: float) -> tuple[float, float]:
    """Where the missile is after `part` (0..1) of its way: corrections of the gunner make it wobble."""
    (x0, y0), (x1, y1) = LAUNCHER, TARGET
    wobble = 15 * sin(part * 5 * pi) * (1 - part) ** 1.4
    return (x0 + 26 + (x1 - x0 - 26) * part**0.8, y0 - 4 + (y1 - y0) * part - 26 * sin(part * pi) + wobble)


def _flash(picture: Image.Image, centre: tuple[float, float], radius: float) -> None:
    reach = round(radius * 2.6) + 4
    glow = Image.new("RGBA", (2 * reach, 2 * reach), (255, 190, 100, 0))
    draw = ImageDraw.Draw(glow)
    draw.ellipse((reach - radius * 1.5, reach - radius * 1.5, reach + radius * 1.5, reach + radius * 1.5),
                 fill=(255, 170, 70, 150))
    draw.ellipse((reach - radius, reach - radius, reach + radius, reach + radius), fill=(255, 236, 190, 255))
    glow = glow.filter(ImageFilter.GaussianBlur(max(1.0, radius * 0.3)))
    picture.paste(glow, (round(centre[0]) - reach, round(centre[1]) - reach), glow)


def _column(random: np.random.Generator, foot: tuple[float, float], *, count: int, first: float, last: float,
            tones: tuple[int, int]) -> tuple[Puff, ...]:
    """Smoke that leaves `foot` between `first` and `last` (seconds)."""
    return tuple(Puff(x=foot[0] + 12 * (float(random.random()) - 0.5), y=foot[1] + 4,
                      born=first + (last - first) * index / count,
                      drift=5 + 9 * float(random.random()), rise=20 + 16 * float(random.random()),
                      growth=6 + 5 * float(random.random()), tone=int(random.integers(*tones)))
                 for index in range(count))


def _smoke(picture: Image.Image, puffs: tuple[Puff, ...], now: float) -> Image.Image:
    alive = [puff for puff in puffs if puff.born <= now]
    if not alive:
        return picture
    layer = Image.new("RGBA", (STAGE.width // 2, STAGE.height // 2),
                      (110, 104, 98, 0))   # smoke is soft: half size does
    draw = ImageDraw.Draw(layer, "RGBA")
    for puff in alive:
        age = now - puff.born
        x = (puff.x + puff.drift * age**1.25) / 2
        y = (puff.y - puff.rise * age**0.9) / 2
        radius = (5 + puff.growth * age**0.85) / 2
        alpha = int(190 * exp(-0.16 * age))
        draw.ellipse((x - radius, y - radius, x + radius, y + radius),
                     fill=(puff.tone, puff.tone, puff.tone - 4, alpha))
        draw.ellipse((x - radius * 0.8, y - radius * 0.95, x + radius * 0.3, y + radius * 0.1),
                     fill=(min(255, puff.tone + 26), min(255, puff.tone + 24), min(255, puff.tone + 20), alpha))
    soft = layer.filter(ImageFilter.GaussianBlur(1.6)).resize(picture.size, Image.Resampling.BILINEAR)
    picture.paste(soft, (0, 0), soft)
    return picture


def _town(random: np.random.Generator) -> Pixels:
    picture = gradient(STAGE,
                       ((0.0, (112, 138, 172)), (0.5, (226, 198, 160)), (0.62, (208, 172, 128)), (1.0, (120, 98, 76))))
    roofs = Sketch(STAGE)
    for row, (base,
              tone) in enumerate(((236, (164, 142, 114)), (270, (144, 120, 92)), (312, (118, 96, 72)),
                                  (384, (92, 74, 56)))):
        x = -20.0
        while x < STAGE.width:
            width = (22 + 34 * float(random.random())) * (1 + 0.45 * row)
            top = base - (10 + 26 * float(random.random())) * (1 + 0.35 * row)
            light = 0.86 + 0.28 * float(random.random())
            colour = (int(tone[0] * light), int(tone[1] * light), int(tone[2] * light))
            roofs.box(x, top, x + width, 400, colour)
            for window in range(2):
                left = x + width * (0.2 + 0.4 * window)
                roofs.box(left, top + 9 + row * 3, left + width * 0.17, top + 17 + row * 6, (62, 52, 44))
            if random.random() < 0.4:
                roofs.box(x + 5, top - 7, x + 12, top, (190, 186, 178))       # water tank
            x += width + 2
    roofs.box(330, 170, 338, 236, (190, 172, 138))                           # a minaret for orientation
    roofs.polygon([(328, 172), (334, 152), (340, 172)], (86, 124, 108))
    return roughen(roofs.over(picture, blur=0.5), random, roofs.mask(), amount=40, cell=30)


def _grain(random: np.random.Generator) -> Sequence[NDArray[np.int16]]:
    """A few sheets of sensor noise, dealt out in turn."""
    sheets = ((random.random((FRAME.height // 2, FRAME.width // 2)) - 0.5) * 9 for _ in range(4))
    return [np.repeat(np.repeat(sheet, 2, axis=0), 2, axis=1)[:, :, None].astype(np.int16) for sheet in sheets]


def _shot(picture: Image.Image, grain: Sequence[NDArray[np.int16]], index: int, *, jolt: float) -> NDArray[np.uint8]:
    """What the camera, held by hand, sees of the stage."""
    now = index / FRAMES_PER_SECOND
    left = MARGIN + round(4 * sin(now * 1.7) + 3 * sin(now * 4.1) + 5 * jolt * cos(now * 37))
    top = MARGIN + round(3 * cos(now * 1.3) + 2 * sin(now * 5.3) + 4 * jolt * sin(now * 41))
    view = picture.crop((left, top, left + FRAME.width, top + FRAME.height))
    exposed: NDArray[np.int16] = np.asarray(view, dtype=np.int16) + grain[index % len(grain)]
    return np.clip(exposed, 0, 255).astype(np.uint8)
