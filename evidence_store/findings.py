"""Findings: what a check saw, and how outcomes add up.

1. `inconclusive` and `error` never become `pass` when added up: "could not check" is not a pass.
2. A target of which nothing passed has not been verified.
3. A bearing (place, time, origin) says which way a finding points; it never changes an outcome.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from evidence_store.canonical import JsonValue
from evidence_store.records import Tool


class Outcome(StrEnum):
    """Was the check done, and is its subject intact."""

    PASS = "pass"  # noqa: S105 - an outcome
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"
    NOT_APPLICABLE = "not_applicable"
    ERROR = "error"


class Bearing(StrEnum):
    """Which way a finding points on a claimed place, time or origin."""

    SUPPORTS = "supports"
    CONTRADICTS = "contradicts"
    SILENT = "silent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one check says of one subject."""

    check: str                    # dotted name of the check, e.g. "fixity.sha256", "ledger.prev"
    outcome: Outcome
    subject: str                  # an item id, a path, "line 12": what was looked at
    summary: str                  # one sentence for people
    bearing: Bearing | None = None
    details: Mapping[str, JsonValue] = field(default_factory=dict)  # the figures behind the sentence
    tools: tuple[Tool, ...] = ()  # libraries and programs that the finding rests on


def combine(findings: Iterable[Finding]) -> Outcome:
    """Add findings up: fail, else inconclusive where anything is open or nothing passed, else pass."""
    outcomes = {finding.outcome for finding in findings}
    if Outcome.FAIL in outcomes:
        return Outcome.FAIL
    if outcomes & {Outcome.INCONCLUSIVE, Outcome.ERROR} or Outcome.PASS not in outcomes:
        return Outcome.INCONCLUSIVE
    return Outcome.PASS
