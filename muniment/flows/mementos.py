"""Dated copies of what cannot be had any more, from the archives in the setting `archives`.

1. Only what a capture found unavailable is looked for; a copy never changes the verdict on the page itself.
2. A copy that the case has already is not fetched again; each archive's answers are one series a page.
3. An archive that does not answer is not asked again in the same run.
"""

from collections.abc import Iterable
from datetime import date
from urllib.parse import urlsplit

from archiver.capture.engine import Capturer
from archiver.mementos.seek import MementoSeeker, MementoTask, series_of
from archiver.mementos.timemap import Archive
from evidence_store.case import Case
from evidence_store.catalogue.model import CitationEntry
from evidence_store.records import Capture, CitationKind, ItemId, Verdict
from muniment.config.settings import Settings
from muniment.flows.capture import record_capture
from muniment.flows.cite import load_item
from muniment.flows.lookup import require_citation, require_item
from muniment.flows.recording import user_agent
from muniment.flows.session import Session
from muniment.flows.tasks import citation_tasks

UNAVAILABLE = frozenset({Verdict.GONE, Verdict.DELETED, Verdict.SOFT_404, Verdict.LOGIN_WALL, Verdict.CHALLENGE,
                         Verdict.GEO_BLOCKED, Verdict.AGE_GATE, Verdict.PRIVATE_OR_SUSPENDED, Verdict.UNREACHABLE})


def archives_of(settings: Settings) -> tuple[Archive, ...]:
    """The archives to ask, in their order."""
    return tuple(Archive(prefix=prefix) for prefix in settings.archives)


def seek_mementos(session: Session, capturer: Capturer, captures: Iterable[Capture],
                  day: date | None = None) -> tuple[Capture, ...]:
    """Look for copies of what these captures found unavailable; `day`: else that of the citing article."""
    wanted = [capture for capture in captures if capture.verdict in UNAVAILABLE]
    archives = list(archives_of(session.settings))
    if not wanted or not archives:
        return ()
    progress = session.environment.progress
    progress.start("archives", len(wanted), "pages")
    found: list[Capture] = []
    for capture in wanted:
        task = _task(session.case, capture, day)
        left = tuple(archive for archive in archives if not _has_copy(session.case, archive, task.url))
        for result in _seeker(session.settings, capturer, left).seek(task):
            found.append(record_capture(session.writer, result, session.circumstances))
            if result.judgement.verdict in {Verdict.UNREACHABLE, Verdict.REFUSED}:
                archives = [archive for archive in archives if archive.name != urlsplit(result.task.url).hostname]
        progress.advance("archives", 1, task.url)
    progress.finish("archives")
    return tuple(found)


def memento_line(capture: Capture) -> str:
    """`web.archive.org: https://... - the copy of 2015-10-21 ...`."""
    told = capture.memento
    if told is None:
        return ""
    why = capture.reasons[0] if capture.reasons else capture.verdict.value
    return f"{told.original}: {why}"


def _task(case: Case, capture: Capture, day: date | None) -> MementoTask:
    entries = [require_citation(case, citation) for citation in capture.citations]
    asked = next(iter(citation_tasks(entries)), None)
    if asked is None:
        return MementoTask(url=capture.url, kind=CitationKind.ARTICLE, day=day)
    return MementoTask(url=capture.url, kind=asked.kind, quote=asked.quote, day=day or _cited_on(case, entries))


def _cited_on(case: Case, entries: Iterable[CitationEntry]) -> date | None:
    """When the citing article was published, as it says itself."""
    articles: dict[ItemId, None] = {entry.article_item: None for entry in entries if entry.article_item}
    days = (load_item(case, require_item(case, article).item).published for article in articles)
    return next((day for day in days if day is not None), None)


def _has_copy(case: Case, archive: Archive, url: str) -> bool:
    latest = case.catalogue.latest_capture(series_of(archive, url))
    return latest is not None and latest.verdict is Verdict.COMPLETE


def _seeker(settings: Settings, capturer: Capturer, archives: tuple[Archive, ...]) -> MementoSeeker:
    return MementoSeeker(archives=archives, recorder=capturer.recorder, rules=capturer.rules, gate=capturer.gate,
                         user_agent=user_agent(settings), timeout=settings.timeout, clock=capturer.clock,
                         random=capturer.random, sleep=capturer.sleep, content=capturer.content)
