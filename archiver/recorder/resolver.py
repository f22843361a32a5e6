"""Names to addresses. The recorder resolves, judges and connects to the very address it resolved: no rebinding.

1. A resolver gives every address of the answer, in the order to be tried.
2. An endpoint may carry another port than asked for: so tests and the demo put named servers on free loopback ports.
3. A resolver raises `UpstreamFailed` (kind DNS) where the name has no address.
"""

import ipaddress
import socket
from dataclasses import dataclass
from typing import Protocol

from archiver.errors import FailureKind, UpstreamFailed


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where to connect to."""

    address: str      # an IP address in text, without zone
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """The answer for one name."""

    host: str
    endpoints: tuple[Endpoint, ...]
    source: str       # "getaddrinfo", "map": who answered


class Resolver(Protocol):
    """Answers for names; called from worker threads, several at once."""

    def resolve(self, host: str, port: int) -> Resolution:
        """The endpoints of `host`; raises `UpstreamFailed` where there are none."""


class SystemResolver:
    """What the operating system answers (hosts file, DNS)."""

    def resolve(self, host: str, port: int) -> Resolution:
        """The endpoints of `host`, as getaddrinfo orders them."""
        try:
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
        except (socket.gaierror, UnicodeError) as failure:
            raise UpstreamFailed(FailureKind.DNS, f"{host} has no address: {failure}",
                                 hint="check the spelling of the host, and the network") from failure
        addresses = dict.fromkeys(str(answer[4][0]).partition("%")[0] for answer in answers)
        endpoints = tuple(Endpoint(address=address, port=port) for address in addresses)
        return Resolution(host=host, endpoints=endpoints, source="getaddrinfo")


class MapResolver:
    """Names from a table, keyed by host or by (host, port); names not in it go to `otherwise`."""

    def __init__(self, table: dict[str | tuple[str, int], Endpoint], otherwise: Resolver | None = None) -> None:
        self._table = dict(table)
        self._otherwise = otherwise

    def resolve(self, host: str, port: int) -> Resolution:
        """The endpoint of the table: first for host and port, then for the host."""
        endpoint = self._table.get((host, port)) or self._table.get(host)
        if endpoint is not None:
            return Resolution(host=host, endpoints=(endpoint,), source="map")
        if self._otherwise is None:
            raise UpstreamFailed(FailureKind.DNS, f"{host} has no address: not in the table of names")
        return self._otherwise.resolve(host, port)


def dns_record(resolution: Resolution, date14: str) -> bytes:
    """The block of a `dns:` record (text/dns, RFC 4027): the time as yyyymmddhhmmss, then a line an address.

    The operating system does not tell the time to live, so it is left out (RFC 1035 5.1 allows it).
    """
    lines = [date14]
    for endpoint in resolution.endpoints:
        family = "A" if ipaddress.ip_address(endpoint.address).version == 4 else "AAAA"
        lines.append(f"{resolution.host}.\tIN\t{family}\t{endpoint.address}")
    return "".join(f"{line}\n" for line in lines).encode("ascii")
