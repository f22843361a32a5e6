"""The proxy: listens on loopback, gives each client connection a session, hands what they record to the WARC.

1. It runs in one thread with one event loop; everything here but `Proxy.__init__` is called in that thread.
2. The WARC is written in one other thread, in the order in which exchanges end; while MAX_PENDING_COMMITS wait there,
   sessions wait too.
3. What is being spooled is synced every SYNC_INTERVAL_SECONDS.
4. A record that could not be written is never passed over: the capture's `close` raises.
"""

import asyncio
import contextlib
import socket
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

from archiver.errors import RecordingFailed
from archiver.recorder.channel import Failure, Recording
from archiver.recorder.limits import MAX_CONNECTIONS, MAX_PENDING_COMMITS, SYNC_INTERVAL_SECONDS, RecorderLimits
from archiver.recorder.session import OpenCapture, Session
from archiver.recorder.spool import Slip, Spool, sync_descriptors
from archiver.recorder.tee import CaptureLog, Ended, KnownPayload, Tee
from archiver.recorder.tls import CertificateAuthority
from archiver.recorder.upstream import Connector
from archiver.recorder.wire import Connection
from evidence_store.clock import Clock, RandomBytes
from evidence_store.errors import EvidenceError
from evidence_store.records import CaptureId, RecordId
from evidence_store.warc.writer import WarcWriter


@dataclass(frozen=True, slots=True, kw_only=True)
class Workers:
    """Threads for what blocks."""

    names: Executor       # resolving; several at once
    writer: Executor      # the WARC; exactly one thread
    syncer: Executor      # fsync of what is being spooled


