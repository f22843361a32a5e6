"""Which known writers a JPEG's structure is consistent with; what nobody has described is said to be unknown."""

import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from verify.errors import UnusableInput
from verify.origin.jpeg import Structure

SHIPPED = Path(__file__).with_name("signatures.toml")
VARIABLE = "MUNIMENT_SIGNATURES"
MAX_FILE = 4 << 20         # bytes: some ten thousand signatures
_KEYS = frozenset({"name", "source", "date", "quality", "sampling", "progressive", "huffman", "markers", "has", "with",
                   "comment", "longest"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One writer, and what it leaves; None and "" mean any."""

    name: str
    source: str
    date: str
    quality: int | None = None
    sampling: str = ""
    progressive: bool | None = None
    huffman: str = ""
    markers: str = ""
    has: tuple[str, ...] = ()      # one of these segments
    beside: tuple[str, ...] = ()   # all of these too
    comment: str = ""
    longest: int | None = None

    def fits(self, found: Structure) -> bool:
        """Everything that is stated fits."""
        held = found.markers.split()
        return ((self.quality is None or (found.quality_exact and found.quality == self.quality))
                and self.sampling in {"", found.sampling} and self.progressive in {None, found.progressive}
                and self.huffman in {"", found.huffman} and self.markers in {"", found.markers}
                and (not self.has or any(marker in held for marker in self.has))
                and all(marker in held for marker in self.beside)
                and found.comment.startswith(self.comment)
                and self.longest in {None, max(found.width, found.height)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Signatures:
    """A table of writers, with its version."""

    version: str
    entries: tuple[Signature, ...]

    def consistent_with(self, found: Structure) -> tuple[Signature, ...]:
        """Those that fit."""
        return tuple(entry for entry in self.entries if entry.fits(found))


def own_table() -> Path | None:
    """The user's own table, named by the environment."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named else None


def load(files: Iterable[Path] = (SHIPPED,)) -> Signatures:
    """The tables of these files, together. Raises UnusableInput."""
    versions, entries = [], []
    for file in files:
        try:
            if file.stat().st_size > MAX_FILE:
                raise UnusableInput(f"{file} is larger than {MAX_FILE:,} bytes")
            table = tomllib.loads(file.read_text(encoding="utf-8"))
            versions.append(str(table["version"]))
            entries += [_signature(entry) for entry in table.get("signature", ())]
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError) as error:
            raise UnusableInput(f"{file} is no table of signatures: {error!r}",
                                hint="see verify/origin/signatures.toml for the shape") from error
    return Signatures(version=" + ".join(versions), entries=tuple(entries))


def _signature(entry: Mapping[str, object]) -> Signature:
    unknown = set(entry) - _KEYS
    if unknown:
        raise KeyError(", ".join(sorted(unknown)))
    given = {("beside" if name == "with" else name): tuple(value) if isinstance(value, list) else value
             for name, value in entry.items()}
    return Signature(**given)  # type: ignore[arg-type]  # a value of another type never fits anything
