"""What the reading process answers: findings as one line of JSON, believed only as far as its shape goes."""

import json
from collections.abc import Sequence

from evidence_store.findings import Finding, Outcome
from evidence_store.visible import shortened
from verify.bundle.collector import SUBJECT_WIDTH, SUMMARY_WIDTH
from verify.sandbox.answers import AnswerMalformed

MAX_FINDINGS = 20_000
CHECK_WIDTH = 60


def encode_findings(findings: Sequence[Finding]) -> bytes:
    """One line."""
    rows = [[one.check, one.outcome.value, one.subject, one.summary] for one in findings[:MAX_FINDINGS]]
    return json.dumps(rows, ensure_ascii=True, separators=(",", ":")).encode("ascii") + b"\n"


def decode_findings(line: bytes) -> tuple[Finding, ...]:
    """The inverse; raises AnswerMalformed."""
    try:
        rows = json.loads(line)
        if not isinstance(rows, list) or len(rows) > MAX_FINDINGS:
            raise AnswerMalformed("not a list of findings")
        return tuple(_finding(row) for row in rows)
    except (ValueError, TypeError, RecursionError) as error:
        raise AnswerMalformed("not a list of findings") from error


def _finding(row: object) -> Finding:
    if not isinstance(row, list) or len(row) != 4 or not all(isinstance(part, str) for part in row):
        raise AnswerMalformed("not a finding")
    check, outcome, subject, summary = row
    return Finding(check=shortened(check, CHECK_WIDTH), outcome=Outcome(outcome),
                   subject=shortened(subject, SUBJECT_WIDTH), summary=shortened(summary, SUMMARY_WIDTH + 40))
