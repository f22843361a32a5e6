"""Everything the demo's hosts show that is not text, written into one folder in a few seconds.

1. The same seed gives the same bytes (with the same library versions): what a test saw can be seen again.
2. The third post shows the school's photograph mirrored, cropped and compressed again under another town's name:
   reuse that a search must find.
"""

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageOps

from muniment.demo.media import films, photographs
from muniment.demo.media.encode import CameraNotes, save_hls, save_jpeg, save_mp4
from muniment.demo.media.papers import page_of_text

SEED = 20151020
MOSQUE_WIDTHS = (480, 800, 1200)

CAMERA = CameraNotes(
    make="Halde",
    model="Halde P3",
    software="P3 1.4.2",
    taken="2015:10:20 12:41:07",
    offset="+03:00",
    latitude=(33, 30, 12.4),     # open sea: no village should be taken for the one in the story
    longitude=(29, 2, 47.9),
)

TOLL_TITLE = "Lowland Coordination Council: toll of 19 October 2015"
TOLL = (
    "Register kept by the LCC's documentation office, status 20 October 2015, 08:00.",
    "",
    "Place                     killed   of these children   cause as recorded",
    "Bishara                       41                   9   air strikes",
    "Coast road                     7                   1   air strikes",
    "Jabal Tarfa                    5                   0   shelling",
    "Hospitals (of wounds)          4                   2   earlier strikes",
    "",
    "Total for the province        57                  12",
    "",
    "Counted: persons known by name to two of our correspondents. Not counted:",
    "fighters of any side; persons missing (23 on this date).",
)


def make_media(folder: Path) -> None:
    """Write photographs, films and papers into `folder`, which must exist; files are named as the routes name them."""
    photographs_seed, films_seed = np.random.SeedSequence(SEED).spawn(2)
    random = np.random.default_rng(photographs_seed)
    _photographs(folder, random)
    _films(folder, np.random.default_rng(films_seed))
    (folder / "lcc-toll.pdf").write_bytes(page_of_text(TOLL_TITLE, TOLL))


def _photographs(folder: Path, random: np.random.Generator) -> None:
    school = photographs.school(random)
    save_jpeg(school, folder / "school.jpg", quality=88, notes=CAMERA)
    mosque = photographs.mosque(random)
    for width in MOSQUE_WIDTHS:
        height = round(mosque.height * width / mosque.width)
        save_jpeg(mosque.resize((width, height), Image.Resampling.LANCZOS), folder / f"mosque-{width}.jpg", quality=84)
    reused = ImageOps.mirror(school.crop((60, 130, 1060, 760))).resize((720, 454), Image.Resampling.LANCZOS)
    save_jpeg(reused, folder / "reused.jpg", quality=58)
    for name, colour in (("avatar-analyst", (64, 98, 140)), ("avatar-council", (150, 84, 52)),
                         ("avatar-passer", (92, 92, 104))):
        _avatar(colour).save(folder / f"{name}.png")


def _avatar(colour: tuple[int, int, int]) -> Image.Image:
    portrait = Image.new("RGB", (96, 96), colour)
    draw = ImageDraw.Draw(portrait)
    draw.ellipse((30, 18, 66, 56), fill=(232, 226, 214))
    draw.ellipse((12, 60, 84, 140), fill=(232, 226, 214))
    return portrait


def _films(folder: Path, random: np.random.Generator) -> None:
    frames = list(films.missile(random))
    save_mp4(frames, folder / "launch.mp4")
    save_jpeg(Image.fromarray(frames[30]), folder / "launch-poster.jpg", quality=80)
    save_hls(films.smoke_over_town(random), folder, name="town")
