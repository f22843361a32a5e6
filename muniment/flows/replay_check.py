"""Capture quality assurance without a network: play each page back, and compare it with what a browser saw.

1. The browser reaches the replay server and nothing else.
2. A page that cannot be played back is a finding like any other, never the end of the run.
3. What the replay showed is kept as a derivative of the page, and stands beside the recorded screen in the report.
"""

import io
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, cast

from archiver.browser.page import VIEWPORT
from archiver.browser.program import find_browser, may_be_sandboxed, why_none
from evidence_store.case import Case
from evidence_store.errors import EvidenceError
from evidence_store.events import Captured, FindingEvent, Transformed
from evidence_store.findings import Outcome
from evidence_store.records import Capture, Derivative, DerivativeKind, Item, ItemId, ItemKind, Recipe, ViewKind
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
PLAY_MS = 15_000              # until a film moves; it is local, so only a busy computer needs long
MAX_VIDEOS = 5                # of one document that are played
MAX_FRAMES = 20               # documents within a page that are looked into
MAX_TEXT = 4 << 20
_LOOK = r"""() => { const all = (what) => [...document.querySelectorAll(what)];
  const images = all("img").filter((one) => one.currentSrc || one.src);
  const address = (one) => (one.currentSrc || one.src).replace(/^.*?\/\d{14}[a-z]{2}_\//, "").split("#")[0];
  return { text: document.body ? document.body.innerText : "", images: images.length,
    broken: images.filter((one) => !(one.complete && one.naturalWidth)).map(address).slice(0, 1000) }; }"""
_PLAY = """async ([most, limit]) => { const until = Date.now() + limit;
  const videos = [...document.querySelectorAll("video")].slice(0, most)
    .filter((one) => one.src || one.srcObject || one.querySelector("source"));
  videos.forEach((one) => { one.muted = true; Promise.resolve(one.play()).catch(() => {}); });
  const waits = (one) => !(one.currentTime > 0 || one.error || one.networkState === one.NETWORK_NO_SOURCE);
  while (videos.some(waits) && Date.now() < until) await new Promise((go) => setTimeout(go, 50));
  const played = videos.filter((one) => one.currentTime > 0).length;
  videos.forEach((one) => one.pause());
  return [videos.length, played]; }"""
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
    captures = [one for one in _pages(writer.case) if not wanted or one[0].id in wanted]
    if not captures:
        return ()
    with open_library(writer.case.layout.root) as library, serving(library, player or find_player()) as server:
        played = tuple(_played(writer.case, captures, library, server, program))
    writer.append(*(Transformed(derivative=_kept(writer, one)) for one in played if one.screen),
                  *(one.finding for one in played))
    return tuple(one.finding for one in played)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Played:
    """A page that was played back."""

    item: Item
    finding: FindingEvent
    screen: bytes = b""           # PNG; empty where nothing came


def _kept(writer: CaseWriter, one: _Played) -> Derivative:
    """The first screen of a replay, beside its page."""
    recipe = Recipe(tool=tool("muniment"), inputs=(one.item.source,), arguments=(
        "check", "--replay", f"ReplayWeb.page {VERSION}", f"{VIEWPORT[0]}x{VIEWPORT[1]}"))
    return Derivative(item=one.item.id, kind=DerivativeKind.REPLAY, content=writer.add_blob(io.BytesIO(one.screen)),
                      media_type="image/png", recipe=recipe)


def _pages(case: Case) -> Iterator[tuple[Item, Capture]]:
    """The main document of each capture that a browser made views of, also where an earlier one brought it."""
    known: dict[ItemId, Item] = {}
    for event in case.events():
        if isinstance(event.body, Captured):
            known |= {item.id: item for item in event.body.capture.items}
        if isinstance(event.body, Captured) and event.body.capture.views:
            capture = event.body.capture
            items = (*capture.items, *(known[one] for one in capture.same_items if one in known))
            main = next((one for one in items if one.kind in {ItemKind.PAGE, ItemKind.POST}), None)
            if main is not None:
                yield main, capture


def _played(case: Case, captures: Iterable[tuple[Item, Capture]], library: Library, server: ReplayServer,
            program: str) -> Iterator[_Played]:
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
                                   server.url.rstrip("/") + link_to(visit, visit.main), _answered(capture))
                except Error as error:
                    yield _Played(item=item, finding=FindingEvent(
                        item=item.id, check=CHECK, outcome=Outcome.ERROR, tools=tools, details={},
                        summary=f"it could not be played back: {str(error).splitlines()[0][:200]}"))
                    continue
                made = compare(shown, text=_view(case, capture, (ViewKind.TEXT,)).decode("utf-8", "replace"),
                               screen=_view(case, capture, (ViewKind.SCREENSHOT_BEFORE, ViewKind.SCREENSHOT)))
                yield _Played(item=item, screen=shown.screen, finding=FindingEvent(
                    item=item.id, check=CHECK, outcome=made.outcome, summary=made.summary, tools=tools,
                    details={**made.details, "player": f"ReplayWeb.page {VERSION}"}))
        finally:
            chromium.close()


def _answered(capture: Capture) -> Mapping[str, bool]:
    """Of each address that was asked for, whether something came."""
    found: dict[str, bool] = {}
    for one in capture.exchanges:
        came = one.response is not None and (one.status or 0) < HTTPStatus.BAD_REQUEST
        found[one.url] = found.get(one.url, False) or came
    return found


def _shown(page: "Page", url: str, answered: Mapping[str, bool]) -> Shown:
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
        videos, played = _films(page, frame)
    finally:
        page.close()
    broken = [str(one) for one in cast("list[object]", seen["broken"])]
    never = sum(1 for one in broken if answered.get(one) is False)
    images = int(str(seen["images"]))
    return Shown(text=str(seen["text"])[:MAX_TEXT], screen=screen, images=images - never,
                 images_loaded=images - len(broken), never_there=never, videos=videos, videos_played=played)


def _films(page: "Page", main: "Frame") -> tuple[int, int]:
    """How many films the page and the frames in it have, and how many of them move when they are asked to."""
    from playwright.sync_api import Error

    videos = played = 0
    for frame in [one for one in page.frames if one is main or one.parent_frame is main][:MAX_FRAMES]:
        with suppress(Error):     # a frame that went away meanwhile shows nothing
            found = cast("list[int]", frame.evaluate(_PLAY, [MAX_VIDEOS, PLAY_MS]))
            videos, played = videos + found[0], played + found[1]
    return videos, played


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
