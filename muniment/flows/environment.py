"""What a run is given from outside: time, randomness, names, somebody to tell and somebody to ask."""

from collections.abc import Callable
from dataclasses import dataclass, field

from archiver.recorder import Resolver
from evidence_store.clock import Clock, RandomBytes, system_clock, system_random
from evidence_store.progress import NoProgress, Progress
from muniment.flows.exposure import Judge, Surroundings, let_nothing_pass
from muniment.flows.plan import CapturePlan


def agree(_: CapturePlan) -> bool:
    """Go on without asking."""
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """Defaults are those of an unattended run."""

    clock: Clock = system_clock
    random: RandomBytes = system_random
    resolver: Resolver | None = None  # None: the operating system's
    progress: Progress = field(default_factory=NoProgress)
    judge: Judge = let_nothing_pass  # shown who is visible in a bundle before it is sealed
    surroundings: Surroundings | None = None  # None: what this machine and its user are called
    confirm: Callable[[CapturePlan], bool] = agree  # shown each plan before its first request; False: do not
