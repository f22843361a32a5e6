"""Replay in Debian's Chromium with the network cut: what was recorded works, and nothing gets out."""

import io
import os
import socket
import tarfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import case_factory
import pytest
from replayed_web import POST, ReplayedWeb

from archiver.browser.program import find_browser
from muniment.flows.replay import open_library
from muniment.replay.answers import link_to
from muniment.replay.library import Library, Visit
from muniment.replay.server import ReplayServer, serving

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("replay-browser")]
ARTEFACTS = Path(__file__).resolve().parents[2] / "artefacts"
SECONDS = 60_000.0            # milliseconds, until something that happens has happened


class Trap:
    """Counts who connects: the page that is replayed must not."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.caught: list[bytes] = []
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.caught.append(connection.recv(200))
            connection.close()


@dataclass
class Seen:
    """A browser on the replay of a visit, and what it asked for."""

    page: object
    server: ReplayServer
    requests: list[str] = field(default_factory=list)
    by_itself: list[object] = field(default_factory=list)

    @property
    def frame(self):
        """The replayed page itself."""
        return next(frame for frame in self.page.frames if "mp_/" in frame.url)

    def replay(self, visit: Visit, number: int = 0) -> None:
        self.page.goto(self.server.url.rstrip("/") + link_to(visit, visit.pages[number]))

    def await_frame(self, expression: str) -> None:
        """Until an expression holds in the replayed page, which may still be on its way or be exchanged for another."""
        from playwright.sync_api import Error

        predicate = f"() => {{ try {{ return Boolean({expression}); }} catch {{ return false; }} }}"
        failures = 0
        for _ in range(600):
            frame = next((frame for frame in self.page.frames if "mp_/" in frame.url), None)
            if frame is None:
                self.page.wait_for_timeout(100)
                continue
            try:
                frame.wait_for_function(predicate, timeout=SECONDS)
            except Error:
                failures += 1
                if failures > 2:
                    raise
            else:
                return
        raise AssertionError(f"never so: {expression}")


def file_of(tarball: bytes, name: str) -> bytes:
    with tarfile.open(fileobj=io.BytesIO(tarball), mode="r:gz") as archive:
        stream = archive.extractfile(name)
        assert stream is not None
        return stream.read()


@pytest.fixture(scope="module")
def trap() -> Iterator[Trap]:
    made = Trap()
    yield made
    made.listener.close()


@pytest.fixture(scope="module")
def trapped(trap, npm_package, tmp_path_factory) -> Iterator[Library]:
    made = case_factory.new_case(tmp_path_factory.mktemp("trapped"))
    with made.writer() as writer:
        web = ReplayedWeb(made=made, writer=writer, leak_port=trap.port,
                          hls_player=file_of(npm_package("hls.js-1.7.4"), "package/dist/hls.min.js"))
        web.visit(words="first")
        web.visit(words="second", pictures=(2,), after=timedelta(days=1))
    with open_library(made.root) as library:
        yield library


@pytest.fixture(scope="module")
def seen(trapped, real_player) -> Iterator[Seen]:
    program = find_browser("auto")
    if not program:
        pytest.skip("no Chromium, or the extra `browser` is not installed")
    from playwright.sync_api import sync_playwright

    with serving(trapped, real_player) as server, sync_playwright() as driver:
        switches = ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
        browser = driver.chromium.launch(executable_path=program, args=[
            *switches, *(["--no-sandbox"] if os.geteuid() == 0 else [])])
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        context.set_default_timeout(SECONDS)
        found = Seen(page=context.new_page(), server=server)
        context.on("request", lambda request: found.requests.append(request.url))
        found.page.on("websocket", lambda one: found.requests.append(one.url))
        yield found
        browser.close()


@pytest.fixture(scope="module")
def first(seen, trapped) -> Seen:
    # Looking into a page counts as a click of its user: what plays by itself is asked once, before anything else.
    with seen.page.expect_response(lambda answer: answer.url.endswith("/hls/one.ts"), timeout=SECONDS):
        seen.replay(trapped.visits[0])
    seen.by_itself = seen.frame.evaluate("[loud.paused, loud.muted, loud.autoplay, blocked.textContent]")
    seen.await_frame("replies.textContent && moved.textContent && late1.naturalWidth && late2.naturalWidth")
    ARTEFACTS.mkdir(exist_ok=True)
    seen.page.screenshot(path=ARTEFACTS / "replay-1280.png")
    return seen


def test_the_page_its_late_pictures_its_posts_and_its_redirects_are_there(first):
    assert first.frame.inner_text("#words") == "The remains of a school, first."
    assert first.frame.evaluate("[...document.querySelectorAll('img')].map((i) => i.naturalWidth)") == [60, 60]
    assert first.frame.inner_text("#replies") == "three replies"
    assert first.frame.inner_text("#moved") == "behind a redirect"


def test_it_looks_as_it_did(first):
    style = first.frame.evaluate("(({borderRadius, width}) => [borderRadius, width])(getComputedStyle(card))")
    assert style == ["12px", "300px"]


def test_nothing_plays_by_itself_and_the_sound_is_off(first):
    assert first.by_itself == [True, True, False, "blocked"]


@pytest.mark.parametrize("film", ["mp4", "hls", "alone"])     # `alone`: HLS that the browser plays by itself
def test_films_play_when_somebody_asks(first, film):
    first.frame.locator(f"#{film}").scroll_into_view_if_needed()
    first.frame.evaluate(f"document.addEventListener('click', () => {film}.play(), {{once: true}})")
    first.frame.locator("#words").click()
    first.await_frame(f"{film}.currentTime > 0.3 && {film}.videoWidth === 160")
    assert first.frame.evaluate(f"{film}.muted")


def test_the_frame_says_that_it_is_a_replay_and_of_when(first, trapped):
    words = first.page.inner_text("header")
    assert "Replay, not the live page" in words
    assert f"{trapped.visits[0].main.at:%Y-%m-%d %H:%M:%S} UTC" in words


def test_nothing_leaves_the_computer_whatever_the_page_tries(first, trap):
    # the player's own policy lets a frame of `data:` open a web socket to anywhere: guard.js is what stops it
    first.page.wait_for_timeout(500)
    own = (first.server.url, "data:", "blob:", "about:")
    outside = [url for url in first.requests if not url.startswith(own)]
    assert [url for url in outside if f":{trap.port}" not in url] == []
    assert trap.caught == []


def test_a_screenshot_is_replayed_as_a_page(seen, first, trapped):
    number = next(index for index, page in enumerate(trapped.visits[0].pages) if page.url == f"urn:view:{POST}")
    seen.replay(trapped.visits[0], number)
    seen.await_frame("document.images.length && document.images[0].naturalWidth === 400")


def test_another_date_is_played_from_its_own_records_only(seen, first, trapped):
    seen.replay(trapped.visits[1])
    seen.await_frame("document.getElementById('late2').naturalWidth === 60"
                     " && document.getElementById('late1').complete && document.getElementById('late1').src")
    assert seen.frame.inner_text("#words") == "The remains of a school, second."
    assert seen.frame.evaluate("late1.naturalWidth") == 0        # recorded on the first date only: missing, and seen so
