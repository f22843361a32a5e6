"""The WACZ of a bundle in programs of others, as their makers build them: ReplayWeb.page's own site, ArchiveWeb.page.

What they need is served beside the WACZ from loopback; every other name is cut off.
"""

import functools
import io
import json
import os
import tarfile
import threading
import zipfile
from collections.abc import Callable, Iterator
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from demo_run import GROUP

from archiver.browser.program import find_browser
from evidence_store.records import Tool
from evidence_store.warc.wacz_signing import sign_wacz
from muniment.replay.ranges import parse_range

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group(GROUP)]
ARTEFACTS = Path(__file__).resolve().parents[2] / "artefacts"
MILLISECONDS = 60_000.0       # until something that happens has happened, on a slow machine
POST, WORDS = "https://posts.example/@LCC_Lowland/113341091827771854", "fourth raid since dawn"
# ArchiveWeb.page is an extension, whose own background script starts its service worker; here a page does.
STARTS = ('<!doctype html><title>starting</title><script>navigator.serviceWorker.register("sw.js").then((made) => {'
          ' const worker = made.installing || made.waiting || made.active; const look = () => {'
          ' if (worker.state === "activated") document.title = "started"; };'
          ' worker.addEventListener("statechange", look); look(); });</script>')
IMPORTS = '<!doctype html><script src="ui.js"></script><archive-web-page-app></archive-web-page-app>'
SIGNATURE = """async () => { const found = {};
  for (const {name} of await indexedDB.databases()) {
    const database = await new Promise((done) => { const asked = indexedDB.open(name);
      asked.onsuccess = () => done(asked.result); });
    if (database.objectStoreNames.contains("verification")) {
      const rows = await new Promise((done) => { const asked = database.transaction("verification")
        .objectStore("verification").getAll(); asked.onsuccess = () => done(asked.result); });
      rows.forEach((row) => { found[row.id] = row; });
    }
    database.close();
  }
  return found; }"""


class _Site(SimpleHTTPRequestHandler):
    """A folder, with ranges."""

    def do_GET(self) -> None:
        self._answer(body=True)

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def log_message(self, *_: object) -> None:
        """Nothing."""

    def _answer(self, *, body: bool) -> None:
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        content = path.read_bytes()
        part = parse_range(self.headers.get("Range"), len(content))
        self.send_response(HTTPStatus.PARTIAL_CONTENT if part else HTTPStatus.OK)
        if part:
            self.send_header("Content-Range", f"bytes {part.start}-{part.stop - 1}/{len(content)}")
            content = content[part.start:part.stop]
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if body:
            self.wfile.write(content)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that goes away in the middle of an answer is nothing to report."""


def unpack(tarball: bytes, folder: Path, *names: str) -> Path:
    """These files of an npm package, in one folder."""
    folder.mkdir(exist_ok=True)
    with tarfile.open(fileobj=io.BytesIO(tarball), mode="r:gz") as archive:
        for name in names:
            stream = archive.extractfile(f"package/{name}")
            assert stream is not None
            (folder / Path(name).name).write_bytes(stream.read())
    return folder


@pytest.fixture(scope="module")
def site(demo_run, tmp_path_factory) -> Iterator[tuple[str, Path]]:
    """The address and the folder of a site that has the demonstration's WACZ, signed."""
    folder = tmp_path_factory.mktemp("site")
    sign_wacz(demo_run.bundle / "data" / "capture.wacz", folder / "signed.wacz", software=Tool(name="m", version="1"))
    with _Server(("127.0.0.1", 0), functools.partial(_Site, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}", folder
        server.shutdown()


@pytest.fixture(scope="module")
def chromium() -> Iterator[object]:
    program = find_browser("auto")
    if not program:
        pytest.skip("no Chromium, or the extra `browser` is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=[
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            *(["--no-sandbox"] if os.geteuid() == 0 else [])])
        yield browser
        browser.close()


