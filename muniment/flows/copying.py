"""A whole case in another place: copied and held against the original, or locked away for those who hold a key.

1. A case is moved only while this process may write it, so that nobody else does.
2. The catalogue is taken as SQLite hands it over, with the queue of what is still to capture; the index of searches and
   the lock are left behind.
3. A clear copy is removed only after what was packed has been opened again and held against it, file by file. The key
   for that is made for it, is in memory only, and forgotten.
4. What is unfinished has another name, and is no case.
"""

import hashlib
import io
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from evidence_store.atomic import sync_folder
from evidence_store.bundle.bag import refuse_taken
from evidence_store.case import Case
from evidence_store.errors import ContentMismatch, FormatError
from evidence_store.layout import CaseLayout
from evidence_store.progress import Progress

if TYPE_CHECKING:
    from muniment.flows.recipients import AgeIdentity, AgeRecipient

CATALOGUE = "catalogue.sqlite"
LEFT_BEHIND = (CATALOGUE, "search.sqlite", "lock")           # and what SQLite keeps beside them
COPY_BYTES = 1 << 20
UNFINISHED = ".partial"
SUFFIX = ".tar.age"
MAX_PLAIN = 16 << 40          # bytes of a packed case: what is more is no case
TASK = "copy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """What was copied or packed."""

    path: Path
    files: int
    octets: int


def files_of(root: Path) -> tuple[Path, ...]:
    """The files that make a case, below `root`, sorted; FormatError for what is no plain file."""
    found = []
    for folder, folders, names in os.walk(root):
        folders.sort()
        for name in sorted(names):
            path = Path(folder, name)
            if folder == str(root) and name.startswith(LEFT_BEHIND):
                continue
            if path.is_symlink() or not path.is_file():
                raise FormatError(f"{path.relative_to(root)} is a link or a device",
                                  hint="a case holds plain files only")
            found.append(path.relative_to(root))
    return tuple(found)


def copy_case(root: Path, destination: Path, progress: Progress) -> Copied:
    """Copy a case that this process has locked; the copy was read again and is the original.

    BundleRefused where the destination is there; ContentMismatch where the copy is not what was read.
    """
    refuse_taken(destination)
    unfinished = destination.with_name(destination.name + UNFINISHED)
    if unfinished.exists():
        shutil.rmtree(unfinished)
    names, octets = files_of(root), 0
    progress.start(TASK, len(names), "files")
    try:
        for name in names:
            target = unfinished / name
            target.parent.mkdir(parents=True, exist_ok=True)
            digest = _copy_file(root / name, target)
            if _hash_file(target) != digest:
                raise ContentMismatch(f"the copy of {name} is not what was read", hint="is the disk sound?")
            octets += target.stat().st_size
            progress.advance(TASK, note=str(name))
    finally:
        progress.finish(TASK)
    _snapshot(root, unfinished / CATALOGUE)
    _finish(unfinished, destination)
    return Copied(path=destination, files=len(names), octets=octets)


def lock_away(root: Path, destination: Path, recipients: Sequence["AgeRecipient"], progress: Progress) -> Copied:
    """Pack a case that this process has locked into an age file, and open that again to hold it against the case.

    The clear copy stays; `remove_clear` removes it. BundleRefused where the file is there; ContentMismatch where what
    was packed is not the case.
    """
    import pyrage  # only where something is encrypted

    from muniment.flows.recipients import encrypt

    refuse_taken(destination)
    unfinished = destination.with_name(destination.name + UNFINISHED)
    names = files_of(root)
    check = pyrage.x25519.Identity.generate()          # rule 3
    with tempfile.TemporaryFile(dir=destination.parent) as plain, tempfile.TemporaryDirectory() as scratch:
        _snapshot(root, Path(scratch, CATALOGUE))
        files = {name.as_posix(): root / name for name in names}
        files |= {path.name: path for path in Path(scratch).iterdir()}
        hashes = _write_tar(files, plain, progress)
        plain.seek(0)
        with unfinished.open("wb") as sink:
            encrypt(plain, sink, [*recipients, check.to_public()])
            sink.flush()
            os.fsync(sink.fileno())
    _check_packed(unfinished, [check], hashes)
    unfinished.rename(destination)
    sync_folder(destination.parent)
    return Copied(path=destination, files=len(names), octets=destination.stat().st_size)


def remove_clear(root: Path) -> None:
    """Remove the clear copy of a case. Deleted bytes may stay on a disk until they are written over."""
    shutil.rmtree(root)
    sync_folder(root.parent)


def unlock(packed: Path, destination: Path, identities: Sequence["AgeIdentity"]) -> Copied:
    """Unpack a case; the age file stays. UnusableInput where none of the keys opens it; NotACase where it is none."""
    from muniment.flows.recipients import decrypt

    refuse_taken(destination)
    unfinished = destination.with_name(destination.name + UNFINISHED)
    if unfinished.exists():
        shutil.rmtree(unfinished)
    with tempfile.TemporaryFile(dir=destination.parent) as plain:
        with packed.open("rb") as source:
            decrypt(source, plain, identities)
        plain.seek(0)
        unfinished.mkdir(parents=True)
        files = octets = 0
        for name, member in _members(plain):
            target = unfinished / name
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as sink:
                shutil.copyfileobj(member, sink, COPY_BYTES)
                sink.flush()
                os.fsync(sink.fileno())
            files, octets = files + 1, octets + target.stat().st_size
    _finish(unfinished, destination)
    return Copied(path=destination, files=files, octets=octets)


def _finish(unfinished: Path, destination: Path) -> None:
    """Rule 4; NotACase where it is none."""
    for folder in CaseLayout(unfinished).folders():
        folder.mkdir(exist_ok=True)
    with Case.open(unfinished) as case:
        case.catalogue.counts()
    unfinished.rename(destination)
    sync_folder(destination.parent)


def _snapshot(root: Path, target: Path) -> None:
    """Rule 2."""
    source = root / CATALOGUE
    if not source.is_file():
        return
    with closing(sqlite3.connect(source)) as connection, closing(sqlite3.connect(target)) as copy:
        connection.backup(copy)


def _copy_file(source: Path, target: Path) -> str:
    digest = hashlib.sha256()
    with source.open("rb") as stream, target.open("xb") as sink:
        while piece := stream.read(COPY_BYTES):
            digest.update(piece)
            sink.write(piece)
        sink.flush()
        os.fsync(sink.fileno())
    return digest.hexdigest()


def _hash_file(path: Path) -> str:
    with path.open("rb") as stream:
        return _hash(stream)


def _hash(stream: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while piece := stream.read(COPY_BYTES):
        digest.update(piece)
    return digest.hexdigest()


def _write_tar(files: Mapping[str, Path], target: IO[bytes], progress: Progress) -> Mapping[str, str]:
    """A plain tar; the hash of each member as it was read."""
    hashes = {}
    progress.start("lock", None, "files")
    with tarfile.open(fileobj=target, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, path in files.items():
            info = tarfile.TarInfo(name)
            info.size, info.mode = path.stat().st_size, 0o600
            with path.open("rb") as stream:
                reader = _Hashing(stream)
                archive.addfile(info, reader)
            hashes[name] = reader.digest.hexdigest()
            progress.advance("lock", note=name)
    progress.finish("lock")
    return hashes


class _Hashing(io.RawIOBase):
    """Hashes what is read through it."""

    def __init__(self, stream: IO[bytes]) -> None:
        super().__init__()
        self._stream = stream
        self.digest = hashlib.sha256()

    def read(self, size: int = -1, /) -> bytes:
        """Read from the stream beneath."""
        data = self._stream.read(size)
        self.digest.update(data)
        return data


def _check_packed(packed: Path, identities: Sequence["AgeIdentity"], hashes: Mapping[str, str]) -> None:
    """Rule 3: every file of the case is in it, and is the file of the case."""
    from muniment.flows.recipients import decrypt

    with tempfile.TemporaryFile(dir=packed.parent) as plain:
        with packed.open("rb") as source:
            decrypt(source, plain, identities)
        plain.seek(0)
        found = {name: _hash(member) for name, member in _members(plain)}
    if found != hashes:
        raise ContentMismatch(f"{packed.name} does not hold the case as it is",
                              hint="the clear copy was kept; try again")


def _members(plain: IO[bytes]) -> Iterator[tuple[str, IO[bytes]]]:
    """The files of a packed case; FormatError for a member that a case cannot have."""
    seen = set[str]()
    try:
        with tarfile.open(fileobj=plain, mode="r:") as archive:
            for info in archive:
                parts = info.name.split("/")
                if not info.isreg() or info.name in seen or info.size > MAX_PLAIN or {"", ".", ".."} & set(parts):
                    raise FormatError(f"it holds a member that no case has: {info.name[:100]!r}")
                seen.add(info.name)
                member = archive.extractfile(info)
                if member is not None:
                    yield info.name, member
    except tarfile.TarError as error:
        raise FormatError(f"it is not a packed case: {error}") from error
