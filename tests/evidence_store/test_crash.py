"""Killed at any write, a case opens, nothing acknowledged is lost, ids go on, and the catalogue agrees."""

import json
import re
import subprocess
import sys
from pathlib import Path

import case_factory
import pytest
from all_answers import all_answers
from case_factory import CaseInHand, TickingClock

from evidence_store import reindex
from evidence_store.case import Case
from evidence_store.clock import system_random
from evidence_store.events import Captured, Imported, Incident

DISK_CALLS = 110              # more than the writer of killed_writer.py makes: the last one is not killed at all


@pytest.fixture(scope="session")
def killed(tmp_path_factory):
    """Kills writers at each of these numbers; returns the case before, the folder, and who was killed."""
    def kill(numbers):
        folder = tmp_path_factory.mktemp("killed")
        hand = case_factory.new_case(folder)
        hand.case.close()
        script = f"import sys; sys.path[:0] = {sys.path!r}; import killed_writer; killed_writer.main()"
        done = subprocess.run([sys.executable, "-c", script, str(folder), json.dumps(list(numbers))],
                              capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        statuses = dict(map(int, line.split()) for line in done.stdout.splitlines())
        assert set(statuses.values()) <= {0, 9}, done.stderr
        return hand, folder, statuses

    return kill


def check(hand: CaseInHand, folder: Path, number: int) -> list[Incident]:
    root = folder / f"killed-{number}"
    told_file = folder / f"told-{number}"
    told = [int(seq) for seq in told_file.read_text().split()] if told_file.exists() else []

    with Case.open(root) as case:                         # a reader, before anything was mended
        before = list(case.events())
        assert [event.seq for event in before] == list(range(len(before)))
        assert told == sorted(told)
        assert len(before) > max(told, default=1)
        assert case.catalogue.head.size == len(before)
        used = {item.id for event in before for item in items_of(event.body)}
        for entry in case.catalogue.items():
            with case.open_item(entry.item) as stream:
                assert len(stream.read()) == entry.item.length

    case = Case.open(root)
    with case.writer(hand.signer, command="after", clock=TickingClock(), random=system_random) as writer:
        fresh = writer.new_item_id()
        assert fresh not in used
        assert int(re.sub(r"\D", "", fresh)) == len(used) + 1
        after = list(case.events())
        assert after[:len(before)] == before
        found = [event.body for event in after[len(before):]]
        assert all(isinstance(body, Incident) for body in found)
        writer.checkpoint()
    with case.writer(hand.signer, command="again", clock=TickingClock(), random=system_random):
        assert case.log.size == len(after)                # every incident is told once
    answers = all_answers(case.catalogue)
    reindex.rebuild(case, clock=TickingClock())
    assert all_answers(case.catalogue) == answers
    case.close()
    return found


def items_of(body):
    match body:
        case Captured(capture=capture):
            return capture.items
        case Imported(items=items):
            return items
    return ()


def test_killed_here_and_there_nothing_acknowledged_is_lost(killed):
    hand, folder, statuses = killed([*range(1, DISK_CALLS, 14), DISK_CALLS])
    for number in statuses:
        check(hand, folder, number)
    assert list(statuses.values()).count(9) > 6
    assert statuses[DISK_CALLS] == 0, "DISK_CALLS is too small: not every write was reached"


@pytest.mark.soak
def test_killed_at_every_write_nothing_acknowledged_is_lost(killed):
    hand, folder, statuses = killed(range(1, DISK_CALLS + 1))
    incidents = [incident for number in statuses for incident in check(hand, folder, number)]
    assert {name.split("/")[0] for incident in incidents for name in incident.affected} == {"custody", "warcs"}
