"""A window in which somebody signs in by hand, once; what the browser holds afterwards is the profile.

1. Nothing of it is recorded: no recorder, no log, no screenshot. Where there is an upstream proxy it goes through that.
2. It keeps nothing: the browser's folder is given, and its owner removes it.
3. The state is read while the window is open; of a window that was closed, what was last seen counts.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from archiver.browser.program import may_be_sandboxed
from archiver.errors import BrowserFailed, InvalidSetting

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page, ProxySettings

POLL_MS = 400                 # between two looks at what the browser holds
START_SECONDS = 60.0
NO_SCREEN = "there is no screen here to open a window on"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInWindow:
    """Opens the installed Chromium for a person."""

    program: str
    proxy: str = ""           # upstream, as the setting `proxy`
    headless: bool = False    # without a screen nobody sees it: for tests
    arguments: tuple[str, ...] = ()

    def run(self, folder: Path, url: str, finished: Callable[[], bool]) -> bytes:
        """The state of the browser as JSON once `finished`, or once its last page is closed; BrowserFailed."""
        from playwright.sync_api import Error, sync_playwright

        state: dict[str, Any] = {"cookies": [], "origins": []}
        with sync_playwright() as driver:
            try:
                context = driver.chromium.launch_persistent_context(
                    folder, executable_path=self.program, headless=self.headless, timeout=START_SECONDS * 1000,
                    chromium_sandbox=may_be_sandboxed(), proxy=_proxy(self.proxy), no_viewport=True,
                    # sites refuse to let anybody sign in where the browser says that a program drives it
                    ignore_default_args=["--enable-automation"],
                    args=["--disable-blink-features=AutomationControlled", "--no-first-run", *self.arguments])
            except Error as error:
                raise BrowserFailed(f"{self.program} opens no window: {error.message.splitlines()[0][:200]}",
                                    hint="see `muniment doctor`, or `muniment profile import`") from error
            try:
                page = context.pages[0] if context.pages else context.new_page()
                _open(page, url)
                while context.pages and not finished():
                    state = _seen(context, state)
                    context.pages[0].wait_for_timeout(POLL_MS)
                if context.pages:
                    state = dict(context.storage_state(indexed_db=True))
            except Error:
                pass              # it was closed while we looked: what was seen before counts
            finally:
                _close(context)
        return json.dumps(state).encode()


def why_no_window(environ: Mapping[str, str], platform: str) -> str:
    """Why no window can be opened here; "" where one can."""
    needs_display = platform not in {"darwin", "win32"}
    return NO_SCREEN if needs_display and not (environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")) else ""


def _open(page: "Page", url: str) -> None:
    from playwright.sync_api import Error

    try:
        if url:
            page.goto(url, wait_until="commit")
    except Error:                 # the window says what is wrong, and its user may go elsewhere
        return


def _seen(context: "BrowserContext", before: dict[str, Any]) -> dict[str, Any]:
    """The state as it can be read without opening a page: cookies, and the local storage of pages that are open."""
    from playwright.sync_api import Error

    try:
        cookies = list(context.cookies())
    except Error:
        return before
    origins = {one["origin"]: one for one in before["origins"]}
    for page in context.pages:
        try:
            pairs = page.evaluate("Object.entries(localStorage)")
        except Error:             # a page without storage, or on its way to the next
            continue
        parts = urlsplit(page.url)
        origin = f"{parts.scheme}://{parts.netloc}"
        origins[origin] = {"origin": origin, "localStorage": [{"name": str(name), "value": str(value)}
                                                              for name, value in pairs]}
    return {"cookies": cookies, "origins": [one for one in origins.values() if one["localStorage"]]}


def _proxy(url: str) -> "ProxySettings | None":
    """As Chromium takes it. It resolves no names where the proxy is SOCKS 5, and signs in to HTTP proxies only."""
    if not url:
        return None
    parts = urlsplit(url)
    scheme = "socks5" if parts.scheme.startswith("socks") else parts.scheme
    if scheme == "socks5" and parts.username:
        raise InvalidSetting("Chromium cannot sign in to a SOCKS proxy, and no window is opened around the proxy",
                             hint="give a proxy without a password, or `muniment profile import`")
    server = f"{scheme}://{parts.hostname}:{parts.port or 1080}"
    if not parts.username:
        return {"server": server}
    return {"server": server, "username": unquote(parts.username), "password": unquote(parts.password or "")}


def _close(context: "BrowserContext") -> None:
    from playwright.sync_api import Error

    try:
        context.close()
    except Error:
        return
