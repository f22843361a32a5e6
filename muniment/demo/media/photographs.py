"""Two drawn photographs: a school after a strike, and a mosque in the dust of one. No real place is shown."""

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from muniment.demo.media.canvas import (
    Colour,
    Pixels,
    Plane,
    Size,
    Sketch,
    blend,
    develop,
    gradient,
    noise,
    roughen,
    rubble,
)

PHOTO = Size(width=1600, height=1067)
FACADE = Size(width=1180, height=520)
CONCRETE: tuple[Colour, ...] = ((176, 164, 146), (150, 140, 126), (196, 184, 164), (128, 118, 106), (168, 150, 124))
PLASTER: Colour = (214, 198, 164)
SCHOOL_BLUE: Colour = (92, 132, 158)


def school(random: np.random.Generator) -> Image.Image:
    """A three-storey school whose right end has come down; rubble and desks in the yard."""
    picture = _yard(random)
    facade, opaque = _facade(random)
    picture = _slabs(random).over(picture, blur=0.6)
    picture = _place(picture, facade, opaque, corners=((150, 322), (1180, 250), (1180, 800), (150, 760)))
    heap = Sketch(PHOTO)
    heap.polygon([(640, 905), (820, 800), (985, 690), (1120, 628), (1240, 680), (1420, 800), (1595, 905)],
                 (112, 102, 90))
    rubble(heap, random, left=640, right=1590, base=900, peak=330, top_at=1140, count=1300, tones=CONCRETE)
    rubble(heap, random, left=40, right=1500, base=985, peak=90, top_at=1000, count=420, tones=CONCRETE)
    picture = roughen(heap.over(picture, blur=0.7), random, heap.mask(), amount=46, cell=14)
    picture = _desks().over(picture, blur=0.5)
    haze = noise(random, PHOTO, cell=520, octaves=4) ** 2.2
    depth = np.linspace(0.75, 0.12, PHOTO.height, dtype=np.float32)[:, None]
    picture = blend(picture, (222, 208, 184), (haze * depth * 0.75).astype(np.float32))
    return develop(picture, random, grain=15, vignette=0.34)


def mosque(random: np.random.Generator) -> Image.Image:
    """A dome with a hole in it and a minaret still standing, in a rolling cloud of dust."""
    picture = gradient(PHOTO,
                       ((0.0, (150, 172, 196)), (0.45, (206, 200, 184)), (0.72, (214, 190, 152)),
                        (1.0, (140, 116, 88))))
    clouds = noise(random, PHOTO, cell=420) ** 2
    picture = blend(picture, (236, 232, 222), (clouds * 0.45).astype(np.float32))
    behind = Sketch(PHOTO)
    _roofs(behind, random, base=760, low=560, high=690, tone=(176, 158, 132), count=16)
    picture = behind.over(picture, blur=2.2)
    picture = _dust(picture, random, centre=(1010, 560), reach=(620, 420), strength=0.9)
    building = _mosque_building()
    picture = roughen(building.over(picture, blur=0.8), random, building.mask(), amount=38, cell=60)
    front = Sketch(PHOTO)
    _roofs(front, random, base=1067, low=800, high=900, tone=(134, 112, 88), count=9)
    picture = roughen(front.over(picture, blur=0.9), random, front.mask(), amount=40, cell=40)
    picture = _dust(picture, random, centre=(930, 800), reach=(760, 250), strength=0.92)
    heap = Sketch(PHOTO)
    rubble(heap, random, left=120, right=1560, base=1062, peak=120, top_at=980, count=560, tones=CONCRETE)
    picture = roughen(heap.over(picture, blur=0.7), random, heap.mask(), amount=40, cell=14)
    return develop(picture, random, grain=17, vignette=0.4)


def _yard(random: np.random.Generator) -> Pixels:
    picture = gradient(PHOTO,
                       ((0.0, (146, 174, 204)), (0.5, (214, 214, 206)), (0.64, (196, 178, 148)), (1.0, (122, 102, 78))))
    clouds = noise(random, PHOTO, cell=480) ** 2.4
    picture = blend(picture, (240, 238, 232),
                    (clouds * 0.7 * (np.arange(PHOTO.height) < 660)[:, None]).astype(np.float32))
    hills = Sketch(PHOTO)
    ridge = noise(random, Size(width=PHOTO.width, height=4), cell=300, octaves=5)[0]
    steps = range(-40, PHOTO.width + 41, 8)
    for base, height, tone, heights in ((610, 150, (168, 172, 168), ridge), (668, 90, (158, 150, 126), ridge[::-1])):
        line = [(x, base - height * float(heights[min(max(x, 0), PHOTO.width - 1)])) for x in steps]
        hills.polygon([(-40, 720), *line, (PHOTO.width + 40, 720)], tone)
    picture = hills.over(picture, blur=2.5)
    ground = Sketch(PHOTO)
    ground.polygon([(0, 690), (PHOTO.width, 680), (PHOTO.width, PHOTO.height), (0, PHOTO.height)], (158, 136, 106))
    return roughen(ground.over(picture, blur=3), random, ground.mask(), amount=70, cell=90)


