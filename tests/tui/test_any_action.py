"""Every action there is, at any place, whatever became of the case: a message, never a traceback; and no key waits."""

import shutil
import threading

import pytest
from tui_driving import desk_of, press, running, screen_text, until

from tui.actions import ACTIONS
from tui.screens.compare import CompareScreen
from tui.screens.event import EventScreen
from tui.screens.item import ItemScreen

pytestmark = pytest.mark.asyncio

# leave the application, the terminal or this machine's programs
ELSEWHERE = {"app.quit", "doctor.again", "app.go-doctor", "item.outside"}
OVER = {"item": lambda desk: ItemScreen(desk, "ITEM-0002"), "event": lambda desk: EventScreen(desk, 1),
        "compare": lambda desk: CompareScreen(desk, "ITEM-0001", "ITEM-0002")}
WALKED = [action for action in ACTIONS if action.id not in ELSEWHERE]
SAMPLE = 8                # one action in so many, but for the long run


def spoil(hand, state):
    """What becomes of the case while somebody looks at it."""
    layout = hand.case.layout
    if state == "damaged":
        layout.catalogue.write_bytes(b"no database")
        bodies = layout.custody / "bodies.jsonl"
        bodies.write_bytes(b"{}\n" * bodies.read_bytes().count(b"\n"))
        for path in layout.warcs.glob("*.gz"):
            path.write_bytes(path.read_bytes()[:100])
    elif state == "vanished":
        shutil.rmtree(hand.root)


async def walk(app, pilot, actions):
    """Do each action at its place, and leave whatever question it asks."""
    for action in actions:
        if action.where in OVER:
            app.push_screen(OVER[action.where](app.desk))
            await pilot.pause()
        app.act(action)
        for _ in range(3):
            await pilot.pause()
        while len(app.screen_stack) > 1:
            app.pop_screen()
            await pilot.pause()
        assert app.is_running, action.id
        assert app._exception is None, action.id


@pytest.mark.parametrize(("state", "first"), [("damaged", 0), ("vanished", 4)])
async def test_an_action_at_any_time_is_a_message_at_worst(sample_case, tmp_path, state, first):
    async with running(sample_case, tmp_path) as (app, pilot):
        spoil(sample_case, state)
        await walk(app, pilot, WALKED[first::SAMPLE])
        await press(pilot, "2")
        assert "Items" in screen_text(app)


@pytest.mark.soak
@pytest.mark.parametrize("state", ["empty", "whole", "damaged", "vanished"])
async def test_every_action_in_every_state_is_a_message_at_worst(sample_case, new_case, tmp_path, state):
    hand = new_case("empty", seed=3) if state == "empty" else sample_case
    async with running(hand, tmp_path) as (app, pilot):
        spoil(hand, state)
        await walk(app, pilot, WALKED)
        await walk(app, pilot, WALKED)


async def test_keys_are_taken_while_the_catalogue_and_a_flow_keep_everybody_waiting(sample_case, tmp_path, monkeypatch):
    catalogue, let_go, asked = sample_case.case.catalogue, threading.Event(), set()

    def slow(name, answer):
        def waits(*arguments, **options):
            asked.add(name)
            let_go.wait(120)
            return answer(*arguments, **options)
        return waits

    desk = desk_of(sample_case, read_only=True)
    async with running(sample_case, tmp_path, desk=desk) as (app, pilot):
        names = [name for name in dir(type(catalogue)) if not name.startswith("_") and name not in {"head", "close"}
                 and callable(getattr(type(catalogue), name))]
        with monkeypatch.context() as patched:
            for name in names:
                patched.setattr(catalogue, name, slow(name, getattr(catalogue, name)))
            app.start("slow", lambda job: slow("flow", lambda: None)())
            try:
                for mode, key in (("claims", "3"), ("ledger", "4"), ("capture", "5"), ("bundle", "8"), ("article", "1"),
                                  ("items", "2")):
                    await pilot.press(key)
                    assert app.current_mode == mode              # the key was taken while the catalogue answers nobody
                    await pilot.press("enter", "j", "pagedown", "G")
                await pilot.press("question_mark")
                assert "Show only some" in screen_text(app)
                assert {"flow", "items"} <= asked
            finally:
                let_go.set()
            await until(pilot, lambda: not app.jobs)
