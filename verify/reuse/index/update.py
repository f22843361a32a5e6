"""Bring an index up to date: fingerprint what it does not hold yet, and write it down in segments.

1. A unit is marked done only after the segment that holds it is on disk: an interruption loses what was in hand, and
   the next run does that again and nothing else.
2. What could not be compared is an entry too, with the reason.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from evidence_store.progress import NoProgress, Progress
from verify.reuse.files import Found, Kind, Unit
from verify.reuse.index.entries import Entry
from verify.reuse.index.segment import FORMATS, Row, write_segment
from verify.reuse.model import Tier
from verify.reuse.reading import Fingerprinter, NotComparable

ROWS = 256                    # pictures of a segment at least; about 50 MB
TASK = "fingerprints"


@dataclass(frozen=True, slots=True, kw_only=True)
class Updated:
    """What an update did."""

    units: int                # looked at
    new: int                  # of them, fingerprinted now
    pictures: int             # pictures and frames of the new ones
    not_comparable: int


def update(index: Path, wanted: Iterable[Unit], fingerprinter: Fingerprinter,
           progress: Progress | None = None, tier: Tier = Tier.ROOTSIFT) -> Updated:
    """Fingerprint the units that the index does not hold. What they raise (OSError) ends it; what is done stays."""
    watch = progress or NoProgress()
    units = list(wanted)
    marks = index / "done"
    marks.mkdir(parents=True, exist_ok=True)
    due = [unit for unit in units if not _mark(marks, unit, tier).exists()]
    run = _Run(index=index, marks=marks, tier=tier)
    watch.start(TASK, len(due), "files")
    try:
        with TemporaryDirectory(prefix="muniment-reuse-") as scratch:
            for unit in due:
                for found in unit.find(Path(scratch)):
                    run.rows += (replace_unit(row, unit.key) for row in _rows(found, fingerprinter, tier))
                run.finished.append(unit)
                if len(run.rows) >= ROWS:
                    run.flush()
                watch.advance(TASK, note=unit.label)
            run.flush()
    finally:
        watch.finish(TASK)
    return Updated(units=len(units), new=len(due), pictures=run.pictures, not_comparable=run.not_comparable)


def replace_unit(row: Row, unit: str) -> Row:
    """The row, marked as of a unit."""
    return replace(row, entry=replace(row.entry, unit=unit))


def _mark(marks: Path, unit: Unit, tier: Tier) -> Path:
    version = FORMATS[tier].rsplit("/", 2)
    return marks / f"{unit.key}-{version[1]}-{version[2]}"


def _rows(found: Found, fingerprinter: Fingerprinter, tier: Tier) -> Iterator[Row]:
    described = tier is Tier.ROOTSIFT
    if found.unreadable:
        yield Row(entry=Entry(source=found.source, not_comparable=found.unreadable), fingerprint=None)
    elif found.kind is Kind.VIDEO:
        any_frame = False
        for frame in fingerprinter.video(found.path, described=described):
            if isinstance(frame, NotComparable):
                yield Row(entry=Entry(source=found.source, not_comparable=frame.reason), fingerprint=None)
            else:
                yield Row(entry=Entry(source=found.source, seconds=frame.seconds), fingerprint=frame.fingerprint)
            any_frame = True
        if not any_frame:
            yield Row(entry=Entry(source=found.source, not_comparable="no frame can be read"), fingerprint=None)
    else:
        answer = fingerprinter.picture(found.path, described=described)
        if isinstance(answer, NotComparable):
            yield Row(entry=Entry(source=found.source, not_comparable=answer.reason), fingerprint=None)
        else:
            yield Row(entry=Entry(source=found.source), fingerprint=answer)


@dataclass(slots=True)
class _Run:
    index: Path
    marks: Path
    tier: Tier
    rows: list[Row] = field(default_factory=list)
    finished: list[Unit] = field(default_factory=list)
    pictures: int = 0
    not_comparable: int = 0

    def flush(self) -> None:
        """Write what is in hand, then mark its units."""
        if self.rows:
            write_segment(self.index, self.rows, self.tier)
        self.pictures += sum(row.fingerprint is not None for row in self.rows)
        self.not_comparable += sum(row.fingerprint is None for row in self.rows)
        for unit in self.finished:
            _mark(self.marks, unit, self.tier).touch()
        self.rows.clear()
        self.finished.clear()
