"""The widget that shows an article with its citations; a cursor goes from citation to citation."""

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import set_cell_size
from rich.segment import Segment
from textual import events
from textual.binding import BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from archiver.citations.outline import Block, BlockKind
from evidence_store.catalogue.model import CitationEntry
from muniment.flows.wording import BAD, GOOD, OPEN, PARTLY
from tui.actions import bindings
from tui.reading import Reads
from tui.widgets.article_lines import Layout, Line, lay_out, with_verdicts

WIDE = 100                # columns from which the margin may be wide
MARGINS = (24, 34)        # cells of the margin, on a narrow and on a wide screen
GAP = 2
AT_ONCE = 300_000         # characters that are laid out while the screen waits: a few hundredths of a second
FIRST_BLOCKS = 100        # of a longer text, shown until the whole is laid out
LONGEST_LINE = 96         # cells of text: longer lines are hard to read
_KINDS = {BlockKind.HEADING: "article--heading", BlockKind.CAPTION: "article--caption"}
_COLOURS = {GOOD: "article--good", BAD: "article--bad", PARTLY: "article--open", OPEN: "article--open"}


class ArticleText(ScrollView, Reads, can_focus=True):
    """Text, and verdicts beside it. A long text is laid out in a worker, and begins without its citations."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("table")]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "article--cited", "article--cursor", "article--heading", "article--caption", "article--found", "article--good",
        "article--open", "article--bad",
    }

    class LaidOut(Message):
        """A worker has laid out a long text."""

        def __init__(self, layout: Layout,
                     article: "tuple[Sequence[Block], Sequence[CitationEntry]]") -> None:
            super().__init__()
            self.layout = layout
            self.article = article

    class Moved(Message):
        """The cursor stands on another citation."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    class Opened(Message):
        """A citation was opened with the mouse."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - the name all widgets use
        super().__init__(id=id)
        self._blocks: Sequence[Block] = ()
        self._margin, self._text = MARGINS[0], LONGEST_LINE
        self._citations: Sequence[CitationEntry] = ()
        self._layout = Layout(lines=(), line_of=())
        self._laid_out: Sequence[Block] = ()      # the text that the layout is of
        self._is_beginning = False                # what is seen is the beginning of a text that is still being read
        self._words = ""
        self._order: list[int] = []       # citations as they stand in the text
        self._place: dict[int, int] = {}  # of each in that order
        self.cursor = 0

    def begin(self, blocks: Sequence[Block]) -> None:
        """Show the beginning of an article that is still being read."""
        self.show(blocks, ())
        self._is_beginning = True

    def show(self, blocks: Sequence[Block], citations: Sequence[CitationEntry], *, cursor: int = 0) -> None:
        """Show an article."""
        if self._laid_out is blocks and self._citations == citations:
            self.cursor = min(cursor, max(len(citations) - 1, 0))
            self._show_cursor()
            return
        before, self._citations = self._citations, citations
        self.cursor = min(cursor, max(len(citations) - 1, 0))
        same = with_verdicts(self._layout, before, citations, self._margin) if self._laid_out is blocks else None
        self._blocks = blocks
        if same is not None:
            self._take(same, blocks)
        else:
            self._lay_out()
        self._show_cursor()

    def on_resize(self) -> None:
        """Lines are as long as there is room."""
        self._lay_out()

    def _lay_out(self) -> None:
        width = self.scrollable_content_region.width
        if not width:
            return
        self._margin = MARGINS[width >= WIDE]
        self._text = max(min(width - self._margin - GAP, LONGEST_LINE), 10)
        blocks, citations, text, margin = self._blocks, self._citations, self._text, self._margin
        if sum(len(block.text) for block in blocks) <= AT_ONCE:
            self._take(lay_out(blocks, citations, text, margin), blocks)
            return
        if self._laid_out is not blocks and not self._is_beginning:   # what is seen first, until the whole is there
            self._take(lay_out(blocks[:FIRST_BLOCKS], (), text, margin), ())
        self.read(lambda: self.LaidOut(lay_out(blocks, citations, text, margin), (blocks, citations)),
                  group="layout", only_latest=True)

    def on_article_text_laid_out(self, message: "ArticleText.LaidOut") -> None:
        """Show the whole of a long text."""
        message.stop()
        blocks, citations = message.article
        if blocks is self._blocks and citations is self._citations:
            self._take(message.layout, blocks)
            self._show_cursor()

    def _take(self, layout: Layout, blocks: "Sequence[Block]") -> None:
        self._layout, self._laid_out, self._is_beginning = layout, blocks, False
        self._order = sorted(range(len(layout.line_of)), key=lambda index: (layout.line_of[index], index))
        self._place = {index: place for place, index in enumerate(self._order)}
        self.virtual_size = Size(self.scrollable_content_region.width, len(layout.lines))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        number, width = self.scroll_offset.y + y, self.size.width
        if number >= len(self._layout.lines):
            return Strip.blank(width, self.rich_style)
        line = self._layout.lines[number]
        segments = [*self._segments(line), *self._margin_segments(line)]
        return Strip(segments).adjust_cell_length(width, self.rich_style)

    def _segments(self, line: Line) -> list[Segment]:
        plain = self.rich_style
        name = _KINDS.get(line.kind)
        base = plain + self.get_component_rich_style(name, partial=True) if name else plain
        if self._words and self._words in line.text.casefold():
            base += self.get_component_rich_style("article--found", partial=True)
        made, used = [], 0
        for piece in line.pieces:
            style = base
            if piece.citation >= 0:
                name = "article--cursor" if piece.citation == self.cursor else "article--cited"
                style = base + self.get_component_rich_style(name, partial=True)
            made.append(Segment(piece.text, style))
            used += Segment(piece.text).cell_length
        made.append(Segment(" " * max(self._text + GAP - used, 1), plain))
        return made

    def _margin_segments(self, line: Line) -> list[Segment]:
        if line.margin_of < 0:
            return []
        sign = line.margin.partition("] ")[2][:1]
        style = self.rich_style
        if line.margin_of == self.cursor:
            style += self.get_component_rich_style("article--cursor", partial=True)
        elif sign in _COLOURS:
            style += self.get_component_rich_style(_COLOURS[sign], partial=True)
        return [Segment(set_cell_size(line.margin, self._margin), style)]

    # -- moving

    def action_down(self) -> None:
        """The next citation."""
        self._step(1)

    def action_up(self) -> None:
        """The citation before."""
        self._step(-1)

    def action_page_down(self) -> None:
        """A screen down."""
        self.scroll_relative(y=self.size.height - 1, animate=False)

    def action_page_up(self) -> None:
        """A screen up."""
        self.scroll_relative(y=1 - self.size.height, animate=False)

    def action_first(self) -> None:
        """The first citation."""
        self.scroll_to(y=0, animate=False)
        self._go(0)

    def action_last(self) -> None:
        """The last citation."""
        self._go(len(self._order) - 1)

    def _step(self, by: int) -> None:
        if not self._order:
            self.scroll_relative(y=by, animate=False)
            return
        self._go(self._place.get(self.cursor, 0) + by)

    def _go(self, place: int) -> None:
        if self._order:
            self.cursor = self._order[max(0, min(place, len(self._order) - 1))]
            self._show_cursor()

    def go_to(self, index: int) -> None:
        """Put the cursor on a citation."""
        self.cursor = index
        self._show_cursor()

    def _show_cursor(self) -> None:
        if self.cursor < len(self._layout.line_of):
            line, top, height = self._layout.line_of[self.cursor], self.scroll_offset.y, max(self.size.height, 1)
            if not top <= line < top + height - 1:
                self.scroll_to(y=max(line - height // 3, 0), animate=False)
            self.post_message(self.Moved(self.cursor))
        self.refresh()

    def find(self, words: str, by: int = 1) -> bool:
        """Go to the next line (`by` -1: the one before) with these words, and mark all of them."""
        self._words = words.casefold()
        lines, top = self._layout.lines, self.scroll_offset.y
        around = range(1, len(lines) + 1)
        found = next((number for step in around if self._words and self._words in
                      lines[number := (top + by * step) % len(lines)].text.casefold()), None)
        if found is not None:
            self.scroll_to(y=found, animate=False)
        self.refresh()
        return found is not None

    def on_click(self, event: events.Click) -> None:
        """A click on a citation, or its verdict, goes there; a second one opens it."""
        number = self.scroll_offset.y + event.y
        if number >= len(self._layout.lines):
            return
        line = self._layout.lines[number]
        index = line.margin_of if event.x >= self._text else next(
            (piece.citation for piece in line.pieces if piece.citation >= 0), -1)
        if index >= 0:
            again = index == self.cursor and event.chain > 1
            self.go_to(index)
            if again:
                self.post_message(self.Opened(index))
