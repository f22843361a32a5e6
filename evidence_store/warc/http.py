"""HTTP/1 heads, read leniently from bytes that are never changed.

1. Raw pairs: names and values are the bytes that were sent, surrounding white space removed and folding joined;
   nothing is decoded, merged or dropped except lines without a colon, which are counted.
2. No status line means no head: HTTP/0.9 text and other protocols are None, not an error.
3. A head longer than MAX_HEAD is no head.
Source: RFC 9112 (HTTP/1.1). What a body says is read by `evidence_store.warc.bodies`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

MAX_HEAD = 1 << 18      # bytes: the largest head that browsers accept (Chromium: 256 KiB)
MAX_FIELDS = 2000       # field lines of one head: ten times what servers accept

_STATUS = re.compile(rb"(HTTP/[0-9](?:\.[0-9])?|ICY)[ \t]+([0-9]{3})(?:[ \t]+([^\r\n]*))?[ \t]*$", re.IGNORECASE)
_REQUEST = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]{1,64})[ \t]+(\S+)(?:[ \t]+(HTTP/[0-9]\.[0-9]))?[ \t]*$")
_END = re.compile(rb"\r?\n\r?\n")
_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")   # RFC 9110 5.1: token


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpHead:
    """The head of a request or a response."""

    version: str                              # "HTTP/1.1"; "ICY" for old radio servers; "" where a request has none
    status: int | None = None                 # responses
    reason: bytes = b""
    method: str = ""                          # requests
    target: bytes = b""                       # requests: as sent, origin or absolute form
    fields: tuple[tuple[bytes, bytes], ...]   # name and value, in order, as sent
    length: int                               # bytes of the head, with the empty line that ends it
    complete: bool                            # the empty line is there
    odd_lines: int = 0                        # lines without a colon, or with a name that is no token

    def values(self, name: str) -> tuple[bytes, ...]:
        """Every value of a field, in order."""
        wanted = name.lower().encode("ascii")
        return tuple(value for field, value in self.fields if field.lower() == wanted)

    def first(self, name: str) -> str:
        """The first value of a field as Latin-1 text, "" when it is not there."""
        values = self.values(name)
        return values[0].decode("latin-1") if values else ""

    @property
    def media_type(self) -> str:
        """Content-Type in lower case without its parameters; "" when not said."""
        value = re.split(r"[;,\s]", self.first("content-type").strip(), maxsplit=1)[0].lower()
        return value if value.isprintable() else ""

    @property
    def is_chunked(self) -> bool:
        """The last transfer coding is `chunked` (RFC 9112 6.1)."""
        codings = list_members(self.values("transfer-encoding"))
        return bool(codings) and codings[-1] == "chunked"

    @property
    def content_codings(self) -> tuple[str, ...]:
        """Content codings in the order they were applied, `identity` left out."""
        return tuple(coding for coding in list_members(self.values("content-encoding")) if coding != "identity")

    @property
    def content_length(self) -> int | None:
        """Content-Length, where it is one number (said once or repeated alike)."""
        found = set(list_members(self.values("content-length")))
        only = found.pop() if len(found) == 1 else ""
        return int(only) if only.isascii() and only.isdigit() and len(only) <= 18 else None

    @property
    def is_plain(self) -> bool:
        """Every reader of WARC files splits this head from its body at the same byte."""
        return self.complete and self.odd_lines == 0 and self.version in ("HTTP/1.0", "HTTP/1.1")


def list_members(values: tuple[bytes, ...]) -> list[str]:
    """The members of a comma-separated field, lower case, empty ones left out (RFC 9110 5.6.1)."""
    joined = b",".join(values).decode("latin-1").lower()
    return [member.strip() for member in joined.split(",") if member.strip()]


def head_length(data: bytes) -> int | None:
    """Bytes up to and with the empty line that ends a head; None while it has not come."""
    found = _END.search(data, 0, MAX_HEAD)
    return found.end() if found else None


def parse_response_head(data: bytes) -> HttpHead | None:
    """The head that `data` begins with; None where there is no status line. `data` may end within the head."""
    line, lines, length, complete = _split(data)
    match = _STATUS.match(line)
    if match is None:
        return None
    fields, odd = _fields(lines)
    return HttpHead(version=match[1].decode("ascii").upper(), status=int(match[2]), reason=match[3] or b"",
                    fields=fields, length=length, complete=complete, odd_lines=odd)


def parse_request_head(data: bytes) -> HttpHead | None:
    """The head that `data` begins with; None where there is no request line."""
    line, lines, length, complete = _split(data)
    match = _REQUEST.match(line)
    if match is None:
        return None
    fields, odd = _fields(lines)
    return HttpHead(version=(match[3] or b"").decode("ascii"), method=match[1].decode("ascii"), target=match[2],
                    fields=fields, length=length, complete=complete, odd_lines=odd)


def final_response_head(data: bytes) -> tuple[HttpHead | None, int]:
    """The head after interim 1xx responses (RFC 9110 15.2), and where its body begins in `data`.

    101 is final: what follows is another protocol.
    """
    start = 0
    while True:
        head = parse_response_head(data[start:start + MAX_HEAD])
        if head is None:
            return None, 0
        start += head.length
        if not head.complete or head.status is None or head.status // 100 != 1 or head.status == 101:
            return head, start


def _split(data: bytes) -> tuple[bytes, list[bytes], int, bool]:
    ended = head_length(data)
    length = min(len(data), MAX_HEAD) if ended is None else ended
    lines = re.split(rb"\r?\n", data[:length])
    return lines[0], lines[1:], length, ended is not None


def _fields(lines: list[bytes]) -> tuple[tuple[tuple[bytes, bytes], ...], int]:
    found: list[tuple[bytes, bytes]] = []
    odd = 0
    for line in lines[:MAX_FIELDS]:
        if not line:
            continue
        if line[:1] in (b" ", b"\t"):
            if not found or not line.strip():
                odd += 1
            else:                                # RFC 9112 5.2: obs-fold joins with a space
                name, value = found[-1]
                found[-1] = (name, value + b" " + line.strip(b" \t"))
            continue
        name, colon, value = line.partition(b":")
        if not colon or not _NAME.fullmatch(name.rstrip(b" \t")):
            odd += 1
        if colon:
            found.append((name.rstrip(b" \t"), value.strip(b" \t")))
    return tuple(found), odd + max(0, len(lines) - MAX_FIELDS)


def iterate_text_fields(head: HttpHead) -> Iterator[tuple[str, str]]:
    """Fields as text for people: Latin-1, unprintable characters escaped."""
    for name, value in head.fields:
        yield _printable(name), _printable(value)


def _printable(data: bytes) -> str:
    return "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in data.decode("latin-1"))
