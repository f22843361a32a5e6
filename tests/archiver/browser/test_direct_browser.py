"""A browser that connects itself: its word is recorded and marked as such, policy holds, what is missing is said."""

import asyncio
import base64
import gzip
import socket
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

import pytest
from members_web import SECRET, cookies_of
from origin import Origin, Reply, Send, TestCa, reply
from recorder_bench import Bench, StoredRecord, block_of

from archiver.browser.direct import DirectLog
from archiver.browser.program import find_browser
from archiver.browser.service import BrowserService
from archiver.browser.targets import Path
from archiver.browser.visit import VisitLimits
from archiver.capture.engine import Capturer
from archiver.capture.task import CaptureResult, CaptureSettings, CaptureTask
from archiver.clients.politeness import HostGate
from archiver.errors import BrowserFailed
from archiver.identity import Cookie, Identity
from archiver.recorder import Allowance, EgressPolicy
from archiver.verdicts.rules import default_rules
from evidence_store.clock import system_clock, system_random
from evidence_store.records import Exchange, TlsOutcome, Truncation

QUICK = VisitLimits(settle_seconds=4.0, hanging_seconds=1.0, play_seconds=0.3, rounds=1)
STORY = "The bridge over the Orontes was hit twice before noon, the keepers of the bakery say."
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
ROTATED = b"r0tated-by-the-server-fedcba98765432"
EVENTS = b"data: first\n\n"
MEMBER = Identity(label="desk", cookies=(
    Cookie(name="sid", value=SECRET, domain="pages.test", host_only=True, secure=True, http_only=True),))


def site(canary: int) -> Callable[[str, bytes], Reply]:
    page = (f"<!doctype html><title>A bridge</title><h1>The bridge</h1>{f'<p>{STORY}</p>' * 5}<img src=/photo.png>"
            f"<img src=https://127.0.0.1:{canary}/inside.png>"
            "<script>fetch('/api', {method: 'POST', body: 'asked'}).then(r => r.text());"
            "new EventSource('/events');</script>").encode()

    def answer(path: str, head: bytes) -> Reply:
        html = b"Content-Type: text/html; charset=utf-8\r\n"
        match path:
            case "/old":
                return reply(b"moved", status=b"301 Moved Permanently", fields=b"Location: /page\r\n")
            case "/page":
                return reply(gzip.compress(page), fields=html + b"Content-Encoding: gzip\r\nSet-Cookie: own="
                             + ROTATED + b"; Path=/; Secure\r\nSet-Cookie: two=2\r\n")
            case "/photo.png":
                return reply(PIXEL, fields=b"Content-Type: image/png\r\n")
            case "/api":
                return reply(b'{"answer": "yes"}', fields=b"Content-Type: application/json\r\n")
            case "/events":
                head_of = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
                return Reply((Send(head_of + EVENTS),), keep=False)
            case _:
                return reply(b"none", status=b"404 Not Found", fields=b"Content-Type: text/plain\r\n")

    return answer


@dataclass(frozen=True, kw_only=True)
class Visited:
    result: CaptureResult
    inside: Origin
    records: list[StoredRecord]
    canary_was_asked: bool

    def exchange(self, path: str) -> Exchange:
        return next(one for one in self.result.exchanges if one.url == f"https://pages.test{path}")

    def record(self, exchange: Exchange) -> StoredRecord:
        assert exchange.response is not None
        return next(one for one in self.records if one.id == exchange.response.record)


Visit = Callable[..., Visited]


