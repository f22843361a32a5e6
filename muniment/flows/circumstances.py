"""Under what conditions this process collects: what a capture or import event says about collector, machine and tools.

1. No host name, user name or path: a bundle must not betray where it was made.
2. What is not known is said to be unknown; the clock is not called synchronised unless the kernel says so.
3. A tool's hash is of what is installed: of a program its file, of a package its list of files with their hashes.
"""

import hashlib
import platform
import sys
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path

from evidence_store.records import Circumstances, Tool
from muniment.flows.clock_state import clock_words

RECORDING_TOOLS = ("muniment", "requests", "urllib3", "cryptography", "warcio", "yt-dlp")
PACKAGES = ("archiver", "evidence_store", "muniment", "tui", "verify")
CHECKING_TOOLS = ("muniment", "exifread", "pillow", "imagehash")


@cache
def tool(name: str) -> Tool:
    """A package and the version that is installed; "not installed" where it is not."""
    try:
        return Tool(name=name, version=version(name))
    except PackageNotFoundError:
        return Tool(name=name, version="not installed")


def software(names: tuple[str, ...] = RECORDING_TOOLS) -> tuple[Tool, ...]:
    """Python and the packages named."""
    return (Tool(name=platform.python_implementation(), version=platform.python_version()), *map(tool, names))


def with_hashes(tools: Iterable[Tool]) -> tuple[Tool, ...]:
    """The same tools, each with a hash of what was installed, where there is something to hash."""
    return tuple(replace(one, sha256=one.sha256 or _installed_sha256(one.name)) for one in tools)


@cache
def _installed_sha256(name: str) -> str:
    """Of the interpreter, of our own files, or of the list in which a package names all of its files with their hashes.

    "" where there is none.
    """
    if name == platform.python_implementation():
        return file_sha256(Path(sys.executable))
    if name == "muniment":
        return _own_sha256()
    try:
        listed = distribution(name).read_text("RECORD")
    except PackageNotFoundError:
        return ""
    return hashlib.sha256(listed.encode()).hexdigest() if listed else ""


def file_sha256(path: Path) -> str:
    """Of a file; "" where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _own_sha256() -> str:
    """Over path and hash of each of our Python files, as `sha256sum` lists them, in the order of their paths."""
    root = Path(__file__).resolve().parents[2]
    paths = sorted(path.relative_to(root).as_posix() for package in PACKAGES for path in (root / package).rglob("*.py"))
    lines = "".join(f"{file_sha256(root / path)}  {path}\n" for path in paths)
    return hashlib.sha256(lines.encode()).hexdigest()


@cache
def _rules_version() -> str:
    from archiver.verdicts.rules import default_rules  # the words that verdicts rest on are data with a version

    return default_rules().version


def circumstances(collector: str, proxy: str = "", identity: str = "none") -> Circumstances:
    """What this run is like; `proxy` is the upstream proxy without its password."""
    return Circumstances(
        collector=collector,
        machine=f"{platform.system()} {platform.machine()}",
        clock=clock_words(),
        egress=f"via proxy {proxy}" if proxy else "direct",
        identity=identity,
        tools=(*software(), Tool(name="verdict rules", version=_rules_version())),
    )
