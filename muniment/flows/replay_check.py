"""Capture quality assurance without a network: play each page back, and compare it with what a browser saw.

1. The browser reaches the replay server and nothing else.
2. A page that cannot be played back is a finding like any other, never the end of the run.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, cast

from archiver.browser.page import VIEWPORT
from archiver.browser.program import find_browser, may_be_sandboxed, why_none
from evidence_store.case import Case
from evidence_store.errors import EvidenceError
from evidence_store.events import Captured, FindingEvent
from evidence_store.findings import Outcome
from evidence_store.records import Capture, ItemId, ItemKind, ViewKind
from evidence_store.writer import CaseWriter
from muniment.flows.circumstances import tool
from muniment.flows.replay import find_player, open_library
from muniment.replay.answers import link_to
from muniment.replay.comparison import CHECK, Shown, compare
from muniment.replay.errors import ReplayError
from muniment.replay.library import Library
from muniment.replay.player import VERSION, Player
from muniment.replay.server import ReplayServer, serving

if TYPE_CHECKING:
    from playwright.sync_api import Frame, Page

LOAD_MS = 30_000.0            # until the replayed page stands
SETTLE_MS = 1_500.0           # for pictures that come when they are scrolled to
MAX_TEXT = 4 << 20
_LOOK = """() => { const all = (what) => [...document.querySelectorAll(what)];
  const images = all("img").filter((one) => one.currentSrc || one.src), videos = all("video");
  return { text: document.body ? document.body.innerText : "", images: images.length,
    images_loaded: images.filter((one) => one.complete && one.naturalWidth).length, videos: videos.length,
    videos_ready: videos.filter((one) => one.readyState > 0 || one.preload === "none").length }; }"""
_SCROLL = "() => { for (let y = 0; y < document.body.scrollHeight; y += 600) scrollTo(0, y); scrollTo(0, 0); }"


class NoBrowser(ReplayError):
    """There is no Chromium to play pages back in."""


def check_replay(writer: CaseWriter, items: Iterable[ItemId], *, browser: str,
                 player: Player | None = None) -> tuple[FindingEvent, ...]:
    """Play back the pages of these items, or all where none is named; every finding is in the ledger on return.

    NoBrowser, NoPlayer where one is not there.
    """
    program = find_browser(browser)
    if not program:
        raise NoBrowser(f"nothing can be played back: {why_none(browser)}", hint="install Chromium")
    wanted = frozenset(items)
    captures = [one for one in _pages(writer.case) if not wanted or one[0] in wanted]
    if not captures:
        return ()
    with open_library(writer.case.layout.root) as library, serving(library, player or find_player()) as server:
        found = tuple(_findings(writer.case, captures, library, server, program))
    writer.append(*found)
    return found


def _pages(case: Case) -> Iterator[tuple[ItemId, Capture]]:
    """The main document of each capture that a browser made views of."""
    for event in case.events():
        if isinstance(event.body, Captured) and event.body.capture.views:
            capture = event.body.capture
            main = next((one.id for one in capture.items if one.kind in {ItemKind.PAGE, ItemKind.POST}), None)
            if main is not None:
                yield main, capture


def _findings(case: Case, captures: Iterable[tuple[ItemId, Capture]], library: Library, server: ReplayServer,
              program: str) -> Iterator[FindingEvent]:
    from playwright.sync_api import Error, sync_playwright

    visits = {visit.key: visit for visit in library.visits}
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=program, chromium_sandbox=may_be_sandboxed(), args=[
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--disable-background-networking"],
            env=dict(os.environ))
        tools = (tool("muniment"), tool("playwright"))
        try:
            for item, capture in captures:
                visit = visits.get(capture.id)
                if visit is None:
                    continue
                try:
                    shown = _shown(chromium.new_page(viewport={"width": VIEWPORT[0], "height": VIEWPORT[1]}),
                                   server.url.rstrip("/") + link_to(visit, visit.main))
                except Error as error:
                    yield FindingEvent(item=item, check=CHECK, outcome=Outcome.ERROR, tools=tools, details={},
                                       summary=f"it could not be played back: {str(error).splitlines()[0][:200]}")
                    continue
                made = compare(shown, text=_view(case, capture, (ViewKind.TEXT,)).decode("utf-8", "replace"),
                               screen=_view(case, capture, (ViewKind.SCREENSHOT_BEFORE, ViewKind.SCREENSHOT)))
                yield FindingEvent(item=item, check=CHECK, outcome=made.outcome, summary=made.summary, tools=tools,
                                   details={**made.details, "player": f"ReplayWeb.page {VERSION}"})
        finally:
            chromium.close()


def _shown(page: "Page", url: str) -> Shown:
    """What the replay of a page shows. Raises playwright's Error where it does not come."""
    try:
        page.goto(url, timeout=LOAD_MS)
        frame = _frame(page)
        top = page.locator("replay-web-page").bounding_box() or {"y": 0.0}
        page.set_viewport_size({"width": VIEWPORT[0], "height": VIEWPORT[1] + round(top["y"])})
        _settle(frame)
        frame.evaluate(_SCROLL)
        page.wait_for_timeout(SETTLE_MS)
        seen = cast("dict[str, object]", frame.evaluate(_LOOK))
        screen = page.locator("replay-web-page").screenshot(timeout=LOAD_MS)
    finally:
        page.close()
    numbers = {name: int(str(seen[name])) for name in ("images", "images_loaded", "videos", "videos_ready")}
    return Shown(text=str(seen["text"])[:MAX_TEXT], screen=screen, **numbers)


def _frame(page: "Page") -> "Frame":
    """The frame of the replayed page, once it is there."""
    from playwright.sync_api import Error

    for _ in range(int(LOAD_MS / 100)):
        found = next((frame for frame in page.frames if "mp_/" in frame.url), None)
        if found is not None:
            return found
        page.wait_for_timeout(100)
    raise Error("no page came")


def _settle(frame: "Frame") -> None:
    from playwright.sync_api import Error

    with suppress(Error):         # a page that never rests is looked at as it is
        frame.wait_for_load_state("networkidle", timeout=LOAD_MS / 3)


def _view(case: Case, capture: Capture, kinds: tuple[ViewKind, ...]) -> bytes:
    """The first of these views that there is; empty where there is none, or it cannot be read."""
    view = next((view for kind in kinds for view in capture.views if view.kind is kind), None)
    if view is None or view.record.length > 16 << 20:
        return b""
    try:
        with case.open_content(view.record) as stream:
            return stream.read()
    except EvidenceError:
        return b""
