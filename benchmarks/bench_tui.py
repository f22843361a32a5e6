"""How quick the application is over 1,000, 100,000 and 1,000,000 rows.

First paint (from the key to the rows on the screen), page down (CPU of one key) and a keystroke of the filter (until
the rows that pass are on the screen), over catalogues of items and events that no ledger holds.

    python benchmarks/bench_tui.py [ROWS ...]
"""

import asyncio
import sys
import time
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / "tests" / "support")]

from case_factory import new_case  # noqa: E402 - after the path
from large_catalogue import fill  # noqa: E402 - after the path
from textual.widgets import Input  # noqa: E402 - after the path
from tui_driving import app_of, desk_of  # noqa: E402 - after the path

from evidence_store.catalogue import sqlite  # noqa: E402 - after the path
from tui.widgets.virtual_table import VirtualTable  # noqa: E402 - after the path

ROWS = (1_000, 100_000, 1_000_000)
PAGES = 20


async def shown(pilot, table) -> None:
    """The row under the cursor is there."""
    for _ in range(20_000):
        if table.cursor_row is not None:
            return
        await pilot.pause(0.002)
    raise RuntimeError("the rows never came: " + "; ".join(pilot.app.said))


async def measure(rows: int, folder: Path) -> None:
    """Print one line."""
    hand = new_case(folder, f"case{rows}")
    path = folder / f"large{rows}.sqlite"
    catalogue = sqlite.create(path)
    fill(catalogue, rows)
    catalogue.close()
    hand.case._catalogue = sqlite.open_for_reading(path)  # noqa: SLF001 - in place of the small one
    desk = desk_of(hand, read_only=True)
    desk.catch_up = lambda: None
    app = app_of(desk, folder)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.app.workers.wait_for_complete()      # the article has been read
        began = time.perf_counter()
        await pilot.press("2")
        table = app.screen.query_one("#items", VirtualTable)
        await shown(pilot, table)
        paint = time.perf_counter() - began
        cpu = time.process_time()
        for _ in range(PAGES):
            await pilot.press("pagedown")
        page = (time.process_time() - cpu) / PAGES
        began = time.perf_counter()
        await pilot.press("G")
        await shown(pilot, table)
        end = time.perf_counter() - began
        field = app.screen.query_one("#filter", Input)
        began = time.perf_counter()
        field.value = "kind:video verdict:gone"
        await pilot.pause(0.2)
        await shown(pilot, table)
        keystroke = time.perf_counter() - began
        began = time.perf_counter()
        app.switch_mode("ledger")
        await pilot.pause()
        events = app.screen.query_one("#events", VirtualTable)
        with suppress(AssertionError):
            await shown(pilot, events)
        ledger = time.perf_counter() - began
    hand.case.close()
    print(f"{rows:>9,} items: first paint {paint:.2f} s, page down {page * 1000:.0f} ms CPU, last row {end:.2f} s, "
          f"filter {keystroke:.2f} s; {3 * rows:,} events: first paint {ledger:.2f} s")


def main() -> None:
    """Measure the sizes asked for."""
    for rows in [int(word) for word in sys.argv[1:]] or ROWS:
        with TemporaryDirectory(prefix="muniment-bench-tui-") as folder:
            asyncio.run(measure(rows, Path(folder)))


if __name__ == "__main__":
    main()
