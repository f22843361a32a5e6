"""What servers do wrong: what came is kept, marked with how it ended, and the recorder goes on."""

import contextlib
import gzip
import socket
from base64 import b64decode, b64encode
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
import requests
from odd_replies import TEXT, chunked, head
from origin import Echo, Fill, Hang, Origin, Reply, Reset, Send, TestCa, raw, reply
from recorder_bench import Bench, block_of, client_of, read_until

from archiver.recorder import RecorderLimits, Recording
from evidence_store.records import Exchange, Truncation

HALF = b"h" * 500_000
BOMB = gzip.compress(b"\0" * 5_000_000)
SMALL_LIMITS = RecorderLimits(max_bytes=1_000_000)
IMPATIENT = replace(SMALL_LIMITS, idle_seconds=1.0)     # for servers that say nothing more: no other may be hurried

# path: the reply, and how the recorder must say it ended
DRILLS: dict[str, tuple[Reply, Truncation | None]] = {
    "/drop-at-half": (raw(head(b"Content-Length: 1000000"), HALF), Truncation.DISCONNECT),
    "/reset-at-half": (Reply((Send(head(b"Content-Length: 1000000")), Send(HALF), Reset()), keep=False),
                       Truncation.DISCONNECT),
    "/reset-before-close": (Reply((Send(head() + b"text"), Reset()), keep=False), Truncation.DISCONNECT),
    "/drop-in-chunk": (raw(head(b"Transfer-Encoding: chunked"), b"ff\r\nonly this"), Truncation.DISCONNECT),
    "/drop-before-last-chunk": (raw(head(b"Transfer-Encoding: chunked"), b"5\r\nwhole\r\n"), Truncation.DISCONNECT),
    "/drop-in-head": (raw(b"HTTP/1.1 200 OK\r\nContent-Le"), Truncation.DISCONNECT),
    "/length-too-long": (raw(head(b"Content-Length: 500") + b"x" * 400), Truncation.DISCONNECT),
    "/bad-chunk-size": (raw(head(b"Transfer-Encoding: chunked"), b"5\r\nwhole\r\nzz\r\nrest"), Truncation.DISCONNECT),
    "/http-0.9": (raw(b"<html>an old server</html>\n"), Truncation.UNSPECIFIED),
    "/not-http": (raw(b"SSH-2.0-OpenSSH_9.2p1\r\n"), Truncation.UNSPECIFIED),
    "/bad-gzip": (reply(b"\x1f\x8b\x08\0broken" * 30, fields=b"Content-Encoding: gzip\r\n"), None),
    "/cut-gzip": (reply(gzip.compress(TEXT)[:-30], fields=b"Content-Encoding: gzip\r\n"), None),
    "/gzip-bomb": (reply(BOMB, fields=b"Content-Encoding: gzip\r\n"), None),
    "/nul-in-head": (raw(head(b"X-Nul: a\0b", b"Content-Length: 2") + b"ok", keep=True), None),
    "/no-colon": (raw(head(b"this line is no field", b"Content-Length: 2") + b"ok", keep=True), None),
    "/bad-length": (raw(head(b"Content-Length: 2, 3") + b"up to the end"), None),
    "/signed-length": (raw(head(b"Content-Length: +2") + b"up to the end"), None),
    "/bare-lf": (raw(b"HTTP/1.1 200 OK\nContent-Length: 2\n\nok", keep=True), None),
    "/stall": (Reply((Send(head(b"Content-Length: 10") + b"half"), Hang()), keep=False), Truncation.TIME),
    "/stall-in-head": (Reply((Send(b"HTTP/1.1 200 OK\r\n"), Hang()), keep=False), Truncation.TIME),
    "/endless": (Reply((Send(head()), Fill(b"e" * 65536, 10_000)), keep=False), Truncation.LENGTH),
    "/endless-head": (Reply((Send(b"HTTP/1.1 200 OK\r\n"), Fill(b"X-More: yes\r\n" * 1000, 1000)), keep=False),
                      Truncation.LENGTH),
    "/endless-interim": (Reply((Fill(head(status=b"102 Processing"), 1000),), keep=False), Truncation.LENGTH),
}


def fetch(bench: Bench, url: str) -> Recording:
    """One request, whatever becomes of it at the client."""
    channel = bench.channel()
    with client_of(channel) as client, contextlib.suppress(requests.RequestException):
        client.get(url, timeout=60, allow_redirects=False)
    return channel.close()


@pytest.fixture
def path() -> str:
    """The path that is drilled, where the test names none."""
    return "/endless"


@pytest.fixture(params=["http", "https"])
def drilled(request: pytest.FixtureRequest, bench: Bench, test_ca: TestCa, path: str) -> tuple[Origin, str]:
    replies = {path: answer for path, (answer, _) in DRILLS.items()} | {"/fine": reply(b"fine")}
    secure = request.param == "https"
    served = bench.origin(replies, "drill.test", ca=test_ca if secure else None)
    bench.start(limits=IMPATIENT if DRILLS[path][1] is Truncation.TIME else SMALL_LIMITS, ca=test_ca)
    return served, f"{request.param}://drill.test"


