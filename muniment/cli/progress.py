"""Progress on stderr: a live display on a terminal, plain counts in a log.

1. Calls come from any thread, return at once and never raise: progress cannot break the work it reports.
2. Notes name captured things; they pass `visible` like all other text.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TextIO

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as RichProgress

from evidence_store.visible import shortened

QUIET_SECONDS = 5.0        # between two lines of one task in a log: a night's run stays readable
NOTE_WIDTH = 60


class LiveProgress:
    """Bars with counts and elapsed time, drawn while any task runs."""

    def __init__(self, stream: TextIO) -> None:
        self._display = RichProgress(
            TextColumn("{task.description}"), BarColumn(bar_width=24), MofNCompleteColumn(),
            TextColumn("{task.fields[unit]}"), TimeElapsedColumn(), TextColumn("{task.fields[note]}"),
            console=Console(file=stream), transient=True)
        self._tasks: dict[str, TaskID] = {}
        self._guard = threading.Lock()

    def say(self, line: str) -> None:
        """Write a line above the bars."""
        self._display.console.print(line, markup=False, highlight=False, soft_wrap=True)

    def close(self) -> None:
        """Take all bars away, also those of work that was broken off."""
        with self._guard:
            self._tasks.clear()
            self._display.stop()

    def start(self, task: str, total: int | None, unit: str) -> None:
        """Show a bar."""
        with self._guard:
            if not self._tasks:
                self._display.start()
            if task not in self._tasks:
                self._tasks[task] = self._display.add_task(escape(task), total=total, unit=unit, note="")

    def advance(self, task: str, amount: int = 1, note: str = "") -> None:
        """Move the bar and show the note beside it."""
        with self._guard:
            if task in self._tasks:
                self._display.update(self._tasks[task], advance=amount, note=escape(shortened(note, NOTE_WIDTH)))

    def finish(self, task: str) -> None:
        """Take the bar away."""
        with self._guard:
            if task in self._tasks:
                self._display.remove_task(self._tasks.pop(task))
            if not self._tasks:
                self._display.stop()


@dataclass(slots=True)
class _Count:
    total: int | None
    unit: str
    done: int = 0
    told_at: float = 0.0


class PlainProgress:
    """One line when a task ends, and one every few seconds while it runs."""

    def __init__(self, say: Callable[[str], None], *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._say = say
        self._monotonic = monotonic
        self._counts: dict[str, _Count] = {}
        self._guard = threading.Lock()

    def start(self, task: str, total: int | None, unit: str) -> None:
        """Begin to count."""
        with self._guard:
            self._counts.setdefault(task, _Count(total=total, unit=unit, told_at=self._monotonic()))

    def advance(self, task: str, amount: int = 1, note: str = "") -> None:
        """Count, and say so when nothing was said for a while."""
        with self._guard:
            count = self._counts.get(task)
            if count is None:
                return
            count.done += amount
            now = self._monotonic()
            if now - count.told_at >= QUIET_SECONDS:
                count.told_at = now
                self._say(f"{_line(task, count)}  {shortened(note, NOTE_WIDTH)}".rstrip())

    def finish(self, task: str) -> None:
        """Say the final count."""
        with self._guard:
            count = self._counts.pop(task, None)
            if count is not None:
                self._say(_line(task, count))


def _line(task: str, count: _Count) -> str:
    of = f"/{count.total}" if count.total is not None else ""
    return f"{task}: {count.done}{of} {count.unit}"
