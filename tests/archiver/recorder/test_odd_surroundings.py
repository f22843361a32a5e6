"""What is around a capture and not the server's fault: a clock that jumps, IPv6 only."""

from datetime import UTC, datetime, timedelta

import pytest
from origin import Reply, reply
from recorder_bench import Bench, client_of

NOON = datetime(2026, 3, 29, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("jump", [timedelta(hours=-1), timedelta(days=-3650), timedelta(hours=1), timedelta(days=3650)],
                         ids=["an hour back", "years back", "an hour on", "years on"])
def test_a_clock_that_jumps_costs_no_byte_and_is_recorded_as_it_was(bench: Bench, jump: timedelta) -> None:
    clock = [NOON]

    def serve(path: str, request: bytes) -> Reply:
        clock[0] = NOON + jump          # while the exchange is in flight
        return reply(b"as it was sent")

    bench.origin(serve, "plain.test")
    bench.start(clock=lambda: clock[0])
    channel = bench.channel()
    with client_of(channel) as client:
        bodies = [client.get("http://plain.test/x", timeout=60).content for _ in range(2)]
    recording = channel.close()
    assert bodies == [b"as it was sent"] * 2
    assert [exchange.truncated for exchange in recording.exchanges] == [None, None]
    assert {(one.started_at, one.ended_at) for one in recording.exchanges} == {(NOON, NOON + jump),
                                                                             (NOON + jump, NOON + jump)}
    assert len([record for record in bench.records() if record.type == "response"]) == 2


def test_a_server_that_has_only_ipv6_is_recorded_with_its_address(bench: Bench) -> None:
    bench.origin({"/x": reply(b"six")}, "six.test", address="::1")
    bench.start()
    channel = bench.channel()
    with client_of(channel) as client:
        assert client.get("http://six.test/x", timeout=60).content == b"six"
    (exchange,) = channel.close().exchanges
    assert exchange.peer.address == "::1"
    (response,) = [record for record in bench.records() if record.type == "response"]
    assert response.fields["WARC-IP-Address"] == "::1"


def test_an_address_in_a_url_may_be_ipv6(bench: Bench) -> None:
    served = bench.origin({"/x": reply(b"six")}, address="::1")
    bench.start()
    channel = bench.channel()
    with client_of(channel) as client:
        assert client.get(f"http://[::1]:{served.port}/x", timeout=60).content == b"six"
    (exchange,) = channel.close().exchanges
    assert (exchange.truncated, exchange.status) == (None, 200)
