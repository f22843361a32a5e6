"""The ledger: what happened, line by line, and what was signed, stamped and receipted."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.message import Message
from textual.widget import Widget
from textual.widgets import ContentSwitcher

from evidence_store.case import Case
from evidence_store.catalogue.model import EventEntry, EventFilter
from evidence_store.custody.checkpoint import stored_checkpoints
from evidence_store.custody.folder import CustodyFolder
from evidence_store.events import KNOWN
from evidence_store.visible import visible
from muniment.flows.event_proof import check_event
from muniment.flows.event_reading import words_of
from muniment.flows.ledger_find import find_event
from muniment.flows.wording import GOOD, NONE, OPEN
from tui.actions import bindings
from tui.screens.base import CaseScreen, Styles
from tui.screens.dialogs import Choice, Field
from tui.screens.event import EventScreen, Proven, proof_lines
from tui.widgets.lines import Facts, Line
from tui.widgets.paging import KeysetRows, ListRows
from tui.widgets.virtual_table import Column, VirtualTable

if TYPE_CHECKING:
    from tui.desk import Desk

COLUMNS = (Column("line", 9), Column("time (UTC)", 19, from_width=96), Column("event", 16), Column("what", 0))
SIGNED_COLUMNS = (Column("events", 9), Column("signed", 28), Column("timestamps", 24), Column("receipts", 0))
KEPT_WORDS = 4000             # events whose words are kept
WORDS_AT_ONCE = 50            # events whose words are read together: a screenful
EVERY = "every"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedRow:
    """A checkpoint and what lies beside it."""

    size: int
    signers: tuple[str, ...]
    tokens: tuple[str, ...]
    receipts: int


class LedgerScreen(CaseScreen):
    """All events, the newest under the cursor; or the checkpoints."""

    CSS_PATH: ClassVar[Styles] = ["base.tcss", "ledger.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("ledger")]
    WHERE = MODE = "ledger"
    FIRST = "#events"

    class Worded(Message):
        """A worker has read what some events say."""

        def __init__(self, words: Mapping[int, str]) -> None:
            super().__init__()
            self.words = words

    def __init__(self, desk: "Desk") -> None:
        super().__init__(desk)
        self._words: dict[int, str] = {}
        self._asked: set[tuple[int, int]] = set()
        self._kind = ""
        self._find = ""
        self._proof: Proven | None = None

    def content(self) -> Iterator[Widget]:
        """Two tables of which one is seen, and what the line under the cursor says."""
        with ContentSwitcher(initial="events"):
            yield VirtualTable[EventEntry](COLUMNS, self._cells, id="events", empty="No events of this kind.")
            yield VirtualTable[SignedRow](SIGNED_COLUMNS, signed_cells, id="signed",
                                          empty="Nothing is signed yet: C signs the ledger as it stands.")
        yield Facts(id="detail")

    def on_mount(self) -> None:
        """Read, with the cursor where it was, or on the newest line."""
        newest = max(self.case.log.size - 1, 0)
        kept = self.muniment.case_memory().cursors.get(self.WHERE, newest)
        self.query_one("#events", VirtualTable).show(event_rows(self.case, ""), cursor=min(kept, newest))
        self._read_signed()

    def case_changed(self) -> None:
        """More happened; who stood on the newest line goes on standing there."""
        table = self.query_one("#events", VirtualTable)
        at_end = table.cursor >= table.row_count - 1
        if at_end and not self._kind:
            table.show(event_rows(self.case, ""), cursor=max(self.case.log.size - 1, 0))
        else:
            table.reload()
        self._read_signed()

    def on_virtual_table_opened(self, message: VirtualTable.Opened) -> None:
        """Open the body of the event."""
        if isinstance(message.row, EventEntry):
            self.muniment.put(EventScreen(self.desk, message.row.seq))

    def on_virtual_table_highlighted(self, message: VirtualTable.Highlighted) -> None:
        """Say in full what happened."""
        row = message.row
        if isinstance(row, EventEntry):
            self.muniment.case_memory().cursors[self.WHERE] = row.seq
            self._say(row)
        elif isinstance(row, SignedRow):
            self.query_one("#detail", Facts).tell(signed_detail(row))

    def on_ledger_screen_worded(self, message: "LedgerScreen.Worded") -> None:
        """Show what the events say."""
        if len(self._words) > KEPT_WORDS:
            self._words.clear()
            self._asked.clear()
        self._words.update(message.words)
        table = self.query_one("#events", VirtualTable)
        table.refresh()
        if isinstance(table.cursor_row, EventEntry) and self._in_events:
            self._say(table.cursor_row)

    def on_proven(self, message: Proven) -> None:
        """Show how the proof went, for as long as the cursor stays."""
        self._proof = message
        row = self.query_one("#events", VirtualTable).cursor_row
        if isinstance(row, EventEntry) and row.seq == message.seq and self._in_events:
            self._say(row)

    @property
    def _in_events(self) -> bool:
        return self.query_one(ContentSwitcher).current == "events"

    def _say(self, row: EventEntry) -> None:
        """What the event under the cursor says, or what proves it, where that was asked."""
        if self._proof is not None and self._proof.seq != row.seq:
            self._proof = None
        lines = self._detail(row) if self._proof is None else proof_lines(row.seq, self._proof.findings)
        self.query_one("#detail", Facts).tell(lines)

    # -- actions

    def action_open(self) -> None:
        """Open what is under the cursor."""
        self._table().action_open()

    def action_view(self) -> None:
        """Events, or checkpoints."""
        switcher = self.query_one(ContentSwitcher)
        switcher.current = "signed" if switcher.current == "events" else "events"
        self._table().focus()
        self._table().action_move(0)

    def action_prove(self) -> None:
        """Check the proof of the event under the cursor."""
        table = self.query_one("#events", VirtualTable)
        row = table.cursor_row
        if isinstance(row, EventEntry):
            seq = row.seq
        elif not self._kind and table.cursor < self.case.log.size:
            seq = table.cursor            # its row is still being read
        else:
            return
        self.query_one("#detail", Facts).tell((f"checking line {seq:,} \u2026",))
        self.read(lambda: Proven(seq, check_event(self.case, seq)), group="proof", only_latest=True)

    def action_kind(self) -> None:
        """Only events of one kind."""
        choices = [Choice(value=EVERY, words="every event"), *(Choice(value=one, words=one) for one in sorted(KNOWN))]

        def then(kind: str) -> None:
            self._kind = "" if kind == EVERY else kind
            newest = 0 if self._kind else max(self.case.log.size - 1, 0)
            self.query_one("#events", VirtualTable).show(event_rows(self.case, self._kind), cursor=newest)

        self.choose("Which events", choices, then)

    def action_find(self) -> None:
        """Go to a line, by its number or by what stands in it."""
        def then(answers: Mapping[str, str]) -> None:
            wanted = answers["line"].strip()
            if wanted.replace(",", "").isdecimal():
                self._go_to(int(wanted.replace(",", "")))
            else:
                self._find = wanted
                self._go_on(backwards=False)

        self.ask("Find in the ledger", (
            Field(name="line", label="Number of the line, or words, a name, a hash", value=self._find, required=True),),
            then, consequence="", yes="Find")

    def action_find_next(self) -> None:
        """The next line with these words."""
        self._go_on(backwards=False)

    def action_find_previous(self) -> None:
        """The line before with these words."""
        self._go_on(backwards=True)

    def _go_on(self, *, backwards: bool) -> None:
        words, table, case = self._find, self.query_one("#events", VirtualTable), self.case
        if not words:
            self.muniment.tell("type what to find: /", severity="warning")
            return
        start = table.cursor_row.seq if isinstance(table.cursor_row, EventEntry) else table.cursor

        def done(seq: int | None) -> None:
            if seq is None:
                self.muniment.tell(f"not found: {words}", severity="warning")
            else:
                self._go_to(seq)

        self.muniment.start("Finding", lambda job: find_event(case, words, start, backwards=backwards,
                                                              cancelled=lambda: job.is_cancelled), done)

    def _go_to(self, seq: int) -> None:
        """Put the cursor on a line; events of other kinds are shown again."""
        table, switcher = self.query_one("#events", VirtualTable), self.query_one(ContentSwitcher)
        switcher.current = "events"
        if self._kind:
            self._kind = ""
            table.show(event_rows(self.case, ""), cursor=seq)
        else:
            table.go_to(seq)
        table.focus()

    def action_yank(self) -> None:
        """Copy the hash of the body."""
        row = self.query_one("#events", VirtualTable).cursor_row
        if isinstance(row, EventEntry):
            self.yank(self.case.log.line(row.seq).body, "hash")

    # -- what is shown

    def _table(self) -> VirtualTable[object]:
        return self.query_one(f"#{self.query_one(ContentSwitcher).current}", VirtualTable)

    def _read_signed(self) -> None:
        self.query_one("#signed", VirtualTable).show(ListRows(lambda: signed_rows(self.case)))

    def _cells(self, entry: EventEntry) -> Sequence[str]:
        words = self._words.get(entry.seq)
        if words is None:
            self._ask_words(entry.seq)
        return f"{entry.seq:>9,}", f"{entry.time:%Y-%m-%d %H:%M:%S}", entry.kind, words or ""

    def _ask_words(self, seq: int) -> None:
        """Read what an event says, and those around it, after its line was drawn without."""
        case, start = self.case, seq // WORDS_AT_ONCE * WORDS_AT_ONCE
        stop = min(start + WORDS_AT_ONCE, self.query_one("#events", VirtualTable).row_count if not self._kind
                   else seq + 1)
        start = seq if self._kind else start
        if (start, stop) in self._asked:
            return
        self._asked.add((start, stop))

        def question() -> Message:
            return self.Worded(words_of(case, start, stop))

        self.read(question, group="words")

    def _detail(self, entry: EventEntry) -> Iterator[Line]:
        standing = self.muniment.standing
        signed = standing is not None and entry.seq < standing.signed
        yield visible(self._words.get(entry.seq, ""))
        yield f"by key {entry.key}"
        yield f"{GOOD} signed for (p checks the proof)" if signed else f"{OPEN} not signed for yet (C signs)"


def event_rows(case: Case, kind: str) -> KeysetRows[EventEntry]:
    """All events of the case, or those of one kind."""
    catalogue = case.catalogue
    which = EventFilter(kinds=frozenset({kind}) if kind else frozenset())
    fetch = catalogue.events
    if not kind:
        return KeysetRows(count=lambda: catalogue.head.size, key=lambda entry: entry.seq, start=-1,
                          fetch=lambda after, limit: fetch(after=after, limit=limit))
    return KeysetRows(count=lambda: catalogue.count_events(which), key=lambda entry: entry.seq, start=-1,
                      fetch=lambda after, limit: fetch(which, after=after, limit=limit))


def signed_rows(case: Case) -> tuple[SignedRow, ...]:
    """The checkpoints, the latest first."""
    found = stored_checkpoints(CustodyFolder(case.layout.custody))
    return tuple(SignedRow(size=one.size, signers=tuple(path.name.split(".")[1] for path in one.signatures),
                           tokens=tuple(path.name.split(".")[1] for path in one.beside if path.suffix == ".tsr"),
                           receipts=sum(".receipt-" in path.name for path in one.beside))
                 for one in reversed(found))


def signed_cells(row: SignedRow) -> Sequence[str]:
    """What a row says of a checkpoint."""
    return (f"{row.size:>9,}", f"{GOOD} {', '.join(row.signers)}" if row.signers else f"{OPEN} by nobody",
            f"{GOOD} {', '.join(row.tokens)}" if row.tokens else f"{NONE} none",
            f"{GOOD} {row.receipts}" if row.receipts else f"{NONE} none")


def signed_detail(row: SignedRow) -> Iterator[Line]:
    """What follows from what there is."""
    yield f"checkpoint over {row.size:,} events"
    if not row.tokens:
        yield f"{OPEN} no outside proof of time: Stamp (ctrl+p) asks the timestamp authorities"
    if not row.receipts:
        yield f"{OPEN} nobody else holds it: whoever has the key could write all anew. Bundle (8) asks for a receipt"
