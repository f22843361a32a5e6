"""Reading WACZ files that others made: the WARC files in them, and the pages they offer.

1. The zip is hostile: names are never used as paths, sizes are bounded before and while bytes come out, duplicate
   names and encryption are refused.
2. Nothing is trusted for being listed: `datapackage.json` is read for people, the WARC files for evidence.
"""

import json
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from evidence_store.errors import FormatError, LimitExceeded
from evidence_store.warc.model import COPY_SIZE

MAX_ENTRIES = 10_000         # files in one WACZ; the largest collections have some hundred
MAX_WARC = 1 << 37            # bytes of WARC in one WACZ: 128 GiB
MAX_PAGES = 1 << 26           # bytes of a page list
MAX_PAGE_COUNT = 1_000_000
MAX_RATIO = 200               # of a deflated entry: WARC files inside hardly deflate at all
FREE_SIZE = 1 << 26           # bytes before the ratio counts
# What zipfile and zlib raise for a malformed archive, beyond BadZipFile.
ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, KeyError, NotImplementedError, OverflowError,
              RuntimeError, ValueError)


@dataclass(frozen=True, slots=True, kw_only=True)
class WaczWarc:
    """A WARC file in a WACZ."""

    name: str             # as the zip has it, for people and for `extract`
    size: int             # bytes, as the zip says


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPage:
    """A page as a foreign page list names it; unchecked text."""

    url: str
    at: str
    title: str


class Wacz:
    """An open WACZ."""

    def __init__(self, path: Path, archive: zipfile.ZipFile) -> None:
        self._path = path
        self._archive = archive
        self._infos = {info.filename: info for info in archive.infolist()}
        self.warcs = tuple(WaczWarc(name=info.filename, size=info.file_size) for info in archive.infolist()
                           if info.filename.startswith("archive/")
                           and info.filename.endswith((".warc", ".warc.gz")))

    def extract(self, warc: WaczWarc, destination: Path) -> None:
        """Write a WARC file of the archive to `destination`, bounded by what the zip says."""
        with self._open(warc.name) as source, destination.open("xb") as target:
            for data in _bounded(source, warc.size):
                target.write(data)

    def pages(self) -> tuple[ListedPage, ...]:
        """The pages of `pages/pages.jsonl`; lines that cannot be read are left out."""
        info = self._infos.get("pages/pages.jsonl")
        if info is None:
            return ()
        if info.file_size > MAX_PAGES:
            raise LimitExceeded(f"the page list of {self._path.name} has {info.file_size} bytes")
        with self._open(info.filename) as source:
            text = b"".join(_bounded(source, info.file_size)).decode("utf-8", "replace")
        found = (_page(line) for line in text.split("\n")[:MAX_PAGE_COUNT])
        return tuple(page for page in found if page is not None)

    def _open(self, name: str) -> IO[bytes]:
        try:
            return self._archive.open(self._infos[name])
        except ZIP_ERRORS as error:
            raise FormatError(f"{name[:100]!r} cannot be read from {self._path.name}: {error}") from error


@contextmanager
def open_wacz(path: Path) -> Iterator[Wacz]:
    """A WACZ for reading. Raises FormatError or LimitExceeded for what is none or must not be unpacked."""
    try:
        archive = zipfile.ZipFile(path)
    except ZIP_ERRORS as error:
        raise FormatError(f"{path.name} is not a zip file: {error}") from error
    with archive:
        _check(path, archive)
        yield Wacz(path, archive)


def _check(path: Path, archive: zipfile.ZipFile) -> None:
    infos = archive.infolist()
    if len(infos) > MAX_ENTRIES:
        raise LimitExceeded(f"{path.name} lists {len(infos)} files")
    names = [info.filename for info in infos]
    if len(set(names)) != len(names):
        raise FormatError(f"{path.name} holds two files of the same name", hint="ask for an unaltered copy")
    if "datapackage.json" not in names:
        raise FormatError(f"{path.name} holds no datapackage.json, so it is no WACZ")
    if any(info.flag_bits & 1 for info in infos):
        raise FormatError(f"{path.name} holds encrypted files")
    if sum(info.file_size for info in infos) > MAX_WARC:
        raise LimitExceeded(f"{path.name} unpacks to more than {MAX_WARC} bytes")
    size = path.stat().st_size
    for info in infos:
        if not 0 <= info.header_offset < size:
            raise FormatError(f"{info.filename[:100]!r} stands outside of {path.name}")
        if info.file_size > FREE_SIZE and info.file_size > info.compress_size * MAX_RATIO:
            raise LimitExceeded(f"{info.filename[:100]!r} in {path.name} unpacks to {info.file_size} bytes "
                                f"from {info.compress_size}", hint="treat the file as hostile")


def _bounded(source: IO[bytes], size: int) -> Iterator[bytes]:
    left = size
    try:
        while data := source.read(COPY_SIZE):
            left -= len(data)
            if left < 0:
                raise LimitExceeded(f"a file in the archive is longer than the {size} bytes it says")
            yield data
    except ZIP_ERRORS as error:
        raise FormatError(f"a file in the archive is damaged: {error}") from error


def _page(line: str) -> ListedPage | None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict) or not isinstance(value.get("url"), str):
        return None
    return ListedPage(url=value["url"], at=str(value.get("ts", "")), title=str(value.get("title", "")))
