"""The pictures of a page, now and before: which came, which went, and which were replaced by what.

A picture at the same address with other bytes is compared by PDQ: re-encoded, or another picture.
"""

from dataclasses import dataclass
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory

from evidence_store.case import Case
from evidence_store.records import Capture, Item, ItemKind
from verify.reuse.reading import Fingerprinter, PdqHash

MATCH_DISTANCE = 31  # bits of 256: what PDQ's authors call the same picture
MAX_COMPARED = 50  # replaced pictures of one page that are decoded; the others are only counted


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureChange:
    """One picture that is not as it was."""

    url: str
    what: str  # "added", "gone", "the same picture, other bytes (PDQ distance 4)", "another picture (PDQ distance 120)"


def changed_pictures(case: Case, before: Capture, now: Capture) -> tuple[PictureChange, ...]:
    """What changed between two captures of one page."""
    old, new = _pictures(case, before), _pictures(case, now)
    moved = {item.sha256 for item in old.values()} & {item.sha256 for item in new.values()}
    left = (url for url, item in old.items() if url not in new and item.sha256 not in moved)
    came = (url for url, item in new.items() if url not in old and item.sha256 not in moved)
    changes = [
        *(PictureChange(url=url, what="gone") for url in left),
        *(PictureChange(url=url, what="added") for url in came),
    ]
    replaced = [url for url in old.keys() & new.keys() if old[url].sha256 != new[url].sha256]
    if not replaced:
        return tuple(changes)
    with Fingerprinter() as reader:
        for number, url in enumerate(sorted(replaced)):
            what = _compared(case, reader, old[url], new[url]) if number < MAX_COMPARED else "other bytes"
            changes.append(PictureChange(url=url, what=what))
    return tuple(changes)


def _pictures(case: Case, capture: Capture) -> dict[str, Item]:
    earlier = (entry.item for name in capture.same_items if (entry := case.catalogue.item(name)) is not None)
    return {item.url: item for item in (*capture.items, *earlier) if item.kind is ItemKind.PHOTO}


def _compared(case: Case, reader: Fingerprinter, old: Item, new: Item) -> str:
    first, second = _hash(case, reader, old), _hash(case, reader, new)
    if first is None or second is None:
        return "other bytes, not comparable as pictures"
    distance = (int(first.hash, 16) ^ int(second.hash, 16)).bit_count()
    same = "the same picture, other bytes" if distance <= MATCH_DISTANCE else "another picture"
    return f"{same} (PDQ distance {distance})"


def _hash(case: Case, reader: Fingerprinter, item: Item) -> PdqHash | None:
    with TemporaryDirectory(prefix="muniment-") as folder:
        copy = Path(folder, "picture")
        with case.open_item(item) as stream, copy.open("wb") as file:
            copyfileobj(stream, file)
        found = reader.pdq(copy)
    return found if isinstance(found, PdqHash) else None