@pytest.mark.parametrize("path", DRILLS)
def test_what_came_is_kept_and_marked_and_the_next_request_succeeds(bench: Bench, drilled: tuple[Origin, str],
                                                                    path: str) -> None:
    served, base = drilled
    recording = fetch(bench, base + path)
    after = fetch(bench, f"{base}/fine")
    (exchange,) = recording.exchanges
    assert exchange.truncated is DRILLS[path][1]
    assert [note.text for note in recording.notes if note.url == exchange.url] or exchange.truncated is None
    records = bench.records()
    stored = block_of(records, exchange.response.record) if exchange.response else b""
    sent = bytes(served.of(path).sent)
    if path not in ("/endless-interim", "/reset-at-half", "/reset-before-close"):
        assert stored
        assert sent.startswith(stored) or stored.startswith(sent)       # the log keeps the first MiB only
    if exchange.truncated not in (Truncation.TIME, Truncation.LENGTH) and "reset" not in path:
        assert stored == sent               # a reset takes with it what the kernel had not handed over yet
    entry = next(record for record in records if exchange.response and record.id == exchange.response.record) \
        if exchange.response else None
    if entry is not None:
        assert entry.fields.get("WARC-Truncated") == exchange.truncated
    assert [whole.is_whole for whole in after.exchanges] == [True]


def test_a_body_beyond_the_limit_is_kept_up_to_the_limit_exactly(bench: Bench, drilled: tuple[Origin, str],
                                                                 path: str) -> None:
    _, base = drilled
    (exchange,) = fetch(bench, base + path).exchanges
    assert exchange.response is not None
    assert exchange.response.length == SMALL_LIMITS.max_bytes


@pytest.mark.parametrize("path", ["/bad-gzip", "/cut-gzip"])
def test_a_body_that_cannot_be_decoded_has_a_payload_and_no_content(bench: Bench, drilled: tuple[Origin, str],
                                                                    path: str) -> None:
    _, base = drilled
    (exchange,) = fetch(bench, base + path).exchanges
    assert exchange.payload_sha256 is not None
    assert exchange.content_sha256 is None
    assert exchange.is_whole


def test_bytes_after_the_declared_end_are_kept_beside_the_response(bench: Bench) -> None:
    bench.origin({"/short": raw(head(b"Content-Length: 10") + b"0123456789" + b"and more")}, "drill.test")
    bench.start()
    recording = fetch(bench, "http://drill.test/short")
    (exchange,) = recording.exchanges
    records = bench.records()
    assert exchange.response is not None
    assert block_of(records, exchange.response.record).endswith(b"\r\n\r\n0123456789")
    remark = next(record.json for record in records if record.json_or_empty.get("schema") == "muniment/exchange/1")
    assert b64decode(remark["after_end"]) == b"and more"
    assert exchange.is_whole
    assert "after the declared end" in recording.notes[0].text


def test_a_server_that_closes_without_a_word_leaves_a_request_without_response(bench: Bench) -> None:
    bench.origin({"/mute": Reply((), keep=False)}, "drill.test")
    bench.start()
    channel = bench.channel()
    with client_of(channel) as client:
        answer = client.get("http://drill.test/mute", timeout=60)
    recording = channel.close()
    assert (answer.status_code, answer.headers["Muniment-Recorder"]) == (502, "no answer")
    (exchange,) = recording.exchanges
    assert (exchange.response, exchange.status, exchange.truncated) == (None, None, Truncation.DISCONNECT)
    types = [record.type for record in bench.records()]
    assert types.count("response") == 0
    assert types.count("request") == 1


def test_a_redirect_loop_is_a_record_a_hop(bench: Bench) -> None:
    bench.origin({"/loop": reply(b"", status=b"302 Found", fields=b"Location: /loop\r\n")}, "drill.test")
    bench.start()
    channel = bench.channel()
    with client_of(channel) as client:
        client.max_redirects = 200
        with pytest.raises(requests.TooManyRedirects):
            client.get("http://drill.test/loop", timeout=60)
    recording = channel.close()
    assert len(recording.exchanges) == 201
    assert {exchange.location for exchange in recording.exchanges} == {"/loop"}


def test_a_client_that_leaves_ends_the_exchange_unspecified_and_the_server_is_let_go(bench: Bench) -> None:
    served = bench.origin({"/big": Reply((Send(head()), Fill(b"e" * 65536, 100_000)), keep=False)}, "drill.test")
    bench.start()
    channel = bench.channel()
    with client_of(channel) as client:
        answer = client.get("http://drill.test/big", timeout=60, stream=True)
        assert answer.raw.read(100_000)
        answer.close()
        recording_of_all = served.of("/big")
    recording = channel.close()
    (exchange,) = recording.exchanges
    assert exchange.truncated is Truncation.UNSPECIFIED
    assert exchange.response is not None
    assert 100_000 < exchange.response.length <= recording_of_all.sent_length + 65536
    assert any("client" in note.text for note in recording.notes)


