"""The capture queue as tables of the catalogue; see `evidence_store.frontier`.

1. Taking a job is one transaction that begins with the right to write: two holders never get the same one.
2. A lease is a time; one that has run out counts as none.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, Engine, delete, func, insert, select, update
from sqlalchemy.exc import DBAPIError

from evidence_store.catalogue.schema import frontier_hosts, frontier_jobs
from evidence_store.clock import format_time, parse_time
from evidence_store.errors import CatalogueUnusable
from evidence_store.events import from_fields, to_fields
from evidence_store.frontier import BatchId, HostPause, Job

_j, _h = frontier_jobs.c, frontier_hosts.c
JOBS_PER_STATEMENT = 200      # bounds the statement's size; all are one transaction


class SqlFrontier:
    """A Frontier over an engine; one that may only read answers `jobs` and `pauses`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, jobs: Iterable[Job], *, batch: BatchId) -> None:
        """Queue jobs for a run; those that were queued before are taken over."""
        wanted = list({job.identity: job for job in jobs}.values())
        with self._transaction() as connection:
            for start in range(0, len(wanted), JOBS_PER_STATEMENT):
                some = wanted[start:start + JOBS_PER_STATEMENT]
                connection.execute(delete(frontier_jobs).where(_j.identity.in_([job.identity for job in some])))
                connection.execute(insert(frontier_jobs), [
                    {"identity": job.identity, "batch": batch, "host": job.host, "leased_until": "",
                     "record": json.dumps(to_fields(job))} for job in some])

    def lease(self, batch: BatchId, *, now: datetime, until: datetime,
              avoid: frozenset[str] = frozenset()) -> Job | None:
        """Take the next job of a run."""
        paused = select(_h.host).where(_h.until > format_time(now))
        free = (select(_j.position, _j.record)
                .where(_j.batch == batch, _j.leased_until <= format_time(now), _j.host.not_in(paused))
                .order_by(_j.position).limit(1))
        with self._transaction() as connection:
            row = connection.execute(free.where(_j.host.not_in(avoid))).first() or connection.execute(free).first()
            if row is None:
                return None
            connection.execute(update(frontier_jobs).where(_j.position == row.position)
                               .values(leased_until=format_time(until)))
        return _job(row.record)

    def extend(self, batch: BatchId, *, until: datetime) -> None:
        """Whoever holds leases of this run is still at work."""
        with self._transaction() as connection:
            connection.execute(update(frontier_jobs).where(_j.batch == batch, _j.leased_until != "")
                               .values(leased_until=format_time(until)))

    def done(self, identity: str) -> None:
        """This job leaves the queue."""
        with self._transaction() as connection:
            connection.execute(delete(frontier_jobs).where(_j.identity == identity))

    def release(self, identity: str) -> None:
        """This job may be leased again."""
        with self._transaction() as connection:
            connection.execute(update(frontier_jobs).where(_j.identity == identity).values(leased_until=""))

    def pause(self, host: str, *, until: datetime) -> None:
        """No job of this host is leased before."""
        with self._transaction() as connection:
            connection.execute(delete(frontier_hosts).where(_h.host == host))
            connection.execute(insert(frontier_hosts).values(host=host, until=format_time(until)))

    def pauses(self, *, now: datetime) -> tuple[HostPause, ...]:
        """Hosts that pause and have jobs waiting, by name."""
        query = (select(_h.host, _h.until, func.count().label("jobs")).join(frontier_jobs, _j.host == _h.host)
                 .where(_h.until > format_time(now)).group_by(_h.host, _h.until).order_by(_h.host))
        with self._transaction() as connection:
            return tuple(HostPause(host=row.host, until=parse_time(row.until), jobs=row.jobs)
                         for row in connection.execute(query))

    def jobs(self) -> tuple[Job, ...]:
        """Everything in the queue, in its order."""
        with self._transaction() as connection:
            return tuple(_job(row.record) for row in connection.execute(select(_j.record).order_by(_j.position)))

    def clear(self) -> int:
        """Empty the queue."""
        with self._transaction() as connection:
            connection.execute(delete(frontier_hosts))
            return connection.execute(delete(frontier_jobs)).rowcount

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except DBAPIError as error:
            raise CatalogueUnusable(f"the capture queue cannot be used: {error.orig}",
                                    hint="run `muniment reindex`, and ask for the URLs again") from error


def _job(record: str) -> Job:
    return from_fields(Job, json.loads(record))
