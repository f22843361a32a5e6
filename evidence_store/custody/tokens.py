"""Timestamp tokens (RFC 3161): asking for one, reading it, checking it at its own time.

1. A response is kept as it came; what is read here is never written anew.
2. A token is taken only over the bytes that were sent (imprint) and, where the query is known, for that query (nonce).
3. Whether an authority is to be believed is asked of roots that the verifier gives, at the token's own time; a
   certificate inside a token is never a root.
4. Tokens whose DER the library refuses are read and checked by OpenSSL 3; where neither can, that is said.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from evidence_store.clock import RandomBytes
from evidence_store.custody import openssl
from evidence_store.errors import FormatError, LimitExceeded, SignatureInvalid

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from rfc3161_client import TimeStampResponse, Verifier

MAX_RESPONSE_BYTES = 256 * 1024     # a token with a chain of four certificates has about 8 kB
NONCE_BYTES = 8                     # RFC 3161 2.4.1: "a large random number with a high probability"
GRANTED = frozenset({0, 1})         # RFC 3161 2.4.2: granted, grantedWithMods
AUTHORITY_NAME = re.compile(r"[A-Za-z0-9_-]{1,40}")     # what stands in a token's file name

_SHA256 = bytes.fromhex("0609608648016503040201")       # OBJECT IDENTIFIER id-sha256, as DER
_NULL, _TRUE, _VERSION = b"\x05\x00", b"\x01\x01\xff", b"\x02\x01\x01"
_HEAD_BYTES = 3 + 51      # version and imprint, below
_MAX_QUERY_BYTES = 2 + _HEAD_BYTES + 2 + NONCE_BYTES + 1 + 3
_CAUSE = re.compile(r'data: "Verify error: ([^"]{1,200})"')
_ALGORITHMS = {"2.16.840.1.101.3.4.2.1": "sha256", "2.16.840.1.101.3.4.2.2": "sha384",
               "2.16.840.1.101.3.4.2.3": "sha512"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A TimeStampReq, ready to be sent to any authority."""

    der: bytes
    nonce: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What a granted response says."""

    response: bytes           # as it came
    algorithm: str            # "sha256", "sha384", "sha512"
    imprint: bytes            # hash of the bytes it is over
    time: datetime            # genTime, UTC
    nonce: int | None         # None: the response carries none
    serial: int
    certificates: tuple[bytes, ...]     # DER, those that came with it; none of them is believed for that

    def is_over(self, message: bytes) -> bool:
        """Whether it is a token over these bytes."""
        return hashlib.new(self.algorithm, message).digest() == self.imprint


def make_query(message: bytes, random: RandomBytes) -> Query:
    """Ask for a token over the SHA-256 of `message`, with a nonce, and with the authority's certificates."""
    nonce = int.from_bytes(random(NONCE_BYTES))
    return Query(der=_query(_head(hashlib.sha256(message).digest()), nonce), nonce=nonce)


def parse_query(der: bytes) -> Query:
    """The query of bytes that `make_query` gave; FormatError for any others."""
    at = 2 + _HEAD_BYTES
    nonce = int.from_bytes(der[at + 2:-len(_TRUE)])
    if len(der) > _MAX_QUERY_BYTES or _query(der[2:at], nonce) != der:
        raise FormatError("not a timestamp query as it is made here")
    return Query(der=der, nonce=nonce)


def read_token(response: bytes) -> Token:
    """The token of a TimeStampResp; FormatError when it is none, was not granted, or cannot be read here."""
    if len(response) > MAX_RESPONSE_BYTES:
        raise LimitExceeded(f"a timestamp response of {len(response)} bytes is larger than {MAX_RESPONSE_BYTES}")
    from rfc3161_client import decode_timestamp_response

    try:
        return _of_library(response, decode_timestamp_response)
    except ValueError as refused:      # strict DER: some real authorities sort their sets otherwise
        try:
            read = openssl.read_response(response)
        except openssl.NotAvailable as error:
            raise FormatError(f"the timestamp response cannot be read: {refused}",
                              hint="if it is of an authority you trust, install OpenSSL 3") from error
    return Token(response=response, algorithm=read.algorithm, imprint=read.imprint, time=read.time, nonce=read.nonce,
                 serial=read.serial, certificates=read.certificates)


def accept_token(response: bytes, message: bytes, query: Query | None) -> Token:
    """The token of a response that is over `message` and answers `query`; FormatError or SignatureInvalid else.

    That an authority answered so is all that this says: `verify_token` says whether it is one to be believed.
    """
    token = read_token(response)
    if not token.is_over(message):
        raise SignatureInvalid("the timestamp is over other bytes than those that were sent")
    if query is not None and token.nonce != query.nonce:
        raise SignatureInvalid("the timestamp answers another query: its nonce is not the one that was sent")
    return token


