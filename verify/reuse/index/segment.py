"""Packed immutable segments: many fingerprints in a few flat files that are read by mapping them into memory.

1. A segment is a folder that appears whole (made under another name, synced, renamed) and never changes. Interrupted
   indexing loses at most the segment being made.
2. `segment.json` names version, counts and the libraries; what is of another version is not read, it is made anew.
3. An index is a folder of segments. Nothing in it is evidence: all of it can be made again from the pictures.
4. A segment is of one tier; segments of both may stand in one index, and each tier is read by itself.
"""

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from evidence_store.atomic import sync_folder
from evidence_store.errors import FormatError
from verify.reuse.binary import BYTES, as_binary
from verify.reuse.features import MAX_BYTES, Features
from verify.reuse.fingerprint import VERSION, Fingerprint, View
from verify.reuse.index import compact, vocabulary
from verify.reuse.index.entries import Entry, from_fields, to_fields
from verify.reuse.model import Box, Tier

FORMAT = f"muniment/reuse-segment/1/{VERSION}/{vocabulary.VERSION}"
COMPACT = f"muniment/reuse-segment/orb-1/{VERSION}"
FORMATS = {Tier.ROOTSIFT: FORMAT, Tier.ORB: COMPACT}
PREFIX = "segment-"
MAX_ENTRIES_LINE = 1 << 15
HEAD = "segment.json"
MAKE_ANEW = "delete the index and make it anew"

# One row a view: which picture, its box, quality, shape of its plane, and where planes and features begin.
VIEW = np.dtype([("picture", "<u4"), ("box", "<f4", (4,)), ("quality", "u1"), ("height", "<u2"), ("width", "<u2"),
                 ("plane", "<u8"), ("feature", "<u8"), ("features", "<u2")])
PICTURE = np.dtype([("entry", "<u4"), ("width", "<u4"), ("height", "<u4"), ("view", "<u4"), ("views", "u1")])


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What goes into a segment: an entry and, where it could be compared, its fingerprint."""

    entry: Entry
    fingerprint: Fingerprint | None


class Segment:
    """A segment that is read; arrays are maps of its files."""

    def __init__(self, entries: tuple[Entry, ...], arrays: dict[str, NDArray[Any]]) -> None:
        self.entries = entries
        self._arrays = arrays
        self.pictures, self.views = arrays["pictures"], arrays["views"]
        self.hashes = arrays["hashes"]             # (views, 32) bytes: PDQ of each view as it is
        self.tier = Tier.ORB if "plane_sizes" in arrays else Tier.ROOTSIFT

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Everything but the entries, by file name."""
        return dict(self._arrays)

    @property
    def words(self) -> NDArray[Any]:
        """Of the features of all views, in their order."""
        return self._arrays["words"] if self.tier is Tier.ROOTSIFT else compact.words(self._arrays["descriptors"])

    @property
    def signatures(self) -> NDArray[Any]:
        """Of the same."""
        if self.tier is Tier.ROOTSIFT:
            return self._arrays["signatures"]
        return compact.signatures(self._arrays["descriptors"])

    def entry_of(self, picture: int) -> Entry:
        """What picture number `picture` is."""
        return self.entries[int(self.pictures[picture]["entry"])]

    def fingerprint(self, picture: int) -> Fingerprint:
        """The fingerprint of a picture; its views have only their own hash, not those of their mirror images."""
        row = self.pictures[picture]
        start = int(row["view"])
        return Fingerprint(width=int(row["width"]), height=int(row["height"]),
                           views=tuple(self._view(index) for index in range(start, start + int(row["views"]))))

    def _view(self, index: int) -> View:
        row = self.views[index]
        height, width, features = int(row["height"]), int(row["width"]), int(row["features"])
        span = slice(int(row["feature"]), int(row["feature"]) + features)
        left, top, right, bottom = (float(value) for value in row["box"])
        return View(box=Box(left=left, top=top, right=right, bottom=bottom), quality=int(row["quality"]),
                    plane=self._plane(index, height, width), hashes=np.array(self.hashes[index], np.uint8)[None],
                    features=self._features(span))

    def _plane(self, index: int, height: int, width: int) -> NDArray[np.uint8]:
        at, planes = int(self.views[index]["plane"]), self._arrays["planes"]
        if self.tier is Tier.ORB:
            return compact.plane(planes[at:at + int(self._arrays["plane_sizes"][index])], height, width)
        return np.array(planes[at:at + height * width], np.uint8).reshape(height, width)

    def _features(self, span: slice) -> Features:
        points, descriptors = self._arrays["points"][span], self._arrays["descriptors"][span]
        if self.tier is Tier.ORB:
            return compact.features(points, descriptors)
        return Features(points=np.array(points, np.float32), sizes=np.array(self._arrays["sizes"][span], np.float32),
                        descriptors=np.array(descriptors, np.uint8))


