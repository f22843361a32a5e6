"""What the terminal can draw, and the widget that draws it so.

The terminal is asked before the application runs: afterwards its answers would be taken for keys. The widget brings
NumPy and Pillow, so it is imported with the first screen that shows a picture; textual-image, which would ask by itself
then, is kept from it.
"""

import sys
from enum import Enum
from random import randint
from typing import TYPE_CHECKING, NoReturn

from textual_image import _terminal

if TYPE_CHECKING:
    from textual_image.widget import HalfcellImage, SixelImage, TGPImage

ANSWER_S = 0.1            # the longest that an answer is waited for; terminals answer within milliseconds
SIXEL = "4"               # among the device attributes that a terminal names (DA1)


class Graphics(Enum):
    """How pictures are drawn."""

    SIXEL = "sixel"
    KITTY = "kitty"
    HALF_CELLS = "half cells"


class _Known:
    """What the terminal of this process said; half cells where nobody asked, as in a test or a browser."""

    graphics = Graphics.HALF_CELLS


def ask() -> None:
    """Ask the terminal, where there is one. Call it before the application runs, and only then."""
    if sys.__stdout__ is not None and sys.__stdout__.isatty():
        _terminal.get_cell_size()         # kept by textual-image
        _Known.graphics = Graphics.SIXEL if _draws_sixel() else Graphics.KITTY if _draws_kitty() else \
            Graphics.HALF_CELLS


def image_widget() -> "type[HalfcellImage | SixelImage | TGPImage]":
    """The widget for pictures in this terminal."""
    _terminal.capture_terminal_response = _no_question   # the modules below ask when they are imported
    from textual_image.widget import HalfcellImage, SixelImage, TGPImage

    match _Known.graphics:
        case Graphics.SIXEL:
            return SixelImage
        case Graphics.KITTY:
            return TGPImage
    return HalfcellImage


def _draws_sixel() -> bool:
    return SIXEL in _answer("\x1b[c", "\x1b[?", "c").split(";")


def _draws_kitty() -> bool:
    # a picture of one pixel, asked about and not shown
    # https://sw.kovidgoyal.net/kitty/graphics-protocol/#querying-support-and-available-transmission-mediums
    number = randint(1, 2**32 - 1)        # noqa: S311 - tells answers apart, keeps no secret
    return _answer(f"\x1b_Gi={number},s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\", "\x1b_G", "\x1b\\").endswith(";OK")


def _answer(question: str, begins: str, ends: str) -> str:
    """What the terminal answers, without the marks around it; "" where it does not."""
    try:
        with _terminal.capture_terminal_response(begins, ends, ANSWER_S) as response:
            sys.__stdout__.write(question)      # type: ignore[union-attr] # `ask` has looked
            sys.__stdout__.flush()              # type: ignore[union-attr]
    except (_terminal.TerminalError, TimeoutError, OSError):
        return ""
    return str(response.sequence)[len(begins):-len(ends)]


def _no_question(*_: object, **__: object) -> NoReturn:
    raise _terminal.TerminalError("the terminal was asked before")
