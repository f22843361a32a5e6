"""A case with recorded pages, and players: one that only looks like one, and the real one where npm gave it."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import case_factory
import pytest
from case_factory import CaseInHand
from replayed_web import ReplayedWeb

from muniment.flows.bundle import bundle_case
from muniment.flows.environment import Environment
from muniment.flows.replay import open_library
from muniment.replay import player
from muniment.replay.library import Library
from muniment.replay.player import FILES, Player, install


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> CaseInHand:
    """Two visits of one page, a day apart; the second lacks a picture and says something else. Do not write it."""
    made = case_factory.new_case(tmp_path_factory.mktemp("replayed"))
    with made.writer() as writer:
        web = ReplayedWeb(made=made, writer=writer)
        web.visit(words="first")
        web.visit(words="second", pictures=(2,), after=timedelta(days=1), citation=True)
        writer.checkpoint()
    return made


@pytest.fixture(scope="session")
def bundle(recorded: CaseInHand, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle of a copy of it."""
    folder = tmp_path_factory.mktemp("bundled")
    copy = recorded.copy(folder / "case")
    with copy.writer() as writer:
        return bundle_case(writer, destination=folder / "bundle", recipient="the court",
                           environment=Environment(clock=copy.clock, random=copy.random)).path


@pytest.fixture(scope="session")
def library(recorded: CaseInHand) -> Iterator[Library]:
    with open_library(recorded.root) as opened:
        yield opened


@pytest.fixture(scope="session")
def mute_player(tmp_path_factory: pytest.TempPathFactory) -> Player:
    """Files of the player's names that do nothing."""
    folder = tmp_path_factory.mktemp("player")
    for name in FILES:
        (folder / name).write_text(f"// {name}")
    return Player(folder=folder)


@pytest.fixture(scope="session")
def real_player(tmp_path_factory: pytest.TempPathFactory, npm_package: Callable[[str], bytes]) -> Player:
    """ReplayWeb.page."""
    return install(npm_package(f"{player.PACKAGE}-{player.VERSION}"), tmp_path_factory.mktemp("data"))
