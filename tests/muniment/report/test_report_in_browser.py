"""The report in Debian's Chromium: nothing is fetched, everything can be reached by keyboard, and it can be read."""

import io
import os
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hostile_report import HOSTILE, START, HostileArticle, pages_of

from archiver.browser.program import find_browser

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("report-browser")]
ARTEFACTS = Path(__file__).resolve().parents[2] / "artefacts"
SPOKEN = HostileArticle("57 people were killed, say the committees: أسماء سبعة وخمسين قتيلا")
PAGES = ("report.html", "START-HERE.html", "report/ITEM-0002.html", "report/citations-0001.html",
         "report/claims-0001.html", "report/replay.html")
LANGUAGE_PAGES = ("report-ar/report.html", "report-fr/report/ITEM-0002.html")


@pytest.fixture(scope="module")
def folder(tmp_path_factory, told_events, documents_of) -> Path:
    """A bundle's documents as files, with the picture that they show, in three languages."""
    from PIL import Image

    root = tmp_path_factory.mktemp("report")
    for place, language in ((root, "en"), (root / "report-ar", "ar"), (root / "report-fr", "fr")):
        for name, content in documents_of(told_events, language=language, material=SPOKEN).files().items():
            path = place / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        picture = place / "data" / "items" / "ITEM-0002" / "original.jpg"
        picture.parent.mkdir(parents=True)
        Image.effect_noise((300, 200), 90).save(picture, "JPEG")
    return root


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    program = find_browser("auto")
    if not program:
        pytest.skip("no Chromium, or the extra `browser` is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        yield driver.chromium.launch(executable_path=program, args=[
            "--host-resolver-rules=MAP * ~NOTFOUND", *(["--no-sandbox"] if os.geteuid() == 0 else [])])


@pytest.fixture
def page(browser) -> Iterator[object]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(60_000)
    found = context.new_page()
    found.asked = []
    found.said = []
    context.on("request", lambda request: found.asked.append(request.url))
    found.on("console", lambda message: found.said.append(message.text))
    found.on("dialog", lambda dialog: found.said.append(f"dialog {dialog.message}"))
    yield found
    context.close()


@pytest.fixture(scope="module")
def axe(npm_package) -> str:
    """The script of axe-core."""
    with tarfile.open(fileobj=io.BytesIO(npm_package("axe-core-4.14.1")), mode="r:gz") as archive:
        stream = archive.extractfile("package/axe.min.js")
        assert stream is not None
        return stream.read().decode()


def serious_violations(page, axe: str) -> list[tuple[object, ...]]:
    """What axe-core finds serious or critical."""
    page.evaluate(axe)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert found["passes"]
    return [(one["id"], one["impact"], [node["html"][:160] for node in one["nodes"]][:3])
            for one in found["violations"] if one["impact"] in {"serious", "critical"}]


def test_the_picture_is_blurred_and_grey_until_it_is_opened_and_again_when_it_is_closed(page, folder):
    page.goto((folder / "report/ITEM-0002.html").as_uri())
    page.wait_for_function("document.images[0].naturalWidth == 300")
    for filtered in ("blur(24px) grayscale(1)", "none", "blur(24px) grayscale(1)"):
        page.wait_for_function(f"getComputedStyle(document.images[0]).filter === '{filtered}'")
        page.locator("details.veil summary").first.click()


def test_the_picture_opens_by_keyboard_and_focus_is_seen(page, folder):
    page.goto((folder / "report/ITEM-0002.html").as_uri())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "SUMMARY":
            break
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('details.veil').open")


