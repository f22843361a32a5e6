"""How quick the application is over 1,000, 100,000 and 1,000,000 rows.

    python benchmarks/bench_tui.py [ITEMS ...] [--keep FOLDER] [--no-peer]

Over a case of ITEMS items and ten times as many events, twice as many for a million (tests/support/large_case.py):

- start: `muniment tui` as a process in a pseudo-terminal, from its start until the first rows are on the screen;
- first paint: from the key that leads to a place until its rows are drawn, each place for the first time;
- page down: CPU of one key in the place's table or text; last row: from `G` until it is drawn;
- filter: from the last letter typed until the rows that pass are drawn, the pause in typing included;
- follow: from an event that another writer appends until the place has read what changed.

All figures stand in a table (Markdown) at the end, CPU in ms; benchmarks/RESULTS.md has the last one.

The peer is Textual's own DataTable over the same items, in the same run. CPU is user and system time of the process,
its threads included; wall time is noisy on a shared machine.
"""

import argparse
import asyncio
import json
import os
import pty
import re
import resource
import select
import struct
import sys
import termios
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fcntl import ioctl
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / part) for part in ("", "tests/support")]

ITEMS = (1_000, 100_000, 1_000_000)
PAGES = 20
SIZE = (120, 40)
LONGEST_WAIT_S = 120
STARTS = ("article", "items", "ledger")
PLACES = (("article", "1", "#text"), ("items", "2", "#items"), ("claims", "3", "#matrix"), ("ledger", "4", "#events"),
          ("capture", "5", "#captures"), ("reuse", "6", "#matches"), ("verify", "7", "#findings"),
          ("bundle", "8", "#choice"), ("cases", "0", "#cases"))
TYPED = ("story-10000", "kind:video verdict:gone", "source:telegram", "place:sarmin", "outcome:fail",
         "since:2026-04-02")
MANY = 1_000_000              # items of which each has two events, not ten: the case would take 13 GB
CLAIMS = 2_000
PEER_ROWS = 100_000           # a million take the DataTable minutes
_ESCAPES = re.compile(rb"\x1b(?:\[[0-9;?<>=]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[PX^_].*?\x1b\\"
                      rb"|[()][A-Z0-9]|[=>78])", re.DOTALL)


Answer = TypeVar("Answer")


@dataclass(slots=True)
class Spent:
    """What a step took."""

    wall: float = 0.0
    cpu: float = 0.0

    def __str__(self) -> str:
        return f"{self.cpu * 1000:7.0f} ms CPU {self.wall * 1000:7.0f} ms wall"


@contextmanager
def spent() -> Iterator[Spent]:
    """Measure what stands below it."""
    found, wall, cpu = Spent(), time.perf_counter(), time.process_time()
    yield found
    found.wall, found.cpu = time.perf_counter() - wall, time.process_time() - cpu


FIGURES: dict[str, list[str]] = {}        # by step, a cell for each size


def report(name: str, taken: Spent, rows: int | None = None) -> None:
    """One line, and its cell of the table."""
    told = "" if rows is None else f" ({rows:,} rows)"
    print(f"  {name + told:<52}{taken}", flush=True)
    FIGURES.setdefault(name, []).append(f"{taken.cpu * 1000:.0f}{told}")


def table(sizes: list[str]) -> None:
    """Every figure, a column for each size."""
    print(f"\n| CPU ms | {' | '.join(sizes)} |\n|---|{'---|' * len(sizes)}")
    for name, cells in FIGURES.items():
        print(f"| {name} | {' | '.join(cells)} |")


# -- the process


def start(root: Path, home: Path, mode: str, shown: str) -> Spent:
    """Start `muniment tui` in a terminal, and end it as soon as `shown` is on the screen."""
    from evidence_store.layout import CaseLayout
    from evidence_store.settings import read_settings

    state = home / "muniment" / "tui.json"
    state.parent.mkdir(parents=True, exist_ok=True)
    case_id = read_settings(CaseLayout(root)).id
    state.write_text(json.dumps({"cases": {case_id: {"mode": mode}}}))
    wall, used = time.perf_counter(), _children()
    child, terminal = pty.fork()
    if child == 0:
        environ = {**os.environ, "TERM": "xterm-256color", "XDG_STATE_HOME": str(home), "XDG_CONFIG_HOME": str(home),
                   "PYTHONPATH": str(Path(__file__).resolve().parents[1])}
        os.execve(sys.executable, [sys.executable, "-m", "muniment", "--case", str(root), "tui", "--read-only"],
                  environ)
    ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", SIZE[1], SIZE[0], 0, 0))
    seen, words = b"", shown.encode()
    while words not in _ESCAPES.sub(b"", seen):
        if not select.select([terminal], [], [], LONGEST_WAIT_S)[0]:
            raise RuntimeError(f"{mode}: {shown!r} never came")
        seen += os.read(terminal, 1 << 16)
    taken = time.perf_counter() - wall
    os.kill(child, 9)         # nothing is written: the CPU until now is what is asked for
    os.waitpid(child, 0)
    os.close(terminal)
    return Spent(wall=taken, cpu=_children() - used)


