"""The two lines at the top: which case, how it stands, what goes on; and where one is."""

from collections.abc import Iterator, Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from evidence_store.visible import shortened, visible
from muniment.flows.wording import GOOD, OPEN
from tui.actions import PLACES, Place, key_name
from tui.desk import Standing
from tui.jobs import Job

TITLE_WIDTH = 60
NAMED_FIRST = ("article", "items", "claims", "ledger", "capture", "verify", "bundle", "reuse", "cases", "doctor",
               "settings")      # where there is no room for every name; the others are their keys


class PlaceTab(Static):
    """The name of a place; a click leads there."""

    def __init__(self, place: Place, *, here: bool) -> None:
        super().__init__(markup=False, classes="here" if here else "")
        self._place = place
        self._here = here
        self.spell(named=True)

    @property
    def mode(self) -> str:
        """Where it leads."""
        return self._place.mode

    def spell(self, *, named: bool) -> None:
        """With its name, or as its key alone."""
        key = key_name(self._place.key)
        name = f"{key} {self._place.title}" if named else key
        self.update(f"[{name}]" if self._here else f" {name} ")

    async def on_click(self) -> None:
        """Go there."""
        await self.app.run_action(f"app.go_{self._place.mode}")


class Bar(Vertical):
    """Where one is, and how things stand."""

    def __init__(self, title: str, mode: str) -> None:
        super().__init__(id="bar")
        self._title = title
        self._mode = mode
        self._standing = Static("", id="standing", markup=False)
        self._said = ""

    def compose(self) -> ComposeResult:
        """Case and standing; places."""
        with Horizontal(id="standing-line"):
            yield Static(shortened(self._title, TITLE_WIDTH), id="title", markup=False)
            yield self._standing
        with Horizontal(id="places"):
            for place in PLACES:
                yield PlaceTab(place, here=place.mode == self._mode)

    def on_resize(self) -> None:
        """Names where there is room for them."""
        named = named_places(self._mode, self.size.width)
        for tab in self.query(PlaceTab):
            tab.spell(named=tab.mode in named)

    def stand(self, standing: Standing | None, jobs: Sequence[Job], *, read_only: bool) -> None:
        """Say how the case stands and what goes on."""
        words = visible("  ".join(_words(standing, jobs, read_only=read_only)))
        if words != self._said:
            self._said = words
            self._standing.update(words, layout=False)       # one line, as wide as there is room


def named_places(here: str, width: int) -> frozenset[str]:
    """The places whose names there is room for: the one that one is at, and the others by how often they are wanted."""
    titles = {place.mode: place.title for place in PLACES}
    room = width - 3 * len(titles)              # a key between two spaces, or brackets
    named = []
    for mode in (here, *(one for one in NAMED_FIRST if one != here)):
        room -= len(titles.get(mode, "")) + 1
        if room < 0:
            break
        named.append(mode)
    return frozenset(named) or frozenset({here})


def _words(standing: Standing | None, jobs: Sequence[Job], *, read_only: bool) -> Iterator[str]:
    for job in jobs[-1:]:
        yield f"\u2026 {shortened(job.words(), 44)}" + (" (ending)" if job.is_cancelled else " (ctrl+x ends it)")
    if standing is None:
        return
    if standing.holder is not None:
        yield f"another program writes: {shortened(standing.holder.command, 24)} ({standing.holder.pid})"
    elif read_only:
        yield "read-only"
    if jobs:
        return
    if standing.signed >= standing.size:
        yield f"{GOOD} all {standing.size:,} events signed"
    else:
        open_ones = standing.size - standing.signed
        yield f"{OPEN} {open_ones:,} of {standing.size:,} events not signed yet (C signs)"