def _facade(random: np.random.Generator) -> tuple[Pixels, Plane]:
    """The front wall seen straight on, and where it still stands."""
    wall = Sketch(FACADE)
    wall.box(0, 0, FACADE.width, FACADE.height, PLASTER)
    wall.box(0, 400, FACADE.width, FACADE.height, SCHOOL_BLUE)
    wall.box(0, 0, FACADE.width, 18, (170, 156, 130))
    for floor in range(3):
        top = 46 + floor * 158
        wall.box(0, top + 124, FACADE.width, top + 134, (184, 168, 138))
        for column in range(9):
            left = 34 + column * 128
            if floor == 2 and column == 3:
                _door(wall, left, top)
                continue
            _window(wall, random, left, top)
    pixels = wall.over(np.zeros((FACADE.height, FACADE.width, 3), dtype=np.float32))
    pixels = _sign(pixels)
    everywhere = np.ones((FACADE.height, FACADE.width), dtype=np.float32)
    pixels = roughen(pixels, random, everywhere, amount=44, cell=120)
    soot = Sketch(FACADE)
    for column, floor in ((5, 0), (6, 0), (6, 1), (4, 1), (7, 2)):
        left, top = 34 + column * 128, 46 + floor * 158
        soot.ellipse(left - 6, top - 70, left + 92, top + 60, (18, 16, 14), alpha=215)
    pixels = soot.over(pixels, blur=15)
    scars = Sketch(FACADE)
    for _ in range(60):
        x, y = float(random.random()) * FACADE.width, float(random.random()) * FACADE.height
        radius = 2 + 6 * float(random.random()) ** 2
        scars.ellipse(x - radius, y - radius, x + radius, y + radius * 0.9, (104, 92, 76))
    return scars.over(pixels, blur=0.5), _standing(random)


def _window(wall: Sketch, random: np.random.Generator, left: float, top: float) -> None:
    wall.box(left - 5, top - 5, left + 91, top + 99, (236, 228, 206))
    wall.box(left, top, left + 86, top + 94, (34, 36, 40))
    if random.random() < 0.45:   # a pane that holds
        wall.box(left + 3, top + 3, left + 40, top + 91, (112, 132, 148))
        wall.polygon([(left + 3, top + 70), (left + 40, top + 20), (left + 40, top + 46), (left + 3, top + 91)],
                     (150, 168, 180))
    else:                        # shards in the frame
        wall.polygon([(left, top), (left + 26, top), (left + 6, top + 34)], (128, 146, 158))
        wall.polygon([(left + 86, top + 94), (left + 58, top + 94), (left + 82, top + 58)], (110, 126, 138))
    wall.box(left + 41, top, left + 45, top + 94, (220, 212, 192))
    wall.box(left, top + 44, left + 86, top + 48, (220, 212, 192))


def _door(wall: Sketch, left: float, top: float) -> None:
    wall.box(left - 12, top - 6, left + 98, top + 158, (196, 182, 150))
    wall.box(left, top + 6, left + 86, top + 158, (40, 34, 30))
    wall.polygon([(left, top + 6), (left + 34, top + 20), (left + 34, top + 158), (left, top + 158)], (86, 110, 96))


def _sign(facade: Pixels) -> Pixels:
    board = Image.new("RGB", (420, 46), (240, 234, 214))
    draw = ImageDraw.Draw(board)
    draw.rectangle((2, 2, 417, 43), outline=(58, 84, 108), width=3)
    draw.text((210, 23), "SARMILA PRIMARY SCHOOL", font=ImageFont.load_default(size=27), fill=(40, 62, 88), anchor="mm")
    marked = facade.copy()
    marked[322:368, 210:630] = np.asarray(board.filter(ImageFilter.GaussianBlur(0.7)), dtype=np.float32)
    return marked


def _standing(random: np.random.Generator) -> Plane:
    """1 where the wall stands: the right end is torn off along a ragged line, and there are two holes."""
    ragged = noise(random, Size(width=4, height=FACADE.height), cell=46, octaves=5)[:, 0]
    slope = np.linspace(700, 1010, FACADE.height)
    edge = slope + (ragged - 0.5) * 190
    columns = np.arange(FACADE.width)[None, :]
    plane = (columns < edge[:, None]).astype(np.float32)
    holes = Sketch(FACADE)
    for x, y, radius in ((596, 250, 44), (345, 60, 30)):
        angles = np.linspace(0, 6.28, 18, endpoint=False)
        holes.polygon([(x + radius * (0.7 + 0.5 * float(random.random())) * float(np.cos(a)),
                        y + radius * (0.7 + 0.5 * float(random.random())) * float(np.sin(a))) for a in angles], (0, 0,
                                                                                                                 0))
    return (plane * (1 - holes.mask(blur=0.8) * 0.85)).astype(np.float32)


