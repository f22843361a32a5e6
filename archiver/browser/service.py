"""One Chromium for a run, in a thread of its own; a context of its own for each capture.

1. It is started at the first visit, with the recorder as its proxy and no credentials: what it asks by itself is
   answered 407 and counted. A capture's context has the credentials of that capture's channel.
2. A browser that died is started again for the next visit.
3. It may be called from any thread.
"""

import asyncio
import threading
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from archiver.browser.page import PageVisitor
from archiver.browser.program import arguments, may_be_sandboxed
from archiver.browser.visit import Visit, VisitLimits, VisitRequest
from archiver.errors import BrowserFailed
from archiver.identity import Identity
from archiver.recorder import CaptureChannel
from evidence_store.clock import Clock

if TYPE_CHECKING:
    from concurrent.futures import Future

    from playwright.async_api import Browser, Playwright

LAUNCH_SECONDS = 60.0           # a cold start on a slow disk takes ten
MAX_PAGES = 2                   # at once: each takes a processor and some hundred megabytes


class BrowserService:
    """Visits pages; `program` is Chromium's path, `port` and `ca_pem` are the recorder's."""

    def __init__(self, *, program: str, port: int, ca_pem: bytes, clock: Clock, user_agent: str = "",
                 roots: bytes = b"", limits: VisitLimits | None = None) -> None:
        self._program = program
        self._server = f"http://127.0.0.1:{port}"
        self._ca_pem = ca_pem
        self._clock = clock
        self._user_agent = user_agent
        self._roots = roots             # PEM; trusted beside the system's where a browser connects itself
        self._limits = limits or VisitLimits()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._driver: Playwright | None = None
        self._browser: Browser | None = None
        self._starting = asyncio.Lock()
        self._places = asyncio.Semaphore(MAX_PAGES)

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="browser", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        loop, thread = self._loop, self._thread
        if loop is None or thread is None:
            return
        asyncio.run_coroutine_threadsafe(self._stop(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
        self._loop = None

    def visit(self, url: str, channel: CaptureChannel, *, identity: Identity | None = None, direct: bool = False,
              cancelled: Callable[[], bool] = lambda: False) -> Visit:
        """Open a page through a capture's channel; BrowserFailed where there is no browser to do it.

        `direct`: it has its own TLS with servers, through tunnels of that channel.
        """
        if self._loop is None:
            raise BrowserFailed("the browser is not running", hint="use it inside its `with` block")
        door = urlsplit(channel.direct_url if direct else channel.proxy_url)
        request = VisitRequest(url=url, proxy_server=self._server, user=door.username or "",
                               token=door.password or "", user_agent=self._user_agent, identity=identity,
                               is_direct=direct)
        visitor = PageVisitor(request, self._limits, self._clock, cancelled)
        done: Future[Visit] = asyncio.run_coroutine_threadsafe(self._visit(visitor), self._loop)
        return done.result()

    async def _visit(self, visitor: PageVisitor) -> Visit:
        async with self._places:
            return await visitor.run(await self._ready())

    async def _ready(self) -> "Browser":
        from playwright.async_api import Error, async_playwright

        async with self._starting:
            if self._browser is not None and self._browser.is_connected():
                return self._browser
            try:
                if self._driver is None:
                    self._driver = await async_playwright().start()
                self._browser = await self._driver.chromium.launch(
                    executable_path=self._program, headless=True, timeout=LAUNCH_SECONDS * 1000,
                    chromium_sandbox=may_be_sandboxed(), proxy={"server": self._server, "bypass": "<-loopback>"},
                    args=arguments(self._ca_pem + self._roots), handle_sigint=False, handle_sigterm=False,
                    handle_sighup=False)
            except Error as error:
                raise BrowserFailed(f"{self._program} does not start: {error.message.splitlines()[0][:200]}",
                                    hint="see `muniment doctor`, or run with --browser never") from error
            return self._browser

    async def _stop(self) -> None:
        from playwright.async_api import Error

        try:
            if self._browser is not None:
                await self._browser.close()
        except Error:           # it died before
            pass
        if self._driver is not None:
            await self._driver.stop()
