"""The article of a run, as an item of the case: captured, imported, or there already."""

from pathlib import Path

from archiver.capture.engine import Capturer
from archiver.citations import normalise_url
from evidence_store.case import Case
from evidence_store.records import Capture, Item, ItemKind, Verdict
from muniment.flows.importing import import_file
from muniment.flows.session import Session, TasksDone, run_tasks
from muniment.flows.tasks import article_task

GONE = frozenset({Verdict.GONE, Verdict.DELETED, Verdict.SOFT_404, Verdict.PRIVATE_OR_SUSPENDED})
SEEN = frozenset({Verdict.COMPLETE, Verdict.PARTIAL})  # the page was there; GONE: it was not; else nothing follows
READABLE = frozenset({Verdict.COMPLETE, Verdict.PARTIAL, Verdict.TRUNCATED})  # their pages can be read for citations


def is_url(article: str) -> bool:
    """The article is to be captured, not read from a file."""
    return article.startswith(("http://", "https://"))


def import_article(session: Session, article: str) -> Item:
    """The item of a saved article."""
    return import_file(
        session.writer,
        Path(article),
        session.circumstances,
        session.environment,
        how="given as a saved article",
    )


def capture_article(session: Session, capturer: Capturer, url: str, *, again: bool) -> tuple[Item | None, TasksDone]:
    """The item of a page, captured unless it is complete already; None where its page could not be had."""
    task = article_task(url)
    done = run_tasks(session, capturer, (task,), again=again)
    latest = session.case.catalogue.latest_capture(task.identity)
    capture = session.case.catalogue.capture(latest.id) if latest else None
    if capture is None or capture.verdict not in READABLE:
        return None, done
    return main_item(session.case, capture), done


def main_item(case: Case, capture: Capture) -> Item | None:
    """The item of a capture's main document: new, or seen before and seen again."""
    earlier = (entry.item for name in capture.same_items if (entry := case.catalogue.item(name)) is not None)
    identity = normalise_url(capture.final_url)
    pages = (item for item in (*capture.items, *earlier) if item.url == identity)
    return next((item for item in pages if item.kind is ItemKind.PAGE or item.media_type == "text/plain"), None)
