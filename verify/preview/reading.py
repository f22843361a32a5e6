"""Previews of files, through the sandbox: a hostile file costs its own preview and nothing else.

What comes back is bare pixels of a checked size: nothing of the file's own format reaches whoever shows them.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from verify.sandbox import Sandbox, SandboxLimits
from verify.sandbox.answers import AnswerMalformed

SIDE = 1280                   # pixels of the longer side: more than terminals show
MAX_FRAMES = 12               # of a contact sheet
COLUMNS = 4                   # frames side by side on it
LIMITS = SandboxLimits(seconds=30.0, answer=SIDE * SIDE * 3 * 4 // 3 + 100)
MODULE = "verify.preview.worker"

_ANSWER = re.compile(rb"([0-9]{1,4}) ([0-9]{1,4}) ([0-9]{1,7}) ([0-9]{1,7}) ([0-9]{1,2}) ([A-Za-z0-9+/=]*)\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """Pixels of a picture, or of the contact sheet of a film: three bytes a pixel, by row."""

    width: int
    height: int
    pixels: bytes
    full_width: int           # of the original, upright
    full_height: int
    frames: int               # on the contact sheet; 0: a picture

    @property
    def is_film(self) -> bool:
        """It is a contact sheet."""
        return self.frames > 0


class Previewer:
    """Makes previews; a context manager. Not for use by several threads at once."""

    def __init__(self, limits: SandboxLimits = LIMITS) -> None:
        self._sandbox = Sandbox(limits, module=MODULE)

    def picture(self, path: Path, side: int = SIDE) -> Preview:
        """A picture, at most `side` pixels a side. Raises ReaderFailed."""
        return self._sandbox.ask("picture", path, _preview, side)

    def film(self, path: Path, side: int = SIDE, frames: int = MAX_FRAMES) -> Preview:
        """Frames of a film side by side, spread over its length. Raises ReaderFailed."""
        return self._sandbox.ask("film", path, _preview, side, frames)

    def close(self) -> None:
        """End the process that decodes."""
        self._sandbox.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.close()


def _preview(line: bytes) -> Preview:
    match = _ANSWER.fullmatch(line)
    if match is None:
        raise AnswerMalformed("no preview")
    width, height, full_width, full_height, frames = (int(number) for number in match.groups()[:5])
    try:
        pixels = base64.b64decode(match[6], validate=True)
    except (binascii.Error, ValueError) as error:
        raise AnswerMalformed("no base64") from error
    if not 0 < width <= SIDE or not 0 < height <= SIDE or len(pixels) != width * height * 3:
        raise AnswerMalformed("the pixels are not those of a picture of that size")
    return Preview(width=width, height=height, pixels=pixels, full_width=full_width, full_height=full_height,
                   frames=frames)
