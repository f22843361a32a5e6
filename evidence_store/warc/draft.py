"""A record about to be written: its fields, and what its first bytes say of it."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from evidence_store.records import RecordId, Sha256, Truncation, WarcRef
from evidence_store.warc.digests import label_sha256
from evidence_store.warc.fields import format_fields, format_warc_date
from evidence_store.warc.gzip_members import SAMPLE, Coding, choose_coding
from evidence_store.warc.http import MAX_HEAD, HttpHead, final_response_head, parse_request_head
from evidence_store.warc.model import UNKNOWN_WIRE, Block, RecordEntry, WarcType, Wire

REVISIT_PROFILE = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"   # WARC/1.1 6.7.2


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockFacts:
    """What the beginning of a block says, read without changing it."""

    head: HttpHead | None = None
    status: int | None = None
    media_type: str = ""
    payload_start: int | None = None         # in the block; None: no payload that readers agree on
    coding: Coding = Coding.DEFLATED


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Everything a record will say."""

    type: WarcType
    record: RecordId
    date: datetime
    block: Block
    content_type: str
    facts: BlockFacts
    uri: str = ""
    wire: Wire = UNKNOWN_WIRE
    payload_sha256: Sha256 | None = None     # with chunking removed
    truncated: Truncation | None = None
    concurrent_to: tuple[RecordId, ...] = ()
    refers_to: RecordId | None = None
    original: RecordEntry | None = None      # of a revisit
    redacted: tuple[str, ...] = ()
    decoded_by: str = ""                     # who told it, where the block is not what went over the wire
    extra: tuple[tuple[str, str], ...] = ()  # further fields: WARC-Filename of a warcinfo

    @property
    def has_payload_digest(self) -> bool:
        """The record carries a WARC-Payload-Digest: not where it would only repeat the block's."""
        return (self.payload_sha256 is not None and self.type in (WarcType.RESPONSE, WarcType.REVISIT)
                and (self.original is not None or self.facts.payload_start is not None))

    def head(self, warcinfo: RecordId) -> bytes:
        """The bytes before the block."""
        return format_fields([
            ("WARC-Type", self.type),
            ("WARC-Record-ID", f"<{self.record}>"),
            *([("WARC-Warcinfo-ID", f"<{warcinfo}>")] if warcinfo != self.record else []),
            ("WARC-Date", format_warc_date(self.date)),
            *([("WARC-Target-URI", self.uri)] if self.uri else []),
            *self.extra,
            *(("WARC-Concurrent-To", f"<{record}>") for record in self.concurrent_to),
            *self._wire_fields(),
            *self._reference_fields(),
            *([("WARC-Truncated", self.truncated)] if self.truncated else []),
            *([("Muniment-Redacted", ", ".join(self.redacted))] if self.redacted else []),
            *([("Muniment-Decoded-By", self.decoded_by)] if self.decoded_by else []),
            *self._payload_digest(),
            ("WARC-Block-Digest", label_sha256(self.block.sha256)),
            ("Content-Type", self.content_type),
            ("Content-Length", str(self.block.length)),
        ])

    def entry(self, file: str, offset: int, length: int) -> RecordEntry:
        """The record as it stands in a file."""
        return RecordEntry(
            file=file, offset=offset, length=length, type=self.type, uri=self.uri, date=self.date,
            ref=WarcRef(record=self.record, sha256=self.block.sha256, length=self.block.length),
            status=self.facts.status, media_type=self.facts.media_type, payload_sha256=self.payload_sha256,
            payload_digest=self.has_payload_digest, truncated=self.truncated, concurrent_to=self.concurrent_to,
            refers_to=self.refers_to, redacted=self.redacted)

    def _wire_fields(self) -> list[tuple[str, str]]:
        found = [("WARC-IP-Address", self.wire.address)] if _is_address(self.wire.address) else []
        found += [("WARC-Protocol", protocol) for protocol in self.wire.protocols]
        return found + ([("WARC-Cipher-Suite", self.wire.cipher_suite)] if self.wire.cipher_suite else [])

    def _reference_fields(self) -> list[tuple[str, str]]:
        found = [("WARC-Refers-To", f"<{self.refers_to}>")] if self.refers_to else []
        if self.original is not None:
            found += [("WARC-Refers-To-Target-URI", self.original.uri),
                      ("WARC-Refers-To-Date", format_warc_date(self.original.date)), ("WARC-Profile", REVISIT_PROFILE)]
        return found

    def _payload_digest(self) -> list[tuple[str, str]]:
        if self.payload_sha256 is None or not self.has_payload_digest:
            return []
        return [("WARC-Payload-Digest", label_sha256(self.payload_sha256))]


def read_beginning(block: Block) -> bytes:
    """As much of a block as a head and a sample of the body may take."""
    size = MAX_HEAD + SAMPLE
    if isinstance(block.source, Path):
        with block.source.open("rb") as stream:
            return stream.read(size)
    return block.source[:size]


def response_facts(beginning: bytes) -> BlockFacts:
    """Of a response block."""
    head, start = final_response_head(beginning)
    if head is None:
        return BlockFacts(coding=choose_coding("", (), beginning[:SAMPLE]))
    interim = start != head.length
    agreed = head.is_plain and not interim and not head.values("transfer-encoding")
    return BlockFacts(
        head=head, status=head.status, media_type=head.media_type, payload_start=start if agreed else None,
        coding=choose_coding(head.media_type, head.content_codings, beginning[start:start + SAMPLE]))


def request_facts(beginning: bytes) -> BlockFacts:
    """Of a request block."""
    head = parse_request_head(beginning)
    if head is None:
        return BlockFacts(coding=choose_coding("", (), beginning[:SAMPLE]))
    body = beginning[head.length:head.length + SAMPLE]
    return BlockFacts(head=head, media_type=head.media_type,
                      coding=choose_coding(head.media_type, head.content_codings, body))


def plain_facts(content_type: str, beginning: bytes) -> BlockFacts:
    """Of a block that is its own payload."""
    media_type = content_type.partition(";")[0].strip().lower()
    return BlockFacts(media_type=media_type, payload_start=0,
                      coding=choose_coding(media_type, (), beginning[:SAMPLE]))


def joined(names: Sequence[str]) -> tuple[str, ...]:
    """Field names for Muniment-Redacted: lower case, each once, in order."""
    return tuple(dict.fromkeys(name.lower() for name in names))


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
