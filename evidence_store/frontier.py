"""The capture queue: what was asked for and is not captured yet, and who is at it.

1. A job is leased to one holder at a time. A holder that dies leaves its lease to run out; nothing has to notice.
2. One identity stands in the queue once: who asks for it again takes it over.
3. It is working state, not evidence: the ledger says what was captured, and asking again fills a queue that is lost.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NewType, Protocol

from evidence_store.records import CitationId, CitationKind

BatchId = NewType("BatchId", str)     # 16 lower-case hex digits, random: the jobs of one run


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One URL to capture, and what is known of it."""

    url: str
    identity: str  # the URL normalised
    host: str
    kind: CitationKind
    embedded: bool = False
    quote: str = ""
    citations: tuple[CitationId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HostPause:
    """A host that asked to be left alone, with jobs that wait for it."""

    host: str
    until: datetime
    jobs: int


class Frontier(Protocol):
    """A queue of jobs. Each call is one transaction; any thread may call."""

    def add(self, jobs: Iterable[Job], *, batch: BatchId) -> None:
        """Queue jobs for a run, in this order; those that were queued before are taken over, leases and all."""

    def lease(self, batch: BatchId, *, now: datetime, until: datetime,
              avoid: frozenset[str] = frozenset()) -> Job | None:
        """Take the next job of a run that nobody is at and whose host does not pause; hosts not in `avoid` first."""

    def extend(self, batch: BatchId, *, until: datetime) -> None:
        """Whoever holds leases of this run is still at work."""

    def done(self, identity: str) -> None:
        """This job needs nothing more: it leaves the queue."""

    def release(self, identity: str) -> None:
        """Nobody is at this job any more: it may be leased again."""

    def pause(self, host: str, *, until: datetime) -> None:
        """No job of this host is leased before."""

    def pauses(self, *, now: datetime) -> tuple[HostPause, ...]:
        """Hosts that pause, by name, with how many jobs wait for each."""

    def jobs(self) -> tuple[Job, ...]:
        """Everything in the queue, leased or not, in its order."""

    def clear(self) -> int:
        """Empty the queue; gives how many jobs were in it."""

    def close(self) -> None:
        """Let go of the database."""
