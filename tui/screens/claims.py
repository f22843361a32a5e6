"""Claims: who says what, on whose word, who contradicts whom; proposals to accept or reject; evidence linked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.message import Message
from textual.widget import Widget
from textual.widgets import ContentSwitcher, Static

from evidence_store.case import Case
from evidence_store.catalogue.model import ClaimEntry, EventFilter
from evidence_store.claims import Claim, ClaimId, Predicate
from evidence_store.events import Claimed, Linked
from evidence_store.records import ItemId
from evidence_store.visible import shortened, visible
from muniment.flows import claims
from muniment.flows.claim_words import claim_words
from muniment.flows.wording import BAD, GOOD, NONE, OPEN
from tui.actions import bindings
from tui.screens.base import CaseScreen, Styles
from tui.screens.dialogs import Choice, Field
from tui.screens.linking import ask_relation
from tui.widgets.lines import Facts, Line, fact, plain
from tui.widgets.paging import ListRows
from tui.widgets.virtual_table import Column, VirtualTable

if TYPE_CHECKING:
    from tui.desk import Desk
    from verify.claims import Matrix, Proposal

MATRIX_COLUMNS = (Column("", 11), Column("claim", 10), Column("on whose word", 20), Column("says", 0))
LIST_COLUMNS = (Column("state", 11), Column("id", 12, from_width=100), Column("claim", 0))
MAX_OFFERED = 500             # items to choose from; L on the screen of any other item leads to the claims
AGREEMENTS = {"conflict": f"{BAD} conflict", "agree": f"{GOOD} agree", "single": f"{NONE} one voice"}
STATES = {"proposed": f"{OPEN} proposed", "accepted": f"{GOOD} accepted", "rejected": f"{NONE} rejected",
          "withdrawn": f"{NONE} withdrawn", "added": f"{GOOD} added"}
SIGNS = {"supports": GOOD, "contradicts": BAD, "mentions": NONE}
EMPTY = ("No claims yet.\n\np    read out of an article what it claims; you accept or reject each\n"
         "+    enter one by hand")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRow:
    """A line of the matrix, or of the list: an event that claims are about, a claim, or a proposal."""

    cells: tuple[str, ...]
    claim: Claim | None = None
    id: ClaimId | None = None
    proposal: str = ""
    lines: tuple[Line, ...] = ()      # what is said below the table


class ClaimsScreen(CaseScreen):
    """The matrix, conflicts first; or claims and proposals as a list."""

    CSS_PATH: ClassVar[Styles] = ["base.tcss", "claims.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("claims")]
    WHERE = MODE = "claims"
    FIRST = "#matrix"

    class Read(Message):
        """A worker has read the claims."""

        def __init__(self, matrix: "tuple[ClaimRow, ...]", rows: "tuple[ClaimRow, ...]", words: str,
                     known: "tuple[int, tuple[Proposal, ...]]") -> None:
            super().__init__()
            self.known = known
            self.matrix = matrix
            self.rows = rows
            self.words = words

    class Proposed(Message):
        """A worker has read proposals out of an item."""

        def __init__(self, item: ItemId, proposals: "tuple[Proposal, ...]") -> None:
            super().__init__()
            self.item = item
            self.proposals = proposals

    def __init__(self, desk: "Desk") -> None:
        super().__init__(desk)
        self._proposals: tuple[Proposal, ...] = ()
        self._from: ItemId | None = None
        self._rows: dict[str, tuple[ClaimRow, ...]] = {"matrix": (), "list": ()}
        self._known: tuple[int, tuple[Proposal, ...]] | None = None   # of how many events, with which proposals
        self._find = ""

    def content(self) -> Iterator[Widget]:
        """Two tables of which one is seen, and the claim under the cursor."""
        yield Static("\u2026", id="sum", classes="hint", markup=False)
        with ContentSwitcher(initial="matrix"):
            yield VirtualTable[ClaimRow](MATRIX_COLUMNS, lambda row: row.cells, id="matrix", empty=EMPTY)
            yield VirtualTable[ClaimRow](LIST_COLUMNS, lambda row: row.cells, id="list", empty=EMPTY)
        yield Facts(id="detail")

    def on_mount(self) -> None:
        """Read in a worker."""
        self.case_changed()

    def case_changed(self) -> None:
        """Read them again."""
        proposals, known = self._proposals, self._known
        self.read(lambda: self._read(proposals, known), group="claims", only_latest=True)

    def _read(self, proposals: "tuple[Proposal, ...]", known: "tuple[int, tuple[Proposal, ...]] | None") -> Message:
        size = self.case.catalogue.head.size
        if known is not None and known[1] == proposals and not self.case.catalogue.events(
                EventFilter(kinds=frozenset({Claimed.TYPE, Linked.TYPE})), after=known[0] - 1, limit=1):
            return self.Learnt(lambda: None)      # what happened since is not about claims
        from muniment.flows.places import gazetteers  # it brings the zones of the world along

        found = claims.matrix(self.case, same_place=gazetteers().same_place)
        rows = tuple(list_rows(self.case, proposals))
        conflicts = sum(row.agreement == "conflict" for row in found.rows)
        open_ones = sum(1 for row in rows if row.proposal and not row.id)
        count = len(found.rows)
        words = f"{count} event{'s' if count > 1 else ''} that claims are about" if count else "No claims yet"
        if conflicts:
            words += f", {BAD} {conflicts} in conflict"
        if open_ones:
            words += f"   {OPEN} {open_ones} proposals wait: a accepts, x rejects (v shows them)"
        return self.Read(tuple(matrix_rows(found)), rows, words, (size, proposals))

    def on_claims_screen_read(self, message: "ClaimsScreen.Read") -> None:
        """Show them, the cursor where it was."""
        self._known = message.known
        self._rows = {"matrix": message.matrix, "list": message.rows}
        for name, rows in self._rows.items():
            table = self.query_one(f"#{name}", VirtualTable)
            table.show(ListRows(partial(tuple, rows)), cursor=table.cursor)
        self.query_one("#sum", Static).update(message.words)
        self.query_one("#detail", Facts).tell(())

    def propose(self, item: ItemId) -> None:
        """Read claims out of an item, and show what was found."""
        def question() -> Message:
            return self.Proposed(item, claims.propose_from_item(self.case, item))

        self.query_one("#sum", Static).update(f"reading {item} \u2026")
        self.read(question, group="propose")

    def on_claims_screen_proposed(self, message: "ClaimsScreen.Proposed") -> None:
        """Show the proposals in the list."""
        self._from, self._proposals = message.item, message.proposals
        self._turn_to("list")
        self.case_changed()
        self.muniment.tell(f"{len(message.proposals)} claims proposed from {message.item}; nothing is recorded until "
                           "you accept or reject one")

    # -- moving

    @property
    def _current(self) -> str:
        return self.query_one(ContentSwitcher).current or "matrix"

    def _table(self) -> VirtualTable[ClaimRow]:
        return self.query_one(f"#{self._current}", VirtualTable)

    def _turn_to(self, name: str) -> None:
        self.query_one(ContentSwitcher).current = name
        self._table().focus()
        self._table().action_move(0)

    def on_screen_resume(self) -> None:
        """Keys go to the table that is seen."""
        super().on_screen_resume()
        self._table().focus()

    def on_virtual_table_highlighted(self, message: VirtualTable.Highlighted) -> None:
        """Show the claim in full."""
        if isinstance(message.row, ClaimRow) and message.table.id == self._current:
            self.query_one("#detail", Facts).tell(message.row.lines)

    def on_virtual_table_opened(self) -> None:
        """A second click opens."""
        self.action_open()

    def row(self) -> ClaimRow | None:
        """What is under the cursor."""
        return self._table().cursor_row

    # -- actions

    def action_view(self) -> None:
        """Matrix, or list."""
        self._turn_to("list" if self._current == "matrix" else "matrix")

    def action_open(self) -> None:
        """The item that holds the passage."""
        row = self.row()
        if row is not None and row.claim is not None and row.claim.item is not None:
            self.open_item(row.claim.item)
        elif row is not None and row.claim is not None:
            self.muniment.tell("the passage is in no item of the case", severity="warning")

    def action_accept(self) -> None:
        """The source does say so."""
        self._decide("Accept", accept=True)

    def action_reject(self) -> None:
        """The source does not say so."""
        self._decide("Reject", accept=False)

    def _decide(self, title: str, *, accept: bool) -> None:
        row, item, proposals = self.row(), self._from, self._proposals
        if row is None or not row.proposal or row.id is not None or row.claim is None:
            self.muniment.tell("this is no open proposal: p reads some out of an article", severity="warning")
            return
        if not self.may_record() or item is None:
            return
        chosen = (row.proposal,)

        def then(answers: Mapping[str, str]) -> None:
            decisions = claims.Decisions(accept=chosen if accept else (), reject=() if accept else chosen,
                                         reason=answers["reason"].strip())
            self.record(title, "claim propose", lambda session: claims.decide(session.writer, proposals, decisions),
                        lambda _: self.muniment.tell(f"{title.lower()}ed"))

        self.ask(f"{title}: {shortened(claim_words(row.claim), 200)}", (Field(name="reason", label="Why"),), then)

    def action_withdraw(self) -> None:
        """Take a claim back."""
        row = self.row()
        if row is not None and row.id is not None and self.may_record():
            claim = row.id
            self.ask(f"Withdraw {claim}?", (Field(name="reason", label="Why it was a mistake", required=True),),
                     lambda answers: self.record("Withdraw", "claim withdraw", lambda session: claims.withdraw_claim(
                         session.writer, claim, reason=answers["reason"]).id,
                         lambda done: self.muniment.tell(f"withdrew {done}")))

    def action_link(self) -> None:
        """Say what an item is to the claim."""
        row = self.row()
        if row is None or row.id is None:
            self.muniment.tell("choose a claim first", severity="warning")
        elif self.may_record():
            claim = row.id
            self.learn(lambda: self.case.catalogue.items(limit=MAX_OFFERED), lambda items: self.choose(
                f"Which item speaks for or against {claim}?",
                [Choice(value=entry.item.id, words=f"{entry.item.id}  {entry.item.kind}  "
                                                   f"{shortened(entry.item.url or entry.item.name, 100)}")
                 for entry in items], lambda item: ask_relation(self, ItemId(item), claim)))

    def action_add(self) -> None:
        """Enter a claim by hand."""
        if self.may_record():
            self.choose("What happened, according to the source?",
                        [Choice(value=one.value, words=one.value) for one in Predicate], self._add)

    def _add(self, predicate: str) -> None:
        def then(answers: Mapping[str, str]) -> None:
            number = answers["number"].strip()
            if number and not number.isdecimal():
                self.muniment.tell("the number is in digits, or left empty", severity="warning")
                return
            claim = Claim(source=answers["source"].strip(), predicate=Predicate(predicate),
                          attributed_to=answers["attributed"].strip(), subject=answers["subject"].strip(),
                          number=int(number) if number else None, place=answers["place"].strip(),
                          date=answers["date"].strip(), passage=answers["passage"].strip())
            self.record("Claim", "claim add", lambda session: claims.add_claim(session.writer, claim).id,
                        lambda made: self.muniment.tell(f"entered {made}"))

        self.ask(f"A claim: {predicate}", (
            Field(name="source", label="Who says it", required=True),
            Field(name="attributed", label="On whose word", hint="SOHR"), Field(name="subject", label="Whom or what"),
            Field(name="number", label="How many"), Field(name="place", label="Where"),
            Field(name="date", label="When", hint="2015-10-20"), Field(name="passage", label="The words that say it")),
            then)

    def action_propose(self) -> None:
        """Read claims out of an item."""
        def then(answers: Mapping[str, str]) -> None:
            self.propose(ItemId(answers["item"].strip().upper()))

        self.ask("Read claims out of", (Field(name="item", label="Item", value="ITEM-0001", required=True),), then,
                 consequence="Rules propose, you decide: nothing is recorded yet.", yes="Read")

    def action_find(self) -> None:
        """Find words."""
        def then(answers: Mapping[str, str]) -> None:
            self._find = answers["words"].strip()
            self.action_find_next()

        self.ask("Find in claims", (Field(name="words", label="Words", value=self._find, required=True),), then,
                 consequence="", yes="Find")

    def action_find_next(self) -> None:
        """The next one."""
        rows, table = self._rows[self._current], self._table()
        for step in range(1, len(rows) + 1):
            number = (table.cursor + step) % len(rows)
            said = " ".join((*rows[number].cells, plain(rows[number].lines)))
            if self._find and self._find.casefold() in said.casefold():
                table.go_to(number)
                return
        self.muniment.tell(f"not found: {self._find}", severity="warning")

    def action_yank(self) -> None:
        """Copy the passage."""
        row = self.row()
        self.yank(row.claim.passage if row is not None and row.claim else "", "passage")


def matrix_rows(matrix: "Matrix") -> Iterator[ClaimRow]:
    """An event a line, the claims on it below, each with the evidence linked to it."""
    for event in matrix.rows:
        what = " ".join(filter(None, (event.predicate, event.subject)))
        where = f"{event.place or 'no place'}, {event.date or 'no date'}"
        voices = f"{event.origins} origin{'s' if event.origins != 1 else ''}"
        why = tuple(f"{BAD} {one} and {other}: {visible(reason)}" for one, other, reason in event.conflicts)
        yield ClaimRow(cells=(AGREEMENTS[event.agreement], "", voices, f"{what}: {where}"),
                       lines=(f"{visible(what)}, {visible(where)}: {voices}", *why))
        for cell in event.cells:
            relayed = f" by {', '.join(cell.relayed_by)}" if cell.relayed_by else ""
            evidence = "  ".join(f"{SIGNS[relation]} {relation} {', '.join(items)}"
                                 for relation, items in cell.evidence.items() if items)
            linked = evidence or "no evidence linked: L links"
            for one in cell.claims:
                said = claim_words(one.claim).partition(": ")[2]
                yield ClaimRow(cells=("", one.id, f"{cell.origin}{relayed}", f"\u2514 {said}   {evidence}"),
                               claim=one.claim, id=one.id, lines=tuple(claim_lines(one.claim, linked)))


def list_rows(case: Case, proposals: "Sequence[Proposal]") -> Iterator[ClaimRow]:
    """Proposals that wait, then every claim of the case."""
    for read in claims.read_proposals(case, proposals):
        if read.claim is None:
            claim = read.proposal.claim
            yield ClaimRow(cells=(STATES["proposed"], read.proposal.id, claim_words(claim)), claim=claim,
                           proposal=read.proposal.id, lines=tuple(claim_lines(claim, "a accepts it, x rejects it")))
    yield from map(_entry_row, claims.all_claims(case))


def _entry_row(entry: ClaimEntry) -> ClaimRow:
    reason = f"{entry.action}: {entry.reason}" if entry.reason else str(entry.action)
    return ClaimRow(cells=(STATES[entry.action], entry.id, claim_words(entry.claim)), claim=entry.claim, id=entry.id,
                    lines=tuple(claim_lines(entry.claim, reason)))


def claim_lines(claim: Claim, last: str) -> Iterator[Line]:
    """A claim in full."""
    yield visible(claim_words(claim))
    if claim.passage:
        yield from fact("passage", f"\u201c{claim.passage}\u201d")
    yield from fact("in", " ".join(filter(None, (claim.item or "", claim.document))))
    if claim.inferred:
        yield from fact("inferred", f"{', '.join(claim.inferred)}: from around the passage, not from its words")
    yield visible(last)
