"""Several programs on one case, damage, odd terminals, and what is remembered."""

import multiprocessing

import pytest
from textual.widgets import Static
from tui_driving import app_of, desk_of, press, running, said, screen_text, settled, static_text, type_in, until

from evidence_store.case import Case
from evidence_store.events import Note
from tui.screens.cases import CasesScreen
from tui.screens.item import ItemScreen
from tui.themes import NAMES
from tui.widgets.virtual_table import VirtualTable

pytestmark = pytest.mark.asyncio


def _hold(root, key, ready, let_go):
    """Another process that writes the case, as the command line would."""
    from random import Random

    from case_factory import TickingClock

    from evidence_store.custody.keys import open_key

    with Case.open(root) as case, case.writer(open_key(key, None), command="capture", clock=TickingClock(),
                                              random=Random(9).randbytes) as writer:
        writer.append(Note(item=None, text="written elsewhere"))
        ready.set()
        let_go.wait(60)


async def test_one_writes_and_the_others_read_on_and_see_what_is_written(sample_case, tmp_path):
    context = multiprocessing.get_context("spawn")
    ready, let_go = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(sample_case.root, tmp_path / "sample-key", ready, let_go))
    async with running(sample_case, tmp_path) as (app, pilot):
        await press(pilot, "4")
        table = app.screen.query_one("#events", VirtualTable)
        before = table.row_count
        other.start()
        try:
            await until(pilot, ready.is_set)
            await until(pilot, lambda: table.row_count == before + 1)      # live, without a key pressed
            await until(pilot, lambda: "written elsewhere" in screen_text(app))
            await until(pilot, lambda: f"another program writes: capture ({other.pid})"
                        in static_text(app.screen, "#standing"))
            await press(pilot, "e")
            await type_in(pilot, "mine")
            await press(pilot, "ctrl+s")
            assert "is being written by capture" in said(app)              # refused, by name of the holder
            assert sample_case.case.log.size == before + 1
            second = app_of(desk_of(sample_case), tmp_path)                # two windows at once
            async with second.run_test(size=(80, 24)) as pilot_of_second:
                await settled(pilot_of_second)
                assert "another program writes" in static_text(second.screen, "#standing")
        finally:
            let_go.set()
            other.join(60)
        await press(pilot, "e")
        await type_in(pilot, "mine")
        await press(pilot, "ctrl+s")
        assert sample_case.case.event(before + 1).body == Note(item=None, text="mine")


async def test_vanished_and_damaged_files_are_messages(sample_case, tmp_path):
    async with running(sample_case, tmp_path, size=(100, 30)) as (app, pilot):
        for path in sample_case.case.layout.warcs.glob("*.warc.gz"):
            path.unlink()
        await press(pilot, "2", "j", "enter")
        assert isinstance(app.screen, ItemScreen)
        await until(pilot, lambda: "no picture" in screen_text(app))
        await press(pilot, "o", "y")
        await until(pilot, lambda: not app.jobs)
        assert sample_case.case.log.size == app.standing.size              # nothing left, nothing recorded
        (sample_case.case.layout.custody / "ledger.jsonl").unlink()
        await until(pilot, lambda: "ledger.jsonl" in said(app))
        await press(pilot, "4", "g", "p")
        assert app.is_running


