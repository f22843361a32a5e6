"""The application, driven by keys over a generated case."""

import pytest
from textual.widgets import Input
from tui_driving import (
    app_of,
    desk_of,
    lines_of,
    press,
    running,
    said,
    screen_text,
    settled,
    static_text,
    type_in,
    until,
)

from evidence_store.errors import StoreDamaged
from evidence_store.events import Note, Tagged
from tui.screens.article import ArticleScreen
from tui.screens.dialogs import AskScreen, ConfirmScreen, MessagesScreen
from tui.screens.event import EventScreen
from tui.screens.help import HelpScreen
from tui.screens.item import PARTS, ItemScreen
from tui.widgets.virtual_table import VirtualTable

pytestmark = pytest.mark.asyncio


async def test_the_article_shows_its_citations_in_place_and_the_verdict_of_each(sample_case, tmp_path):
    async with running(sample_case, tmp_path) as (app, pilot):
        assert isinstance(app.screen, ArticleScreen)
        assert "4 cited: 1 complete, 1 partial, 1 gone, 1 mention" in static_text(app.screen, "#coverage")
        shown = screen_text(app)
        for margin in ("[1] ✓ complete", "[2] ◐ partial", "[3] ✗ gone", "[4] – not captured"):
            assert margin in shown
        assert "the remains of a school in Sarmin" in static_text(app.screen, "#detail")
        assert "LCC" in static_text(app.screen, "#detail")
        await press(pilot, "j", "j")
        assert "status 404" in static_text(app.screen, "#detail")
        await press(pilot, "k", "G")
        assert "TASS said that none was hurt" in static_text(app.screen, "#detail")
        await press(pilot, "enter")
        assert "CITE-0004 has no URL: u gives it one" in said(app)
        await press(pilot, "v")
        lines = lines_of(app.screen.query_one("#list", VirtualTable))
        assert [line.split()[:2] for line in lines[1:4]] == [["✓", "complete"], ["◐", "partial"], ["✗", "gone"]]
        assert app.screen.query_one("#list", VirtualTable).cursor == 3
        await press(pilot, "g", "v", "enter")
        await until(pilot, lambda: isinstance(app.screen, ItemScreen))
        await settled(pilot)
        assert static_text(app.screen, "#about").startswith("ITEM-0002  photo  ✓ complete   checks: ? 1 inconclusive")


async def test_a_journey_by_keys_through_items_and_ledger(sample_case, tmp_path):
    async with running(sample_case, tmp_path) as (app, pilot):
        await press(pilot, "2")
        lines = lines_of(app.screen.query_one("#items", VirtualTable))
        assert [line.split()[0] for line in lines[1:4]] == ["ITEM-0001", "ITEM-0002", "ITEM-0003"]
        await press(pilot, "down", "enter")
        assert isinstance(app.screen, ItemScreen)
        assert "http://pictures.example/school.jpg" in static_text(app.screen, "#text-record")
        assert ".warc.gz at byte" in static_text(app.screen, "#text-record")
        assert "✓ pass" in static_text(app.screen, "#text-findings")
        assert "? inconclusive" in static_text(app.screen, "#text-findings")
        *custody, signed = static_text(app.screen, "#text-custody").splitlines()
        assert [line.split()[3] for line in custody] == ["capture", "finding", "finding", "note"]
        assert signed.split()[:2] == ["signed", "with"]
        assert "✓ complete" in static_text(app.screen, "#text-captures")
        assert "GET 200" in static_text(app.screen, "#text-captures")
        await press(pilot, "right", "right", "l")
        assert app.screen.query_one("#parts").active == "captures"
        await press(pilot, "y")
        assert app.clipboard == "http://pictures.example/school.jpg"
        await press(pilot, "Y")
        assert app.clipboard == app.screen.view.entry.item.sha256
        await press(pilot, "p")
        assert ".warc.gz:" in app.clipboard
        await press(pilot, "escape", "4")
        table = app.screen.query_one("#events", VirtualTable)
        assert table.cursor == sample_case.case.log.size - 1       # the newest line
        await press(pilot, "g")
        assert lines_of(table)[1].split()[3:5] == ["case-open", "Sarmin"]
        await press(pilot, "p")
        assert "✓ pass" in static_text(app.screen, "#detail")
        assert "RFC 6962" in static_text(app.screen, "#detail")
        await press(pilot, "enter")
        assert isinstance(app.screen, EventScreen)
        assert '"title": "Sarmin"' in static_text(app.screen, "#body")
        await press(pilot, "n")
        assert "key-enrol" in static_text(app.screen, "#body")
        await press(pilot, "escape", "q")
    assert app.return_code == 0


