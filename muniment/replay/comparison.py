"""What a replay shows of what a browser saw when the page was recorded. Pure, but for the decoding of two pictures.

1. Text is compared as words with their number: order and line ends differ between browsers, words do not.
2. Pictures are compared small and grey: what differs there is seen by a reader, what does not is not.
"""

import io
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from evidence_store.canonical import JsonValue
from evidence_store.findings import Outcome

CHECK = "replay.comparison"
SMALL = (80, 56)              # pixels that are compared: the shape of the first screen
LEAST_TEXT = 0.98             # share of the words; counters and clocks of a page differ
MOST_DIFFERENT = 0.12         # mean difference of the small pictures; fonts and carets stay below
MAX_PIXELS = 1280 * 16_000    # of a recorded screenshot
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a browser shows of a page."""

    text: str
    images: int               # that have an address
    images_loaded: int
    videos: int
    videos_ready: int         # that have data to play
    screen: bytes             # PNG of the first screen


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A replay beside the record."""

    text_share: float | None  # of the recorded words; None: none were recorded
    difference: float | None  # 0 to 1; None: no screenshot was recorded, or it cannot be read
    shown: Shown

    @property
    def outcome(self) -> Outcome:
        """Pass where a reader sees what was seen; inconclusive where not: the bytes may be whole all the same."""
        shown = self.shown
        whole = shown.images == shown.images_loaded and shown.videos == shown.videos_ready
        alike = self.difference is None or self.difference <= MOST_DIFFERENT
        said = self.text_share is None or self.text_share >= LEAST_TEXT
        compared = self.text_share is not None or self.difference is not None
        return Outcome.PASS if whole and alike and said and compared else Outcome.INCONCLUSIVE

    @property
    def summary(self) -> str:
        """`replay shows 100 % of the text, 6/6 images, 1/1 videos ready; the first screen differs by 1 %`."""
        shown = self.shown
        text = "no recorded text to compare" if self.text_share is None else f"{self.text_share:.0%} of the text"
        videos = f", {shown.videos_ready}/{shown.videos} videos ready" if shown.videos else ""
        screen = "" if self.difference is None else f"; the first screen differs by {self.difference:.0%}"
        return f"replay shows {text}, {shown.images_loaded}/{shown.images} images{videos}{screen}"

    @property
    def details(self) -> Mapping[str, JsonValue]:
        """The figures."""
        shown = self.shown
        return {"text_share": _decimal(self.text_share), "difference": _decimal(self.difference),
                "images": shown.images, "images_loaded": shown.images_loaded, "videos": shown.videos,
                "videos_ready": shown.videos_ready}


def compare(shown: Shown, *, text: str, screen: bytes) -> Comparison:
    """A replay beside the text and the first screen as recorded; empty where there is none."""
    return Comparison(shown=shown, text_share=text_share(text, shown.text), difference=difference(screen, shown.screen))


def text_share(recorded: str, replayed: str) -> float | None:
    """Which share of the recorded words is replayed; None where none were recorded."""
    wanted, found = (Counter(_WORD.findall(text.casefold())) for text in (recorded, replayed))
    total = sum(wanted.values())
    return sum((wanted & found).values()) / total if total else None


def difference(recorded: bytes, replayed: bytes) -> float | None:
    """The mean difference of two PNG pictures of one shape, small and grey; None where one cannot be read."""
    one, other = _small(recorded), _small(replayed)
    if one is None or other is None:
        return None
    return sum(abs(a - b) for a, b in zip(one, other, strict=True)) / (255 * len(one))


def _small(png: bytes) -> bytes | None:
    from PIL import Image, UnidentifiedImageError

    if not png.startswith(b"\x89PNG"):
        return None
    try:
        with Image.open(io.BytesIO(png), formats=("PNG",)) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                return None
            return picture.convert("L").resize(SMALL).tobytes()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return None


def _decimal(value: float | None) -> str | None:
    return None if value is None else f"{value:.4f}"
