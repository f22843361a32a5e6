"""Frames of a video for comparison: one a second, and one more wherever the scene changes. Runs in the sandbox only.

Containers that name other files (playlists, concatenations) are not opened: only formats that hold their own bytes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from PIL.Image import Image

EVERY = 1.0                # seconds
SCENE = 28.0               # grey levels, mean difference of thumbnails: another scene
SCENE_GAP = 0.4            # seconds between two frames that are kept
SIDE = 768                 # longer side that frames are scaled to
FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,flv,mpeg,mpegts,mpegvideo,ogg,asf"


@dataclass(frozen=True, slots=True, kw_only=True)
class StillFrame:
    """A frame, upright."""

    seconds: float
    grey: "Image"
    width: int
    height: int


def frames(path: Path, start: float, count: int) -> Iterator[StillFrame]:
    """At most `count` frames at or after `start` seconds. Raises what PyAV raises."""
    import av

    with av.open(str(path), options={"protocol_whitelist": "file", "format_whitelist": FORMATS}) as container:
        stream = container.streams.video[0]
        stream.thread_type = "NONE"
        begin = float(stream.start_time * stream.time_base) if stream.start_time is not None else 0.0
        if start > 0:
            container.seek(int((start + begin) * av.time_base), backward=True)
        due, given, last = start, 0, None
        for frame in container.decode(stream):
            seconds = (frame.time or 0.0) - begin
            if seconds < start:
                continue
            thumbnail = frame.reformat(width=32, height=32, format="gray").to_ndarray().astype(np.float32)
            changed = last is not None and seconds - last[0] >= SCENE_GAP and _differ(last[1], thumbnail)
            if seconds + 1e-6 < due and not changed:
                continue
            last, due = (seconds, thumbnail), max(due, float(np.floor(seconds / EVERY) * EVERY + EVERY))
            yield _still(frame, seconds)
            given += 1
            if given >= count:
                return


def _differ(one: NDArray[np.float32], other: NDArray[np.float32]) -> bool:
    return float(np.abs(one - other).mean()) > SCENE


def _still(frame: "object", seconds: float) -> StillFrame:
    from PIL import Image

    width, height = frame.width, frame.height  # type: ignore[attr-defined]
    zoom = min(1.0, SIDE / max(width, height))
    size = {"width": max(2, round(width * zoom)), "height": max(2, round(height * zoom))}
    grey = frame.reformat(**size, format="gray", interpolation="AREA").to_ndarray()  # type: ignore[attr-defined]
    turns = round(float(getattr(frame, "rotation", 0) or 0) / 90) % 4
    if turns:
        grey = np.rot90(grey, turns)
    if turns % 2:
        width, height = height, width
    return StillFrame(seconds=seconds, grey=Image.fromarray(np.ascontiguousarray(grey)), width=width, height=height)
