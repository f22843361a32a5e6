"""The Textual application: a case, to look at.

1. It reads and never writes: every action that changes a case is a verb of the command line.
2. An error is a message, not a traceback; the application goes on.
3. Ctrl-C is left to the terminal, which copies with it.
"""

from functools import partial
from typing import ClassVar

from textual.app import App
from textual.binding import Binding, BindingType

from evidence_store.case import Case
from evidence_store.errors import EvidenceError
from evidence_store.visible import visible
from tui.reading import ReadFailed
from tui.screens.citations import CitationsScreen
from tui.screens.help import HelpScreen
from tui.screens.items import ItemsScreen
from tui.screens.ledger import LedgerScreen


class MunimentApp(App[None]):
    """Citations, items and ledger of one case."""

    TITLE = "Muniment"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "switch_mode('citations')", "Citations", id="app.citations"),
        Binding("2", "switch_mode('items')", "Items", id="app.items"),
        Binding("3", "switch_mode('ledger')", "Ledger", id="app.ledger"),
        Binding("question_mark,f1", "help", "Help", id="app.help", tooltip="The keys of this screen"),
        Binding("q", "quit", "Quit", id="app.quit"),
    ]

    def __init__(self, case: Case) -> None:
        super().__init__()
        self.case = case
        for mode, screen in (("citations", CitationsScreen), ("items", ItemsScreen), ("ledger", LedgerScreen)):
            self.add_mode(mode, partial(screen, case))

    def on_mount(self) -> None:
        """Begin with the citations."""
        self.switch_mode("citations")

    def action_help(self) -> None:
        """Show the keys of the screen."""
        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen.active_bindings))

    def on_read_failed(self, message: ReadFailed) -> None:
        """Say what could not be read, and what to do."""
        error = message.error
        if isinstance(error, EvidenceError):
            title, words = "Cannot read", f"{error}\n{error.hint}".strip()
        else:
            title, words = "Unexpected error", f"{type(error).__name__}: {error}"
        self.notify(visible(words, lines=True), title=title, severity="error", markup=False, timeout=30)


def run(case: Case) -> None:
    """Show a case until the user quits."""
    MunimentApp(case).run()
