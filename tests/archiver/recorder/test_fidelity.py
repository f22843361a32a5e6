"""What stands in the WARC is what went over the wire, byte for byte: the origin's own log is the measure."""

import http.client
import socket
import ssl
from base64 import b64decode, b64encode
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from urllib.parse import urlsplit

import pytest
from odd_replies import INTERIM, TEXT, WHOLE
from origin import Origin, TestCa, raw, reply
from recorder_bench import Bench, StoredRecord, block_of, client_of, read_until

from archiver.recorder import CaptureChannel, Recording
from evidence_store.records import Exchange, TlsOutcome

SCHEMES = ("http", "https")


@pytest.fixture
def both(bench: Bench, test_ca: TestCa) -> dict[str, Origin]:
    """The catalogue of odd replies over plain HTTP and over TLS, and a recorder that trusts the latter."""
    catalogue = {**WHOLE, **INTERIM}
    served = {"http": bench.origin(catalogue, "plain.test"), "https": bench.origin(catalogue, "tls.test", ca=test_ca)}
    bench.start(ca=test_ca)
    return served


def url_of(scheme: str, path: str) -> str:
    return f"{scheme}://{'plain' if scheme == 'http' else 'tls'}.test{path}"


def exchange_of(recording: Recording, url: str) -> Exchange:
    return next(exchange for exchange in recording.exchanges if exchange.url == url)


def tunnel(channel: CaptureChannel, host: str, port: int) -> socket.socket:
    """A raw CONNECT through the recorder."""
    proxy = urlsplit(channel.proxy_url)
    connection = socket.create_connection((proxy.hostname, proxy.port), timeout=60)
    secret = b64encode(f"{proxy.username}:{proxy.password}".encode()).decode()
    connection.sendall(f"CONNECT {host}:{port} HTTP/1.1\r\nProxy-Authorization: Basic {secret}\r\n\r\n".encode())
    head = b""
    while not head.endswith(b"\r\n\r\n"):          # not a byte more: what follows is the server's
        head += connection.recv(1)
    assert head.startswith(b"HTTP/1.1 200")
    return connection


def read_to_end(connection: socket.socket) -> bytes:
    found = b""
    while data := connection.recv(65536):
        found += data
    return found


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("path", WHOLE)
def test_a_reply_is_recorded_as_the_server_sent_it_and_the_request_as_the_server_got_it(
        bench: Bench, both: dict[str, Origin], scheme: str, path: str) -> None:
    channel = bench.channel()
    with client_of(channel) as client:
        client.get(url_of(scheme, path), allow_redirects=False, timeout=60)
    recording = channel.close()
    log = both[scheme].of(path)
    (exchange,) = recording.exchanges
    assert exchange.is_whole
    assert exchange.response is not None
    records = bench.records()
    assert block_of(records, exchange.response.record) == bytes(log.sent)
    assert block_of(records, exchange.request.record) == bytes(log.received)
    assert exchange.response.sha256 == sha256(log.sent).hexdigest()
    assert exchange.peer.tls is (TlsOutcome.VERIFIED if scheme == "https" else TlsOutcome.NOT_USED)


def test_every_exchange_of_32_connections_at_once_is_recorded_exactly(bench: Bench, both: dict[str, Origin]) -> None:
    channel = bench.channel()
    todo = [(scheme, f"{path}?n={number}") for number in range(8) for scheme in SCHEMES for path in WHOLE]

    def fetch(part: int) -> None:
        with client_of(channel) as client:
            for scheme, path in todo[part::32]:
                client.get(url_of(scheme, path), allow_redirects=False, timeout=30)

    with ThreadPoolExecutor(32) as pool:
        list(pool.map(fetch, range(32)))
    recording = channel.close()
    assert len(recording.exchanges) == len(todo) == 8 * 2 * len(WHOLE)
    blocks = {record.id: record.block for record in bench.records()}
    exact = 0
    for scheme, path in todo:
        exchange, log = exchange_of(recording, url_of(scheme, path)), both[scheme].of(path)
        assert exchange.response is not None
        exact += (blocks[exchange.response.record] == log.sent) and (blocks[exchange.request.record] == log.received)
    assert exact == len(todo)


@pytest.mark.parametrize(("path", "coding"), [("/plain", ""), ("/gzip", "gzip"), ("/deflate", "deflate"), ("/br", "br"),
                                              ("/chunked", ""), ("/chunked-gzip", "gzip"), ("/close-delimited", "")])
