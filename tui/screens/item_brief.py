"""What the list of items says of the one under the cursor: warnings, origin, what was cited, what is wrong."""

from collections.abc import Iterator

from evidence_store.case import Case
from evidence_store.catalogue.model import CitationEntry, FindingEntry, ItemEntry
from evidence_store.findings import Outcome
from evidence_store.records import Verdict
from evidence_store.visible import visible
from muniment.flows.wording import OPEN, outcome_words
from tui.pictures.shield import warnings_of
from tui.widgets.lines import Fact, Line, fact

MAX_FINDINGS = 500        # of one item that are looked at
WRONG = (Outcome.FAIL, Outcome.ERROR, Outcome.INCONCLUSIVE)


def brief(case: Case, entry: ItemEntry) -> tuple[Line, ...]:
    """Lines about an item, read from the catalogue; for a worker thread."""
    catalogue, item = case.catalogue, entry.item
    capture = catalogue.capture(entry.capture) if entry.capture else None
    cited = [catalogue.citation(one) for one in (capture.citations if capture else ())][:1]
    return tuple(brief_lines(entry, catalogue.tags(item.id).get(item.id, ()), cited[0] if cited else None,
                             catalogue.findings(item.id, limit=MAX_FINDINGS),
                             capture.reasons if capture and entry.verdict is not Verdict.COMPLETE else ()))


def brief_lines(entry: ItemEntry, tags: tuple[str, ...], cited: CitationEntry | None,
                findings: tuple[FindingEntry, ...], reasons: tuple[str, ...]) -> Iterator[Line]:
    """The lines. Pure."""
    if warnings := warnings_of(tags):
        yield f"⚠ WARNING: {visible(', '.join(warnings))}"
    yield from fact(entry.item.id, entry.item.url or entry.item.name)
    if reasons:
        yield from fact("why", "; ".join(reasons))
    if cited is not None and cited.citation.context:
        yield from fact(cited.id, cited.citation.context)
    yield from _checks(findings)
    if others := [tag for tag in tags if not warnings_of((tag,))]:
        yield from fact("tags", ", ".join(others))


def _checks(findings: tuple[FindingEntry, ...]) -> Iterator[Line]:
    if not findings:
        yield from fact("checks", f"{OPEN} none yet (K runs them)")
        return
    wrong = sorted((one.finding for one in findings if one.finding.outcome in WRONG),
                   key=lambda one: WRONG.index(one.outcome))
    passed = sum(one.finding.outcome is Outcome.PASS for one in findings)
    if not wrong:
        yield from fact("checks", f"{outcome_words(Outcome.PASS)[0]} {passed} passed, nothing wrong or open")
    for finding in wrong:
        yield Fact(name=outcome_words(finding.outcome), text=visible(finding.summary), width=16)
