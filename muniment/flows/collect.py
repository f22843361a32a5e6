"""Collect an article and what it cites into a case: captured, cited, captured again, checked; no bundle is made yet."""

from dataclasses import dataclass
from datetime import date

from evidence_store.catalogue.model import CitationEntry
from evidence_store.records import Capture, Item
from muniment.flows.article import capture_article
from muniment.flows.check import check_items, check_warc_files, unchecked_items
from muniment.flows.cite import cite
from muniment.flows.mementos import seek_mementos
from muniment.flows.session import Session, run_tasks
from muniment.flows.tasks import citation_tasks


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What came of it."""

    article: Item | None                      # None: the article itself was not captured
    captures: tuple[Capture, ...]             # copies in archives included
    already: tuple[str, ...]
    citations: tuple[CitationEntry, ...] = ()
    findings: int = 0
    declined: bool = False                    # somebody said no to the plan


def collect_article(session: Session, url: str, *, article_date: date | None = None, again: bool = False) -> Collected:
    """Capture an article, find what it cites, capture that, and check what came.

    Run again, it goes on where it stopped; ended early, everything that was finished is in the case.
    """
    environment, before = session.environment, session.case.log.size
    with session.capturer() as capturer:
        article, first = capture_article(session, capturer, url, again=again)
        if article is None or first.declined:
            return Collected(article=None, captures=first.captures, already=first.already, declined=first.declined)
        citations = cite(session.writer, article, article.url, article_date)
        second = run_tasks(session, capturer, citation_tasks(citations), again=again)
        copies = () if environment.cancelled() else seek_mementos(session, capturer, second.captures, article_date)
    findings: tuple[object, ...] = ()
    if not environment.cancelled():
        findings = check_items(session.writer, unchecked_items(session.case), environment.progress)
        findings += check_warc_files(session.writer, environment.progress, since=before)
    return Collected(article=article, captures=first.captures + second.captures + copies,
                     already=first.already + second.already, citations=citations, findings=len(findings),
                     declined=second.declined)
