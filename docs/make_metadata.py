"""Writes the tables of docs/metadata.md: how often our readers and ExifTool give one value, field by field.

    python docs/make_metadata.py FOLDER...

Counted are the files that both read and the fields that both state. A field that only one of them states stands in
columns of its own.
"""

import mimetypes
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from evidence_store.records import BlobRef, Item, ItemId, ItemKind, Sha256
from verify.checks.metadata import PRECISION, READERS, check_metadata, has_metadata
from verify.checks.workbench import Workbench
from verify.sandbox import Field, Sandbox

TARGET = Path(__file__).with_name("metadata.md")
START, END = "<!-- agreement: docs/make_metadata.py -->\n", "<!-- end of agreement -->\n"
TYPES = {".heic": "image/heic", ".avif": "image/avif", ".dng": "image/x-adobe-dng", ".mkv": "video/matroska",
         ".mov": "video/quicktime", ".3gp": "video/3gpp", ".webm": "video/webm", ".flv": "video/x-flv"}


class Files:
    """Files of a folder as items."""

    def open_item(self, item: Item) -> BinaryIO:
        """The file."""
        return Path(item.name).open("rb")


@dataclass
class Tally:
    """Counts over files."""

    files: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    same: Counter[str] = field(default_factory=Counter)
    different: Counter[str] = field(default_factory=Counter)
    ours_only: Counter[str] = field(default_factory=Counter)
    theirs_only: Counter[str] = field(default_factory=Counter)
    differing: list[str] = field(default_factory=list)

    def take(self, path: Path, readers: dict[str, dict[str, object]]) -> None:
        """Count what the readers of one file say."""
        theirs = readers.get("ExifTool", {}).get("normalised")
        for name, reading in readers.items():
            if name == "ExifTool" or theirs is None:
                continue
            for one in Field:
                self._field(path, name, one, reading["normalised"].get(one, ""), theirs.get(one, ""))

    def _field(self, path: Path, name: str, one: Field, ours: str, theirs: str) -> None:
        key = f"{name}|{one}"
        if ours and theirs:
            limit = PRECISION.get(one)
            agree = abs(float(ours) - float(theirs)) <= limit if limit else " ".join(ours.split()) == " ".join(
                theirs.split())
            (self.same if agree else self.different)[key] += 1
            if not agree:
                self.differing.append(f"{path.name}: {name} {one}: {ours!r} / {theirs!r}")
        elif ours or theirs:
            (self.ours_only if ours else self.theirs_only)[key] += 1


def tally(folders: Iterable[Path]) -> Tally:
    """Read every file of the folders that has a type with metadata readers."""
    counted = Tally()
    paths = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
    with TemporaryDirectory() as folder, Workbench(Files(), Sandbox(), Path(folder)) as bench:
        for number, path in enumerate(paths):
            item = _item(path, number)
            if not has_metadata(item):
                continue
            counted.files += 1
            findings = list(check_metadata(bench, item))
            counted.outcomes.update(f"{finding.check}: {finding.outcome}" for finding in findings)
            readers = next((finding.details["readers"] for finding in findings
                            if finding.check != READERS and "readers" in finding.details), {})
            counted.take(path, readers)
    return counted


def _item(path: Path, number: int) -> Item:
    kind = TYPES.get(path.suffix.lower()) or mimetypes.guess_type(path.name)[0] or ""
    nothing = Sha256("0" * 64)
    return Item(id=ItemId(f"ITEM-{number:04d}"), kind=ItemKind.DATA, sha256=nothing, length=path.stat().st_size,
                media_type=kind, source=BlobRef(sha256=nothing, length=0), name=str(path),
                obtained_at=datetime(2026, 1, 1, tzinfo=UTC))


def render(counted: Tally) -> str:
    """The tables, as Markdown."""
    lines = [f"{counted.files} files.", "", "| finding | files |", "|---|---|"]
    lines += [f"| `{name}` | {count} |" for name, count in sorted(counted.outcomes.items())]
    lines += ["", "| reader | field | same as ExifTool | different | only ours | only ExifTool's |",
              "|---|---|---|---|---|---|"]
    keys = sorted({*counted.same, *counted.different})
    for key in keys:
        reader, name = key.split("|")
        lines.append(f"| {reader} | {name} | {counted.same[key]} | {counted.different[key]} "
                     f"| {counted.ours_only[key]} | {counted.theirs_only[key]} |")
    if counted.differing:
        lines += ["", "Where they differ:", "", *(f"- `{line}`" for line in counted.differing)]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    text = TARGET.read_text(encoding="utf-8")
    before, _, rest = text.partition(START)
    _, _, after = rest.partition(END)
    made = render(tally(Path(argument) for argument in sys.argv[1:]))
    TARGET.write_text(before + START + made + END + after, encoding="utf-8")
