"""The demo's server answers as its routes say and logs what went over the wire."""

import gzip
import html
import re
import socket
import ssl
from datetime import UTC, datetime
from http.client import HTTPResponse
from io import BytesIO
from urllib.parse import urlsplit

import pytest

from evidence_store.records import CitationKind, Verdict
from muniment.demo.responses import parse_request, respond
from muniment.demo.routes import HOSTS, Delivery, Route

ARTICLE = "https://liveblog.example/world/live/2015/10/20/orda-valley"
VIDEO = "https://media.example/video/2015/10/wadi-hadeh.mp4"
DROPPED = "https://monitor.example/reports/signals-and-strikes"
PLAIN_HTTP = "http://wire.example/2015/10/20/shell-kills-three"


class _Replay:
    """Lets the standard library's HTTP parser read bytes."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def makefile(self, mode: str) -> BytesIO:
        return BytesIO(self._data)


def _parsed(raw: bytes) -> tuple[HTTPResponse, bytes]:
    response = HTTPResponse(_Replay(raw))  # type: ignore[arg-type]
    response.begin()
    return response, response.read()


def test_every_host_name_is_reserved_so_that_no_real_server_can_ever_be_asked():
    assert all(host.endswith(".example") for host in HOSTS)


def test_the_article_comes_chunked_and_compressed_when_the_client_accepts_it(fetch):
    response, body = _parsed(fetch(ARTICLE, "Accept-Encoding: gzip, br"))
    assert response.getheader("Transfer-Encoding") == "chunked"
    assert response.getheader("Content-Encoding") == "gzip"
    assert b"Remains of a school in Sarmila today. Photo from LCC." in gzip.decompress(body)


def test_the_article_comes_chunked_and_plain_to_a_client_that_accepts_no_coding(fetch):
    response, body = _parsed(fetch(ARTICLE))
    assert response.getheader("Content-Encoding") is None
    assert body.startswith(b"<!doctype html>")


@pytest.mark.parametrize(("asked", "status", "span"), [
    ("bytes=0-99", 206, slice(0, 100)),
    ("bytes=100-", 206, slice(100, None)),
    ("bytes=-50", 206, slice(-50, None)),
    ("bytes=0-999999999", 206, slice(0, None)),
    ("bytes=0-1,5-6", 200, slice(0, None)),
    ("lines=0-1", 200, slice(0, None)),
])
def test_byte_ranges_of_media_are_served_as_rfc_9110_14_says(fetch, media_folder, asked, status, span):
    whole = (media_folder / "media" / "launch.mp4").read_bytes()
    response, body = _parsed(fetch(VIDEO, f"Range: {asked}"))
    assert (response.status, body) == (status, whole[span])


def test_a_range_beyond_the_end_is_refused_with_the_true_length(fetch, media_folder):
    length = (media_folder / "media" / "launch.mp4").stat().st_size
    response, _ = _parsed(fetch(VIDEO, f"Range: bytes={length}-"))
    assert (response.status, response.getheader("Content-Range")) == (416, f"bytes */{length}")


def test_the_dropped_page_announces_its_whole_length_and_stops_half_way(fetch, web):
    raw = fetch(DROPPED)
    head, _, body = raw.partition(b"\r\n\r\n")
    announced = int(re.search(rb"Content-Length: (\d+)", head)[1])
    assert len(body) == announced // 2
    logged = web.log[-1]
    assert logged.dropped
    assert logged.response == raw


@pytest.mark.parametrize("url", [ARTICLE, PLAIN_HTTP, VIDEO, "http://short.example/m45", "https://nowhere.liveblog.example/x"])
def test_the_log_holds_exactly_the_bytes_that_the_client_sent_and_received(connect, web, url):
    parts = urlsplit(url)
    near = url if parts.hostname in HOSTS else ARTICLE
    request = (f"GET {parts.path} HTTP/1.1\r\nhOsT:   {parts.hostname}\r\nX-Odd:  a\tb \r\nAccept-Encoding: gzip\r\n"
               "Connection: close\r\n\r\n").encode()
    with connect(near) as channel:
        channel.sendall(request)
        received = b"".join(iter(lambda: channel.recv(4096), b""))
    logged = web.log[-1]
    assert (logged.request, logged.response) == (request, received)
    assert (logged.scheme, logged.host) == ("https" if near.startswith("https") else "http", parts.hostname)


def test_a_connection_is_kept_for_several_exchanges_even_when_requests_arrive_in_one_piece(connect, web):
    request = b"GET /2015/10/20/shell-kills-three HTTP/1.1\r\nHost: wire.example\r\n\r\n"
    with connect(PLAIN_HTTP) as channel:
        channel.sendall(request * 2 + request.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        received = b"".join(iter(lambda: channel.recv(4096), b""))
    assert received == b"".join(exchange.response for exchange in web.log)
    assert {exchange.connection for exchange in web.log} == {1}
    assert len(web.log) == 3


def test_head_has_the_fields_of_get_and_no_body(fetch):
    raw = fetch(VIDEO, method="HEAD")
    assert raw.endswith(b"\r\n\r\n")
    assert b"Content-Length: " in raw


def test_a_short_link_redirects_to_another_host_and_scheme(fetch):
    response, _ = _parsed(fetch("http://short.example/m45"))
    assert (response.status, response.getheader("Location")) == (
        301, "https://wire.example/2015/10/20/observatory-forty-five")


def test_https_is_refused_to_a_client_that_does_not_trust_the_demo(web):
    endpoint = next(known for known in web.endpoints if known.port == 443)
    stranger = ssl.create_default_context()
    with socket.create_connection((endpoint.address, endpoint.local_port)) as plain, pytest.raises(ssl.SSLError):
        stranger.wrap_socket(plain, server_hostname=endpoint.host)


def test_the_authority_stands_strict_verification(web):
    trust = ssl.create_default_context(cafile=str(web.ca_file))
    trust.verify_flags |= ssl.VERIFY_X509_STRICT
    endpoint = next(known for known in web.endpoints if (known.host, known.port) == ("posts.example", 443))
    with (socket.create_connection((endpoint.address, endpoint.local_port)) as plain,
          trust.wrap_socket(plain, server_hostname="posts.example") as secure):
        assert secure.version() in {"TLSv1.2", "TLSv1.3"}


def test_every_expected_citation_with_a_url_is_named_in_the_article_and_answered(fetch, web):
    _, body = _parsed(fetch(ARTICLE))
    for expectation in web.expected:
        if not expectation.url:
            assert expectation.kind in {CitationKind.MENTION, CitationKind.LOST_EMBED}
            continue
        assert html.escape(expectation.url).encode() in body
        status = int(fetch(expectation.url).split(b" ")[1])
        wanted = {Verdict.GONE: 404}.get(expectation.verdict, 301 if "short." in expectation.url else 200)
        assert (expectation.url, status) == (expectation.url, wanted)


@pytest.mark.parametrize("head", [b"", b"GET\r\n\r\n", b"\x16\x03\x01\r\n\r\n",
                                  b"GET http://liveblog.example/ HTTP/1.1\r\n\r\n"])
def test_what_is_no_request_to_an_origin_server_is_answered_with_400(head):
    response = respond(parse_request(head), None, b"", now=datetime(2026, 1, 1, tzinfo=UTC))
    assert response.head.startswith(b"HTTP/1.1 400 ")


def test_the_same_request_at_the_same_time_gives_the_same_bytes():
    route = Route(host="h.example", path="/", delivery=Delivery.STREAMED)
    request = parse_request(b"GET / HTTP/1.1\r\nHost: h.example\r\nAccept-Encoding: gzip\r\n\r\n")
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert respond(request, route, b"text " * 999, now=now) == respond(request, route, b"text " * 999, now=now)
