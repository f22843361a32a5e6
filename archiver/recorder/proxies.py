"""A proxy between the recorder and the servers (Tor, a corporate gateway): its address and its handshakes.

1. The proxy resolves the names; the recorder asks for a name and never looks it up itself (`socks5h`).
2. A proxy that fails or refuses ends the request; nothing ever goes direct instead.
"""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote, urlsplit

from archiver.errors import InvalidSetting


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
