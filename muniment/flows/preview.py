"""A picture or film of the case made ready to be looked at; nothing leaves the case, so nothing is recorded."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from evidence_store.case import Case
from evidence_store.errors import EvidenceError
from evidence_store.records import Item

if TYPE_CHECKING:
    from verify.preview import Preview

MAX_FILM = 4 << 30            # bytes copied out to be looked at


class NoPreview(EvidenceError):
    """The item cannot be shown."""


def may_preview(item: Item) -> bool:
    """It is of a kind that can be looked at."""
    return item.media_type.partition("/")[0] in {"image", "video"}


def preview_item(case: Case, item: Item) -> "Preview":
    """What the item looks like. NoPreview where it is no picture or film that can be decoded."""
    from verify.checks.workbench import MAX_PICTURE  # the sandbox: who only asks what may be shown needs none of it

    is_film = item.media_type.startswith("video/")
    if not may_preview(item) or item.length > (MAX_FILM if is_film else MAX_PICTURE):
        raise NoPreview(f"{item.id} is no picture or film that can be shown")
    with TemporaryDirectory(prefix="muniment-preview-") as folder:
        path = Path(folder) / "original"
        with case.open_item(item) as stream, path.open("wb") as copy:
            shutil.copyfileobj(stream, copy)
        return preview_file(path, is_film=is_film, name=item.id)


def preview_file(path: Path, *, is_film: bool, name: str) -> "Preview":
    """What a file looks like."""
    from verify.preview import Previewer  # see above
    from verify.sandbox import ReaderFailed

    try:
        with Previewer() as previewer:
            return previewer.film(path) if is_film else previewer.picture(path)
    except ReaderFailed as failed:
        raise NoPreview(f"{name} cannot be shown: {failed}".replace(str(path.absolute()), "the file")) from failed
