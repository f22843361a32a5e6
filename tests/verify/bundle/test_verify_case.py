"""A case is verified in place: what is damaged fails, what is unfinished stays open."""

from pathlib import Path

import pytest

from evidence_store.findings import Outcome
from verify.bundle import verify_case
from verify.errors import NothingToVerify
from verify.report import TargetKind
from verify.trust import read_receipt, read_trust


@pytest.fixture
def hand(make_case):
    """A case whose last event is covered by a checkpoint."""
    made = make_case()
    with made.writer() as writer:
        writer.checkpoint()
    return made


def failed(report) -> set[str]:
    return {finding.check for finding in report.failures}


def opened(report) -> set[str]:
    return {finding.check for finding in report.open}


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.chmod(0o644)
    path.write_bytes(data)


def test_a_case_under_a_checkpoint_passes(hand):
    report = verify_case(hand.root)
    assert (report.outcome, report.kind) == (Outcome.PASS, TargetKind.CASE)
    assert report.answer == "Everything in this case is as it was recorded: YES."


def test_events_after_the_last_checkpoint_stay_open(make_case):
    report = verify_case(make_case().root)
    assert report.outcome is Outcome.INCONCLUSIVE
    assert opened(report) == {"checkpoint.after"}
    assert "COULD NOT BE CHECKED" in report.answer


def test_a_folder_that_is_no_case_is_said_to_be_none(tmp_path):
    with pytest.raises(NothingToVerify):
        verify_case(tmp_path)


@pytest.mark.parametrize(("tail", "open_check"), [
    (b'{"body":"sha256:12', "ledger.torn"),
    (b"\0" * 190 + b"\n", "ledger.torn"),
])
def test_an_append_that_was_cut_short_stays_open(hand, tail, open_check):
    ledger = hand.case.layout.custody / "ledger.jsonl"
    ledger.write_bytes(ledger.read_bytes() + tail)
    report = verify_case(hand.root)
    assert not report.failures
    assert open_check in opened(report)


def test_bodies_without_lines_stay_open(hand):
    bodies = hand.case.layout.custody / "bodies.jsonl"
    bodies.write_bytes(bodies.read_bytes() + b'{"an":"orphan"}\n')
    report = verify_case(hand.root)
    assert not report.failures
    assert opened(report) == {"ledger.orphans"}


@pytest.mark.parametrize(("name", "at", "check"), [
    ("custody/ledger.jsonl", 30, "ledger.prev"),
    ("custody/ledger.jsonl", 3, "ledger.form"),
    ("custody/bodies.jsonl", 100, "ledger.body"),
])
def test_a_flipped_byte_of_the_log_fails(hand, name, at, check):
    flip(hand.root / name, at)
    assert check in failed(verify_case(hand.root))


def test_a_flipped_byte_of_a_warc_fails(hand):
    warc = next(hand.case.layout.warcs.glob("*.warc.gz"))
    flip(warc, warc.stat().st_size // 2)
    assert failed(verify_case(hand.root)) & {"warc.damage", "warc.ledger", "warc.digest"}


def test_a_warc_that_is_gone_fails(hand):
    next(hand.case.layout.warcs.glob("*.warc.gz")).unlink()
    assert "warc.missing" in failed(verify_case(hand.root))


def test_a_changed_or_missing_blob_fails(hand):
    blob = next(path for path in hand.case.layout.blobs.rglob("*") if path.is_file())
    flip(blob, 0)
    assert failed(verify_case(hand.root)) == {"blob.sha256"}
    blob.unlink()
    assert failed(verify_case(hand.root)) == {"blob.missing"}


def test_a_blob_that_no_event_names_stays_open(hand):
    blob = next(path for path in hand.case.layout.blobs.rglob("*") if path.is_file())
    planted = blob.parent.parent / "ff" / ("f" * 64)
    planted.parent.mkdir(exist_ok=True)
    planted.write_bytes(b"planted")
    assert opened(verify_case(hand.root)) == {"blob.unnamed"}


def test_a_ledger_cut_below_its_checkpoint_fails(hand):
    ledger = hand.case.layout.custody / "ledger.jsonl"
    ledger.write_bytes(b"".join(ledger.read_bytes().splitlines(keepends=True)[:-3]))
    assert "checkpoint.size" in failed(verify_case(hand.root))


def test_a_receipt_for_another_history_fails(hand, new_case, tmp_path):
    other = new_case("other", seed=9)
    with other.writer() as writer:
        text = writer.checkpoint().checkpoint.to_text()
    receipt = tmp_path / "receipt"
    receipt.write_bytes(text)
    assert {"receipt.form", "receipt.prefix"} <= failed(verify_case(hand.root, receipts=[read_receipt(receipt)]))


def test_the_signer_of_the_last_checkpoint_is_measured_by_the_verifiers_list(hand, new_case, tmp_path):
    trust = tmp_path / "allowed_signers"
    trust.write_text(f"investigator@example.org {hand.signer.public.line}\n")
    assert verify_case(hand.root, trust=read_trust(trust)).outcome is Outcome.PASS
    trust.write_text(f"somebody@example.org {new_case('other').signer.public.line}\n")
    assert failed(verify_case(hand.root, trust=read_trust(trust))) == {"checkpoint.signer"}
