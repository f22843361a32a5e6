"""What is said of a WARC record: the nouns of this package.

1. A record's block is bytes handed in with their length and SHA-256, known before the record is written; it is never
   parsed and re-emitted.
2. What identifies captured bytes is `RecordEntry.ref`; `file`, `offset` and `length` say where they stand now.
3. Sources: WARC/1.1 (ISO 28500:2017, iipc.github.io/warc-specifications), named in comments by clause.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Self

from evidence_store.records import RecordId, Sha256, Truncation, WarcRef

COPY_SIZE = 1 << 20    # bytes read at a time wherever content is copied or hashed


class WarcType(StrEnum):
    """The values of WARC-Type (WARC/1.1 5.5)."""

    WARCINFO = "warcinfo"
    RESPONSE = "response"
    RESOURCE = "resource"
    REQUEST = "request"
    METADATA = "metadata"
    REVISIT = "revisit"
    CONVERSION = "conversion"
    CONTINUATION = "continuation"   # read from others' files, never written


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """The bytes of a record block, and what they were when they arrived."""

    source: Path | bytes   # a file is read once, from its start, while the record is written
    length: int
    sha256: Sha256

    @classmethod
    def of_bytes(cls, data: bytes) -> Self:
        """A block held in memory."""
        return cls(source=data, length=len(data), sha256=Sha256(hashlib.sha256(data).hexdigest()))

    @classmethod
    def of_file(cls, path: Path) -> Self:
        """A block read from a file; reads it once to hash it. Prefer a digest computed while the bytes arrived."""
        digest, length = hashlib.sha256(), 0
        with path.open("rb") as stream:
            while data := stream.read(COPY_SIZE):
                digest.update(data)
                length += len(data)
        return cls(source=path, length=length, sha256=Sha256(digest.hexdigest()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """What is known of the connection that an exchange went over."""

    address: str = ""                  # WARC-IP-Address: the address connected to; "" when not known (via a proxy)
    protocols: tuple[str, ...] = ()    # WARC-Protocol: "http/1.1", "tls/1.3"
    cipher_suite: str = ""             # WARC-Cipher-Suite: "TLS_AES_128_GCM_SHA256"


UNKNOWN_WIRE = Wire()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordEntry:
    """One record of a WARC file: what it is and where it stands. Made by the writer, and again by `entries`."""

    file: str                          # name within the folder of WARC files
    offset: int                        # of the gzip member (or of the record, in an uncompressed file)
    length: int                        # bytes of that member; 0 where it holds several records (others' files)
    type: WarcType
    ref: WarcRef
    uri: str                           # WARC-Target-URI; "" where the record has none (warcinfo)
    date: datetime                     # WARC-Date, UTC
    status: int | None = None          # of a response or revisit; None: no status line could be read
    media_type: str = ""               # of the payload, lower case, without parameters; "" when not said
    payload_sha256: Sha256 | None = None   # of the payload with chunking removed, content coding kept
    payload_digest: bool = False       # the record carries WARC-Payload-Digest, so that a revisit may refer to it
    truncated: Truncation | None = None
    concurrent_to: tuple[RecordId, ...] = ()
    refers_to: RecordId | None = None
    redacted: tuple[str, ...] = ()     # fields of the block whose values were overwritten (Muniment-Redacted)
    inner: int = 0                     # where the record begins in its member's content (others' files)
