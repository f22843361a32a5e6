"""What a client asks of the proxy, and what of it goes to the server. Pure.

1. The server gets the client's bytes in origin form, without proxy fields and without `zstd` in Accept-Encoding;
   every other byte - order, case, spacing, folding - is the client's.
2. A target that is not exactly one server and one path is an error, never a guess.
"""

import re
from dataclasses import dataclass
from urllib.parse import quote

from evidence_store.warc.http import HttpHead

_DEFAULT_PORTS = {"http": 80, "https": 443}
_ABSOLUTE = re.compile(rb"(?P<scheme>https?|wss?)://(?P<authority>[^/?#]*)(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_AUTHORITY = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^\s:@/?#\[\]\\]+)(?::(?P<port>[0-9]{0,5}))?")
_HOST = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\]")
_PROXY_FIELDS = frozenset({b"proxy-authorization", b"proxy-connection"})
_ZSTD = re.compile(rb"(?i)^[ \t]*zstd[ \t]*(?:;[^,\r\n]*)?$")


class BadRequest(Exception):
    """What the client sent cannot be forwarded; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """A server as a URL names it."""

    scheme: str       # "http" or "https"
    host: str         # lower case; IPv6 without brackets
    port: int

    @property
    def authority(self) -> str:
        """As it stands in a URL: default ports are dropped."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    def url(self, path: bytes) -> str:
        """The URL of an origin-form target."""
        text = quote(path, safe="!\"#$%&'()*+,/:;<=>?@[\\]^_`{|}~-.")      # only what is no printable ASCII
        return f"{self.scheme}://{self.authority}" + ("" if text == "*" else text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A server, and what is asked of it."""

    origin: Origin
    path: bytes       # origin form: "/path?query", or "*"

    @property
    def url(self) -> str:
        """The URL that was asked for."""
        return self.origin.url(self.path)


def parse_authority(text: str, scheme: str) -> Origin:
    """`HOST[:PORT]`; raises BadRequest."""
    found = _AUTHORITY.fullmatch(text)
    if found is None or not _HOST.fullmatch(found["host"]):
        raise BadRequest(f"{text[:200]!r} is no host, or not one in ASCII")
    port = int(found["port"]) if found["port"] else _DEFAULT_PORTS[scheme]
    if not 0 < port < 65536:
        raise BadRequest(f"{text[:200]!r} has no valid port")
    return Origin(scheme=scheme, host=found["host"].strip("[]").lower(), port=port)


def parse_absolute(target: bytes) -> Target:
    """The target of a request to a proxy: `http://HOST[:PORT]/PATH`; raises BadRequest."""
    found = _ABSOLUTE.fullmatch(target)
    if found is None:
        raise BadRequest("a proxy needs an absolute URL")
    scheme = "https" if found["scheme"].lower() in (b"https", b"wss") else "http"
    origin = parse_authority(found["authority"].decode("latin-1"), scheme)
    rest = found["rest"].partition(b"#")[0]
    return Target(origin=origin, path=rest if rest.startswith(b"/") else b"/" + rest)


def parse_in_tunnel(target: bytes, origin: Origin) -> Target:
    """The target of a request inside a tunnel to `origin`; raises BadRequest for another server's."""
    if target.startswith(b"/") or target == b"*":
        return Target(origin=origin, path=target)
    absolute = parse_absolute(target)
    if absolute.origin != origin:
        raise BadRequest(f"{absolute.url} is not at {origin.authority}, where this tunnel leads")
    return absolute


def origin_form(raw: bytes, head: HttpHead, path: bytes) -> bytes:
    """The head to send to the server."""
    lines = raw.split(b"\n")
    lines[0] = lines[0].replace(head.target, path, 1)
    kept = [lines[0]]
    dropping = coding = False
    for line in lines[1:]:
        folded = line[:1] in (b" ", b"\t") and bool(line.strip())
        if not folded:
            name = line.partition(b":")[0].strip().lower()
            dropping, coding = name in _PROXY_FIELDS, name == b"accept-encoding"
        if not dropping:
            kept.append(_without_zstd(line, folded=folded) if coding else line)
    return b"\n".join(kept)


def _without_zstd(line: bytes, *, folded: bool) -> bytes:
    """An Accept-Encoding line without `zstd`: archives cannot be replayed with it (facts/recording.md, decision 4)."""
    bare = line.removesuffix(b"\r")
    ending = line[len(bare):]
    name, colon, value = (b"", b"", bare) if folded else bare.partition(b":")
    members = value.split(b",")
    kept = [member for member in members if not _ZSTD.match(member)]
    if len(kept) == len(members):
        return line
    if not kept and not folded:
        kept = [b" identity"]
    return name + colon + b",".join(kept) + ending


def absolute_form(raw: bytes, target: Target, proxy_fields: bytes) -> bytes:
    """A head in origin form as a proxy wants it: with the whole URL, and what signs in to the proxy."""
    line, end, rest = raw.partition(b"\n")
    url = f"{target.origin.scheme}://{target.origin.authority}".encode("ascii")
    return line.replace(target.path, url + (b"" if target.path == b"*" else target.path), 1) + end + proxy_fields + rest
