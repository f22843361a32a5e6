"""The keys that work on the screen below."""

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

NAMES = {"question_mark": "?", "slash": "/", "space": "Space", "escape": "Esc", "enter": "Enter", "pagedown": "PgDn",
         "pageup": "PgUp", "home": "Home", "end": "End", "up": "↑", "down": "↓", "backspace": "Backspace"}


class HelpScreen(ModalScreen[None]):
    """One line an action, made from the bindings themselves."""

    CSS_PATH = "help.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,question_mark,q", "dismiss", "Close", id="help.close")]

    def __init__(self, bindings: Mapping[str, ActiveBinding]) -> None:
        super().__init__()
        self._lines = help_lines(bindings)

    def compose(self) -> ComposeResult:
        """The list."""
        with VerticalScroll(id="help"):
            yield Static("Keys", classes="heading")
            yield Static("\n".join(self._lines), markup=False)
            yield Static("Every action is a command too: see muniment --help.", classes="note")


def help_lines(bindings: Mapping[str, ActiveBinding]) -> list[str]:
    """Keys that do the same on one line, in the order in which they are bound."""
    keys: dict[str, list[str]] = {}
    for key, active in bindings.items():
        if active.enabled and active.binding.id:       # Textual's own bindings have no id here
            meaning = active.binding.tooltip or active.binding.description
            keys.setdefault(meaning, []).append(NAMES.get(key, key))
    return [f"{' '.join(names):<16}{meaning}" for meaning, names in keys.items()]
