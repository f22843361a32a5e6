"""`muniment tui --serve` as a person meets it: Debian's Chromium opens the address that the program says."""

import io
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sample_case import SampleCase

from archiver.browser.program import find_browser
from evidence_store.case import Case
from evidence_store.records import ItemKind

pytestmark = [pytest.mark.browser]
ROOT = Path(__file__).resolve().parents[2]
LIMIT_S = 120             # what has not come by then never comes
STYLES = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


@pytest.fixture
def pictured_case(new_case):
    """The sample case, and a picture that can be drawn."""
    from PIL import Image

    made, picture = new_case("sample"), io.BytesIO()
    Image.linear_gradient("L").resize((96, 64)).convert("RGB").save(picture, "PNG")
    with made.writer() as writer:
        sample = SampleCase(made, writer)
        sample.fill()
        sample.capture("http://pictures.example/mosque.png", picture.getvalue(), "image/png", ItemKind.PHOTO)
        writer.checkpoint()
    made.case.close()
    return made


@pytest.fixture
def address(pictured_case, tmp_path) -> Iterator[str]:
    """What the program says is to be opened."""
    folders = {name: str(tmp_path) for name in ("XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME")}
    program = subprocess.Popen(
        [sys.executable, "-m", "muniment", "--case", str(pictured_case.root), "tui", "--serve"], cwd=tmp_path,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
        env={**os.environ, **folders, "PYTHONPATH": str(ROOT), "MUNIMENT_KEY": str(tmp_path / "sample-key")})
    said = ""
    for line in program.stdout:
        said += line
        if found := re.search(r"http://\S+", line):
            yield found[0]
            break
    else:
        raise AssertionError(f"no address was said:\n{said}")
    os.killpg(program.pid, signal.SIGTERM)        # the server, and the application that it began
    program.wait(60)
    program.stdout.close()


@pytest.fixture
def chromium():
    program = find_browser("auto")
    if not program:
        pytest.skip("no Chromium, or the extra `browser` is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        yield driver.chromium.launch(executable_path=program, timeout=LIMIT_S * 1000, args=[
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            *(["--no-sandbox"] if os.geteuid() == 0 else [])])


class Watched:
    """A page, what it asked for, and what the application wrote to it."""

    def __init__(self, browser) -> None:
        self.context = browser.new_context(viewport={"width": 1200, "height": 800})
        self.page = self.context.new_page()
        self.page.set_default_timeout(LIMIT_S * 1000)
        self.asked: list[str] = []
        self.written = b""
        self.context.on("request", lambda request: self.asked.append(request.url))
        self.page.on("websocket", self._follow)

    def _follow(self, socket) -> None:
        self.asked.append(socket.url)
        socket.on("framereceived", self._take)

    def _take(self, frame: str | bytes) -> None:
        self.written += frame if isinstance(frame, bytes) else frame.encode()

    @property
    def text(self) -> str:
        return STYLES.sub("", self.written.decode("utf-8", "replace"))

    def wait_for(self, words: str) -> None:
        end = time.monotonic() + LIMIT_S
        while words not in self.text:
            assert time.monotonic() < end, f"{words!r} never came:\n{self.text[-4000:]}"
            self.page.wait_for_timeout(50)

    def press(self, key: str) -> None:
        """Press a key; what was written before is past."""
        self.written = b""
        self.page.keyboard.press(key)


def test_one_session_in_a_browser_that_reads_only_shields_pictures_and_asks_nobody_else(address, chromium,
                                                                                        pictured_case):
    watched = Watched(chromium)
    assert watched.page.goto(address).status == 200
    assert "token" not in watched.page.url                       # it does not stay in the history
    watched.page.wait_for_selector(".xterm-screen")
    watched.wait_for("[1 Article]")
    watched.wait_for("read-only")
    watched.page.click(".xterm-screen")                          # the mouse: it gives the terminal the keys
    watched.press("2")
    watched.wait_for("ITEM-0004")
    watched.press("G")
    watched.wait_for("mosque.png")
    watched.press("Enter")
    watched.wait_for("blurred (b: sharp), grey (v: colour)")
    watched.press("e")
    watched.wait_for("this window only reads")
    second = Watched(chromium)
    assert second.page.goto(address).status == 403               # the token is spent
    assert second.page.goto(address.partition("?")[0]).status == 403
    hosts = {urlsplit(url).hostname for url in (*watched.asked, *second.asked) if not url.startswith("data:")}
    assert hosts == {"127.0.0.1"}
    assert any(url.startswith("ws://127.0.0.1") for url in watched.asked)
    if folder := os.environ.get("MUNIMENT_ARTEFACTS"):
        watched.page.screenshot(path=Path(folder) / "tui-in-browser.png")
    with Case.open(pictured_case.root) as case:
        assert case.log.size == pictured_case.case.log.size
