"""What identifies the user stays out of the WARC, byte for byte in its place - and only where it was asked for."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st
from odd_replies import chunked, head
from origin import Hang, Reply, Send, TestCa, raw, reply
from recorder_bench import Bench, block_of, client_of

from archiver.recorder import RecorderLimits
from archiver.recorder.redact import mask_fields

SECRETS = (b"sid=4f2a9c", b"Bearer eyJhbGciOi", b"token=abcdef")


def test_cookies_and_authorization_are_overwritten_in_place_and_named(bench: Bench, test_ca: TestCa) -> None:
    served = bench.origin({"/x": reply(b"body sid=4f2a9c", fields=b"Set-Cookie: token=abcdef; Path=/\r\n")},
                          "user.test", ca=test_ca)
    bench.start(ca=test_ca)
    channel = bench.channel(redact=True)
    with client_of(channel) as client:
        answer = client.get("https://user.test/x", timeout=60,
                            headers={"Cookie": "sid=4f2a9c", "Authorization": "Bearer eyJhbGciOi"})
    assert answer.cookies["token"] == "abcdef"
    (exchange,) = channel.close().exchanges
    sent, received = bytes(served.of("/x").sent), bytes(served.of("/x").received)
    assert SECRETS[0] in received
    records = bench.records()
    assert exchange.response is not None
    assert block_of(records, exchange.request.record) == received.replace(SECRETS[0], b"x" * 10).replace(
        SECRETS[1], b"x" * 17)
    assert block_of(records, exchange.response.record) == sent.replace(b"token=abcdef; Path=/", b"x" * 20)
    redacted = {record.type: record.fields.get("Muniment-Redacted") for record in records}
    assert redacted["request"] == "cookie, authorization"
    assert redacted["response"] == "set-cookie"


def test_without_identity_everything_stays_as_it_was(bench: Bench) -> None:
    served = bench.origin({"/x": reply(b"ok", fields=b"Set-Cookie: token=abcdef\r\n")}, "anyone.test")
    bench.start()
    channel = bench.channel()
    with client_of(channel) as client:
        client.get("http://anyone.test/x", timeout=60, headers={"Cookie": "sid=4f2a9c"})
    (exchange,) = channel.close().exchanges
    records = bench.records()
    assert block_of(records, exchange.request.record) == bytes(served.of("/x").received)
    assert not any("Muniment-Redacted" in record.fields for record in records)


TRICKY = {
    "/trailer": raw(head(b"Transfer-Encoding: chunked"), b"2\r\nok\r\n0\r\nSet-Cookie: token=abcdef\r\n\r\n",
                    keep=True),
    "/folded": raw(head(b"Set-Cookie: a=1;", b"\ttoken=abcdef", b"Content-Length: 2") + b"ok", keep=True),
    "/interim": raw(head(b"Set-Cookie: token=abcdef", status=b"103 Early Hints"), head(b"Content-Length: 2") + b"ok",
                    keep=True),
    "/cut-head": raw(b"HTTP/1.1 200 OK\r\nSet-Cookie: token=abcdef\r\nX-Cu"),
    "/stalled-head": Reply((Send(b"HTTP/1.1 200 OK\r\nSet-Cookie: token=abcdef\r\n"), Hang()), keep=False),
    "/odd-case": raw(head(b"sEt-CoOkIe:token=abcdef", b"Set-Cookie : token=abcdef", b"Content-Length: 2") + b"ok",
                     keep=True),
    "/after-body": raw(head(b"Transfer-Encoding: chunked", b"Set-Cookie: token=abcdef"),
                       chunked(gzip.compress(b"x" * 100_000), 11), keep=True),
}


@pytest.mark.parametrize("path", TRICKY)
def test_a_cookie_is_masked_wherever_the_server_puts_it(bench: Bench, path: str) -> None:
    served = bench.origin(TRICKY, "user.test")
    bench.start(limits=RecorderLimits(idle_seconds=1.0) if path == "/stalled-head" else None)
    channel = bench.channel(redact=True)
    with client_of(channel) as client:
        try:
            client.get(f"http://user.test{path}", timeout=60)
        except OSError:
            assert path in ("/cut-head", "/stalled-head")
    (exchange,) = channel.close().exchanges
    records = bench.records()
    assert b"abcdef" in bytes(served.of(path).sent)
    assert exchange.response is not None
    stored = block_of(records, exchange.response.record)
    assert not any(b"abcdef" in record.block for record in records)
    if path != "/interim":
        assert len(stored) == len(served.of(path).sent)
        assert stored.count(b"x" * 12) >= 1


def test_the_recorders_own_token_is_never_stored(bench: Bench) -> None:
    served = bench.origin({"/x": reply(b"ok")}, "plain.test")
    bench.start()
    channel = bench.channel()
    with client_of(channel) as client:
        client.get("http://plain.test/x", timeout=60)
    channel.close()
    assert b"proxy-" not in bytes(served.of("/x").received).lower()
    assert not any(b"roxy-Auth" in record.block for record in bench.records())


FIELD = st.tuples(st.sampled_from([b"Cookie", b"set-cookie", b"AUTHORIZATION", b"X-Other", b"Cookie2"]),
                  st.sampled_from([b":", b": ", b" :\t"]), st.binary(max_size=30).map(
                      lambda data: data.replace(b"\r", b"").replace(b"\n", b"")),
                  st.sampled_from([b"\r\n", b"\n", b"\r\n folded\r\n"]))


@given(st.lists(FIELD, max_size=8))
def test_masking_keeps_the_length_the_lines_and_every_other_field(fields: list[tuple[bytes, ...]]) -> None:
    whole = b"GET / HTTP/1.1\r\n" + b"".join(b"".join(field) for field in fields) + b"\r\n"
    masked, names = mask_fields(whole)
    assert len(masked) == len(whole)
    assert [place for place, byte in enumerate(masked) if byte in b"\r\n"] == \
        [place for place, byte in enumerate(whole) if byte in b"\r\n"]
    for (name, *_), line, old in zip(fields, _logical(masked), _logical(whole), strict=True):
        if name.lower() in (b"cookie", b"set-cookie", b"authorization"):
            assert set(line.partition(b":")[2]) <= set(b"x \t\r\n")
        else:
            assert line == old
    assert set(names) == {{"cookie": "Cookie", "set-cookie": "Set-Cookie", "authorization": "Authorization"}[key]
                          for field in fields
                          if (key := field[0].decode().lower()) in ("cookie", "set-cookie", "authorization")}


def _logical(message: bytes) -> list[bytes]:
    """The fields of a head, folded lines with the field they belong to."""
    lines: list[bytes] = []
    for line in message.split(b"\n")[1:-2]:
        if line.startswith(b" "):
            lines[-1] += b"\n" + line
        else:
            lines.append(line)
    return lines
