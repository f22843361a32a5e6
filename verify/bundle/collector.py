"""Findings as they come in: nothing is lost, a flood is cut, and nothing said against a check lets it pass.

1. Every failure of a check is kept up to MAX_LISTED; what goes beyond is said by the last of them.
2. A check passes only where nothing was said against it.
3. Text out of a bundle is made visible before it is kept.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from evidence_store.errors import EvidenceError
from evidence_store.findings import Finding, Outcome
from evidence_store.visible import shortened

MAX_LISTED = 200        # findings of one check and outcome: nobody reads more, and a hostile bundle can have millions
SUBJECT_WIDTH = 200     # characters
SUMMARY_WIDTH = 500
AGAINST = (Outcome.FAIL, Outcome.ERROR, Outcome.INCONCLUSIVE)


class Collector:
    """Takes findings."""

    def __init__(self) -> None:
        self._findings: list[Finding] = []
        self._counts: Counter[tuple[str, Outcome]] = Counter()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found, in the order it was."""
        return tuple(self._findings)

    def add(self, check: str, outcome: Outcome, subject: str, summary: str) -> None:
        """Keep one finding."""
        self._counts[check, outcome] += 1
        count = self._counts[check, outcome]
        if count <= MAX_LISTED:
            more = "" if count < MAX_LISTED else " (and more like this, not listed)"
            self._findings.append(Finding(check=check, outcome=outcome, subject=shortened(subject, SUBJECT_WIDTH),
                                          summary=shortened(summary, SUMMARY_WIDTH) + more))

    def fail(self, check: str, subject: str, summary: str) -> None:
        """Something is not as it must be."""
        self.add(check, Outcome.FAIL, subject, summary)

    def require(self, check: str, subject: str, otherwise: str, *, holds: bool) -> bool:
        """Fail unless something holds; gives back whether it does."""
        if not holds:
            self.fail(check, subject, otherwise)
        return holds

    def neutral(self, check: str, subject: str, summary: str) -> None:
        """Something that speaks neither for nor against, and must be known."""
        self.add(check, Outcome.NOT_APPLICABLE, subject, summary)

    def passed(self, *checks: str, subject: str, summary: str) -> None:
        """Each of `checks` that nothing was said against has passed."""
        for check in checks:
            if not any(self._counts[check, outcome] for outcome in AGAINST):
                self.add(check, Outcome.PASS, subject, summary)

    @contextmanager
    def failing(self, check: str, subject: str) -> Iterator[None]:
        """What the store raises within - malformed, too large, not there - fails `check`."""
        try:
            yield
        except EvidenceError as error:
            self.fail(check, subject, str(error))
