"""Replay with pywb, where the user has it: a program of its own (GPL), given a folder of collections, one a visit.

It listens on loopback, but it checks no Host header: whoever uses it instead of the built-in server should know that.
"""

import shutil
import socket
import subprocess
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from muniment.replay.errors import ReplayError
from muniment.replay.library import Library, Page, Visit, stamp

PROGRAM = "wayback"
START_SECONDS = 60.0          # for a Python program with many dependencies on a slow disk
STOP_SECONDS = 10.0
POLL_SECONDS = 0.1


class PywbMissing(ReplayError):
    """pywb is not installed, or does not start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PywbServer:
    """pywb, running."""

    port: int

    @property
    def url(self) -> str:
        """Its first page, with a collection for each visit."""
        return f"http://127.0.0.1:{self.port}/"

    def link(self, visit: Visit, page: Page) -> str:
        """The replay of a page of a visit."""
        return f"{self.url}{visit.key}/{stamp(page.at)}/{page.url}"


@contextmanager
def serving_with_pywb(library: Library) -> Iterator[PywbServer]:
    """Serve a library with pywb until the context ends. PywbMissing where it is not installed or does not start."""
    program = shutil.which(PROGRAM)
    if program is None:
        raise PywbMissing("pywb is not installed: there is no program `wayback`",
                          hint="install pywb in an environment of its own, or use the built-in replay")
    with TemporaryDirectory(prefix="muniment-pywb-") as folder:
        for visit in library.visits:
            _collection(Path(folder) / "collections" / visit.key, library.archive(visit))
        port = _free_port()
        process = subprocess.Popen([program, "-b", "127.0.0.1", "-p", str(port)], cwd=folder,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _await(process, port)
            yield PywbServer(port=port)
        finally:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _collection(folder: Path, wacz: Path) -> None:
    """A pywb collection out of a WACZ of ours: its WARC files and its index, as they are."""
    for part in ("archive", "indexes"):
        (folder / part).mkdir(parents=True)
    with zipfile.ZipFile(wacz) as archive:
        for name in archive.namelist():
            part, _, file = name.partition("/")
            if part in {"archive", "indexes"} and file and "/" not in file:
                with archive.open(name) as source, (folder / part / file).open("xb") as target:
                    shutil.copyfileobj(source, target)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(process: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(POLL_SECONDS)
        else:
            return
    raise PywbMissing("pywb did not start", hint="run `wayback` by hand to see why, or use the built-in replay")
