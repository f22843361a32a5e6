"""What the recorder may connect to.

1. Judged is the address that is connected to, never the name alone: a name that resolves to loopback is loopback.
2. An address inside another (IPv4-mapped, 6to4, NAT64) is judged as what it leads to.
3. Numbers as hosts (decimal, octal, hexadecimal, short forms) are parsed as browsers parse them, then judged.
4. Link-local, multicast and unspecified addresses and Muniment's own ports are refused whatever is allowed.
5. Where a proxy resolves the names, names that can only be meant locally are refused.
"""

import ipaddress
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from archiver.errors import InvalidSetting

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network


class AddressKind(StrEnum):
    """What an address is meant for (IANA special-purpose registries)."""

    PUBLIC = "public"
    LOOPBACK = "loopback"
    PRIVATE = "private"
    LINK_LOCAL = "link-local"
    MULTICAST = "multicast"
    UNSPECIFIED = "unspecified"
    RESERVED = "reserved"


def _networks(kind: AddressKind, *texts: str) -> tuple[tuple[Network, AddressKind], ...]:
    return tuple((ipaddress.ip_network(text), kind) for text in texts)


# Written out: `ipaddress.is_private` changed its answers between the Python versions we run on.
_IPV4 = (
    *_networks(AddressKind.UNSPECIFIED, "0.0.0.0/8"),
    *_networks(AddressKind.LOOPBACK, "127.0.0.0/8"),
    *_networks(AddressKind.LINK_LOCAL, "169.254.0.0/16"),
    *_networks(AddressKind.PRIVATE, "10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "198.18.0.0/15"),
    *_networks(AddressKind.MULTICAST, "224.0.0.0/4"),
    *_networks(AddressKind.RESERVED, "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.51.100.0/24",
               "203.0.113.0/24", "240.0.0.0/4"),
)
_IPV6 = (
    *_networks(AddressKind.UNSPECIFIED, "::/128"),
    *_networks(AddressKind.LOOPBACK, "::1/128"),
    *_networks(AddressKind.LINK_LOCAL, "fe80::/10"),
    *_networks(AddressKind.PRIVATE, "fc00::/7", "fec0::/10", "64:ff9b:1::/48"),
    *_networks(AddressKind.MULTICAST, "ff00::/8"),
    *_networks(AddressKind.RESERVED, "2001::/23", "2001:db8::/32", "3fff::/20"),
)
_IPV6_UNICAST = ipaddress.IPv6Network("2000::/3")    # RFC 4291 2.4: all that is assigned for the public so far
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")       # RFC 6052
_COMPATIBLE = ipaddress.IPv6Network("::/96")         # RFC 4291 2.5.5.1, deprecated, still routed by some stacks

_OPENABLE = frozenset({AddressKind.LOOPBACK, AddressKind.PRIVATE})
_ALLOWANCE = re.compile(r"\[(?P<six>[0-9A-Fa-f:.]+)\](?P<len6>/\d{1,3})?(:(?P<port6>\d{1,5}))?"
                        r"|(?P<four>[0-9.]+)(?P<len4>/\d{1,2})?(:(?P<port4>\d{1,5}))?"
                        r"|(?P<bare>[0-9A-Fa-f:.]+(/\d{1,3})?)", re.ASCII)
_LOCAL_SUFFIXES = (".local", ".localhost", ".localdomain", ".internal", ".home.arpa")


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """An address or network, and perhaps one port, that the user opens with `--allow`."""

    network: Network
    port: int | None = None

    @classmethod
    def parse(cls, text: str) -> "Allowance":
        """`ADDRESS[/LEN][:PORT]`; an IPv6 address with a port stands in brackets."""
        try:
            return cls._parse(text.strip())
        except ValueError as fault:
            raise InvalidSetting(f"{text!r} is not ADDRESS[/LEN][:PORT]",
                                 hint="for example 127.0.0.1:8080, 10.0.0.0/8 or [::1]:8080") from fault

    @classmethod
    def _parse(cls, text: str) -> "Allowance":
        found = _ALLOWANCE.fullmatch(text)
        if found is None:
            raise ValueError(text)
        bracketed, dotted = found["six"], found["four"]
        address = found["bare"] or (bracketed + (found["len6"] or "") if bracketed else dotted + (found["len4"] or ""))
        port_text = found["port6"] or found["port4"]
        port = int(port_text) if port_text else None
        if port is not None and not 0 < port < 65536:
            raise ValueError(text)
        return cls(network=ipaddress.ip_network(address), port=port)

    def covers(self, address: Address, port: int) -> bool:
        """Whether this opens `address` at `port`."""
        return address.version == self.network.version and address in self.network and self.port in {None, port}


@dataclass(frozen=True, slots=True, kw_only=True)
class EgressPolicy:
    """What may be connected to: any public address, and what the user opens."""

    allow_private: bool = False              # loopback and private addresses too
    allow: tuple[Allowance, ...] = ()
    own_ports: frozenset[int] = frozenset()  # on this machine, of Muniment itself; the recorder adds its own

    def is_own(self, address: Address, port: int) -> bool:
        """Whether Muniment itself listens there."""
        kind = kind_of(effective_address(address))
        return port in self.own_ports and kind in {AddressKind.LOOPBACK, AddressKind.UNSPECIFIED}

    def refusal(self, address: Address, port: int) -> str | None:
        """Why `address` at `port` is refused, in words; None where it is allowed."""
        if self.is_own(address, port):
            return f"{address} port {port} is Muniment's own"
        target = effective_address(address)
        kind = kind_of(target)
        if kind is AddressKind.PUBLIC:
            return None
        if kind in _OPENABLE and self.allow_private:
            return None
        openable = kind in _OPENABLE or kind is AddressKind.RESERVED
        if openable and any(allowance.covers(target, port) for allowance in self.allow):
            return None
        return f"{address} is a {kind} address"

    def proxied_refusal(self, host: str) -> str | None:
        """Why a host is refused where an upstream proxy would resolve it; None where it is allowed."""
        address = literal_address(host)
        if address is not None:
            kind = kind_of(effective_address(address))
            return None if kind is AddressKind.PUBLIC else f"{address} is a {kind} address"
        name = host.rstrip(".").lower()
        if name == "localhost" or name.endswith(_LOCAL_SUFFIXES):
            return f"{host} is a local name"
        if "." not in name:
            return f"{host} has a single label, which only a local network can mean"
        return None


def effective_address(address: Address) -> Address:
    """The IPv4 address that an IPv6 address leads to, where it leads to one; the address itself otherwise."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    embedded = address.ipv4_mapped or address.sixtofour
    if embedded is None and address in _NAT64:
        embedded = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if embedded is None and address in _COMPATIBLE and int(address) > 1:
        embedded = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return embedded if embedded is not None else address


def kind_of(address: Address) -> AddressKind:
    """What an address is meant for; embedded addresses are not looked into (`effective_address` does)."""
    for network, kind in (_IPV4 if address.version == 4 else _IPV6):
        if address in network:
            return kind
    if isinstance(address, ipaddress.IPv6Address) and address not in _IPV6_UNICAST:
        return AddressKind.RESERVED
    return AddressKind.PUBLIC


def literal_address(host: str) -> Address | None:
    """The address that a host is in itself, in any spelling browsers accept; None for names.

    IPv4 in the forms of the WHATWG URL standard (host parsing): 127.0.0.1, 127.1, 2130706433, 0x7f.1, 0177.0.0.1.
    """
    if ":" in host:
        try:
            return ipaddress.IPv6Address(host.strip("[]").partition("%")[0])
        except ValueError:
            return None
    parts = host.removesuffix(".").split(".")
    if len(parts) > 4:
        return None
    numbers = [_number(part) for part in parts]
    if any(number is None for number in numbers):
        return None
    values = [number for number in numbers if number is not None]
    if any(value > 255 for value in values[:-1]) or values[-1] >= 256 ** (5 - len(values)):
        return None
    total = values[-1] + sum(value << (8 * (3 - place)) for place, value in enumerate(values[:-1]))
    return ipaddress.IPv4Address(total)


def _number(text: str) -> int | None:
    if re.fullmatch(r"0[xX][0-9A-Fa-f]{0,16}", text):
        return int(text[2:] or "0", 16)
    if re.fullmatch(r"0[0-7]{1,20}", text):
        return int(text, 8)
    if re.fullmatch(r"[0-9]{1,20}", text, re.ASCII) and (text == "0" or not text.startswith("0")):
        return int(text)
    return None
