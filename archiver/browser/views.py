"""Screenshot, thumbnail, PDF, DOM, MHTML and text of a page, each as it is at one moment.

A view that cannot be had is a problem of the visit, never the end of it.
"""

import base64
from collections.abc import Awaitable, Callable

from archiver.browser.frames import Frames
from archiver.browser.targets import PAGE, TargetTree
from archiver.browser.visit import RawView, Visit
from archiver.errors import BrowserFailed
from evidence_store.clock import Clock
from evidence_store.records import ViewKind

MAX_VIEW_BYTES = 64 * 1024 * 1024    # of one view; larger ones are left out, and the capture says so
MAX_HEIGHT = 16_000                  # pixels of a screenshot: Chromium's compositor repeats tiles beyond 16,384
THUMBNAIL_WIDTH = 320
SLOW_SECONDS = 40.0                  # for a PDF or screenshot of a long page


class ViewTaker:
    """Takes views of one page."""

    def __init__(self, tree: TargetTree, frames: Frames, visit: Visit, clock: Clock) -> None:
        self._tree = tree
        self._frames = frames
        self._visit = visit
        self._clock = clock

    async def untouched(self) -> None:
        """The first screen and the DOM, before anything is done to the page."""
        await self._take(ViewKind.SCREENSHOT_BEFORE, "image/png", self._screen)
        html = await self._take(ViewKind.DOM_BEFORE, "text/html; charset=utf-8", self._dom)
        self._visit.html = html.decode("utf-8", "replace")

    async def final(self) -> None:
        """Everything else."""
        await self._take(ViewKind.TEXT, "text/plain; charset=utf-8", self._text)
        html = await self._take(ViewKind.DOM, "text/html; charset=utf-8", self._dom)
        self._visit.html = html.decode("utf-8", "replace") or self._visit.html
        await self._take(ViewKind.SCREENSHOT, "image/png", self._whole_page)
        await self._take(ViewKind.THUMBNAIL, "image/jpeg", self._thumbnail)
        await self._take(ViewKind.MHTML, "multipart/related", self._mhtml)
        await self._take(ViewKind.PDF, "application/pdf", self._pdf)     # last: it lays the page out for paper

    async def _take(self, kind: ViewKind, media_type: str, make: Callable[[], Awaitable[bytes]]) -> bytes:
        at = self._clock()
        try:
            data = await make()
        except BrowserFailed as error:
            self._visit.problems.append(f"no {kind.value}: {error}")
            return b""
        if not data and kind is ViewKind.TEXT:      # a page of pictures has none
            return b""
        if not data or len(data) > MAX_VIEW_BYTES:
            self._visit.problems.append(f"no {kind.value}: it has {len(data)} bytes")
            return b""
        self._visit.views.append(RawView(kind=kind, media_type=media_type, data=data, taken_at=at))
        return data

    async def _screen(self) -> bytes:
        return await self._capture(format="png")

    async def _whole_page(self) -> bytes:
        width, height = await self._size()
        if height > MAX_HEIGHT:
            self._visit.problems.append(f"the screenshot shows {MAX_HEIGHT} of {height:.0f} pixels")
        clip = {"x": 0, "y": 0, "width": width, "height": min(height, MAX_HEIGHT), "scale": 1}
        return await self._capture(format="png", captureBeyondViewport=True, clip=clip)

    async def _thumbnail(self) -> bytes:
        width, height = await self._size()
        clip = {"x": 0, "y": 0, "width": width, "height": min(height, width * 0.75), "scale": THUMBNAIL_WIDTH / width}
        return await self._capture(format="jpeg", quality=80, captureBeyondViewport=True, clip=clip)

    async def _size(self) -> tuple[float, float]:
        size = (await self._tree.send(PAGE, "Page.getLayoutMetrics"))["cssContentSize"]
        return max(float(size["width"]), 1.0), max(float(size["height"]), 1.0)

    async def _capture(self, **params: object) -> bytes:
        answer = await self._tree.send(PAGE, "Page.captureScreenshot", params, seconds=SLOW_SECONDS)
        return base64.b64decode(answer["data"])

    async def _pdf(self) -> bytes:
        params = {"printBackground": True, "preferCSSPageSize": True}
        return base64.b64decode((await self._tree.send(PAGE, "Page.printToPDF", params, seconds=SLOW_SECONDS))["data"])

    async def _mhtml(self) -> bytes:
        answer = await self._tree.send(PAGE, "Page.captureSnapshot", {"format": "mhtml"}, seconds=SLOW_SECONDS)
        return str(answer["data"]).encode("utf-8", "surrogatepass")

    async def _dom(self) -> bytes:
        return str(await self._frames.run("dom", await self._frames.main()) or "").encode("utf-8", "replace")

    async def _text(self) -> bytes:
        parts = []
        for frame in await self._frames.all():
            try:
                parts.append(str(await self._frames.run("text", frame) or "").strip())
            except BrowserFailed as error:
                self._visit.problems.append(str(error))
        self._visit.text = "\n\n".join(part for part in parts if part)
        return self._visit.text.encode("utf-8", "replace")
