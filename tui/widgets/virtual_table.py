"""A table that draws only the lines on the screen and reads only their pages.

1. Drawing never reads: a line whose page is not at hand is drawn as `...` and the page asked for in a worker.
2. Every cell passes `visible`: captured text cannot act on the terminal.
3. Whatever goes wrong while reading is a message to the screen, not the end of the application.
4. A cell that begins with the sign of a state is coloured by it; sign and word say the same without colour.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic

from rich.cells import set_cell_size
from rich.segment import Segment
from textual import events
from textual.binding import BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from evidence_store.visible import shortened, visible
from muniment.flows.wording import BAD, GOOD, OPEN, PARTLY
from tui.actions import bindings
from tui.reading import Reads
from tui.widgets.lines import wrapped
from tui.widgets.paging import PAGE_ROWS, PageCache, Row, RowSource

GAP = "  "
HEADER_LINES = 1
LOOKS, LOOK_S = 40, 0.05  # at whether a new table has scrolled to its cursor
LONGEST_CELL = 1000       # characters of a cell that are looked at; no terminal is wider
MARK = "●"                # before a row that is selected
_COLOURS = {GOOD: "virtual-table--good", BAD: "virtual-table--bad", PARTLY: "virtual-table--open",
            OPEN: "virtual-table--open"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column; width 0 takes what the others leave, and only the last column may."""

    title: str
    width: int
    from_width: int = 0       # cells that the table must have for it to be shown
    is_address: bool = False  # what is too long is cut in the middle: how an address ends tells it from others


