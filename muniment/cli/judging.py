"""Who is visible in a bundle: shown hit by hit, and asked about where somebody is there to answer."""

from collections.abc import Sequence
from pathlib import Path

from muniment.cli.invocation import Invocation
from muniment.config.load import user_settings_file
from muniment.flows.exposure import Judge, Judgement, read_own_list
from verify.exposure.search import Found

EVERYTHING = "all"
OWN_LIST = "secrets.txt"      # beside the user's settings; never in a case


def own_list(run: Invocation, named: Path | None) -> tuple[str, ...]:
    """The user's own list of what must not be found."""
    path = named or user_settings_file().with_name(OWN_LIST)
    if not path.is_file():
        return ()
    found = read_own_list(path)
    run.out.detail(f"looking for {len(found)} entries of {path.name} as well")
    return found


def judging(run: Invocation, accepted: Sequence[str] = (), because: str = "") -> Judge:
    """How exposures are judged in this run: as said beforehand, else one by one, else not at all."""

    def judge(found: Found) -> Judgement:
        if run.yes or EVERYTHING in accepted:
            run.out.warn(f"{len(found.exposures)} exposures are let pass")
            run.out.say(*say_exposures(found))
            return Judgement(everything=True, reason=because)
        passed = set(accepted)
        for one, line in zip(found.exposures, say_exposures(found), strict=False):
            if one.id not in passed:
                run.out.say(line)
                if run.confirm("Let it pass?", unattended=False):
                    passed.add(one.id)
        return Judgement(accepted=frozenset(passed), reason=because)

    return judge


def say_exposures(found: Found) -> list[str]:
    """A line for each, and for what could not be searched."""
    lines = [f"{one.id}  {one.kind}: {one.value} - in {', '.join(one.places)}"
             + (f" and {one.count - len(one.places)} more" if one.count > len(one.places) else "")
             for one in found.exposures]
    return [*lines, *(f"could not be searched: {place}: {why}" for place, why in found.unread)]