def _place(picture: Pixels, layer: Pixels, opaque: Plane, corners: tuple[tuple[int, int], ...]) -> Pixels:
    """The flat layer, seen in perspective, laid into the picture; corners clockwise from the upper left."""
    height, width = opaque.shape
    source = ((0, 0), (width, 0), (width, height), (0, height))
    rows: list[tuple[float, ...]] = []
    goal: list[float] = []
    for (x, y), (u, v) in zip(corners, source, strict=True):
        rows.append((x, y, 1, 0, 0, 0, -u * x, -u * y))
        rows.append((0, 0, 0, x, y, 1, -v * x, -v * y))
        goal.extend((u, v))
    solved = tuple(float(value) for value in np.linalg.solve(np.asarray(rows), np.asarray(goal)))
    rgba = np.dstack([np.clip(layer, 0, 255), opaque * 255]).astype(np.uint8)
    placed = Image.fromarray(rgba).transform((PHOTO.width, PHOTO.height), Image.Transform.PERSPECTIVE, solved,
                                             Image.Resampling.BICUBIC)
    pixels = np.asarray(placed, dtype=np.float32)
    return blend(picture, pixels[:, :, :3].copy(), pixels[:, :, 3] / np.float32(255))


def _slabs(random: np.random.Generator) -> Sketch:
    """Floors that hang from what stands, with bent reinforcement sticking out."""
    slabs = Sketch(PHOTO)
    slabs.polygon([(200, 345), (765, 350), (800, 470), (880, 520), (980, 700), (1010, 770), (200, 750)],
                  (50, 44, 40))    # rooms laid open
    slabs.polygon([(700, 350), (765, 350), (790, 450), (700, 440)], (122, 108, 88))
    slabs.polygon([(740, 500), (850, 525), (880, 625), (740, 610)], (112, 122, 118))
    for left, top, right, fall, depth in ((760, 356, 1090, 150, 26), (830, 505, 1210, 120, 28),
                                          (900, 640, 1330, 110, 30)):
        slabs.polygon([(left, top), (right, top + fall), (right - 6, top + fall + depth), (left, top + depth)],
                      (156, 146, 130))
        slabs.polygon([(left, top + depth), (right - 6, top + fall + depth), (right - 10, top + fall + depth + 12),
                       (left, top + depth + 22)],
                      (70, 62, 54))
        for _ in range(9):
            x = right - 6 - 40 * float(random.random())
            y = top + fall + depth * float(random.random())
            reach = 30 + 70 * float(random.random())
            bend = -20 + 70 * float(random.random())
            slabs.line([(x, y), (x + reach * 0.6, y + bend * 0.3), (x + reach, y + bend)], (66, 50, 40), 2.2)
    return slabs


def _desks() -> Sketch:
    """School desks thrown into the yard."""
    yard = Sketch(PHOTO)
    for x, y, scale, tilt in ((250, 900, 1.0, 0.0), (430, 955, 1.25, 24.0), (905, 985, 1.1, -18.0)):
        top = [(x, y + tilt * 0.4), (x + 120 * scale, y - tilt * 0.4), (x + 150 * scale, y + 24 * scale - tilt * 0.4),
               (x + 26 * scale, y + 30 * scale + tilt * 0.4)]
        yard.polygon([(px + 12, py + 52 * scale) for px, py in top], (70, 56, 42))
        for (left, height) in ((x + 14 * scale, 62), (x + 118 * scale, 58), (x + 140 * scale, 66)):
            yard.line([(left, y + 18 * scale), (left + tilt * 0.5, y + height * scale)], (62, 58, 58), 5 * scale)
        yard.polygon(top, (164, 116, 66))
        yard.line([top[3], top[2]], (96, 64, 36), 6 * scale)
    return yard


