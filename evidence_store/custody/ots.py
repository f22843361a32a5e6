"""OpenTimestamps proofs (.ots): read, and followed to what they end at.

1. A proof is a tree: operations turn the digest of a file into messages, attestations say where a message was seen.
2. Lengths, depth and the number of operations are bounded, as the format's own library bounds them; what goes beyond
   is a FormatError, never a long computation.
3. An attestation is what the proof claims. Whether a block really holds the message is not known here: that needs the
   header of the block.
Source: python-opentimestamps, `opentimestamps.core` (serialize, op, timestamp, notary).
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from evidence_store.errors import FormatError

MAGIC = b"\x00OpenTimestamps\x00\x00Proof\x00\xbf\x89\xe2\xe8\x84\xe8\x92\x94"
VERSION = 1
MAX_PROOF_BYTES = 1 << 20      # a proof of two calendars has 3 kB
MAX_MESSAGE = 4096             # bytes of a message, as `Op.MAX_MSG_LENGTH`
MAX_PAYLOAD = 8192             # bytes of an attestation, as `TimeAttestation.MAX_PAYLOAD_SIZE`
MAX_URI = 1000                 # as `PendingAttestation.MAX_URI_LENGTH`
MAX_DEPTH = 256                # operations below one another, as the library's recursion limit
MAX_OPERATIONS = 10_000
MAX_NUMBER_BYTES = 9           # of a varuint: heights fit into three
URI_CHARACTERS = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._/:")

_FORK, _ATTESTATION, _APPEND, _PREPEND, _REVERSE, _HEXLIFY = 0xFF, 0x00, 0xF0, 0xF1, 0xF2, 0xF3
_HASHES = {0x02: "sha1", 0x03: "ripemd160", 0x08: "sha256", 0x67: "keccak256"}
_SIZES = {"sha1": 20, "ripemd160": 20, "sha256": 32, "keccak256": 32}


class Notary(StrEnum):
    """Who is said to have seen a message."""

    PENDING = "pending"            # a calendar promised to put it into a block
    BITCOIN = "bitcoin"
    LITECOIN = "litecoin"
    ETHEREUM = "ethereum"
    UNKNOWN = "unknown"


_NOTARIES = {bytes.fromhex("83dfe30d2ef90c8e"): Notary.PENDING, bytes.fromhex("0588960d73d71901"): Notary.BITCOIN,
             bytes.fromhex("06869a0d73d71b45"): Notary.LITECOIN, bytes.fromhex("30fe8087b5c7ead7"): Notary.ETHEREUM}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attestation:
    """One claim at the end of a path."""

    notary: Notary
    message: bytes | None      # what must stand there; None: a hash on the way is not computed here
    height: int | None = None  # of the block
    uri: str = ""              # of the calendar, for a pending one
    tag: str = ""              # 16 hex digits, for an unknown one

    @property
    def merkle_root(self) -> str:
        """What the header of the block must have as its Merkle root, as block explorers write it."""
        return (self.message or b"")[::-1].hex()


@dataclass(frozen=True, slots=True, kw_only=True)
class OtsProof:
    """A whole proof."""

    algorithm: str             # of the file's digest: "sha256"
    digest: bytes
    attestations: tuple[Attestation, ...]
    operations: int


def parse_ots(data: bytes) -> OtsProof:
    """The proof in a .ots file; FormatError where it is none, or goes beyond a limit."""
    if len(data) > MAX_PROOF_BYTES:
        raise FormatError(f"a proof of {len(data)} bytes is larger than {MAX_PROOF_BYTES}")
    feed = _Feed(data)
    if feed.take(len(MAGIC)) != MAGIC:
        raise FormatError("it does not begin as an OpenTimestamps proof does")
    version = feed.number()
    if version != VERSION:
        raise FormatError(f"it is of version {version}; version {VERSION} is known here")
    tag = feed.byte()
    algorithm = _HASHES.get(tag)
    if algorithm is None:
        raise FormatError(f"it names no digest of a file: 0x{tag:02x}")
    digest = feed.take(_SIZES[algorithm])
    walk = _Walk(feed)
    walk.timestamp(digest, 0)
    if feed.left:
        raise FormatError(f"{feed.left} bytes follow the proof")
    return OtsProof(algorithm=algorithm, digest=digest, attestations=tuple(walk.attestations),
                    operations=walk.operations)


class _Feed:
    """The bytes of a proof, in order."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def left(self) -> int:
        return len(self._data) - self._at

    def take(self, count: int) -> bytes:
        if count > self.left:
            raise FormatError("it ends early")
        self._at += count
        return self._data[self._at - count:self._at]

    def byte(self) -> int:
        return self.take(1)[0]

    def number(self) -> int:
        """A varuint: seven bits a byte, lowest first."""
        value = 0
        for place in range(MAX_NUMBER_BYTES):
            one = self.byte()
            value |= (one & 0x7F) << 7 * place
            if not one & 0x80:
                return value
        raise FormatError("a number in it is too long")

    def text(self, limit: int) -> bytes:
        length = self.number()
        if length > limit:
            raise FormatError(f"a text of {length} bytes in it is longer than {limit}")
        return self.take(length)


