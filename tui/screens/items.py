"""The items of a case, and a filter over them."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from evidence_store.case import Case
from evidence_store.catalogue.model import ItemEntry, ItemFilter
from muniment.flows.wording import size, verdict_words
from tui.screens.base import CaseScreen, Styles
from tui.screens.item import ItemScreen
from tui.widgets.paging import KeysetRows
from tui.widgets.virtual_table import Column, VirtualTable

if TYPE_CHECKING:
    from textual.timer import Timer

COLUMNS = (Column("id", 9), Column("kind", 8), Column("verdict", 14), Column("size", 8), Column("url or name", 0))
TYPING_PAUSE_S = 0.15         # after the last letter, so that a word is one question to the catalogue and not five


class ItemsScreen(CaseScreen):
    """All items, or those that contain the words typed after `/`."""

    CSS_PATH: ClassVar[Styles] = ["base.tcss", "items.tcss"]
    MODE = "items"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "Filter", id="items.filter", tooltip="Show only items that contain some words"),
        Binding("escape", "clear_filter", "All items", show=False, id="items.all", tooltip="Show all items again"),
        Binding("y", "copy", "Copy URL", show=False, id="items.copy", tooltip="Copy the URL under the cursor"),
    ]

    def __init__(self, case: Case) -> None:
        super().__init__(case)
        self._pause: Timer | None = None

    def content(self) -> Iterator[Widget]:
        """A table, and the field for the filter."""
        yield VirtualTable[ItemEntry](COLUMNS, cells, id="items", empty="No items.")
        yield Input(id="filter", placeholder="words in id, URL, name or around the citation; Esc for all")

    def on_mount(self) -> None:
        """Read."""
        self._show("")

    def on_screen_resume(self) -> None:
        """The table takes the keys."""
        self.query_one("#items").focus()

    def on_virtual_table_opened(self, message: VirtualTable.Opened) -> None:
        """Open the item."""
        if isinstance(message.row, ItemEntry):
            self.app.push_screen(ItemScreen(self.case, message.row.item.id))

    def action_filter(self) -> None:
        """Type what to look for."""
        field = self.query_one("#filter", Input)
        field.add_class("open")
        field.focus()

    def action_clear_filter(self) -> None:
        """Show all items again."""
        field = self.query_one("#filter", Input)
        field.remove_class("open")
        field.value = ""
        self.query_one("#items").focus()

    def action_copy(self) -> None:
        """Copy the URL, or the hash where there is none."""
        row = self.query_one("#items", VirtualTable).cursor_row
        if isinstance(row, ItemEntry):
            self.app.copy_to_clipboard(row.item.url or row.item.sha256)
            self.notify("copied")

    def on_input_changed(self, message: Input.Changed) -> None:
        """Filter when the typing pauses."""
        if self._pause:
            self._pause.stop()
        self._pause = self.set_timer(TYPING_PAUSE_S, lambda: self._show(message.value))

    def on_input_submitted(self) -> None:
        """Back to the table, filter kept."""
        self.query_one("#items").focus()

    def _show(self, text: str) -> None:
        self.query_one("#items", VirtualTable).show(item_rows(self.case, ItemFilter(text=text.strip())))


def item_rows(case: Case, which: ItemFilter) -> KeysetRows[ItemEntry]:
    """The items that pass the filter."""
    catalogue = case.catalogue
    return KeysetRows(count=lambda: catalogue.count_items(which), key=lambda entry: entry.position,
                      fetch=lambda after, limit: catalogue.items(which, after=after, limit=limit))


def cells(entry: ItemEntry) -> Sequence[str]:
    """What a row says of an item."""
    item = entry.item
    verdict = verdict_words(entry.verdict) if entry.capture else "imported"
    return item.id, item.kind, verdict, size(item.length).rjust(8), item.url or item.name
