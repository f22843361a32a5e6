"""Sources by any of their names: SOHR, the Syrian Observatory for Human Rights and المرصد السوري are one source."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from verify.claims.amounts import plain_arabic


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownSource:
    """A source, what it is called, and whether it mostly relays."""

    name: str
    full: str
    also: tuple[str, ...]
    relay: bool


@cache
def known_sources() -> tuple[KnownSource, ...]:
    """The table that ships with Muniment (`sources.toml`)."""
    table = tomllib.loads(resources.files(__package__).joinpath("sources.toml").read_text(encoding="utf-8"))
    return tuple(KnownSource(name=row["name"], full=row.get("full", ""), also=tuple(row.get("also", ())),
                             relay=bool(row.get("relay", False))) for row in table["source"])


def known(name: str) -> KnownSource | None:
    """The source that this name, as a text writes it, stands for."""
    inner = re.search(r"\(([^()]{2,40})\)\s*$", name)
    outer = name[:inner.start()] if inner else name
    return _index().get(_folded(outer)) or (_index().get(_folded(inner[1])) if inner else None)


@lru_cache(maxsize=4096)
def origin_key(name: str) -> str:
    """What makes two names one origin: the known source, else the name without article, case and brackets."""
    found = known(name)
    return found.name if found else _folded(re.sub(r"\s*\([^()]*\)\s*$", "", name))


def display_name(name: str) -> str:
    """The name as a text writes it, with the short form people know where the text leaves it out."""
    found = known(name)
    bare = re.sub(r"^(?:the|a|an)\s+", "", name, flags=re.IGNORECASE) if found else name
    if found is None or found.name.casefold() in bare.casefold():
        return bare
    return f"{bare} ({found.name})"


@cache
def _index() -> dict[str, KnownSource]:
    return {_folded(name): source for source in known_sources()
            for name in (source.name, source.full, *source.also) if name}


def _folded(name: str) -> str:
    bare = " ".join(plain_arabic(name).casefold().split()).strip(" .,:;\"'“”")
    return re.sub(r"^(?:the|a|an)\s+", "", bare)