def _children() -> float:
    found = resource.getrusage(resource.RUSAGE_CHILDREN)
    return found.ru_utime + found.ru_stime


# -- the screens


async def drawn(pilot: object, ready: Callable[[], bool]) -> None:
    """Wait until something is on the screen."""
    began = time.perf_counter()
    while not ready():
        if time.perf_counter() - began > LONGEST_WAIT_S:
            raise RuntimeError(f"it never came: {pilot.app.said}")
        await asyncio.sleep(0.002)
    await pilot.pause()


async def screens(hand: object, folder: Path) -> None:
    """Every place, for the first time and moving about."""
    from tui_driving import app_of, desk_of

    app = app_of(desk_of(hand, read_only=True), folder)
    app.case_memory().mode = "cases"
    async with app.run_test(size=SIZE) as pilot:
        await app.workers.wait_for_complete()
        for mode, key, selector in PLACES:
            with spent() as first:
                await pilot.press(key)
                await drawn(pilot, lambda mode=mode, selector=selector: is_there(app, mode, selector))
            report(f"{mode}: first paint", first)
            if mode == "article":
                with spent() as rest:
                    await drawn(pilot, lambda: app.screen.query_one("#text")._citations and not reading(app))  # noqa: SLF001
                report("article: from there to the whole text with its citations", rest)
            await moving(app, pilot, mode, selector)
        await filtering(app, pilot)
        await lying_over(app, pilot)
        await following(app, pilot, hand)


def reading(app: object) -> bool:
    """Whether a worker answers a question."""
    return any(not worker.is_finished for worker in app.workers)


async def lying_over(app: object, pilot: object) -> None:
    """What lies over a place: an item, an event, two items side by side; and the plan of what is due."""
    from evidence_store.records import ItemId
    from tui.screens.compare import CompareScreen
    from tui.screens.event import EventScreen
    from tui.screens.item import ItemScreen

    desk = app.desk
    last = desk.case.catalogue.items_at([desk.case.catalogue.count_items()])[0].item.id
    for name, screen in (("item", ItemScreen(desk, last)), ("event", EventScreen(desk, desk.case.log.size - 1)),
                         ("compare", CompareScreen(desk, ItemId("ITEM-0001"), last))):
        with spent() as first:
            app.put(screen)
            await drawn(pilot, lambda screen=screen: app.screen is screen and screen.is_mounted and not reading(app))
        report(f"{name}: first paint", first)
        app.pop_screen()
        await pilot.pause()


async def following(app: object, pilot: object, hand: object) -> None:
    """An event of another program, while a place is seen; the first writer after a start checks the whole chain."""
    from evidence_store.case import Case
    from evidence_store.events import Note

    with Case.open(hand.root) as case, case.writer(hand.signer, command="bench", clock=hand.clock,
                                                   random=os.urandom) as writer:
        await pilot.press("escape")       # out of the field for the filter
        for mode, key, _ in PLACES[:4]:
            await pilot.press(key)
            await drawn(pilot, lambda mode=mode: app.current_mode == mode and not reading(app))
            writer.append(Note(item=None, text="written elsewhere"))
            size = case.log.size
            with spent() as seen:
                app.restand()
                await drawn(pilot, lambda size=size: app.screen._seen_size == size and not reading(app))  # noqa: SLF001
            report(f"{mode}: follow an event of another program", seen)


def is_there(app: object, mode: str, selector: str) -> bool:
    """The place is seen, and what it is about has come."""
    if app.current_mode != mode or not app.screen.is_mounted:
        return False
    widget = app.screen.query_one(selector)
    return widget.virtual_size.height > 2 if selector == "#text" else \
        widget._count is not None and (not widget.row_count or widget.cursor_row is not None)  # noqa: SLF001


async def moving(app: object, pilot: object, mode: str, selector: str) -> None:
    """Page down, and to the end."""
    widget = app.screen.query_one(selector)
    await pilot.press("g")
    with spent() as pages:
        for _ in range(PAGES):
            await pilot.press("pagedown")
    report(f"{mode}: page down", Spent(wall=pages.wall / PAGES, cpu=pages.cpu / PAGES))
    with spent() as end:
        await pilot.press("G")
        await drawn(pilot, lambda: selector == "#text" or not widget.row_count or widget.cursor_row is not None)
    report(f"{mode}: last row", end)


