"""Gazetteers of the user: brought in from files, kept in the user's data folder, asked by name or by coordinates."""

import re
from dataclasses import dataclass
from pathlib import Path

from muniment.config.load import user_data_folder
from verify.errors import GazetteerUnreadable
from verify.place.gazetteer import read_gazetteer
from verify.place.packaged import Packaged
from verify.place.store import Gazetteers, build

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedGazetteer:
    """A gazetteer that is ready."""

    name: str
    places: int
    path: Path


def gazetteer_folder() -> Path:
    """Where they are kept."""
    return user_data_folder() / "gazetteers"


def gazetteers() -> Gazetteers:
    """Those that the user brought in, and the one that is shipped."""
    return Gazetteers(gazetteer_folder(), Packaged())


def import_gazetteer(source: Path, name: str = "") -> ImportedGazetteer:
    """Make a gazetteer of a file; one of that name is replaced. GazetteerUnreadable where it holds no place."""
    chosen = name or re.sub(r"[^a-z0-9]+", "-", source.stem.lower()).strip("-")[:60] or "gazetteer"
    if not _NAME.fullmatch(chosen):
        raise GazetteerUnreadable(f"{chosen!r} is no name for a gazetteer", hint="use a-z, 0-9 and hyphens")
    path = gazetteer_folder() / f"{chosen}.sqlite"
    return ImportedGazetteer(name=chosen, places=build(path, read_gazetteer(source), source.name), path=path)
