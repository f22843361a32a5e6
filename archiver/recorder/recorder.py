"""The recorder: a proxy in a thread of its own, from `with` to the end of it.

1. It listens on 127.0.0.1 only, on a port the system chooses, and refuses to connect to itself.
2. Entering starts it, leaving stops it: exchanges in flight are cut and kept, everything is in the WARC, synced.
3. It may be called from any thread; `WarcWriter` is called from one thread of the recorder.
"""

import asyncio
import socket
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from archiver.errors import RecorderStopped
from archiver.recorder.channel import CaptureChannel, Recording
from archiver.recorder.limits import MAX_CONNECTIONS, RecorderLimits
from archiver.recorder.policy import EgressPolicy
from archiver.recorder.proxies import UpstreamProxy
from archiver.recorder.proxy import Proxy, Workers
from archiver.recorder.resolver import Resolver, SystemResolver
from archiver.recorder.tee import KnownPayload
from archiver.recorder.tls import CertificateAuthority, UpstreamTrust
from archiver.recorder.upstream import Connector
from evidence_store.clock import Clock, RandomBytes, system_clock, system_random
from evidence_store.records import CaptureId
from evidence_store.warc.writer import WarcWriter

Result = TypeVar("Result")

_TOKEN_BYTES = 24
_RESOLVER_THREADS = 16      # names that are slow to resolve must not hold up others


class Recorder:
    """The recording proxy of one run.

    `spool` is an existing folder for exchanges in flight (see `recover_spool`); `ca_file` lies there while it runs.
    `known` finds the record of an earlier response with that URL and payload, to which a revisit then refers; without
    it every response is written whole. It is called in the thread that writes the WARC.
    """

    def __init__(self, *, warc: WarcWriter, spool: Path, policy: EgressPolicy | None = None,
                 resolver: Resolver | None = None, limits: RecorderLimits | None = None,
                 trust: UpstreamTrust | None = None, upstream: UpstreamProxy | None = None,
                 clock: Clock = system_clock, random: RandomBytes = system_random,
                 known: KnownPayload | None = None) -> None:
        self._known = known
        self._warc = warc
        self._spool = spool
        self._policy = policy or EgressPolicy()
        self._resolver = resolver or SystemResolver()
        self._limits = limits or RecorderLimits()
        self._trust = trust or UpstreamTrust()
        self._upstream = upstream
        self._clock = clock
        self._random = random
        # Certificates live by the real time, which is what clients compare them with.
        self._authority = CertificateAuthority(system_clock(), random)
        self._running: _Running | None = None

    @property
    def ca_pem(self) -> bytes:
        """The CA certificate of this run, for the case to keep."""
        return self._authority.pem

    @property
    def ca_file(self) -> Path:
        """The CA certificate as a PEM file for clients to trust; there while the recorder runs."""
        return self._needs_running().ca_file

    @property
    def port(self) -> int:
        """The port on 127.0.0.1."""
        return self._needs_running().port

    def __enter__(self) -> Self:
        """Start; raises InvalidSetting for root certificates that cannot be read."""
        listener = socket.create_server(("127.0.0.1", 0), backlog=MAX_CONNECTIONS)
        listener.settimeout(0)
        try:
            self._running = self._start(listener)
        except BaseException:
            listener.close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        running, self._running = self._running, None
        if running is not None:
            running.stop()

    def open_capture(self, capture: CaptureId, *, redact: bool = False, identity: bool = False,
                     direct: bool = False) -> CaptureChannel:
        """A channel for one capture.

        `identity`: its requests carry what identifies the user, which is sent over verified connections only.
        `redact`: that, and it is kept out of the WARC. `direct`: a browser may have tunnels of its own.
        """
        running = self._needs_running()
        token = self._random(_TOKEN_BYTES).hex()
        own = self._random(_TOKEN_BYTES).hex() if direct else ""
        before = running.call(lambda proxy: proxy.open_capture(capture, token, own, redact=redact,
                                                                identity=identity or redact))

        def close() -> Recording:
            return running.call(lambda proxy: proxy.close_capture(capture, before))

        door = f"@127.0.0.1:{running.port}"
        return CaptureChannel(capture=capture, proxy_url=f"http://{capture}:{token}{door}", ca_file=running.ca_file,
                              direct_url=f"http://{capture}:{own}{door}" if own else "", closer=close)

    def _needs_running(self) -> "_Running":
        if self._running is None:
            raise RecorderStopped("the recorder is not running", hint="use it inside its `with` block")
        return self._running

    def _start(self, listener: socket.socket) -> "_Running":
        port = int(listener.getsockname()[1])
        policy = replace(self._policy, own_ports=self._policy.own_ports | {port})
        pools = (ThreadPoolExecutor(_RESOLVER_THREADS, "recorder-names"), ThreadPoolExecutor(1, "recorder-warc"),
                 ThreadPoolExecutor(1, "recorder-sync"))
        connector = Connector(policy=policy, resolver=self._resolver, limits=self._limits, trust=self._trust,
                              proxy=self._upstream, workers=pools[0])

        def make() -> Proxy:
            return Proxy(listener=listener, warc=self._warc, spool=self._spool, limits=self._limits,
                         connector=connector, authority=self._authority, clock=self._clock, random=self._random,
                         known=self._known, workers=Workers(names=pools[0], writer=pools[1], syncer=pools[2]))

        ca_file = self._spool / f"recorder-ca-{port}.pem"
        ca_file.write_bytes(self.ca_pem)
        return _Running(make, listener, pools, port, ca_file)


class _Running:
    """The thread, from its start to its stop."""

    def __init__(self, make: Callable[[], Proxy], listener: socket.socket, pools: tuple[ThreadPoolExecutor, ...],
                 port: int, ca_file: Path) -> None:
        self.port = port
        self.ca_file = ca_file
        self._listener = listener
        self._pools = pools
        self._loop = asyncio.new_event_loop()
        self._started: Future[Proxy] = Future()
        self._serving: asyncio.Task[None] | None = None
        self._thread = threading.Thread(target=self._run, args=(make,), name="recorder", daemon=True)
        self._thread.start()
        self._proxy = self._started.result()

    def call(self, ask: Callable[[Proxy], Coroutine[Any, Any, Result]]) -> Result:
        """Run a coroutine of the proxy in its thread and wait for it."""
        if not self._thread.is_alive():
            raise RecorderStopped("the recorder was stopped", hint="close captures before leaving its `with` block")
        return asyncio.run_coroutine_threadsafe(ask(self._proxy), self._loop).result()

    def stop(self) -> None:
        """Cut what is in flight, write it, end the thread."""
        serving = self._serving
        if serving is not None:
            self._loop.call_soon_threadsafe(serving.cancel)
        self._thread.join()
        for pool in self._pools:
            pool.shutdown(wait=False, cancel_futures=True)
        self._listener.close()
        self.ca_file.unlink(missing_ok=True)

    def _run(self, make: Callable[[], Proxy]) -> None:
        async def main() -> None:
            proxy = make()
            self._serving = asyncio.current_task()
            self._started.set_result(proxy)
            await proxy.serve()

        try:
            self._loop.run_until_complete(main())
        except asyncio.CancelledError:
            pass
        finally:
            self._loop.close()