class Proxy:
    """The recorder's event loop side (it is what `session.Desk` describes)."""

    def __init__(self, *, listener: socket.socket, warc: WarcWriter, spool: Path, limits: RecorderLimits,
                 connector: Connector, authority: CertificateAuthority, workers: Workers, clock: Clock,
                 random: RandomBytes, known: KnownPayload | None = None) -> None:
        self.limits = limits
        self.connector = connector
        self.authority = authority
        self.clock = clock
        self._listener = listener
        self._warc = warc
        self._tee = Tee(warc, known)
        self._folder = spool
        self._workers = workers
        self._random = random
        self._captures: dict[str, OpenCapture] = {}
        self._spools: set[Spool] = set()
        self._sessions: set[asyncio.Task[None]] = set()
        self._commits: set[asyncio.Future[None]] = set()
        self._failure: Exception | None = None      # the first record that could not be written
        self._unauthenticated = 0
        self._serial = 0
        self._run_mark = random(4).hex()            # spool names never meet those of an earlier run

    async def serve(self) -> None:
        """Accept clients until cancelled."""
        loop = asyncio.get_running_loop()
        syncing = asyncio.create_task(self._sync_spools())
        places = asyncio.Semaphore(MAX_CONNECTIONS)
        try:
            while True:
                await places.acquire()
                accepted, _ = await loop.sock_accept(self._listener)
                session = asyncio.create_task(Session(Connection(accepted), self).run())
                self._sessions.add(session)
                session.add_done_callback(self._sessions.discard)
                session.add_done_callback(lambda _: places.release())
        finally:
            syncing.cancel()
            for session in self._sessions:
                session.cancel()
            await asyncio.gather(syncing, *self._sessions, return_exceptions=True)
            await self._settled()

    # --- captures ----------------------------------------------------------------------------------------------

    async def open_capture(self, capture: CaptureId, token: str, direct_token: str, *, redact: bool,
                           identity: bool) -> int:
        """Let a capture in; the number of unauthenticated requests so far."""
        self._captures[capture] = OpenCapture(id=capture, token=token, direct_token=direct_token, redact=redact,
                                              identity=identity, log=CaptureLog(capture))
        return self._unauthenticated

    async def close_capture(self, capture: CaptureId, unauthenticated_before: int) -> Recording:
        """Wait for what is in flight, cut what does not end, and give what was recorded. Raises RecordingFailed."""
        opened = self._captures.pop(capture)
        opened.closing = True
        if requests := {flight.landed for flight in opened.flights if not flight.is_tunnel}:
            await asyncio.wait(requests, timeout=self.limits.drain_seconds)
        late = list(opened.flights)
        for flight in late:
            if flight.session is not None:
                flight.session.cancel()
        if late:
            await asyncio.wait({flight.landed for flight in late})
        await self._settled()
        if self._failure is not None:
            raise RecordingFailed(f"an exchange could not be put into the WARC: {self._failure}",
                                  hint="free disk space, then run the command again: the spool is taken up first"
                                  ) from self._failure
        log = opened.log
        return Recording(
            capture=capture, exchanges=tuple(sorted(log.exchanges, key=lambda exchange: exchange.started_at)),
            refusals=tuple(opened.refusals), failures=tuple(log.failures), notes=tuple(log.notes),
            not_recorded=tuple(log.not_recorded), tunnels=tuple(opened.tunnels),
            unauthenticated=self._unauthenticated - unauthenticated_before)

    def capture_of(self, user: str) -> OpenCapture | None:
        """The open capture of that id."""
        return self._captures.get(user)

    def count_unauthenticated(self) -> None:
        """Somebody was answered 407."""
        self._unauthenticated += 1

    # --- spools and records ------------------------------------------------------------------------------------

    def new_record_id(self) -> RecordId:
        """An id for a record to be written."""
        return self._warc.new_record_id()

    def new_spool(self, slip: Slip) -> Spool:
        """A spool for an exchange that begins."""
        self._serial += 1
        spool = Spool(self._folder, f"{slip.capture}-{self._run_mark}-{self._serial:08d}", slip)
        self._spools.add(spool)
        return spool

    def drop(self, spool: Spool) -> None:
        """Forget a spool nothing was received for."""
        self._spools.discard(spool)
        spool.remove()

    async def commit(self, ended: Ended, capture: OpenCapture) -> None:
        """Queue an exchange for the WARC."""
        self._spools.discard(ended.spool)
        await self._write(lambda: self._tee.commit(ended, capture.log))

    async def fail(self, failure: Failure, capture: OpenCapture) -> None:
        """Queue a failure for the WARC."""
        await self._write(lambda: self._tee.fail(failure, capture.id, capture.log))

    async def _write(self, work: Callable[[], None]) -> None:
        """Queue first, then wait for room: who is cancelled while waiting has lost nothing."""
        writing = asyncio.get_running_loop().run_in_executor(self._workers.writer, work)
        self._commits.add(writing)
        writing.add_done_callback(self._written)
        while len(self._commits) > MAX_PENDING_COMMITS:
            await asyncio.wait(self._commits, return_when=asyncio.FIRST_COMPLETED)

    def _written(self, writing: "asyncio.Future[None]") -> None:
        self._commits.discard(writing)
        failure = None if writing.cancelled() else writing.exception()
        if isinstance(failure, Exception):      # whatever it is: a record that is missing is told to who closes
            self._failure = self._failure or failure

    async def _settled(self) -> None:
        """Everything handed over so far stands in the WARC, synced - or `_failure` says why not."""
        loop = asyncio.get_running_loop()
        if self._commits:
            await asyncio.wait(set(self._commits))
        try:
            await loop.run_in_executor(self._workers.writer, self._tee.sync)
        except (OSError, EvidenceError) as failure:
            self._failure = self._failure or failure

    async def _sync_spools(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(SYNC_INTERVAL_SECONDS)
            descriptors = [descriptor for spool in self._spools for descriptor in spool.descriptors()]
            if descriptors:
                with contextlib.suppress(OSError):      # the next write to the spool fails too, and is told
                    await loop.run_in_executor(self._workers.syncer, sync_descriptors, descriptors)
