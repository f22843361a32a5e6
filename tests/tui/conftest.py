"""Waiting for the application by what it still has to do, not by how busy the processor is."""

import asyncio
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import textual.app
import textual.pilot
from real_terminal import Terminal


async def _turns(*_: float) -> None:
    for _turn in range(5):
        await asyncio.sleep(0)


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Textual takes a process that got no processor for one that has nothing to do; see `tui_driving.settled`."""
    monkeypatch.setattr(textual.app, "wait_for_idle", _turns)
    monkeypatch.setattr(textual.pilot, "wait_for_idle", _turns)


@pytest.fixture
def new_terminal() -> Iterator[Callable[[], Terminal]]:
    """Terminals of tmux; they end with the test."""
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed")
    with ExitStack() as made:
        def make() -> Terminal:
            folder = made.enter_context(tempfile.TemporaryDirectory(prefix="tmux-"))
            one = Terminal(Path(folder))
            made.callback(one.end)
            return one

        yield make


@pytest.fixture
def terminal(new_terminal: Callable[[], Terminal]) -> Terminal:
    return new_terminal()
