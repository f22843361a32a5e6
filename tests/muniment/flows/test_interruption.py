"""A run that is killed or interrupted in the middle of a large download, and the run after it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import capturing_child
import pytest
from big_file_server import BigFileServer

from evidence_store.case import Case, CaseCharter
from evidence_store.clock import system_clock, system_random
from evidence_store.custody.keys import create_key
from evidence_store.events import Captured
from evidence_store.records import Truncation, Verdict
from muniment.flows.queue import queued

SIZE = 40 << 20                 # large beside what sockets hold; `make soak` takes one of 200 MiB
LARGE = 200 << 20
TIME_LIMIT = 120


@pytest.fixture
def case_and_key(tmp_path: Path) -> tuple[Path, Path]:
    key = tmp_path / "key"
    signer = create_key(key, comment="test", passphrase=None)
    Case.create(
        tmp_path / "case",
        CaseCharter(title="interrupted"),
        signer=signer,
        principal="test@example.org",
        clock=system_clock,
        random=system_random,
    ).close()
    return tmp_path / "case", key


def start(case: Path, key: Path, server: BigFileServer) -> "subprocess.Popen[bytes]":
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    return subprocess.Popen(
        [sys.executable, capturing_child.__file__, str(case), str(key), server.url, str(server.port)],
        env=environment,
        stderr=subprocess.PIPE,
    )


def captures(case: Path) -> list[Captured]:
    with Case.open(case) as opened:
        return [event.body for event in opened.events() if isinstance(event.body, Captured)]


def waiting(case: Path) -> int:
    """How many URLs stand in the capture queue."""
    with Case.open(case) as opened:
        return len(queued(opened))


@pytest.mark.parametrize("size", [SIZE, pytest.param(LARGE, marks=pytest.mark.soak)])
def test_kill_9_half_way_keeps_what_had_arrived_and_the_next_run_completes(case_and_key: tuple[Path, Path],
                                                                           size: int) -> None:
    case, key = case_and_key
    with BigFileServer(size) as server:
        first = start(case, key, server)
        assert server.halfway.wait(TIME_LIMIT)
        first.kill()
        first.communicate(timeout=TIME_LIMIT)
        assert first.returncode == -signal.SIGKILL
        assert waiting(case) == 1
        server.go_on.set()
        second = start(case, key, server)
        _, errors = second.communicate(timeout=TIME_LIMIT)
        assert second.returncode == 0, errors.decode()
    interrupted, complete = [event.capture for event in captures(case)]
    assert interrupted.verdict is Verdict.TRUNCATED
    assert interrupted.exchanges[0].truncated is Truncation.UNSPECIFIED
    assert size // 4 < interrupted.exchanges[0].payload_length <= size // 2
    assert complete.verdict is Verdict.COMPLETE
    assert complete.items[0].sha256 == server.sha256()
    with Case.open(case) as opened, opened.open_item(complete.items[0]) as stream:
        assert sum(len(piece) for piece in iter(lambda: stream.read(1 << 20), b"")) == size
    assert list(case.joinpath("spool").iterdir()) == []
    assert waiting(case) == 0


def test_an_interrupt_ends_the_capture_early_and_records_it(case_and_key: tuple[Path, Path]) -> None:
    case, key = case_and_key
    with BigFileServer(SIZE // 2) as server:
        child = start(case, key, server)
        assert server.halfway.wait(TIME_LIMIT)
        child.send_signal(signal.SIGINT)
        server.go_on.set()
        child.communicate(timeout=TIME_LIMIT)
        assert child.returncode != 0
    (event,) = captures(case)
    assert event.capture.verdict in {Verdict.TRUNCATED, Verdict.PARTIAL, Verdict.COMPLETE}
    assert event.capture.exchanges
