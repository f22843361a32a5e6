"""What the screens of a case share: the bar that says where one is, and the footer."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Footer, Static

from evidence_store.case import Case
from evidence_store.visible import shortened
from tui.reading import Reads

if TYPE_CHECKING:
    from pathlib import PurePath

TITLE_WIDTH = 60

Styles: TypeAlias = "list[str | PurePath] | str | PurePath | None"     # as Textual declares CSS_PATH


@dataclass(frozen=True, slots=True)
class Place:
    """One of the screens that the digits lead to."""

    mode: str
    title: str


PLACES = (Place("citations", "1 Citations"), Place("items", "2 Items"), Place("ledger", "3 Ledger"))


class PlaceTab(Static):
    """The name of a place; a click leads there."""

    def __init__(self, place: Place, *, here: bool) -> None:
        super().__init__(f"[{place.title}]" if here else f" {place.title} ", markup=False,
                         classes="here" if here else "")
        self._place = place

    async def on_click(self) -> None:
        """Go there."""
        await self.app.run_action(f"app.switch_mode('{self._place.mode}')")


class CaseScreen(Screen[None], Reads):
    """A screen about a case."""

    CSS_PATH: ClassVar[Styles] = ["base.tcss"]
    MODE: ClassVar[str] = ""

    def __init__(self, case: Case) -> None:
        super().__init__()
        self.case = case

    def compose(self) -> ComposeResult:
        """The bar, what the screen is about, and the keys."""
        with Horizontal(id="bar"):
            yield Static(shortened(self.case.title, TITLE_WIDTH), id="title", markup=False)
            for place in PLACES:
                yield PlaceTab(place, here=place.mode == self.MODE)
        yield from self.content()
        yield Footer()

    def content(self) -> Iterator[Widget]:
        """What the screen is about."""
        yield from ()
