"""Perceptual hashes of picture items.

`image.hashes` holds them with their parameters, library versions and the way the picture was decoded: hashes made in
another way must not be compared with them.
"""

from collections.abc import Iterator
from pathlib import Path

from evidence_store.canonical import JsonValue
from evidence_store.errors import EvidenceError
from evidence_store.findings import Finding, Outcome
from evidence_store.records import Item
from verify.checks.asking import Unread, asked, failed, unavailable
from verify.checks.workbench import Workbench
from verify.sandbox import ImageHashes, NamedHash

HASHES = "image.hashes"
RAW = frozenset(f"image/x-{name}" for name in (
    "adobe-dng", "canon-cr2", "canon-cr3", "fuji-raf", "nikon-nef", "olympus-orf", "panasonic-rw2", "pentax-pef",
    "sony-arw"))


def is_picture(item: Item) -> bool:
    """A raster image, by its media type."""
    return item.media_type.startswith("image/") and not item.media_type.startswith("image/svg")


def is_raw(item: Item) -> bool:
    """What a camera's sensor gave, not developed: DNG, CR2, NEF ..."""
    return item.media_type in RAW


def check_hashes(bench: Workbench, item: Item) -> Iterator[Finding]:
    """The perceptual hashes of the picture."""
    if is_raw(item):
        yield Finding(check=HASHES, outcome=Outcome.NOT_APPLICABLE, subject=item.id,
                      summary="RAW files are not developed here; the previews they carry are kept beside them")
        return
    try:
        path = bench.file_of(item)
    except EvidenceError as error:
        yield unavailable(HASHES, item, error)
        return
    answer = asked("imagehash", bench.sandbox.image_hashes, path)
    yield failed(HASHES, item, answer) if isinstance(answer, Unread) else _hashed(item, answer, _pdq(bench, path))


def _pdq(bench: Workbench, path: Path) -> JsonValue:
    """PDQ on the decode path of the search for reuse; why there is none, where there is none."""
    from verify.reuse.decode import DECODE_PATH  # numpy: see `Workbench.fingerprinter`
    from verify.reuse.reading import PdqHash

    answer = bench.fingerprinter.pdq(path)
    if isinstance(answer, PdqHash):
        return {"hash": answer.hash, "quality": answer.quality, "decode_path": DECODE_PATH}
    return {"hash": None, "quality": 0, "not_comparable": answer.reason}


def _hashed(item: Item, hashes: ImageHashes, pdq: JsonValue) -> Finding:
    turned = f", turned as its EXIF orientation {hashes.orientation} asks" if hashes.orientation != 1 else ""
    details: dict[str, JsonValue] = {
        **_hash_details(hashes.hashes), "pdq": pdq, "decode_path": hashes.decode_path,
        "orientation_applied": hashes.orientation, "mean_grey": hashes.mean_grey,
        "width": hashes.seen.width, "height": hashes.seen.height}
    if hashes.as_stored:
        details["as_stored"] = _hash_details(hashes.as_stored)
    return Finding(check=HASHES, outcome=Outcome.PASS, subject=item.id, details=details, tools=hashes.tools,
                   summary=f"{len(hashes.hashes)} hashes of {hashes.seen.width} x {hashes.seen.height} pixels{turned}")


def _hash_details(hashes: tuple[NamedHash, ...]) -> dict[str, JsonValue]:
    return {one.name: {"hash": one.hash, "parameters": one.parameters} for one in hashes}
