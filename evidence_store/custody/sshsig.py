"""SSHSIG: detached SSH signatures, Ed25519 only (OpenSSH PROTOCOL.sshsig).

1. What is signed is never the message alone: namespace and hash algorithm are part of it, so a signature made for one
   purpose does not stand for another.
2. `write` gives canonical armour: byte for byte what `ssh-keygen -Y sign` writes for the same key and message
   (SHA-512, base64 in lines of 70, LF after the END line and nothing more).
3. `parse_armour` reads whatever armour ssh-keygen reads; where one spelling is demanded, ask `is_canonical`.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass

from evidence_store.custody.publickey import ALGORITHM, PublicKey
from evidence_store.custody.sshwire import Reader, string, uint32
from evidence_store.errors import FormatError, LimitExceeded, SignatureInvalid

CHECKPOINT = "checkpoint@muniment"
SEAL = "seal@muniment"
RECEIPT = "receipt@muniment"

MAGIC = b"SSHSIG"
VERSION = 1
SIGNATURE_BYTES = 64
HASH = b"sha512"                       # what ssh-keygen takes unless told otherwise
HASHES = (b"sha256", b"sha512")        # what the format allows
BEGIN = b"-----BEGIN SSH SIGNATURE-----"
END = b"-----END SSH SIGNATURE-----"
LINE_WIDTH = 70
MAX_ARMOUR_BYTES = 64 * 1024           # an Ed25519 armour has about 300 bytes; ssh-keygen accepts far less than this

_BLANKS = re.compile(rb"[\t\n\v\f\r ]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """The fields of an SSHSIG blob."""

    key: PublicKey
    namespace: str
    hash_algorithm: bytes     # b"sha256" or b"sha512"
    signature: bytes          # 64 bytes: R and S of RFC 8032

    def to_armour(self) -> bytes:
        """The canonical armour of these fields."""
        blob = (MAGIC + uint32(VERSION) + string(self.key.blob) + string(self.namespace.encode()) + string(b"")
                + string(self.hash_algorithm) + string(string(ALGORITHM) + string(self.signature)))
        text = base64.b64encode(blob)
        lines = [text[at:at + LINE_WIDTH] for at in range(0, len(text), LINE_WIDTH)]
        return b"\n".join([BEGIN, *lines, END, b""])


def write(message: bytes, namespace: str, key: PublicKey, sign: Callable[[bytes], bytes]) -> bytes:
    """Canonical armour over `message`; `sign` gives the 64 bytes of the raw Ed25519 signature of its argument."""
    raw = sign(_signed_data(message, namespace, HASH))
    return Signature(key=key, namespace=namespace, hash_algorithm=HASH, signature=raw).to_armour()


def parse_armour(armour: bytes) -> Signature:
    """The fields of an armour; FormatError when ssh-keygen would not read it or the key is not Ed25519."""
    if len(armour) > MAX_ARMOUR_BYTES:
        raise LimitExceeded(f"a signature of {len(armour)} bytes is larger than {MAX_ARMOUR_BYTES}")
    end = armour.find(b"\n" + END)
    if not armour.startswith(BEGIN + b"\n") or end < 0:
        raise FormatError("not an SSH signature: BEGIN or END line is missing")
    try:
        blob = base64.b64decode(_BLANKS.sub(b"", armour[len(BEGIN):end]), validate=True)
    except binascii.Error as error:
        raise FormatError("not an SSH signature: not base64") from error
    return _parse_blob(blob)


def is_canonical(armour: bytes) -> bool:
    """Whether the armour is spelt, and its hash chosen, as `ssh-keygen -Y sign` does."""
    try:
        signature = parse_armour(armour)
    except (FormatError, LimitExceeded):
        return False
    return signature.hash_algorithm == HASH and signature.to_armour() == armour


def verify(message: bytes, armour: bytes, namespace: str) -> PublicKey:
    """The key that signed `message` for `namespace`: whether it is trusted is another question.

    Raises FormatError for what is no SSH signature, SignatureInvalid where it is not one of this message.
    """
    signature = parse_armour(armour)
    if signature.namespace != namespace:
        raise SignatureInvalid(f"the signature was made for {signature.namespace[:80]!r}, not for {namespace!r}")
    # Imported here: `--help` of the command line reaches this module and verifies nothing.
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    data = _signed_data(message, namespace, signature.hash_algorithm)
    try:
        Ed25519PublicKey.from_public_bytes(signature.key.point).verify(signature.signature, data)
    except (InvalidSignature, ValueError) as error:
        raise SignatureInvalid(f"the signature of {signature.key.fingerprint} is not one of these bytes") from error
    return signature.key


def verify_canonical(message: bytes, armour: bytes, namespace: str) -> PublicKey:
    """As `verify`, and FormatError unless the armour is canonical: what seals and checkpoints must be."""
    key = verify(message, armour, namespace)
    if not is_canonical(armour):
        raise FormatError("the signature is not spelt as ssh-keygen writes it")
    return key


def _signed_data(message: bytes, namespace: str, hash_algorithm: bytes) -> bytes:
    digest = hashlib.new(hash_algorithm.decode(), message).digest()
    return MAGIC + string(namespace.encode()) + string(b"") + string(hash_algorithm) + string(digest)


def _parse_blob(blob: bytes) -> Signature:
    reader = Reader(blob, "the SSH signature")
    if reader.take(len(MAGIC)) != MAGIC or reader.uint32() != VERSION:
        raise FormatError("not an SSH signature of version 1")
    key = PublicKey(reader.string())
    namespace = reader.string()
    reserved = reader.string()
    hash_algorithm = reader.string()
    inner = Reader(reader.string(), "the signature value")
    reader.end()
    algorithm, value = inner.string(), inner.string()
    inner.end()
    if hash_algorithm not in HASHES:
        raise FormatError(f"the signature uses the hash {hash_algorithm[:20]!r}, not sha256 or sha512")
    if reserved or algorithm != ALGORITHM or len(value) != SIGNATURE_BYTES:
        raise FormatError("not an Ed25519 SSH signature")
    try:
        return Signature(key=key, namespace=namespace.decode("ascii"), hash_algorithm=hash_algorithm, signature=value)
    except UnicodeDecodeError as error:
        raise FormatError("the signature's namespace is not ASCII") from error