async def test_items_are_filtered_while_typing_sorted_and_selected(sample_case, tmp_path):
    async with running(sample_case, tmp_path) as (app, pilot):
        await press(pilot, "2")
        table = app.screen.query_one("#items", VirtualTable)
        await pilot.press("slash")
        await type_in(pilot, "kind:ph")
        while table.row_count != 1:
            await pilot.pause(0.05)
        assert "ITEM-0002" in lines_of(table)[1]
        app.screen.query_one("#filter", Input).value = "kind:nonsense"
        while "no kind begins with nonsense" not in static_text(app.screen, "#state"):
            await pilot.pause(0.05)
        await press(pilot, "enter")
        assert app.focused is table
        await pilot.press("escape")
        while table.row_count != 3:
            await pilot.pause(0.05)
        assert app.screen.query_one("#filter", Input).value == ""
        await press(pilot, "g", "space", "space")
        assert list(app.screen.selected) == ["ITEM-0001", "ITEM-0002"]
        assert "● 2 selected" in static_text(app.screen, "#state")
        assert [line[0] for line in lines_of(table)[1:4]] == ["●", "●", " "]
        await press(pilot, "s")
        assert "by kind" in static_text(app.screen, "#state")
        kinds = [line.replace("●", " ").split()[1] for line in lines_of(table)[1:4]]
        assert kinds == sorted(kinds)
        await pilot.click("#items", offset=(3, 0))
        await settled(pilot)
        assert "by position" in static_text(app.screen, "#state")
        await press(pilot, "Y")
        assert len(app.clipboard) == 64


async def test_help_lists_the_keys_of_the_screen_and_closes(sample_case, tmp_path):
    async with running(sample_case, tmp_path) as (app, pilot):
        await press(pilot, "2", "question_mark")
        assert isinstance(app.screen, HelpScreen)
        shown = screen_text(app)
        assert "Show only some: words, kind:photo" in shown
        assert "This screen" in shown
        assert "Moving about" in shown
        await press(pilot, "question_mark")
        assert not isinstance(app.screen, HelpScreen)


async def test_captured_text_cannot_act_on_the_terminal_or_forge_lines(sample_case, tmp_path):
    async with running(sample_case, tmp_path) as (app, pilot):
        await press(pilot, "j")
        seen = [screen_text(app)]
        await press(pilot, "v")
        seen.append(screen_text(app))
        await press(pilot, "4")
        seen.append(screen_text(app))
        seqs = [event.seq for event in sample_case.case.events() if "forged line" in str(event.body)]
        for seq in seqs:
            app.push_screen(EventScreen(app.desk, seq))
            await settled(pilot)
            seen.append(screen_text(app))
    assert any("forged line" in text for text in seen)
    assert any("[red]markup[/red]" in text for text in seen)
    for text in seen:
        assert not set(text) & set("\x1b\x07\u202e")
        assert not [line for line in text.splitlines() if line.strip().startswith("forged line")]


