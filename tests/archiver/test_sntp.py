"""A time server on loopback: what it says counts only when it answers the question and has good time itself."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from archiver.errors import AnswerUnusable, ArchiverError, InvalidSetting, UpstreamFailed
from archiver.sntp import ERA, compare_clock

NOW = datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)


def stamp(moment: datetime) -> bytes:
    whole = moment.timestamp() + ERA
    return int(whole % 2**32).to_bytes(4, "big") + int(whole % 1 * 2**32).to_bytes(4, "big")


def answer(question: bytes, *, first: int = 0x24, stratum: int = 2, ahead: float = 0.0, at: datetime = NOW) -> bytes:
    given = stamp(at + timedelta(seconds=ahead))
    return bytes([first, stratum, 0, 0]) + bytes(20) + question[40:48] + given + given


@contextmanager
def serving(reply: Callable[[bytes], bytes]) -> Iterator[str]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))

        def once() -> None:
            question, address = server.recvfrom(1024)
            server.sendto(reply(question), address)

        thread = threading.Thread(target=once, daemon=True)
        thread.start()
        yield f"127.0.0.1:{server.getsockname()[1]}"
        thread.join()


@pytest.mark.parametrize("ahead", [0.0, 2.5, -1.25])
def test_the_offset_is_what_the_server_is_ahead(ahead):
    with serving(lambda question: answer(question, ahead=ahead)) as server:
        found = compare_clock(server, lambda: NOW)
    assert found.offset == pytest.approx(ahead, abs=0.001)
    assert found.uncertainty == pytest.approx(0, abs=0.001)


def test_what_the_way_may_hide_is_half_of_its_time():
    clock = iter([NOW - timedelta(seconds=0.3), NOW + timedelta(seconds=0.1)])
    with serving(answer) as server:
        found = compare_clock(server, lambda: next(clock))
    assert found.uncertainty == pytest.approx(0.2, abs=0.001)
    assert found.offset == pytest.approx(0.1, abs=0.001)


def test_a_time_after_the_count_begins_anew_in_2036_is_read():
    later = datetime(2040, 1, 1, tzinfo=UTC)
    with serving(lambda question: answer(question, at=later)) as server:
        assert compare_clock(server, lambda: later).offset == pytest.approx(0, abs=0.001)


@pytest.mark.parametrize("reply", [
    lambda question: answer(question, first=0xE4),
    lambda question: answer(question, stratum=0),
    lambda question: answer(question, stratum=16),
    lambda question: answer(question, first=0x23),
    lambda question: answer(bytes(48)),
    lambda question: answer(question)[:40],
    lambda question: b"",
])
def test_an_answer_that_is_none_is_no_time(reply):
    with serving(reply) as server, pytest.raises(AnswerUnusable):
        compare_clock(server, lambda: NOW)


def test_a_server_that_says_nothing_is_not_waited_for():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        with pytest.raises(UpstreamFailed):
            compare_clock(f"127.0.0.1:{silent.getsockname()[1]}", lambda: NOW, seconds=0.05)


@pytest.mark.parametrize("name", ["", ":123", "host:port"])
def test_a_name_of_no_server_is_refused(name):
    with pytest.raises(InvalidSetting):
        compare_clock(name, lambda: NOW)


def test_every_failure_is_of_our_tree():
    assert issubclass(AnswerUnusable, ArchiverError)
