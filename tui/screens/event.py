"""One event: its body as it is stored, spread over lines, and what proves it."""

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from evidence_store import canonical
from evidence_store.findings import Finding, combine
from evidence_store.visible import visible
from muniment.flows.event_proof import check_event
from muniment.flows.wording import outcome_words
from tui.actions import bindings
from tui.screens.base import Scrolled, Styles
from tui.widgets.lines import Fact, Facts, Line

if TYPE_CHECKING:
    from tui.desk import Desk

MAX_SHOWN = 200_000       # characters of one body; a capture of a large page has some thousands of exchanges


class Proven(Message):
    """A worker has checked the proof of an event."""

    def __init__(self, seq: int, findings: Sequence[Finding]) -> None:
        super().__init__()
        self.seq = seq
        self.findings = findings


class EventScreen(Scrolled):
    """The body of one event."""

    CSS_PATH: ClassVar[Styles] = ["base.tcss", "item.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("event"), *bindings("scroll")]
    WHERE, MODE = "event", "ledger"

    class Found(Message):
        """A worker has read the body."""

        def __init__(self, seq: int, text: str) -> None:
            super().__init__()
            self.seq = seq
            self.text = text

    def __init__(self, desk: "Desk", seq: int) -> None:
        super().__init__(desk)
        self._seq = seq
        self._text = ""

    def content(self) -> Iterator[Widget]:
        """Proof and body."""
        with VerticalScroll(id="sections"):
            yield Static(classes="heading", id="title-of-event", markup=False)
            yield Facts(id="proof")
            yield Static(id="body", markup=False)

    def on_mount(self) -> None:
        """Read in a worker."""
        self._show(self._seq)

    def _show(self, seq: int) -> None:
        if not 0 <= seq < self.case.log.size:
            return
        self._seq = seq
        self.query_one("#title-of-event", Static).update(f"Event {seq:,}")
        self.query_one("#proof", Facts).tell(("p checks what proves it",))
        self.query_one("#sections").scroll_home(animate=False)
        self.read(lambda: self.Found(seq, body_text(self.case.log.body(seq))), group="event", only_latest=True)

    def on_event_screen_found(self, message: "EventScreen.Found") -> None:
        """Show it."""
        if message.seq == self._seq:
            self._text = message.text
            self.query_one("#body", Static).update(message.text)

    def on_proven(self, message: Proven) -> None:
        """Show how the proof went."""
        self.query_one("#proof", Facts).tell(proof_lines(message.seq, message.findings))

    def action_prove(self) -> None:
        """Check the proof."""
        seq = self._seq
        self.query_one("#proof", Facts).tell(("checking \u2026",))
        self.read(lambda: Proven(seq, check_event(self.case, seq)), group="proof", only_latest=True)

    def action_next(self) -> None:
        """The next event."""
        self._show(self._seq + 1)

    def action_previous(self) -> None:
        """The event before."""
        self._show(self._seq - 1)

    def action_back(self) -> None:
        """Where one came from."""
        self.app.pop_screen()

    def action_yank(self) -> None:
        """Copy the body."""
        self.yank(self._text, "body")


def body_text(body: bytes) -> str:
    """A body for people: indented, letters as letters, nothing that acts on the terminal."""
    text = json.dumps(canonical.decode(body), indent=2, ensure_ascii=False)
    if len(text) > MAX_SHOWN:
        text = text[:MAX_SHOWN] + "\n\u2026 (the rest: muniment log --json)"
    return visible(text, lines=True)


def proof_lines(seq: int, findings: Sequence[Finding]) -> Iterator[Line]:
    """The sum, then every step."""
    yield f"{outcome_words(combine(findings))}: line {seq:,}"
    for one in findings:
        yield Fact(name=f"  {outcome_words(one.outcome)}", text=visible(one.summary), width=20)
