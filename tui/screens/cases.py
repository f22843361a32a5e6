"""Cases: those worked on lately; open one, or make one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget
from textual.widgets import Static

from evidence_store.case import Case, CaseCharter
from evidence_store.errors import EvidenceError
from evidence_store.layout import CaseLayout
from evidence_store.settings import read_settings
from evidence_store.visible import visible
from muniment.flows.circumstances import software
from muniment.flows.wording import BAD, GOOD, NONE
from tui.actions import bindings
from tui.jobs import Job
from tui.screens.base import CaseScreen, Styles
from tui.screens.dialogs import Field
from tui.widgets.paging import ListRows
from tui.widgets.virtual_table import Column, VirtualTable

COLUMNS = (Column("", 10), Column("title", 34), Column("made", 10), Column("folder", 0))
DEFAULT_PRINCIPAL = "investigator"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCase:
    """A case on the list."""

    folder: Path
    title: str
    created: datetime | None
    problem: str = ""
    is_open: bool = False


class CasesScreen(CaseScreen):
    """The list."""

    CSS_PATH: ClassVar[Styles] = ["base.tcss", "claims.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("cases")]
    WHERE = MODE = "cases"
    FIRST = "#cases"

    def content(self) -> Iterator[Widget]:
        """The list, and what to do."""
        yield Static("A case is a folder that holds everything about one investigation.   Enter opens one, n makes "
                     "one, o opens another folder", classes="hint", markup=False)
        yield VirtualTable[KnownCase](COLUMNS, cells, id="cases", empty="No case yet: n makes one, o opens a folder.")
        yield Static("", id="detail", markup=False)

    def on_mount(self) -> None:
        """Read."""
        self._show()

    def on_screen_resume(self) -> None:
        """The list may have changed."""
        super().on_screen_resume()
        self._show()

    def _show(self) -> None:
        recent = tuple(self.muniment.memory.recent)
        now = self.desk.case.layout.root.absolute() if self.desk.has_case else None
        self.query_one("#cases", VirtualTable).show(ListRows(lambda: tuple(known(Path(one), now) for one in recent)))

    def on_virtual_table_highlighted(self, message: VirtualTable.Highlighted) -> None:
        """Say what is wrong with it, if anything."""
        row = message.row
        if isinstance(row, KnownCase):
            self.query_one("#detail", Static).update(visible(row.problem or str(row.folder)))

    def on_virtual_table_opened(self, message: VirtualTable.Opened) -> None:
        """Open it."""
        if isinstance(message.row, KnownCase):
            self._open(message.row.folder)

    def action_open(self) -> None:
        """Open the case under the cursor."""
        self.query_one("#cases", VirtualTable).action_open()

    def _open(self, folder: Path) -> None:
        def work(_: Job) -> Case:
            case = Case.open(folder)
            case.catalogue.counts()       # brought up to date here, in the worker
            return case

        self.muniment.start("Opening", work, self._opened)

    def _opened(self, case: Case) -> None:
        self.muniment.call_later(self.muniment.take_up, case)

    def action_folder(self) -> None:
        """Open a case by its folder."""
        self.ask("Open a case", (Field(name="path", label="Its folder", required=True, value=str(Path.cwd())),),
                 lambda answers: self._open(Path(answers["path"].strip()).expanduser()), consequence="", yes="Open")

    def action_new(self) -> None:
        """Make a case."""
        if self.desk.read_only:
            self.muniment.tell("this window only reads", severity="error")
            return
        self.ask("A new case", (
            Field(name="folder", label="Folder to make", required=True, value=str(Path.cwd() / "new-case")),
            Field(name="title", label="Title", required=True), Field(name="purpose", label="Why evidence is collected"),
            Field(name="authority", label="Who ordered or allowed it"),
            Field(name="scope", label="What belongs to it")),
            self._make, yes="Make",
            consequence="Title, purpose, authority and scope are the first words of its ledger, signed with your key.")

    def _make(self, answers: Mapping[str, str]) -> None:
        desk, folder = self.desk, Path(answers["folder"].strip()).expanduser()
        charter = CaseCharter(title=answers["title"].strip(), purpose=answers["purpose"].strip(),
                              authority=answers["authority"].strip(), scope=answers["scope"].strip())

        def work(_: Job) -> Case:
            signing = desk.signing()
            return Case.create(folder, charter, signer=signing.signer, principal=signing.principal or DEFAULT_PRINCIPAL,
                               clock=desk.environment.clock, random=desk.environment.random, software=software())

        self.muniment.start("New case", work, self._opened)

    def action_forget(self) -> None:
        """Take it off the list."""
        row = self.query_one("#cases", VirtualTable).cursor_row
        if isinstance(row, KnownCase):
            folder, before = str(row.folder), list(self.muniment.memory.recent)

            def undo() -> None:
                self.muniment.memory.recent = before
                self._show()

            self.muniment.did(f"{folder} off the list", undo)
            self.muniment.memory.recent = [one for one in self.muniment.memory.recent if one != folder]
            self._show()
            self.muniment.tell(f"off the list; the case stays: {folder} (z takes that back)")


def known(folder: Path, now: Path | None) -> KnownCase:
    """What can be said of a folder on the list."""
    try:
        settings = read_settings(CaseLayout(folder))
    except (EvidenceError, OSError) as error:
        return KnownCase(folder=folder, title=folder.name, created=None, problem=str(error))
    return KnownCase(folder=folder, title=settings.title, created=settings.created, is_open=folder == now)


def cells(row: KnownCase) -> Sequence[str]:
    """What a row says of a case."""
    state = f"{BAD} not there" if row.problem else f"{GOOD} open" if row.is_open else f"{NONE} "
    return state, row.title, f"{row.created:%Y-%m-%d}" if row.created else "", str(row.folder)
