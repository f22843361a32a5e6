"""From files to fingerprints, through the sandbox: a hostile file costs its own answer and nothing else."""

import base64
import binascii
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from evidence_store.records import Tool
from verify.reuse.codec import unpack
from verify.reuse.crops import Crop, read_crops
from verify.reuse.decode import DECODE_PATH
from verify.reuse.duplicates import QuickHash
from verify.reuse.fingerprint import VERSION, Fingerprint
from verify.sandbox import ReaderFailed, Sandbox, SandboxLimits
from verify.sandbox.answers import AnswerMalformed

LIMITS = SandboxLimits(seconds=60.0, answer=64 << 20)   # a minute of video is 60 fingerprints of 200 kB, in base64
FRAMES_AT_ONCE = 60
MAX_HOURS = 12                # of a video: a day's surveillance tape is cut by its user first
MODULE = "verify.reuse.worker"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotComparable:
    """A file that is no picture for us, and why: it was looked at and not compared, which is not "no match"."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PdqHash:
    """A picture's PDQ hash as other tools write it, and PDQ's quality, 0 to 100."""

    hash: str
    quality: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One frame of a video."""

    seconds: float             # from the start
    fingerprint: Fingerprint


class Fingerprinter:
    """Fingerprints files; a context manager. Not for use by several threads at once: each has its own."""

    def __init__(self, limits: SandboxLimits = LIMITS) -> None:
        self._sandbox = Sandbox(limits, module=MODULE)

    def picture(self, path: Path, *, described: bool = True) -> Fingerprint | NotComparable:
        """The fingerprint of a picture file, for an index; where it is not `described`, for one of ORB features."""
        return self._fingerprint("picture" if described else "plain", path)

    def query(self, path: Path) -> Fingerprint | NotComparable:
        """The fingerprint of a picture file that is asked for: with the screens and prints within it."""
        return self._fingerprint("query", path)

    def _fingerprint(self, verb: str, path: Path) -> Fingerprint | NotComparable:
        try:
            found = self._sandbox.ask(verb, path, _decoded)
        except ReaderFailed as failure:
            return NotComparable(reason=str(failure).replace(str(path.absolute()), "the file"))
        return found[0] if found else NotComparable(reason="the reader gave no fingerprint")

    def pdq(self, path: Path) -> PdqHash | NotComparable:
        """The PDQ hash of a picture file, without the rest of its fingerprint."""
        try:
            return self._sandbox.ask("pdq", path, _pdq)
        except ReaderFailed as failure:
            return NotComparable(reason=str(failure).replace(str(path.absolute()), "the file"))

    def quick(self, path: Path) -> QuickHash | NotComparable:
        """The quick hash of a picture file: see `duplicates`."""
        try:
            found = self._sandbox.ask("quick", path, _pdq)
        except ReaderFailed as failure:
            return NotComparable(reason=str(failure).replace(str(path.absolute()), "the file"))
        return QuickHash(hash=bytes.fromhex(found.hash), quality=found.quality)

    def crops(self, path: Path) -> tuple[Crop, ...] | NotComparable:
        """Pictures to ask a search engine outside with: see `crops`."""
        try:
            return self._sandbox.ask("crops", path, read_crops)
        except ReaderFailed as failure:
            return NotComparable(reason=str(failure).replace(str(path.absolute()), "the file"))

    def video(self, path: Path, *, described: bool = True) -> Iterator[Frame | NotComparable]:
        """Fingerprints of a video's frames, one a second and at changes of scene; a failure ends them."""
        start = 0.0
        for _ in range(MAX_HOURS * 3600 // FRAMES_AT_ONCE):
            try:
                frames = self._sandbox.ask("video", path, _frames, start, FRAMES_AT_ONCE, int(described))
            except ReaderFailed as failure:
                yield NotComparable(reason=str(failure).replace(str(path.absolute()), "the file"))
                return
            yield from frames
            if len(frames) < FRAMES_AT_ONCE:
                return
            start = frames[-1].seconds + 0.001
        yield NotComparable(reason=f"longer than {MAX_HOURS} hours: the rest was not looked at")

    def close(self) -> None:
        """End the process that reads."""
        self._sandbox.close()

    def stop(self) -> None:
        """End it for good, from any thread."""
        self._sandbox.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.close()


def tools() -> tuple[Tool, ...]:
    """What a fingerprint and a comparison rest on."""
    import cv2
    import numpy as np
    import PIL

    return (Tool(name="muniment reuse", version=VERSION), Tool(name="decode path", version=DECODE_PATH),
            Tool(name="OpenCV", version=str(cv2.__version__)), Tool(name="NumPy", version=np.__version__),
            Tool(name="Pillow", version=PIL.__version__))


def _frames(line: bytes) -> tuple[Frame, ...]:
    data = _unpacked(line)
    head, _, rest = data.partition(b"\n")
    try:
        times = [float(value) for value in json.loads(head)]
    except (ValueError, TypeError, RecursionError) as error:
        raise AnswerMalformed("no times of frames") from error
    found = unpack(rest)
    if len(times) != len(found) or not all(0 <= time < MAX_HOURS * 7200 for time in times):
        raise AnswerMalformed("times and frames differ")
    return tuple(Frame(seconds=time, fingerprint=one) for time, one in zip(times, found, strict=True))


def _pdq(line: bytes) -> PdqHash:
    match = re.fullmatch(rb"([0-9a-f]{64}) ([0-9]{1,3})\n", line)
    if match is None:
        raise AnswerMalformed("no hash")
    return PdqHash(hash=match[1].decode("ascii"), quality=int(match[2]))


def _decoded(line: bytes) -> tuple[Fingerprint, ...]:
    return unpack(_unpacked(line))


def _unpacked(line: bytes) -> bytes:
    try:
        return base64.b64decode(line.strip(), validate=True)
    except (binascii.Error, ValueError) as error:
        raise AnswerMalformed("no base64") from error
