"""Where checks get an item's bytes: from the case as a checked stream, or as a file that a reader can seek in."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, Protocol, Self

from evidence_store.errors import EvidenceError, LimitExceeded
from evidence_store.records import Item, ItemId, Sha256
from verify.sandbox import ExifTool, Sandbox, SandboxLimits, find_exiftool

if TYPE_CHECKING:
    from verify.reuse.reading import Fingerprinter

MAX_PICTURE = 512 << 20      # bytes: beyond any camera's file; larger ones are scans for another tool
PIECE = 1 << 20


class Originals(Protocol):
    """Gives the originals of items; a `Case` is one."""

    def open_item(self, item: Item) -> BinaryIO:
        """The bytes of an item; raises EvidenceError when it opens or while it reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What an item's bytes come to."""

    sha256: Sha256
    length: int


class Workbench:
    """One run's access to originals, its sandbox, and a folder for the one file on the table."""

    def __init__(self, originals: Originals, sandbox: Sandbox, folder: Path,
                 limits: SandboxLimits | None = None) -> None:
        self.sandbox = sandbox
        self._limits = limits or SandboxLimits()
        self._exiftool: tuple[ExifTool | None] | None = None      # looked for when first asked
        self._fingerprinter: Fingerprinter | None = None
        self._originals, self._folder = originals, folder
        self._item: ItemId | None = None
        self._failure: EvidenceError | None = None

    @property
    def fingerprinter(self) -> "Fingerprinter":
        """Reads pictures on the decode path of the search for reuse."""
        if self._fingerprinter is None:
            from verify.reuse.reading import Fingerprinter  # numpy and OpenCV, only where pictures are checked

            self._fingerprinter = Fingerprinter(self._limits)
        return self._fingerprinter

    def measure(self, item: Item) -> Measured:
        """Read an item to its end. Raises what its store raises."""
        digest, length = hashlib.sha256(), 0
        with self._originals.open_item(item) as stream:
            while piece := stream.read(PIECE):
                digest.update(piece)
                length += len(piece)
        return Measured(sha256=Sha256(digest.hexdigest()), length=length)

    def file_of(self, item: Item) -> Path:
        """A private copy of an item; stays until another item is asked for. Raises EvidenceError."""
        path = self._folder / "original"
        if self._item != item.id:
            self._item, self._failure = item.id, None
            try:
                self._copy(item, path)
            except EvidenceError as error:
                self._failure = error
        if self._failure is not None:
            raise self._failure
        return path

    def exiftool(self) -> ExifTool | None:
        """ExifTool, where it is installed and fit to meet hostile files."""
        if self._exiftool is None:
            self._exiftool = (find_exiftool(self._limits),)
        return self._exiftool[0]

    def stop(self) -> None:
        """End the readers for good, from any thread: what is asked afterwards fails."""
        self.sandbox.stop()
        if self._fingerprinter is not None:
            self._fingerprinter.stop()
        if self._exiftool is not None and self._exiftool[0] is not None:
            self._exiftool[0].stop()

    def _copy(self, item: Item, path: Path) -> None:
        if item.length > MAX_PICTURE:
            raise LimitExceeded(f"{item.id} has {item.length:,} bytes; pictures are read up to {MAX_PICTURE:,}")
        with self._originals.open_item(item) as stream, path.open("wb") as copy:
            while piece := stream.read(PIECE):
                copy.write(piece)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.sandbox.close()
        if self._fingerprinter is not None:
            self._fingerprinter.close()
        if self._exiftool is not None and self._exiftool[0] is not None:
            self._exiftool[0].close()
