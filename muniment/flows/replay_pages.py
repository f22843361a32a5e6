"""Comparisons of replays with the record, written as a folder of one page and its pictures.

The folder is written beside its place and renamed: it is there whole, or not at all.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from evidence_store.atomic import sync_folder
from evidence_store.case import Case
from evidence_store.errors import EvidenceError, FolderInUse
from evidence_store.events import Captured, FindingEvent, Transformed
from evidence_store.records import BlobRef, Capture, Derivative, DerivativeKind, ItemId, ItemKind, Locator, ViewKind
from muniment.report.compared import ComparedPage, comparison_html
from muniment.report.evidence import replayed
from muniment.report.material import MAX_SCREENSHOT

INDEX = "index.html"
MOST = 500                    # comparisons on the page: it stays below 1 MB


def write_comparisons(case: Case, findings: Iterable[FindingEvent], folder: Path, *, language: str) -> Path:
    """Write `folder`, which must not exist, with the pages of these findings; its page."""
    if folder.exists():
        raise FolderInUse(f"{folder} exists already", hint="name a place where nothing is")
    with TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as temporary:
        made = Path(temporary) / "pages"
        made.mkdir(mode=0o755)
        pages = tuple(_pages(case, tuple(findings)[:MOST], made))
        (made / INDEX).write_bytes(comparison_html(case.title, pages, language=language))
        made.rename(folder)
    sync_folder(folder.parent)
    return folder / INDEX


def _pages(case: Case, findings: tuple[FindingEvent, ...], folder: Path) -> Iterator[ComparedPage]:
    wanted = {finding.item for finding in findings}
    captures: dict[ItemId, Capture] = {}
    screens: dict[ItemId, Derivative] = {}
    for event in case.events():
        match event.body:
            case Captured(capture=capture) if capture.views:
                items = [item.id for item in capture.items if item.kind in {ItemKind.PAGE, ItemKind.POST}]
                captures |= {one: capture for one in (*items[:1], *capture.same_items) if one in wanted}
            case Transformed(derivative=derivative) if derivative.kind is DerivativeKind.REPLAY:
                screens[derivative.item] = derivative
    for finding in findings:
        if finding.item is None or finding.item not in captures:
            continue
        capture, kept = captures[finding.item], screens.get(finding.item)
        shown = replayed((finding,), (kept,) if kept else ())
        view = next((one for kind in (ViewKind.SCREENSHOT_BEFORE, ViewKind.SCREENSHOT) for one in capture.views
                     if one.kind is kind), None)
        if shown is not None:
            yield ComparedPage(
                item=finding.item, url=capture.final_url or capture.url, recorded_at=capture.started_at, replayed=shown,
                recorded=_copied(case, view.record if view else None, folder / f"{finding.item}-recorded.png"),
                screen=_copied(case, kept.content if kept else None, folder / f"{finding.item}-replayed.png"))


def _copied(case: Case, content: Locator | None, path: Path) -> str:
    """The name of the file that the content was written to; "" where it cannot be read."""
    if content is None or (not isinstance(content, BlobRef) and content.length > MAX_SCREENSHOT):
        return ""
    try:
        with case.open_content(content) as stream:
            path.write_bytes(stream.read())
    except EvidenceError:
        return ""
    return path.name
