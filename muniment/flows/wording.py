"""Signs and words for states, alike in both faces: no state is told by colour alone."""

from evidence_store.findings import Outcome
from evidence_store.records import Verdict

GOOD, BAD, PARTLY, OPEN, NONE = "✓", "✗", "◐", "?", "–"

_VERDICT_SIGNS = {
    Verdict.COMPLETE: GOOD,
    Verdict.PARTIAL: PARTLY,
    Verdict.TRUNCATED: PARTLY,
    Verdict.UNDECIDED: OPEN,
    Verdict.NOT_ATTEMPTED: NONE,
}
_OUTCOME_SIGNS = {
    Outcome.PASS: GOOD,
    Outcome.FAIL: BAD,
    Outcome.INCONCLUSIVE: OPEN,
    Outcome.ERROR: OPEN,
    Outcome.NOT_APPLICABLE: NONE,
}


def verdict_sign(verdict: Verdict | None) -> str:
    """`✓` complete, `◐` in part, `✗` not to be had, `?` undecided, `–` not attempted."""
    return NONE if verdict is None else _VERDICT_SIGNS.get(verdict, BAD)


def verdict_words(verdict: Verdict | None) -> str:
    """`✗ login wall`; `– not captured` where no capture was made."""
    return f"{verdict_sign(verdict)} {'not captured' if verdict is None else verdict.replace('_', ' ')}"


def outcome_words(outcome: Outcome) -> str:
    """`✓ pass`, `? inconclusive`."""
    return f"{_OUTCOME_SIGNS[outcome]} {outcome.replace('_', ' ')}"


def size(length: int) -> str:
    """Bytes for people: `812 B`, `1.2 MB` (decimal units, as file managers show)."""
    if length < 1000:
        return f"{length} B"
    amount = float(length)
    for unit in ("kB", "MB", "GB"):
        amount /= 1000
        if amount < 999.95:       # what rounds to 1000.0 is shown in the next unit
            return f"{amount:.1f} {unit}"
    return f"{amount / 1000:.1f} TB"