class VirtualTable(ScrollView, Reads, Generic[Row], can_focus=True):
    """Rows of a source under a heading, with a cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("table")]

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "virtual-table--header", "virtual-table--cursor", "virtual-table--marked", "virtual-table--empty",
        "virtual-table--good", "virtual-table--open", "virtual-table--bad",
    }

    class Opened(Message):
        """The user opened a row."""

        def __init__(self, table: "VirtualTable[Any]", row: object) -> None:
            super().__init__()
            self.table = table
            self.row = row

        @property
        def control(self) -> "VirtualTable[Any]":
            """The table, for selectors."""
            return self.table

    class Highlighted(Message):
        """The cursor stands on another row."""

        def __init__(self, table: "VirtualTable[Any]", row: object) -> None:
            super().__init__()
            self.table = table
            self.row = row

        @property
        def control(self) -> "VirtualTable[Any]":
            """The table, for selectors."""
            return self.table

    class HeaderClicked(Message):
        """The user clicked on the heading of a column."""

        def __init__(self, table: "VirtualTable[Any]", column: int) -> None:
            super().__init__()
            self.table = table
            self.column = column

        @property
        def control(self) -> "VirtualTable[Any]":
            """The table, for selectors."""
            return self.table

    class PageRead(Message):
        """A worker has read a page."""

        def __init__(self, generation: int, page: int, rows: Sequence[Any], count: int) -> None:
            super().__init__()
            self.generation = generation
            self.page = page
            self.rows = rows
            self.count = count

    def __init__(self, columns: Sequence[Column], cells: Callable[[Row], Sequence[str]], *, empty: str,
                 marked: Callable[[Row], bool] | None = None,
                 id: str | None = None) -> None:  # noqa: A002 - the name all widgets use
        super().__init__(id=id)
        self._marked = marked
        self._columns = tuple(columns)
        self._cells = cells
        self._empty = empty
        self._source: RowSource[Row] | None = None
        self._pages: PageCache[Row] = PageCache()
        self._asked: set[int] = set()
        self._count: int | None = None      # None: not known yet
        self._turn = threading.Lock()
        self._generation = 0                # answers to questions about an earlier source are dropped
        self.cursor = 0

    @property
    def row_count(self) -> int:
        """How many rows there are, as far as known."""
        return self._count or 0

    @property
    def cursor_row(self) -> Row | None:
        """The row under the cursor; None where there is none or it is not read yet."""
        return self._pages.row(self.cursor) if self.cursor < self.row_count else None

    def show(self, source: RowSource[Row], *, cursor: int = 0) -> None:
        """Show another source, from its start or with the cursor on a row."""
        self._source = source
        self._generation += 1
        self._pages.clear()
        self._asked.clear()
        self._count = None
        self.cursor = cursor
        self.scroll_to(y=0, animate=False)
        self._ask(cursor // PAGE_ROWS)
        self.refresh()

    def replace(self, source: RowSource[Row]) -> None:
        """Show another source of the same kind of rows; the cursor stays on its number."""
        self._source = source
        self.reload()

    def reload(self) -> None:
        """Read what is shown once more; cursor and rows stay until the answer is there."""
        if self._source is not None:
            self._source.forget()
        self._generation += 1
        self._asked.clear()
        top = self.scroll_offset.y // PAGE_ROWS
        bottom = (self.scroll_offset.y + self.size.height) // PAGE_ROWS
        self._pages.keep({top, bottom})
        for page in {top, bottom, self.cursor // PAGE_ROWS}:
            self._ask(page)

    def retitle(self, columns: Sequence[Column]) -> None:
        """Other headings over the same cells."""
        self._columns = tuple(columns)
        self.refresh()

    @property
    def _width(self) -> int:
        """Cells beside the scroll bar."""
        return self.scrollable_content_region.width

    def go_to(self, number: int) -> None:
        """Put the cursor on a row."""
        self._move_to(number)

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        width = self._width
        if y < HEADER_LINES:
            titles = [column.title for column in self._columns]
            text = ("  " if self._marked else "") + GAP.join(cell for cell, _ in self._fitted(titles, width))
            return self._strip(text, "virtual-table--header", width)
        number = self.scroll_offset.y + y - HEADER_LINES
        if number >= self.row_count:
            lines = [part for line in self._empty.split("\n") for part in wrapped(line, width)]
            note = lines[number] if self._count == 0 and number < len(lines) else ""
            return self._strip(note, "virtual-table--empty", width)
        row = self._pages.row(number)
        if row is None:
            self._ask(number // PAGE_ROWS)
            return self._strip("\u2026", "virtual-table--cursor" if number == self.cursor else "", width)
        return self._row(row, width, at_cursor=number == self.cursor)

    def _row(self, row: Row, width: int, *, at_cursor: bool) -> Strip:
        marked = self._marked is not None and self._marked(row)
        segments = list(self._segments(row, width, marked=marked, at_cursor=at_cursor))
        line = Strip(segments).adjust_cell_length(width, self.rich_style)
        if at_cursor:
            line = line.apply_style(self.get_component_rich_style("virtual-table--cursor", partial=True))
        elif marked:
            line = line.apply_style(self.get_component_rich_style("virtual-table--marked", partial=True))
        return line

    def _segments(self, row: Row, width: int, *, marked: bool, at_cursor: bool) -> Iterator[Segment]:
        plain = self.rich_style
        if self._marked is not None:
            yield Segment(f"{MARK} " if marked else "  ", plain)
        for cell, sign in self._fitted(self._cells(row), width):
            component = None if at_cursor else _COLOURS.get(sign)
            style = plain + self.get_component_rich_style(component, partial=True) if component else plain
            yield Segment(cell, style)
            yield Segment(GAP, plain)

    def _strip(self, text: str, component: str, width: int) -> Strip:
        style = self.get_component_rich_style(component) if component else self.rich_style
        return Strip([Segment(set_cell_size(text, width), style)], width)

    def _fitted(self, cells: Sequence[str], width: int) -> Iterator[tuple[str, str]]:
        """Each cell that there is room for as wide as its column, and the sign it begins with."""
        taken = sum(column.width + len(GAP) for column in self._columns if column.width and width >= column.from_width)
        rest = max(width - taken - (len(MARK) + 1 if self._marked else 0), 0)
        for cell, column in zip(cells, self._columns, strict=True):
            if width < column.from_width:
                continue
            room = min(column.width or rest, LONGEST_CELL)
            shown = cut_in_the_middle(cell, room) if column.is_address else shortened(cell, room)
            yield set_cell_size(shown, column.width or rest), cell[:1]

    def _ask(self, page: int) -> None:
        if page in self._asked or self._source is None:
            return
        self._asked.add(page)
        source, generation = self._source, self._generation

        def question() -> Message:
            with self._turn:                 # while one types, at most one question is answered that nobody waits for
                if generation != self._generation:
                    return self.PageRead(generation, page, (), 0)
                return self.PageRead(generation, page, source.rows(page * PAGE_ROWS, PAGE_ROWS), source.count())

        self.read(question, group="pages")

    def on_virtual_table_page_read(self, message: "VirtualTable.PageRead") -> None:
        """Keep the page that a worker read and draw again."""
        message.stop()
        if message.generation != self._generation:
            return
        self._asked.discard(message.page)
        self._pages.put(message.page, message.rows)
        first = self._count is None
        self._count = message.count
        self.virtual_size = Size(self.size.width, message.count + HEADER_LINES)
        self.cursor = min(self.cursor, max(message.count - 1, 0))
        if first and self.cursor:
            self.call_after_refresh(self._come_to_cursor, LOOKS)     # there is nowhere to scroll to before
        elif self.cursor // PAGE_ROWS == message.page:
            self._tell()
        self.refresh()

    def on_resize(self) -> None:
        """Lines are as wide as the screen."""
        self.virtual_size = Size(self.size.width, self.row_count + HEADER_LINES)
        top, height = self.scroll_offset.y, max(self.size.height - HEADER_LINES, 1)
        if self.row_count and self.cursor >= top + height:      # the window became smaller under the cursor
            self.scroll_to(y=self.cursor - height + 1, animate=False)

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor, a second one on the same row opens it."""
        number = self.scroll_offset.y + event.y - HEADER_LINES
        if event.y < HEADER_LINES:
            self.post_message(self.HeaderClicked(self, self._column_at(event.x)))
            return
        if number >= self.row_count:
            return
        if number == self.cursor and event.chain > 1:
            self.action_open()
        else:
            self._move_to(number)

    def _column_at(self, x: int) -> int:
        edge = len(MARK) + 1 if self._marked else 0
        for number, column in enumerate(self._columns):
            if self._width < column.from_width:
                continue
            edge += column.width + len(GAP)
            if x < edge or not column.width:
                return number
        return len(self._columns) - 1

    def action_open(self) -> None:
        """Open the row under the cursor."""
        row = self.cursor_row
        if row is not None:
            self.post_message(self.Opened(self, row))

    def action_move(self, rows: int) -> None:
        """Move the cursor by some rows."""
        self._move_to(self.cursor + rows)

    def action_down(self) -> None:
        """One row down."""
        self._move_to(self.cursor + 1)

    def action_up(self) -> None:
        """One row up."""
        self._move_to(self.cursor - 1)

    def action_page_down(self) -> None:
        """A screenful down."""
        self._move_to(self.cursor + max(self.size.height - HEADER_LINES - 1, 1))

    def action_page_up(self) -> None:
        """A screenful up."""
        self._move_to(self.cursor - max(self.size.height - HEADER_LINES - 1, 1))

    def action_first(self) -> None:
        """Go to the first row."""
        self._move_to(0)

    def action_last(self) -> None:
        """Go to the last row."""
        self._move_to(self.row_count - 1)

    def _move_to(self, number: int) -> None:
        self.cursor = max(0, min(number, self.row_count - 1))
        top, height = self.scroll_offset.y, max(self.size.height - HEADER_LINES, 1)
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False)
        elif self.cursor >= top + height:
            self.scroll_to(y=self.cursor - height + 1, animate=False)
        self._tell()
        self.refresh(Region(0, 0, self.size.width, self.size.height))

    def _come_to_cursor(self, looks: int) -> None:
        """Scroll to the cursor; a table that has no scroll bar yet does not scroll, so look again whether it did."""
        self._move_to(self.cursor)
        if looks:
            self.set_timer(LOOK_S, lambda: None if self._sees_cursor else self._come_to_cursor(looks - 1))

    @property
    def _sees_cursor(self) -> bool:
        top = self.scroll_offset.y
        height = self.size.height                 # 0: hidden; it is resized when it is shown
        return not height or top <= self.cursor < top + max(height - HEADER_LINES, 1)

    def _tell(self) -> None:
        row = self.cursor_row
        if row is not None:
            self.post_message(self.Highlighted(self, row))


def cut_in_the_middle(text: str, width: int) -> str:
    """`visible(text)` in at most `width` characters, its beginning and its end kept."""
    shown = visible(text[:width] + text[-width:] if len(text) > 2 * width else text)
    if len(shown) <= width:
        return shown
    end = (width - 1) * 3 // 5
    return f"{shown[:max(width - 1 - end, 0)]}\u2026{shown[len(shown) - end:]}"
