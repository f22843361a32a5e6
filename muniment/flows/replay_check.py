"""Capture quality assurance without a network: play each page back, and compare it with what a browser saw.

1. The browser reaches the replay server and nothing else.
2. A page that cannot be played back is a finding like any other, never the end of the run.
3. What the replay showed is kept as a derivative of the page, and stands beside the recorded screen in the report.
"""

import io
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus

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
from muniment.flows.replay_shown import look
from muniment.replay.answers import link_to
from muniment.replay.comparison import CHECK, compare
from muniment.replay.errors import ReplayError
from muniment.replay.library import Library
from muniment.replay.player import VERSION, Player
from muniment.replay.server import ReplayServer, serving


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
                page = chromium.new_page(viewport={"width": VIEWPORT[0], "height": VIEWPORT[1]})
                try:
                    shown = look(page, server.url.rstrip("/") + link_to(visit, visit.main), _answered(capture))
                except Error as error:
                    yield _Played(item=item, finding=FindingEvent(
                        item=item.id, check=CHECK, outcome=Outcome.ERROR, tools=tools, details={},
                        summary=f"it could not be played back: {str(error).splitlines()[0][:200]}"))
                    continue
                finally:
                    page.close()
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
