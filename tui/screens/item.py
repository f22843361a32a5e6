"""One item: its record, where its bytes are, what the checks found, what happened to it."""

from collections.abc import Iterator
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from evidence_store.case import Case
from evidence_store.records import ItemId, WarcRef
from evidence_store.visible import visible
from muniment.flows.item_view import ItemView, view_item
from muniment.flows.wording import outcome_words, verdict_words
from tui.screens.base import CaseScreen, Styles

NAME_WIDTH = 14


class ItemScreen(CaseScreen):
    """Everything the case knows of one item."""

    CSS_PATH: ClassVar[Styles] = ["base.tcss", "item.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,backspace", "app.pop_screen", "Back", id="item.back"),
        Binding("j,down", "scroll(1)", "Down", show=False, id="item.down"),
        Binding("k,up", "scroll(-1)", "Up", show=False, id="item.up"),
        Binding("y", "copy", "Copy hash", id="item.copy", tooltip="Copy the SHA-256 of the original"),
    ]

    class Gathered(Message):
        """A worker has gathered the item."""

        def __init__(self, view: ItemView) -> None:
            super().__init__()
            self.view = view

    def __init__(self, case: Case, item: ItemId) -> None:
        super().__init__(case)
        self._item = item
        self._sha256 = ""

    def content(self) -> Iterator[Widget]:
        """Four sections, one below the other."""
        with VerticalScroll(id="sections"):
            for section in ("record", "source", "findings", "events"):
                yield Static(section.capitalize(), classes="heading")
                yield Static("\u2026", id=section, markup=False)

    def on_mount(self) -> None:
        """Read in a worker."""
        self.query_one("#sections").focus()
        self.read(lambda: self.Gathered(view_item(self.case, self._item)), group="item")

    def on_item_screen_gathered(self, message: "ItemScreen.Gathered") -> None:
        """Show it."""
        view = message.view
        self._sha256 = view.entry.item.sha256
        for section, lines in (("record", record_lines(view)), ("source", source_lines(view)),
                               ("findings", finding_lines(view)), ("events", event_lines(view))):
            self.query_one(f"#{section}", Static).update("\n".join(lines) or "none")

    def action_scroll(self, lines: int) -> None:
        """Scroll by lines."""
        self.query_one("#sections").scroll_relative(y=lines, animate=False)

    def action_copy(self) -> None:
        """Copy the SHA-256 of the original."""
        if self._sha256:
            self.app.copy_to_clipboard(self._sha256)
            self.notify("copied")


def record_lines(view: ItemView) -> Iterator[str]:
    """What the item is."""
    item = view.entry.item
    yield _line("id", item.id)
    yield _line("kind", item.kind)
    yield _line("verdict", verdict_words(view.entry.verdict) if view.entry.capture else "imported")
    yield _line("SHA-256", item.sha256)
    yield _line("bytes", f"{item.length:,}")
    yield _line("type", item.media_type)
    yield _line("obtained", f"{item.obtained_at:%Y-%m-%d %H:%M:%S} UTC")
    if item.truncated:
        yield _line("truncated", item.truncated)
    if item.encoded:
        yield _line("encoded", "the content coding could not be undone: hash and length are of the body as sent")
    if item.same_bytes_as:
        yield _line("same bytes", f"as {item.same_bytes_as}")
    yield _line("name", item.name)
    yield _line("URL", item.url)


def source_lines(view: ItemView) -> Iterator[str]:
    """Where its bytes are."""
    source = view.entry.item.source
    if not isinstance(source, WarcRef):
        yield _line("blob", source.sha256)
        yield _line("bytes", f"{source.length:,}")
        return
    yield _line("WARC record", source.record)
    yield _line("block SHA-256", source.sha256)
    yield _line("block bytes", f"{source.length:,}")
    if view.record is None:
        yield _line("file", "not found in the case's WARC files")
    else:
        yield _line("file", f"{view.record.file} at byte {view.record.offset:,}")
    for entry in view.derivatives:
        derivative = entry.derivative
        yield _line("derivative", f"{derivative.kind}  {derivative.media_type}  {derivative.content.sha256}")


def finding_lines(view: ItemView) -> Iterator[str]:
    """What the checks found."""
    for entry in view.findings:
        finding = entry.finding
        yield f"{outcome_words(finding.outcome):<18}{visible(finding.check):<28}{visible(finding.summary)}"


def event_lines(view: ItemView) -> Iterator[str]:
    """What happened to it."""
    for event in view.events:
        yield f"{event.seq:>8}  {event.time:%Y-%m-%d %H:%M:%S}  {visible(event.kind)}"


def _line(name: str, value: str) -> str:
    return f"{name:<{NAME_WIDTH}}{visible(value) or '-'}"