async def test_every_screen_is_drawn_in_the_smallest_window_and_survives_its_growth(sample_case, tmp_path):
    async with running(sample_case, tmp_path, size=(40, 12)) as (app, pilot):
        for number, place in enumerate(("0", "3", "5", "6", "7", "8", "9", "comma", "4", "1", "2")):
            await pilot.press(place)
            if number % 3 == 0:
                await pilot.resize_terminal(*((200, 60), (80, 24), (61, 17), (40, 12))[number // 3])
            await settled(pilot)
            lines = screen_text(app).splitlines()
            assert len(lines) == app.size.height
            assert "[" in lines[1]                                          # one sees where one is
            keys = {key: active.binding.id for key, active in app.screen.active_bindings.items()}
            assert keys.get("ctrl+c") is None          # left to the terminal, or to Textual, which copies with it
            assert keys["q"] == "app.quit"
        await press(pilot, "enter")
        for width, height in ((200, 60), (40, 12)):
            await pilot.resize_terminal(width, height)
            await settled(pilot)
        assert isinstance(app.screen, ItemScreen)


async def test_one_comes_back_to_where_one_left_with_own_keys_and_theme(sample_case, tmp_path):
    (tmp_path / "keys.toml").write_text('[keys]\n"items.select" = "f6"\n"no.such" = "x"\n"app.quit" = "ctrl+c"\n')
    async with running(sample_case, tmp_path) as (app, pilot):
        assert "no.such is no action" in said(app)
        assert "ctrl+c is left to the terminal" in said(app)
        await press(pilot, "2", "j", "j", "f6", "T")
        assert list(app.screen.selected) == ["ITEM-0003"]
        assert app.theme == NAMES["light"]
        await press(pilot, "q")
    async with running(sample_case, tmp_path) as (app, pilot):
        assert app.theme == NAMES["light"]
        assert app.current_mode == "items"
        assert app.screen.query_one("#items", VirtualTable).cursor == 2


async def test_cases_are_opened_and_made_without_leaving(sample_case, new_case, tmp_path):
    other = new_case("other", seed=5, title="Another case")
    async with running(sample_case, tmp_path) as (app, pilot):
        await press(pilot, "0", "o")
        app.screen.query_one("#field-path").value = str(other.root)
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: app.desk.case.title == "Another case")
        await settled(pilot)
        assert "Another case" in static_text(app.screen, "#title")
        await press(pilot, "0", "n")
        app.screen.query_one("#field-folder").value = str(tmp_path / "fresh")
        app.screen.query_one("#field-title").value = "A fresh one"
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: app.desk.case.title == "A fresh one")
        await settled(pilot)
        await press(pilot, "0")
        assert isinstance(app.screen, CasesScreen)
        rows = screen_text(app)
        for title in ("A fresh one", "Another case", "Sarmin"):
            assert title in rows
        assert "✓ open" in rows
        app.desk.close()


async def test_without_a_case_it_begins_with_the_list_and_says_what_to_do(tmp_path, sample_case):
    desk = desk_of(sample_case)
    desk._case = None
    app = app_of(desk, tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert isinstance(app.screen, CasesScreen)
        assert "No case yet: n makes one" in screen_text(app)
        await press(pilot, "2")
        assert "no case is open" in said(app)
        await press(pilot, "9")
        assert "Programs" in str(app.screen.query_one("#found", Static).render())


async def test_what_is_not_recorded_can_be_taken_back_one_after_the_other(sample_case, tmp_path):
    async with running(sample_case, tmp_path) as (app, pilot):
        await press(pilot, "2", "g", "space", "space")
        assert list(app.screen.selected) == ["ITEM-0001", "ITEM-0002"]
        await press(pilot, "slash")
        await type_in(pilot, "kind:post")
        table = app.screen.query_one("#items", VirtualTable)
        await until(pilot, lambda: table.row_count == 1)
        await press(pilot, "enter", "z")
        assert "taken back: the filter" in said(app)
        await until(pilot, lambda: table.row_count == 3)
        await press(pilot, "z")
        assert list(app.screen.selected) == ["ITEM-0001"]
        await press(pilot, "8", "space", "space", "z")
        assert list(app.screen.choices) == ["ITEM-0001"]
        await press(pilot, "z", "z", "z")
        assert "nothing to take back; what the ledger records is corrected" in said(app)


async def test_the_ledger_is_searched_by_words_and_by_number(sample_case, tmp_path):
    async with running(sample_case, tmp_path) as (app, pilot):
        await press(pilot, "4")
        table = app.screen.query_one("#events", VirtualTable)
        await press(pilot, "g", "slash")
        await type_in(pilot, "school.jpg")
        await press(pilot, "enter")
        await until(pilot, lambda: not app.jobs and table.cursor > 0)
        first = table.cursor
        await press(pilot, "n")
        await until(pilot, lambda: not app.jobs and table.cursor != first)
        await press(pilot, "N")
        await until(pilot, lambda: not app.jobs and table.cursor == first)
        await press(pilot, "slash")
        await type_in(pilot, "1")
        app.screen.query_one("#field-line").value = "1"
        await press(pilot, "enter")
        assert table.cursor == 1


async def test_one_comes_back_to_the_item_one_was_looking_at(sample_case, tmp_path):
    async with running(sample_case, tmp_path) as (app, pilot):
        await press(pilot, "2", "j", "enter", "q")
    async with running(sample_case, tmp_path) as (app, pilot):
        await until(pilot, lambda: isinstance(app.screen, ItemScreen))
        assert app.screen.item == "ITEM-0002"
        await press(pilot, "escape")
        assert app.current_mode == "items"
        await press(pilot, "q")
    async with running(sample_case, tmp_path) as (app, pilot):
        assert app.current_mode == "items"
        assert not isinstance(app.screen, ItemScreen)
