"""Framing and forwarding, as pure functions: where bodies end, and which bytes a server gets."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.recorder.http1 import (
    Body,
    ChunkedBody,
    LengthBody,
    OpenBody,
    is_strict,
    keeps_alive,
    may_be_response,
    request_body,
    response_body,
)
from archiver.recorder.request import (
    BadRequest,
    Origin,
    absolute_form,
    origin_form,
    parse_absolute,
    parse_authority,
    parse_in_tunnel,
)
from evidence_store.warc.http import HttpHead, parse_request_head, parse_response_head


def response_head(*lines: bytes, status: bytes = b"HTTP/1.1 200 OK") -> HttpHead:
    found = parse_response_head(b"\r\n".join([status, *lines]) + b"\r\n\r\n")
    assert found is not None
    return found


def request_head(raw: bytes) -> HttpHead:
    found = parse_request_head(raw)
    assert found is not None
    return found


def feed(body: Body, data: bytes, cuts: list[int]) -> int:
    """Give `data` in pieces; how many bytes the body took."""
    taken = 0
    edges = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    for start, stop in pairwise(edges):
        piece = memoryview(data)[start:stop]
        while len(piece) and not body.done:
            count = body.take(piece)
            assert 0 < count <= len(piece)
            taken += count
            piece = piece[count:]
    return taken


@pytest.mark.parametrize(("method", "lines", "status", "kind"), [
    ("GET", [b"Content-Length: 5"], b"HTTP/1.1 200 OK", LengthBody),
    ("GET", [b"Content-Length: 5", b"Content-Length: 5"], b"HTTP/1.1 200 OK", LengthBody),
    ("GET", [b"Content-Length: 5, 5"], b"HTTP/1.1 200 OK", LengthBody),
    ("GET", [b"Content-Length: 5", b"Content-Length: 6"], b"HTTP/1.1 200 OK", OpenBody),
    ("GET", [b"Content-Length: -5"], b"HTTP/1.1 200 OK", OpenBody),
    ("GET", [b"Content-Length: 0x5"], b"HTTP/1.1 200 OK", OpenBody),
    ("GET", [], b"HTTP/1.1 200 OK", OpenBody),
    ("GET", [b"Transfer-Encoding: chunked", b"Content-Length: 5"], b"HTTP/1.1 200 OK", ChunkedBody),
    ("GET", [b"transfer-encoding: gzip, Chunked"], b"HTTP/1.1 200 OK", ChunkedBody),
    ("GET", [b"Transfer-Encoding: chunked, gzip"], b"HTTP/1.1 200 OK", OpenBody),
    ("GET", [b"Transfer-Encoding: identity"], b"HTTP/1.1 200 OK", OpenBody),
])
def test_a_response_body_ends_where_rfc_9112_6_3_says(method: str, lines: list[bytes], status: bytes,
                                                      kind: type[Body]) -> None:
    assert isinstance(response_body(method, response_head(*lines, status=status)), kind)


@pytest.mark.parametrize(("method", "status"), [("HEAD", b"HTTP/1.1 200 OK"), ("GET", b"HTTP/1.1 204 No Content"),
                                                ("GET", b"HTTP/1.1 304 Not Modified")])
def test_some_responses_have_no_body_whatever_they_say(method: str, status: bytes) -> None:
    head = response_head(b"Content-Length: 5", b"Transfer-Encoding: chunked", status=status)
    assert response_body(method, head).done


@pytest.mark.parametrize(("lines", "known"), [
    (b"", True), (b"Content-Length: 3\r\n", True), (b"Transfer-Encoding: chunked\r\n", True),
    (b"Transfer-Encoding: gzip\r\n", False), (b"Content-Length: x\r\n", False),
    (b"Content-Length: 1\r\nContent-Length: 2\r\n", False),
])
def test_a_request_body_whose_end_cannot_be_told_is_none(lines: bytes, known: bool) -> None:
    assert (request_body(request_head(b"POST / HTTP/1.1\r\n" + lines + b"\r\n")) is not None) is known


CHUNK = st.tuples(st.binary(min_size=1, max_size=50), st.sampled_from([b"", b";a=b", b' ; q="1;2"', b"\t"]),
                  st.booleans())
TRAILERS = st.sampled_from([b"", b"X-A: b\r\n", b"X-A: b\r\nX-A: c\r\n", b"odd line\r\n"])


@given(st.lists(CHUNK, max_size=6), TRAILERS, st.binary(max_size=40), st.lists(st.integers(0, 2000), max_size=12))
def test_a_chunked_body_takes_its_own_bytes_and_no_others(chunks: list[tuple[bytes, bytes, bool]], trailers: bytes,
                                                          after: bytes, cuts: list[int]) -> None:
    wire = b"".join((b"%X" if upper else b"%x") % len(data) + extension + b"\r\n" + data + b"\r\n"
                    for data, extension, upper in chunks) + b"0\r\n" + trailers + b"\r\n"
    body = ChunkedBody()
    assert feed(body, wire + after, cuts) == len(wire)
    assert body.done
    assert body.end()
    shorter = ChunkedBody()
    assert feed(shorter, wire[:-1], cuts) == len(wire) - 1
    assert not shorter.done
    assert not shorter.end()


@given(st.binary(max_size=300), st.lists(st.integers(0, 400), max_size=8))
def test_no_bytes_bring_the_framing_to_a_halt(data: bytes, cuts: list[int]) -> None:
    body = ChunkedBody()
    taken = feed(body, data, cuts)
    assert body.done or taken == len(data)
    if body.broken:
        assert not body.end()


@pytest.mark.parametrize("wire", [b"zz\r\n", b"-5\r\n", b"5 5\r\nhello\r\n", b"5\r\nhelloX\r\n", b"\r\n", b"0x5\r\n",
                                  b"1" * 17 + b"\r\n", b";ext\r\n"])
def test_broken_chunks_take_all_that_follows_and_are_never_whole(wire: bytes) -> None:
    body = ChunkedBody()
    assert feed(body, wire + b"0\r\n\r\n and more", []) == len(wire) + 14
    assert body.broken
    assert not body.end()


@pytest.mark.parametrize(("start", "rest"), [(b"", b"f" * 20_000), (b"0\r\n", b"X-Trailer: " + b"t" * 70_000),
                                             (b"0\r\n", b"X: y\r\n" * 20_000)])
def test_lines_without_end_are_broken_framing(start: bytes, rest: bytes) -> None:
    body = ChunkedBody()
    feed(body, start + rest, list(range(0, len(rest), 4096)))
    assert body.broken


def test_trailers_are_taken_apart_from_the_data_before_them() -> None:
    body = ChunkedBody()
    wire = memoryview(b"2\r\nok\r\n0\r\nX-A: b\r\n\r\n")
    first = body.take(wire)
    assert bytes(wire[:first]) == b"2\r\nok\r\n0\r\n"
    assert body.in_trailers
    assert body.take(wire[first:]) == len(wire) - first
    assert body.done


@pytest.mark.parametrize(("status", "lines", "open_"), [
    (b"HTTP/1.1 200 OK", [], True), (b"HTTP/1.1 200 OK", [b"Connection: close"], False),
    (b"HTTP/1.1 200 OK", [b"Connection: x, CLOSE"], False), (b"HTTP/1.0 200 OK", [], False),
    (b"HTTP/1.0 200 OK", [b"Connection: Keep-Alive"], True), (b"HTTP/2 200", [], False),
])
def test_a_connection_stays_open_as_rfc_9112_9_3_says(status: bytes, lines: list[bytes], open_: bool) -> None:
    assert keeps_alive(response_head(*lines, status=status)) is open_


@pytest.mark.parametrize(("raw", "strict"), [
    (b"HTTP/1.1 200 OK\r\nA: b\r\n\r\n", True), (b"HTTP/1.1 200 \r\nA:\r\n\r\n", True),
    (b"HTTP/1.1 200 OK\nA: b\n\n", False), (b"HTTP/1.1 200 OK\r\nA : b\r\n\r\n", False),
    (b"HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n", False), (b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n", False),
    (b"HTTP/1.1 200 OK\r\nA: \0\r\n\r\n", False), (b"HTTP/1.1 200 OK\r\nA: caf\xe9\r\n\r\n", True),
])
def test_heads_that_clients_may_read_differently_are_told(raw: bytes, strict: bool) -> None:
    assert is_strict(raw) is strict


@pytest.mark.parametrize(("start", "may"), [(b"", True), (b"H", True), (b"http/1.1 200", True), (b"HTTP/", True),
                                            (b"<html>", False), (b"HTTX", False), (b"\r\nHTTP/1.1", False)])
def test_a_status_line_is_known_by_its_first_bytes(start: bytes, may: bool) -> None:
    assert may_be_response(start) is may


@pytest.mark.parametrize(("target", "url", "path"), [
    (b"http://A.test/x?y#z", "http://a.test/x?y", b"/x?y"), (b"http://a.test", "http://a.test/", b"/"),
    (b"http://a.test:80/", "http://a.test/", b"/"), (b"http://a.test:8080?q", "http://a.test:8080/?q", b"/?q"),
    (b"HTTPS://a.test:443/", "https://a.test/", b"/"), (b"http://[::1]:8/", "http://[::1]:8/", b"/"),
    (b"ws://a.test/s", "http://a.test/s", b"/s"), (b"http://a.test/%zz/..//\xe9", "http://a.test/%zz/..//%E9",
                                                   b"/%zz/..//\xe9"),
])
def test_an_absolute_target_is_one_server_and_one_path(target: bytes, url: str, path: bytes) -> None:
    found = parse_absolute(target)
    assert (found.url, found.path) == (url, path)


@pytest.mark.parametrize("target", [b"/x", b"*", b"ftp://a/", b"http://", b"http://u@a/", b"http://a b/", b"http://a:x/",
                                    b"http://a\\b/", "http://täst/".encode(), b"http://a:65536/", b"http://[::1/",
                                    b"http://" + b"a" * 300 + b"/"])
def test_any_other_target_is_an_error(target: bytes) -> None:
    with pytest.raises(BadRequest):
        parse_absolute(target)


def test_a_tunnel_leads_to_one_server_only() -> None:
    origin = parse_authority("a.test:443", "https")
    assert parse_in_tunnel(b"/x", origin).url == "https://a.test/x"
    assert parse_in_tunnel(b"https://a.test/x", origin).path == b"/x"
    assert parse_in_tunnel(b"*", origin).url == "https://a.test"
    for other in (b"https://b.test/x", b"http://a.test/x", b"https://a.test:444/x"):
        with pytest.raises(BadRequest):
            parse_in_tunnel(other, origin)


@pytest.mark.parametrize(("value", "left"), [
    (b" gzip, deflate, br, zstd", b" gzip, deflate, br"), (b"zstd", b" identity"), (b" zstd;q=1.0,gzip", b"gzip"),
    (b" gzip , ZSTD ; q=0.5 ,br ", b" gzip ,br "), (b" gzip, zstdx", b" gzip, zstdx"), (b"", b""), (b" *", b" *"),
])
def test_zstd_is_taken_out_of_accept_encoding_and_nothing_else(value: bytes, left: bytes) -> None:
    raw = b"GET http://a.test/ HTTP/1.1\r\nX-Zstd: zstd\r\nACCEPT-encoding:" + value + b"\r\nA: b\r\n\r\n"
    assert origin_form(raw, request_head(raw), b"/") == (
        b"GET / HTTP/1.1\r\nX-Zstd: zstd\r\nACCEPT-encoding:" + left + b"\r\nA: b\r\n\r\n")


@given(st.lists(st.tuples(st.from_regex(rb"[A-Za-z-]{1,12}", fullmatch=True),
                          st.binary(max_size=20).filter(lambda data: not set(data) & set(b"\r\n"))), max_size=8))
def test_fields_that_are_not_the_proxys_reach_the_server_unchanged(fields: list[tuple[bytes, bytes]]) -> None:
    kept = [(name, value) for name, value in fields
            if name.lower() not in (b"proxy-authorization", b"proxy-connection", b"accept-encoding")]
    lines = b"".join(name + b":" + value + b"\r\n" for name, value in kept)
    raw = (b"GET http://a.test/p HTTP/1.1\r\nProxy-Connection: x\r\n folded\r\n" + lines
           + b"proxy-authorization: Basic eDp5\r\n\r\n")
    head = request_head(raw)
    assert origin_form(raw, head, b"/p") == b"GET /p HTTP/1.1\r\n" + lines + b"\r\n"


def test_a_proxy_that_passes_on_gets_the_whole_url_and_its_own_fields() -> None:
    target = parse_absolute(b"http://a.test:8080/p?q")
    sent = b"GET /p?q HTTP/1.1\r\nHost: a.test:8080\r\n\r\n"
    assert absolute_form(sent, target, b"Proxy-Authorization: Basic x\r\n") == (
        b"GET http://a.test:8080/p?q HTTP/1.1\r\nProxy-Authorization: Basic x\r\nHost: a.test:8080\r\n\r\n")
    assert Origin(scheme="http", host="::1", port=80).authority == "[::1]"
