"""The whole flow: capture the article, find what it cites, capture that, check, seal, verify.

1. Nothing is asked of a server before its plan was shown and agreed to.
2. Each step leaves the case whole: run again, the flow goes on where it stopped.
3. The last step is our own verification of the bundle, with the case's enrolled keys as trust.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from archiver.capture.engine import Capturer
from evidence_store.bundle.model import WrittenBundle
from evidence_store.case import Case
from evidence_store.catalogue.model import CitationEntry, Coverage
from evidence_store.records import Capture, Item
from muniment.config.settings import Settings
from muniment.flows.article import capture_article, import_article, is_url
from muniment.flows.bundle import Exposed, bundle_case
from muniment.flows.check import check_items, check_warc_files, unchecked_items
from muniment.flows.cite import all_citations, cite
from muniment.flows.entries import latest_changes, versions
from muniment.flows.environment import Environment
from muniment.flows.handling import record_verification
from muniment.flows.mementos import seek_mementos
from muniment.flows.places import gazetteers
from muniment.flows.session import Session, Signing, TasksDone, open_session, run_tasks
from muniment.flows.stamp import stamp_run
from muniment.flows.tasks import citation_tasks
from muniment.flows.vantage import look_elsewhere
from muniment.flows.verify import verify_own_bundle
from verify.report import VerifyReport


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
    copies: tuple[Capture, ...]  # in archives, of what is gone
    already: tuple[str, ...]  # "https://... captured 19 h ago, not checked again"
    declined: bool  # somebody said no to the plan
    citations: tuple[CitationEntry, ...]
    coverage: Coverage
    bundle: WrittenBundle | None
    report: VerifyReport | None
    changes: tuple[str, ...] = ()  # of the article's entries since its capture before, in words
    exposed: Exposed | None = None  # why no bundle was sealed


def preserve(
    case: Case, signing: Signing, settings: Settings, request: PreserveRequest, environment: Environment
) -> PreserveResult:
    """Preserve an article and all that it cites."""
    result = report = exposed = None
    with open_session(case, signing, settings, environment, command="preserve") as session:
        before = case.log.size
        with session.capturer() as capturer:
            article, first = _article(session, capturer, request)
            second = TasksDone()
            copies: tuple[Capture, ...] = ()
            if article is None:
                copies = seek_mementos(session, capturer, first.captures, request.article_date)
            elif not first.declined:
                entries = cite(session.writer, article, article.url, request.article_date)
                second = run_tasks(session, capturer, citation_tasks(entries), again=request.again)
                copies = seek_mementos(session, capturer, second.captures, request.article_date)
        look_elsewhere(session, first.captures + second.captures)
        if (settings.tsa or settings.ots) and (first.captures or second.captures):
            stamp_run(session.writer, settings, environment)
        if article is not None:
            check_items(session.writer, unchecked_items(case), environment.progress, gazetteers(), ocr=settings.ocr)
            check_warc_files(session.writer, environment.progress, since=before)
            try:
                result = bundle_case(
                    session.writer,
                    destination=request.bundle,
                    recipient=request.recipient,
                    environment=environment,
                    settings=settings,
                )
            except Exposed as stopped:  # what was captured is whole; somebody must look before it is handed over
                exposed = stopped
        report = _verified(session, result) if result else None
    return PreserveResult(
        article=article,
        captures=first.captures + second.captures,
        copies=copies,
        already=first.already + second.already,
        declined=first.declined or second.declined,
        citations=tuple(all_citations(case)),
        coverage=case.catalogue.coverage(),
        bundle=result,
        report=report,
        changes=latest_changes(versions(case, first.captures[0].series)) if request.again and first.captures else (),
        exposed=exposed,
    )


def _verified(session: Session, bundle: WrittenBundle) -> VerifyReport:
    """Our own verification, recorded and signed for."""
    report = verify_own_bundle(session.case, bundle.path, session.environment.progress)
    record_verification(session.writer, report)
    session.writer.checkpoint()
    return report


def _article(session: Session, capturer: Capturer, request: PreserveRequest) -> tuple[Item | None, TasksDone]:
    """The article's item: captured, imported, or in the case already."""
    if is_url(request.article):
        return capture_article(session, capturer, request.article, again=request.again)
    return import_article(session, request.article), TasksDone()
