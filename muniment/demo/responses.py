"""Request bytes in, response bytes out: the part of the demo's server that needs no socket."""

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import format_datetime

from muniment.demo.routes import HTML, Delivery, Route

CHUNK = 1337                 # odd on purpose: chunk boundaries fall anywhere
NOT_FOUND = b"<!doctype html><title>Not here</title><p>This address of the demo's web leads nowhere.</p>\n"
REASONS = {200: "OK", 206: "Partial Content", 301: "Moved Permanently", 400: "Bad Request", 404: "Not Found",
           405: "Method Not Allowed", 416: "Range Not Satisfiable"}
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the server needs of a request."""

    method: str
    host: str              # lower case, without port
    path: str              # without query
    accepts_gzip: bool = False
    byte_range: str = ""   # the Range field, raw
    closes: bool = False   # the client asked to close the connection
    length: int = 0        # of the request's body


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """Bytes to send; where `drops`, the connection is cut after them."""

    head: bytes
    body: bytes
    drops: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    status: int
    body: bytes
    fields: tuple[str, ...] = ()


def parse_request(head: bytes) -> Request | None:
    """The request of a head (up to and including the empty line); None when it is none."""
    lines = head.decode("latin-1").split("\r\n")
    words = lines[0].split(" ")
    if len(words) != 3 or not words[1].startswith("/"):
        return None
    fields = {name.strip().lower(): value.strip() for name, _,
              value in (line.partition(":") for line in lines[1:] if line)}
    length = fields.get("content-length", "0")
    return Request(
        method=words[0],
        host=fields.get("host", "").lower().partition(":")[0],
        path=words[1].partition("?")[0],
        accepts_gzip="gzip" in fields.get("accept-encoding", ""),
        byte_range=fields.get("range", ""),
        closes=fields.get("connection", "").lower() == "close",
        length=int(length) if length.isdecimal() else 0,
    )


def respond(request: Request | None, route: Route | None, content: bytes, *, now: datetime) -> Response:
    """The answer to a request; `content` is the route's whole content, `now` goes into Date."""
    if request is None:
        return _assemble(_Part(status=400, body=b""), Route(host="", path="", delivery=Delivery.PLAIN), now)
    if route is None:
        return _answered(request, Route(host="", path="", status=404, delivery=Delivery.PLAIN), NOT_FOUND, now)
    if request.method not in {"GET", "HEAD"}:
        return _assemble(_Part(status=405, body=b"", fields=("Allow: GET, HEAD",)),
                         replace(route, delivery=Delivery.PLAIN), now)
    return _answered(request, route, content, now)


def _answered(request: Request, route: Route, content: bytes, now: datetime) -> Response:
    match route.delivery:
        case Delivery.PLAIN:
            response = _assemble(_ranged(request, route, content), route, now)
        case Delivery.STREAMED:
            response = _streamed(request, route, content, now)
        case Delivery.DROPPED:
            whole = _assemble(_Part(status=route.status, body=content), route, now)
            response = replace(whole, body=content[:len(content) // 2], drops=True)
    if request.method == "HEAD":
        return replace(response, body=b"", drops=False)
    return response


def _ranged(request: Request, route: Route, content: bytes) -> _Part:
    """The range that was asked for (RFC 9110 14.2: one range only, others are ignored), or the whole."""
    moved = (f"Location: {route.location}",) if route.location else ()
    match = _RANGE.fullmatch(request.byte_range)
    if route.status != 200 or match is None or match.groups() == ("", ""):
        return _Part(status=route.status, body=content,
                     fields=(*moved, "Accept-Ranges: bytes") if route.status == 200 else moved)
    first, last = match.groups()
    start = int(first) if first else max(0, len(content) - int(last))
    end = min(int(last) if first and last else len(content) - 1, len(content) - 1)
    if start > end:
        return _Part(status=416, body=b"", fields=(f"Content-Range: bytes */{len(content)}",))
    return _Part(status=206, body=content[start:end + 1],
                 fields=("Accept-Ranges: bytes", f"Content-Range: bytes {start}-{end}/{len(content)}"))


def _streamed(request: Request, route: Route, content: bytes, now: datetime) -> Response:
    coded = gzip.compress(content, mtime=0) if request.accepts_gzip else content
    fields = ["Transfer-Encoding: chunked", "Vary: Accept-Encoding"]
    if request.accepts_gzip:
        fields.append("Content-Encoding: gzip")
    return Response(head=_head(route.status, route.media_type, fields, now), body=b"".join(_chunks(coded)))


def _chunks(content: bytes) -> Iterator[bytes]:
    for start in range(0, len(content), CHUNK):
        piece = content[start:start + CHUNK]
        yield b"%x\r\n%s\r\n" % (len(piece), piece)
    yield b"0\r\n\r\n"


def _assemble(part: _Part, route: Route, now: datetime) -> Response:
    fields = [*part.fields, f"Content-Length: {len(part.body)}"]
    return Response(head=_head(part.status, route.media_type or HTML, fields, now), body=part.body)


def _head(status: int, media_type: str, fields: list[str], now: datetime) -> bytes:
    lines = [f"HTTP/1.1 {status} {REASONS[status]}", f"Date: {format_datetime(now, usegmt=True)}",
             "Server: muniment-demo",
             f"Content-Type: {media_type}", *fields]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