@pytest.fixture(scope="module")
def visit(tmp_path_factory: pytest.TempPathFactory) -> Visit:
    program = find_browser("auto")
    if not program:
        pytest.skip("no Chromium, or the extra `browser` is not installed")

    def run(path: str, *, identity: Identity | None = None, trusted: bool = True) -> Visited:
        ca = TestCa()
        with ExitStack() as stack:
            bench = Bench(root=tmp_path_factory.mktemp("direct"), stack=stack)
            canary = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            canary.settimeout(0)
            inside = bench.origin(site(canary.getsockname()[1]), "pages.test", ca=ca)
            policy = EgressPolicy(allow=(Allowance.parse(f"127.0.0.1:{inside.port}"),))
            recorder = bench.start(ca=ca, policy=policy)
            browser = stack.enter_context(BrowserService(
                program=program, port=recorder.port, ca_pem=recorder.ca_pem, clock=system_clock, limits=QUICK,
                roots=ca.pem if trusted else b""))
            (bench.root / "scratch").mkdir()
            capturer = Capturer(
                recorder=recorder, rules=default_rules(), scratch=bench.root / "scratch", ffmpeg="", ytdlp_version="0",
                settings=CaptureSettings(user_agent="test", timeout=30.0, direct_browser=True), clock=system_clock,
                gate=HostGate(spacing=0.0, monotonic=time.monotonic, sleep=time.sleep), random=system_random,
                sleep=lambda _: None, warc=bench.warc, browser=browser, identity=identity)
            url = f"https://pages.test{path}"
            result = capturer.capture(CaptureTask(url=url, identity=url))
            try:
                canary.accept()[0].close()
                asked = True
            except BlockingIOError:
                asked = False
            return Visited(result=result, inside=inside, records=bench.records(), canary_was_asked=asked)

    return run


@pytest.fixture(scope="module")
def bridge(visit: Visit) -> Visited:
    return visit("/old", identity=MEMBER)


@pytest.mark.browser
def test_what_the_browser_tells_is_recorded_and_marked_as_told(bridge: Visited) -> None:
    for path, body in (("/photo.png", PIXEL), ("/api", b'{"answer": "yes"}')):
        one = bridge.exchange(path)
        assert one.decoded_by.startswith("Chromium ")
        assert one.truncated is None
        assert bridge.record(one).fields["Muniment-Decoded-By"] == one.decoded_by
        assert bridge.record(one).block.partition(b"\r\n\r\n")[2] == body
    page = bridge.exchange("/page")
    head, _, body = bridge.record(page).block.partition(b"\r\n\r\n")
    assert STORY.encode() in body
    assert b"X-Archive-Orig-Content-Encoding: gzip" in head
    assert f"Content-Length: {len(body)}".encode() in head.split(b"\r\n")
    assert (page.peer.address, page.peer.tls) == ("127.0.0.1", TlsOutcome.VERIFIED)
    assert block_of(bridge.records, bridge.exchange("/api").request.record).endswith(b"\r\n\r\nasked")


@pytest.mark.browser
def test_the_verdict_says_whose_word_it_rests_on(bridge: Visited) -> None:
    reasons = "\n".join(bridge.result.judgement.reasons)
    assert "decoded, not bytes of the wire" in reasons
    assert "a browser hands over no body of a redirect" in reasons
    assert bridge.exchange("/old").truncated is Truncation.UNSPECIFIED
    draft = next(one for one in bridge.result.drafts if one.url == "https://pages.test/page")
    assert draft.decoded_by.startswith("Chromium ")


@pytest.mark.browser
def test_what_policy_refuses_stays_refused(bridge: Visited) -> None:
    assert not bridge.canary_was_asked
    assert any("127.0.0.1 is a loopback address" in one for one in bridge.result.refused)


@pytest.mark.browser
def test_tunnels_and_their_bytes_are_told(bridge: Visited) -> None:
    about = next(one.json for one in bridge.records if one.type == "metadata"
                 and one.json_or_empty.get("schema") == "muniment/direct/1")
    tunnels = [one for one in about["tunnels"] if one["host"] == "pages.test"]
    assert tunnels
    assert sum(one["received"] for one in tunnels) > len(PIXEL)
    assert {one["address"] for one in tunnels} == {"127.0.0.1"}
    assert about["tls"][0]["issuer"] == "test root"


