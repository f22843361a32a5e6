"""Every action of the application has its command on the command line: that is what a screen reader uses."""

import importlib
import importlib.util
from pathlib import Path

import click
import pytest
from textual.widget import Widget

from muniment.cli.registry import BY_NAME
from tui.actions import ACTIONS, BY_ID, PLACES
from tui.app import MunimentApp
from tui.screens.compare import CompareScreen
from tui.screens.event import EventScreen
from tui.screens.item import ItemScreen
from tui.screens.places import SCREENS
from tui.widgets.virtual_table import VirtualTable

ROOT = Path(__file__).resolve().parents[2]
OWNERS: dict[str, type] = {"app": MunimentApp, **SCREENS, "item": ItemScreen, "event": EventScreen,
                           "compare": CompareScreen, "table": VirtualTable, "scroll": EventScreen}


def command_of(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that the words name, and the options among them."""
    command = importlib.import_module(BY_NAME[words[0]].module).command
    rest = words[1:]
    if isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
        command, rest = command.commands[rest[0]], rest[1:]
    return command, rest


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_every_action_is_a_command_too(action):
    command, options = command_of(action.verb.split())
    known = {name for parameter in command.params for name in parameter.opts}
    if isinstance(command, click.Group) and options:
        known |= {name for under in command.commands.values() for parameter in under.params for name in parameter.opts}
    assert set(options) <= known


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_every_action_is_done_by_the_screen_it_belongs_to(action):
    assert callable(getattr(OWNERS[action.where], f"action_{action.call}", None))


def test_every_id_and_place_is_there_once_and_no_key_of_a_screen_stands_for_two_actions():
    assert len(BY_ID) == len(ACTIONS)
    assert {place.mode for place in PLACES} == set(SCREENS)
    for where in {action.where for action in ACTIONS}:
        keys = [key for action in ACTIONS if action.where == where for key in action.key.split(",") if key]
        assert len(keys) == len(set(keys)), where


def test_a_screen_does_not_hide_the_keys_that_work_everywhere():
    everywhere = {key for action in ACTIONS if action.where == "app" for key in action.key.split(",") if key}
    hidden = {action.id: key for action in ACTIONS if action.where != "app"
              for key in action.key.split(",") if key in everywhere}
    # a note or the checks on what is under the cursor, instead of on the case
    assert set(hidden) <= {"items.check", "item.note", "item.check"}


def test_actions_that_add_to_the_ledger_say_so():
    recorded = {action.id for action in ACTIONS if action.records}
    assert {"app.checkpoint", "item.warn", "item.outside", "claims.accept", "bundle.seal", "capture.go"} <= recorded
    assert not {action.id for action in ACTIONS if action.where in {"table", "scroll", "doctor"}} & recorded


def test_the_test_of_parity_can_fail():
    with pytest.raises(KeyError):
        command_of(["no-such-verb"])
    assert issubclass(VirtualTable, Widget)


def test_the_documentation_has_the_keys_as_they_are():
    spec = importlib.util.spec_from_file_location("make_tui", ROOT / "docs" / "make_tui.py")
    make_tui = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make_tui)
    text = make_tui.PAGE.read_text("utf-8")
    assert make_tui.page(text) == text, "run `make docs`"
