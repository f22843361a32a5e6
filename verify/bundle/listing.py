"""What lies in a bundle folder: listed once, without following anything; nothing else is ever opened.

1. A name has only A-Z a-z 0-9 . _ - in it, does not begin with - nor end with a full stop, and no two names are alike
   but for case: what one system shows, every system shows.
2. There are plain files and folders only: no link, no device, no pipe.
3. Nothing is read beyond a limit.
"""

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from evidence_store.errors import FormatError, LimitExceeded, MissingContent
from evidence_store.findings import Outcome
from evidence_store.records import Sha256
from verify.bundle.collector import Collector

MAX_FILES = 1_000_000       # files in a bundle
MAX_DEPTH = 16              # folders below one another; the writer makes four
MAX_PATH = 100              # characters: usable on every system (docs/formats.md, section 8)
READ_SIZE = 1 << 18         # what stays in the cache of a processor while it is hashed
LITTER = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})     # what operating systems leave behind
NAMES = "bag.path"

_PART = r"[A-Za-z0-9._](?:[A-Za-z0-9._-]*[A-Za-z0-9_-])?"
_PATH = re.compile(rf"{_PART}(?:/{_PART})*", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The plain files of a folder, by path with `/`, and their sizes in bytes."""

    root: Path
    files: Mapping[str, int]

    def open(self, path: str) -> BinaryIO:
        """Open a listed file; MissingContent for any other."""
        if path not in self.files:
            raise MissingContent(f"{path} is not there")
        return (self.root / path).open("rb")

    def read(self, path: str, limit: int) -> bytes:
        """All of a listed file; LimitExceeded where it has more than `limit` bytes."""
        with self.open(path) as file:
            data = file.read(limit + 1)
        if len(data) > limit:
            raise LimitExceeded(f"{path} is larger than {limit} bytes")
        return data

    def sha256(self, path: str) -> Sha256:
        """The hash of a listed file."""
        if path not in self.files:
            raise MissingContent(f"{path} is not there")
        digest, piece = hashlib.sha256(), min(READ_SIZE, self.files[path] + 1)
        # A bundle has ten thousands of small files: no Path, no buffer, and no more memory than the file needs.
        with open(f"{self.root}/{path}", "rb", buffering=0) as file:  # noqa: PTH123
            while data := file.read(piece):
                digest.update(data)
        return Sha256(digest.hexdigest())

    def matching(self, pattern: str) -> Iterator[tuple[str, re.Match[str]]]:
        """Listed files whose whole path matches, by name; litter is passed over."""
        form = re.compile(pattern, re.ASCII)
        for path in sorted(self.files):
            match = form.fullmatch(path)
            if match is not None and not is_litter(path):
                yield path, match


def path_problem(path: str) -> str:
    """Why a path may not stand in a bundle; "" where it may."""
    if len(path) > MAX_PATH:
        return f"the name is longer than {MAX_PATH} characters"
    if _PATH.fullmatch(path) is None:
        return "the name could lead elsewhere, or be read differently on another system"
    return ""


def is_litter(path: str) -> bool:
    """Whether a file is what operating systems leave in folders."""
    return path.rsplit("/", 1)[-1] in LITTER


def list_folder(root: Path, found: Collector) -> Listing:
    """List a bundle; LimitExceeded where it has more files than this program reads."""
    files: dict[str, int] = {}
    names: dict[str, str] = {}
    for path, entry, depth in _walk(root):
        twin = names.setdefault(path.casefold(), path)
        problem = path_problem(path) or (f"it differs from {twin} only in case" if twin != path else "")
        if entry.is_file(follow_symlinks=False):
            files[path] = entry.stat(follow_symlinks=False).st_size
        elif not entry.is_dir(follow_symlinks=False):
            problem = problem or "it is a link, a pipe or a device; a bundle holds plain files only"
        elif depth >= MAX_DEPTH:
            problem = problem or f"it is a folder below {MAX_DEPTH} others"
        if problem:
            found.fail(NAMES, path, problem)
        if len(names) > MAX_FILES:
            raise LimitExceeded(f"the bundle has more than {MAX_FILES} files")
    if not files:
        raise FormatError("there are no files in the folder")
    found.passed(NAMES, subject="", summary=f"{len(files)} files, all with safe names, no links")
    for path in files:
        if is_litter(path):
            found.add("bag.litter", Outcome.NOT_APPLICABLE, path, "warning: an operating system left it here")
    return Listing(root=root, files=files)


def _walk(root: Path) -> Iterator[tuple[str, "os.DirEntry[str]", int]]:
    waiting = [("", 0)]
    while waiting:
        folder, depth = waiting.pop()
        with os.scandir(root / folder) as listing:
            for entry in listing:
                path = f"{folder}/{entry.name}" if folder else entry.name
                yield path, entry, depth
                if entry.is_dir(follow_symlinks=False) and depth < MAX_DEPTH:
                    waiting.append((path, depth + 1))
