"""What a fault is, and the table of them all; each stands in a `faults_of_*` module.

`sh` says what verify.sh, which checks less, makes of it: the same check, another one that it has, or UNSEEN where
docs/threat-model.md says "not in sh".
"""

from collections.abc import Callable
from dataclasses import dataclass

from sealing import Bundle

UNSEEN = "not in sh"
SAME = "same"

PAGE, PHOTO = "data/items/ITEM-0001/original.html", "data/items/ITEM-0002/original.jpg"
IMPORTED, WACZ = "data/items/ITEM-0004/original.txt", "data/capture.wacz"
LEDGER, LAST = "custody/ledger.jsonl", "custody/checkpoints/0000000010"


@dataclass(frozen=True)
class Fault:
    """What is done to a bundle, and who notices."""

    name: str
    make: Callable[[Bundle], None]
    check: str
    sh: str


FAULTS: dict[str, Fault] = {}


def fault(check: str, sh: str = SAME) -> Callable[[Callable[[Bundle], None]], Callable[[Bundle], None]]:
    def add(make: Callable[[Bundle], None]) -> Callable[[Bundle], None]:
        FAULTS[make.__name__] = Fault(make.__name__, make, check, check if sh == SAME else sh)
        return make
    return add
