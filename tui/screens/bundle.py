"""Bundle: what goes in and what does not, for whom, sealed; and the receipt that comes back."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.widget import Widget
from textual.widgets import Static

from evidence_store.catalogue.model import ItemEntry, ItemFilter, ItemOrder
from evidence_store.records import ItemId
from evidence_store.visible import visible
from muniment.flows.destination import free_destination
from muniment.flows.wording import BAD, GOOD, NONE, OPEN, size
from tui.actions import bindings
from tui.screens.base import CaseScreen, Styles
from tui.screens.dialogs import AskScreen, Field
from tui.screens.items import item_rows
from tui.widgets.virtual_table import Column, VirtualTable

if TYPE_CHECKING:
    from textual.screen import Screen

    from evidence_store.bundle.model import WrittenBundle
    from muniment.flows.exposure import Judgement
    from muniment.flows.session import Session
    from muniment.flows.transfer import Offered
    from tui.desk import Desk
    from verify.exposure.search import Found



class Fate(StrEnum):
    """What becomes of an item in the bundle."""

    IN = "goes in"
    OUT = "left out"          # its bytes stay here, its events go
    WITHHELD = "withheld"     # nothing that Muniment wrote of it goes


SIGNS = {Fate.IN: GOOD, Fate.OUT: NONE, Fate.WITHHELD: BAD}
AFTER = {Fate.IN: Fate.OUT, Fate.OUT: Fate.WITHHELD, Fate.WITHHELD: Fate.IN}
MAX_SHOWN = 12                # exposures listed in the question
COLUMNS = (Column("", 12), Column("id", 10), Column("kind", 8), Column("size", 9, from_width=96),
           Column("url or name", 0, is_address=True))


class BundleScreen(CaseScreen):
    """Items to take in or leave out, and what is done with the bundle."""

    CSS_PATH: ClassVar[Styles] = ["base.tcss", "claims.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("bundle")]
    WHERE = MODE = "bundle"
    FIRST = "#choice"

    def __init__(self, desk: "Desk") -> None:
        super().__init__(desk)
        self.choices: dict[ItemId, Fate] = {}        # of items that do not simply go in
        self._recipient = ""
        self._held = 0                               # items of the case
        root = self.case.layout.root
        self._wanted = root.with_name(f"{root.name.removesuffix('-case')}-bundle")
        self._written: WrittenBundle | None = None

    def content(self) -> Iterator[Widget]:
        """The plan, the items, what to do next."""
        yield Static("", id="plan", classes="hint", markup=False)
        yield VirtualTable[ItemEntry](COLUMNS, self._cells, id="choice", empty="No items: capture something first.")
        yield Static("", id="detail", markup=False)

    def on_mount(self) -> None:
        """Read."""
        self.query_one("#choice", VirtualTable).show(item_rows(self.case, ItemFilter(), ItemOrder.POSITION,
                                                               backwards=False))
        self._say()

    def case_changed(self) -> None:
        """More items may have come."""
        self.query_one("#choice", VirtualTable).reload()
        self._say()

    def _cells(self, entry: ItemEntry) -> Sequence[str]:
        item = entry.item
        fate = self.choices.get(item.id, Fate.IN)
        return (f"{SIGNS[fate]} {fate}", item.id, item.kind, size(item.length).rjust(9),
                (item.url or item.name).removeprefix("https://"))

    def _say(self) -> None:
        self.learn(self.case.catalogue.count_items, self._say_of)

    def _say_of(self, held: int) -> None:
        self._held = held
        self.query_one("#plan", Static).update(visible(
            f"{self._figures(held)}   for {self._recipient or 'nobody named yet (t)'}   into "
            f"{free_destination(self._wanted)} (w)\nSpace leaves out: its events go, its bytes stay. Space again "
            "withholds: nothing that we wrote of it goes.", lines=True))
        written = self._written
        if written is None:
            said = "Nothing is sealed yet. ctrl+s seals, after it has shown you whom the bundle would give away."
        else:
            from muniment.flows.stamp import NO_PROOF  # sealing has imported it

            stamped = f"{GOOD} stamped" if written.seal_tokens else f"{OPEN} {NO_PROOF}"
            said = (f"{GOOD} sealed: {written.path}\n{written.included} of {written.held} items, "
                    f"{written.files} files, ledger to line {written.checkpoint_size - 1:,}   {stamped}\n"
                    "v verifies it, o offers it and asks for a receipt, r takes the receipt in")
        self.query_one("#detail", Static).update(visible(said, lines=True))

    def _figures(self, held: int) -> str:
        fates = list(self.choices.values())
        parts = [f"{held - len(fates)} of {held} items go in"]
        parts += [f"{fates.count(fate)} {fate}" for fate in (Fate.OUT, Fate.WITHHELD) if fate in fates]
        return ", ".join(parts)

    # -- choosing

    def action_select(self) -> None:
        """Take it in, or leave it out."""
        table = self.query_one("#choice", VirtualTable)
        row = table.cursor_row
        if isinstance(row, ItemEntry):
            self._can_be_undone(f"what becomes of {row.item.id}")
            fate = AFTER[self.choices.get(row.item.id, Fate.IN)]
            if fate is Fate.IN:
                del self.choices[row.item.id]
            else:
                self.choices[row.item.id] = fate
            table.action_move(1)
            table.refresh()
            self._say()

    def _can_be_undone(self, what: str) -> None:
        choices, recipient, wanted = dict(self.choices), self._recipient, self._wanted

        def undo() -> None:
            self.choices, self._recipient, self._wanted = choices, recipient, wanted
            self.query_one("#choice", VirtualTable).refresh()
            self._say()

        self.muniment.did(what, undo)

    def action_to(self) -> None:
        """Who receives it."""
        def then(answers: Mapping[str, str]) -> None:
            self._can_be_undone("the recipient")
            self._recipient = answers["name"].strip()
            self._say()

        self.ask("Who receives the bundle?", (Field(name="name", label="Name or pseudonym", value=self._recipient),),
                 then, consequence="It will stand in the ledger when the bundle is sealed.", yes="Take")

    def action_where(self) -> None:
        """The folder to make."""
        def then(answers: Mapping[str, str]) -> None:
            self._can_be_undone("where the bundle goes")
            self._wanted = Path(answers["path"].strip()).expanduser()
            self._say()

        self.ask("Where shall the bundle be?", (Field(name="path", label="A folder that does not exist yet",
                                                      value=str(self._wanted), required=True),), then, consequence="",
                 yes="Take")

    # -- sealing and handing over

    def action_seal(self) -> None:
        """Write and seal it."""
        if not self.may_record():
            return
        destination, recipient = free_destination(self._wanted), self._recipient
        left_out, withheld = self._with(Fate.OUT), self._with(Fate.WITHHELD)

        def work(session: "Session") -> "WrittenBundle":
            from muniment.flows.bundle import Wishes, bundle_case  # report, exposure search, stamping: a second

            wishes = Wishes(not_selected=left_out, withheld=withheld)
            environment = replace(session.environment, judge=self._judge)
            return bundle_case(session.writer, destination=destination, recipient=recipient, environment=environment,
                               wishes=wishes, settings=session.settings)

        figures, named = self._figures(self._held), recipient or "nobody named"
        self.confirm(f"Seal for {named} into {destination}?\n{figures}",
                     lambda: self.record("Bundle", "bundle", work, self._sealed), yes="Seal",
                     consequence="The ledger records what is handed over, what is left out and to whom, and is signed.")

    def _with(self, fate: Fate) -> tuple[ItemId, ...]:
        return tuple(sorted(item for item, chosen in self.choices.items() if chosen is fate))

    def _judge(self, found: "Found") -> "Judgement":
        """Show what the bundle would give away, and wait for the answer; called by the worker."""
        from muniment.flows.exposure import Judgement

        answer: Future[Mapping[str, str] | None] = Future()
        lines = [f"{one.kind}: {one.value} - in {', '.join(one.places[:3])}" for one in found.exposures[:MAX_SHOWN]]
        if len(found.exposures) > MAX_SHOWN:
            lines.append(f"\u2026 {len(found.exposures) - MAX_SHOWN} more: muniment bundle --dry-run")
        screen = AskScreen("The bundle would give this away", (
            Field(name="reason", label="\n".join(lines) + "\nWhy it may be seen", required=True),), yes="Let it pass",
            consequence="The ledger records that you let it pass, and why. Leave, to withhold items or events instead.")
        self.app.call_from_thread(self.app.push_screen, screen, answer.set_result)
        given = answer.result()
        return Judgement() if given is None else Judgement(everything=True, reason=given["reason"].strip())

    def _sealed(self, written: "WrittenBundle") -> None:
        self._written = written
        self._say()
        self.muniment.tell(f"{GOOD} sealed: {written.path}")
        if written.unsearched:
            listed = "; ".join(f"{place}: {why}" for place, why in written.unsearched[:MAX_SHOWN])
            self.muniment.tell(f"could not be searched for who is visible: {listed}", severity="warning")

    def action_verify(self) -> None:
        """Verify the bundle just made."""
        from tui.screens.verify import VerifyScreen

        if self._written is None:
            self.muniment.tell("nothing is sealed yet: ctrl+s", severity="warning")
            return
        path = self._written.path
        def then(screen: "Screen[object]") -> None:
            if isinstance(screen, VerifyScreen):
                screen.verify(path)

        self.muniment.go("verify", then)

    def action_offer(self) -> None:
        """Offer it and ask for a receipt."""
        if not self.may_record():
            return
        written = self._written

        def then(answers: Mapping[str, str]) -> None:
            target = Path(answers["file"].strip()).expanduser()
            recipient = answers["name"].strip()

            def work(session: "Session") -> "Offered":
                from evidence_store.atomic import write_once
                from muniment.flows.transfer import offer

                if target.exists():
                    raise FileExistsError(17, "there is a file already", str(target))
                offered = offer(session.writer, recipient, purpose=answers["purpose"].strip(),
                                bundle=written.path if written else None)
                write_once(target, offered.to_bytes())
                return offered

            self.record("Offer", "transfer", work, lambda _: self.muniment.tell(
                f"hand {target} to {recipient}, who signs it with `muniment receipt`; r takes the answer in"))

        self.ask("Offer the checkpoint of the bundle" if written else "Offer the checkpoint of the case", (
            Field(name="name", label="Who receives it", value=self._recipient, required=True),
            Field(name="purpose", label="Why"),
            Field(name="file", label="Write the signed checkpoint to", value=f"{self._wanted}.checkpoint",
                  required=True)), then)

    def action_receipt(self) -> None:
        """Take in the receipt that the recipient gave."""
        if not self.may_record():
            return

        def then(answers: Mapping[str, str]) -> None:
            path, recipient = Path(answers["file"].strip()).expanduser(), answers["name"].strip()

            def work(session: "Session") -> int:
                from evidence_store.custody.receipts import Receipt
                from evidence_store.receipts import take_receipt

                return len(take_receipt(session.writer, Receipt.read(path), recipient))

            self.record("Receipt", "receipt", work,
                        lambda count: self.muniment.tell(f"{GOOD} taken in: somebody else vouches for the case now"
                                                         if count else "the case has this receipt already"))

        self.ask("Take in a receipt", (Field(name="file", label="The receipt's file", required=True),
                                       Field(name="name", label="Who gave it", value=self._recipient, required=True)),
                 then)
