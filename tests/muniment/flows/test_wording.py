"""Signs and words."""

from datetime import UTC, datetime

import pytest

from evidence_store.events import KNOWN, UnknownEvent, decode_body, encode_body
from evidence_store.findings import Outcome
from evidence_store.handling import (
    HANDLING,
    Accessed,
    Anchored,
    Corrected,
    Disposed,
    ReceiptForm,
    Redacted,
    TransferOffer,
    TransferReceipt,
    Verified,
    WorkingCopy,
)
from evidence_store.records import BlobRef, ItemId, Sha256, Verdict
from muniment.flows.event_words import event_words
from muniment.flows.wording import outcome_words, size, verdict_words

BLOB = BlobRef(sha256=Sha256("1" * 64), length=3)


@pytest.mark.parametrize(("length", "words"), [
    (0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (1234, "1.2 kB"), (999_949, "999.9 kB"), (999_950, "1.0 MB"),
    (5_000_000_000, "5.0 GB"), (2 * 10**12, "2.0 TB"),
])
def test_sizes_are_short_and_never_say_a_thousand_of_a_unit(length, words):
    assert size(length) == words


def test_only_a_complete_capture_has_the_sign_of_success():
    assert [verdict for verdict in Verdict if verdict_words(verdict).startswith("✓")] == [Verdict.COMPLETE]
    assert verdict_words(None) == "– not captured"


def test_only_a_pass_has_the_sign_of_success():
    assert [outcome for outcome in Outcome if outcome_words(outcome).startswith("✓")] == [Outcome.PASS]


def test_every_kind_of_event_has_words(sample_case):
    assert event_words(sample_case.case.event(0).body) == "Sarmin"
    assert all(event_words(event.body) for event in sample_case.case.events())
    assert event_words(UnknownEvent(type="later")) == "an event of a later version"


HANDLED = (
    TransferOffer(recipient="counsel", bundle="ab" * 16),
    TransferReceipt(recipient="counsel", size=4, form=ReceiptForm.PAPER, receipt_sha256=Sha256("0" * 64)),
    Anchored(size=4, calendar="a.calendar.example", proof_sha256=Sha256("0" * 64), blocks=(358391,)),
    WorkingCopy(item=ItemId("ITEM-0001"), copy=BLOB, holder="the lab"),
    Accessed(items=(ItemId("ITEM-0001"),), by="counsel"),
    Verified(target="case", outcome=Outcome.PASS, tools=()),
    Corrected(supersedes=7, text="it was in Binnish"),
    Redacted(item=ItemId("ITEM-0001"), original=Sha256("0" * 64), content=BLOB, what="two faces"),
    Disposed(items=(ItemId("ITEM-0001"),), method="returned", authority="the editor"),
)


@pytest.mark.parametrize("body", HANDLED, ids=lambda body: body.TYPE)
def test_an_event_of_handling_has_words_and_is_read_back_as_it_was(body):
    assert event_words(body)
    line = encode_body(body, time=datetime(2026, 1, 2, tzinfo=UTC), key="SHA256:x", salt=bytes(32))
    assert decode_body(3, line).body == body


def test_every_kind_of_event_of_handling_is_tried_here():
    assert {type(body) for body in HANDLED} == set(HANDLING)
    assert set(HANDLING) <= set(KNOWN.values())
