"""The entries of a live blog through its captures."""

from datetime import UTC, datetime, timedelta

import pytest

from muniment.flows.entries import Version, histories, latest_changes
from muniment.flows.schedule import schedule

T = [datetime(2026, 3, 1, 12, 0, tzinfo=UTC) + timedelta(hours=hour) for hour in range(5)]
SCHOOL = "A school in the town was struck during the night, witnesses say."
TOLL = "Forty-five people were killed on Monday, the observatory says."
TOLL_EDITED = "Fifty-seven people were killed on Monday, the observatory says."
MOSQUE = "The mosque in the main square lost its roof."


def states(*texts):
    found = histories([Version(seen_at=moment, entries=entries) for moment, entries in zip(T, texts, strict=False)])
    return {entry.text: entry for entry in found}


def test_an_entry_that_stays_is_there():
    entry = states((SCHOOL,), (SCHOOL,))[SCHOOL]
    assert (entry.first_seen, entry.last_seen, entry.first_gone) == (T[0], T[1], None)


def test_an_entry_that_went_has_been_seen_until_the_capture_before():
    entry = states((SCHOOL, MOSQUE), (SCHOOL, MOSQUE), (SCHOOL,), (SCHOOL,))[MOSQUE]
    assert (entry.first_seen, entry.last_seen, entry.first_gone) == (T[0], T[1], T[2])
    assert entry.state.startswith("gone: last seen 2026-03-01T13:00:00")


def test_another_wording_in_its_place_is_an_edit_and_an_unlike_one_is_not():
    edited = states((SCHOOL, TOLL), (SCHOOL, TOLL_EDITED))
    assert edited[TOLL].became == TOLL_EDITED
    assert edited[TOLL_EDITED].first_seen == T[1]
    assert not states((SCHOOL, TOLL), (SCHOOL, MOSQUE))[TOLL].became


def test_an_entry_that_comes_back_is_there_and_keeps_when_it_was_first_seen():
    entry = states((SCHOOL, MOSQUE), (SCHOOL,), (SCHOOL, MOSQUE))[MOSQUE]
    assert (entry.first_seen, entry.last_seen, entry.first_gone) == (T[0], T[2], None)


def test_white_space_and_case_make_no_other_entry():
    assert len(states((SCHOOL,), (SCHOOL.upper().replace(" ", "  "),))) == 1


def test_the_latest_changes_are_counted_and_what_is_gone_is_named():
    found = [Version(seen_at=T[0], entries=(SCHOOL, TOLL)), Version(seen_at=T[1], entries=(TOLL_EDITED, MOSQUE))]
    counts, gone = latest_changes(found)
    assert counts == "1 entries added, 1 edited, 1 gone since 2026-03-01T12:00:00.000000Z"
    assert gone.startswith(f"gone: {SCHOOL} (last seen 2026-03-01T12:00:00")
    assert latest_changes(found[:1]) == ()
    assert latest_changes([found[0], Version(seen_at=T[2], entries=found[0].entries)])[0].startswith("no entry changed")


@pytest.mark.parametrize(("every", "lasting", "took", "slept"), [
    pytest.param(None, None, 5, [], id="without a schedule there is one round"),
    pytest.param(60, 180, 10, [50, 50, 50], id="rounds begin at regular times"),
    pytest.param(60, 240, 70, [50, 50], id="a round that takes too long skips a turn"),
    pytest.param(60, 30, 10, [], id="no round begins after the end"),
])
def test_rounds(every, lasting, took, slept):
    now, pauses = [0.0], []

    def sleep(seconds):
        pauses.append(seconds)
        now[0] += seconds

    for _ in schedule(every, lasting, monotonic=lambda: now[0], sleep=sleep):
        now[0] += took
    assert pauses == slept