def verify_token(response: bytes, message: bytes, roots: Path) -> Token:
    """The token, after its signature was checked at its own time against the PEM certificates in `roots`.

    SignatureInvalid where it does not hold: other bytes, an authority that the roots do not vouch for, a certificate
    that was not valid then or is not for timestamps. FormatError where it is no token; NotAvailable (of
    `evidence_store.custody.openssl`) where the library cannot read it and no OpenSSL 3 is here.
    """
    token = accept_token(response, message, None)
    _confirm(token, roots)
    return token


def confirm_token(response: bytes, roots: Path, certificates: Iterable[bytes] = ()) -> Token:
    """As `verify_token`, where the bytes that the token is over are not at hand: its signature, chain and time only.

    For tokens that came without their signer's certificate, it may be among `roots`, or among `certificates` (DER) that
    came with the token; those are never roots.
    """
    token = read_token(response)
    _confirm(token, roots, certificates=None if token.certificates else tuple(certificates))
    return token


def _confirm(token: Token, roots: Path, *, certificates: Sequence[bytes] | None = None) -> None:
    verifiers = tuple(_verifiers(roots, certificates))
    from rfc3161_client import VerificationError, decode_timestamp_response

    try:
        decoded = decode_timestamp_response(token.response)
    except ValueError as error:
        if not openssl.confirms(token.response, token.imprint, roots, token.time):
            raise SignatureInvalid("OpenSSL does not confirm the timestamp with these roots") from error
        return
    words = ""
    for verifier in verifiers:
        try:
            verifier.verify(decoded, token.imprint)
        except VerificationError as error:
            words = str(error)
        else:
            return
    cause = _CAUSE.search(words)      # the library wraps OpenSSL's words in a stack of its own
    raise SignatureInvalid(f"the timestamp is not confirmed by these roots: {cause[1] if cause else words[:200]}")


def _of_library(response: bytes, decode: Callable[[bytes], "TimeStampResponse"]) -> Token:
    decoded = decode(response)
    if decoded.status not in GRANTED:
        words = "; ".join(str(one) for one in decoded.status_string)[:200]
        raise FormatError(f"the authority refused to stamp (status {decoded.status}{': ' if words else ''}{words})")
    info = decoded.tst_info
    algorithm = _ALGORITHMS.get(info.message_imprint.hash_algorithm.dotted_string)
    if algorithm is None:
        raise FormatError("the timestamp uses a hash that is not SHA-256, SHA-384 or SHA-512")
    return Token(response=response, algorithm=algorithm, imprint=info.message_imprint.message,
                 time=info.gen_time.astimezone(UTC), nonce=info.nonce, serial=info.serial_number,
                 certificates=tuple(sorted(decoded.signed_data.certificates)))


def read_roots(roots: Path) -> "list[Certificate]":
    """The certificates in a file, PEM or one in DER; FormatError where there are none."""
    from cryptography.x509 import load_der_x509_certificate, load_pem_x509_certificates

    data = roots.read_bytes()
    try:
        return [load_der_x509_certificate(data)] if data[:1] == b"\x30" else load_pem_x509_certificates(data)
    except ValueError as error:
        raise FormatError(f"{roots} holds no certificates in PEM") from error


def _verifiers(roots: Path, certificates: Sequence[bytes] | None) -> "Iterator[Verifier]":
    """What judges a token: by the certificates that came in it (None), or with each of others as its signer's."""
    from cryptography.x509 import load_der_x509_certificate
    from rfc3161_client import VerifierBuilder

    trusted = read_roots(roots)
    if certificates is None:
        yield VerifierBuilder(roots=trusted).build()
        return
    try:
        others = [load_der_x509_certificate(one) for one in certificates]
    except ValueError as error:
        raise FormatError("a certificate that came with the timestamp is none") from error
    for one in (*others, *trusted):
        yield VerifierBuilder(tsa_certificate=one, roots=trusted).build()


def _head(digest: bytes) -> bytes:
    return _VERSION + _sequence(_sequence(_SHA256, _NULL), _element(0x04, digest))


def _query(head: bytes, nonce: int) -> bytes:
    return _sequence(head, _integer(nonce), _TRUE)


def _element(tag: int, content: bytes) -> bytes:
    """DER with a length of one byte: all that a query needs."""
    return bytes([tag, len(content)]) + content


def _sequence(*elements: bytes) -> bytes:
    return _element(0x30, b"".join(elements))


def _integer(value: int) -> bytes:
    return _element(0x02, value.to_bytes(value.bit_length() // 8 + 1))
