"""Our side of the sandbox: starts the worker, asks it, ends it when it breaks a limit.

1. An answer is awaited for a limited time and up to a limited size; then the worker is killed and the next question
   gets a new one.
2. One worker serves many files while they behave: starting one for each would cost more than reading.
"""

import contextlib
import json
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from evidence_store.visible import shortened
from verify.sandbox.answers import (
    AnswerMalformed,
    ImageHashes,
    Reading,
    decode_hashes,
    decode_reading,
)

PIECE = 1 << 16
PASSED = ("MUNIMENT_SIGNATURES",)     # the user's table of JPEG signatures
MAX_DETAIL = 300             # characters of a reader's own words
Answer = TypeVar("Answer")


class ReaderFailure(StrEnum):
    """How a reader failed on a file."""

    TIMEOUT = "timeout"          # no answer in time; it was ended
    CRASH = "crash"              # the process died
    MEMORY = "memory"            # it asked for more memory than the limit
    TOO_LARGE = "too_large"      # the file declares more than the limits of the readers: not decoded
    EXCEPTION = "exception"      # it said that it cannot read this
    ANSWER = "answer"            # what it sent is no answer


class ReaderFailed(Exception):
    """A reader has no answer for this file. Another file may be read after it."""

    def __init__(self, failure: ReaderFailure, detail: str) -> None:
        super().__init__(f"{failure}: {detail}" if detail else str(failure))
        self.failure = failure
        self.detail = detail


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxLimits:
    """What a reader may use for one file."""

    seconds: float = 30.0            # wall clock; the slowest known good file took 13 s on a loaded machine
    memory: int = 3 << 30            # bytes of address space: two copies of the largest picture, and libraries
    answer: int = 2 << 20            # bytes of an answer; MAX_TAGS tags of MAX_VALUE characters, escaped


class Sandbox:
    """The readers, behind their limits; a context manager. Not for use by several threads at once."""

    def __init__(self, limits: SandboxLimits | None = None, *, module: str = "verify.sandbox.worker") -> None:
        self._limits = limits or SandboxLimits()
        self._module = module
        self._worker: subprocess.Popen[bytes] | None = None
        self._stopped = False

    def exifread(self, path: Path) -> Reading:
        """Metadata as ExifRead finds it. Raises ReaderFailed."""
        return self.ask("exifread", path, decode_reading)

    def pillow(self, path: Path) -> Reading:
        """Metadata and format as Pillow finds them. Raises ReaderFailed."""
        return self.ask("pillow", path, decode_reading)

    def read(self, reader: str, path: Path) -> Reading:
        """Metadata as the named one of `readers.READERS` finds it. Raises ReaderFailed."""
        return self.ask(reader, path, decode_reading)

    def image_hashes(self, path: Path) -> ImageHashes:
        """Perceptual hashes. Raises ReaderFailed."""
        return self.ask("imagehash", path, decode_hashes)

    def ask(self, reader: str, path: Path, decode: Callable[[bytes], Answer],
            *arguments: float | str) -> Answer:
        """What a reader of the worker's module says of a file, as `decode` understands it. Raises ReaderFailed."""
        request = [reader, str(path.absolute()), *arguments]
        line = self._exchange(json.dumps(request).encode("ascii") + b"\n")
        try:
            if line.startswith(b"+"):
                return decode(line[1:])
            failure, detail = _failure_of(line)
        except ValueError as error:      # AnswerMalformed is one
            self.close()
            raise ReaderFailed(ReaderFailure.ANSWER, str(error)) from error
        if failure is ReaderFailure.MEMORY:
            self.close()                 # what is left of its memory is of no use
            detail = f"more than {self._limits.memory >> 20} MiB"
        raise ReaderFailed(failure, shortened(detail, MAX_DETAIL))

    def close(self) -> None:
        """End the worker."""
        worker, self._worker = self._worker, None
        if worker is None:
            return
        worker.kill()
        for stream in (worker.stdin, worker.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):    # unsent bytes of a request to a dead worker
                    stream.close()
        worker.wait()

    def stop(self) -> None:
        """End the worker for good, from any thread: whoever waits for it, or asks again, gets ReaderFailed."""
        self._stopped = True
        worker = self._worker
        if worker is not None:
            worker.kill()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.close()

    def _exchange(self, request: bytes) -> bytes:
        worker = self._running()
        if worker.stdin is None or worker.stdout is None:
            raise ReaderFailed(ReaderFailure.CRASH, "the worker has no pipes")
        try:
            worker.stdin.write(request)
            worker.stdin.flush()
        except OSError as error:
            self.close()
            raise ReaderFailed(ReaderFailure.CRASH, "the worker ended before it was asked") from error
        return self._line(worker.stdout.fileno(), worker)

    def _line(self, descriptor: int, worker: subprocess.Popen[bytes]) -> bytes:
        """One line of the worker's within the limits."""
        deadline = time.monotonic() + self._limits.seconds
        received = bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(descriptor, selectors.EVENT_READ)
            while not received.endswith(b"\n"):
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    self.close()
                    raise ReaderFailed(ReaderFailure.TIMEOUT, f"no answer in {self._limits.seconds:g} s")
                piece = os.read(descriptor, PIECE)
                received += piece
                if not piece:
                    status = worker.wait()
                    self.close()
                    raise ReaderFailed(ReaderFailure.CRASH, _death(status))
                if len(received) > self._limits.answer:
                    self.close()
                    raise ReaderFailed(ReaderFailure.ANSWER, f"longer than {self._limits.answer} bytes")
        return bytes(received)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._stopped:
            raise ReaderFailed(ReaderFailure.CRASH, "the readers were ended")
        if self._worker is None:
            # The worker finds the packages this process found; of the user's environment it gets PASSED only.
            environment = {"PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry),
                           "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1",      # threads would eat address space
                           **{name: os.environ[name] for name in PASSED if name in os.environ}}
            self._worker = subprocess.Popen(
                [sys.executable, "-P", "-B", "-m", self._module, str(self._limits.memory)], env=environment,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        return self._worker


def _failure_of(line: bytes) -> tuple[ReaderFailure, str]:
    """What a line that is no answer says; ValueError where it says nothing that is known."""
    value = json.loads(line[1:]) if line.startswith(b"-") else None
    if not isinstance(value, list) or len(value) != 2 or not isinstance(value[1], str):
        raise AnswerMalformed("neither an answer nor a failure")
    return ReaderFailure(value[0]), value[1]


def _death(status: int) -> str:
    return f"ended by signal {-status}" if status < 0 else f"ended with exit code {status}"