def pack_segment(rows: Sequence[Row], tier: Tier = Tier.ROOTSIFT) -> Segment:
    """A segment in memory: for searching a few pictures without writing an index."""
    fingerprints = [row.fingerprint for row in rows if row.fingerprint is not None]
    if tier is Tier.ORB:
        fingerprints = [as_binary(one) for one in fingerprints]
    numbers = [number for number, row in enumerate(rows) if row.fingerprint is not None]
    views = [view for one in fingerprints for view in one.views]
    counts = np.array([len(one.views) for one in fingerprints], np.int64)
    pictures = np.zeros(len(fingerprints), PICTURE)
    pictures["entry"], pictures["views"] = numbers, counts
    pictures["view"] = np.cumsum(counts) - counts
    pictures["width"], pictures["height"] = [one.width for one in fingerprints], [one.height for one in fingerprints]
    table = np.zeros(len(views), VIEW)
    table["picture"] = np.repeat(np.arange(len(fingerprints)), counts)
    planes, features = 0, 0
    for index, view in enumerate(views):
        box = view.box
        table[index] = (table[index]["picture"], (box.left, box.top, box.right, box.bottom), view.quality,
                        *view.plane.shape, planes, features, len(view.features))
        planes, features = planes + view.plane.size, features + len(view.features)
    width = BYTES if tier is Tier.ORB else MAX_BYTES
    arrays: dict[str, NDArray[Any]] = {
        "pictures": pictures, "views": table,
        "hashes": _joined([view.hashes[:1] for view in views], (0, 32), np.uint8),
        "points": _joined([view.features.points for view in views], (0, 2), np.float32),
        "descriptors": _joined([view.features.descriptors for view in views], (0, width), np.uint8)}
    entries = tuple(row.entry for row in rows)
    if tier is Tier.ORB:
        return Segment(entries, compact.packed([view.plane for view in views], arrays))
    words, signatures = vocabulary.assign(arrays["descriptors"])
    return Segment(entries, arrays | {
        "planes": _joined([view.plane.ravel() for view in views], (0,), np.uint8),
        "sizes": _joined([view.features.sizes for view in views], (0,), np.float32),
        "words": words[:, 0].astype(np.uint16), "signatures": signatures[:, 0]})


def write_segment(index: Path, rows: Sequence[Row], tier: Tier = Tier.ROOTSIFT) -> Path:
    """Write a segment into an index, under the next free number."""
    segment = pack_segment(rows, tier)
    index.mkdir(parents=True, exist_ok=True)
    draft = index / f".draft-{os.getpid()}"
    shutil.rmtree(draft, ignore_errors=True)        # of an earlier process with this number that was killed
    draft.mkdir()
    with (draft / "entries.jsonl").open("w", encoding="ascii") as out:
        out.writelines(json.dumps(to_fields(entry), ensure_ascii=True) + "\n" for entry in segment.entries)
        _sync(out)
    for name, array in segment.arrays().items():
        with (draft / f"{name}.npy").open("wb") as file:
            np.save(file, array, allow_pickle=False)
            _sync(file)
    with (draft / HEAD).open("w", encoding="ascii") as out:
        json.dump({"format": FORMATS[tier], "entries": len(segment.entries), "pictures": len(segment.pictures)}, out)
        _sync(out)
    sync_folder(draft)
    taken = [int(path.name.removeprefix(PREFIX)) for path in segment_folders(index)]
    target = index / f"{PREFIX}{max(taken, default=0) + 1:06d}"
    draft.rename(target)
    sync_folder(index)
    return target


