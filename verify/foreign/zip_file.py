"""ZIP files: that every reader finds the same members in them, each whole."""

from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from evidence_store.errors import FormatError
from evidence_store.findings import Outcome
from verify.bundle.collector import Collector
from verify.foreign.litter import is_litter
from verify.foreign.zip_reader import ZipArchive, ZipMember, read_directory


def check_zip_file(path: Path, found: Collector) -> None:
    """One ZIP file: its directory, and every member read to its end."""
    with path.open("rb") as file:
        archive = open_archive(path.name, file, found)
        if archive is not None:
            check_members(archive, archive.members, found)


def open_archive(name: str, file: BinaryIO, found: Collector) -> ZipArchive | None:
    """The directory of an archive, with a finding for all that is wrong with it; None where it cannot be read."""
    try:
        archive = read_directory(file)
    except FormatError as error:
        found.fail("zip.form", name, str(error))
        return None
    for problem in archive.problems:
        found.fail(f"zip.{problem.rule}", problem.subject, problem.summary)
    for member in archive.members:
        if is_litter(member.name):
            found.neutral("zip.litter", member.name, "warning: an operating system left it here")
    if not archive.problems:
        found.passed("zip.form", subject=name, summary=f"{len(archive.members)} members, which every reader finds "
                                                       "alike")
    return archive


def check_members(archive: ZipArchive, members: Iterable[ZipMember], found: Collector) -> None:
    """Each of `members` comes out whole; those that were named as bombs are not unpacked."""
    bombs = {problem.subject for problem in archive.problems if problem.rule == "bomb"}
    read = 0
    for member in members:
        if member.name in bombs:
            continue
        if member.unreadable:
            found.add("zip.content", Outcome.INCONCLUSIVE, member.name, f"it could not be checked: {member.unreadable}")
            continue
        with found.failing("zip.content", member.name):
            for _ in archive.pieces(member):
                pass
            read += 1
    found.passed("zip.content", subject="", summary=f"{read} members come out whole, with their checksums")
