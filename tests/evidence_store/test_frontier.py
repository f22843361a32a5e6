"""What every capture queue does. One suite for each implementation."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from evidence_store.catalogue import sqlite
from evidence_store.errors import CatalogueUnusable
from evidence_store.frontier import BatchId, Frontier, HostPause, Job
from evidence_store.records import CitationId, CitationKind

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SOON = NOW + timedelta(minutes=10)
FIRST, SECOND = BatchId("1" * 16), BatchId("2" * 16)


def job(name: str, host: str = "a.example") -> Job:
    return Job(url=f"https://{host}/{name}", identity=f"https://{host}/{name}", host=host, kind=CitationKind.POST,
               embedded=True, quote="their words", citations=(CitationId("CITE-0001"),))


@pytest.fixture(params=["sqlite"])
def path(tmp_path: Path) -> Path:
    file = tmp_path / "catalogue.sqlite"
    sqlite.create(file).close()
    return file


@pytest.fixture
def frontier(path: Path) -> Iterator[Frontier]:
    with closing(sqlite.open_frontier(path)) as opened:
        yield opened


def test_jobs_are_leased_in_their_order_each_once(frontier: Frontier) -> None:
    frontier.add([job("1"), job("2")], batch=FIRST)
    leased = [frontier.lease(FIRST, now=NOW, until=SOON) for _ in range(3)]
    assert leased == [job("1"), job("2"), None]


def test_a_lease_that_ran_out_counts_as_none(frontier: Frontier) -> None:
    frontier.add([job("1")], batch=FIRST)
    frontier.lease(FIRST, now=NOW, until=SOON)
    assert frontier.lease(FIRST, now=SOON - timedelta(seconds=1), until=SOON) is None
    assert frontier.lease(FIRST, now=SOON, until=SOON + timedelta(minutes=10)) == job("1")


def test_a_lease_that_is_renewed_does_not_run_out(frontier: Frontier) -> None:
    frontier.add([job("1"), job("2")], batch=FIRST)
    frontier.lease(FIRST, now=NOW, until=SOON)
    frontier.extend(FIRST, until=SOON + timedelta(minutes=10))
    assert frontier.lease(FIRST, now=SOON, until=SOON + timedelta(minutes=10)) == job("2")
    assert frontier.lease(FIRST, now=SOON, until=SOON + timedelta(minutes=10)) is None


def test_what_is_done_leaves_and_what_is_given_back_is_leased_again(frontier: Frontier) -> None:
    frontier.add([job("1"), job("2")], batch=FIRST)
    for _ in range(2):
        frontier.lease(FIRST, now=NOW, until=SOON)
    frontier.done(job("1").identity)
    frontier.release(job("2").identity)
    assert frontier.jobs() == (job("2"),)
    assert frontier.lease(FIRST, now=NOW, until=SOON) == job("2")


def test_hosts_nobody_is_busy_with_come_first_and_the_others_still_come(frontier: Frontier) -> None:
    frontier.add([job("1"), job("2"), job("1", "b.example")], batch=FIRST)
    busy = frozenset({"a.example"})
    assert [frontier.lease(FIRST, now=NOW, until=SOON, avoid=busy) for _ in range(3)] == [
        job("1", "b.example"), job("1"), job("2")]


def test_a_host_that_pauses_is_left_alone_until_then(frontier: Frontier) -> None:
    frontier.add([job("1"), job("2"), job("1", "b.example")], batch=FIRST)
    frontier.pause("a.example", until=SOON)
    assert frontier.lease(FIRST, now=NOW, until=SOON) == job("1", "b.example")
    assert frontier.lease(FIRST, now=NOW, until=SOON) is None
    assert frontier.pauses(now=NOW) == (HostPause(host="a.example", until=SOON, jobs=2),)
    assert frontier.pauses(now=SOON) == ()
    assert frontier.lease(FIRST, now=SOON, until=SOON + timedelta(minutes=10)) == job("1")


def test_a_run_takes_only_its_own_jobs_and_takes_over_what_it_asks_for_again(frontier: Frontier) -> None:
    frontier.add([job("1"), job("2")], batch=FIRST)
    frontier.lease(FIRST, now=NOW, until=SOON)
    frontier.add([job("1")], batch=SECOND)
    assert frontier.lease(SECOND, now=NOW, until=SOON) == job("1")
    assert frontier.lease(SECOND, now=NOW, until=SOON) is None
    assert frontier.lease(FIRST, now=NOW, until=SOON) == job("2")


def test_the_queue_outlives_the_process_and_can_be_emptied(path: Path) -> None:
    with closing(sqlite.open_frontier(path)) as first:
        first.add([job("1"), job("2")], batch=FIRST)
    with closing(sqlite.open_frontier(path, read_only=True)) as reader:
        assert reader.jobs() == (job("1"), job("2"))
        with pytest.raises(CatalogueUnusable):
            reader.clear()
    with closing(sqlite.open_frontier(path)) as second:
        assert second.clear() == 2
        assert second.jobs() == ()


def test_many_holders_never_get_the_same_job(path: Path) -> None:
    with closing(sqlite.open_frontier(path)) as frontier:
        frontier.add([job(str(number)) for number in range(60)], batch=FIRST)

    def take(_: int) -> list[str]:
        with closing(sqlite.open_frontier(path)) as own:
            taken = []
            while (leased := own.lease(FIRST, now=NOW, until=SOON)) is not None:
                taken.append(leased.identity)
            return taken

    with ThreadPoolExecutor(4) as pool:
        counts = Counter(identity for taken in pool.map(take, range(4)) for identity in taken)
    assert len(counts) == 60
    assert set(counts.values()) == {1}
