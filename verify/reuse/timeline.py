"""Videos by their frames: where on one line of time the frames of one are those of another.

Frames that match alone prove little about a video; frames that match in order, at one offset and one speed, do.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SPEEDS = tuple(round(0.75 + 0.05 * step, 2) for step in range(13))    # 0.75 to 1.35
TOLERANCE = 1.0            # seconds that a frame may be off the line: frames are a second apart
MIN_FRAMES = 3             # distinct frames of the query on the line
NEARLY = 0.97              # of a query frame's best score: such meetings count, its poorer ones do not
MIN_SHARE = 0.5            # of a query that is shorter than that


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A frame of the query that shows what a frame of the target shows."""

    query: float               # seconds
    target: float
    score: float               # how much of the two frames is the same: neighbours of the right frame have less


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """target seconds = offset + speed * query seconds."""

    offset: float
    speed: float
    frames: int                # distinct frames of the query on the line


def align(meetings: Sequence[Meeting], query_frames: int) -> Alignment | None:
    """The line most frames lie on; None where too few do."""
    if not meetings:
        return None
    best_of: dict[float, float] = {}
    for one in meetings:
        best_of[one.query] = max(one.score, best_of.get(one.query, 0.0))
    kept = [one for one in meetings if one.score >= NEARLY * best_of[one.query]]
    query = np.array([one.query for one in kept])
    target = np.array([one.target for one in kept])
    best: tuple[int, float, float, float] | None = None      # frames, mean distance (negative), speed, offset
    for speed in sorted(SPEEDS, key=lambda value: (abs(value - 1), value)):     # the plain one wins a tie
        residue = target - speed * query
        for offset in np.unique(np.round(residue * 2) / 2):
            on = np.abs(residue - offset) <= TOLERANCE
            found = (len(np.unique(query[on])), -float(np.abs(residue[on] - offset).mean()))
            if best is None or found[0] > best[0] or (speed == best[2] and found > best[:2]):
                best = (*found, speed, float(offset))
    if best is None or best[0] < min(MIN_FRAMES, max(1, round(query_frames * MIN_SHARE))):
        return None
    return _refined(query, target, best[2], best[3], best[0])


def _refined(query: NDArray[np.float64], target: NDArray[np.float64], speed: float, offset: float,
             frames: int) -> Alignment:
    on = np.abs(target - speed * query - offset) <= TOLERANCE
    if frames >= 2 * MIN_FRAMES and np.ptp(query[on]) > 4:
        fitted, at = np.polyfit(query[on], target[on], 1)
        if SPEEDS[0] <= fitted <= SPEEDS[-1]:
            speed, offset = float(fitted), float(at)
    else:
        offset = float(np.median((target - speed * query)[on]))
    return Alignment(offset=offset, speed=speed, frames=frames)
