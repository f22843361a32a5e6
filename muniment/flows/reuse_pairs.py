"""Near-duplicates within folders, by hash alone: what to look at first. A lead, never a finding."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from evidence_store.progress import Progress
from verify.reuse import files
from verify.reuse.duplicates import Pair, pairs
from verify.reuse.reading import Fingerprinter, NotComparable

TASK = "hashes"


@dataclass(frozen=True, slots=True, kw_only=True)
class NearDuplicates:
    """Pairs among the picture files of some folders."""

    pictures: tuple[Path, ...]
    pairs: tuple[Pair, ...]          # by place in `pictures`
    not_comparable: tuple[tuple[Path, str], ...]


def near_duplicates(paths: Iterable[Path], progress: Progress) -> NearDuplicates:
    """Hash every picture file under the paths and pair those that are near; archives and videos are not opened."""
    found = [file for path in paths for file in files.picture_files(path)]
    hashes, failed = [], []
    progress.start(TASK, len(found), "pictures")
    try:
        with Fingerprinter() as fingerprinter:
            for file in found:
                answer = fingerprinter.quick(file)
                hashes.append(None if isinstance(answer, NotComparable) else answer)
                if isinstance(answer, NotComparable):
                    failed.append((file, answer.reason))
                progress.advance(TASK, note=file.name)
    finally:
        progress.finish(TASK)
    return NearDuplicates(pictures=tuple(found), pairs=pairs(hashes), not_comparable=tuple(failed))
