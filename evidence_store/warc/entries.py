"""Record entries read back from a file: what the writer said of each record when it wrote it."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from evidence_store.errors import WarcDamaged
from evidence_store.records import Sha256, WarcRef
from evidence_store.warc.bodies import READ_SIZE, measure_body, split_request, split_response
from evidence_store.warc.cdxj import RequestKey
from evidence_store.warc.digests import UnknownDigest, parse_labelled_digest
from evidence_store.warc.fields import WarcFields, bare_id
from evidence_store.warc.http import HttpHead
from evidence_store.warc.inflate import Fault
from evidence_store.warc.members import Damage
from evidence_store.warc.model import RecordEntry, WarcType
from evidence_store.warc.reader import Record, read_records
from evidence_store.warc.request_key import KEYED_METHODS, MAX_BODY, query_of_body

# Faults after which a record cannot be said to be what was written.
SPOILING = frozenset({Fault.CUT, Fault.HEADER, Fault.DEFLATE, Fault.CRC, Fault.SIZE, Fault.LENGTH})
UNDATED = datetime(1970, 1, 1, tzinfo=UTC)    # of a record whose WARC-Date cannot be read


def entries(path: Path) -> Iterator[RecordEntry | Damage]:
    """The entries of a WARC file in order, and its damage; a record that cannot be read whole is damage, no entry."""
    return (found for found, _ in keyed_entries(path))


def keyed_entries(path: Path) -> Iterator[tuple[RecordEntry | Damage, RequestKey | None]]:
    """As `entries`, with what each request adds to the index line of its response."""
    return keyed_entries_of(read_records(path))


def keyed_entries_of(records: Iterable[Record | Damage]) -> Iterator[tuple[RecordEntry | Damage, RequestKey | None]]:
    """As `keyed_entries`, of records that are being read from anywhere."""
    waiting: _Whole | None = None
    for found in records:
        if waiting is not None and not (isinstance(found, Damage) and found.fault in SPOILING
                                        and found.offset == waiting.record.offset):
            yield waiting.entry(), waiting.key
        waiting = None
        if isinstance(found, Damage):
            yield found, None
        else:
            waiting = _read_whole(found)
    if waiting is not None:
        yield waiting.entry(), waiting.key


@dataclass(frozen=True, slots=True, kw_only=True)
class _Whole:
    """A record whose block was read to its end."""

    record: Record
    type: WarcType
    ref: WarcRef
    head: HttpHead | None = None
    media_type: str
    payload_sha256: Sha256 | None = None
    payload_digest: bool = False
    key: RequestKey | None = None

    def entry(self) -> RecordEntry:
        fields = self.record.fields
        return RecordEntry(
            file=self.record.path.name, offset=self.record.offset, length=self.record.stored_length or 0,
            inner=self.record.inner, type=self.type, ref=self.ref, uri=fields.uri, date=fields.date or UNDATED,
            status=self.head.status if self.head is not None else None, media_type=self.media_type,
            payload_sha256=self.payload_sha256, payload_digest=self.payload_digest, truncated=fields.truncated,
            concurrent_to=tuple(bare_id(value) for value in fields.all("WARC-Concurrent-To")),
            refers_to=bare_id(fields.get("WARC-Refers-To")) or None,
            redacted=tuple(name.strip() for name in fields.get("Muniment-Redacted").split(",") if name.strip()))


class _Hashing:
    """Hashes a block while it is read."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self.digest = hashlib.sha256()
        self.length = 0

    def read(self, size: int, /) -> bytes:
        data = self._record.read(size)
        self.digest.update(data)
        self.length += len(data)
        return data

    def ref(self) -> WarcRef:
        """Of the whole block: reads what is left of it."""
        while self.read(READ_SIZE):
            pass
        return WarcRef(record=self._record.fields.record_id, sha256=Sha256(self.digest.hexdigest()), length=self.length)


def _read_whole(record: Record) -> _Whole | None:
    kind = record.fields.type
    block = _Hashing(record)
    if kind is None:
        return None
    try:
        if not is_http(record.fields):
            return _plain(record, kind, block.ref())
        if kind is WarcType.REQUEST:
            return _request(record, block)
        return _response(record, kind, block)
    except WarcDamaged:
        return None


def is_http(fields: WarcFields) -> bool:
    """The block begins with an HTTP head."""
    return (fields.type in (WarcType.REQUEST, WarcType.RESPONSE, WarcType.REVISIT)
            and (fields.media_type == "application/http" or fields.uri.lower().startswith(("http:", "https:"))))


def _plain(record: Record, kind: WarcType, ref: WarcRef) -> _Whole:
    declared = record.fields.get("WARC-Payload-Digest")
    payload = None if kind is WarcType.WARCINFO else ref.sha256
    return _Whole(record=record, type=kind, ref=ref, media_type=record.fields.media_type, payload_sha256=payload,
                  payload_digest=bool(declared) and payload is not None)


def _request(record: Record, block: _Hashing) -> _Whole:
    head, body = split_request(block)
    key = None
    if head is not None:
        query = query_of_body(head, body.peek(MAX_BODY)[:MAX_BODY]) if head.method in KEYED_METHODS else ""
        key = RequestKey(method=head.method, query=query)
    return _Whole(record=record, type=WarcType.REQUEST, ref=block.ref(), key=key,
                  media_type=head.media_type if head is not None else "")


def _response(record: Record, kind: WarcType, block: _Hashing) -> _Whole:
    declared = _declared_sha256(record.fields)
    head, body = split_response(block)
    payload = declared
    if payload is None and head is not None and kind is WarcType.RESPONSE:
        payload = measure_body(head, body).payload_sha256
    return _Whole(record=record, type=kind, ref=block.ref(), head=head, payload_sha256=payload,
                  payload_digest=declared is not None, media_type=head.media_type if head is not None else "")


def _declared_sha256(fields: WarcFields) -> Sha256 | None:
    try:
        digest = parse_labelled_digest(fields.get("WARC-Payload-Digest"))
    except UnknownDigest:
        return None
    return Sha256(digest.value.hex()) if digest.algorithm == "sha256" else None
