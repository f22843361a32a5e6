"""The items of a case: filtered while one types, sorted, selected."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static

from evidence_store.case import Case
from evidence_store.catalogue.model import ItemEntry, ItemFilter, ItemOrder
from evidence_store.findings import Finding
from evidence_store.records import ItemId
from evidence_store.visible import visible
from muniment.flows.item_filter import read_filter
from muniment.flows.wording import size, verdict_words
from tui.actions import bindings
from tui.case_work import check_words
from tui.pictures.shield import warnings_of
from tui.screens.base import CaseScreen, Styles
from tui.screens.dialogs import Field
from tui.screens.item_brief import brief
from tui.widgets.lines import Facts, Line
from tui.widgets.paging import KeysetRows, PositionRows, RowSource
from tui.widgets.virtual_table import Column, VirtualTable

if TYPE_CHECKING:
    from textual.screen import Screen
    from textual.timer import Timer

    from muniment.flows.session import Session
    from tui.desk import Desk

COLUMNS = (Column("id", 10), Column("kind", 8), Column("verdict", 14), Column("    size", 8, from_width=96),
           Column("obtained", 16, from_width=96), Column("url or name", 0, is_address=True))
ORDER_OF_COLUMN = (ItemOrder.POSITION, ItemOrder.KIND, ItemOrder.VERDICT, ItemOrder.SIZE, ItemOrder.DATE,
                   ItemOrder.SOURCE)
TYPING_PAUSE_S = 0.12         # after the last letter, so that a word is one question to the catalogue and not five
REST_S = 0.08                 # the cursor stands still so long before more is read of its item
EMPTY = ("No items.\n\n5    capture an article or URLs\ni    import files that somebody handed over\n"
         "Esc  clear the filter, where there is one")
PLACEHOLDER = "words, or kind:photo verdict:gone outcome:fail source:x place:sarmin since:2015-10   Esc: all"


class ItemsScreen(CaseScreen):
    """All items, or those that pass the filter."""

    CSS_PATH: ClassVar[Styles] = ["base.tcss", "items.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("items")]
    WHERE = MODE = "items"
    FIRST = "#items"

    class Selected(Message):
        """A worker has read which items pass the filter."""

        def __init__(self, items: frozenset[ItemId]) -> None:
            super().__init__()
            self.items = items

    class Warned(Message):
        """A worker has read which items carry a warning label."""

        def __init__(self, items: frozenset[ItemId]) -> None:
            super().__init__()
            self.items = items

    class Briefed(Message):
        """A worker has read what is to be said of the item under the cursor."""

        def __init__(self, item: ItemId, lines: tuple[Line, ...]) -> None:
            super().__init__()
            self.item = item
            self.lines = lines

    def __init__(self, desk: "Desk") -> None:
        super().__init__(desk)
        self._pause: Timer | None = None
        self._which = ItemFilter()
        self._order = ItemOrder.POSITION
        self._backwards = False
        self._problems: tuple[str, ...] = ()
        self._source: RowSource[ItemEntry] | None = None
        self._rest: Timer | None = None
        self._state = ""
        self._warned: frozenset[ItemId] = frozenset()
        self._selecting = False
        self._at: ItemId | None = None              # under the cursor
        self.selected: dict[ItemId, None] = {}      # in the order in which they were chosen

    def content(self) -> Iterator[Widget]:
        """A table, the field for the filter, and what is in force."""
        yield VirtualTable[ItemEntry](COLUMNS, self._cells, id="items", empty=EMPTY,
                                      marked=lambda entry: entry.item.id in self.selected)
        yield Input(id="filter", placeholder=PLACEHOLDER)
        yield Static(id="state", classes="hint", markup=False)
        yield Facts(id="detail")

    def _cells(self, entry: ItemEntry) -> Sequence[str]:
        return cells(entry, is_warned=entry.item.id in self._warned)

    def on_mount(self) -> None:
        """Read, with the filter one left."""
        self._read_warnings()
        kept = self.muniment.case_memory()
        if kept.item_filter:
            self.query_one("#filter", Input).value = kept.item_filter
        self._show(kept.item_filter, cursor=kept.cursors.get(self.WHERE, 0))

    def case_changed(self) -> None:
        """More items may have come."""
        self.query_one("#items", VirtualTable).reload()
        self._read_warnings()

    def _read_warnings(self) -> None:
        case = self.case
        self.read(lambda: self.Warned(frozenset(item for item, tags in case.catalogue.tags().items()
                                                if warnings_of(tags))), group="warnings",
                  only_latest=True)

    def on_items_screen_warned(self, message: "ItemsScreen.Warned") -> None:
        """Mark those that carry a warning label."""
        self._warned = message.items
        self.query_one("#items", VirtualTable).refresh()

    def chosen(self) -> tuple[ItemId, ...]:
        """The selected items, or the one under the cursor; none while all are being selected."""
        if self._selecting:
            self.muniment.tell("all are being selected: once more in a moment", severity="warning")
            return ()
        row = self.query_one("#items", VirtualTable).cursor_row
        return tuple(self.selected) or ((row.item.id,) if isinstance(row, ItemEntry) else ())

    # -- moving and choosing

    def on_virtual_table_opened(self, message: VirtualTable.Opened) -> None:
        """A click opens, too."""
        if isinstance(message.row, ItemEntry):
            self.open_item(message.row.item.id)

    def on_virtual_table_highlighted(self, message: VirtualTable.Highlighted) -> None:
        """Remember where one is."""
        self.muniment.case_memory().cursors[self.WHERE] = message.table.cursor
        self._tell_state()
        if isinstance(message.row, ItemEntry):
            self._brief(message.row)

    def _brief(self, entry: ItemEntry) -> None:
        """Say more of the item when the cursor comes to rest."""
        if self._rest is not None:
            self._rest.stop()
        self._at, case = entry.item.id, self.case
        self._rest = self.set_timer(REST_S, lambda: self.read(
            lambda: self.Briefed(entry.item.id, brief(case, entry)), group="brief", only_latest=True))

    def on_items_screen_briefed(self, message: "ItemsScreen.Briefed") -> None:
        """Show what was read, unless the cursor went on."""
        if message.item == self._at:
            self.query_one("#detail", Facts).tell(message.lines)

    def on_virtual_table_header_clicked(self, message: VirtualTable.HeaderClicked) -> None:
        """Sort by the column; clicked again, the other way round."""
        order = ORDER_OF_COLUMN[message.column]
        self._backwards = not self._backwards if order is self._order else False
        self._order = order
        self._again()

    def action_open(self) -> None:
        """Open the item under the cursor."""
        self.query_one("#items", VirtualTable).action_open()

    def action_select(self) -> None:
        """Select or leave the row, and go on to the next."""
        table = self.query_one("#items", VirtualTable)
        row = table.cursor_row
        if isinstance(row, ItemEntry):
            self._can_be_undone("the selection")
            if row.item.id in self.selected:
                del self.selected[row.item.id]
            else:
                self.selected[row.item.id] = None
            table.action_move(1)
            table.refresh()
            self._tell_state()

    def action_select_all(self) -> None:
        """Select all that pass the filter."""
        catalogue, which = self.case.catalogue, self._which

        def question() -> Message:
            found: frozenset[ItemId] | None = None
            try:
                positions = catalogue.item_positions(which)
                found = frozenset(entry.item.id for entry in catalogue.items_at(positions))
            finally:
                self._selecting = found is not None       # until the answer is here
            return self.Selected(found)

        self._selecting = True
        self.read(question, group="select")

    def on_items_screen_selected(self, message: "ItemsScreen.Selected") -> None:
        """All are selected; where all were, none is."""
        self._selecting = False
        chosen = sorted(message.items)
        self._can_be_undone("the selection")
        self.selected = {} if set(chosen) == set(self.selected) else dict.fromkeys(chosen)
        self.query_one("#items", VirtualTable).refresh()
        self._tell_state()

    # -- filter and order

    def action_filter(self) -> None:
        """Type what to look for."""
        field = self.query_one("#filter", Input)
        field.add_class("open")
        self._can_be_undone("the filter")
        self.set_focus(field)                             # at once: the next key may be the first letter

    def _can_be_undone(self, what: str) -> None:
        """Filter, order and selection are as they are now, once what follows is taken back."""
        selected, order, backwards = dict(self.selected), self._order, self._backwards
        field = self.query_one("#filter", Input)
        text = field.value

        def undo() -> None:
            self.selected, self._order, self._backwards = selected, order, backwards
            field.value = text            # which filters anew
            self._again()

        self.muniment.did(what, undo)

    def action_clear(self) -> None:
        """Show all items again."""
        field = self.query_one("#filter", Input)
        field.remove_class("open")
        self.query_one("#items").focus()
        if self.selected or field.value:
            self._can_be_undone("showing everything")
        self.selected = {}
        if field.value:
            field.value = ""
        else:
            self._tell_state()
            self.query_one("#items").refresh()

    def action_sort(self) -> None:
        """The next order."""
        orders = list(ItemOrder)
        self._can_be_undone("the order")
        self._order = orders[(orders.index(self._order) + 1) % len(orders)]
        self._backwards = False
        self._again()

    def action_reverse(self) -> None:
        """The other way round."""
        self._can_be_undone("the order")
        self._backwards = not self._backwards
        self._again()

    def on_input_changed(self, message: Input.Changed) -> None:
        """Filter when the typing pauses."""
        if self._pause:
            self._pause.stop()
        self._pause = self.set_timer(TYPING_PAUSE_S, lambda: self._show(message.value))

    def on_input_submitted(self) -> None:
        """Back to the table, filter kept."""
        self.query_one("#items").focus()

    def _again(self) -> None:
        self._show(self.query_one("#filter", Input).value)

    def _show(self, text: str, cursor: int = 0) -> None:
        read = read_filter(text)
        self._which, self._problems = read.which, read.problems
        self.muniment.case_memory().item_filter = text
        self._source = item_rows(self.case, self._which, self._order, backwards=self._backwards)
        self.query_one("#filter", Input).set_class(bool(text) or self.focused is self.query_one("#filter"), "open")
        self.query_one("#items", VirtualTable).show(self._source, cursor=cursor)
        self._tell_state()

    def _tell_state(self) -> None:
        table = self.query_one("#items", VirtualTable)
        words = [f"{table.row_count:,} items" + ("" if self._which.is_open else " pass the filter"),
                 f"by {self._order}{' backwards' if self._backwards else ''}"]
        if self.selected:
            words.append(f"● {len(self.selected):,} selected")
        words += [f"? {problem}" for problem in self._problems]
        said = visible("   ".join(words))
        if said != self._state:       # told at every move of the cursor
            self._state = said
            self.query_one("#state", Static).update(said)

    # -- what is done with items

    def action_compare(self) -> None:
        """Two items side by side."""
        from tui.screens.compare import CompareScreen  # it leads back here

        chosen = self.chosen()
        if len(chosen) != 2:
            self.muniment.tell("select two items with Space, then compare them", severity="warning")
            return
        self.muniment.put(CompareScreen(self.desk, chosen[0], chosen[1]))

    def action_reuse(self) -> None:
        """Search where else they appear."""
        from tui.screens.reuse import ReuseScreen

        chosen = self.chosen()
        def then(screen: "Screen[object]") -> None:
            if isinstance(screen, ReuseScreen):
                screen.ask_for(chosen)

        self.muniment.go("reuse", then)

    def action_check(self) -> None:
        """Run the checks over them."""
        chosen = self.chosen()
        if not chosen or not self.may_record():
            return

        def work(session: "Session") -> str:
            from muniment.flows.check import check_items, chosen_items  # every check, and what they read with

            found = check_items(session.writer, chosen_items(session.case, chosen), session.environment.progress)
            return check_words([Finding(check=one.check, outcome=one.outcome, subject="", summary="") for one in found])

        self.confirm(f"Run every check over {named(chosen)}?",
                     lambda: self.record("Checks", "check", work, self.muniment.tell))

    def action_tag(self) -> None:
        """Put tags on them."""
        chosen = self.chosen()
        if not chosen or not self.may_record():
            return

        def then(answers: Mapping[str, str]) -> None:
            tags = tuple(tag.strip() for tag in answers["tags"].split(",") if tag.strip())

            def work(session: "Session") -> None:
                from muniment.flows.conclusions import tag_item

                for item in chosen:
                    tag_item(session.writer, item, tags, remove=answers["remove"].strip().casefold() in {"y", "yes"})

            self.record("Tags", "tag", work, lambda _: self.muniment.tell(f"tagged {named(chosen)}"))

        self.ask(f"Tags on {named(chosen)}", (
            Field(name="tags", label="Tags, separated by commas", required=True, hint="mosque, warning: graphic"),
            Field(name="remove", label="Take them off instead? (yes)")), then)

    def action_import(self) -> None:
        """Take in files."""
        if self.may_record():
            self.ask("Import a file or folder", (
                Field(name="path", label="Path", required=True),
                Field(name="source", label="Received from (a pseudonym)", hint="SOURCE-07"),
                Field(name="how", label="How (messenger, hard disk ...)"),
                Field(name="conditions", label="Conditions of the source (do not publish ...)")), self._import)

    def _import(self, answers: Mapping[str, str]) -> None:
        from muniment.flows.importing import Provenance, import_paths  # archives and chats of every kind

        provenance = Provenance(received_from=answers["source"], how=answers["how"], conditions=answers["conditions"])
        path = Path(answers["path"]).expanduser()

        def work(session: "Session") -> str:
            done = import_paths(session.writer, [path], provenance, session.circumstances, session.environment)
            failed = "".join(f"\n✗ {one.path}: {one.reason}" for one in done.failures)
            known = f", {len(done.known)} were in the case already" if done.known else ""
            return f"{len(done.items)} items imported{known}{failed}"

        self.record("Import", "import", work, self.muniment.tell)

    def action_yank(self) -> None:
        """Copy the URL."""
        row = self.query_one("#items", VirtualTable).cursor_row
        if isinstance(row, ItemEntry):
            self.yank(row.item.url or row.item.name, "URL" if row.item.url else "name")

    def action_yank_hash(self) -> None:
        """Copy the SHA-256."""
        row = self.query_one("#items", VirtualTable).cursor_row
        if isinstance(row, ItemEntry):
            self.yank(row.item.sha256, "SHA-256")


def item_rows(case: Case, which: ItemFilter, order: ItemOrder, *, backwards: bool) -> RowSource[ItemEntry]:
    """The items that pass the filter, in an order; as they came, they are read by pages from the start."""
    catalogue = case.catalogue
    if which.is_open and order is ItemOrder.POSITION and not backwards:
        return KeysetRows(count=catalogue.count_items, key=lambda entry: entry.position,
                          fetch=lambda after, limit: catalogue.items(after=after, limit=limit))
    return PositionRows(positions=lambda: catalogue.item_positions(which, order, backwards=backwards),
                        fetch=catalogue.items_at)


def cells(entry: ItemEntry, *, is_warned: bool = False) -> Sequence[str]:
    """What a row says of an item."""
    item = entry.item
    verdict = verdict_words(entry.verdict) if entry.capture else "→ imported"
    return (item.id, item.kind, verdict, size(item.length).rjust(8), f"{item.obtained_at:%Y-%m-%d %H:%M}",
            f"{'⚠ ' if is_warned else ''}{(item.url or item.name).removeprefix('https://')}")


def named(items: Sequence[ItemId]) -> str:
    """`ITEM-0002`, or `17 items`."""
    return items[0] if len(items) == 1 else f"{len(items):,} items"
