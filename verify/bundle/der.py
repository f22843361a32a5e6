"""The few fields of an RFC 3161 token that bind it to bytes and to a time. What it does not read, `openssl ts` judges.

Strict where it matters, lenient where real authorities are: definite lengths only, no order of SET members demanded.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from evidence_store.errors import FormatError

INTEGER, OCTETS, OID, GENERALIZED_TIME, SEQUENCE, EXPLICIT_0 = 0x02, 0x04, 0x06, 0x18, 0x30, 0xA0
SIGNED_DATA = bytes.fromhex("2a864886f70d010702")              # RFC 5652 5.1
TST_INFO = bytes.fromhex("2a864886f70d0109100104")             # RFC 3161 2.4.2
HASHES = {bytes.fromhex(f"60864801650304020{last}"): name
          for last, name in ((1, "sha256"), (2, "sha384"), (3, "sha512"))}
GRANTED = (b"\x00", b"\x01")                                   # granted, granted with modifications
MAX_LENGTH_BYTES = 4

_TIME = re.compile(rb"(\d{14})(?:\.(\d{1,9}))?Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenFields:
    """What a token says it is about."""

    algorithm: str            # of the imprint: "sha256"
    imprint: bytes
    time: datetime            # UTC


@dataclass(frozen=True, slots=True)
class Node:
    """One DER element."""

    tag: int
    content: bytes

    def children(self) -> Sequence["Node"]:
        """The elements within; FormatError where the content is not DER."""
        found, rest = [], self.content
        while rest:
            node, rest = take(rest)
            found.append(node)
        return found

    def child(self, position: int, tag: int) -> "Node":
        """The element at a position, which must have that tag."""
        nodes = self.children()
        if position >= len(nodes) or nodes[position].tag != tag:
            raise FormatError("it is not a timestamp token")
        return nodes[position]


def read_token(data: bytes) -> TokenFields:
    """The fields of a TimeStampResp; FormatError where it is none, or the request was not granted."""
    response, rest = take(data)
    if rest or response.tag != SEQUENCE or response.child(0, SEQUENCE).child(0, INTEGER).content not in GRANTED:
        raise FormatError("it is not a granted timestamp")
    token = response.child(1, SEQUENCE)
    content = token.child(1, EXPLICIT_0).child(0, SEQUENCE).child(2, SEQUENCE)
    if (token.child(0, OID).content, content.child(0, OID).content) != (SIGNED_DATA, TST_INFO):
        raise FormatError("it is not a timestamp token")
    info, _ = take(content.child(1, EXPLICIT_0).child(0, OCTETS).content)
    imprint = info.child(2, SEQUENCE)
    algorithm = HASHES.get(imprint.child(0, SEQUENCE).child(0, OID).content)
    if algorithm is None:
        raise FormatError("it hashes with an algorithm that is not known here")
    return TokenFields(algorithm=algorithm, imprint=imprint.child(1, OCTETS).content,
                       time=_time(info.child(4, GENERALIZED_TIME).content))


def take(data: bytes) -> tuple[Node, bytes]:
    """The first element, and what follows it."""
    if len(data) < 2 or data[0] & 0x1F == 0x1F:
        raise FormatError("it is not DER")
    length, start = data[1], 2
    if length & 0x80:
        count = length & 0x7F
        if not 1 <= count <= MAX_LENGTH_BYTES:
            raise FormatError("it is not DER")
        length, start = int.from_bytes(data[2:2 + count], "big"), 2 + count
    if len(data) < start + length:
        raise FormatError("it ends early")
    return Node(data[0], data[start:start + length]), data[start + length:]


def _time(text: bytes) -> datetime:
    match = _TIME.fullmatch(text)
    if match is None:
        raise FormatError("its time is not in the form of RFC 3161")
    try:
        moment = datetime.strptime(match[1].decode(), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError as error:
        raise FormatError("its time is none") from error
    return moment + timedelta(microseconds=int((match[2] or b"0").ljust(9, b"0")) // 1000)
