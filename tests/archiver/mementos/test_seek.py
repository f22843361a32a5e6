"""A page that is gone, looked for in two archives on loopback."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import pytest
from origin import Reply, reply
from recorder_bench import Bench, block_of

from archiver.capture.task import CaptureResult
from archiver.clients.politeness import HostGate
from archiver.mementos.seek import MementoSeeker, MementoTask, series_of
from archiver.mementos.timemap import Archive
from archiver.verdicts.rules import default_rules
from evidence_store.clock import system_clock, system_random
from evidence_store.records import CitationKind, Verdict

GONE = "http://notes.example/names"
WORDS = "The names of the fallen were read out in the square of Orda at noon, witnesses said."
PAGE = f"<html><title>Names</title><body><h1>Names of the fallen</h1><p>{WORDS}</p></body></html>".encode()
ONE, TWO = Archive(prefix="http://one.test/web/"), Archive(prefix="http://two.test/web/")
NONE, DEAD = Archive(prefix="http://none.test/web/"), Archive(prefix="http://nowhere.test/web/")


def timemap(host: str, *days: str) -> Reply:
    lines = [f'<http://{host}/web/{day}/{GONE}>; rel="memento"; datetime="{when}"' for day, when in
             (one.split("=") for one in days)]
    return reply(",\n".join(lines).encode(), fields=b"Content-Type: application/link-format\r\n")


def archived(body: bytes, status: bytes = b"200 OK") -> Reply:
    return reply(body, status=status, fields=b"Content-Type: text/html\r\nX-Archive-Orig-Server: old/1.0\r\n"
                                             b"Memento-Datetime: Wed, 21 Oct 2015 03:12:00 GMT\r\n")


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with ExitStack() as stack:
        made = Bench(root=tmp_path, stack=stack)
        made.origin({
            f"/web/timemap/link/{GONE}": timemap(
                "one.test", "20151020090000=Tue, 20 Oct 2015 09:00:00 GMT",
                "20151021031200=Wed, 21 Oct 2015 03:12:00 GMT", "20200101000000=Wed, 01 Jan 2020 00:00:00 GMT"),
            f"/web/20151020090000id_/{GONE}": archived(b"<p>busy</p>", b"503 Service Unavailable"),
            f"/web/20151021031200id_/{GONE}": archived(PAGE),
        }, "one.test")
        made.origin({
            f"/web/timemap/link/{GONE}": timemap("two.test", "20151022000000=Thu, 22 Oct 2015 00:00:00 GMT"),
            f"/web/20151022000000id_/{GONE}": archived(PAGE.replace(b"noon", b"dusk!")),
        }, "two.test")
        made.origin({}, "none.test")
        made.start()
        yield made


def seek(bench: Bench, *archives: Archive) -> list[CaptureResult]:
    assert bench.recorder is not None
    seeker = MementoSeeker(archives=archives, recorder=bench.recorder, rules=default_rules(), user_agent="test",
                           gate=HostGate(spacing=0.0, monotonic=lambda: 0.0, sleep=lambda _: None), timeout=10.0,
                           clock=system_clock, random=system_random, sleep=lambda _: None)
    task = MementoTask(url=GONE, kind=CitationKind.ARTICLE, quote=WORDS, day=date(2015, 10, 20))
    return list(seeker.seek(task))


def test_the_nearest_copy_that_is_no_error_is_kept_raw_and_labelled(bench: Bench) -> None:
    (found,) = seek(bench, ONE)
    assert found.judgement.verdict is Verdict.COMPLETE, found.judgement
    assert found.task.url == f"http://one.test/web/20151021031200id_/{GONE}"
    assert found.task.identity == series_of(ONE, GONE)
    assert found.memento is not None
    assert (found.memento.original, found.memento.archive, found.memento.copies) == (GONE, "one.test", 3)
    assert f"{found.memento.archived_at:%Y-%m-%d %H:%M}" == "2015-10-21 03:12"
    assert "1 day after 2015-10-20, one of 3; as the archive got it" in found.judgement.reasons[0]
    assert found.sent == len(found.exchanges)
    assert found.unrecorded == ()


def test_the_archives_own_headers_are_kept(bench: Bench) -> None:
    (found,) = seek(bench, ONE)
    exchange = next(one for one in found.exchanges if one.url == found.final_url)
    assert exchange.response is not None
    assert b"X-Archive-Orig-Server: old/1.0" in block_of(bench.records(), exchange.response.record)


def test_what_two_archives_hold_is_compared(bench: Bench) -> None:
    first, second = seek(bench, ONE, TWO)
    assert first.drafts[0].sha256 != second.drafts[0].sha256
    assert any(reason.startswith("one.test holds other bytes") for reason in second.judgement.reasons)


def test_an_archive_that_has_none_says_so(bench: Bench) -> None:
    (found,) = seek(bench, NONE)
    assert found.judgement.verdict is Verdict.GONE
    assert found.judgement.reasons == (f"none.test lists no copy of {GONE}",)
    assert found.memento is not None
    assert found.memento.archived_at is None


def test_an_archive_that_cannot_be_reached_is_not_taken_for_one_that_has_none(bench: Bench) -> None:
    (found,) = seek(bench, DEAD)
    assert found.judgement.verdict is Verdict.UNREACHABLE
    assert found.memento is not None
