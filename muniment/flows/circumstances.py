"""Under what conditions this process collects: what a capture or import event says about collector, machine and tools.

1. No host name, user name or path: a bundle must not betray where it was made.
2. What is not known is said to be unknown; the clock is not called synchronised unless the kernel says so.
"""

import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from evidence_store.records import Circumstances, Tool
from muniment.flows.clock_state import clock_words

RECORDING_TOOLS = ("muniment", "requests", "urllib3", "cryptography", "warcio", "yt-dlp")
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
