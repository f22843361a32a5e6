"""A command over a case that is killed (SIGKILL) at a step of it: after the n-th call of a Python function.

Run as a program with a folder that holds a case `case` and its key `case-key`, the name of an action and a list of
parts of the whole way, between 0 and 1: for each it works on a copy `<action>-<number>`.
"""

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

from case_factory import CaseInHand, TickingClock

from evidence_store import reindex
from evidence_store.case import Case
from evidence_store.custody.keys import open_key
from evidence_store.records import ItemId
from muniment.flows.bundle import bundle_case
from muniment.flows.environment import Environment


def in_hand(folder: Path, name: str) -> CaseInHand:
    return CaseInHand(case=Case.open(folder / name), signer=open_key(folder / "case-key"), clock=TickingClock(),
                      random=Random(name).randbytes)


def seal(hand: CaseInHand, folder: Path) -> None:
    with hand.writer("bundle") as writer:
        bundle_case(writer, destination=folder / f"{hand.root.name}-bundle", recipient="counsel",
                    environment=Environment(clock=hand.clock, random=hand.random),
                    not_selected=(ItemId("ITEM-0002"),))


def index(hand: CaseInHand, folder: Path) -> None:
    reindex.rebuild(hand.case, clock=hand.clock)


ACTIONS: dict[str, Callable[[CaseInHand, Path], None]] = {"seal": seal, "reindex": index}


class Steps:
    """Counts calls; at the n-th the process ends as if the power had gone."""

    def __init__(self, last: int = 0) -> None:
        self.count = 0
        self.last = last

    def __call__(self, frame: object, event: str, argument: object) -> None:
        if event == "call":
            self.count += 1
            if self.count == self.last:
                os.kill(os.getpid(), signal.SIGKILL)


def run(folder: Path, action: str, name: str, last: int) -> int:
    """The steps it took; of a child of this process, which may not come back."""
    shutil.copytree(folder / "case", folder / name)
    hand = in_hand(folder, name)
    inlet, outlet = os.pipe()
    child = os.fork()
    if child == 0:
        steps = Steps(last)
        sys.setprofile(steps)
        ACTIONS[action](hand, folder)
        sys.setprofile(None)
        os.write(outlet, b"%d" % steps.count)
        os._exit(0)
    os.close(outlet)
    with os.fdopen(inlet, "rb") as answer:
        told = answer.read()
    os.waitpid(child, 0)
    return int(told or 0)


def main() -> None:
    folder, action, parts = Path(sys.argv[1]), sys.argv[2], json.loads(sys.argv[3])
    run(folder, action, f"{action}-warm", 0)          # imports and caches are no steps
    whole = run(folder, action, f"{action}-whole", 0)
    for number, part in enumerate(parts):
        survived = run(folder, action, f"{action}-{number}", max(int(whole * part), 1))
        sys.stdout.write(f"{number} {survived}\n")


if __name__ == "__main__":
    main()
