"""Where a case lies, and what that costs: network and synced folders, file systems that fold names or have no links.

Nothing is refused: the case is checked before every append, so what goes wrong is found. This says why it may.

1. The kind of file system is what the kernel says (`/proc/self/mountinfo`); nothing is written to find out.
2. A folder that a program copies to other machines is known by its name: the lock is of this machine only.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from evidence_store.layout import CaseLayout

MOUNTS = Path("/proc/self/mountinfo")       # proc(5); Linux only
MAX_MOUNTS_BYTES = 4 * 1024 * 1024          # some hundred lines; containers have thousands

NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre", "fuse.sshfs",
                     "fuse.rclone", "fuse.s3fs", "fuse.davfs", "davfs", "fuse.glusterfs"})
WITHOUT_LINKS = frozenset({"vfat", "exfat", "msdos", "fuse.exfat"})
SYNCED = re.compile(
    r"(dropbox|onedrive|google ?drive|nextcloud|owncloud|icloud|pcloud|mega|seafile|syncthing)([ -].*)?", re.IGNORECASE)
SYNCED_MARKS = (".stfolder", ".dropbox", ".dropbox.cache", ".nextcloudsync.log", ".owncloudsync.log")


class PlaceProblem(StrEnum):
    """What is unusual about a place."""

    NETWORK = "network"
    SYNCED = "synced"
    CASE_INSENSITIVE = "case_insensitive"
    WITHOUT_LINKS = "without_links"


_MEANING = {
    PlaceProblem.NETWORK: "it lies on a network file system ({detail}): locks and syncing may not hold there, so let "
                          "one machine write at a time, and keep a receipt",
    PlaceProblem.SYNCED: "it lies in a folder that is copied to other machines ({detail}): two of them writing makes "
                         "copies in conflict, and evidence leaves this machine",
    PlaceProblem.CASE_INSENSITIVE: "its file system does not tell upper from lower case: names in bundles never differ "
                                   "in case alone, but files brought in by hand may hide one another",
    PlaceProblem.WITHOUT_LINKS: "its file system ({detail}) has no hard links: only the lock keeps two programs from "
                                "taking one name",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceWarning:
    """One thing to know about where a case lies."""

    problem: PlaceProblem
    detail: str

    def words(self) -> str:
        """What it costs."""
        return _MEANING[self.problem].format(detail=self.detail)


def examine_place(case: Path, mounts: str | None = None) -> tuple[PlaceWarning, ...]:
    """What is unusual about where a case folder lies; `mounts` is the content of mountinfo, None: this machine's."""
    kind = _file_system(case.resolve(), _read_mounts() if mounts is None else mounts)
    found = []
    if kind in NETWORK:
        found.append(PlaceWarning(problem=PlaceProblem.NETWORK, detail=kind))
    if synced := _synced(case.resolve()):
        found.append(PlaceWarning(problem=PlaceProblem.SYNCED, detail=synced))
    if _folds_case(case):
        found.append(PlaceWarning(problem=PlaceProblem.CASE_INSENSITIVE, detail=kind))
    if kind in WITHOUT_LINKS:
        found.append(PlaceWarning(problem=PlaceProblem.WITHOUT_LINKS, detail=kind))
    return tuple(found)


def _read_mounts() -> str:
    try:
        with MOUNTS.open("rb") as file:
            return file.read(MAX_MOUNTS_BYTES).decode("utf-8", "replace")
    except OSError:
        return ""


def _file_system(path: Path, mounts: str) -> str:
    """The kind of the innermost mount that a path lies in; "" where it is not known."""
    best, kind = -1, ""
    for line in mounts.splitlines():
        before, separator, after = line.partition(" - ")
        fields = before.split(" ")
        if not separator or len(fields) < 5:
            continue
        point = Path(re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), fields[4]))
        if (path == point or point in path.parents) and len(point.parts) >= best:
            best, kind = len(point.parts), after.split(" ")[0]      # a later mount of the same place covers it
    return kind


def _synced(path: Path) -> str:
    """The folder on the way that a program copies elsewhere; "" for none."""
    for folder in (path, *path.parents):
        if SYNCED.fullmatch(folder.name) or any((folder / mark).exists() for mark in SYNCED_MARKS):
            return folder.name
    return ""


def _folds_case(case: Path) -> bool:
    """The same file answers to its name in other case."""
    settings = CaseLayout(case).settings
    other = settings.with_name(settings.name.upper())
    try:
        return settings.samefile(other)
    except OSError:
        return False
