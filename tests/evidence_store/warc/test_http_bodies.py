"""Bodies: chunking and content codings undone in bounded streams, faults named, nothing invented."""

import gzip
import io
import random
import zlib

import brotli
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence_store.warc.bodies import (
    FREE_CONTENT,
    BodyDamaged,
    BodyFault,
    measure_response,
    open_content,
    open_payload,
)

from .conftest import http_response, sha256

TEXT = b"They reported that the school was struck. " * 50


def chunked(body: bytes, *sizes: int, extension: bytes = b"", trailer: bytes = b"") -> bytes:
    out, rest = b"", body
    for size in [*sizes, len(body)]:
        piece, rest = rest[:size], rest[size:]
        if piece:
            out += b"%X%s\r\n%s\r\n" % (len(piece), extension, piece)
    return out + b"0\r\n" + trailer + b"\r\n"


def raw_deflate(data: bytes) -> bytes:
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    return compressor.compress(data) + compressor.flush()


CODERS = {"gzip": gzip.compress, "x-gzip": gzip.compress, "br": lambda data: brotli.compress(data, quality=2),
          "deflate": zlib.compress}


class OneByOne(io.BytesIO):
    """Gives one byte at a time."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(1 if size else 0)


@pytest.mark.parametrize("coding", CODERS)
@pytest.mark.parametrize("stream", [io.BytesIO, OneByOne])
def test_each_content_coding_is_undone(coding: str, stream: type[io.BytesIO]) -> None:
    block = http_response(CODERS[coding](TEXT), f"Content-Encoding: {coding.upper()}")
    _, content = open_content(stream(block))
    assert content.read() == TEXT


@pytest.mark.parametrize(("fields", "body", "content"), [
    pytest.param(["Content-Encoding: deflate"], raw_deflate(TEXT), TEXT, id="deflate without its wrapper"),
    pytest.param(["Content-Encoding: gzip"], gzip.compress(b"a") + gzip.compress(b"b"), b"ab", id="two gzip members"),
    pytest.param(["Content-Encoding: gzip"], gzip.compress(b"a") + b"\0\0\0", b"a", id="padding after gzip"),
    pytest.param(["Content-Encoding: gzip, br"], brotli.compress(gzip.compress(TEXT)), TEXT, id="two codings"),
    pytest.param(["Content-Encoding: identity"], TEXT, TEXT, id="identity"),
    pytest.param(["Transfer-Encoding: chunked", "Content-Encoding: gzip"],
                 chunked(gzip.compress(TEXT), 3, 7, extension=b";a=\"b\"", trailer=b"X: y\r\n"), TEXT,
                 id="chunked gzip with extensions and trailers"),
    pytest.param(["Transfer-Encoding: chunked"], b"4\nwiki\n0\n\n", b"wiki", id="bare line feeds"),
    pytest.param(["Transfer-Encoding: chunked"], b"00004 \r\nwiki\r\n000\r\n\r\n", b"wiki", id="padded sizes"),
    pytest.param([], b"", b"", id="no body"),
    pytest.param(["Content-Encoding: gzip"], b"", b"", id="no body, coded"),
])
def test_content_is_what_the_server_meant(fields: list[str], body: bytes, content: bytes) -> None:
    _, stream = open_content(io.BytesIO(http_response(body, *fields)))
    assert stream.read() == content


@pytest.mark.parametrize(("fields", "body", "fault", "before"), [
    pytest.param(["Transfer-Encoding: chunked"], b"a\r\nwiki", BodyFault.CUT, b"wiki", id="cut in a chunk"),
    pytest.param(["Transfer-Encoding: chunked"], b"4\r\nwiki\r\n", BodyFault.CUT, b"wiki", id="cut between chunks"),
    pytest.param(["Transfer-Encoding: chunked"], b"4\r\nwiki\r\n0\r\n", BodyFault.CUT, b"wiki", id="cut in trailers"),
    pytest.param(["Transfer-Encoding: chunked"], b"3\r\nwiki\r\n0\r\n\r\n", BodyFault.CHUNKING, b"wik",
                 id="chunk too long"),
    pytest.param(["Transfer-Encoding: chunked"], b"not chunked", BodyFault.CUT, b"", id="not chunked at all"),
    pytest.param(["Transfer-Encoding: chunked"], b"zz\r\nwiki", BodyFault.CHUNKING, b"", id="size is no number"),
    pytest.param(["Transfer-Encoding: chunked"], b"-4\r\nwiki\r\n", BodyFault.CHUNKING, b"", id="size is negative"),
    pytest.param(["Transfer-Encoding: chunked"], b"f" * 20 + b"\r\n", BodyFault.CHUNKING, b"", id="size is absurd"),
    pytest.param(["Transfer-Encoding: chunked"], b"4;" + b"x" * 70_000, BodyFault.CHUNKING, b"", id="line without end"),
    pytest.param(["Transfer-Encoding: chunked"], b"0\r\n" + b"x: y\r\n" * 30_000, BodyFault.CHUNKING, b"",
                 id="trailers without end"),
    pytest.param(["Content-Encoding: gzip"], gzip.compress(TEXT)[:-20], BodyFault.CUT, None, id="gzip cut"),
    pytest.param(["Content-Encoding: br"], brotli.compress(TEXT)[:-9], BodyFault.CUT, None, id="br cut"),
    pytest.param(["Content-Encoding: gzip"], TEXT, BodyFault.CODING, b"", id="gzip that is none"),
    pytest.param(["Content-Encoding: br"], b"\xff" * 99, BodyFault.CODING, b"", id="br that is none"),
])
def test_a_broken_body_gives_what_came_and_names_the_fault(fields: list[str], body: bytes, fault: BodyFault,
                                                           before: bytes | None) -> None:
    _, stream = open_content(io.BytesIO(http_response(body, *fields)))
    got: list[bytes] = []
    with pytest.raises(BodyDamaged) as raised:
        got.extend(iter(lambda: stream.read(1000), b""))
    assert raised.value.fault is fault
    assert TEXT.startswith(b"".join(got)) if before is None else b"".join(got) == before


def test_an_unknown_coding_is_named_at_once() -> None:
    with pytest.raises(BodyDamaged) as raised:
        open_content(io.BytesIO(http_response(TEXT, "Content-Encoding: zstd")))
    assert raised.value.fault is BodyFault.UNKNOWN_CODING


@pytest.mark.parametrize("coding", ["gzip", "br"])
def test_a_bomb_is_stopped_early(coding: str) -> None:
    bomb = CODERS[coding](bytes(3 * FREE_CONTENT))
    _, stream = open_content(io.BytesIO(http_response(bomb, f"Content-Encoding: {coding}")))
    sizes: list[int] = []
    with pytest.raises(BodyDamaged) as raised:
        sizes.extend(map(len, iter(lambda: stream.read(1 << 16), b"")))
    assert raised.value.fault is BodyFault.EXPANSION
    assert max(sizes) <= 1 << 16
    assert FREE_CONTENT - (1 << 20) <= sum(sizes) <= FREE_CONTENT


def test_measures_are_of_payload_and_content() -> None:
    payload = gzip.compress(TEXT)
    block = http_response(chunked(payload, 10), "Transfer-Encoding: chunked", "Content-Encoding: gzip")
    head, measure = measure_response(io.BytesIO(block))
    assert head is not None
    assert (measure.payload_sha256, measure.payload_length) == (sha256(payload), len(payload))
    assert (measure.content_sha256, measure.content_length) == (sha256(TEXT), len(TEXT))
    assert (measure.coding, measure.payload_fault, measure.content_fault) == ("gzip", None, None)


@pytest.mark.parametrize(("fields", "body", "payload", "content", "faults"), [
    pytest.param([], b"", None, None, (None, None), id="no body"),
    pytest.param(["Content-Encoding: zstd"], b"x", b"x", None, (None, BodyFault.UNKNOWN_CODING), id="unknown coding"),
    pytest.param(["Content-Encoding: gzip"], b"no gzip at all", b"no gzip at all", None, (None, BodyFault.CODING),
                 id="coding is a lie: the whole payload is still measured"),
    pytest.param(["Transfer-Encoding: chunked"], b"9\r\nwiki", b"wiki", b"wiki", (BodyFault.CUT, BodyFault.CUT),
                 id="cut while chunked: what came is payload and content"),
    pytest.param(["Transfer-Encoding: chunked", "Content-Encoding: gzip"], b"9\r\n" + gzip.compress(b"w")[:5],
                 gzip.compress(b"w")[:5], None, (BodyFault.CUT, BodyFault.CUT), id="cut while coded: no content"),
])
def test_measures_of_faulty_bodies_say_so(fields: list[str], body: bytes, payload: bytes | None, content: bytes | None,
                                          faults: tuple[BodyFault | None, BodyFault | None]) -> None:
    _, measure = measure_response(io.BytesIO(http_response(body, *fields)))
    assert measure.payload_sha256 == (None if payload is None else sha256(payload))
    assert measure.content_sha256 == (None if content is None else sha256(content))
    assert (measure.payload_fault, measure.content_fault) == faults


@settings(max_examples=80, deadline=None)
@given(body=st.binary(max_size=3000), sizes=st.lists(st.integers(1, 900), max_size=12),
       coding=st.sampled_from(["", *CODERS]), reads=st.integers(1, 4000))
def test_any_body_in_any_chunks_and_coding_comes_back(body: bytes, sizes: list[int], coding: str, reads: int) -> None:
    payload = CODERS[coding](body) if coding else body
    lines = ["Transfer-Encoding: chunked"] + [f"Content-Encoding: {coding}"] * bool(coding)
    block = http_response(chunked(payload, *sizes), *lines)
    _, as_payload = open_payload(io.BytesIO(block))
    assert b"".join(iter(lambda: as_payload.read(reads), b"")) == payload
    _, as_content = open_content(io.BytesIO(block))
    assert b"".join(iter(lambda: as_content.read(reads), b"")) == body


def test_a_block_is_read_to_its_end_when_its_content_is() -> None:
    source = io.BytesIO(http_response(chunked(b"wiki") + b"bytes after the last chunk", "Transfer-Encoding: chunked"))
    _, stream = open_content(source)
    assert stream.read() == b"wiki"
    assert source.read() == b""


def test_interim_heads_are_not_content() -> None:
    interim = b"HTTP/1.1 100 Continue\r\n\r\n" * 500     # more than one look ahead
    head, stream = open_content(io.BytesIO(interim + http_response(b"body")))
    assert head is not None
    assert stream.read() == b"body"


@given(st.binary(max_size=400), st.sampled_from([["Transfer-Encoding: chunked"], ["Content-Encoding: gzip"],
                                                 ["Content-Encoding: deflate"], ["Content-Encoding: br"]]))
def test_no_bytes_make_measuring_fail(body: bytes, fields: list[str]) -> None:
    _, measure = measure_response(io.BytesIO(http_response(body, *fields)))
    assert measure.payload_length <= len(body)


def test_large_bodies_stream_in_bounded_pieces() -> None:
    body = random.Random(5).randbytes(5_000_000)
    _, stream = open_content(io.BytesIO(http_response(gzip.compress(body, 1), "Content-Encoding: gzip")))
    sizes = [len(data) for data in iter(lambda: stream.read(70_000), b"")]
    assert sum(sizes) == len(body)
    assert max(sizes) <= 70_000
