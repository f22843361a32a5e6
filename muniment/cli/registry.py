"""The verbs there are, each with its line in `muniment --help`, without importing any of them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class VerbEntry:
    """One verb: its module `muniment.cli.verbs.<module>` holds a click command `command`."""

    name: str
    summary: str
    module: str


def _entry(name: str, summary: str) -> VerbEntry:
    return VerbEntry(name, summary, f"muniment.cli.verbs.{name}")


VERBS: tuple[VerbEntry, ...] = (
    _entry("key", "The investigator's signing keys."),
    _entry("config", "Settings in force, and where each comes from."),
    _entry("doctor", "What is missing on this machine, and what that costs."),
)

BY_NAME = {entry.name: entry for entry in VERBS}
