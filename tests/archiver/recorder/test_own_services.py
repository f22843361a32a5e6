"""What a browser asks on its own behalf is refused and counted before anything is asked."""

import pytest
from recorder_bench import Bench, client_of

from archiver.recorder import EgressPolicy, Endpoint
from archiver.recorder.own_services import SERVICES, is_own_service

FORM = "content-autofill.googleapis.com"


def test_it_is_refused_and_listed(bench: Bench) -> None:
    bench.names[FORM] = Endpoint(address="127.0.0.1", port=1)
    bench.start(policy=EgressPolicy(allow_private=True))
    channel = bench.channel()
    with client_of(channel) as client:
        answer = client.get(f"http://{FORM}/v1/pages/x", timeout=60)
    recording = channel.close()
    assert (answer.status_code, answer.headers["Muniment-Recorder"]) == (403, "refused")
    assert "no page asks" in recording.refused[0]
    assert recording.failures == ()


@pytest.mark.parametrize(("host", "own"), [
    *((host, True) for host in sorted(SERVICES)), ("SafeBrowsing.GoogleAPIs.com.", True),
    ("fonts.googleapis.com", False), ("accounts.google.com", False), ("maps.googleapis.com", False)])
def test_what_pages_may_ask_is_not_on_the_list(host: str, own: bool) -> None:
    assert is_own_service(host) is own
