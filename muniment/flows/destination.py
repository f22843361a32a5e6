"""Where something new is written: never over what is there."""

from pathlib import Path


def free_destination(wanted: Path) -> Path:
    """`wanted`, or the first of `wanted-2`, `wanted-3` ... that is not taken."""
    candidate, number = wanted, 1
    while candidate.exists():
        number += 1
        candidate = wanted.with_name(f"{wanted.name}-{number}")
    return candidate
