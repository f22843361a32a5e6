"""Capture again what the case has, and say what changed, what vanished and what came back.

1. A new capture in each series; the earlier ones stay as they are.
2. What is compared: verdict, bytes and words of the main document and the page's pictures, with the last capture that
   had it.
3. `vanished` is said with when it was last seen and first found gone; what could not be asked is `unclear`, never gone.
4. Each answer is a finding on the earlier item: `pass` says that the comparison was made, not that nothing changed.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from archiver.capture.engine import Capturer
from archiver.capture.task import CaptureTask
from archiver.citations import normalise_url
from archiver.verdicts.page import view_page
from evidence_store.case import Case
from evidence_store.catalogue.model import CaptureEntry
from evidence_store.clock import format_time
from evidence_store.events import FindingEvent
from evidence_store.findings import Outcome
from evidence_store.records import Capture, CitationKind, Item, Verdict
from muniment.flows.article import GONE, SEEN, main_item
from muniment.flows.circumstances import tool
from muniment.flows.lookup import require_citation
from muniment.flows.session import Session, run_tasks
from muniment.flows.tasks import citation_tasks
from muniment.flows.watch_pictures import PictureChange, changed_pictures

if TYPE_CHECKING:
    from evidence_store.canonical import JsonValue

CHECK = "watch.change"
MAX_SENTENCES = 20              # added and gone ones listed of one page; the captures have them all
MAX_READ = 20 * 1024 * 1024     # bytes of a document that are compared by words
_SENTENCE = re.compile(r"(?<=[.!?؟…])\s+")


class Change(StrEnum):
    """What became of a page."""

    UNCHANGED = "unchanged"
    BYTES = "bytes"             # other bytes, the same words
    WORDS = "words"
    PICTURES = "pictures"       # the same words, other pictures
    VANISHED = "vanished"
    STILL_GONE = "still_gone"
    RETURNED = "returned"
    UNCLEAR = "unclear"         # a wall, a failure: nothing can be said from here


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """One page, captured again."""

    capture: Capture
    change: Change
    last_seen: datetime | None          # the last capture that had it, this one included
    first_gone: datetime | None         # the first one since that found it gone
    added: tuple[str, ...] = ()         # sentences
    gone: tuple[str, ...] = ()
    pictures: tuple[PictureChange, ...] = ()

    @property
    def summary(self) -> str:
        """One line."""
        if self.change in {Change.VANISHED, Change.STILL_GONE}:
            seen = f"{self.last_seen:%Y-%m-%d %H:%M}" if self.last_seen else "never"
            state = self.change.value.replace("_", " ")
            return f"{state}: last seen {seen}, first found gone {self.first_gone:%Y-%m-%d %H:%M} UTC"
        if self.change is Change.WORDS:
            return f"words changed: {len(self.added)} sentences added, {len(self.gone)} gone" + self._pictured
        if self.change is Change.UNCLEAR:
            return f"cannot be told from here: {self.capture.verdict.replace('_', ' ')}"
        words = {Change.PICTURES: "the same words", Change.BYTES: "other bytes, the same words",
                 Change.RETURNED: "there again"}
        return words.get(self.change, "unchanged") + self._pictured

    @property
    def _pictured(self) -> str:
        return f"; {len(self.pictures)} pictures changed" if self.pictures else ""


def watch_tasks(case: Case, urls: Iterable[str]) -> tuple[CaptureTask, ...]:
    """What to capture again: these URLs, or every page of the case that was there once."""
    latest: dict[str, CaptureEntry] = {}
    after = -1
    while page := case.catalogue.captures(after=after):
        latest.update((entry.series, entry) for entry in page if entry.url.startswith(("http://", "https://")))
        after = page[-1].seq
    wanted = {normalise_url(url): url for url in urls}
    chosen = [entry for series, entry in latest.items() if not series.startswith("memento:")
              and (series in wanted if wanted else entry.verdict is not Verdict.NOT_ATTEMPTED)]
    tasks = {entry.series: _task(case, entry) for entry in chosen}
    for series, url in wanted.items():
        tasks.setdefault(series, CaptureTask(url=url, identity=series, kind=CitationKind.ARTICLE))
    return tuple(tasks.values())


def watch_once(session: Session, capturer: Capturer, urls: Iterable[str]) -> tuple[Watched, ...]:
    """Capture again and record what changed."""
    tasks = watch_tasks(session.case, urls)
    before = {task.identity: _history(session.case, task.identity) for task in tasks}
    done = run_tasks(session, capturer, tasks, again=True)
    watched = tuple(compare(session.case, capture, before[capture.series]) for capture in done.captures)
    findings = [_finding(session.case, one, before[one.capture.series]) for one in watched]
    if findings:
        session.writer.append(*findings)
    return watched


def compare(case: Case, capture: Capture, history: tuple[CaptureEntry, ...]) -> Watched:
    """This capture against those before it."""
    seen = next((entry for entry in reversed(history) if entry.verdict in SEEN), None)
    since = [entry for entry in history if entry.verdict in GONE and (seen is None or entry.seq > seen.seq)]
    if capture.verdict in GONE:
        first = since[0].ended_at if since else capture.ended_at
        change = Change.STILL_GONE if since or seen is None else Change.VANISHED
        return Watched(capture=capture, change=change, last_seen=seen.ended_at if seen else None, first_gone=first)
    if capture.verdict not in SEEN:
        return Watched(capture=capture, change=Change.UNCLEAR, last_seen=seen.ended_at if seen else None,
                       first_gone=since[0].ended_at if since else None)
    old, new = _item(case, seen), main_item(case, capture)
    gone, added = _differences(case, old, new)
    earlier = case.catalogue.capture(seen.id) if seen is not None else None
    pictures = changed_pictures(case, earlier, capture) if earlier is not None else ()
    change = Change.RETURNED if since else _change(old, new, changed=bool(gone or added), pictures=pictures)
    return Watched(capture=capture, change=change, last_seen=capture.ended_at, first_gone=None, added=added, gone=gone,
                   pictures=pictures)


def _change(old: Item | None, new: Item | None, *, changed: bool, pictures: tuple[PictureChange, ...]) -> Change:
    if changed:
        return Change.WORDS
    if pictures:
        return Change.PICTURES
    if old is not None and new is not None and old.sha256 != new.sha256:
        return Change.BYTES
    return Change.UNCHANGED


def _differences(case: Case, old: Item | None, new: Item | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Sentences that are gone, and sentences that were added."""
    if old is None or new is None or old.sha256 == new.sha256:
        return (), ()
    before, now = _sentences(case, old), _sentences(case, new)
    return (tuple(one for one in before if one not in now)[:MAX_SENTENCES],
            tuple(one for one in now if one not in before)[:MAX_SENTENCES])


