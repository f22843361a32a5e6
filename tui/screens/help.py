"""The keys that work on the screen below."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.actions import BY_ID, key_name
from tui.widgets.lines import Fact, Facts

KEYS_WIDTH = 20           # cells
SIGNS = "✓ good   ◐ in part   ✗ bad, or not to be had   ? could not be checked, or open   – does not apply"


class HelpScreen(ModalScreen[None]):
    """One line an action, made from the keys in force: the user's own included."""

    CSS_PATH = "help.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q,f1", "dismiss", "Close"),
        Binding("j,down", "scroll(1)", show=False), Binding("k,up", "scroll(-1)", show=False),
        Binding("pagedown", "scroll(10)", show=False), Binding("pageup", "scroll(-10)", show=False),
    ]

    def __init__(self, where: str, bindings: Mapping[str, ActiveBinding]) -> None:
        super().__init__()
        self._sections = help_sections(where, bindings)

    def compose(self) -> ComposeResult:
        """What belongs to the screen, then what works everywhere."""
        with VerticalScroll(id="help"):
            for title, lines in self._sections.items():
                yield Static(title, classes="heading")
                facts = Facts()
                facts.tell(lines)
                yield facts
            yield Static("Signs", classes="heading")
            yield Static(SIGNS, markup=False)
            yield Static("Every action is a command too: muniment --help. ctrl+p finds one by name.", classes="note")

    def action_scroll(self, lines: int) -> None:
        """Scroll by lines."""
        self.query_one("#help").scroll_relative(y=lines, animate=False)


def help_sections(where: str, bindings: Mapping[str, ActiveBinding]) -> dict[str, list[Fact]]:
    """Lines by section: this screen, moving about, everywhere."""
    titles = {where: "This screen", "table": "Moving about", "scroll": "Moving about", "app": "Everywhere"}
    found: dict[str, dict[str, list[str]]] = {title: {} for title in titles.values()}
    for key, active in bindings.items():
        action = BY_ID.get(active.binding.id or "")
        if action is not None and active.enabled:
            section = found.setdefault(titles.get(action.where, "This screen"), {})
            section.setdefault(action.help, []).append(key_name(key))
    return {title: list(_lines(section)) for title, section in found.items() if section}


def _lines(section: Mapping[str, list[str]]) -> Iterator[Fact]:
    for meaning, keys in section.items():
        yield Fact(name=" ".join(keys), text=meaning, width=KEYS_WIDTH)

