"""Waiting for the application by what it still has to do, not by how busy the processor is."""

import asyncio

import pytest
import textual.app
import textual.pilot


async def _turns(*_: float) -> None:
    for _turn in range(5):
        await asyncio.sleep(0)


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Textual takes a process that got no processor for one that has nothing to do; see `tui_driving.settled`."""
    monkeypatch.setattr(textual.app, "wait_for_idle", _turns)
    monkeypatch.setattr(textual.pilot, "wait_for_idle", _turns)
