"""One page, from its first request to its last view.

1. Nothing is done to a page before its screenshot and DOM were taken.
2. Then: tracking refused where that is offered, scrolled, unfolded, media started; each of it listed.
3. Consent is never given; no link to another page is followed; what opens by itself is closed.
4. At the end the page is cut off before its views are handed over: what it asks for later has no part in the capture.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from archiver.browser.direct import ENABLE, EVENTS, DirectLog
from archiver.browser.frames import Frames
from archiver.browser.network import Fate
from archiver.browser.targets import PAGE, Path, TargetTree
from archiver.browser.views import ViewTaker
from archiver.browser.visit import Visit, VisitLimits, VisitRequest
from archiver.errors import BrowserFailed
from evidence_store.clock import Clock

if TYPE_CHECKING:
    from playwright._impl._api_structures import SetCookieParam
    from playwright.async_api import Browser, BrowserContext, Page

POLL = 0.05                     # seconds between looks at the network and at the cancel flag
VIEWPORT = (1280, 900)


class _Cancelled(Exception):
    """The run is being ended."""


class PageVisitor:
    """Visits one page in a context of its own."""

    def __init__(self, request: VisitRequest, limits: VisitLimits, clock: Clock, cancelled: Callable[[], bool]) -> None:
        self._request = request
        self._limits = limits
        self._clock = clock
        self._cancelled = cancelled
        self.visit = Visit()

    async def run(self, browser: "Browser") -> Visit:
        """Visit it; BrowserFailed where the browser itself gives up."""
        from playwright.async_api import Error

        self.visit.version = f"Chromium {browser.version}"
        try:
            context = await self._open(browser)
        except Error as error:
            raise BrowserFailed(f"the browser opens no page: {error.message[:200]}") from error
        try:
            async with asyncio.timeout(self._limits.total_seconds):
                await self._in_context(context)
        except TimeoutError:
            self.visit.problems.append(f"the page was left after {self._limits.total_seconds:g} s")
        except _Cancelled:
            self.visit.problems.append("interrupted")
        except Error as error:
            self.visit.problems.append(f"the browser gave up: {error.message[:200]}")
        finally:
            await self._hand_over()
            await _close(context)
        return self.visit

    async def _open(self, browser: "Browser") -> "BrowserContext":
        asked = self._request
        state = asked.identity.state() if asked.identity is not None else {"cookies": [], "origins": []}
        context = await browser.new_context(
            proxy={"server": asked.proxy_server, "bypass": "<-loopback>", "username": asked.user,
                   "password": asked.token},
            user_agent=asked.user_agent or _own_name(browser.version), accept_downloads=False,
            viewport={"width": VIEWPORT[0], "height": VIEWPORT[1]}, locale="en-US", timezone_id="UTC",
            storage_state={"cookies": [], "origins": state["origins"]})
        if refused := await _add_cookies(context, state["cookies"]):
            self.visit.problems.append(f"{refused} cookies of the profile were not taken by the browser")
        return context

    async def _in_context(self, context: "BrowserContext") -> None:
        page = await context.new_page()
        others: set[asyncio.Task[None]] = set()

        def close_other(other: "Page") -> None:
            self.visit.note(self._clock(), f"closed a window that opened by itself: {other.url[:200]}")
            others.add(asyncio.get_running_loop().create_task(other.close()))

        context.on("page", close_other)
        context.on("request", lambda seen: self.visit.network.driver_request(seen.method, seen.url, answered=False))
        context.on("response", lambda seen: self.visit.network.driver_request(
            seen.request.method, seen.url, answered=True))
        tree = await self._tree(context, page)
        await tree.start()
        frames = Frames(tree=tree, visit=self.visit, clock=self._clock)
        views = ViewTaker(tree, frames, self.visit, self._clock)
        if not await self._load(page, frames):
            return
        await views.untouched()
        await self._count_peers(tree)
        await self._interact(frames)
        self.visit.shown_url = page.url
        await views.final()
        await context.set_offline(offline=True)
        await asyncio.sleep(POLL)

    async def _tree(self, context: "BrowserContext", page: "Page") -> TargetTree:
        session, network = await context.new_cdp_session(page), self.visit.network
        if not self._request.is_direct:
            return TargetTree(session, network.take)
        direct = self.visit.direct = DirectLog()

        def take(path: Path, event: str, params: Mapping[str, Any]) -> None:
            network.take(path, event, params)
            direct.take(tree, path, event, params)

        tree = TargetTree(session, take, enable=ENABLE, more=EVENTS)
        return tree

    async def _hand_over(self) -> None:
        """The bodies of a browser that connected itself, while it is there to hand them over."""
        if self.visit.direct is None:
            return
        await self.visit.direct.settle()
        sockets = self.visit.network.sockets       # over TLS of its own no handshake is recorded
        sockets.handshakes[:] = [one for one in sockets.handshakes if not one.url.startswith("https://")]

    async def _load(self, page: "Page", frames: Frames) -> bool:
        """Whether there is a page to look at."""
        from playwright.async_api import Error
        from playwright.async_api import TimeoutError as LoadTimeout

        main = await frames.main()
        network = self.visit.network
        loading = asyncio.ensure_future(
            page.goto(self._request.url, wait_until="load", timeout=self._limits.load_seconds * 1000))
        try:
            while not loading.done():
                await self._wait(POLL)
                document = network.document(main.id)
                if document is not None and document.fate is Fate.FAILED:   # it broke off: `load` will not come
                    break
            if loading.done():
                await loading
        except LoadTimeout:
            self.visit.problems.append(f"the page was still loading after {self._limits.load_seconds:g} s")
        except Error as error:
            self.visit.problems.append(f"the browser did not show it: {error.message.splitlines()[0][:200]}")
        finally:
            loading.cancel()
        await self._settle()
        document = self.visit.document = network.document(main.id)
        return document is not None and not document.own_answer and document.media_type in _SHOWN

    async def _interact(self, frames: Frames) -> None:
        limits = self._limits
        refused = await frames.act("consent", await frames.all())
        if refused:
            self.visit.consent = refused[0]
            await self._settle()
        for _ in range(limits.rounds):
            steps = {"steps": limits.scroll_steps, "pause": limits.scroll_pause_ms}
            await frames.act("scroll", [await frames.main()], steps,
                             seconds=limits.scroll_steps * (limits.scroll_pause_ms / 1000 + 0.3) + 10)
            await self._settle()
            if not await frames.act("expand", await frames.all(), limits.expansions):
                break
            await self._settle()
        if await frames.act("play", await frames.all()):
            await self._wait(limits.play_seconds)
        await self._settle()
        await self._count_peers(frames.tree)
        document = self.visit.network.document((await frames.main()).id)
        self.visit.document = document or self.visit.document     # a page may have gone on to another by itself

    async def _count_peers(self, tree: TargetTree) -> None:
        """How many WebRTC connections there are now: no event tells of them."""
        try:
            await tree.send(PAGE, "Performance.enable")
            answer = await tree.send(PAGE, "Performance.getMetrics")
        except BrowserFailed:
            return
        counted = {str(one["name"]): float(one["value"]) for one in answer["metrics"]}
        sockets = self.visit.network.sockets
        sockets.peers = max(sockets.peers, int(counted.get("RTCPeerConnections", 0)))

    async def _settle(self) -> None:
        """Wait until nothing is on its way for a while, at most `settle_seconds`."""
        network, limits = self.visit.network, self._limits
        quiet = waited = 0.0
        while waited < limits.settle_seconds:
            before = network.activity
            await self._wait(POLL)
            waited += POLL
            quiet = quiet + POLL if network.activity == before else 0.0
            # the end of a worker's script is told to nobody: what hangs holds us up no longer than that
            if quiet >= (limits.quiet_seconds if network.is_quiet() else limits.hanging_seconds):
                break
        network.give_up()

    async def _wait(self, seconds: float) -> None:
        left = seconds
        while left > 0:
            if self._cancelled():
                raise _Cancelled
            await asyncio.sleep(min(POLL, left))
            left -= POLL


_SHOWN = frozenset({"text/html", "application/xhtml+xml"})


def _own_name(version: str) -> str:
    """What an ordinary Chromium of that version calls itself: sites refuse one that says it has no screen."""
    major = version.partition(".")[0]
    return (f"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{major}.0.0.0 "
            "Safari/537.36")


async def _add_cookies(context: "BrowserContext", cookies: "list[SetCookieParam]") -> int:
    """Sign a context in; how many cookies the browser did not take: of several it takes all or none."""
    from playwright.async_api import Error

    refused = 0
    try:
        await context.add_cookies(cookies)
    except Error:
        for cookie in cookies:
            try:
                await context.add_cookies([cookie])
            except Error:
                refused += 1
    return refused


async def _close(context: "BrowserContext") -> None:
    from playwright.async_api import Error

    try:
        async with asyncio.timeout(10):
            await context.close()
    except (Error, TimeoutError):       # it is gone, or will go with the browser
        return
