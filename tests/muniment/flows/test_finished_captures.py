"""Captures that end in the same moment, and a run that is interrupted between their events."""

import itertools
from collections.abc import Callable
from concurrent import futures
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

import pytest
from case_factory import CIRCUMSTANCES, CaseInHand

from archiver.capture.task import CaptureResult, CaptureTask
from archiver.verdicts.judge import Judgement
from evidence_store.events import Captured
from evidence_store.frontier import BatchId
from evidence_store.progress import NoProgress
from evidence_store.records import CaptureId, Verdict
from muniment.flows.capture import capture_all
from muniment.flows.queue import RunQueue

if TYPE_CHECKING:
    from archiver.capture.engine import Capturer

TOGETHER = 4
START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class Finder:
    """Finds nothing, at once."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    def capture(self, task: CaptureTask, *, cancelled: Callable[[], bool]) -> CaptureResult:
        return CaptureResult(
            id=CaptureId(f"{next(self._numbers):016x}"), task=task, final_url=task.url,
            started_at=START, ended_at=START, client="test",
            judgement=Judgement(verdict=Verdict.UNDECIDED, reasons=("test",)), sent=0, exchanges=(), unrecorded=(),
            refused=(), drafts=(), derivatives=())


def test_an_interrupt_between_two_that_are_finished_loses_neither(
        new_case: Callable[..., CaseInHand], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("muniment.flows.capture.wait", lambda pending, **_: futures.wait(pending))
    hand = new_case()
    urls = [f"https://a.example/{number}" for number in range(TOGETHER)]
    with hand.writer() as writer:
        queue = RunQueue(frontier=writer.frontier, batch=BatchId("0" * 16), clock=hand.clock)
        queue.add(CaptureTask(url=url, identity=url) for url in urls)
        captures = capture_all(writer, cast("Capturer", Finder()), queue,
                               circumstances=CIRCUMSTANCES, concurrency=TOGETHER, progress=NoProgress())
        next(iter(captures))
        captures.close()  # type: ignore[attr-defined]
    recorded = [event.body.capture.url for event in hand.case.events() if isinstance(event.body, Captured)]
    assert sorted(recorded) == urls