async def test_what_cannot_be_read_is_a_message_and_the_application_goes_on(sample_case, tmp_path, monkeypatch):
    def damaged(*arguments, **options):
        raise StoreDamaged("the catalogue has a hole", hint="run muniment reindex")

    async with running(sample_case, tmp_path) as (app, pilot):
        monkeypatch.setattr(sample_case.case.catalogue, "items", damaged)
        await press(pilot, "2")
        assert "the catalogue has a hole\nrun muniment reindex" in said(app)
        await press(pilot, "4")
        assert app.screen.query_one("#events", VirtualTable).row_count > 0
        (sample_case.case.layout.custody / "bodies.jsonl").write_bytes(b"{}\n")
        await press(pilot, "g", "enter")
        assert "is not the one its ledger line names" in said(app)
        await press(pilot, "M")
        assert isinstance(app.screen, MessagesScreen)


async def test_an_empty_case_says_what_to_do(new_case, tmp_path):
    async with running(new_case("empty"), tmp_path, size=(80, 24)) as (app, pilot):
        assert "5  Capture: paste the address of an article" in screen_text(app)
        await press(pilot, "3")
        assert "No claims yet" in screen_text(app)
        await press(pilot, "2")
        assert "No items" in screen_text(app)


async def test_no_state_is_told_by_colour_alone(sample_case, tmp_path, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    async with running(sample_case, tmp_path) as (app, _):
        assert app.no_color
        assert "✗ gone" in screen_text(app)
        assert "[1 Article]" in screen_text(app)


async def test_what_is_recorded_is_asked_for_and_says_that_the_ledger_keeps_it(sample_case, tmp_path):
    async with running(sample_case, tmp_path) as (app, pilot):
        before = sample_case.case.log.size
        await press(pilot, "e")
        assert isinstance(app.screen, AskScreen)
        assert "The ledger records this, signed with your key" in screen_text(app)
        await press(pilot, "ctrl+s")
        assert "needed" in screen_text(app)
        await type_in(pilot, "seen")
        await press(pilot, "escape")
        assert sample_case.case.log.size == before        # left: nothing is recorded
        await press(pilot, "e")
        await type_in(pilot, "seen")
        await press(pilot, "ctrl+s")
        assert sample_case.case.event(before).body == Note(item=None, text="seen")
        assert f"noted as line {before}" in said(app)
        assert "1 of" in static_text(app.screen, "#standing")
        await press(pilot, "C")
        assert isinstance(app.screen, ConfirmScreen)
        await press(pilot, "enter")                        # Enter alone means no
        assert "not signed yet" in static_text(app.screen, "#standing")
        await press(pilot, "C", "y")
        assert "✓ all" in static_text(app.screen, "#standing")
        await press(pilot, "2", "j", "enter", "w", "enter")
        assert "⚠ WARNING: graphic violence" in screen_text(app)
        assert isinstance(sample_case.case.event(before + 1).body, Tagged)


async def test_a_read_only_window_records_nothing_and_says_so(sample_case, tmp_path):
    before = sample_case.case.log.size
    async with running(sample_case, tmp_path, desk=desk_of(sample_case, read_only=True)) as (app, pilot):
        assert "read-only" in static_text(app.screen, "#standing")
        await press(pilot, "e")
        assert not isinstance(app.screen, AskScreen)
        assert "this window only reads" in said(app)
    assert sample_case.case.log.size == before


async def test_the_custody_of_an_item_says_what_each_event_says_and_whose_key_signed(sample_case, tmp_path):
    app = app_of(desk_of(sample_case), tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await press(pilot, "2", "g", "j", "enter")
        await press(pilot, *["right"] * PARTS.index("custody"))
        shown = screen_text(app)
        assert "finding      ITEM-0002: " in shown
        assert "signed with SHA256:" in shown


async def test_what_was_just_selected_as_a_whole_is_what_the_next_key_is_about(sample_case, tmp_path):
    app = app_of(desk_of(sample_case), tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await press(pilot, "2", "g")
        screen = app.screen
        screen.action_select_all()
        assert screen.chosen() == ()                     # not the one under the cursor
        await settled(pilot)
        assert len(screen.chosen()) == 3


async def test_without_a_player_replay_says_how_it_is_had(sample_case, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    app = app_of(desk_of(sample_case), tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await press(pilot, "2", "g", "j", "enter", "R")
        await until(pilot, lambda: "muniment replay --install" in said(app))
