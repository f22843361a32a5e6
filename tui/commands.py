"""The command palette: every action there is, by name, with what it does and the command line's word for it."""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider

from tui.actions import ACTIONS, PLACES, Action

if TYPE_CHECKING:
    from tui.app import MunimentApp

_TITLES = {place.mode: place.title for place in PLACES}
_WITHIN = {"item": "Item", "event": "Event", "compare": "Compare"}
_MOVES = {"table"}            # cursor keys: in the help, not worth a command


class MunimentCommands(Provider):
    """Actions of this screen first, then those of the others."""

    async def discover(self) -> Hits:
        """All, in order."""
        for action in self._ordered():
            yield DiscoveryHit(_label(action), partial(self._run, action), text=action.title, help=_help(action))

    async def search(self, query: str) -> Hits:
        """Those whose words match."""
        matcher = self.matcher(query)
        for action in self._ordered():
            words = f"{_label(action)} {action.help}"
            score = matcher.match(words)
            if score > 0:
                yield Hit(score, _label(action), partial(self._run, action), text=action.title, help=_help(action))

    def _ordered(self) -> Iterator[Action]:
        here = getattr(self.screen, "WHERE", "")
        offered = [action for action in ACTIONS if action.where not in _MOVES]
        yield from (action for action in offered if action.where == here)
        yield from (action for action in offered if action.where == "app" and here != "app")
        yield from (action for action in offered if action.where not in {here, "app"})

    def _run(self, action: Action) -> None:
        cast("MunimentApp", self.app).act(action)


def _label(action: Action) -> str:
    where = _TITLES.get(action.where) or _WITHIN.get(action.where)
    if action.call.startswith("go_"):
        return f"Go to {action.title}"
    return f"{where}: {action.title}" if where else action.title


def _help(action: Action) -> str:
    key = f"  key {action.key.partition(',')[0]}" if action.key else ""
    return f"{action.help}  (muniment {action.verb}{key})"