async def filtering(app: object, pilot: object) -> None:
    """Type filters, a letter at a time."""
    await pilot.press("2")
    screen, table = app.screen, app.screen.query_one("#items")
    for text in TYPED:
        await pilot.press("escape")
        await drawn(pilot, lambda: screen._which.is_open and table._count is not None)  # noqa: SLF001
        await pilot.press("slash")
        field = screen.query_one("#filter")
        for length in range(1, len(text)):        # the letters come faster than the answers
            field.value = text[:length]
            await pilot.pause()
        with spent() as answer:
            field.value = text
            await drawn(pilot, lambda: not screen._which.is_open and settled(screen, table))  # noqa: SLF001
        report(f"items: filter {text}", answer, table.row_count)


def settled(screen: object, table: object) -> bool:
    """The rows for the last letter are there."""
    from muniment.flows.item_filter import read_filter

    return screen._which == read_filter(screen.query_one("#filter").value).which and (  # noqa: SLF001
        table._count == 0 or table.cursor_row is not None)  # noqa: SLF001


# -- the peer


async def peer(rows: int) -> list[tuple[str, Spent]]:
    """Textual's DataTable over as many rows of the same cells."""
    from textual.app import App
    from textual.widgets import DataTable

    class Peer(App):
        def compose(self):
            yield DataTable(cursor_type="row")

        def on_mount(self):
            table = self.query_one(DataTable)
            for title, width in (("id", 10), ("kind", 8), ("verdict", 14), ("url", 60)):
                table.add_column(title, width=width)
            for number in range(rows):
                table.add_row(f"ITEM-{number:07d}", "photo", "complete", f"https://site.example/story/{number}")

    with spent() as first:
        app = Peer()
        context = app.run_test(size=SIZE)
        pilot = await context.__aenter__()
        await pilot.pause()
    with spent() as pages:
        for _ in range(PAGES):
            await pilot.press("pagedown")
    await context.__aexit__(None, None, None)
    return [(f"DataTable of {rows:,} rows: first paint", first),
            ("DataTable: page down", Spent(wall=pages.wall / PAGES, cpu=pages.cpu / PAGES))]


def main() -> None:
    """Measure the sizes asked for."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("items", type=int, nargs="*", default=ITEMS)
    arguments.add_argument("--keep", type=Path, help="make the cases here, and use those that are here")
    arguments.add_argument("--no-peer", action="store_true")
    arguments.add_argument("--starts", type=int, default=3, help="how often the process is started; the least counts")
    given = arguments.parse_args()
    sizes: list[str] = []
    peers: list[tuple[str, Spent]] = []
    with TemporaryDirectory(prefix="muniment-bench-tui-") as temporary:
        folder = given.keep or Path(temporary)
        for items in given.items:
            root = folder / f"case{items}"
            with spent() as making:
                hand = made(folder, root, items)
            print(f"{items:,} items, {hand.case.log.size:,} events (made in {making.wall:.0f} s; load "
                  f"{os.getloadavg()[0]:.1f})")
            for mode in STARTS:
                shown = {"article": "report 0", "items": "ITEM-0001", "ledger": f"{hand.case.log.size - 1:,}"}[mode]
                taken = [start(root, Path(temporary, "home"), mode, shown) for _ in range(given.starts)]
                report(f"start on {mode}", min(taken, key=lambda one: one.cpu))
            run(screens(hand, Path(temporary)))
            hand.case.close()
            sizes.append(f"{items:,} items")
            if not given.no_peer and items == PEER_ROWS:
                peers = run(peer(items))
    table(sizes)
    for name, taken in peers:
        print(f"| {name} | {taken.cpu * 1000:.0f} |")


def made(folder: Path, root: Path, items: int) -> object:
    """The case, new or as it was left."""
    from case_factory import CaseInHand, TickingClock
    from large_case import large_case

    from evidence_store.case import Case
    from evidence_store.custody.keys import open_key

    if not root.exists():
        return large_case(folder, items, root.name, claimed=CLAIMS, **({} if items < MANY else {"checks": 0}))
    return CaseInHand(case=Case.open(root), signer=open_key(folder / f"{root.name}-key", None), clock=TickingClock(),
                      random=os.urandom)


def run(work: Coroutine[object, object, Answer]) -> Answer:
    """Run it."""
    return asyncio.run(work)


if __name__ == "__main__":
    main()
