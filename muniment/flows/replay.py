"""Replay of a case, a bundle or a foreign archive; getting the player."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from evidence_store.case import Case
from evidence_store.errors import FolderInUse
from evidence_store.warc.wacz_signing import sign_wacz
from muniment.config.load import user_data_folder
from muniment.config.settings import SETTINGS_FILE_NAME
from muniment.flows.circumstances import tool
from muniment.flows.nesting import is_bundle_path
from muniment.replay.errors import NoPlayer, NothingToReplay
from muniment.replay.foreign import ForeignLibrary
from muniment.replay.library import Library, Visit
from muniment.replay.player import MAX_TARBALL, PACKAGE, VERSION, Player, install, installed
from muniment.replay.recorded import BundleLibrary, CaseLibrary
from verify.foreign.unpack import unpack_bag

NPM_SECONDS = 300             # for a package of 2 MB, over a slow line


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedArchive:
    """A WACZ of one visit, to be opened elsewhere."""

    path: Path
    public_key: str               # base64 of its SPKI; "": not signed


def save_archive(library: Library, visit: Visit, path: Path, *, sign: bool) -> SavedArchive:
    """Write the WACZ of a visit to `path`, which must not exist; signed with a key made for it where that is asked."""
    if path.exists():
        raise FolderInUse(f"{path} exists already", hint="name a place where nothing is")
    source, temporary = library.archive(visit), path.with_name(path.name + ".tmp")
    try:
        if sign:
            public = sign_wacz(source, temporary, software=tool("muniment"))
        else:
            public = ""
            shutil.copyfile(source, temporary)
        temporary.rename(path)
    finally:
        temporary.unlink(missing_ok=True)
    return SavedArchive(path=path, public_key=public)


@contextmanager
def open_library(target: Path) -> Iterator[Library]:
    """What can be replayed of a case folder, a bundle (a folder, or the ZIP of one), a WACZ or a WARC; only read.

    A bundle's ZIP is unpacked into a temporary folder, for as long as the context lasts.
    """
    with TemporaryDirectory(prefix="muniment-replay-") as folder:
        temporary, software = Path(folder), tool("muniment")
        if (target / SETTINGS_FILE_NAME).is_file():
            with Case.open(target) as case:
                yield CaseLibrary(case, temporary, software)
        elif (target / "custody" / "bodies").is_dir():
            yield BundleLibrary(target, temporary, software)
        elif target.is_file() and is_bundle_path(target):
            yield BundleLibrary(_unpacked(target, temporary / "bundle"), temporary, software)
        elif target.is_file():
            yield ForeignLibrary(target, temporary, software)
        else:
            raise NothingToReplay(f"{target} is neither a case, a bundle nor an archive",
                                  hint="name a case, a bundle (folder or .zip), a .wacz or a .warc.gz")


def _unpacked(archive: Path, folder: Path) -> Path:
    folder.mkdir()
    bag, _ = unpack_bag(archive, folder)
    if bag is None:
        raise NothingToReplay(f"{archive.name} cannot be unpacked", hint="run `muniment verify` on it")
    return bag


def find_player() -> Player:
    """The installed player; NoPlayer where there is none."""
    return installed(user_data_folder())


def install_player(tarball: Path | None, environ: Mapping[str, str] = os.environ) -> Player:
    """Install the player from a given tarball, or have npm fetch it from the registry that npm is set up for."""
    if tarball is not None:
        with tarball.open("rb") as file:
            return install(file.read(MAX_TARBALL), user_data_folder())
    npm = shutil.which("npm")
    if npm is None:
        raise NoPlayer
    with TemporaryDirectory(prefix="muniment-npm-") as folder:
        command = [npm, "pack", f"{PACKAGE}@{VERSION}", "--ignore-scripts", "--silent", "--pack-destination", folder]
        try:
            done = subprocess.run(command, cwd=folder, env=dict(environ), capture_output=True, timeout=NPM_SECONDS,
                                  check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise NoPlayer from error
        found = sorted(Path(folder).glob("*.tgz"))
        if done.returncode or not found:
            raise NoPlayer
        return install(found[0].read_bytes(), user_data_folder())
