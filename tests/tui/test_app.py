"""The application, driven by keys over a generated case."""

import pytest
from textual.widgets import Input, Static

from evidence_store.errors import StoreDamaged
from tui.app import MunimentApp
from tui.screens.event import EventScreen
from tui.screens.help import HelpScreen
from tui.screens.item import ItemScreen
from tui.widgets.virtual_table import VirtualTable

pytestmark = pytest.mark.asyncio
SIZE = (120, 40)


async def settled(pilot):
    """Everything that was asked for has been read and drawn."""
    for _ in range(3):          # a key mounts a screen, the screen asks, the answer draws
        await pilot.pause()
        await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def press(pilot, *keys):
    await pilot.press(*keys)
    await settled(pilot)


def lines_of(widget) -> list[str]:
    """What a line-API widget draws."""
    return [widget.render_line(y).text.rstrip() for y in range(widget.size.height)]


def screen_text(app) -> str:
    """Everything the terminal would show."""
    return "\n".join("".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips())


def static_text(screen, selector) -> str:
    return str(screen.query_one(selector, Static).render())


async def test_citations_come_first_with_sign_and_word_of_their_verdict(sample_case):
    app = MunimentApp(sample_case.case)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        lines = lines_of(app.screen.query_one("#citations", VirtualTable))
        assert lines[0].split() == ["verdict", "kind", "id", "cited"]
        assert [line.split()[:2] for line in lines[1:4]] == [["✓", "complete"], ["◐", "partial"], ["✗", "gone"]]
        assert lines[4].startswith("– not captured")
        assert lines[4].endswith("TASS")


async def test_the_words_around_the_citation_under_the_cursor_are_shown(sample_case):
    app = MunimentApp(sample_case.case)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert "the remains of a school in Sarmin" in static_text(app.screen, "#detail")
        assert "LCC" in static_text(app.screen, "#detail")
        await press(pilot, "j", "j")
        assert "status 404" in static_text(app.screen, "#detail")
        await press(pilot, "k", "G")
        assert "TASS said that none was hurt" in static_text(app.screen, "#detail")


async def test_a_journey_by_keys_through_every_screen(sample_case):
    app = MunimentApp(sample_case.case)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await press(pilot, "2")
        lines = lines_of(app.screen.query_one("#items", VirtualTable))
        assert [line.split()[0] for line in lines[1:4]] == ["ITEM-0001", "ITEM-0002", "ITEM-0003"]
        await press(pilot, "down", "enter")
        assert isinstance(app.screen, ItemScreen)
        assert "ITEM-0002" in static_text(app.screen, "#record")
        assert "http://pictures.example/school.jpg" in static_text(app.screen, "#record")
        assert ".warc.gz at byte" in static_text(app.screen, "#source")
        assert "✓ pass" in static_text(app.screen, "#findings")
        assert "? inconclusive" in static_text(app.screen, "#findings")
        assert [line.split()[-1] for line in static_text(app.screen, "#events").splitlines()] == [
            "capture", "finding", "finding", "note"]
        await press(pilot, "escape")
        await press(pilot, "3")
        lines = lines_of(app.screen.query_one("#events", VirtualTable))
        assert lines[1].split()[3] == "case-open"
        await press(pilot, "enter")
        assert isinstance(app.screen, EventScreen)
        assert '"title": "Sarmin"' in static_text(app.screen, "#body")
        await press(pilot, "escape")
        await press(pilot, "1")
        await press(pilot, "enter")
        assert isinstance(app.screen, ItemScreen)
        assert "ITEM-0002" in static_text(app.screen, "#record")
        await press(pilot, "q")
    assert app.return_code == 0


async def test_a_citation_without_an_item_says_so(sample_case):
    app = MunimentApp(sample_case.case)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await press(pilot, "G", "enter")
        assert not isinstance(app.screen, ItemScreen)
        assert [note.message for note in app._notifications] == ["CITE-0004 has no item of its own"]


async def test_items_are_filtered_while_typing_and_all_shown_again_by_escape(sample_case):
    app = MunimentApp(sample_case.case)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await press(pilot, "2")
        table = app.screen.query_one("#items", VirtualTable)
        await pilot.press("slash", *"school")
        while table.row_count != 1:
            await pilot.pause(0.05)
        assert "ITEM-0002" in lines_of(table)[1]
        await press(pilot, "enter")
        assert app.focused is table
        await pilot.press("escape")
        while table.row_count != 3:
            await pilot.pause(0.05)
        assert app.screen.query_one("#filter", Input).value == ""


async def test_help_lists_the_keys_of_the_screen_and_closes(sample_case):
    app = MunimentApp(sample_case.case)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await press(pilot, "2")
        await press(pilot, "question_mark")
        assert isinstance(app.screen, HelpScreen)
        shown = screen_text(app)
        assert "Show only items that contain some words" in shown
        assert "Quit" in shown
        await press(pilot, "escape")
        assert not isinstance(app.screen, HelpScreen)


async def test_captured_text_cannot_act_on_the_terminal_or_forge_lines(sample_case):
    app = MunimentApp(sample_case.case)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await press(pilot, "j")
        seen = [screen_text(app)]
        await press(pilot, "2")
        await press(pilot, "j", "enter")
        seen.append(screen_text(app))
        await press(pilot, "3")
        await press(pilot, "j", "j", "j", "enter")
        seen.append(screen_text(app))
    for text in seen:
        assert "forged line" in text
        assert "[red]markup[/red]" in text
        assert not set(text) & set("\x1b\x07\u202e")
        assert not [line for line in text.splitlines() if line.strip().startswith("forged line")]


async def test_what_cannot_be_read_is_a_message_and_the_application_goes_on(sample_case, monkeypatch):
    app = MunimentApp(sample_case.case)

    def damaged(*arguments, **options):
        raise StoreDamaged("the catalogue has a hole", hint="run muniment reindex")

    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        monkeypatch.setattr(sample_case.case.catalogue, "items", damaged)
        await press(pilot, "2")
        assert [note.message for note in app._notifications] == ["the catalogue has a hole\nrun muniment reindex"]
        await press(pilot, "3")
        assert app.screen.query_one("#events", VirtualTable).row_count > 0


async def test_control_c_is_left_to_the_terminal(sample_case):
    app = MunimentApp(sample_case.case)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        for place in ("1", "2", "3"):
            await press(pilot, place)
            assert "ctrl+c" not in [key for key, active in app.screen.active_bindings.items() if active.binding.id]


async def test_an_empty_case_says_what_to_do(new_case):
    app = MunimentApp(new_case("empty").case)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert "muniment cite ARTICLE" in lines_of(app.screen.query_one("#citations", VirtualTable))[1]


async def test_no_state_is_told_by_colour_alone(sample_case, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    app = MunimentApp(sample_case.case)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert app.no_color
        assert "✗ gone" in screen_text(app)
        assert "[1 Citations]" in screen_text(app)
