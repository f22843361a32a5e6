"""The demonstration played back in Debian's Chromium with the network cut: late pictures, films, styles, redirects."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from demo_run import GROUP

from archiver.browser.program import find_browser
from muniment.flows.replay import open_library
from muniment.replay.answers import link_to
from muniment.replay.library import Library
from muniment.replay.server import ReplayServer, serving

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group(GROUP)]
ARTEFACTS = Path(__file__).resolve().parents[2] / "artefacts"
MILLISECONDS = 60_000.0       # until something that happens has happened, on a slow machine
ARTICLE = "https://liveblog.example/world/live/2015/10/20/orda-valley"
POST = "https://posts.example/@LCC_Lowland/113341091827771854"
SHORT = "http://short.example/m45"


@dataclass
class Watched:
    """A browser on the replay of a bundle, and what it asked for."""

    context: object
    server: ReplayServer
    library: Library
    requests: list[str] = field(default_factory=list)

    def frame(self, url: str, ready: str):
        """The replayed page of `url`, once `ready` holds in it."""
        visit = next(one for one in self.library.visits if one.main.url == url)
        page = self.context.new_page()
        page.set_default_timeout(MILLISECONDS)
        page.goto(self.server.url.rstrip("/") + link_to(visit, visit.main))
        for _ in range(int(MILLISECONDS / 100)):
            frame = next((one for one in page.frames if "mp_/" in one.url), None)
            if frame is not None and self._holds(frame, ready):
                return page, frame
            page.wait_for_timeout(100)
        raise AssertionError(f"never so: {ready}")

    @staticmethod
    def _holds(frame, ready: str) -> bool:
        from playwright.sync_api import Error

        try:
            return frame.evaluate(f"() => {{ try {{ return Boolean({ready}); }} catch {{ return false; }} }}")
        except Error:             # it is being exchanged for another
            return False


@pytest.fixture(scope="module")
def watched(demo_run, real_player) -> Iterator[Watched]:
    program = find_browser("auto")
    if not program:
        pytest.skip("no Chromium, or the extra `browser` is not installed")
    from playwright.sync_api import sync_playwright

    with open_library(demo_run.bundle) as library, serving(library, real_player) as server, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=[
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            *(["--no-sandbox"] if os.geteuid() == 0 else [])])
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        found = Watched(context=context, server=server, library=library)
        context.on("request", lambda request: found.requests.append(request.url))
        yield found
        browser.close()


@pytest.fixture(scope="module")
def article(watched):
    return watched.frame(ARTICLE, "document.querySelector('.signature') && document.querySelector('iframe')")


def test_the_post_shows_its_pictures_in_its_style(watched):
    page, frame = watched.frame(
        POST, "document.images.length === 2 && [...document.images].every((one) => one.naturalWidth)")
    assert frame.inner_text(".post-text").startswith("Tell Maalun, 20.10.: fourth raid since dawn.")
    style = frame.evaluate("(({borderRadius, maxWidth}) => [borderRadius, maxWidth])"
                           "(getComputedStyle(document.querySelector('.post')))")
    written = (Path(__file__).resolve().parents[3] / "muniment/demo/site/posts/style.css").read_text("utf-8")
    assert style[0] in re.findall(r"border-radius:\s*([\w.]+)", written)
    ARTEFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTEFACTS / "replay-demo-post-1280.png")


def test_a_picture_that_is_loaded_late_comes_when_it_is_scrolled_to(article):
    _, frame = article
    late = frame.locator("img[loading=lazy]")
    late.scroll_into_view_if_needed()
    frame.wait_for_function("document.querySelector('img[loading=lazy]').naturalWidth > 0", timeout=MILLISECONDS)


def plays(frame) -> None:
    """The film of a frame plays when it is asked to."""
    frame.wait_for_function("document.querySelector('video')", timeout=MILLISECONDS)
    frame.evaluate("() => { const film = document.querySelector('video'); film.muted = true; film.play(); }")
    frame.wait_for_function("(() => { const film = document.querySelector('video');"
                            " return film.currentTime > 0.1 && film.videoWidth === 640; })()", timeout=MILLISECONDS)


def test_the_film_of_the_article_plays(article):
    plays(article[1])


def test_the_streamed_film_of_the_player_within_the_article_plays(article):
    page, frame = article
    frame.locator("iframe").scroll_into_view_if_needed()
    for _ in range(int(MILLISECONDS / 100)):
        inner = next((one for one in page.frames if one.parent_frame is frame), None)
        if inner is not None and "player.example" in inner.url:
            break
        page.wait_for_timeout(100)
    plays(inner)


def test_a_short_address_leads_where_it_led(watched):
    _, frame = watched.frame(SHORT, "location.href.includes('wire.example/2015/10/20/observatory-forty-five')"
                                    " && document.title")
    assert "wire.example" in frame.url


def test_no_request_went_anywhere_else(watched, article):
    outside = [url for url in watched.requests if not url.startswith((watched.server.url, "data:", "blob:", "about:"))]
    assert watched.requests
    assert outside == []
