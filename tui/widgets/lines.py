"""Lines of facts for a Static: safe, and coloured by the sign of the state that they carry."""

from collections.abc import Iterable, Iterator

from rich.text import Text

from evidence_store.visible import visible
from muniment.flows.wording import BAD, GOOD, OPEN, PARTLY
from tui.arabic import has_arabic, latin

NAME_WIDTH = 14
_STYLES = {GOOD: "green", BAD: "red", PARTLY: "yellow", OPEN: "yellow"}


def fact(name: str, value: str) -> Iterator[str]:
    """`name  value`; Arabic stands alone on its line, with Latin letters below it."""
    shown = visible(value) or "-"
    if not has_arabic(shown):
        yield f"{name:<{NAME_WIDTH}}{shown}"
        return
    yield f"{name:<{NAME_WIDTH}}\u2248 {latin(shown)}"
    yield f"{'':<{NAME_WIDTH}}{shown}"


def coloured(lines: Iterable[str], *, ansi: bool = True) -> Text:
    """The lines; one whose first word is the sign of a state has that sign in its colour."""
    text = Text()
    for number, line in enumerate(lines):
        if number:
            text.append("\n")
        bare = line.lstrip()
        style = _STYLES.get(bare[:1]) if ansi and bare[1:2] == " " else None
        if style:
            head = len(line) - len(bare)
            text.append(line[:head])
            text.append(bare[:1], style=f"bold {style}")
            text.append(bare[1:])
        else:
            text.append(line)
    return text
