"""What was not available, asked for again from a second vantage: through the proxy of the setting `via`.

1. The second look is a capture of its own in the page's series, its circumstances naming the other way out.
2. Nothing of it goes out another way: a proxy that fails ends in `unreachable`, never in a direct request.
3. It is signed in as nobody: an account that shows up from two places at once is noticed, and ties the two together.
4. Both verdicts are told side by side; the later one does not overwrite the earlier.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from archiver.capture.task import CaptureTask
from archiver.citations import normalise_url
from evidence_store.records import Capture, CitationKind, Verdict
from muniment.flows.capture import record_capture
from muniment.flows.circumstances import circumstances
from muniment.flows.lookup import require_citation
from muniment.flows.recording import proxy_words
from muniment.flows.session import Session
from muniment.flows.tasks import citation_tasks

ASKED_AGAIN = frozenset({Verdict.GONE, Verdict.DELETED, Verdict.SOFT_404, Verdict.LOGIN_WALL, Verdict.CHALLENGE,
                         Verdict.GEO_BLOCKED, Verdict.AGE_GATE, Verdict.PRIVATE_OR_SUSPENDED, Verdict.BLANK,
                         Verdict.UNREACHABLE, Verdict.UNDECIDED})


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondLook:
    """One page from two vantages."""

    first: Capture
    second: Capture
    via: str                      # the proxy, without its password

    @property
    def words(self) -> str:
        """One line."""
        before, after = (one.verdict.value.replace("_", " ") for one in (self.first, self.second))
        told = f"{after} there, too" if self.first.verdict is self.second.verdict else f"{before} here, {after} there"
        return f"{self.first.url}: {told} (via {self.via})"


def look_elsewhere(session: Session, captures: Iterable[Capture]) -> tuple[SecondLook, ...]:
    """Capture again, through `via`, what these captures found unavailable."""
    wanted = [capture for capture in captures if capture.verdict in ASKED_AGAIN]
    settings = session.settings
    if not wanted or not settings.via:
        return ()
    elsewhere = replace(settings, proxy=settings.via, country="", profile="")
    words, progress = proxy_words(elsewhere), session.environment.progress
    around = circumstances(session.circumstances.collector, words)
    found: list[SecondLook] = []
    progress.start("second vantage", len(wanted), "pages")
    with session.capturer(elsewhere) as capturer:
        for first in wanted:
            result = capturer.capture(_task(session, first))
            found.append(SecondLook(first=first, second=record_capture(session.writer, result, around), via=words))
            progress.advance("second vantage", 1, first.url)
    progress.finish("second vantage")
    return tuple(found)


def _task(session: Session, capture: Capture) -> CaptureTask:
    cited = citation_tasks(require_citation(session.case, number) for number in capture.citations)
    if cited:
        return replace(cited[0], citations=capture.citations)
    return CaptureTask(url=capture.url, identity=capture.identity or normalise_url(capture.url),
                       kind=CitationKind.ARTICLE)
