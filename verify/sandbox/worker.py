"""The process in which readers meet hostile files: `python -m verify.sandbox.worker MEMORY_BYTES`.

1. A request is one line of JSON on standard input, [reader, path]; the answer is one line on what was standard output:
   `+` and the reader's line, or `-` and a JSON list [failure, detail].
2. Limits are set before any reader is imported; no file can be written, no core dumped.
3. What libraries print goes nowhere.
"""

import json
import os
import resource
import sys
from pathlib import Path

from verify.sandbox.readers import READERS, TooManyPixels

MAX_MESSAGE = 300


def main(memory: int) -> None:
    """Answer until standard input ends."""
    answers = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    with open(0, "rb", closefd=False) as requests, os.fdopen(answers, "wb") as out:
        for line in requests:
            out.write(_answer(line))
            out.flush()


def _answer(line: bytes) -> bytes:
    try:
        reader, path = json.loads(line)
        return b"+" + READERS[reader](Path(path))
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
