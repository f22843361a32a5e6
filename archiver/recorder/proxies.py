"""A proxy between the recorder and the servers (Tor, a corporate gateway): its address and its handshakes.

1. The proxy resolves the names; the recorder asks for a name and never looks it up itself (`socks5h`).
2. A proxy that fails or refuses ends the request; nothing ever goes direct instead.
"""

from base64 import b64encode
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote, urlsplit

from archiver.errors import FailureKind, InvalidSetting, UpstreamFailed
from archiver.recorder.limits import MAX_HEAD_BYTES
from archiver.recorder.wire import Connection
from evidence_store.warc.http import head_length, parse_response_head


class ProxyScheme(StrEnum):
    """How the proxy is spoken to."""

    HTTP = "http"
    SOCKS5H = "socks5h"


@dataclass(frozen=True, slots=True, kw_only=True)
class UpstreamProxy:
    """The proxy that all connections to servers go through."""

    scheme: ProxyScheme
    host: str
    port: int
    username: str = ""
    password: str = ""

    @classmethod
    def parse(cls, url: str) -> "UpstreamProxy":
        """`http://[USER:PASSWORD@]HOST:PORT` or `socks5h://...`; `InvalidSetting` for anything else."""
        hint = "for example socks5h://127.0.0.1:9050 or http://proxy.example:3128"
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as fault:
            raise InvalidSetting(f"{url!r} is not a proxy URL: {fault}", hint=hint) from fault
        if parts.scheme in {"socks5", "socks4", "socks4a", "socks"}:
            raise InvalidSetting(f"{parts.scheme} resolves names on this machine, past the proxy",
                                 hint="write socks5h://, which lets the proxy resolve them")
        if parts.scheme not in {"http", "socks5h"} or not parts.hostname or port is None:
            raise InvalidSetting(f"{url!r} is not http://HOST:PORT or socks5h://HOST:PORT", hint=hint)
        return cls(scheme=ProxyScheme(parts.scheme), host=parts.hostname, port=port,
                   username=unquote(parts.username or ""), password=unquote(parts.password or ""))

    def __str__(self) -> str:
        """As circumstances state it, without the password."""
        return f"{self.scheme}://{self.host}:{self.port}"

    @property
    def basic(self) -> bytes:
        """The Proxy-Authorization line, or nothing where there is no user."""
        if not self.username:
            return b""
        secret = b64encode(f"{self.username}:{self.password}".encode()).decode("ascii")
        return f"Proxy-Authorization: Basic {secret}\r\n".encode("ascii")


class TunnelRefused(Exception):
    """The proxy does not open a tunnel to this port; `status` is what it answered."""

    def __init__(self, status: int) -> None:
        super().__init__(f"answered {status} to CONNECT")
        self.status = status


_SOCKS_ANSWERS = {
    1: "general failure", 2: "its rules forbid the connection", 3: "network unreachable", 4: "host unreachable",
    5: "connection refused", 6: "expired", 7: "command not supported", 8: "address type not supported",
}   # RFC 1928 section 6
_NOT_HERE = frozenset({400, 403, 405, 501})     # what proxies answer to CONNECT for a port they keep closed


async def open_tunnel(connection: Connection, proxy: UpstreamProxy, host: str, port: int) -> None:
    """Let the proxy connect to `host`; after that the connection is the server's. Raises UpstreamFailed (PROXY).

    Raises TunnelRefused where an HTTP proxy opens tunnels, only not to this port.
    """
    if proxy.scheme is ProxyScheme.SOCKS5H:
        await _socks5(connection, proxy, host, port)
    else:
        await _connect(connection, proxy, host, port)


def _failed(proxy: UpstreamProxy, text: str) -> UpstreamFailed:
    return UpstreamFailed(FailureKind.PROXY, f"the proxy {proxy} {text}", hint="check --proxy; nothing goes direct")


async def _connect(connection: Connection, proxy: UpstreamProxy, host: str, port: int) -> None:
    authority = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    await connection.write(b"CONNECT %b HTTP/1.1\r\nHost: %b\r\n%b\r\n"
                           % (authority.encode("ascii"), authority.encode("ascii"), proxy.basic))
    read = await connection.read_head(MAX_HEAD_BYTES, head_length, lambda _: True)
    head = parse_response_head(read.raw)
    if head is None or head.status is None or not read.complete:
        raise _failed(proxy, "gave no HTTP answer")
    if head.status in _NOT_HERE:
        raise TunnelRefused(head.status)
    if head.status // 100 != 2:
        raise _failed(proxy, f"answered {head.status} for {authority}")


async def _socks5(connection: Connection, proxy: UpstreamProxy, host: str, port: int) -> None:
    """RFC 1928; user and password as RFC 1929."""
    name = host.encode("ascii")
    if len(name) > 255:
        raise _failed(proxy, f"cannot be asked for {host[:40]}...: SOCKS names have 255 bytes at most")
    await connection.write(b"\x05\x02\x00\x02" if proxy.username else b"\x05\x01\x00")
    version, method = await _exactly(connection, 2, proxy)
    if version != 5 or method not in (0, 2) or (method == 2 and not proxy.username):
        raise _failed(proxy, "accepts no way to sign in that is known here")
    if method == 2:
        user, password = proxy.username.encode()[:255], proxy.password.encode()[:255]
        await connection.write(bytes([1, len(user)]) + user + bytes([len(password)]) + password)
        if (await _exactly(connection, 2, proxy))[1] != 0:
            raise _failed(proxy, "refused user and password")
    await connection.write(b"\x05\x01\x00\x03" + bytes([len(name)]) + name + port.to_bytes(2, "big"))
    _, answer, _, kind = await _exactly(connection, 4, proxy)
    if answer != 0:
        raise _failed(proxy, f"could not reach {host}:{port}: {_SOCKS_ANSWERS.get(answer, f'answer {answer}')}")
    size = {1: 4, 4: 16}.get(kind)
    if size is None:
        size = (await _exactly(connection, 1, proxy))[0]
    await _exactly(connection, size + 2, proxy)      # the address it bound, which says nothing to us


async def _exactly(connection: Connection, size: int, proxy: UpstreamProxy) -> bytes:
    found = b""
    while len(found) < size:
        data = await connection.some()
        if not data:
            raise _failed(proxy, "closed the connection")
        found += bytes(data)
    connection.unread(found[size:])
    return found[:size]
