"""Replies that real servers give, well-formed and not: each with what a recorder must make of it."""

import gzip
import zlib

import brotli
from origin import ReadBody, Reply, Send, raw, reply

TEXT = b"Sarmin, 16 March 2015: the school after the strike.\n" * 400
CHUNKS = b"5;name=value\r\nhello\r\n1a ; quoted=\"a;b\"\r\n%b\r\n0\r\n" % (b"x" * 26)
TRAILERS = b"X-Checksum: abc\r\nX-Checksum: def\r\n\r\n"


def chunked(body: bytes, size: int) -> bytes:
    """A body in chunks of one size."""
    pieces = [body[start:start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def head(*lines: bytes, status: bytes = b"200 OK") -> bytes:
    """A response head."""
    return b"\r\n".join([b"HTTP/1.1 " + status, *lines]) + b"\r\n\r\n"


# Every client can read these to their end, and the recorder keeps them byte for byte, whole.
WHOLE: dict[str, Reply] = {
    "/plain": reply(TEXT, fields=b"Content-Type: text/html; charset=utf-8\r\n"),
    "/empty": reply(b""),
    "/gzip": reply(gzip.compress(TEXT), fields=b"Content-Encoding: gzip\r\nContent-Type: text/html\r\n"),
    "/deflate": reply(zlib.compress(TEXT), fields=b"Content-Encoding: deflate\r\n"),
    "/br": reply(brotli.compress(TEXT), fields=b"Content-Encoding: br\r\n"),
    "/chunked": raw(head(b"Transfer-Encoding: chunked"), chunked(TEXT, 777), keep=True),
    "/chunked-gzip": raw(head(b"Transfer-Encoding: chunked", b"Content-Encoding: gzip"),
                         chunked(gzip.compress(TEXT), 5), keep=True),
    "/extensions-and-trailers": raw(head(b"tRANSFER-eNCODING:  Chunked", b"Trailer: X-Checksum"), CHUNKS, TRAILERS,
                                    keep=True),
    "/byte-by-byte": raw(*(bytes([byte]) for byte in head(b"Content-Length: 5") + b"hello"), keep=True),
    "/close-delimited": raw(head(b"Content-Type: text/plain"), TEXT),
    "/http-1.0": raw(b"HTTP/1.0 200 OK\r\nServer: old\r\n\r\n" + TEXT),
    "/duplicates-and-case": raw(head(b"SET-cookie: a=1", b"Set-Cookie:b=2", b"set-cookie :  c=3  ",
                                     b"content-LENGTH: 2") + b"ok", keep=True),
    "/folded": raw(head(b"X-Folded: one", b"\ttwo", b"   three", b"Content-Length: 2") + b"ok", keep=True),
    "/latin-1": raw(head(b"X-Name: caf\xe9 \xff", b"Content-Length: 2") + b"ok", keep=True),
    "/no-reason": raw(b"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok", keep=True),
    "/redirect": reply(b"moved", status=b"302 Found", fields=b"Location: /plain\r\n"),
    "/204": raw(head(status=b"204 No Content"), keep=True),
    "/304": raw(head(b"ETag: \"x\"", b"Content-Length: 999", status=b"304 Not Modified"), keep=True),
    "/206": reply(TEXT[100:200], status=b"206 Partial Content",
                  fields=b"Content-Range: bytes 100-199/%d\r\n" % len(TEXT)),
    "/two-equal-lengths": raw(head(b"Content-Length: 2", b"Content-Length: 2") + b"ok", keep=True),
    "/500": reply(b"sorry", status=b"500 Internal Server Error"),
}

# Interim responses, kept beside the final one.
INTERIM: dict[str, Reply] = {
    "/early-hints": raw(head(b"Link: </style.css>; rel=preload", status=b"103 Early Hints"),
                        head(b"Content-Length: 2") + b"ok", keep=True),
    "/two-interim": raw(head(status=b"102 Processing") + head(b"Link: </a>", status=b"103 Early Hints")
                        + head(b"Content-Length: 2") + b"ok", keep=True),
    "/continue": Reply((Send(head(status=b"100 Continue")), ReadBody(), Send(head(b"Content-Length: 2") + b"ok")),
                       body_first=False),
}
