"""Does a record still hold what it says: its block digest and its payload digest, apart.

1. A digest that is absent or of an unknown kind is no mismatch, and no match either.
2. The payload of a chunked response is read in two ways, because writers differ: as sent, and with chunking removed
   (the standard's reading, WARC/1.1 6.3.2). Either is a match, and which one is said.
3. Digests of a revisit's payload are those of another record and are not checked here; nor is a WARC/1.0 revisit's
   block digest where it does not match, because writers of that time put the original's there.
"""

import hashlib
from dataclasses import dataclass, replace
from enum import StrEnum

from evidence_store.errors import WarcDamaged
from evidence_store.records import RecordId
from evidence_store.warc.bodies import READ_SIZE, BodyDamaged, ChunkedBody, Reader, split_request, split_response
from evidence_store.warc.digests import LabelledDigest, UnknownDigest, parse_labelled_digest
from evidence_store.warc.entries import is_http
from evidence_store.warc.feed import Feed
from evidence_store.warc.fields import VERSION
from evidence_store.warc.model import WarcType
from evidence_store.warc.reader import Record


class DigestState(StrEnum):
    """What comparing a digest gave."""

    MATCH = "match"
    MISMATCH = "mismatch"
    ABSENT = "absent"            # the record carries none
    UNKNOWN = "unknown"          # an algorithm or spelling that is not known here
    NOT_CHECKED = "not_checked"  # of another record's payload, or of a segment
    UNREADABLE = "unreadable"    # the block's bytes cannot be had


class PayloadReading(StrEnum):
    """What a matching payload digest was computed over."""

    AS_SENT = "as_sent"          # everything after the head, chunk framing with it
    DECHUNKED = "dechunked"


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestCheck:
    """One digest of one record."""

    state: DigestState
    declared: str = ""                      # the field's value
    computed: str = ""                      # `algorithm:hex`
    reading: PayloadReading | None = None   # of a payload that matches


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCheck:
    """What the digests of one record say."""

    record: RecordId
    type: WarcType | None
    uri: str
    offset: int
    block: DigestCheck
    payload: DigestCheck
    problem: str = ""      # why the block cannot be read; "" when it can

    @property
    def is_intact(self) -> bool:
        """Nothing speaks against the record and at least one digest speaks for it."""
        states = {self.block.state, self.payload.state}
        return DigestState.MATCH in states and not states & {DigestState.MISMATCH, DigestState.UNREADABLE}


def check_record(record: Record) -> RecordCheck:
    """Read the block of the current record to its end and compare its digests."""
    fields = record.fields
    declared_block, declared_payload = fields.get("WARC-Block-Digest"), fields.get("WARC-Payload-Digest")
    block = _Watch(declared_block)
    segmented = bool(fields.get("WARC-Segment-Number"))
    elsewhere = segmented or fields.type in (WarcType.REVISIT, WarcType.CONTINUATION)
    problem = ""
    payload = DigestCheck(state=DigestState.NOT_CHECKED if declared_payload else DigestState.ABSENT,
                          declared=declared_payload)
    hashed = _Tee(record, block)
    try:
        if declared_payload and not elsewhere:
            payload = _check_payload(record, hashed, declared_payload)
        while hashed.read(READ_SIZE):
            pass
    except WarcDamaged as damaged:
        problem = str(damaged)
    found = block.result()
    if found.state is DigestState.MISMATCH and fields.type is WarcType.REVISIT and fields.version != VERSION:
        found = replace(found, state=DigestState.NOT_CHECKED)
    unreadable = DigestCheck(state=DigestState.UNREADABLE, declared=declared_block)
    return RecordCheck(
        record=fields.record_id, type=fields.type, uri=fields.uri, offset=record.offset, problem=problem,
        block=unreadable if problem else found,
        payload=DigestCheck(state=DigestState.UNREADABLE, declared=declared_payload) if problem else payload)


class _Watch:
    """Hashes what passes, with the algorithm that a digest declares."""

    def __init__(self, declared: str) -> None:
        self._declared = declared
        self._digest: LabelledDigest | None = None
        self._unknown = False
        if declared:
            try:
                self._digest = parse_labelled_digest(declared)
            except UnknownDigest:
                self._unknown = True
        # md5 and sha1 are what others wrote; they are compared, not trusted.
        self._hash = hashlib.new(self._digest.algorithm, usedforsecurity=False) if self._digest is not None else None

    def update(self, data: bytes) -> None:
        if self._hash is not None:
            self._hash.update(data)

    def result(self, reading: PayloadReading | None = None) -> DigestCheck:
        if self._digest is None or self._hash is None:
            return DigestCheck(state=DigestState.UNKNOWN if self._unknown else DigestState.ABSENT,
                               declared=self._declared)
        same = self._hash.digest() == self._digest.value
        return DigestCheck(state=DigestState.MATCH if same else DigestState.MISMATCH, declared=self._declared,
                           computed=f"{self._digest.algorithm}:{self._hash.hexdigest()}",
                           reading=reading if same else None)


class _Tee:
    def __init__(self, source: Reader, *watches: _Watch) -> None:
        self._source = source
        self._watches = watches

    def read(self, size: int, /) -> bytes:
        data = self._source.read(size)
        for watch in self._watches:
            watch.update(data)
        return data


def _check_payload(record: Record, block: Reader, declared: str) -> DigestCheck:
    as_sent, dechunked = _Watch(declared), _Watch(declared)
    if is_http(record.fields):
        head, body = split_request(block) if record.fields.type is WarcType.REQUEST else split_response(block)
    else:
        head, body = None, Feed(block.read)
    sent = Feed(_Tee(_Taking(body), as_sent).read)
    if head is not None and head.is_chunked:
        chunks = ChunkedBody(sent)
        try:
            while data := chunks.read(READ_SIZE):
                dechunked.update(data)
        except BodyDamaged:
            dechunked = _Watch("")       # cannot be read this way
    while sent.take(READ_SIZE):
        pass
    plain = as_sent.result(PayloadReading.AS_SENT)
    other = dechunked.result(PayloadReading.DECHUNKED)
    chunked_match = head is not None and head.is_chunked and other.state is DigestState.MATCH
    return other if chunked_match and plain.state is not DigestState.MATCH else plain


class _Taking:
    def __init__(self, feed: Feed) -> None:
        self.read = feed.take
