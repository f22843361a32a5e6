"""Tar archives, plain or compressed: read as a stream, to the end; bags are unpacked from them.

1. Only plain files and folders are taken; a link, a device, a name that leads elsewhere or is there twice is a failure.
2. Behind the last member stand zeros and nothing else: a broken header would hide all that follows it.
3. Nothing is unpacked before the whole archive was read and nothing was found against it.
"""

import bz2
import gzip
import lzma
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from evidence_store.errors import FormatError, LimitExceeded
from evidence_store.findings import Finding, Outcome
from verify.bundle.collector import Collector
from verify.foreign.litter import is_litter
from verify.foreign.zip_reader import FREE_SIZE, MAX_RATIO, folded, name_problem

if TYPE_CHECKING:
    import io

BLOCK = 512                   # POSIX.1 pax, 10.1.1
PIECE = 1 << 20
MAX_MEMBERS = 1_000_000
DECLARATION = "bagit.txt"
_OPENERS: tuple[tuple[bytes, Callable[[Path], "gzip.GzipFile | bz2.BZ2File | lzma.LZMAFile"]], ...] = (
    (b"\x1f\x8b", gzip.GzipFile), (b"BZh", bz2.BZ2File), (b"\xfd7zXZ\0", lzma.LZMAFile))
ERRORS = (tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, OverflowError)


def is_tar(head: bytes) -> bool:
    """The first bytes of a tar archive: the magic of ustar and GNU tar."""
    return head[257:262] == b"ustar"


def head_of(path: Path, head: bytes) -> bytes:
    """The first bytes of what a compressed file holds; of a plain one, its own. b"" where it cannot be read."""
    for start, opener in _OPENERS:
        if head.startswith(start):
            try:
                with opener(path) as stream:
                    return stream.read(BLOCK)
            except ERRORS:
                return b""
    return head


@dataclass(slots=True)
class _Listing:
    """What was read of an archive."""

    names: set[str] = field(default_factory=set)
    folded: dict[str, str] = field(default_factory=dict)
    size: int = 0

    def require_bounded(self, stored: int) -> None:
        """LimitExceeded where more comes out than a file of `stored` bytes can be meant to hold."""
        if len(self.names) > MAX_MEMBERS or self.size > max(FREE_SIZE, stored * MAX_RATIO):
            raise LimitExceeded(f"{self.size} bytes in {len(self.names)} members come out of {stored}: treat it as "
                                "hostile")

    @property
    def bag(self) -> str | None:
        """The folder of a bag within: "" for the root; None where there is none."""
        folders = [name.removesuffix(DECLARATION).rstrip("/") for name in self.names
                   if name == DECLARATION or (name.endswith(f"/{DECLARATION}") and name.count("/") == 1)]
        return min(folders, default=None)


def check_tar_file(path: Path, found: Collector) -> None:
    """What stands in an archive of others; a bag in it is verified by who has a place to unpack it."""
    listing = _read(path, found)
    if listing is None:
        return
    found.passed("tar.form", "tar.name", "tar.link", "tar.twin", subject=path.name,
                 summary=f"{len(listing.names)} members, and nothing behind them")
    if not _is_packed(path):
        found.add("tar.content", Outcome.INCONCLUSIVE, path.name,
                  "a tar has no checksums of its files' content: nothing says that they are what they were")
    else:
        found.passed("tar.content", subject=path.name, summary="what was compressed comes out whole")


def unpack_tar_bag(path: Path, destination: Path) -> tuple[Path | None, tuple[Finding, ...]]:
    """The folder of the bag in an archive, unpacked; None where there is none, or something speaks against it.

    Raises OSError where it cannot be written.
    """
    found = Collector()
    listing = _read(path, found)
    if listing is None or listing.bag is None or any(one.outcome is Outcome.FAIL for one in found.findings):
        return None, found.findings
    found.passed("tar.form", "tar.name", "tar.link", "tar.twin", subject=path.name,
                 summary=f"{len(listing.names)} members, and nothing behind them")
    with _opened(path) as archive:
        for member in archive:
            name = _plain(member.name)
            if member.isreg() and name:
                target = destination.joinpath(*PurePosixPath(name).parts)
                target.parent.mkdir(parents=True, exist_ok=True)
                _write(archive, member, target)
    return destination / listing.bag, found.findings


def _write(archive: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> None:
    stream = archive.extractfile(member)
    if stream is None:
        raise FormatError(f"{member.name} has no content")
    with target.open("xb") as out:
        while piece := stream.read(PIECE):
            out.write(piece)


def _read(path: Path, found: Collector) -> _Listing | None:
    """All of an archive, once; None where it could not be read to its end."""
    listing, stored = _Listing(), path.stat().st_size
    try:
        with _opened(path) as archive:
            for member in archive:
                _take(member, listing, found)
                listing.require_bounded(stored)
            end = archive.offset
        _check_end(path, end, found)
    except LimitExceeded as error:
        found.fail("tar.bomb", path.name, str(error))
        return None
    except ERRORS as error:
        found.fail("tar.form", path.name, f"it cannot be read to its end: {error}")
        return None
    return listing


def _take(member: tarfile.TarInfo, listing: _Listing, found: Collector) -> None:
    name = _plain(member.name)
    if member.isdir():
        if name and name_problem(f"{name}/"):
            found.fail("tar.name", member.name, name_problem(f"{name}/"))
        return
    if not member.isreg():
        found.fail("tar.link", member.name, "it is a link or a device: what it leads to is elsewhere")
        return
    problem = name_problem(name)
    if problem:
        found.fail("tar.name", member.name, problem)
    first = listing.folded.setdefault(folded(name), name)
    if name in listing.names:
        found.fail("tar.twin", member.name, "two members have this name: the last one would replace the first")
    elif first != name:
        found.fail("tar.twin", member.name, f"only case or Unicode form tells it from {first!r}")
    if is_litter(name):
        found.neutral("tar.litter", member.name, "warning: an operating system left it here")
    listing.names.add(name)
    listing.size += member.size


def _plain(name: str) -> str:
    """`./bag/data` as `bag/data`: `tar -c .` writes names so."""
    while name.startswith("./"):
        name = name[2:]
    return "" if name == "." else name


def _check_end(path: Path, end: int, found: Collector) -> None:
    """Rule 2. tarfile takes a header that is none for the end."""
    with _stream(path) as stream:
        left = end
        while left and (piece := stream.read(min(left, PIECE))):
            left -= len(piece)
        rest = stream.read(PIECE)
        if len(rest) < BLOCK:
            found.fail("tar.form", path.name, "it has no end mark: it was cut")
        while rest:
            if rest.strip(b"\0"):
                found.fail("tar.form", path.name, f"behind byte {end} stands something that is no member")
                return
            rest = stream.read(PIECE)


def _is_packed(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(8).startswith(tuple(start for start, _ in _OPENERS))


@contextmanager
def _stream(path: Path) -> "Iterator[gzip.GzipFile | bz2.BZ2File | lzma.LZMAFile | io.BufferedReader]":
    with path.open("rb") as file:
        head = file.read(8)
    opener = next((one for start, one in _OPENERS if head.startswith(start)), None)
    with opener(path) if opener else path.open("rb") as stream:
        yield stream


@contextmanager
def _opened(path: Path) -> Iterator[tarfile.TarFile]:
    with _stream(path) as stream, tarfile.open(fileobj=stream, mode="r|", errorlevel=2) as archive:
        yield archive
