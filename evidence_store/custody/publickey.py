"""Public keys: Ed25519 in OpenSSH's form, and what they are called by.

1. The blob is exactly `string "ssh-ed25519"`, `string` of 32 bytes (RFC 8709 section 4); nothing else is a key here.
2. A fingerprint is `SHA256:` and unpadded base64, as `ssh-keygen -l` prints it; KEY16 names files.
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass

from evidence_store.custody.sshwire import Reader, string
from evidence_store.errors import FormatError

ALGORITHM = b"ssh-ed25519"
POINT_BYTES = 32


@dataclass(frozen=True, slots=True)
class PublicKey:
    """An Ed25519 public key; equal blobs are equal keys."""

    blob: bytes               # SSH wire form

    def __post_init__(self) -> None:
        reader = Reader(self.blob, "the public key")
        algorithm = reader.string()
        if algorithm != ALGORITHM:
            raise FormatError(f"the key is of type {algorithm[:40].decode('ascii', 'replace')!r}, not ssh-ed25519")
        if len(reader.string()) != POINT_BYTES:
            raise FormatError(f"an Ed25519 public key has {POINT_BYTES} bytes")
        reader.end()

    @classmethod
    def of_point(cls, point: bytes) -> "PublicKey":
        """The key of the 32 bytes of RFC 8032."""
        return cls(string(ALGORITHM) + string(point))

    @classmethod
    def parse(cls, line: str) -> "PublicKey":
        """The key of a `.pub` line; a comment after it is ignored. FormatError for anything but Ed25519."""
        fields = line.split()
        if len(fields) < 2:
            raise FormatError("not a public key line: it needs a type and base64")
        try:
            blob = base64.b64decode(fields[1], validate=True)
        except (binascii.Error, ValueError) as error:
            raise FormatError("not a public key line: the second field is not base64") from error
        key = cls(blob)
        if fields[0] != ALGORITHM.decode():
            raise FormatError(f"the line says {fields[0][:40]!r}, its key is ssh-ed25519")
        return key

    @property
    def point(self) -> bytes:
        """The 32 bytes of RFC 8032."""
        return self.blob[-POINT_BYTES:]

    @property
    def line(self) -> str:
        """`ssh-ed25519 AAAA...`, without comment and line end."""
        return f"{ALGORITHM.decode()} {base64.b64encode(self.blob).decode()}"

    @property
    def fingerprint(self) -> str:
        """`SHA256:...` as `ssh-keygen -l` prints it."""
        digest = hashlib.sha256(self.blob).digest()
        return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")

    @property
    def key16(self) -> str:
        """The first 16 hex digits of SHA-256 over the blob: the key's name in file names."""
        return hashlib.sha256(self.blob).hexdigest()[:16]
