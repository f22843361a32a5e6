"""Requests sent and requests recorded; spacing of requests."""

from datetime import UTC, datetime

import pytest

from archiver.clients.politeness import MAX_RETRY_AFTER, HostGate
from archiver.clients.sent import sent_request, unrecorded
from evidence_store.records import Exchange, Peer, RecordId, Sha256, WarcRef

REF = WarcRef(record=RecordId("urn:uuid:0"), sha256=Sha256("0" * 64), length=1)
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def exchange(url: str, method: str = "GET") -> Exchange:
    return Exchange(
        url=url,
        method=method,
        started_at=NOW,
        ended_at=NOW,
        peer=Peer(host="a", port=80, address="192.0.2.1"),
        request=REF,
        response=REF,
        status=200,
        media_type="",
        payload_sha256=None,
        payload_length=0,
    )


@pytest.mark.parametrize(
    ("sent", "recorded"),
    [
        ("https://a.example:443/x", "https://a.example/x"),
        ("http://a.example", "http://a.example/"),
        ("http://a.example/#f", "http://a.example/"),
        ("http://A.example/p?q=1", "http://a.example/p?q=1"),
    ],
)
def test_both_sides_spell_a_url_alike(sent: str, recorded: str) -> None:
    assert unrecorded([sent_request("get", sent)], [exchange(recorded)]) == ()


def test_multisets_are_compared() -> None:
    twice = [sent_request("GET", "http://a.example/")] * 2
    assert unrecorded(twice, [exchange("http://a.example/")]) == ("GET http://a.example/",)
    assert unrecorded(twice, [exchange("http://a.example/")] * 3) == ()


class Time:
    """A clock that moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def test_requests_to_one_host_are_spaced_and_others_are_not_held_up() -> None:
    time = Time()
    gate = HostGate(spacing=2.0, monotonic=time.monotonic, sleep=time.sleep)
    for host in ("a", "b", "a", "a"):
        gate.wait(host)
    assert time.slept == [2.0, 2.0]


def test_a_server_can_ask_to_wait_but_not_for_ever() -> None:
    time = Time()
    gate = HostGate(spacing=0.0, monotonic=time.monotonic, sleep=time.sleep)
    gate.hold("a", 10**9)
    gate.wait("a")
    assert time.slept == [MAX_RETRY_AFTER]
