"""What this machine has of the programs Muniment can use, and what each missing one costs."""

import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec

VERSION_TIMEOUT_S = 10.0        # a program that does not say its version in that time does not work
VERSION_BYTES = 4096            # the version stands in the first line

Locate = Callable[[str], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A program outside the project."""

    name: str
    commands: tuple[str, ...]       # the names it is installed under, best first
    version_argument: str
    package: str                    # in Debian
    without_it: str                 # what cannot be done


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """A program and whether it is there."""

    program: Program
    path: str | None
    version: str                    # in its own words; "" where it is missing or says none

    @property
    def is_present(self) -> bool:
        """It can be used."""
        return self.path is not None


PROGRAMS = (
    Program(name="chromium", commands=("chromium", "chromium-browser", "google-chrome"), version_argument="--version",
            package="chromium",
            without_it="pages that build themselves by script are kept as sent, without screenshot or DOM"),
    Program(name="openssl", commands=("openssl",), version_argument="version", package="openssl",
            without_it="verify.sh and verify.py cannot check the signatures of timestamp tokens"),
    Program(name="ssh-keygen", commands=("ssh-keygen",), version_argument="-?", package="openssh-client",
            without_it="verify.sh cannot check signatures and says inconclusive; muniment and verify.py need it not"),
    Program(name="exiftool", commands=("exiftool",), version_argument="-ver", package="libimage-exiftool-perl",
            without_it="metadata is read without an opinion from outside, and fewer MakerNotes are"),
    Program(name="tesseract", commands=("tesseract",), version_argument="--version",
            package="tesseract-ocr tesseract-ocr-ara tesseract-ocr-rus",
            without_it="words in pictures are not read, and not found by `muniment find`"),
    Program(name="ffmpeg", commands=("ffmpeg",), version_argument="-version", package="ffmpeg",
            without_it="the ffmpeg that comes with the Python packages is used"),
)


def examine(locate: Locate = shutil.which) -> tuple[Component, ...]:
    """Every program, found or not."""
    return tuple(_component(program, locate) for program in PROGRAMS)


def missing_driver() -> str:
    """What to do where Chromium could be used but its driver is not installed; "" otherwise."""
    if find_spec("playwright") is not None:
        return ""
    return "Chromium is not driven: the extra `browser` is not installed (pip install 'muniment[browser]')"


def _component(program: Program, locate: Locate) -> Component:
    path = next((path for path in map(locate, program.commands) if path), None)
    return Component(program=program, path=path, version=_version(path, program.version_argument) if path else "")


def _version(path: str, argument: str) -> str:
    """The first line with a version number that the program prints; "" where it prints none."""
    try:
        done = subprocess.run([path, argument], stdin=subprocess.DEVNULL, capture_output=True, check=False,
                              timeout=VERSION_TIMEOUT_S)
    except (OSError, subprocess.TimeoutExpired):
        return "does not start"
    printed = (done.stdout + done.stderr)[:VERSION_BYTES].decode("utf-8", "replace")
    lines = [line.strip() for line in printed.splitlines() if re.search(r"\d+\.\d", line)]
    return lines[0] if lines else ""
