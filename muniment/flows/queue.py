"""The tasks of one run in the case's capture queue, and what earlier runs left there."""

from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from archiver.capture.task import CaptureTask
from evidence_store.case import Case
from evidence_store.catalogue.sqlite import open_frontier
from evidence_store.clock import Clock
from evidence_store.frontier import BatchId, Frontier, HostPause, Job

LEASE = timedelta(minutes=10)  # renewed while the run lives; after a crash the jobs are free again
HEARTBEAT = 60.0  # seconds between renewals, well below a lease


@dataclass(slots=True, kw_only=True)
class RunQueue:
    """What this run has to do; it outlives the run where that is killed."""

    frontier: Frontier
    batch: BatchId
    clock: Clock
    _tasks: dict[str, CaptureTask] = field(default_factory=dict)

    def add(self, tasks: Iterable[CaptureTask]) -> None:
        """Queue tasks, one an identity."""
        for task in tasks:
            self._tasks[task.identity] = task
        self.frontier.add((_job(task) for task in self._tasks.values()), batch=self.batch)

    def __len__(self) -> int:
        return len(self._tasks)

    def take(self, busy: Iterable[CaptureTask]) -> CaptureTask | None:
        """The next task, of a host nobody is busy with where there is one."""
        now = self.clock()
        job = self.frontier.lease(
            self.batch, now=now, until=now + LEASE, avoid=frozenset(_host(task) for task in busy)
        )
        return self._tasks[job.identity] if job is not None else None

    def renew(self) -> None:
        """This run is still at work."""
        self.frontier.extend(self.batch, until=self.clock() + LEASE)

    def done(self, task: CaptureTask) -> None:
        """Captured, whatever the verdict."""
        self.frontier.done(task.identity)

    def give_back(self, task: CaptureTask) -> None:
        """Not finished: it stays queued for a later run."""
        self.frontier.release(task.identity)

    def put_off(self, task: CaptureTask, seconds: float) -> datetime:
        """The host asked to be left alone: this task and the others of the host wait."""
        until = self.clock() + timedelta(seconds=seconds)
        self.frontier.pause(_host(task), until=until)
        self.frontier.release(task.identity)
        return until

    def pauses(self) -> tuple[HostPause, ...]:
        """Hosts that have tasks waiting."""
        return self.frontier.pauses(now=self.clock())


def queued(case: Case) -> tuple[CaptureTask, ...]:
    """What earlier runs queued and did not finish."""
    with closing(open_frontier(case.layout.catalogue, read_only=True)) as frontier:
        jobs = frontier.jobs()
    return tuple(
        CaptureTask(
            url=job.url,
            identity=job.identity,
            kind=job.kind,
            embedded=job.embedded,
            quote=job.quote,
            citations=job.citations,
        )
        for job in jobs
    )


def pause_lines(pauses: Iterable[HostPause]) -> tuple[str, ...]:
    """What waits for whom, a line each."""
    return tuple(
        f"{pause.host} asks not to be asked before {pause.until:%Y-%m-%d %H:%M} UTC: {pause.jobs} of its URLs wait; "
        "afterwards `muniment capture --resume`"
        for pause in pauses
    )


def _job(task: CaptureTask) -> Job:
    return Job(
        url=task.url,
        identity=task.identity,
        host=_host(task),
        kind=task.kind,
        embedded=task.embedded,
        quote=task.quote,
        citations=task.citations,
    )


def _host(task: CaptureTask) -> str:
    return (urlsplit(task.url).hostname or "").lower()
