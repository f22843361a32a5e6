"""Writing WARC/1.1: one gzip member a record, blocks verbatim, nothing half-written.

1. A block is copied as it is; its length and SHA-256 are checked while it is copied, and where they are not what was
   handed in, the member is taken back and ContentMismatch raised. So with payload digests of blocks up to 1 MiB.
2. `WARC-Block-Digest` always; `WARC-Payload-Digest` only where every reader computes the same: not for chunked
   bodies, odd heads or interim responses, and not where it would repeat the block's.
3. Each file begins with a warcinfo that names the software. Files are named
   `<case, 8 hex>-<UTC yyyymmddhhmmss>-<serial, 5 digits>.warc.gz`, never renamed, rotated only between exchanges.
4. A finished record is durable (fsync, then journal) SYNC_SECONDS later, or after SYNC_BYTES more, or when `sync`
   returns. Only then `on_record` is called, in file order, by whichever thread synced: an index never names what a
   crash can lose. Keep a spool file until then.
5. Closing a file writes its sorted CDXJ and then removes its journal. What a crash leaves is mended by
   `evidence_store.warc.recovery`.
6. Any thread may call; one lock orders them, and `exchange` keeps the records of one exchange together.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import UUID

from evidence_store.clock import Clock, RandomBytes
from evidence_store.errors import EvidenceError, FormatError
from evidence_store.records import RecordId, Sha256, Tool, Truncation
from evidence_store.warc.cdxj import RequestKey, cdxj_of
from evidence_store.warc.draft import (
    Draft,
    joined,
    plain_facts,
    read_beginning,
    request_facts,
    response_facts,
)
from evidence_store.warc.fields import target_uri
from evidence_store.warc.model import UNKNOWN_WIRE, Block, RecordEntry, WarcType, Wire
from evidence_store.warc.open_file import OpenWarc
from evidence_store.warc.request_key import KEYED_METHODS, MAX_BODY, query_of_body

MAX_SIZE = 1 << 30          # bytes of a file before the next exchange goes into a new one
SYNC_BYTES = 1 << 20        # at most 1 MiB ...
SYNC_SECONDS = 1.0          # ... or 1 s of finished records may be lost


class WriterFailed(EvidenceError):
    """Records could not be made durable; the writer takes no more."""


class WarcWriter:
    """The one writer of a case's WARC folder."""

    def __init__(self, folder: Path, *, case_prefix: str, clock: Clock, random: RandomBytes,
                 software: tuple[Tool, ...], on_record: Callable[[RecordEntry], None],
                 max_size: int = MAX_SIZE) -> None:
        self._folder = folder
        self._prefix = case_prefix
        self._clock = clock
        self._random = random
        self._software = software
        self._on_record = on_record
        self._max_size = max_size
        self._changed = threading.Condition(threading.RLock())
        self._file: OpenWarc | None = None
        self._warcinfo = RecordId("")
        self._depth = 0
        self._group: list[tuple[RecordEntry, RequestKey | None]] = []
        self._durable: deque[RecordEntry] = deque()      # not yet announced to on_record
        self._dirty_since: float | None = None
        self._failure: BaseException | None = None
        self._closed = False
        self._flusher = threading.Thread(target=self._flush_in_time, name="warc-sync", daemon=True)
        self._flusher.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.close()

    @property
    def current_file(self) -> Path | None:
        """The file being written; None before the first record and just after a rotation."""
        with self._changed:
            return self._file.path if self._file else None

    def new_record_id(self) -> RecordId:
        """A record id, for records that must name each other before they are written."""
        return RecordId(f"urn:uuid:{UUID(bytes=self._random(16), version=4)}")

    @contextmanager
    def exchange(self) -> Iterator[None]:
        """Keep the records written inside together in one file, with no other thread's between them."""
        with self._changed:
            if self._depth == 0:
                self._rotate_when_full()
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
                if self._depth == 0:
                    self._end_group()

    def write_request(self, *, uri: str, date: datetime, block: Block, record_id: RecordId | None = None,
                      wire: Wire = UNKNOWN_WIRE, concurrent_to: Sequence[RecordId] = (),
                      truncated: Truncation | None = None, redacted: Sequence[str] = (),
                      decoded_by: str = "") -> RecordEntry:
        """The request as it was sent to the server."""
        beginning = read_beginning(block)
        facts = request_facts(beginning)
        key = None
        if facts.head is not None:
            body = beginning[facts.head.length:facts.head.length + MAX_BODY]
            query = query_of_body(facts.head, body) if facts.head.method in KEYED_METHODS else ""
            key = RequestKey(method=facts.head.method, query=query)
        return self._write(Draft(
            type=WarcType.REQUEST, record=record_id or self.new_record_id(), date=date, uri=target_uri(uri),
            block=block, content_type="application/http; msgtype=request", facts=facts, wire=wire, truncated=truncated,
            concurrent_to=tuple(concurrent_to), redacted=joined(redacted), decoded_by=decoded_by), key)

    def write_response(self, *, uri: str, date: datetime, block: Block, record_id: RecordId | None = None,
                       payload_sha256: Sha256 | None = None, wire: Wire = UNKNOWN_WIRE,
                       concurrent_to: Sequence[RecordId] = (), truncated: Truncation | None = None,
                       redacted: Sequence[str] = (), decoded_by: str = "") -> RecordEntry:
        """The response as the server sent it; as a browser told it, where `decoded_by` names one.

        `payload_sha256`: of the body with chunking removed and content coding kept (as in Exchange, and as
        `bodies.measure_response` gives it); None only where there is no body.
        """
        return self._write(Draft(
            type=WarcType.RESPONSE, record=record_id or self.new_record_id(), date=date, uri=target_uri(uri),
            block=block, content_type="application/http; msgtype=response", facts=response_facts(read_beginning(block)),
            wire=wire, payload_sha256=payload_sha256, truncated=truncated, concurrent_to=tuple(concurrent_to),
            redacted=joined(redacted), decoded_by=decoded_by))

    def write_revisit(self, *, uri: str, date: datetime, block: Block, original: RecordEntry,
                      record_id: RecordId | None = None, wire: Wire = UNKNOWN_WIRE,
                      concurrent_to: Sequence[RecordId] = (), redacted: Sequence[str] = ()) -> RecordEntry:
        """A response whose payload is that of `original`. `block`: the head as sent, without the body; it may be empty.

        Raises FormatError where the original carries no payload digest (WARC/1.1 6.7.2).
        """
        if not original.payload_digest or original.payload_sha256 is None:
            raise FormatError(f"{original.ref.record} carries no payload digest, so no revisit can refer to it",
                              hint="write the response whole")
        return self._write(Draft(
            type=WarcType.REVISIT, record=record_id or self.new_record_id(), date=date, uri=target_uri(uri),
            block=block, content_type="application/http; msgtype=response", facts=response_facts(read_beginning(block)),
            wire=wire, payload_sha256=original.payload_sha256, truncated=Truncation.LENGTH if block.length else None,
            concurrent_to=tuple(concurrent_to), refers_to=original.ref.record, original=original,
            redacted=joined(redacted)))

    def write_metadata(self, *, uri: str, date: datetime, block: Block, media_type: str,
                       concurrent_to: Sequence[RecordId] = (), refers_to: RecordId | None = None,
                       record_id: RecordId | None = None, wire: Wire = UNKNOWN_WIRE) -> RecordEntry:
        """What is known of another record: a TLS chain, a failed connection."""
        return self._write_plain(WarcType.METADATA, uri=uri, date=date, block=block, media_type=media_type, wire=wire,
                                 concurrent_to=concurrent_to, refers_to=refers_to, record_id=record_id)

    def write_resource(self, *, uri: str, date: datetime, block: Block, media_type: str,
                       concurrent_to: Sequence[RecordId] = (), record_id: RecordId | None = None,
                       wire: Wire = UNKNOWN_WIRE) -> RecordEntry:
        """Bytes that came without HTTP: a DNS answer (`dns:host`), a screenshot (`urn:view:URL`)."""
        return self._write_plain(WarcType.RESOURCE, uri=uri, date=date, block=block, media_type=media_type, wire=wire,
                                 concurrent_to=concurrent_to, record_id=record_id)

    def write_conversion(self, *, uri: str, date: datetime, block: Block, media_type: str, refers_to: RecordId,
                         record_id: RecordId | None = None) -> RecordEntry:
        """Bytes made from those of another record."""
        return self._write_plain(WarcType.CONVERSION, uri=uri, date=date, block=block, media_type=media_type,
                                 refers_to=refers_to, record_id=record_id)

    def sync(self) -> None:
        """Make every finished record durable and announce it.

        After a failure the writer takes nothing more: a second fsync may succeed without the bytes of the first.
        """
        with self._changed:
            self._raise_failure()
            try:
                if self._file is not None:
                    self._durable.extend(self._file.sync())
                self._dirty_since = None
                while self._durable:
                    self._on_record(self._durable[0])
                    self._durable.popleft()
            except Exception as error:
                self._failure = error
                raise

    def close(self) -> None:
        """Sync, write the index of the open file, stop. A second call does nothing."""
        with self._changed:
            if self._closed:
                return
            self._closed = True
            self._changed.notify_all()
            try:
                self._close_file()
            finally:
                self._file = None
        if threading.current_thread() is not self._flusher:
            self._flusher.join()

    def _write_plain(self, kind: WarcType, *, uri: str, date: datetime, block: Block, media_type: str,
                     concurrent_to: Sequence[RecordId] = (), refers_to: RecordId | None = None,
                     record_id: RecordId | None = None, wire: Wire = UNKNOWN_WIRE) -> RecordEntry:
        return self._write(Draft(
            type=kind, record=record_id or self.new_record_id(), date=date, uri=target_uri(uri),
            block=block, content_type=media_type, facts=plain_facts(media_type, read_beginning(block)), wire=wire,
            payload_sha256=block.sha256, concurrent_to=tuple(concurrent_to), refers_to=refers_to))

    def _write(self, draft: Draft, key: RequestKey | None = None) -> RecordEntry:
        with self.exchange():
            self._raise_failure()
            if self._closed:
                raise WriterFailed("the WARC writer is closed", hint="open the case for writing again")
            file = self._file or self._open_file()
            entry = file.append(draft, draft.head(self._warcinfo))
            self._group.append((entry, key))
            if file.unsynced_bytes >= SYNC_BYTES:
                self.sync()
            elif self._dirty_since is None:
                self._dirty_since = time.monotonic()
                self._changed.notify_all()
            return entry

    def _open_file(self) -> OpenWarc:
        now = self._clock()
        stamp = now.astimezone(UTC).strftime("%Y%m%d%H%M%S")
        serial = _next_serial(self._folder, self._prefix)
        file = OpenWarc.create(self._folder / f"{self._prefix}-{stamp}-{serial:05d}.warc.gz")
        self._file = file
        self._warcinfo = self.new_record_id()
        block = Block.of_bytes(_warcinfo(self._prefix, self._software))
        draft = Draft(type=WarcType.WARCINFO, record=self._warcinfo, date=now, block=block,
                      content_type="application/warc-fields", extra=(("WARC-Filename", file.path.name),),
                      facts=plain_facts("application/warc-fields", b""))
        file.append(draft, draft.head(self._warcinfo))
        return file

    def _rotate_when_full(self) -> None:
        if self._file is not None and self._file.size >= self._max_size:
            self._close_file()

    def _close_file(self) -> None:
        if self._file is not None:
            self.sync()
            self._file.close()
            self._file = None

    def _end_group(self) -> None:
        """Index the records of an exchange, each response with the request that asked for it."""
        if self._file is not None:
            self._file.index(cdxj_of(self._group))
        self._group.clear()

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise WriterFailed(f"captured records could not be made durable: {self._failure}",
                               hint="free disk space, then run the command again") from self._failure

    def _flush_in_time(self) -> None:
        with self._changed:
            while not self._closed:
                if self._dirty_since is None:
                    self._changed.wait()
                    continue
                left = self._dirty_since + SYNC_SECONDS - time.monotonic()
                if left > 0:
                    self._changed.wait(left)
                    continue
                try:
                    self.sync()
                except Exception:  # noqa: BLE001 - a worker's boundary: `sync` keeps it, the next caller is told
                    return


def _next_serial(folder: Path, prefix: str) -> int:
    """One more than the highest serial of the case's files."""
    serials = [path.name[:-len(".warc.gz")].rpartition("-")[2] for path in folder.glob(f"{prefix}-*-*.warc.gz")]
    return 1 + max((int(serial) for serial in serials if serial.isdigit()), default=-1)


def _warcinfo(prefix: str, software: tuple[Tool, ...]) -> bytes:
    names = ", ".join(f"{tool.name}/{tool.version}" for tool in software)
    lines = [f"software: {names}", "format: WARC File Format 1.1",
             "conformsTo: http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
             f"isPartOf: case {prefix}"]
    return "".join(f"{line}\r\n" for line in lines).encode("utf-8")