def test_payload_and_content_are_measured_whatever_the_framing(bench: Bench, both: dict[str, Origin], path: str,
                                                               coding: str) -> None:
    channel = bench.channel()
    with client_of(channel) as client:
        client.get(url_of("http", path), timeout=60)
    (exchange,) = channel.close().exchanges
    assert (exchange.content_sha256, exchange.content_length) == (sha256(TEXT).hexdigest(), len(TEXT))
    assert exchange.content_coding == coding
    assert (exchange.payload_sha256 == exchange.content_sha256) is (coding == "")


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("path", ["/early-hints", "/two-interim"])
def test_interim_responses_stand_beside_the_final_one(bench: Bench, both: dict[str, Origin], scheme: str,
                                                      path: str) -> None:
    channel = bench.channel()
    with client_of(channel) as client:
        assert client.get(url_of(scheme, path), timeout=60).text == "ok"
        assert client.get(url_of(scheme, "/empty"), timeout=60).text == ""     # the connection is not out of step
    recording = channel.close()
    exchange = exchange_of(recording, url_of(scheme, path))
    records = bench.records()
    remark = remark_on(records, exchange)
    interim = b"".join(b64decode(text) for text in remark["interim"])
    assert exchange.response is not None
    assert interim + block_of(records, exchange.response.record) == bytes(both[scheme].of(path).sent)
    assert interim.startswith(b"HTTP/1.1 10")


def remark_on(records: list[StoredRecord], exchange: Exchange) -> dict[str, list[str]]:
    beside = {ref.record for ref in exchange.other_records}
    return next(record.json for record in records
                if record.id in beside and record.json_or_empty.get("schema") == "muniment/exchange/1")