@pytest.fixture
def page(site, chromium) -> Iterator[object]:
    """A page in a context of its own, which asks nobody but the site."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(MILLISECONDS)
    # a picker of the system cannot be driven; without it the programs take an <input type=file>
    context.add_init_script("delete window.showOpenFilePicker")
    requests: list[str] = []
    context.on("request", lambda request: requests.append(request.url))
    yield context.new_page()
    context.close()
    assert [url for url in requests if not url.startswith((site[0], "data:", "blob:"))] == []


def listed(wacz: Path) -> int:
    """How many pages it lists."""
    with zipfile.ZipFile(wacz) as archive:
        return len(archive.read("pages/pages.jsonl").splitlines()) - 1


def shows_the_post(page, wacz: Path) -> None:
    """All pages are listed, and the post is shown with its words and pictures when it is chosen."""
    entries = page.locator("wr-page-entry")
    entries.nth(listed(wacz) - 1).wait_for()
    assert entries.count() == listed(wacz)
    entries.filter(has_text=POST.rpartition("/")[2]).locator("a").first.click()
    ready = ("() => document.images.length === 2 && [...document.images].every((one) => one.naturalWidth)"
             f" && document.body.innerText.includes({json.dumps(WORDS)})")
    for _ in range(int(MILLISECONDS / 100)):
        if any(holds(frame, ready) for frame in page.frames if "mp_/" in frame.url):
            return
        page.wait_for_timeout(100)
    raise AssertionError("the post was never shown")


def holds(frame, condition: str) -> bool:
    from playwright.sync_api import Error

    try:
        return bool(frame.evaluate(condition))
    except Error:                 # it is being exchanged for another
        return False


def checked(page) -> dict[str, dict[str, object]]:
    """What ReplayWeb.page found of the signature."""
    for _ in range(int(MILLISECONDS / 100)):
        found = page.evaluate(SIGNATURE)
        if "signature" in found:
            return found
        page.wait_for_timeout(100)
    raise AssertionError("no signature was looked at")


def test_the_site_of_replaywebpage_lists_the_pages_shows_them_and_takes_the_signature(
        site, page, npm_package: Callable[[str], bytes]) -> None:
    address, folder = site
    unpack(npm_package("replaywebpage-2.4.6"), folder / "rwp", "index.html", "ui.js", "sw.js")
    page.goto(f"{address}/rwp/index.html?source=/signed.wacz#view=pages")
    shows_the_post(page, folder / "signed.wacz")
    with zipfile.ZipFile(folder / "signed.wacz") as archive:
        signed = json.loads(archive.read("datapackage-digest.json"))["signedData"]
    found = checked(page)
    assert found["signature"]["matched"] is True
    assert found["publicKey"]["expected"] == signed["publicKey"]
    assert found["datapackageHash"]["expected"] == signed["hash"]
    ARTEFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTEFACTS / "elsewhere-replaywebpage.png")


def test_the_site_of_replaywebpage_notices_a_signature_of_something_else(
        site, page, npm_package: Callable[[str], bytes], tmp_path: Path) -> None:
    address, folder = site
    unpack(npm_package("replaywebpage-2.4.6"), folder / "rwp", "index.html", "ui.js", "sw.js")
    sign_wacz(folder / "signed.wacz", tmp_path / "other.wacz", software=Tool(name="m", version="1"))
    with zipfile.ZipFile(folder / "signed.wacz") as one, zipfile.ZipFile(tmp_path / "other.wacz") as other, \
            zipfile.ZipFile(folder / "forged.wacz", "w") as forged:
        for info in one.infolist():
            content = one.read(info)
            if info.filename == "datapackage-digest.json":
                document = json.loads(content)
                signature = json.loads(other.read(info.filename))["signedData"]["signature"]
                document["signedData"]["signature"] = signature
                content = json.dumps(document).encode()
            forged.writestr(info, content)
    page.goto(f"{address}/rwp/index.html?source=/forged.wacz#view=pages")
    assert checked(page)["signature"]["matched"] is False


def test_archivewebpage_imports_it_and_shows_its_pages(site, page, npm_package: Callable[[str], bytes]) -> None:
    address, folder = site
    program = unpack(npm_package("webrecorder-archivewebpage-0.17.1"), folder / "awp", "dist/embed/ui.js",
                     "dist/embed/replay/sw.js")
    (program / "start.html").write_text(STARTS)
    (program / "index.html").write_text(IMPORTS)
    page.goto(f"{address}/awp/start.html")
    page.wait_for_function("document.title === 'started'")
    page.goto(f"{address}/awp/index.html")
    page.get_by_text("Import File").first.click()
    page.locator("wr-chooser input[type=file]").set_input_files(folder / "signed.wacz")
    page.locator("wr-chooser button:has-text('Import')").last.click()
    shows_the_post(page, folder / "signed.wacz")
    ARTEFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTEFACTS / "elsewhere-archivewebpage.png")
