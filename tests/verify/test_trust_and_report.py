"""Whom a verifier trusts, and what it says in one sentence."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sealing import Key

from evidence_store.custody.keys import PublicKey
from evidence_store.findings import Finding, Outcome
from verify.errors import UnusableInput
from verify.report import Sealer, TargetKind, VerifyReport
from verify.trust import Moments, read_receipt, read_trust

KEY = Key("somebody")
PUBLIC = PublicKey.parse(KEY.line)
SEAL = "seal@muniment"
DAY = Moments(first=datetime(2026, 2, 3, tzinfo=UTC), last=datetime(2026, 2, 3, 23, 59, tzinfo=UTC), proved=False)


def trust_with(folder: Path, text: str):
    (folder / "trust").write_text(text)
    return read_trust(folder / "trust")


@pytest.mark.parametrize(("options", "when", "trusted"), [
    ("", DAY, True), ("", None, True),
    ('valid-after="20260203120000Z"', DAY, True), ('valid-after="20260204Z"', DAY, False),
    ('valid-before="20260203000001Z"', DAY, True), ('valid-before="20260202Z"', DAY, False),
    ('valid-before="20300101Z"', None, False), ('namespaces="git"', DAY, False),
])
def test_a_key_speaks_within_its_limits(tmp_path, options, when, trusted):
    principal = trust_with(tmp_path, KEY.trusted(options)).principal(PUBLIC, SEAL, when)
    assert principal == ("somebody@example.org" if trusted else "")


@pytest.mark.parametrize("text", ["nonsense\n", "a@b cert-authority " + KEY.line, "x" * (2 << 20)])
def test_a_list_that_cannot_be_honoured_is_refused_whole(tmp_path, text):
    with pytest.raises(UnusableInput):
        trust_with(tmp_path, KEY.trusted() + text)


def test_a_file_that_is_no_receipt_is_refused(tmp_path):
    (tmp_path / "receipt").write_bytes(b"muniment/nothing\n")
    with pytest.raises(UnusableInput, match="not a receipt"):
        read_receipt(tmp_path / "receipt")
    with pytest.raises(UnusableInput):
        read_receipt(tmp_path / "absent")


def report(*outcomes: tuple[str, Outcome], principal: str | None = "Ann", kind: TargetKind = TargetKind.BUNDLE) -> str:
    findings = tuple(Finding(check=check, outcome=outcome, subject="", summary="") for check, outcome in outcomes)
    sealer = None if principal is None else Sealer(key=PUBLIC, principal=principal)
    return VerifyReport(target=Path("x"), kind=kind, findings=findings, sealer=sealer).answer


PASSED, OPEN_SIGNER = ("manifest.sha256", Outcome.PASS), ("seal.signer", Outcome.INCONCLUSIVE)
NAME = KEY.key16.upper()
UNCHANGED = "Nothing in this bundle changed since it was sealed: "


@pytest.mark.parametrize(("answer", "begins"), [
    (report(PASSED), f"{UNCHANGED}YES. Sealed by key {NAME}: confirmed"),
    (report(PASSED, OPEN_SIGNER, principal=""), f"{UNCHANGED}YES. Sealed by key {NAME}: not yet confirmed"),
    (report(PASSED, ("seal.signer", Outcome.FAIL), principal=""), "DO NOT RELY ON THIS BUNDLE"),
    (report(PASSED, ("bag.missing", Outcome.FAIL)), "Nothing in this bundle changed since it was sealed: NO."),
    (report(PASSED, ("bag.read", Outcome.ERROR)), "Nothing in this bundle changed since it was sealed: COULD NOT"),
    (report(("time.token", Outcome.NOT_APPLICABLE)), "Nothing in this bundle changed since it was sealed: COULD NOT"),
    (report(PASSED, OPEN_SIGNER, ("ledger.time", Outcome.INCONCLUSIVE), principal=""),
     "Nothing in this bundle changed since it was sealed: COULD NOT"),
    (report(PASSED, principal=None, kind=TargetKind.CASE), "Everything in this case is as it was recorded: YES."),
])
def test_the_answer_follows_from_the_findings_alone(answer, begins):
    assert answer.startswith(begins)
