"""What the article cites, and what came of each citation."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual.widget import Widget
from textual.widgets import Static

from evidence_store.case import Case
from evidence_store.catalogue.model import CitationEntry, ItemFilter
from evidence_store.visible import visible
from muniment.flows.wording import verdict_words
from tui.screens.base import CaseScreen, Styles
from tui.screens.item import ItemScreen
from tui.widgets.paging import KeysetRows
from tui.widgets.virtual_table import Column, VirtualTable

COLUMNS = (Column("verdict", 14), Column("kind", 10), Column("id", 9), Column("cited", 0))


class CitationsScreen(CaseScreen):
    """The citations in the order they came up, and the words around the one under the cursor."""

    CSS_PATH: ClassVar[Styles] = ["base.tcss", "citations.tcss"]
    MODE = "citations"

    def content(self) -> Iterator[Widget]:
        """A table, and below it the citation under the cursor."""
        yield VirtualTable[CitationEntry](COLUMNS, cells, id="citations",
                                          empty="No citations yet: muniment cite ARTICLE finds them.")
        yield Static(id="detail", markup=False)

    def on_mount(self) -> None:
        """Read."""
        self.query_one("#citations", VirtualTable).show(citation_rows(self.case))

    def on_screen_resume(self) -> None:
        """The table takes the keys."""
        self.query_one("#citations").focus()

    def on_virtual_table_highlighted(self, message: VirtualTable.Highlighted) -> None:
        """Show the words around the citation."""
        if isinstance(message.row, CitationEntry):
            self.query_one("#detail", Static).update("\n".join(detail(message.row)))

    def on_virtual_table_opened(self, message: VirtualTable.Opened) -> None:
        """Open the first item that its latest capture gave."""
        if not isinstance(message.row, CitationEntry):
            return
        latest = message.row.latest
        found = self.case.catalogue.items(ItemFilter(captures=frozenset({latest.id})), limit=1) if latest else ()
        if found:
            self.app.push_screen(ItemScreen(self.case, found[0].item.id))
        else:
            self.notify(f"{message.row.id} has no item of its own", markup=False)


def citation_rows(case: Case) -> KeysetRows[CitationEntry]:
    """All citations of the case."""
    catalogue = case.catalogue
    return KeysetRows(count=lambda: catalogue.counts().citations, key=lambda entry: entry.position,
                      fetch=lambda after, limit: catalogue.citations(after=after, limit=limit))


def cells(entry: CitationEntry) -> Sequence[str]:
    """Verdict, kind, id, and what is cited."""
    citation = entry.citation
    verdict = "– dismissed" if entry.is_dismissed else verdict_words(entry.verdict)
    return verdict, citation.kind.replace("_", " "), entry.id, citation.url or citation.source or citation.anchor


def detail(entry: CitationEntry) -> Iterator[str]:
    """The citation in full, one fact a line; captured words stand at the end of their lines."""
    citation = entry.citation
    for name, value in (
        ("cited", citation.url or citation.source), ("anchor", citation.anchor), ("passage", citation.context),
        ("credit", citation.credit), ("claims", f"{citation.claimed_time} {citation.claimed_place}".strip()),
        ("why", "; ".join(entry.latest.reasons) if entry.latest else entry.reason),
        ("against", entry.latest.against if entry.latest else ""),
    ):
        if value:
            yield f"{name:<9}{visible(value)}"