def test_100_continue_reaches_the_client_that_waits_for_it(bench: Bench, both: dict[str, Origin]) -> None:
    channel = bench.channel()
    proxy = urlsplit(channel.proxy_url)
    connection = socket.create_connection((proxy.hostname, proxy.port), timeout=60)
    secret = b64encode(f"{proxy.username}:{proxy.password}".encode())
    connection.sendall(b"POST http://plain.test/continue HTTP/1.1\r\nHost: plain.test\r\nContent-Length: 4\r\n"
                       b"Proxy-Authorization: Basic " + secret + b"\r\nExpect: 100-continue\r\n\r\n")
    assert read_until(connection, b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
    connection.sendall(b"data")
    assert read_until(connection, b"\r\n\r\nok").endswith(b"ok")
    connection.close()
    (exchange,) = channel.close().exchanges
    records = bench.records()
    assert block_of(records, exchange.request.record) == bytes(both["http"].of("/continue").received)
    assert block_of(records, exchange.request.record).endswith(b"\r\n\r\ndata")


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("kind", ["length", "chunked"])
def test_request_bodies_are_recorded_as_the_server_got_them(bench: Bench, both: dict[str, Origin], scheme: str,
                                                            kind: str) -> None:
    channel = bench.channel()
    body = bytes(range(256)) * 4000
    with client_of(channel) as client:
        client.post(url_of(scheme, "/plain"), timeout=60,
                    data=body if kind == "length" else iter([body[:7], body[7:300_000], body[300_000:]]))
    (exchange,) = channel.close().exchanges
    received = bytes(both[scheme].of("/plain").received)
    assert block_of(bench.records(), exchange.request.record) == received
    assert len(received) > len(body)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_head_has_no_body_whatever_its_length_says(bench: Bench, test_ca: TestCa, scheme: str) -> None:
    answer = {"/head": raw(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n", keep=True)}
    bench.origin(answer, "plain.test")
    bench.origin(answer, "tls.test", ca=test_ca)
    bench.start(ca=test_ca)
    channel = bench.channel()
    with client_of(channel) as client:
        for _ in range(3):
            client.head(url_of(scheme, "/head"), timeout=60)
    recording = channel.close()
    assert [exchange.is_whole for exchange in recording.exchanges] == [True] * 3
    assert {exchange.payload_sha256 for exchange in recording.exchanges} == {None}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_connections_are_kept_on_both_sides(bench: Bench, both: dict[str, Origin], scheme: str) -> None:
    channel = bench.channel()
    with client_of(channel) as client:
        for number in range(20):
            client.get(url_of(scheme, f"/plain?n={number}"), timeout=60)
    assert len(channel.close().exchanges) == 20
    assert both[scheme].connections == 1


def test_requests_sent_ahead_are_answered_in_order(bench: Bench, both: dict[str, Origin]) -> None:
    channel = bench.channel()
    connection = tunnel(channel, "plain.test", 80)
    paths = ["/plain", "/chunked", "/empty", "/latin-1"]
    connection.sendall(b"".join(b"GET %b HTTP/1.1\r\nHost: plain.test\r\n\r\n" % path.encode() for path in paths)
                       + b"GET /204 HTTP/1.1\r\nHost: plain.test\r\nConnection: close\r\n\r\n")
    answer = read_to_end(connection)
    recording = channel.close()
    expected = b"".join(bytes(both["http"].of(path).sent) for path in [*paths, "/204"])
    assert answer == expected
    assert [urlsplit(exchange.url).path for exchange in recording.exchanges] == [*paths, "/204"]


def test_after_connect_the_first_byte_decides_between_tls_and_plain_http(bench: Bench, both: dict[str, Origin],
                                                                         test_ca: TestCa) -> None:
    channel = bench.channel()
    plain = tunnel(channel, "plain.test", 80)
    plain.sendall(b"GET /plain HTTP/1.1\r\nHost: plain.test\r\nConnection: close\r\n\r\n")
    assert read_to_end(plain).endswith(TEXT)
    context = ssl.create_default_context(cafile=str(channel.ca_file))
    secured = context.wrap_socket(tunnel(channel, "tls.test", 443), server_hostname="tls.test")
    secured.sendall(b"GET /plain HTTP/1.1\r\nHost: tls.test\r\nConnection: close\r\n\r\n")
    assert read_to_end(secured).endswith(TEXT)
    urls = [exchange.url for exchange in channel.close().exchanges]
    assert urls == ["http://plain.test/plain", "https://tls.test/plain"]


def test_the_server_gets_the_clients_bytes_without_proxy_fields_and_zstd(bench: Bench) -> None:
    served = bench.origin({"/x": reply(b"ok")}, "plain.test")
    bench.start()
    channel = bench.channel()
    proxy = urlsplit(channel.proxy_url)
    secret = b64encode(f"{proxy.username}:{proxy.password}".encode())
    connection = socket.create_connection((proxy.hostname, proxy.port), timeout=60)
    connection.sendall(b"GET http://plain.test/x?a=%20b&%zz HTTP/1.1\r\nhOST:plain.test\r\nX-Dup: 1\r\nx-dup:2 \r\n"
                       b"PROXY-authorization: Basic " + secret + b"\r\nProxy-Connection: keep-alive\r\n"
                       b"X-Folded: a\r\n  b\r\naccept-encoding:gzip,zstd;q=0.9 , br\r\nConnection: close\r\n\r\n")
    read_to_end(connection)
    (exchange,) = channel.close().exchanges
    expected = (b"GET /x?a=%20b&%zz HTTP/1.1\r\nhOST:plain.test\r\nX-Dup: 1\r\nx-dup:2 \r\nX-Folded: a\r\n  b\r\n"
                b"accept-encoding:gzip, br\r\nConnection: close\r\n\r\n")
    assert bytes(served.of("/x?a=%20b&%zz").received) == expected
    assert block_of(bench.records(), exchange.request.record) == expected
    assert exchange.url == "http://plain.test/x?a=%20b&%zz"


def test_a_kept_connection_that_the_server_closed_is_replaced_unseen(bench: Bench) -> None:
    served = bench.origin(lambda path, _: reply(path.encode(), keep=path != "/last"), "plain.test")
    bench.start()
    channel = bench.channel()
    with client_of(channel) as client:
        for path in ("/a", "/last", "/b", "/last", "/c"):
            assert client.get(f"http://plain.test{path}", timeout=60).text == path
    recording = channel.close()
    assert len(recording.exchanges) == 5
    assert recording.notes == ()
    assert served.connections == 3


def test_http_client_of_the_standard_library_can_be_recorded_too(bench: Bench, both: dict[str, Origin]) -> None:
    channel = bench.channel()
    proxy = urlsplit(channel.proxy_url)
    assert proxy.hostname is not None
    secret = b64encode(f"{proxy.username}:{proxy.password}".encode()).decode()
    client = http.client.HTTPSConnection(proxy.hostname, proxy.port, timeout=60,
                                         context=ssl.create_default_context(cafile=str(channel.ca_file)))
    client.set_tunnel("tls.test", 443, {"Proxy-Authorization": f"Basic {secret}"})
    client.request("GET", "/chunked")
    assert client.getresponse().read() == TEXT
    client.close()
    assert [exchange.url for exchange in channel.close().exchanges] == ["https://tls.test/chunked"]


def test_the_tls_chain_and_the_dns_answer_are_recorded_once_a_capture(bench: Bench, both: dict[str, Origin]) -> None:
    channels = [bench.channel(), bench.channel()]
    for channel in channels:
        with client_of(channel) as client:
            for number in range(3):
                client.get(url_of("https", f"/plain?n={number}"), timeout=60)
    recordings = [channel.close() for channel in channels]
    records = bench.records()
    chains = [record for record in records if record.json_or_empty.get("schema") == "muniment/tls/1"]
    answers = [record for record in records if record.fields.get("WARC-Target-URI") == "dns:tls.test"]
    assert (len(chains), len(answers)) == (2, 2)
    for recording, chain, answer in zip(recordings, chains, answers, strict=True):
        assert {ref.record for exchange in recording.exchanges for ref in exchange.other_records} == {chain.id,
                                                                                                     answer.id}
        assert tuple(chain.json["chain_sha256"]) == recording.exchanges[0].peer.chain_sha256
        assert chain.json["outcome"] == "verified"
        assert len(recording.exchanges[0].peer.chain_sha256) == 2
        assert answer.block.endswith(b"tls.test.\tIN\tA\t127.0.0.1\n")
