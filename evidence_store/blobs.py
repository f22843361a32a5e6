"""Blobs: imported files and derivatives, named by the SHA-256 of their bytes.

1. A blob is written once: to a temporary file, flushed, then linked under its hash; it never changes after that.
2. Reading verifies: whoever reads a blob to its end has read the bytes it is named after, or gets ContentMismatch.
3. Putting the same bytes again gives the same reference and stores nothing.
"""

import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Protocol

from evidence_store.atomic import sync_folder, take_name
from evidence_store.errors import ContentMismatch, MissingContent
from evidence_store.records import BlobRef, Sha256
from evidence_store.verified import verified_reader

CHUNK = 1 << 20               # bytes read at once: large enough to be fast, small beside any memory

_HEX = re.compile(r"[0-9a-f]{64}", re.ASCII)


class BlobStore(Protocol):
    """Bytes by their hash. One contract suite tests every implementation."""

    def put(self, stream: BinaryIO) -> BlobRef:
        """Store all bytes of `stream`; durable when it returns."""

    def open(self, ref: BlobRef) -> BinaryIO:
        """The bytes of a blob, hash-checked while reading.

        MissingContent where it is not stored; ContentMismatch, at the latest at the end of reading, where its bytes
        are not those it is named after.
        """

    def has(self, ref: BlobRef) -> bool:
        """Whether a blob is stored; says nothing about its bytes."""

    def iterate(self) -> Iterator[BlobRef]:
        """Every stored blob, by hash."""


class FolderBlobStore:
    """Blobs as files `sha256/<first two digits>/<64 digits>` below a folder."""

    def __init__(self, root: Path) -> None:
        self._root = root / "sha256"

    def put(self, stream: BinaryIO) -> BlobRef:
        """Store all bytes of `stream`; durable when it returns."""
        if not self._root.is_dir():
            self._root.mkdir(parents=True, exist_ok=True)
            sync_folder(self._root.parent)
        descriptor, name = tempfile.mkstemp(prefix=".new-", dir=self._root)
        temporary = Path(name)
        try:
            digest, length = hashlib.sha256(), 0
            with os.fdopen(descriptor, "wb") as file:
                while chunk := stream.read(CHUNK):
                    digest.update(chunk)
                    length += len(chunk)
                    file.write(chunk)
                file.flush()
                with suppress(OSError):          # file systems without rights (FAT) refuse
                    os.fchmod(file.fileno(), 0o444)
                os.fsync(file.fileno())
            ref = BlobRef(sha256=Sha256(digest.hexdigest()), length=length)
            self._name(temporary, ref)
        finally:
            temporary.unlink(missing_ok=True)
        return ref

    def open(self, ref: BlobRef) -> BinaryIO:
        """The bytes of a blob, hash-checked while reading."""
        try:
            file = self._path(ref.sha256).open("rb")
        except FileNotFoundError:
            raise MissingContent(f"blob {ref.sha256} is not in the store",
                                 hint="restore it from a copy of the case") from None
        return verified_reader(file, sha256=ref.sha256, length=ref.length, subject=f"blob {ref.sha256}")

    def has(self, ref: BlobRef) -> bool:
        """Whether a blob is stored; says nothing about its bytes."""
        return self._path(ref.sha256).is_file()

    def iterate(self) -> Iterator[BlobRef]:
        """Every stored blob, by hash."""
        for folder in sorted(self._root.glob("[0-9a-f][0-9a-f]")):
            for path in sorted(folder.iterdir()):
                if _HEX.fullmatch(path.name):
                    yield BlobRef(sha256=Sha256(path.name), length=path.stat().st_size)

    def _path(self, sha256: Sha256) -> Path:
        if not _HEX.fullmatch(sha256):  # a reference from a hostile ledger must not become a path
            raise MissingContent(f"{sha256[:80]!r} is not a SHA-256")
        return self._root / sha256[:2] / sha256

    def _name(self, temporary: Path, ref: BlobRef) -> None:
        target = self._path(ref.sha256)
        if not target.parent.is_dir():
            target.parent.mkdir(exist_ok=True)
            sync_folder(self._root)
        try:
            take_name(temporary, target)
        except FileExistsError:
            self._replace_if_damaged(temporary, target, ref)
        sync_folder(target.parent)

    def _replace_if_damaged(self, temporary: Path, target: Path, ref: BlobRef) -> None:
        """Whole bytes are at hand: a stored blob that lost its hash is healed with them."""
        try:
            with self.open(ref) as stored:
                while stored.read(CHUNK):
                    pass
        except ContentMismatch:
            temporary.replace(target)
