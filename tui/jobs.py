"""Work that takes its time, in threads: the interface never waits, shows how far it is, and can end it.

1. A job is told that it should end and ends by itself, so that what is finished is kept.
2. What a job reports is read a few times a second: ten thousand reports cost nothing.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from evidence_store.records import Capture

if TYPE_CHECKING:
    from muniment.flows.environment import Environment

SHOWN_NOTE = 200          # characters of a note that are kept


@dataclass(slots=True)
class Count:
    """How far one task of a job is."""

    total: int | None
    unit: str
    done: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One URL of a capture that runs, or ran."""

    url: str
    since: float                      # seconds by the job's clock
    capture: Capture | None = None    # None: still on its way


@dataclass(slots=True)
class Report:
    """What a job said so far."""

    counts: dict[str, Count] = field(default_factory=dict)
    captures: dict[str, Outgoing] = field(default_factory=dict)


class Job:
    """One piece of work; also the Progress and the CaptureWatch of its flows. Any thread may call."""

    def __init__(self, title: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.title = title
        self.clock = clock
        self.started = clock()
        self.ended: float | None = None
        self._report = Report()
        self._end = threading.Event()
        self._mutex = threading.Lock()

    @property
    def is_cancelled(self) -> bool:
        """It was told to end."""
        return self._end.is_set()

    def cancel(self) -> None:
        """Tell it to end."""
        self._end.set()

    def environment(self, given: "Environment") -> "Environment":
        """The environment for its flows: they report to this job and ask it whether to end."""
        return replace(given, progress=self, watch=self, cancelled=self._end.is_set)

    def report(self) -> Report:
        """A copy of what it said so far."""
        with self._mutex:
            return Report(counts={name: replace(count) for name, count in self._report.counts.items()},
                          captures=dict(self._report.captures))

    def words(self) -> str:
        """`Checks: 3 of 17 items`."""
        counts = self.report().counts
        if not counts:
            return self.title
        count = list(counts.values())[-1]
        of = f"{count.done}" if count.total is None else f"{count.done} of {count.total}"
        return f"{self.title}: {of} {count.unit}"

    # -- as Progress

    def start(self, task: str, total: int | None, unit: str) -> None:
        """A task begins."""
        with self._mutex:
            self._report.counts[task] = Count(total, unit)

    def advance(self, task: str, amount: int = 1, note: str = "") -> None:
        """More is done."""
        with self._mutex:
            count = self._report.counts.get(task)
            if count is not None:
                count.done += amount
                count.note = note[:SHOWN_NOTE]

    def finish(self, task: str) -> None:
        """The task ended; its figures stay."""

    # -- as CaptureWatch

    def began(self, url: str) -> None:
        """A capture goes out."""
        with self._mutex:
            self._report.captures[url] = Outgoing(url=url, since=self.clock())

    def ended_capture(self, capture: Capture) -> None:
        """A capture is in the ledger."""
        with self._mutex:
            known = self._report.captures.get(capture.url)
            since = known.since if known else self.clock()
            self._report.captures[capture.url] = Outgoing(url=capture.url, since=since, capture=capture)
