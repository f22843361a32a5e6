"""The report of the demonstration in Debian's Chromium: its sections, pictures, keyboard, accessibility, print."""

import io
import os
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from demo_run import GROUP

from archiver.browser.program import find_browser

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group(GROUP)]
ARTEFACTS = Path(__file__).resolve().parents[2] / "artefacts"
MILLISECONDS = 60_000.0       # until something that happens has happened, on a slow machine
PAGES = ("START-HERE.html", "report.html", "report/ITEM-0001.html", "report/article-01-0001.html")


@pytest.fixture(scope="module")
def page(demo_run) -> Iterator[object]:
    program = find_browser("auto")
    if not program:
        pytest.skip("no Chromium, or the extra `browser` is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=[
            "--host-resolver-rules=MAP * ~NOTFOUND", *(["--no-sandbox"] if os.geteuid() == 0 else [])])
        found = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        found.set_default_timeout(MILLISECONDS)
        found.asked = []
        found.context.on("request", lambda request: found.asked.append(request.url))
        yield found
        browser.close()


def photograph(demo_run) -> str:
    """An exhibit that is a picture."""
    return next(one.parent.name for one in sorted(demo_run.bundle.glob("data/items/*/original.jpg")))


@pytest.mark.parametrize("name", PAGES)
def test_each_page_fits_both_screens_and_asks_for_nothing_elsewhere(page, demo_run, name):
    page.asked.clear()
    page.goto((demo_run.bundle / name).as_uri())
    ARTEFACTS.mkdir(exist_ok=True)
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function(f"innerWidth === {width}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.screenshot(path=ARTEFACTS / f"demo-{name.replace('/', '-').removesuffix('.html')}-{width}.png")
    page.set_viewport_size({"width": 1280, "height": 900})
    assert [url for url in page.asked if not url.startswith(demo_run.bundle.as_uri())] == []


def test_each_section_is_there_and_reached_from_the_contents(page, demo_run):
    page.goto((demo_run.bundle / "report.html").as_uri())
    links = page.locator("nav.contents a").evaluate_all("links => links.map((a) => a.getAttribute('href'))")
    assert len(links) >= 12
    assert all(page.locator(link).count() == 1 for link in links)


def test_a_picture_is_blurred_until_it_is_opened_by_keyboard(page, demo_run):
    page.goto((demo_run.bundle / "report" / f"{photograph(demo_run)}.html").as_uri())
    page.wait_for_function("document.images.length && document.images[0].naturalWidth > 0")
    blurred = "getComputedStyle(document.images[0]).filter === 'blur(24px) grayscale(1)'"
    page.wait_for_function(blurred)
    page.locator("details.veil summary").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("getComputedStyle(document.images[0]).filter === 'none'")
    page.keyboard.press("Enter")
    page.wait_for_function(blurred)


@pytest.mark.parametrize("name", ["report.html", "report/ITEM-0001.html"])
def test_axe_finds_no_serious_violation_in_it(page, demo_run, name, npm_package):
    with tarfile.open(fileobj=io.BytesIO(npm_package("axe-core-4.14.1")), mode="r:gz") as archive:
        stream = archive.extractfile("package/axe.min.js")
        assert stream is not None
        script = stream.read().decode()
    page.goto((demo_run.bundle / name).as_uri())
    page.evaluate(script)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert found["passes"]
    assert [(one["id"], one["nodes"][0]["html"][:160]) for one in found["violations"]
            if one["impact"] in {"serious", "critical"}] == []


def test_it_prints_to_pdf(page, demo_run):
    page.goto((demo_run.bundle / "report.html").as_uri())
    assert page.pdf(format="A4").startswith(b"%PDF-")
