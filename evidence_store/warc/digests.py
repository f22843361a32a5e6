"""Labelled digests of WARC records: `sha256:` and base 32, as written; any common algorithm and base, as read.

1. Written: `sha256:` + upper-case base 32, padding kept (WARC/1.1 5.8: labelled-digest).
2. Read: sha1, sha256, sha384, sha512, md5 in base 32, base 16 or base 64 (both alphabets); anything else is
   `UnknownDigest`, which is not a mismatch.
"""

import base64
import binascii
from dataclasses import dataclass

from evidence_store.errors import FormatError
from evidence_store.records import Sha256

ALGORITHMS = {"md5": 16, "sha1": 20, "sha256": 32, "sha384": 48, "sha512": 64}   # name -> bytes of a digest


class UnknownDigest(FormatError):
    """A labelled digest of an algorithm or spelling that is not known here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledDigest:
    """An algorithm, as hashlib names it, and the digest's bytes."""

    algorithm: str
    value: bytes


def label_sha256(digest: Sha256) -> str:
    """`sha256:` + upper-case base 32 of 64 hex digits."""
    return "sha256:" + base64.b32encode(bytes.fromhex(digest)).decode("ascii")


def parse_labelled_digest(text: str) -> LabelledDigest:
    """The digest of a WARC field value; raises UnknownDigest."""
    label, separator, value = text.strip().partition(":")
    algorithm = label.lower().replace("-", "")
    size = ALGORITHMS.get(algorithm)
    if not separator or size is None:
        raise UnknownDigest(f"the digest {text[:80]!r} names no algorithm known here")
    for decode in (_base16, _base32, _base64):
        found = decode(value)
        if found is not None and len(found) == size:
            return LabelledDigest(algorithm=algorithm, value=found)
    raise UnknownDigest(f"the digest {text[:120]!r} is not {size} bytes in base 16, 32 or 64")


def _base16(value: str) -> bytes | None:
    try:
        return bytes.fromhex(value)
    except ValueError:
        return None


def _base32(value: str) -> bytes | None:
    try:
        return base64.b32decode(value + "=" * (-len(value) % 8), casefold=True)
    except (binascii.Error, ValueError):
        return None


def _base64(value: str) -> bytes | None:
    standard = value.replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