class _Walk:
    """Follows every path of a proof."""

    def __init__(self, feed: _Feed) -> None:
        self._feed = feed
        self.attestations: list[Attestation] = []
        self.operations = 0

    def timestamp(self, message: bytes | None, depth: int) -> None:
        """What follows a message: branches, the last of them unmarked."""
        if depth > MAX_DEPTH:
            raise FormatError(f"more than {MAX_DEPTH} operations follow one another")
        tag = self._feed.byte()
        while tag == _FORK:
            self._branch(self._feed.byte(), message, depth)
            tag = self._feed.byte()
        self._branch(tag, message, depth)

    def _branch(self, tag: int, message: bytes | None, depth: int) -> None:
        self.operations += 1
        if self.operations > MAX_OPERATIONS:
            raise FormatError(f"it has more than {MAX_OPERATIONS} operations")
        if tag == _ATTESTATION:
            self.attestations.append(self._attestation(message))
        else:
            self.timestamp(self._operation(tag, message), depth + 1)

    def _operation(self, tag: int, message: bytes | None) -> bytes | None:
        if tag in (_APPEND, _PREPEND):
            operand = self._feed.text(MAX_MESSAGE)
            if not operand:
                raise FormatError("it appends nothing")
            result = None if message is None else message + operand if tag == _APPEND else operand + message
        elif tag in _HASHES:
            compute = _hash_function(_HASHES[tag])
            result = compute(message) if compute is not None and message is not None else None
        elif tag in (_REVERSE, _HEXLIFY):
            result = None if message is None else message[::-1] if tag == _REVERSE else message.hex().encode()
        else:
            raise FormatError(f"it has an operation that is not known here: 0x{tag:02x}")
        if result is not None and len(result) > MAX_MESSAGE:
            raise FormatError(f"a message in it is longer than {MAX_MESSAGE} bytes")
        return result

    def _attestation(self, message: bytes | None) -> Attestation:
        tag = self._feed.take(8)
        payload = _Feed(self._feed.text(MAX_PAYLOAD))
        notary = _NOTARIES.get(tag, Notary.UNKNOWN)
        if notary is Notary.UNKNOWN:
            return Attestation(notary=notary, message=message, tag=tag.hex())
        if notary is Notary.PENDING:
            uri = payload.text(MAX_URI)
            if not URI_CHARACTERS.issuperset(uri):
                raise FormatError("the address of a calendar in it has characters that none has")
            found = Attestation(notary=notary, message=message, uri=uri.decode("ascii"))
        else:
            found = Attestation(notary=notary, message=message, height=payload.number())
        if payload.left:
            raise FormatError("an attestation in it is longer than it should be")
        return found


def _hash_function(name: str) -> Callable[[bytes], bytes] | None:
    """None: not on this machine (OpenSSL 3 without its legacy provider has no RIPEMD-160; Keccak is not SHA-3)."""
    plain: Mapping[str, Callable[[bytes], bytes]] = {
        "sha256": lambda data: hashlib.sha256(data).digest(),
        "sha1": lambda data: hashlib.sha1(data, usedforsecurity=False).digest()}
    if name == "ripemd160" and name in hashlib.algorithms_available:
        return lambda data: hashlib.new(name, data, usedforsecurity=False).digest()
    return plain.get(name)
