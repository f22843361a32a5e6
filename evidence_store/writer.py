"""Writing a case: one process, content first, then the event.

1. `append` returns when the events are durable and the catalogue knows them. Killed before, each event is there whole
   or not at all, and the next opening takes it in.
2. An event is refused while the bytes it names are not in the case.
3. Ids are given here, counted on from the highest in the ledger: an id that an event carries is never given again.
4. What a crash left over was set aside when the case was opened, and stands in the ledger as an `incident`.
5. Only an enrolled key that was not revoked writes.
"""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC
from typing import BinaryIO

from evidence_store.case import Case, enrolment, store_key
from evidence_store.catalogue.interface import Catalogue
from evidence_store.catalogue.opening import head_at, index_warcs, open_for_writing
from evidence_store.catalogue.sqlite import open_frontier
from evidence_store.claims import ClaimId
from evidence_store.clock import Clock, RandomBytes
from evidence_store.custody.checkpoint import SignedCheckpoint, checkpoint_of, sign_checkpoint, store_checkpoint
from evidence_store.custody.keys import Signer
from evidence_store.custody.log import CustodyLog, LogWriter
from evidence_store.errors import AppendFailed, CatalogueUnusable, SigningKeyError
from evidence_store.events import SALT_BYTES, Event, KeyEnrol, KnownBody, encode_body
from evidence_store.frontier import Frontier
from evidence_store.incidents import incidents
from evidence_store.lock import CaseLock
from evidence_store.numbering import Numbering
from evidence_store.presence import check_presence
from evidence_store.records import BlobRef, CitationId, ItemId, Tool
from evidence_store.warc.model import RecordEntry
from evidence_store.warc.recovery import recover
from evidence_store.warc.writer import MAX_SIZE, WarcWriter

RECORDS_PER_BATCH = 500       # registered in one transaction while capturing; what is missing after a crash is scanned


