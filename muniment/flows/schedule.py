"""Rounds at regular times."""

from collections.abc import Callable, Iterator


def schedule(
    every: float | None, lasting: float | None, *, monotonic: Callable[[], float], sleep: Callable[[float], None]
) -> Iterator[int]:
    """Numbers of rounds from 1, at once and then `every` seconds from the start; without `every`, one.

    A round that takes longer than `every` is followed by the next at its next regular time; none is made up for.
    No round begins later than `lasting` seconds after the first.
    """
    start = monotonic()
    number = 1
    yield number
    while every is not None:
        passed = monotonic() - start
        turn = (passed // every + 1) * every
        if lasting is not None and turn > lasting:
            return
        sleep(turn - passed)
        number += 1
        yield number