def _sentences(case: Case, item: Item) -> dict[str, None]:
    if not item.media_type.startswith(("text/html", "application/xhtml")):
        return {}
    with case.open_item(item) as stream:
        text = view_page(stream.read(MAX_READ)).text
    return dict.fromkeys(part.strip()[:300] for part in _SENTENCE.split(text) if part.strip())


def _history(case: Case, series: str) -> tuple[CaptureEntry, ...]:
    found: list[CaptureEntry] = []
    after = -1
    while page := case.catalogue.captures(series=series, after=after):
        found += page
        after = page[-1].seq
    return tuple(found)


def _item(case: Case, entry: CaptureEntry | None) -> Item | None:
    capture = case.catalogue.capture(entry.id) if entry is not None else None
    return main_item(case, capture) if capture is not None else None


def _task(case: Case, entry: CaptureEntry) -> CaptureTask:
    cited = citation_tasks(require_citation(case, citation) for citation in entry.citations)
    kind, quote = (cited[0].kind, cited[0].quote) if cited else (CitationKind.ARTICLE, "")
    return CaptureTask(url=entry.url, identity=entry.series, kind=kind, quote=quote, citations=entry.citations)


def _finding(case: Case, watched: Watched, history: tuple[CaptureEntry, ...]) -> FindingEvent:
    item = _item(case, next((entry for entry in reversed(history) if entry.verdict in SEEN), None))
    details: dict[str, JsonValue] = {"url": watched.capture.url, "capture": watched.capture.id,
                                     "change": watched.change.value, "added": list(watched.added),
                                     "gone": list(watched.gone),
                                     "pictures": [{"url": one.url, "what": one.what} for one in watched.pictures]}
    for name, moment in (("last_seen", watched.last_seen), ("first_gone", watched.first_gone)):
        if moment is not None:
            details[name] = format_time(moment)
    outcome = Outcome.INCONCLUSIVE if watched.change is Change.UNCLEAR else Outcome.PASS
    return FindingEvent(item=item.id if item else None, check=CHECK, outcome=outcome,
                        summary=f"{watched.capture.url}: {watched.summary}", tools=(tool("muniment"),),
                        details=details)