class PendingRecords:
    """WARC records that are durable and that the catalogue does not have yet. Any thread may add."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._entries: list[RecordEntry] = []
        self._mutex = threading.Lock()

    def add(self, entry: RecordEntry) -> None:
        """Take one more; every batch goes to the catalogue."""
        with self._mutex:
            self._entries.append(entry)
            if len(self._entries) >= RECORDS_PER_BATCH:
                self._register()

    def flush(self) -> None:
        """Give the catalogue what waits."""
        with self._mutex:
            self._register()

    def _register(self) -> None:
        self._catalogue.register(self._entries)
        self._entries.clear()


class CaseWriter:
    """The one writer of a case, from `Case.writer`. Any thread of the process may call."""

    def __init__(self, case: Case, signer: Signer, *, log: LogWriter, catalogue: Catalogue, frontier: Frontier,
                 clock: Clock, random: RandomBytes) -> None:
        self.case = case
        self.frontier = frontier
        self.signer = signer
        self._log = log
        self._catalogue = catalogue
        self._clock = clock
        self._random = random
        self._numbering = Numbering(catalogue.last_numbers())
        self._pending = PendingRecords(catalogue)
        self._warcs: list[WarcWriter] = []
        # the order in which locks are taken: this one, then a WARC writer's, then that of the pending records
        self._mutex = threading.RLock()
        self._behind = False

    def append(self, *bodies: KnownBody) -> tuple[Event, ...]:
        """Record events, in one group commit; they are durable and in the catalogue on return.

        MissingContent where a body names bytes that are not in the case; FormatError where a new item or citation has
        an id that was not given here. Neither leaves anything behind. CatalogueUnusable: the events are recorded, but
        the catalogue could not take them in; this writer takes no more, and opening the case again mends it.
        """
        with self._mutex:
            if self._behind:
                raise AppendFailed("the catalogue is behind the ledger, so nothing more is recorded",
                                   hint="open the case again: that takes in what is missing")
            self.sync()
            self._numbering.check(bodies)
            check_presence(bodies, self._catalogue, self.case.blobs)
            for body in bodies:
                if isinstance(body, KeyEnrol):
                    store_key(self.case.layout, body.public_key)
            return self._record(bodies)

    def new_item_id(self) -> ItemId:
        """The next item id: for one item of one event."""
        return self._numbering.new_item()

    def new_citation_id(self) -> CitationId:
        """The next citation id: for one citation of one event."""
        return self._numbering.new_citation()

    def new_claim_id(self) -> ClaimId:
        """The next claim id: for one claim of one event."""
        return self._numbering.new_claim()

    def add_blob(self, stream: BinaryIO) -> BlobRef:
        """Store bytes; durable on return."""
        return self.case.blobs.put(stream)

    def warc(self, *, software: tuple[Tool, ...] = (), max_size: int = MAX_SIZE) -> WarcWriter:
        """A WARC writer of this case: its records are known to the case as soon as they are durable.

        It is closed with this writer, if not before. `max_size`: bytes after which a new file is begun.
        """
        with self._mutex:
            writer = WarcWriter(self.case.layout.warcs, case_prefix=self.case.id[:8], clock=self._clock,
                                random=self._random, software=software, on_record=self._pending.add, max_size=max_size)
            self._warcs.append(writer)
        return writer

    def sync(self) -> None:
        """Make every WARC record written so far durable and known to the catalogue."""
        with self._mutex:
            for warc in self._warcs:
                warc.sync()
            self._pending.flush()

    def checkpoint(self) -> SignedCheckpoint:
        """Sign the ledger as it stands, and keep the checkpoint in the case."""
        with self._mutex:
            signed = sign_checkpoint(checkpoint_of(self._log, self.case.id), self.signer)
            store_checkpoint(self._log.folder, signed)
        return signed

    def close(self) -> None:
        """Close the WARC files; for `Case.writer`, which lets go of everything else."""
        with self._mutex, ExitStack() as stack:
            stack.callback(self._pending.flush)
            for warc in self._warcs:
                stack.callback(warc.close)

    def _record(self, bodies: tuple[KnownBody, ...]) -> tuple[Event, ...]:
        key = self.signer.public.fingerprint
        times = [self._clock().astimezone(UTC) for _ in bodies]
        seqs = self._log.append([encode_body(body, time=time, key=key, salt=self._random(SALT_BYTES))
                                 for body, time in zip(bodies, times, strict=True)])
        self._numbering.spend(bodies)
        events = tuple(Event(seq=seq, time=time, key=key, body=body)
                       for seq, time, body in zip(seqs, times, bodies, strict=True))
        try:
            self._catalogue.apply(events, head_at(self._log, self._log.size))
        except CatalogueUnusable as error:
            self._behind = True
            raise CatalogueUnusable(f"{len(events)} events are recorded, but {error}",
                                    hint="open the case again: that takes in what is missing") from error
        return events


@contextmanager
def open_writer(case: Case, signer: Signer, *, command: str, clock: Clock, random: RandomBytes,
                principal: str) -> Iterator[CaseWriter]:
    """A CaseWriter while it lasts; see `Case.writer`."""
    with ExitStack() as stack:
        stack.enter_context(CaseLock(case.layout.lock, command=command, clock=clock))
        log, repairs = CustodyLog.open_for_append(case.layout.custody)
        stack.enter_context(log)
        recoveries = recover(case.layout.warcs)
        catalogue = open_for_writing(case.layout, log)
        stack.callback(catalogue.close)
        index_warcs(catalogue, case.layout)
        enrolling = _needs_enrolment(catalogue, signer, principal)
        frontier = open_frontier(case.layout.catalogue)
        stack.callback(frontier.close)
        writer = CaseWriter(case, signer, log=log, catalogue=catalogue, frontier=frontier, clock=clock, random=random)
        stack.callback(writer.close)
        if enrolling:
            writer.append(enrolment(signer, principal))
        if found := incidents(case, catalogue, repairs, recoveries):
            writer.append(*found)
        case.attach_writer(writer)
        stack.callback(case.attach_writer, None)
        yield writer


def _needs_enrolment(catalogue: Catalogue, signer: Signer, principal: str) -> bool:
    key = next((key for key in catalogue.enrolled_keys() if key.fingerprint == signer.public.fingerprint), None)
    if key is None and not principal:
        raise SigningKeyError(f"the key {signer.public.fingerprint} is not enrolled in this case",
                              hint="enrol it for a person, or use a key that is: `muniment key list`")
    if key is not None and key.revoked_seq is not None:
        raise SigningKeyError(f"the key {key.fingerprint} of {key.principal} was revoked ({key.revoked_reason})",
                              hint="use another enrolled key")
    return key is None
