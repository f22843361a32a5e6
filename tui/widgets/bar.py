"""The two lines at the top: which case, how it stands, what goes on; and where one is."""

from collections.abc import Iterator, Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from evidence_store.visible import shortened, visible
from muniment.flows.wording import GOOD, OPEN
from tui.actions import PLACES, Place
from tui.desk import Standing
from tui.jobs import Job

TITLE_WIDTH = 60
NARROW = 100                  # columns: below that only the place one is at is named, the others are digits


class PlaceTab(Static):
    """The name of a place; a click leads there."""

    def __init__(self, place: Place, *, here: bool) -> None:
        super().__init__(markup=False, classes="here" if here else "")
        self._place = place
        self._here = here
        self.spell(narrow=False)

    def spell(self, *, narrow: bool) -> None:
        """With its name, or as its key alone."""
        key = "," if self._place.key == "comma" else self._place.key
        name = key if narrow and not self._here else f"{key} {self._place.title}"
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
        narrow = self.size.width < NARROW
        for tab in self.query(PlaceTab):
            tab.spell(narrow=narrow)

    def stand(self, standing: Standing | None, jobs: Sequence[Job], *, read_only: bool) -> None:
        """Say how the case stands and what goes on."""
        self._standing.update(visible("  ".join(_words(standing, jobs, read_only=read_only))))


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
