"""Reuse: where else a picture or video appears, those seen first on top."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.widget import Widget
from textual.widgets import Static

from evidence_store.records import ItemId
from evidence_store.visible import visible
from muniment.config.load import user_cache_folder
from muniment.flows.wording import NONE, OPEN
from tui.actions import bindings
from tui.jobs import Job
from tui.screens.base import CaseScreen, Styles
from tui.screens.compare import CompareScreen, Pair, Side
from tui.screens.dialogs import Field
from tui.widgets.paging import ListRows
from tui.widgets.virtual_table import Column, VirtualTable

if TYPE_CHECKING:
    from muniment.flows.reuse import Answer, Match
    from tui.desk import Desk

COLUMNS = (Column("first seen", 11), Column("query", 12), Column("is", 10), Column("agree", 5, from_width=96),
           Column("by", 9, from_width=96), Column("where", 28), Column("url", 0, is_address=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchRow:
    """One match of one query; or a query that found nothing."""

    answer: "Answer"
    match: "Match | None"


class ReuseScreen(CaseScreen):
    """What is searched for, where, and what was found."""

    CSS_PATH: ClassVar[Styles] = ["base.tcss", "claims.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("reuse")]
    WHERE = MODE = "reuse"
    FIRST = "#matches"

    def __init__(self, desk: "Desk") -> None:
        super().__init__(desk)
        self._images: tuple[str, ...] = ()
        self._places: tuple[Path, ...] = ()
        self._rows: tuple[MatchRow, ...] = ()
        self._job: Job | None = None
        self._said = ""

    def content(self) -> Iterator[Widget]:
        """The question, the matches, the one under the cursor."""
        yield Static("", id="question", classes="hint", markup=False)
        yield VirtualTable[MatchRow](COLUMNS, cells, id="matches",
                                     empty="/       name items or files, then ctrl+s searches\n"
                                           "r       on an item: search for it")
        yield Static("", id="detail", markup=False)

    def on_mount(self) -> None:
        """Nothing was asked yet."""
        self._show()

    def ask_for(self, items: Sequence[ItemId]) -> None:
        """Search for these, once it is agreed to."""
        self._images = tuple(items)
        self._show()
        self.action_go()

    def _show(self) -> None:
        where = ", ".join(["this case", *(str(path) for path in self._places)])
        asked = ", ".join(self._images) or "nothing named yet (/)"
        self.query_one("#question", Static).update(visible(f"search for {asked}   in {where} (w adds)\n{self._said}",
                                                           lines=True))
        self.query_one("#matches", VirtualTable).show(ListRows(lambda: self._rows))

    def action_query(self) -> None:
        """Name what to search for."""
        def then(answers: Mapping[str, str]) -> None:
            self._can_be_undone("what is searched for")
            self._images = tuple(word for word in answers["images"].replace(",", " ").split() if word)
            self._show()

        self.ask("Search for", (
            Field(name="images", label="Items or files, separated by spaces", value=" ".join(self._images),
                  hint="ITEM-0003 ~/photo.jpg", required=True),), then,
                 consequence="", yes="Take")

    def _can_be_undone(self, what: str) -> None:
        images, places = self._images, self._places

        def undo() -> None:
            self._images, self._places = images, places
            self._show()

        self.muniment.did(what, undo)

    def action_where(self) -> None:
        """Also search elsewhere."""
        def then(answers: Mapping[str, str]) -> None:
            path = Path(answers["path"]).expanduser()
            if not path.exists():
                self.muniment.tell(f"there is no {path}", severity="warning")
                return
            self._can_be_undone("where is searched")
            self._places = (*self._places, path)
            self._show()

        self.ask("Also search in", (Field(name="path", label="A folder, a WARC or a WACZ", required=True),), then,
                 consequence="", yes="Add")

    def action_go(self) -> None:
        """Search."""
        if not self._images:
            self.action_query()
            return
        if self._job is not None and self._job.ended is None:
            self.muniment.tell("a search goes on already", severity="warning")
            return
        if self.desk.read_only:
            self._start(record=False)
            return
        self.confirm(f"Search for {', '.join(self._images)}?", lambda: self._start(record=True), yes="Search",
                     consequence="The ledger records each search of an item, also one that finds nothing.")

    def _start(self, *, record: bool) -> None:
        images, places = self._images, self._places
        self._said = "searching \u2026"
        self._show()

        def work(job: Job) -> "tuple[Answer, ...]":
            from muniment.flows import reuse_record  # OpenCV takes its time to load
            from muniment.flows.reuse_run import search_for

            case = self.desk.case
            named = [str(Path(image).expanduser()) for image in images]
            answers = search_for(case, named, places, user_cache_folder(), job)
            if record:
                with self.desk.session("reuse", job.environment(self.desk.environment)) as session:
                    session.writer.append(*(reuse_record.finding(answer) for answer in answers))
            return answers

        self._job = self.muniment.start("Search", work, self._done)

    def _done(self, answers: "tuple[Answer, ...]") -> None:
        from muniment.flows.reuse_record import summary

        self._rows = tuple(MatchRow(answer=answer, match=match) for answer in answers
                           for match in (answer.matches or (None,)))
        self._said = "\n".join(f"{answer.query.name}: {summary(answer)}" for answer in answers)
        self._show()

    def action_cancel(self) -> None:
        """End the search."""
        if self._job is not None:
            self._job.cancel()

    def on_virtual_table_highlighted(self, message: VirtualTable.Highlighted) -> None:
        """Say what the match rests on."""
        from muniment.flows.comparing import likeness_words

        row = message.row
        if isinstance(row, MatchRow):
            words = (likeness_words(row.match.likeness) if row.match else
                     row.answer.query.not_comparable or "a search that finds nothing is a finding, too")
            self.query_one("#detail", Static).update(visible(words))

    def on_virtual_table_opened(self) -> None:
        """A second click opens."""
        self.action_open()

    def action_open(self) -> None:
        """The match beside the query."""
        table = self.query_one("#matches", VirtualTable)
        shown = [row for row in self._rows if row.match is not None]
        row = table.cursor_row
        if isinstance(row, MatchRow) and row.match is not None:
            pairs = tuple(pair_of(one) for one in shown)
            self.muniment.put(CompareScreen(self.desk, ItemId(""), ItemId(""), pairs=pairs, at=shown.index(row)))

    def action_yank(self) -> None:
        """Copy where it was found."""
        row = self.query_one("#matches", VirtualTable).cursor_row
        if isinstance(row, MatchRow) and row.match is not None:
            self.yank(row.match.source.url or row.match.source.name, "place")


def pair_of(row: MatchRow) -> Pair:
    """A match as two pictures."""
    from muniment.flows.reuse_case import CASE

    match, query = row.match, row.answer.query
    if match is None:
        return Pair(first=Side(name=query.name), second=Side(name=""))
    source = match.source
    item = ItemId(source.name) if source.collection == CASE else None
    seen = f"first seen {source.first_seen:%Y-%m-%d}" if source.first_seen else ""
    return Pair(first=Side(name=query.name, item=query.item, plane=match.query_plane),
                second=Side(name=f"{source.collection}/{source.name}" if item is None else item, item=item,
                            plane=match.plane, url=source.url, seen=seen), likeness=match.likeness)


def cells(row: MatchRow) -> Sequence[str]:
    """What a row says of a match."""
    query, match = row.answer.query, row.match
    if match is None:
        state = f"{NONE} nothing" if query.moments else f"{OPEN} not comparable"
        return "", query.name, state, "", "", "", ""
    source, likeness = match.source, match.likeness
    seen = f"{source.first_seen:%Y-%m-%d}" if source.first_seen else f"{OPEN} unknown"
    where = source.name if source.collection == "case" else f"{source.collection}/{source.name}"
    return (seen, query.name, likeness.relation.value, f"{likeness.agreement:.2f}", likeness.method.value, where,
            source.url)