def test_closing_a_capture_cuts_what_does_not_end_and_keeps_what_came(bench: Bench) -> None:
    bench.origin({"/stall": Reply((Send(head(b"Content-Length: 10") + b"half"), Hang()), keep=False)}, "drill.test")
    bench.start(limits=RecorderLimits(drain_seconds=0.1))
    channel = bench.channel()
    with client_of(channel) as client:
        answer = client.get("http://drill.test/stall", timeout=60, stream=True)
        assert answer.raw.read(4) == b"half"
        recording = channel.close()
    (exchange,) = recording.exchanges
    assert exchange.truncated is Truncation.UNSPECIFIED
    assert block_of(bench.records(), exchange.response.record).endswith(b"half")  # type: ignore[union-attr]


def test_leaving_the_recorder_keeps_what_was_in_flight(bench: Bench) -> None:
    bench.origin({"/stall": Reply((Send(head(b"Content-Length: 10") + b"half"), Hang()), keep=False)}, "drill.test")
    recorder = bench.start()
    channel = bench.channel()
    with client_of(channel) as client:
        answer = client.get("http://drill.test/stall", timeout=60, stream=True)
        assert answer.raw.read(4) == b"half"
        recorder.__exit__(None, None, None)
    records = bench.records()
    (response,) = [record for record in records if record.type == "response"]
    assert response.block.endswith(b"half")
    assert response.fields["WARC-Truncated"] == "unspecified"
    assert not list(bench.spool.iterdir())


def test_a_server_that_answers_before_the_request_is_whole_is_heard(bench: Bench) -> None:
    bench.origin({"/no": Reply((Send(head(b"Content-Length: 2", b"Connection: close",
                                          status=b"413 Content Too Large") + b"no"),), keep=False, body_first=False)},
                 "drill.test")
    bench.start()
    channel = bench.channel()
    proxy = urlsplit(channel.proxy_url)
    secret = b64encode(f"{proxy.username}:{proxy.password}".encode())
    connection = socket.create_connection((proxy.hostname, proxy.port), timeout=60)
    connection.sendall(b"POST http://drill.test/no HTTP/1.1\r\nHost: drill.test\r\nContent-Length: 5000000\r\n"
                       b"Proxy-Authorization: Basic " + secret + b"\r\n\r\n" + b"p" * 1000)
    assert read_until(connection, b"\r\n").startswith(b"HTTP/1.1 413 ")
    connection.close()
    (exchange,) = channel.close().exchanges
    assert (exchange.status, exchange.truncated) == (413, None)
    request = next(record for record in bench.records() if record.type == "request")
    assert request.fields["WARC-Truncated"] == "unspecified"


def test_after_an_upgrade_bytes_pass_through_and_are_declared_not_recorded(bench: Bench) -> None:
    bench.origin({"/ws": Reply((Send(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                                     b"Connection: Upgrade\r\n\r\n"), Echo()), keep=False)}, "drill.test")
    bench.start()
    channel = bench.channel()
    proxy = urlsplit(channel.proxy_url)
    secret = b64encode(f"{proxy.username}:{proxy.password}".encode())
    connection = socket.create_connection((proxy.hostname, proxy.port), timeout=60)
    connection.sendall(b"GET http://drill.test/ws HTTP/1.1\r\nHost: drill.test\r\nUpgrade: websocket\r\n"
                       b"Connection: Upgrade\r\nProxy-Authorization: Basic " + secret + b"\r\n\r\n")
    assert read_until(connection, b"\r\n\r\n").endswith(b"\r\n\r\n")
    connection.sendall(b"\x81\x04ping")
    assert read_until(connection, b"ping") == b"\x81\x04ping"
    connection.close()
    recording = channel.close()
    (exchange,) = recording.exchanges
    assert exchange.status == 101
    assert recording.not_recorded == ("http://drill.test/ws",)
    records = bench.records()
    assert not any(b"ping" in record.block for record in records)
    assert "6 bytes went to the server and 6 came back" in recording.notes[0].text


@pytest.mark.parametrize("size", [1, 777, 65536])
def test_chunks_of_any_size_are_followed_to_their_end(bench: Bench, size: int) -> None:
    body = bytes(range(256)) * 64
    bench.origin({"/c": raw(head(b"Transfer-Encoding: chunked"), chunked(body, size), keep=True)}, "drill.test")
    bench.start()
    channel = bench.channel()
    with client_of(channel) as client:
        for _ in range(2):
            assert client.get("http://drill.test/c", timeout=60).content == body
    exchanges: tuple[Exchange, ...] = channel.close().exchanges
    assert [(exchange.is_whole, exchange.payload_length) for exchange in exchanges] == [(True, len(body))] * 2
