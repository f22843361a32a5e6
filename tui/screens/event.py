"""One event: its body as it is stored, spread over lines."""

import json
from collections.abc import Iterator
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from evidence_store import canonical
from evidence_store.case import Case
from evidence_store.visible import visible
from tui.screens.base import CaseScreen, Styles

MAX_SHOWN = 200_000       # characters of one body; a capture of a large page has some thousands of exchanges


class EventScreen(CaseScreen):
    """The body of one event."""

    CSS_PATH: ClassVar[Styles] = ["base.tcss", "item.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,backspace", "app.pop_screen", "Back", id="event.back"),
        Binding("j,down", "scroll(1)", "Down", show=False, id="event.down"),
        Binding("k,up", "scroll(-1)", "Up", show=False, id="event.up"),
    ]

    class Found(Message):
        """A worker has read the body."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, case: Case, seq: int) -> None:
        super().__init__(case)
        self._seq = seq

    def content(self) -> Iterator[Widget]:
        """The body."""
        with VerticalScroll(id="sections"):
            yield Static(f"Event {self._seq}", classes="heading")
            yield Static(id="body", markup=False)

    def on_mount(self) -> None:
        """Read in a worker."""
        self.query_one("#sections").focus()
        self.read(lambda: self.Found(body_text(self.case.log.body(self._seq))), group="event")

    def on_event_screen_found(self, message: "EventScreen.Found") -> None:
        """Show it."""
        self.query_one("#body", Static).update(message.text)

    def action_scroll(self, lines: int) -> None:
        """Scroll by lines."""
        self.query_one("#sections").scroll_relative(y=lines, animate=False)


def body_text(body: bytes) -> str:
    """A body for people: indented, letters as letters, nothing that acts on the terminal."""
    text = json.dumps(canonical.decode(body), indent=2, ensure_ascii=False)
    if len(text) > MAX_SHOWN:
        text = text[:MAX_SHOWN] + "\n\u2026 (the rest: muniment log --json)"
    return visible(text, lines=True)
