"""Finding an event by words in its body as it is stored: names, addresses, hashes. Nothing is parsed."""

import json
from collections.abc import Callable, Iterable

from evidence_store.case import Case

BODIES_AT_ONCE = 2000         # read together; between them it may be ended


def find_event(case: Case, words: str, start: int, *, backwards: bool = False,
               cancelled: Callable[[], bool] = lambda: False) -> int | None:
    """The next event after `start` whose body holds the words, upper and lower case of Latin letters alike.

    The search goes on from the other end, and ends at `start` itself; None: no event holds them, or it was ended.
    """
    size, needles = case.log.size, _needles(words)
    if not needles or not size:
        return None
    start = min(max(start, 0), size - 1)
    behind, before = range(start + 1, size), range(start + 1)
    for part in (before[::-1][1:], behind[::-1], before[-1:]) if backwards else (behind, before):
        for at in range(0, len(part), BODIES_AT_ONCE):
            if cancelled():
                return None
            piece = part[at:at + BODIES_AT_ONCE]
            low, high = min(piece[0], piece[-1]), max(piece[0], piece[-1]) + 1
            found = [low + number for number, body in enumerate(case.log.bodies(low, high)) if _holds(body, needles)]
            if found:
                return found[-1] if backwards else found[0]
    return None


def _needles(words: str) -> tuple[bytes, ...]:
    """The words as a body holds them: ASCII, other letters escaped."""
    forms = {words.strip(), words.strip().casefold()} - {""}
    return tuple(sorted(json.dumps(form)[1:-1].encode().lower() for form in forms))


def _holds(body: bytes, needles: Iterable[bytes]) -> bool:
    lower = body.lower()
    return any(needle in lower for needle in needles)
