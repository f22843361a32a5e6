"""Lines of facts: safe, wrapped under themselves, and coloured by the sign of the state that they carry.

1. A value goes on under its own beginning, however narrow the screen.
2. Right-to-left text stands alone on its line, with nothing after it, and its Latin letters on the next, marked as made
   by a machine.
3. Colours are the theme's, and say nothing that sign and word do not say.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import TypeAlias

from rich.cells import cell_len, chop_cells
from textual.content import Content
from textual.widgets import Static

from evidence_store.visible import visible
from muniment.flows.wording import BAD, GOOD, OPEN, PARTLY
from tui.latin import MARK, latin, needs_latin

NAME_WIDTH = 14
BARE_WIDTH = 8            # cells: a shorter name is a sign or an indent, and always stands beside its text
NARROWEST = 34            # cells that a value needs beside its name; where there are fewer, it stands below it
_STYLES = {GOOD: "$text-success", BAD: "$text-error", PARTLY: "$text-warning", OPEN: "$text-warning"}
_MUTED = "$foreground 65%"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A name and what is said of it; without a name, more of what was said above."""

    name: str = ""
    text: str
    width: int = NAME_WIDTH   # cells of the name
    muted: bool = False       # beside the point, for those who want to know

    def __str__(self) -> str:
        """In one line."""
        return f"{self.name:<{self.width}}{self.text}"


Line: TypeAlias = "str | Fact"


def fact(name: str, value: str) -> Iterator[Fact]:
    """`name  value`, and the value in Latin letters where it is in others."""
    shown = visible(value)
    yield Fact(name=name, text=shown or "\u2013")
    if needs_latin(shown):
        yield Fact(name=MARK, text=latin(shown), muted=True)


def plain(lines: Iterable[Line]) -> str:
    """The lines without colour, each in one line."""
    return "\n".join(map(str, lines))


class Facts(Static):
    """Lines of facts, wrapped anew when the width changes."""

    ALLOW_SELECT = True

    def __init__(self, *, id: str | None = None, classes: str = "") -> None:  # noqa: A002 - the name all widgets use
        super().__init__("", id=id, classes=classes, markup=False)
        self._lines: Sequence[Line] = ()
        self._laid_out_at = -1

    def tell(self, lines: Iterable[Line]) -> None:
        """Show these."""
        self._lines = tuple(lines)
        self._lay_out()

    def on_resize(self) -> None:
        """Lines are as long as there is room."""
        if self.content_size.width != self._laid_out_at:
            self._lay_out()

    def _lay_out(self) -> None:
        self._laid_out_at = self.content_size.width
        # where the height is given nothing else has to be laid out anew
        self.update(laid_out(self._lines, self._laid_out_at), layout=self.styles.is_auto_height)


def laid_out(lines: Iterable[Line], width: int) -> Content:
    """The lines in `width` cells; 0: as long as they are."""
    made: list[Content] = []
    for line in lines:
        one = line if isinstance(line, Fact) else _bare(line)
        is_narrow = 0 < width < one.width + NARROWEST and one.width > BARE_WIDTH
        below = is_narrow and bool(one.name)
        indent = len(one.name) - len(one.name.lstrip(" ")) if below else 0
        hang = indent + 2 if is_narrow else one.width
        if below:
            made.append(_styled(one.name, one))
        parts = wrapped(one.text, width - hang) if width else [one.text]
        for number, part in enumerate(parts):
            name = one.name if number == 0 and not below else ""
            head = f"{name:<{hang}}"
            made.append(Content.assemble(_styled(head, one), (part, _MUTED if one.muted else "")))
    return Content("\n").join(made)


def _bare(line: str) -> Fact:
    """A line without a name: what it begins with, a sign or spaces, is its name."""
    text = line.lstrip(" ")
    start = len(line) - len(text)
    if text[:1] in _STYLES and text[1:2] == " ":
        return Fact(name=line[:start + 1], text=text[2:], width=start + 2)
    return Fact(text=text, width=start)


def _styled(name: str, line: Fact) -> Content:
    style = _STYLES.get(name.lstrip(" ")[:1], "")
    return Content.styled(name, style or (_MUTED if line.muted or line.width == NAME_WIDTH else ""))


def wrapped(text: str, width: int) -> list[str]:
    """The text in parts of at most `width` cells, cut at spaces where there are any, else into parts of one length."""
    width = max(width, 4)
    parts: list[str] = []
    line, used = "", 0
    for word in text.split(" "):
        length = cell_len(word)
        if line and used + 1 + length <= width:
            line, used = f"{line} {word}", used + 1 + length
            continue
        if line:
            parts.append(line)
        *whole, rest = chop_cells(word, ceil(length / ceil(length / width))) if length > width else [word]
        parts += whole
        line, used = rest, cell_len(rest)
    return [*parts, line]