def _mosque_building() -> Sketch:
    light, shade, dark, green = (222, 208, 178), (178, 160, 128), (66, 56, 46), (86, 124, 108)
    work = Sketch(PHOTO)
    work.box(470, 560, 1130, 900, light)                               # prayer hall
    work.polygon([(1130, 560), (1230, 600), (1230, 900), (1130, 900)], shade)
    work.box(460, 548, 1138, 568, shade)
    work.box(640, 470, 980, 552, light)                                # drum of the dome
    for left in range(662, 960, 52):
        _arch(work, left, 492, width=26, height=52, colour=dark)
    dome = [(810 - 188 * float(np.cos(angle)), 480 - 230 * float(np.sin(angle))) for angle in np.linspace(0, np.pi, 60)]
    work.polygon(dome, green)
    for reach in (-0.62, -0.2, 0.24):                                  # ribs that catch the light
        work.line([(810 + reach * 188 * float(np.sin(turn)), 250 + 230 * float(1 - np.cos(turn)))
                   for turn in np.linspace(0.05, 1.5, 24)], (112, 148, 130), 3)
    work.box(610, 474, 1010, 488, shade)
    work.polygon([(850, 268), (902, 286), (958, 352), (930, 372), (948, 420), (884, 408), (862, 430), (838, 368),
                  (866, 342)], (38, 32, 28))
    work.line([(862, 350), (908, 330), (940, 384)], (120, 96, 70), 4)
    work.line([(810, 250), (810, 205)], (150, 132, 80), 5)             # finial with crescent
    work.ellipse(794, 176, 826, 208, (168, 146, 84))
    work.ellipse(801, 170, 832, 200, (188, 192, 190))
    for left in (520, 640, 760, 880, 1000):
        _arch(work, left, 640, width=62, height=170, colour=dark)
    work.polygon([(968, 905), (1000, 720), (1060, 690), (1110, 740), (1140, 905)], (52, 44, 38))   # breach in the wall
    _minaret(work, light, shade, dark, green)
    return work


def _arch(work: Sketch, left: float, top: float, *, width: float, height: float, colour: Colour) -> None:
    work.ellipse(left, top, left + width, top + width, colour)
    work.box(left, top + width / 2, left + width, top + height, colour)


def _minaret(work: Sketch, light: Colour, shade: Colour, dark: Colour, green: Colour) -> None:
    work.box(330, 250, 420, 905, light)
    work.box(392, 250, 420, 905, shade)
    work.box(306, 372, 444, 394, shade)                                # balcony
    work.box(312, 330, 438, 374, light)
    for left in range(318, 434, 20):
        work.box(left, 336, left + 9, 374, (150, 134, 108))
    work.box(340, 190, 410, 330, light)
    work.box(388, 190, 410, 330, shade)
    _arch(work, 362, 214, width=26, height=74, colour=dark)
    work.polygon([(330, 194), (375, 70), (420, 194)], green)
    work.line([(375, 74), (375, 36)], (150, 132, 80), 4)
    work.ellipse(364, 16, 388, 40, (168, 146, 84))
    work.ellipse(370, 12, 393, 34, (166, 180, 194))
    for top in (450, 560, 670):
        work.box(366, top, 384, top + 44, dark)
    work.polygon([(330, 610), (352, 622), (340, 668), (330, 680)], dark)


def _roofs(sketch: Sketch, random: np.random.Generator, *, base: float, low: float, high: float, tone: Colour,
           count: int) -> None:
    """A row of flat-roofed houses."""
    step = PHOTO.width / count
    for index in range(count + 1):
        left = (index - 0.4) * step + step * 0.3 * float(random.random())
        right = left + step * (0.8 + 0.5 * float(random.random()))
        top = low + (high - low) * float(random.random())
        light = 0.85 + 0.3 * float(random.random())
        colour = (int(tone[0] * light), int(tone[1] * light), int(tone[2] * light))
        sketch.box(left, top, right, base, colour)
        sketch.box(left, top, right, top + 7, (int(tone[0] * 0.7), int(tone[1] * 0.7), int(tone[2] * 0.7)))
        for window in range(2):
            x = left + (0.2 + 0.4 * window) * (right - left)
            sketch.box(x, top + 40, x + 0.16 * step, top + 84, (64, 56, 48))


def _dust(picture: Pixels, random: np.random.Generator, *, centre: tuple[int, int], reach: tuple[int, int],
          strength: float) -> Pixels:
    """A billowing cloud, lit from the upper left."""
    rows = (np.arange(PHOTO.height, dtype=np.float32)[:, None] - centre[1]) / reach[1]
    columns = (np.arange(PHOTO.width, dtype=np.float32)[None, :] - centre[0]) / reach[0]
    billow = noise(random, PHOTO, cell=210, octaves=5)
    body = np.clip(1.15 - np.sqrt(rows**2 + columns**2) + (billow - 0.5) * 1.3, 0, 1)
    lit = np.clip(0.5 + 2.4 * (billow - np.roll(billow, (18, 18), axis=(0, 1))), 0, 1)
    colour = (np.asarray((150, 126, 96), dtype=np.float32) + lit[:, :, None] * np.asarray((82, 82, 78),
                                                                                          dtype=np.float32)).astype(np.float32)
    return blend(picture, colour, (np.clip(body * 1.5, 0, 1) * strength).astype(np.float32))