@pytest.mark.browser
def test_an_event_stream_is_kept_as_far_as_it_was_told(bridge: Visited) -> None:
    told = [bridge.record(one).block for one in bridge.result.exchanges if one.url == "https://pages.test/events"]
    assert told
    assert any(block.endswith(EVENTS) for block in told)


@pytest.mark.browser
def test_the_profile_gets_in_and_is_in_no_record(bridge: Visited) -> None:
    assert f"sid={SECRET}" in cookies_of(bytes(bridge.inside.of("/page").received))
    everything = b"".join(one.block for one in bridge.records)
    assert SECRET.encode() not in everything
    assert ROTATED not in everything
    assert bridge.record(bridge.exchange("/page")).fields["Muniment-Redacted"] == "set-cookie"
    assert bridge.result.identity == "profile desk"


@pytest.mark.browser
def test_where_chromium_trusts_no_certificate_the_recorder_asks_and_its_wire_bytes_are_not_marked(visit: Visit) -> None:
    stranger = visit("/page", trusted=False)
    result = stranger.result
    assert not [one for one in result.exchanges if one.decoded_by]
    assert stranger.record(stranger.exchange("/page")).block == bytes(stranger.inside.of("/page").sent)
    assert not [one for one in stranger.records if "Muniment-Decoded-By" in one.fields]
    assert any("the browser did not show it" in one or "not rendered" in one for one in result.judgement.reasons)


class Tree:
    """Stands for a browser that hands over nothing."""

    async def send(self, path: Path, method: str, params: object = None, *, seconds: float = 1.0) -> object:
        raise BrowserFailed(f"{method}: evicted")


def told(*events: tuple[str, dict[str, object]]) -> DirectLog:
    async def run() -> DirectLog:
        log = DirectLog()
        request = {"url": "https://a.test/x", "method": "GET", "headers": {"Accept": "*/*"}}
        log.take(Tree(), (), "Network.requestWillBeSent", {  # type: ignore[arg-type]
            "requestId": "1", "timestamp": 1.0, "wallTime": 2.0, "type": "Fetch", "request": request})
        for name, params in events:
            log.take(Tree(), (), f"Network.{name}", {"requestId": "1", **params})  # type: ignore[arg-type]
        await log.settle()
        return log

    return asyncio.run(run())


def received(**more: object) -> tuple[str, dict[str, object]]:
    return "responseReceived", {"type": "Fetch", "response": {"status": 200, "headers": {"X": "1\n2"}, **more}}


def test_fields_that_nobody_can_assign_are_left_to_the_browsers_own_list() -> None:
    log = told(*(("requestWillBeSentExtraInfo", {"headers": {"Cookie": value}}) for value in ("one", "two")))
    assert log.all[0].request_fields == (("Accept", "*/*"),)


@pytest.mark.parametrize(("events", "truncated", "missed"), [
    ([received(), ("loadingFinished", {"timestamp": 2.0})], Truncation.UNSPECIFIED, True),
    ([received(), ("loadingFailed", {"timestamp": 2.0, "errorText": "net::ERR_ABORTED"})], Truncation.DISCONNECT, True),
    ([received()], Truncation.UNSPECIFIED, True),
    ([received(status=204), ("loadingFinished", {"timestamp": 2.0})], None, False),
], ids=["evicted", "cut off", "still coming", "no content"])
def test_a_body_that_was_not_handed_over_is_marked(
        events: list[tuple[str, dict[str, object]]], truncated: Truncation | None, *, missed: bool) -> None:
    (one,) = told(*events).answered()
    assert (one.truncated, one.is_missed) == (truncated, missed)
    assert one.response_fields == (("X", "1"), ("X", "2"))


def test_what_no_server_answered_is_no_exchange() -> None:
    assert list(told().answered()) == []
    assert list(told(received(fromServiceWorker=True)).answered()) == []
