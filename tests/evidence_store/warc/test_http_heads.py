"""HTTP heads are read leniently, and their bytes are never changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_store.warc.http import (
    MAX_HEAD,
    final_response_head,
    head_length,
    iterate_text_fields,
    parse_request_head,
    parse_response_head,
)


def test_a_head_keeps_names_and_values_as_they_were_sent() -> None:
    data = b"HTTP/1.1 200 All  right\r\nSet-Cookie: a\r\nset-cookie:  b \r\nX-Odd: \xe9\x00\xff\r\nEmpty:\r\n\r\nbody"
    head = parse_response_head(data)
    assert head is not None
    assert head.fields == ((b"Set-Cookie", b"a"), (b"set-cookie", b"b"), (b"X-Odd", b"\xe9\x00\xff"), (b"Empty", b""))
    assert (head.version, head.status, head.reason) == ("HTTP/1.1", 200, b"All  right")
    assert data[head.length:] == b"body"
    assert head.values("SET-COOKIE") == (b"a", b"b")
    assert head.is_plain
    assert dict(iterate_text_fields(head))["X-Odd"] == "é\\x00ÿ"


@pytest.mark.parametrize(("line", "version", "status"), [
    (b"HTTP/1.0 404", "HTTP/1.0", 404), (b"HTTP/1.1 200 ", "HTTP/1.1", 200), (b"http/1.1 301 Moved", "HTTP/1.1", 301),
    (b"HTTP/2 200", "HTTP/2", 200), (b"ICY 200 OK", "ICY", 200), (b"HTTP/1.1  503  Busy", "HTTP/1.1", 503),
    (b"HTTP/1.1 200 \xe9t\xe9", "HTTP/1.1", 200),
])
def test_status_lines_of_every_kind_are_read(line: bytes, version: str, status: int) -> None:
    head = parse_response_head(line + b"\r\n\r\n")
    assert head is not None
    assert (head.version, head.status) == (version, status)


@pytest.mark.parametrize("data", [b"", b"<html>", b"HTTP/1.1\r\n\r\n", b"HTTP/1.1 20 OK\r\n\r\n", b"\x16\x03\x01",
                                  b"SSH-2.0-x 200 OK\r\n\r\n", b"\r\nHTTP/1.1 200 OK\r\n\r\n"])
def test_what_has_no_status_line_has_no_head(data: bytes) -> None:
    assert parse_response_head(data) is None
    assert final_response_head(data) == (None, 0)


@pytest.mark.parametrize(("lines", "odd", "value"), [
    (b"A: 1\r\n  2\r\n\t3", 0, b"1 2 3"), (b"A: 1\r\nno colon", 1, b"1"), (b"A : 1", 0, b"1"),
    (b"A: 1\r\n \t", 1, b"1"), (b" leading: x\r\nA: 1", 1, b"1"), (b"A: 1\nB: 2", 0, b"1"), (b"A: 1\r\n: x", 1, b"1"),
])
def test_odd_lines_are_counted_and_nothing_else_is_lost(lines: bytes, odd: int, value: bytes) -> None:
    head = parse_response_head(b"HTTP/1.1 200 OK\r\n" + lines + b"\r\n\r\n")
    assert head is not None
    assert head.odd_lines == odd
    assert head.values("A")[0] == value
    assert head.is_plain is (odd == 0)


def test_interim_responses_are_passed_over_but_not_a_change_of_protocol() -> None:
    data = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\n\r\nbody"
    head, start = final_response_head(data)
    assert head is not None
    assert (head.status, data[start:]) == (200, b"body")
    head, start = final_response_head(b"HTTP/1.1 101 Switching\r\n\r\n\x81\x05hello")
    assert head is not None
    assert head.status == 101


def test_a_head_that_is_cut_is_read_as_far_as_it_goes() -> None:
    head = parse_response_head(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX")
    assert head is not None
    assert not head.complete
    assert not head.is_plain
    assert head.media_type == "text/html"


@pytest.mark.parametrize(("line", "expected"), [
    (b"GET / HTTP/1.1", ("GET", b"/", "HTTP/1.1")),
    (b"post http://h/a?b HTTP/1.0", ("post", b"http://h/a?b", "HTTP/1.0")),
    (b"GET /favicon.ico", ("GET", b"/favicon.ico", "")),
])
def test_request_lines_are_read(line: bytes, expected: tuple[str, bytes, str]) -> None:
    head = parse_request_head(line + b"\r\nHost: h\r\n\r\n")
    assert head is not None
    assert (head.method, head.target, head.version) == expected


@pytest.mark.parametrize(("fields", "chunked", "codings", "length"), [
    ("Transfer-Encoding: Chunked", True, (), None),
    ("Transfer-Encoding: gzip, chunked", True, (), None),
    ("Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip", False, (), None),
    ("Content-Encoding: GZIP, br\r\nContent-Encoding: identity", False, ("gzip", "br"), None),
    ("Content-Length: 5, 5", False, (), 5), ("Content-Length: 5\r\nContent-Length: 6", False, (), None),
    ("Content-Length: -5", False, (), None), ("Content-Length: ٥", False, (), None),
    ("Content-Length: " + "9" * 40, False, (), None),
])
def test_framing_fields_are_read_as_rfc_9112_says(fields: str, chunked: bool, codings: tuple[str, ...],
                                                  length: int | None) -> None:
    head = parse_response_head(f"HTTP/1.1 200 OK\r\n{fields}\r\n\r\n".encode())
    assert head is not None
    assert (head.is_chunked, head.content_codings, head.content_length) == (chunked, codings, length)


@pytest.mark.parametrize(("value", "media_type"), [
    ("text/HTML; charset=x", "text/html"), ("", ""), ("image/png, text/html", "image/png"), ("a\x00b", ""), (";", ""),
])
def test_the_media_type_stands_without_parameters(value: str, media_type: str) -> None:
    head = parse_response_head(f"HTTP/1.1 200 OK\r\nContent-Type: {value}\r\n\r\n".encode("latin-1"))
    assert head is not None
    assert head.media_type == media_type


@given(st.binary(max_size=300), st.sampled_from([b"", b"HTTP/1.1 200 OK\r\n", b"GET / HTTP/1.1\r\n"]))
def test_no_bytes_make_the_parser_fail(data: bytes, start: bytes) -> None:
    data = start + data
    for head in (parse_response_head(data), parse_request_head(data), final_response_head(data)[0]):
        if head is not None:
            assert 0 < head.length <= len(data)
            assert head.media_type.isprintable()


def test_a_head_without_end_is_bounded() -> None:
    endless = b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * MAX_HEAD
    assert head_length(endless) is None
    head = parse_response_head(endless)
    assert head is not None
    assert head.length == MAX_HEAD
    assert len(head.fields) <= 2000
