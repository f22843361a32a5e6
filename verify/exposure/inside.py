"""What stands within a place: opened in a process of its own, with limits, and searched from the file it wrote.

1. Archives, PDFs and mails are hostile: this process hands over a file and reads one back, and parses neither.
2. The copies are readable by nobody else, and go when the search ends.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import BinaryIO, Self

from verify.exposure.forms import Form, form_of
from verify.exposure.model import Place
from verify.sandbox.process import ReaderFailed, Sandbox, SandboxLimits

LIMITS = SandboxLimits(seconds=300.0, memory=3 << 30, answer=4 << 20)
PIECE = 1 << 20
MAX_WORDS = 400               # characters of a member's name and of a reason


class Inside:
    """Opens each place once; a context manager that removes all it wrote."""

    def __init__(self) -> None:
        self._folder = TemporaryDirectory(prefix="muniment-search-")     # 0700
        self._sandbox = Sandbox(LIMITS, module="verify.exposure.worker")
        self._written: dict[int, Path] = {}

    def open(self, number: int, place: Place, head: bytes, unread: dict[str, str]) -> BinaryIO | None:
        """What stands within the place of this number, which begins with `head`; None where nothing does.

        What could not be opened is added to `unread`. Raises OSError, and what opening the place raises.
        """
        if form_of(head) is Form.PLAIN:
            return None
        if number not in self._written:
            self._written[number] = self._unpacked(number, place, unread)
        return self._written[number].open("rb")

    def _unpacked(self, number: int, place: Place, unread: dict[str, str]) -> Path:
        source, written = (Path(self._folder.name, f"{number}.{kind}") for kind in ("source", "inside"))
        with place.open() as stream, source.open("xb") as copy:
            while piece := stream.read(PIECE):
                copy.write(piece)
        written.touch()
        try:
            missed = self._sandbox.ask("unpack", source, _missed, str(written))
        except ReaderFailed as failed:
            unread[place.name] = f"what stands within it could not be searched: {failed}"
        else:
            unread.update({f"{place.name}: {name}" if name else place.name: why for name, why in missed.items()})
        finally:
            source.unlink()
        return written

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self._sandbox.close()
        self._folder.cleanup()


def _missed(line: bytes) -> Mapping[str, str]:
    """Members and why they were not searched. ValueError where the answer is none."""
    listed = json.loads(line)
    if not isinstance(listed, list) or not all(
            isinstance(one, list) and len(one) == 2 and all(isinstance(word, str) for word in one) for one in listed):
        raise ValueError("no list of members")
    return {one[0][:MAX_WORDS]: one[1][:MAX_WORDS] for one in listed}
