"""Doctor: what is missing on this machine, where the case lies, and what that costs."""

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widget import Widget

from evidence_store.visible import visible
from muniment.flows.clock_state import clock_words
from muniment.flows.doctor import examine, missing_driver
from muniment.flows.place import examine_place
from muniment.flows.wording import BAD, GOOD, OPEN
from tui.actions import bindings
from tui.screens.base import Scrolled, Styles
from tui.widgets.lines import Fact, Facts, Line


class DoctorScreen(Scrolled):
    """One line a program."""

    CSS_PATH: ClassVar[Styles] = ["base.tcss", "item.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("doctor"), *bindings("scroll")]
    WHERE = MODE = "doctor"

    class Examined(Message):
        """A worker has looked."""

        def __init__(self, lines: tuple[Line, ...]) -> None:
            super().__init__()
            self.lines = lines

    def content(self) -> Iterator[Widget]:
        """What was found."""
        with VerticalScroll(id="sections"):
            yield Facts(id="found")

    def on_mount(self) -> None:
        """Look."""
        self.action_again()

    def action_again(self) -> None:
        """Look again."""
        self.read(lambda: self.Examined(tuple(self._lines())), group="doctor")

    def on_doctor_screen_examined(self, message: "DoctorScreen.Examined") -> None:
        """Show it."""
        self.query_one("#found", Facts).tell(message.lines)

    def place(self) -> Path:
        """Where the case lies."""
        return self.case.layout.root

    def _lines(self) -> Iterator[Line]:
        components = examine()
        yield "Programs (nothing here is required)"
        for component in components:
            program = component.program
            if component.is_present:
                said = component.version or str(component.path)
            else:
                said = f"missing: {program.without_it}"
            yield Fact(name=f"{GOOD if component.is_present else BAD} {program.name}", text=visible(said), width=17)
        missing = [component.program.package for component in components if not component.is_present]
        if missing:
            yield Fact(name="  to install", text=f"apt install {' '.join(missing)}", width=17)
        if driver := missing_driver():
            yield f"{OPEN} {driver}"
        yield ""
        yield f"Clock: {clock_words()}"
        if self.desk.has_case:
            yield ""
            yield visible(f"The case lies in {self.place()}")
            warnings = examine_place(self.case.layout.root)
            yield from (f"{OPEN} {warning.words()}" for warning in warnings)
            if not warnings:
                yield f"{GOOD} nothing unusual about where it lies"
