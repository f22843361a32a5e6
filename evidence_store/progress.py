"""Progress: how long work tells whoever watches, without knowing who that is."""

from typing import Protocol


class Progress(Protocol):
    """Receives counts while work goes on. Calls come from any thread and must return at once."""

    def start(self, task: str, total: int | None, unit: str) -> None:
        """A task begins; `total` is None where the size is not known; `unit` is "files", "bytes", "captures" ..."""

    def advance(self, task: str, amount: int = 1, note: str = "") -> None:
        """`amount` more units are done; `note` names the thing just finished."""

    def finish(self, task: str) -> None:
        """The task ended, done or not."""


class NoProgress:
    """Watches nothing."""

    def start(self, task: str, total: int | None, unit: str) -> None:
        """Ignore."""

    def advance(self, task: str, amount: int = 1, note: str = "") -> None:
        """Ignore."""

    def finish(self, task: str) -> None:
        """Ignore."""
