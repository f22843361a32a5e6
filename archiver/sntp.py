"""How far a clock is from a time server's: one question by SNTP (RFC 4330, of RFC 5905), and nothing is ever set.

1. An answer counts only from a server that says it is synchronised, and only if it names the very question.
2. The offset is the mean of both ways; what the way may hide is half the time it took, and is given beside it.
"""

import secrets
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from archiver.errors import AnswerUnusable, FailureKind, InvalidSetting, UpstreamFailed

PORT = 123
SECONDS = 2.0                  # for an answer: a good server takes some 50 ms
ERA = 2_208_988_800            # seconds from 1900, where NTP counts from, to 1970 (RFC 5905 6)
PACKET_BYTES = 48
CLIENT, SERVER = 0x23, 4       # version 4 with mode 3; mode of an answer
UNSYNCHRONISED = 3             # leap indicator: the server has no time itself
MAX_STRATUM = 15               # 16 and more: not synchronised; 0 is a refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A clock beside a server's."""

    server: str
    offset: float             # seconds; positive: the server is ahead
    uncertainty: float        # seconds: half the time of the way there and back


def compare_clock(server: str, clock: Callable[[], datetime], *, seconds: float = SECONDS) -> Comparison:
    """Ask `HOST[:PORT]` once. UpstreamFailed where it does not answer, AnswerUnusable where that is no time."""
    host, port = _address(server)
    nonce = secrets.token_bytes(8)            # in the place of our time, which is nobody's business
    question = bytes([CLIENT]) + bytes(PACKET_BYTES - 9) + nonce
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
        with socket.socket(family, kind, protocol) as way:
            way.settimeout(seconds)
            way.connect(address)              # answers from elsewhere do not get in
            sent = clock().timestamp()
            way.send(question)
            answer = way.recv(1024)
            received = clock().timestamp()
    except OSError as error:
        raise UpstreamFailed(FailureKind.CONNECT, f"the time server {server} did not answer: {error}",
                             hint="check the network, or the setting `ntp`") from error
    taken, given = _times(server, answer, nonce)
    return Comparison(server=server, offset=((taken - sent) + (given - received)) / 2,
                      uncertainty=max(0.0, (received - sent) - (given - taken)) / 2)


def _times(server: str, answer: bytes, nonce: bytes) -> tuple[float, float]:
    """When the server got the question, and when it answered (rule 1)."""
    if len(answer) < PACKET_BYTES or answer[24:32] != nonce or answer[0] & 7 != SERVER:
        raise AnswerUnusable(f"{server} did not answer the question that it was asked")
    if answer[0] >> 6 == UNSYNCHRONISED or not 1 <= answer[1] <= MAX_STRATUM:
        raise AnswerUnusable(f"{server} says that it has no good time itself")
    taken, given = (_seconds(answer[at:at + 8]) for at in (32, 40))
    return taken, given


def _seconds(stamp: bytes) -> float:
    whole, fraction = int.from_bytes(stamp[:4], "big"), int.from_bytes(stamp[4:], "big")
    # RFC 4330 3: a first bit of 0 is of the era that begins in 2036
    return float(whole - ERA + (0 if whole & 0x8000_0000 else 1 << 32)) + fraction / 2**32


def _address(server: str) -> tuple[str, int]:
    host, _, port = server.rpartition(":") if server.count(":") == 1 else (server, "", "")
    if not host or (port and not port.isdecimal()):
        raise InvalidSetting(f"{server[:80]!r} is no time server", hint="ntp = \"HOST\" or \"HOST:PORT\"")
    return host, int(port or PORT)
