"""Signs and words."""

import pytest

from evidence_store.events import KNOWN, UnknownEvent
from evidence_store.findings import Outcome
from evidence_store.records import Verdict
from muniment.flows.event_words import event_words
from muniment.flows.wording import outcome_words, size, verdict_words


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
    assert len(KNOWN) == 19     # a new kind needs words of its own
