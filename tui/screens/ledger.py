"""The ledger: what happened, line by line."""

from collections.abc import Iterator, Sequence

from textual.widget import Widget

from evidence_store.case import Case
from evidence_store.catalogue.model import EventEntry
from tui.screens.base import CaseScreen
from tui.screens.event import EventScreen
from tui.widgets.paging import KeysetRows
from tui.widgets.virtual_table import Column, VirtualTable

COLUMNS = (Column("line", 8), Column("time (UTC)", 19), Column("event", 20), Column("key", 0))


class LedgerScreen(CaseScreen):
    """All events, the first one on top."""

    MODE = "ledger"

    def content(self) -> Iterator[Widget]:
        """A table."""
        yield VirtualTable[EventEntry](COLUMNS, cells, id="events", empty="No events.")

    def on_mount(self) -> None:
        """Read."""
        self.query_one("#events", VirtualTable).show(event_rows(self.case))

    def on_screen_resume(self) -> None:
        """The table takes the keys."""
        self.query_one("#events").focus()

    def on_virtual_table_opened(self, message: VirtualTable.Opened) -> None:
        """Open the body of the event."""
        if isinstance(message.row, EventEntry):
            self.app.push_screen(EventScreen(self.case, message.row.seq))


def event_rows(case: Case) -> KeysetRows[EventEntry]:
    """All events of the case."""
    catalogue = case.catalogue
    return KeysetRows(count=lambda: catalogue.counts().events, key=lambda entry: entry.seq, start=-1,
                      fetch=lambda after, limit: catalogue.events(after=after, limit=limit))


def cells(entry: EventEntry) -> Sequence[str]:
    """What a row says of an event."""
    return f"{entry.seq:>8}", f"{entry.time:%Y-%m-%d %H:%M:%S}", entry.kind, entry.key
