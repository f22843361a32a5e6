"""The whole flow: capture the article, find what it cites, capture that, check, seal, verify.

1. Nothing is asked of a server before its plan was shown and agreed to.
2. Each step leaves the case whole: run again, the flow goes on where it stopped.
3. The last step is our own verification of the bundle, with the case's enrolled keys as trust.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from archiver.capture.engine import Capturer
from archiver.citations import normalise_url
from evidence_store.bundle.model import WrittenBundle
from evidence_store.case import Case
from evidence_store.catalogue.model import CitationEntry, Coverage
from evidence_store.records import Capture, Item, ItemKind, Verdict
from muniment.config.settings import Settings
from muniment.flows.bundle import bundle_case
from muniment.flows.check import check_items, unchecked_items
from muniment.flows.cite import all_citations, cite
from muniment.flows.environment import Environment
from muniment.flows.importing import import_file
from muniment.flows.session import Session, Signing, TasksDone, open_session, run_tasks
from muniment.flows.stamp import stamp_run
from muniment.flows.tasks import article_task, citation_tasks
from muniment.flows.verify import verify_own_bundle
from verify.report import VerifyReport

READABLE = frozenset({Verdict.COMPLETE, Verdict.PARTIAL, Verdict.TRUNCATED})  # their pages can be read for citations


@dataclass(frozen=True, slots=True, kw_only=True)
class PreserveRequest:
    """What to preserve, and where the bundle goes."""

    article: str  # a URL, or the path of a saved article
    bundle: Path  # must not exist
    recipient: str = ""
    article_date: date | None = None
    again: bool = False  # capture what is complete already, too


@dataclass(frozen=True, slots=True, kw_only=True)
class PreserveResult:
    """What came of it."""

    article: Item | None  # None: the article itself was not captured
    captures: tuple[Capture, ...]  # of this run
    already: tuple[str, ...]  # "https://... captured 19 h ago, not checked again"
    declined: bool  # somebody said no to the plan
    citations: tuple[CitationEntry, ...]
    coverage: Coverage
    bundle: WrittenBundle | None
    report: VerifyReport | None


def is_url(article: str) -> bool:
    """The article is to be captured, not read from a file."""
    return article.startswith(("http://", "https://"))


def preserve(
    case: Case, signing: Signing, settings: Settings, request: PreserveRequest, environment: Environment
) -> PreserveResult:
    """Preserve an article and all that it cites."""
    result = None
    with open_session(case, signing, settings, environment, command="preserve") as session:
        with session.capturer() as capturer:
            article, first = _article(session, capturer, request)
            second = TasksDone()
            if article is not None and not first.declined:
                entries = cite(session.writer, article, article.url, request.article_date)
                second = run_tasks(session, capturer, citation_tasks(entries), again=request.again)
        if settings.tsa and (first.captures or second.captures):
            stamp_run(session.writer, settings, environment)
        if article is not None:
            check_items(session.writer, unchecked_items(case), environment.progress)
            result = bundle_case(
                session.writer,
                destination=request.bundle,
                recipient=request.recipient,
                environment=environment,
                settings=settings,
            )
    report = verify_own_bundle(case, result.path, environment.progress) if result else None
    return PreserveResult(
        article=article,
        captures=first.captures + second.captures,
        already=first.already + second.already,
        declined=first.declined or second.declined,
        citations=tuple(all_citations(case)),
        coverage=case.catalogue.coverage(),
        bundle=result,
        report=report,
    )


def _article(session: Session, capturer: Capturer, request: PreserveRequest) -> tuple[Item | None, TasksDone]:
    """The article's item: captured, imported, or in the case already."""
    if not is_url(request.article):
        item = import_file(
            session.writer,
            Path(request.article),
            session.circumstances,
            session.environment,
            how="given as a saved article",
        )
        return item, TasksDone()
    task = article_task(request.article)
    done = run_tasks(session, capturer, (task,), again=request.again)
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
