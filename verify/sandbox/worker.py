"""The process in which readers meet hostile files: `python -m verify.sandbox.worker MEMORY_BYTES`.

1. A request is one line of JSON on standard input, [reader, path, number...]; the answer is one line on what was
   standard output: `+` and the reader's line, or `-` and a JSON list [failure, detail].
2. Limits are set before any reader is asked; no file beyond `writes` bytes can be written, no core dumped.
3. What libraries print goes nowhere.
"""

import json
import os
import resource
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from verify.sandbox.opening import TooManyPixels
from verify.sandbox.readers import READERS

MAX_MESSAGE = 300


def serve(memory: int, readers: Mapping[str, Callable[..., bytes]], *, writes: int = 0) -> None:
    """Answer until standard input ends; `readers` give one line each. `writes`: bytes a file of theirs may have."""
    answers = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (writes, writes))
    with open(0, "rb", closefd=False) as requests, os.fdopen(answers, "wb") as out:
        for line in requests:
            out.write(_answer(line, readers))
            out.flush()


def main(memory: int) -> None:
    """Serve the readers of metadata and hashes."""
    serve(memory, READERS)


def _answer(line: bytes, readers: Mapping[str, Callable[..., bytes]]) -> bytes:
    try:
        reader, path, *arguments = json.loads(line)
        return b"+" + readers[reader](Path(path), *arguments)
    except MemoryError:
        return _failed("memory", "")
    except TooManyPixels as error:
        return _failed("too_large", str(error))
    except Exception as error:  # noqa: BLE001 - the boundary: hostile files make readers raise anything
        return _failed("exception", f"{type(error).__name__}: {error}")


def _failed(failure: str, detail: str) -> bytes:
    return b"-" + json.dumps([failure, detail[:MAX_MESSAGE]]).encode("ascii") + b"\n"


if __name__ == "__main__":
    main(int(sys.argv[1]))
