"""From citations to capture tasks. Pure."""

from collections.abc import Iterable

from archiver.capture.task import CaptureTask
from archiver.citations import normalise_url
from evidence_store.catalogue.model import CitationEntry
from evidence_store.records import CitationKind

_QUOTED = frozenset({CitationKind.POST})  # an embedded post shows its words in the article


def article_task(url: str) -> CaptureTask:
    """The capture of the article itself."""
    return CaptureTask(url=url, identity=normalise_url(url), kind=CitationKind.ARTICLE)


def url_task(url: str) -> CaptureTask:
    """The capture of a URL that somebody names."""
    return CaptureTask(url=url, identity=normalise_url(url), kind=CitationKind.ARTICLE)


def citation_tasks(entries: Iterable[CitationEntry]) -> tuple[CaptureTask, ...]:
    """One task for each citation that has a URL and was not dismissed, in the article's order."""
    return tuple(
        CaptureTask(
            url=entry.citation.url,
            identity=entry.citation.identity or normalise_url(entry.citation.url),
            kind=entry.citation.kind,
            embedded=entry.citation.embedded,
            quote=entry.citation.anchor if entry.citation.kind in _QUOTED and entry.citation.embedded else "",
            citations=(entry.id,),
        )
        for entry in entries
        if entry.citation.url and not entry.is_dismissed
    )
