"""Ten thousand references, made of photographs, their quarters, frames around them and generated graphics."""

from collections.abc import Callable, Iterator

import numpy as np
from PIL import Image

from reuse_set.cards import card
from reuse_set.wild import wild_framed

Load = Callable[[], Image.Image]

FIRST_CARD = 300_000          # seeds of their own: no card or frame of a query is among them
FIRST_FRAME = 400_000
FRAMED = 10                   # of what is left after the photographs, one in so many is in a frame
WORDS_ONLY = 4                # of the framed ones, one in so many shows a graphic instead of a photograph


def many(photographs: list[Load], count: int) -> Iterator[tuple[str, Image.Image]]:
    """`count` pictures with names; photographs first, each whole and in quarters, then frames, then graphics."""
    made = 0
    for number, load in enumerate(photographs):
        picture = load()
        for name, part in (("whole", picture), *_quarters(picture)):
            if made == count:
                return
            yield f"photo-{number}-{name}", part
            made += 1
    frames = (count - made) // FRAMED
    for number in range(frames):
        shown = (card(FIRST_CARD + number) if number % WORDS_ONLY == 0 else
                 photographs[number % len(photographs)]())
        yield f"frame-{number}", wild_framed(shown.convert("RGB"), FIRST_FRAME + number)
        made += 1
    for number in range(count - made):
        graphic = card(FIRST_CARD + 100_000 + number)
        yield f"graphic-{number}", graphic.resize((graphic.width // 2, graphic.height // 2))


def _quarters(picture: Image.Image) -> Iterator[tuple[str, Image.Image]]:
    width, height = picture.size
    for row in (0, 1):
        for column in (0, 1):
            box = np.array([column * width, row * height, (column + 1) * width, (row + 1) * height]) // 2
            yield f"quarter-{row}{column}", picture.crop(tuple(int(value) for value in box))