def segment_folders(index: Path) -> list[Path]:
    """The segments of an index, in the order they were made."""
    return sorted(path for path in index.glob(f"{PREFIX}*") if path.name.removeprefix(PREFIX).isdigit())


def read_segments(index: Path, tier: Tier = Tier.ROOTSIFT) -> Iterator[Segment]:
    """Every segment of this version and tier; others are passed over."""
    for folder in segment_folders(index):
        segment = read_segment(folder, tier)
        if segment is not None:
            yield segment


def read_segment(folder: Path, tier: Tier = Tier.ROOTSIFT) -> Segment | None:
    """A segment; None where it is of another version or tier; FormatError where it is damaged."""
    try:
        head = json.loads((folder / HEAD).read_bytes())
        if head.get("format") != FORMATS[tier]:
            return None
        arrays = {name: np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False) for name in ARRAYS[tier]}
        entries = tuple(_entries(folder / "entries.jsonl"))
    except (OSError, ValueError, AttributeError) as error:
        raise FormatError(f"{folder.name} of the index cannot be read", hint=MAKE_ANEW) from error
    segment = Segment(entries, arrays)
    if len(entries) != head.get("entries") or len(segment.pictures) != head.get("pictures") or not _fits(arrays, tier):
        raise FormatError(f"{folder.name} of the index is incomplete", hint=MAKE_ANEW)
    return segment


_BOTH = ("pictures", "views", "hashes", "planes", "points", "descriptors")
ARRAYS = {Tier.ROOTSIFT: (*_BOTH, "sizes", "words", "signatures"), Tier.ORB: (*_BOTH, "plane_sizes")}


def _fits(arrays: dict[str, NDArray[Any]], tier: Tier) -> bool:
    """Kinds and lengths are those that `pack_segment` makes, so that no row points outside."""
    views, pictures = arrays["views"], arrays["pictures"]
    if views.dtype != VIEW or pictures.dtype != PICTURE:
        return False
    features = int(views["features"].sum(dtype=np.int64)) if len(views) else 0
    shapes: dict[str, tuple[int, ...]] = {"hashes": (len(views), 32), "points": (features, 2)}
    if tier is Tier.ORB:
        sizes = arrays["plane_sizes"].astype(np.uint64)
        shapes |= {"descriptors": (features, BYTES), "plane_sizes": (len(views),)}
    else:
        sizes = views["height"].astype(np.uint64) * views["width"]
        shapes |= {"sizes": (features,), "descriptors": (features, MAX_BYTES), "words": (features,),
                   "signatures": (features,)}
    if sizes.shape != (len(views),):
        return False
    shapes["planes"] = (int(sizes.sum(dtype=np.uint64)),)
    ends = [bool((views["plane"] + sizes <= shapes["planes"][0]).all()),
            bool((views["feature"] + views["features"].astype(np.uint64) <= features).all()),
            bool((pictures["view"].astype(np.int64) + pictures["views"] <= len(views)).all()),
            bool((views["picture"] < len(pictures)).all())]
    return all(arrays[name].shape == shape for name, shape in shapes.items()) and all(ends)


def _entries(path: Path) -> Iterator[Entry]:
    with path.open("r", encoding="ascii") as lines:
        for line in lines:
            fields = json.loads(line)
            if not isinstance(fields, dict):
                raise FormatError("an index entry is malformed")
            yield from_fields(fields)


def _joined(arrays: Sequence[NDArray[Any]], empty: tuple[int, ...], kind: type) -> NDArray[Any]:
    return np.concatenate(arrays) if arrays else np.zeros(empty, kind)


def _sync(file: IO[str] | IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())
