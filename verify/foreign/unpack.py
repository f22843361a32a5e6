"""A bag in a ZIP file, unpacked so that it can be verified: nothing is written outside the folder given for it.

1. Only what `zip_reader` has no objection to is unpacked: no name that leads elsewhere, no link, no bomb.
2. A bag stands at the root of the archive, or in its one folder.
"""

from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from evidence_store.errors import LimitExceeded
from evidence_store.findings import Finding
from verify.bundle.collector import Collector
from verify.foreign.zip_file import open_archive
from verify.foreign.zip_reader import ZipArchive

MAX_TOTAL = 1 << 40           # bytes that come out of one archive
LEDGER = "custody/ledger.jsonl"


def unpack_bag(path: Path, destination: Path) -> tuple[Path | None, Sequence[Finding]]:
    """The folder of the bag, and what was found on the way; None where the archive was not unpacked."""
    found = Collector()
    with path.open("rb") as file:
        archive = open_archive(path.name, file, found)
        if archive is None or archive.problems:
            return None, found.findings
        total = sum(member.size for member in archive.members)
        if total > MAX_TOTAL:
            raise LimitExceeded(f"{path.name} unpacks to {total} bytes")
        _unpack(archive, destination, found)
    folders = [destination, *(one for one in sorted(destination.iterdir()) if one.is_dir())]
    return next((folder for folder in folders if (folder / "bagit.txt").is_file()), None), found.findings


def is_bundle(folder: Path) -> bool:
    """A bag of Muniment's own."""
    return (folder / LEDGER).is_file()


def _unpack(archive: ZipArchive, destination: Path, found: Collector) -> None:
    for member in archive.members:
        target = destination.joinpath(*PurePosixPath(member.name).parts)
        if member.is_folder:
            target.mkdir(parents=True, exist_ok=True)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        with found.failing("zip.content", member.name), target.open("xb") as out:
            for piece in archive.pieces(member):
                out.write(piece)