@pytest.mark.parametrize("name", [*PAGES, *LANGUAGE_PAGES])
def test_a_page_fits_the_screen_asks_for_nothing_but_its_own_pictures_and_runs_nothing(page, folder, name):
    page.goto((folder / name).as_uri())
    ARTEFACTS.mkdir(exist_ok=True)
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function(f"window.innerWidth == {width}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.screenshot(path=ARTEFACTS / f"{name.replace('/', '-').removesuffix('.html')}-{width}.png")
    assert [url for url in page.asked if not url.startswith(folder.as_uri())] == []
    assert page.said == []


@pytest.mark.parametrize("name", [*PAGES, *LANGUAGE_PAGES])
def test_axe_finds_no_serious_violation(page, folder, name, axe):
    page.goto((folder / name).as_uri())
    page.evaluate("document.querySelectorAll('details.veil').forEach((one) => { one.open = true; })")
    assert serious_violations(page, axe) == []


KINDS = ("START-HERE.html", "report.html", "report/ITEM-0001.html", "report/ITEM-0002.html", "report/ITEM-0003.html",
         "report/citations-0001.html", "report/claims-0001.html", "report/exhibits-0001.html",
         "report/matrix-0001.html", "report/article-01-0001.html", "report/replay.html")


@pytest.mark.soak
@pytest.mark.parametrize("language", ["", "report-ar/", "report-fr/"], ids=["en", "ar", "fr"])
@pytest.mark.parametrize("name", KINDS)
def test_axe_finds_no_serious_violation_on_any_kind_of_page_opened_or_closed(page, folder, name, language, axe):
    page.goto((folder / f"{language}{name}").as_uri())
    for opened in ("false", "true"):
        page.evaluate(f"document.querySelectorAll('details').forEach((one) => {{ one.open = {opened}; }})")
        assert serious_violations(page, axe) == [], opened


@pytest.mark.parametrize("name", ["report.html", "report/ITEM-0002.html"])
def test_it_prints(page, folder, name):
    page.goto((folder / name).as_uri())
    pdf = page.pdf(format="A4")
    assert pdf.startswith(b"%PDF-")
    assert len(pdf) > 10_000


def test_each_section_can_be_reached_from_the_contents(page, folder):
    page.goto((folder / "report.html").as_uri())
    for target in page.locator("nav.contents a").evaluate_all("links => links.map((a) => a.getAttribute('href'))"):
        assert page.locator(target).count() == 1
    headings = page.locator("h2").all_inner_texts()
    for wanted in ("In short", "What could not be preserved, and why", "What it cites", "Exhibits", "Claims matrix",
                   "Coverage", "Map: claimed and found places", "Timeline: claimed and found times", "How to verify",
                   "Limits", "Words used here"):
        assert wanted in headings


def test_arabic_and_russian_stand_in_their_own_direction_and_script(page, folder):
    page.goto((folder / "report/claims-0001.html").as_uri())
    arabic = page.locator("bdi[lang='und-Arab']").first
    assert arabic.evaluate("(node) => getComputedStyle(node).direction") == "rtl"
    assert page.locator("bdi[lang='und-Cyrl']").first.evaluate("(node) => getComputedStyle(node).direction") == "ltr"
    page.goto((folder / "report-ar/report.html").as_uri())
    assert page.evaluate("[document.documentElement.dir, document.documentElement.lang]") == ["rtl", "ar"]


def test_a_hostile_case_is_inert_in_the_browser_opened_and_closed(page, tmp_path):
    for name, content in pages_of(START, HOSTILE).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content, "utf-8")
    names = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.html"))
    assert len(names) >= 9
    for name in names:
        page.goto((tmp_path / name).as_uri())
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        page.evaluate("document.querySelectorAll('*').forEach((one) => one.dispatchEvent(new MouseEvent('mouseover')))")
        assert page.evaluate("[typeof window.hit, document.scripts.length]") == ["undefined", 0], name
        assert page.evaluate("[...document.querySelectorAll('a')].filter((one) => !['file:', 'https:', 'http:']"
                             ".includes(one.protocol)).length") == 0, name
    assert [url for url in page.asked if not url.startswith(tmp_path.as_uri())] == []
    assert [said for said in page.said if "ERR_FILE_NOT_FOUND" not in said] == []   # the case's pictures are not here
