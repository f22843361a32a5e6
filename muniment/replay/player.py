"""ReplayWeb.page's static files: taken out of its package, whose hash is pinned, and kept in the user's data folder.

1. What is not byte for byte the pinned release is refused: nobody's mirror decides what runs beside evidence.
2. Of the tarball only the files named here are taken, by their own names; it is never unpacked.
3. Beside the files stands the licence they came with (AGPL-3.0-or-later).
"""

import base64
import hashlib
import io
import tarfile
from dataclasses import dataclass
from pathlib import Path

from evidence_store.atomic import write_once
from muniment.replay.errors import NoPlayer, WrongPlayer

PACKAGE = "replaywebpage"
VERSION = "2.4.6"
# SHA-512 of the release's tarball, as the registry's metadata and npm's lock files give it ("integrity").
INTEGRITY = ("sha512-uG50jESRld0p+fY7+nUxIWl7hvfimreNjSmaNkc/a9a8gBdmb7PH4J42Iib+"
             "vgk9KrHd0HLScVT++LgqV5fwpQ==")
FILES = ("ui.js", "sw.js", "LICENSE")
MAX_TARBALL = 64 << 20        # bytes; the release has 2.3 MB
MAX_FILE = 16 << 20           # bytes of one file in it; the largest has 1.1 MB


@dataclass(frozen=True, slots=True, kw_only=True)
class Player:
    """The installed files."""

    folder: Path
    version: str = VERSION

    def read(self, name: str) -> bytes:
        """One of FILES."""
        return (self.folder / name).read_bytes()


def installed(data_folder: Path) -> Player:
    """The player in the user's data folder; NoPlayer where it is not there, or not whole."""
    folder = _folder(data_folder)
    if not all((folder / name).is_file() for name in FILES):
        raise NoPlayer
    return Player(folder=folder)


def install(tarball: bytes, data_folder: Path) -> Player:
    """Take the player out of its tarball. WrongPlayer where that is not the pinned release."""
    found = integrity(tarball)
    if found != INTEGRITY:
        raise WrongPlayer(f"this is not {PACKAGE} {VERSION}: its hash is {found[:40]}..., and {INTEGRITY[:40]}... is "
                          "pinned", hint=f"get {PACKAGE}-{VERSION}.tgz with `npm pack {PACKAGE}@{VERSION}`")
    folder = _folder(data_folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in _members(tarball).items():
        if not (folder / name).exists():
            write_once(folder / name, content)
    return installed(data_folder)


def integrity(tarball: bytes) -> str:
    """The hash of a tarball as npm writes it."""
    return "sha512-" + base64.b64encode(hashlib.sha512(tarball).digest()).decode("ascii")


def _folder(data_folder: Path) -> Path:
    return data_folder / PACKAGE / VERSION


def _members(tarball: bytes) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    with tarfile.open(fileobj=io.BytesIO(tarball), mode="r:gz") as archive:
        for member in archive:
            name = member.name.removeprefix("package/")
            if name in FILES and member.isfile() and member.size <= MAX_FILE:
                stream = archive.extractfile(member)
                found[name] = stream.read(MAX_FILE) if stream else b""
    if set(found) != set(FILES):
        raise WrongPlayer(f"the tarball of {PACKAGE} lacks {', '.join(sorted(set(FILES) - set(found)))}")
    return found
