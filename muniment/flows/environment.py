"""What a run is given from outside: time, randomness, names, somebody to tell and somebody to ask."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from evidence_store.clock import Clock, RandomBytes, system_clock, system_random
from evidence_store.progress import NoProgress, Progress
from evidence_store.records import Capture

if TYPE_CHECKING:
    # only named here: recorder and bundle take a quarter of a second to import
    from archiver.recorder import Resolver
    from muniment.flows.exposure import Judge, Judgement, Surroundings
    from muniment.flows.plan import CapturePlan
    from verify.exposure.search import Found


def let_nothing_pass(_: "Found") -> "Judgement":
    """Nobody is there to judge."""
    from muniment.flows.exposure import Judgement

    return Judgement()


def agree(_: "CapturePlan") -> bool:
    """Go on without asking."""
    return True


def never() -> bool:
    """Nobody ends the run early."""
    return False


class CaptureWatch(Protocol):
    """Is told which capture begins and which ended. Calls come from any thread and must return at once."""

    def began(self, url: str) -> None:
        """A client goes out for it."""

    def ended_capture(self, capture: Capture) -> None:
        """It is in the ledger."""


class NobodyWatches:
    """Watches nothing."""

    def began(self, url: str) -> None:
        """Ignore."""

    def ended_capture(self, capture: Capture) -> None:
        """Ignore."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """Defaults are those of an unattended run."""

    clock: Clock = system_clock
    random: RandomBytes = system_random
    resolver: "Resolver | None" = None  # None: the operating system's
    progress: Progress = field(default_factory=NoProgress)
    judge: "Judge" = let_nothing_pass  # shown who is visible in a bundle before it is sealed
    profiles: Path | None = None  # where signed-in profiles live; None: in the user's data directory
    surroundings: "Surroundings | None" = None  # None: what this machine and its user are called
    watch: CaptureWatch = field(default_factory=NobodyWatches)
    cancelled: Callable[[], bool] = never  # asked between captures and within them; True: end early, keep what came
    confirm: "Callable[[CapturePlan], bool]" = agree  # shown each plan before its first request; False: do not
