"""Settings: what is in force, where each comes from, and changing them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget
from textual.widgets import Static

from evidence_store.visible import visible
from muniment.config.load import OriginKind, Sourced, user_settings_file
from muniment.config.settings import KINDS, SETTINGS_FILE_NAME, Value
from muniment.config.write import write_setting
from tui.actions import bindings
from tui.remembered import keymap_file
from tui.screens.base import CaseScreen, Styles
from tui.screens.dialogs import Choice, Field
from tui.widgets.paging import ListRows
from tui.widgets.virtual_table import Column, VirtualTable

COLUMNS = (Column("setting", 16), Column("from", 12), Column("value", 0))
USER, OF_CASE = "user", "case"


class SettingsScreen(CaseScreen):
    """One line a setting."""

    CSS_PATH: ClassVar[Styles] = ["base.tcss", "claims.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("settings")]
    WHERE = MODE = "settings"
    FIRST = "#settings"

    def content(self) -> Iterator[Widget]:
        """The settings, and the one under the cursor."""
        yield Static(visible(f"Environment wins over the case, the case over your own file.   T: theme   your keys: "
                             f"{keymap_file()}"), classes="hint", markup=False)
        yield VirtualTable[Sourced](COLUMNS, cells, id="settings", empty="No settings.")
        yield Static("", id="detail", markup=False)

    def on_mount(self) -> None:
        """Read."""
        self.query_one("#settings", VirtualTable).show(ListRows(lambda: self.desk.loaded().sources))

    def on_virtual_table_highlighted(self, message: VirtualTable.Highlighted) -> None:
        """Say what it means, and where it stands."""
        row = message.row
        if isinstance(row, Sourced):
            place = row.origin.place or "nowhere: it is the default"
            self.query_one("#detail", Static).update(visible(f"{KINDS[row.name].meaning}\nset in {place}", lines=True))

    def on_virtual_table_opened(self) -> None:
        """A second click changes it."""
        self.action_edit()

    def action_edit(self) -> None:
        """Write it into a file."""
        row = self.query_one("#settings", VirtualTable).cursor_row
        if not isinstance(row, Sourced) or self._refused():
            return
        choices = [Choice(value=USER, words=f"for all my cases: {user_settings_file()}")]
        if self.desk.has_case:
            choices.insert(0, Choice(value=OF_CASE, words=f"for this case: {SETTINGS_FILE_NAME}"))

        def chosen(where: str) -> None:
            def then(answers: Mapping[str, str]) -> None:
                self._write(where, row.name, answers["value"])

            self.ask(f"{row.name}: {KINDS[row.name].meaning}",
                     (Field(name="value", label="Value", value=shown(row.value)),), then,
                     consequence="Written into the file; the ledger does not record settings.", yes="Write")

        self.choose(f"Where shall {row.name} be set?", choices, chosen)

    def action_unset(self) -> None:
        """Take it out of the file it stands in."""
        row = self.query_one("#settings", VirtualTable).cursor_row
        if not isinstance(row, Sourced) or self._refused():
            return
        where = {OriginKind.USER: USER, OriginKind.CASE: OF_CASE}.get(row.origin.kind)
        if where is None:
            self.muniment.tell(f"{row.name} stands in no file", severity="warning")
            return
        self._write(where, row.name, None)

    def _refused(self) -> bool:
        if self.desk.read_only:
            self.muniment.tell("this window only reads", severity="error")
        return self.desk.read_only

    def _write(self, where: str, name: str, text: str | None, *, is_undo: bool = False) -> None:
        kinds = {USER: OriginKind.USER, OF_CASE: OriginKind.CASE}
        before = next((shown(one.value) for one in self.desk.loaded().sources
                       if one.name == name and one.origin.kind is kinds[where]), None)
        path = user_settings_file() if where == USER else self.case.layout.root / SETTINGS_FILE_NAME

        def done(_: None) -> None:
            if not is_undo:
                self.muniment.did(f"the setting {name}", lambda: self._write(where, name, before, is_undo=True))
            self.muniment.tell(f"{name} is {'taken out of' if text is None else 'written into'} {path}")
            self.query_one("#settings", VirtualTable).replace(ListRows(lambda: self.desk.loaded().sources))

        self.muniment.start("Setting", lambda _: write_setting(path, name, text), done)


def cells(row: Sourced) -> Sequence[str]:
    """What a row says of a setting."""
    return row.name, str(row.origin.kind), shown(row.value) or "\u2013"


def shown(value: Value) -> str:
    """A value as a person would write it."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case tuple():
            return " ".join(value)
        case _:
            return str(value)
