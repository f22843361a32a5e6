"""verify.html as a reader runs it: from disk, in Chromium, with every name unresolvable and all requests watched."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from verifiers import Said

from verify.scripts import verify_html

CHROMIUM = "/usr/bin/chromium"
OPTIONS = ["--no-sandbox", "--disable-background-networking", "--host-resolver-rules=MAP * ~NOTFOUND"]
CODES = {"pass": 0, "fail": 4, "inconclusive": 5, "usage": 2}
ROWS = "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"
PATIENCE = 120_000      # milliseconds


class Browser:
    """Chromium with the page; it lives in a thread of its own, because its event loop never leaves the thread."""

    def __init__(self, folder: Path) -> None:
        self.page_file = folder / "verify.html"
        self.page_file.write_bytes(verify_html())
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.thread = ThreadPoolExecutor(1)

    def __enter__(self) -> Self:
        self.thread.submit(self._open).result()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.thread.submit(self._close).result()
        self.thread.shutdown()

    def _open(self) -> None:
        from playwright.sync_api import sync_playwright

        self.driver = sync_playwright().start()
        self.chromium = self.driver.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        self.page = self.chromium.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(self.page_file.as_uri())

    def _close(self) -> None:
        self.chromium.close()
        self.driver.stop()

    def do(self, work: Callable[[Any], Any], *, fresh: bool = False) -> Any:
        """Do something with the page; `fresh`: with the page loaded anew, before and after."""
        def both() -> Any:
            if fresh:
                self.page.goto(self.page_file.as_uri())
            result = work(self.page)
            if fresh:
                self.page.goto(self.page_file.as_uri())
            return result
        return self.thread.submit(both).result()

    def evaluate(self, script: str, value: object = None) -> Any:
        """What a script in the page gives."""
        return self.do(lambda page: page.evaluate(script, value))

    def says(self, root: Path, trust: Path | None = None, *receipts: Path, before: str = "",
             drop: bool = False) -> Said:
        """What the page says of a folder; `before` is script that runs first, `drop`: the folder is dropped on it."""
        def check(page: Any) -> Said:
            if before:
                page.evaluate(before)
            if drop:
                page.evaluate("() => choose(new Map())")
                dropped(page, root)
            else:
                page.set_input_files("#bundle", root)
            page.set_input_files("#trust", trust or [])
            page.set_input_files("#receipts", receipts)
            return pressed(page)
        return self.do(check, fresh=bool(before))


def dropped(page: Any, *paths: Path) -> None:
    """Drop files and folders on the page, as from a file manager."""
    box = page.locator("#drop").bounding_box()
    session = page.context.new_cdp_session(page)
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send("Input.dispatchDragEvent", {
            "type": kind, "x": box["x"] + 20, "y": box["y"] + 20,
            "data": {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}})
    page.wait_for_function("() => !document.getElementById('chosen').textContent.startsWith('Nothing')"
                           " || document.getElementById('answer').textContent", timeout=PATIENCE)


def answered(page: Any) -> Said:
    """The answer that stands on the page."""
    page.wait_for_selector("#answer:not(:empty)", timeout=PATIENCE)
    answer = page.locator("#answer")
    rows = page.eval_on_selector_all("#findings tr", ROWS)
    failed = frozenset(check for outcome, check, *_ in rows if outcome == "fail")
    text = "\n".join(" ".join(row) for row in rows)
    assert not re.search(r"[^ -~\n]", text)
    return Said(CODES[answer.get_attribute("data-outcome")], answer.text_content(), failed, text)


def pressed(page: Any) -> Said:
    """Press the button, and read the answer."""
    page.click("#check")
    return answered(page)
