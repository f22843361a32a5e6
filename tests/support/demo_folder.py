"""The demo's web without its time in the studio: its media are made once a run, for all who serve it."""

import shutil
import tempfile
from pathlib import Path

from muniment.demo import start_demo_web


def demo_media(shared: Path) -> Path:
    """The media, made in a folder that all workers of a run share by whoever needs them first."""
    there = shared / "demo-media"
    if not there.exists():
        with tempfile.TemporaryDirectory(dir=shared) as scratch:
            with start_demo_web(Path(scratch) / "web"):
                pass
            try:
                (Path(scratch) / "web" / "media").rename(there)
            except OSError:             # another worker was first
                if not there.exists():
                    raise
    return there


def demo_folder(folder: Path, media: Path) -> Path:
    """A folder for `start_demo_web` that has its media already."""
    shutil.copytree(media, folder / "media")
    return folder
