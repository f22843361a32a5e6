"""Writing a BagIt 1.0 bag (RFC 8493), SHA-256 only, all at once.

1. The bag grows in a sibling folder and takes its name when it is whole, synced and signed: a crash leaves no bag.
2. Paths are `[A-Za-z0-9._-]` segments, at most 100 characters, no two alike but for case: every reader's file system
   and every tool of an outsider takes them as they are.
3. Each byte is hashed as it is written; manifests are made of those hashes, never of a second reading.
4. The same content and the same date give the same bytes: manifests are sorted, nothing asks the clock.
"""

import hashlib
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from evidence_store.atomic import sync_folder
from evidence_store.errors import BundleRefused, FormatError
from evidence_store.records import Sha256

MAX_PATH = 100                # DESIGN: Windows gives a whole path 260 characters, the folders above the bag included
COPY_BYTES = 1 << 20
PAYLOAD = "data/"
MANIFEST = "manifest-sha256.txt"
TAG_MANIFEST = "tagmanifest-sha256.txt"
DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"

_SEGMENT = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One file of the bag."""

    path: str                 # relative to the bag, with `/`
    sha256: Sha256
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bag:
    """A finished bag."""

    root: Path
    tagmanifest: bytes        # what the seal is a signature of
    files: int                # payload and tag files, without the tagmanifest
    payload_octets: int


class BagWriter:
    """A bag being written; a context manager that removes it unless `publish` was reached.

    BundleRefused when the destination exists.
    """

    def __init__(self, destination: Path) -> None:
        self._destination = destination
        self._root = destination.with_name(f".{destination.name}.unfinished")
        self._files: dict[str, Written] = {}
        self._folded: set[str] = set()
        self._tagmanifest = b""

    def __enter__(self) -> Self:
        refuse_taken(self._destination)
        _clear(self._root)
        self._destination.parent.mkdir(parents=True, exist_ok=True)
        self._root.mkdir()
        self.add("bagit.txt", DECLARATION)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        if self._root.is_dir():
            shutil.rmtree(self._root)

    def add(self, path: str, content: bytes) -> Written:
        """Write a file of the bag."""
        return self.add_pieces(path, [content])

    def add_stream(self, path: str, stream: BinaryIO) -> Written:
        """Copy a stream into the bag, to its end."""
        return self.add_pieces(path, iter(lambda: stream.read(COPY_BYTES), b""))

    def add_pieces(self, path: str, pieces: Iterable[bytes]) -> Written:
        """Write a file of the bag piece by piece; FormatError for a path that a bag may not have."""
        digest, length = hashlib.sha256(), 0
        with self._create(path).open("xb") as file:
            for piece in pieces:
                digest.update(piece)
                length += len(piece)
                file.write(piece)
        return self._listed(path, Sha256(digest.hexdigest()), length)

    def reserve(self, path: str) -> Path:
        """Where a file goes that somebody else writes; `add_written` lists it afterwards."""
        return self._create(path)

    def add_written(self, path: str) -> Written:
        """List a file written to the place that `reserve` gave: hashed from the disk, after its last write."""
        with (self._root / path).open("rb") as stream:
            digest, length = hashlib.sha256(), 0
            while piece := stream.read(COPY_BYTES):
                digest.update(piece)
                length += len(piece)
        return self._listed(path, Sha256(digest.hexdigest()), length)

    def close_manifests(self, info: Mapping[str, str], created: date) -> bytes:
        """Write bag-info and the manifests; returns the tagmanifest's bytes. Nothing but signatures may follow."""
        payload = [file for file in self._files.values() if file.path.startswith(PAYLOAD)]
        octets = sum(file.length for file in payload)
        fields = {**info, "Bagging-Date": created.isoformat(), "Payload-Oxum": f"{octets}.{len(payload)}"}
        self.add(MANIFEST, manifest(payload))
        self.add("bag-info.txt", "".join(f"{label}: {fields[label]}\n" for label in sorted(fields)).encode())
        tags = [file for file in self._files.values() if not file.path.startswith(PAYLOAD)]
        self._tagmanifest = manifest(tags)
        self._create(TAG_MANIFEST).write_bytes(self._tagmanifest)
        return self._tagmanifest

    def add_unlisted(self, name: str, content: bytes) -> None:
        """Write a signature or token over the tagmanifest: the only files that no manifest lists."""
        self._create(f"{TAG_MANIFEST}.{name}").write_bytes(content)

    def publish(self) -> Bag:
        """Sync everything and give the bag its name."""
        for folder, _, names in os.walk(self._root, topdown=False):
            for name in names:
                _sync_file(Path(folder, name))
            sync_folder(Path(folder))
        refuse_taken(self._destination)
        self._root.rename(self._destination)
        sync_folder(self._destination.parent)
        octets = sum(file.length for file in self._files.values() if file.path.startswith(PAYLOAD))
        return Bag(root=self._destination, tagmanifest=self._tagmanifest, files=len(self._files), payload_octets=octets)

    def _create(self, path: str) -> Path:
        if len(path) > MAX_PATH or not all(_SEGMENT.fullmatch(segment) for segment in path.split("/")):
            raise FormatError(f"{path[:200]!r} is no path for a bag")
        if path.casefold() in self._folded:
            raise FormatError(f"the bag has {path!r} already, perhaps in other case")
        self._folded.add(path.casefold())
        target = self._root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        return target

    def _listed(self, path: str, sha256: Sha256, length: int) -> Written:
        self._files[path] = Written(path=path, sha256=sha256, length=length)
        return self._files[path]


def manifest(files: Iterable[Written]) -> bytes:
    """A manifest as `sha256sum` writes it, sorted by path."""
    return "".join(_manifest_lines(files)).encode("ascii")


def refuse_taken(destination: Path) -> None:
    """BundleRefused when something has the bundle's name already."""
    if destination.exists() or destination.is_symlink():
        raise BundleRefused(f"{destination} exists already", hint="a bundle is never overwritten; choose another name")


def _manifest_lines(files: Iterable[Written]) -> Iterator[str]:
    for file in sorted(files, key=lambda file: file.path):
        yield f"{file.sha256}  {file.path}\n"


def _clear(unfinished: Path) -> None:
    """Remove what a killed run left under the name that only this module uses."""
    if not unfinished.exists() and not unfinished.is_symlink():
        return
    ours = unfinished.is_dir() and not unfinished.is_symlink()
    names = {path.name for path in unfinished.iterdir()} if ours else set[str]()
    if not ours or (names and "bagit.txt" not in names):
        raise BundleRefused(f"{unfinished} is in the way", hint="it is not an unfinished bundle; move it elsewhere")
    shutil.rmtree(unfinished)


def _sync_file(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
