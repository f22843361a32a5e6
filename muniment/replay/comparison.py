"""What a replay shows of what a browser saw when the page was recorded. Pure, but for the decoding of two pictures.

1. Text is compared as words with their number: order and line ends differ between browsers, words do not.
2. Pictures are compared small and grey: what differs there is seen by a reader, what does not is not.
3. A picture that was not there when the page was recorded is not missed in the replay; it is counted apart.
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
CELLS = (8, 7)                # the small picture in cells of 10 by 8 pixels: each is named where it differs
CELL_DIFFERS = 0.06           # mean difference of a cell that is drawn
MAX_LINES, MAX_LINE = 20, 200 # of the text that is named; the figures count all
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a browser shows of a page."""

    text: str
    images: int               # that have an address
    images_loaded: int
    videos: int
    videos_played: int        # that moved when they were asked to
    screen: bytes             # PNG of the first screen
    never_there: int = 0      # pictures that were not there when the page was recorded either; not among `images`


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A replay beside the record."""

    text_share: float | None  # of the recorded words; None: none were recorded
    difference: float | None  # 0 to 1; None: no screenshot was recorded, or it cannot be read
    shown: Shown
    missing: tuple[str, ...] = ()    # recorded lines that the replay lacks
    added: tuple[str, ...] = ()      # lines that only the replay has
    cells: tuple[tuple[int, int], ...] = ()   # column and row of the cells of the first screen that differ

    @property
    def outcome(self) -> Outcome:
        """Pass where a reader sees what was seen; inconclusive where not: the bytes may be whole all the same."""
        shown = self.shown
        whole = shown.images == shown.images_loaded and shown.videos == shown.videos_played
        alike = self.difference is None or self.difference <= MOST_DIFFERENT
        said = self.text_share is None or self.text_share >= LEAST_TEXT
        compared = self.text_share is not None or self.difference is not None
        return Outcome.PASS if whole and alike and said and compared else Outcome.INCONCLUSIVE

    @property
    def summary(self) -> str:
        """`replay shows 100% of the text, 6/6 images, 1/1 videos play; the first screen differs by 1%`."""
        shown = self.shown
        text = "no recorded text to compare" if self.text_share is None else f"{self.text_share:.0%} of the text"
        verb = "was" if shown.never_there == 1 else "were"
        never = f" ({shown.never_there} more {verb} not there when it was recorded)" if shown.never_there else ""
        videos = f", {shown.videos_played}/{shown.videos} videos play" if shown.videos else ""
        screen = "" if self.difference is None else f"; the first screen differs by {self.difference:.0%}"
        return f"replay shows {text}, {shown.images_loaded}/{shown.images} images{never}{videos}{screen}"

    @property
    def details(self) -> Mapping[str, JsonValue]:
        """The figures."""
        shown = self.shown
        return {"text_share": _decimal(self.text_share), "difference": _decimal(self.difference),
                "images": shown.images, "images_loaded": shown.images_loaded, "never_there": shown.never_there,
                "videos": shown.videos, "videos_played": shown.videos_played, "missing": list(self.missing),
                "added": list(self.added), "regions": [_corners(*cell) for cell in self.cells]}


def compare(shown: Shown, *, text: str, screen: bytes) -> Comparison:
    """A replay beside the text and the first screen as recorded; empty where there is none."""
    missing, added = lines_apart(text, shown.text) if text.strip() else ((), ())
    return Comparison(shown=shown, text_share=text_share(text, shown.text), difference=difference(screen, shown.screen),
                      missing=missing, added=added, cells=cells_apart(screen, shown.screen))


def lines_apart(recorded: str, replayed: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The first lines that only the one has, and those that only the other has; blanks and case do not count."""
    lines = [{" ".join(line.casefold().split()): " ".join(line.split()) for line in text.splitlines() if line.strip()}
             for text in (recorded, replayed)]

    def only(one: dict[str, str], other: dict[str, str]) -> tuple[str, ...]:
        return tuple(words[:MAX_LINE] for key, words in one.items() if key not in other)[:MAX_LINES]

    return only(lines[0], lines[1]), only(lines[1], lines[0])


def cells_apart(recorded: bytes, replayed: bytes) -> tuple[tuple[int, int], ...]:
    """Column and row of each cell of the first screen in which the two differ; none where one cannot be read."""
    one, other = _small(recorded), _small(replayed)
    if one is None or other is None:
        return ()
    wide, high = SMALL[0] // CELLS[0], SMALL[1] // CELLS[1]

    def differs(column: int, row: int) -> bool:
        total = sum(abs(one[at] - other[at]) for y in range(row * high, (row + 1) * high)
                    for at in range(y * SMALL[0] + column * wide, y * SMALL[0] + (column + 1) * wide))
        return total > CELL_DIFFERS * 255 * wide * high

    return tuple((column, row) for row in range(CELLS[1]) for column in range(CELLS[0]) if differs(column, row))


def _corners(column: int, row: int) -> list[JsonValue]:
    """A cell as four corners, in shares of the picture, as a region of reuse is written."""
    left, right, top, bottom = (column / CELLS[0], (column + 1) / CELLS[0], row / CELLS[1], (row + 1) / CELLS[1])
    return [[f"{x:.4f}", f"{y:.4f}"] for x, y in ((left, top), (right, top), (right, bottom), (left, bottom))]


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
