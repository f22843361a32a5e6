"""A sealed bundle as one file: a ZIP that is the same for the same bundle, in parts if need be, encrypted if wanted.

1. Members are stored as they are, sorted, with one date: the same bundle gives the same bytes. Their names are those of
   the bundle, under one folder, and so are safe on every system.
2. What was written is read again and held against the bundle before the folder is removed.
3. Parts are plain pieces: `cat NAME.* > NAME` joins them, `sha256sum -c NAME.sha256` checks them.
"""

import hashlib
import os
import re
import shutil
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from evidence_store.atomic import sync_folder
from evidence_store.bundle.bag import refuse_taken
from evidence_store.errors import ContentMismatch, FormatError

COPY_BYTES = 1 << 20
EPOCH = (1980, 1, 1, 0, 0, 0)          # the earliest date a ZIP can hold
FILE_MODE = 0o100644 << 16
UNIX = 3
MIN_PART = 1 << 20                     # smaller parts are a slip of the pen
MAX_PARTS = 999
_SIZE = re.compile(r"(\d+)\s*([KMGT]?)(?:i?B)?", re.IGNORECASE)
_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}


@dataclass(frozen=True, slots=True, kw_only=True)
class Packing:
    """How a bundle leaves."""

    split: int = 0                     # bytes of a part; 0: in one piece
    recipients: tuple[str, ...] = ()   # whom it is encrypted for: age1..., ssh-ed25519 ..., or files


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """What was written."""

    files: tuple[Path, ...]            # the parts in order, and the list of their hashes where there are several
    sha256: str                        # of the whole
    length: int


def parse_size(text: str) -> int:
    """`4G` and the like, in bytes (powers of 1024); FormatError for anything else."""
    match = _SIZE.fullmatch(text.strip())
    if match is None or int(match[1]) * _UNITS[match[2].upper()] < MIN_PART:
        raise FormatError(f"{text!r} is not the size of a part", hint="say 4G, 700M, at least 1M")
    return int(match[1]) * _UNITS[match[2].upper()]


def is_archive(destination: Path) -> bool:
    """The name asks for one file, not for a folder."""
    return destination.name.endswith((".zip", ".zip.age"))


def folder_for(destination: Path) -> Path:
    """Where the bundle is written before it is packed; its name is that of the folder within the ZIP."""
    return destination.with_name(destination.name.removesuffix(".age").removesuffix(".zip"))


def pack_bundle(folder: Path, destination: Path, packing: Packing) -> Packed:
    """Make the ZIP of a bundle's folder, encrypted where the name ends in .age, and remove the folder.

    BundleRefused where a file has the name already; ContentMismatch where what was written is not the bundle.
    """
    refuse_taken(destination)
    plain = destination.with_name(destination.name.removesuffix(".age") + ".partial")
    try:
        write_zip(folder, plain)
        check_zip(folder, plain)
        if destination.name.endswith(".age"):
            _encrypt(plain, destination.with_name(destination.name + ".partial"), packing.recipients)
            whole = destination.with_name(destination.name + ".partial")
        else:
            whole = plain
        packed = _publish(whole, destination, packing.split)
    finally:
        for left in (plain, destination.with_name(destination.name + ".partial")):
            left.unlink(missing_ok=True)
    shutil.rmtree(folder)
    return packed


def write_zip(folder: Path, target: Path) -> None:
    """The ZIP of a folder, deterministic."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        for path in _files(folder):
            name = f"{folder.name}/{path.relative_to(folder).as_posix()}"
            info = zipfile.ZipInfo(name, EPOCH)
            info.create_system, info.external_attr, info.file_size = UNIX, FILE_MODE, path.stat().st_size
            with path.open("rb") as source, archive.open(info, "w", force_zip64=info.file_size >= 1 << 31) as member:
                shutil.copyfileobj(source, member, COPY_BYTES)
    with target.open("rb") as stream:
        os.fsync(stream.fileno())


def check_zip(folder: Path, target: Path) -> None:
    """The ZIP holds the folder's files and nothing else, byte for byte; ContentMismatch otherwise."""
    with zipfile.ZipFile(target) as archive:
        wanted = {f"{folder.name}/{path.relative_to(folder).as_posix()}": path for path in _files(folder)}
        if sorted(archive.namelist()) != sorted(wanted):
            raise ContentMismatch(f"{target.name} does not hold the files of the bundle", hint="is the disk full?")
        for name, path in wanted.items():
            with archive.open(name) as member, path.open("rb") as source:
                if _digest(member) != _digest(source):
                    raise ContentMismatch(f"{name} in the ZIP is not the file of the bundle", hint="is the disk sound?")


def _files(folder: Path) -> list[Path]:
    return sorted((path for path in folder.rglob("*") if path.is_file()),
                  key=lambda path: path.relative_to(folder).as_posix())


def _digest(stream: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while piece := stream.read(COPY_BYTES):
        digest.update(piece)
    return digest.hexdigest()


def _encrypt(plain: Path, target: Path, recipients: Sequence[str]) -> None:
    from muniment.flows.recipients import encrypt, read_recipients  # pyrage: only where something is encrypted

    with plain.open("rb") as source, target.open("wb") as sink:
        encrypt(source, sink, read_recipients(recipients))
        sink.flush()
        os.fsync(sink.fileno())


def _publish(whole: Path, destination: Path, split: int) -> Packed:
    length = whole.stat().st_size
    with whole.open("rb") as stream:
        sha256 = _digest(stream)
    if not split or length <= split:
        whole.rename(destination)
        sync_folder(destination.parent)
        return Packed(files=(destination,), sha256=sha256, length=length)
    parts = tuple(_parts(whole, destination, split, length))
    listing = destination.with_name(destination.name + ".sha256")
    listing.write_text("".join(f"{digest}  {path.name}\n" for path, digest in parts), "ascii")
    sync_folder(destination.parent)
    return Packed(files=(*(path for path, _ in parts), listing), sha256=sha256, length=length)


def _parts(whole: Path, destination: Path, split: int, length: int) -> Iterator[tuple[Path, str]]:
    if length > split * MAX_PARTS:
        raise FormatError(f"{destination.name} would have more than {MAX_PARTS} parts", hint="choose larger parts")
    with whole.open("rb") as source:
        for number in range(1, -(-length // split) + 1):
            path = destination.with_name(f"{destination.name}.{number:03d}")
            refuse_taken(path)
            digest, left = hashlib.sha256(), split
            with path.open("xb") as sink:
                while left and (piece := source.read(min(COPY_BYTES, left))):
                    sink.write(piece)
                    digest.update(piece)
                    left -= len(piece)
                sink.flush()
                os.fsync(sink.fileno())
            yield path, digest.hexdigest()
