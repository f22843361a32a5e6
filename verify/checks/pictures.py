"""What picture items say of themselves: EXIF by two readers, and perceptual hashes.

1. `metadata.exif` holds, per reader, every tag and one normalised set; `metadata.readers` says where they disagree.
2. `image.hashes` holds the hashes with their parameters, library versions and the way the picture was decoded:
   hashes made in another way must not be compared with them.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from evidence_store.canonical import JsonValue
from evidence_store.errors import EvidenceError
from evidence_store.findings import Finding, Outcome
from evidence_store.records import Item
from verify.checks.workbench import Workbench
from verify.sandbox import Field, ImageHashes, NamedHash, ReaderFailed, ReaderFailure, Reading

EXIF, READERS, HASHES = "metadata.exif", "metadata.readers", "image.hashes"
COMPARED = tuple(Field)
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Unread:
    """A reader that gave no answer."""

    reader: str
    failure: ReaderFailed


def is_picture(item: Item) -> bool:
    """A raster image, by its media type."""
    return item.media_type.startswith("image/") and not item.media_type.startswith("image/svg")


def check_metadata(bench: Workbench, item: Item) -> Iterator[Finding]:
    """EXIF as exifread and Pillow read it, and whether they agree."""
    try:
        path = bench.file_of(item)
    except EvidenceError as error:
        yield _unavailable(EXIF, item, error)
        return
    answers = [_asked("exifread", bench.sandbox.exifread, path), _asked("Pillow", bench.sandbox.pillow, path)]
    readings = [answer for answer in answers if isinstance(answer, Reading)]
    unread = [answer for answer in answers if isinstance(answer, _Unread)]
    for missing in unread:
        yield _failed(EXIF, item, missing)
    if readings:
        yield _exif(item, readings, unread)
    if len(readings) > 1:
        yield _agreement(item, readings[0], readings[1])


def check_hashes(bench: Workbench, item: Item) -> Iterator[Finding]:
    """The perceptual hashes of the picture."""
    try:
        path = bench.file_of(item)
    except EvidenceError as error:
        yield _unavailable(HASHES, item, error)
        return
    answer = _asked("imagehash", bench.sandbox.image_hashes, path)
    yield _failed(HASHES, item, answer) if isinstance(answer, _Unread) else _hashed(item, answer)


def _asked(reader: str, ask: Callable[[Path], Answer], path: Path) -> Answer | _Unread:
    try:
        return ask(path)
    except ReaderFailed as failure:
        return _Unread(reader=reader, failure=failure)


def _exif(item: Item, readings: list[Reading], unread: list[_Unread]) -> Finding:
    found = {field: value for reading in reversed(readings) for field, value in reading.normalised}
    details: dict[str, JsonValue] = {
        "normalised": _named(found), "readers": {reading.tool.name: _reader(reading) for reading in readings}}
    tools = tuple(reading.tool for reading in readings)
    seen = next((reading.seen for reading in readings if reading.seen), None)
    if seen is not None:
        details["picture"] = {"format": seen.format, "mode": seen.mode, "width": seen.width, "height": seen.height,
                              "frames": seen.frames}
    if not any(reading.tags for reading in readings):
        outcome = Outcome.INCONCLUSIVE if unread else Outcome.NOT_APPLICABLE
        return Finding(check=EXIF, outcome=outcome, subject=item.id, details=details, tools=tools,
                       summary="no EXIF: usual for pictures that passed through a messenger or a social network")
    return Finding(check=EXIF, outcome=Outcome.PASS, subject=item.id, summary=_sentence(found), details=details,
                   tools=tools)


def _sentence(found: Mapping[Field, str]) -> str:
    parts = []
    camera = " ".join(value for value in (found.get(Field.MAKE, ""), found.get(Field.MODEL, "")) if value)
    if camera:
        parts.append(f"made with {camera}")
    if found.get(Field.CREATED):
        parts.append(f"taken {found[Field.CREATED]} by the camera's clock")
    if found.get(Field.LATITUDE) and found.get(Field.LONGITUDE):
        parts.append(f"at {found[Field.LATITUDE]}, {found[Field.LONGITUDE]}")
    if found.get(Field.SOFTWARE):
        parts.append(f"written by {found[Field.SOFTWARE]}")
    return "EXIF: " + (", ".join(parts) if parts else "present, without camera, time or place")


def _reader(reading: Reading) -> JsonValue:
    return {"version": reading.tool.version, "omitted": reading.omitted,
            "tags": {tag.name: tag.value for tag in reading.tags}, "normalised": _named(dict(reading.normalised))}


def _named(fields: Mapping[Field, str]) -> Mapping[str, str]:
    return {field.value: value for field, value in fields.items()}


def _agreement(item: Item, first: Reading, second: Reading) -> Finding:
    one, other = dict(first.normalised), dict(second.normalised)
    if not one and not other:
        return Finding(check=READERS, outcome=Outcome.NOT_APPLICABLE, subject=item.id,
                       summary="neither reader found EXIF fields to compare")
    differing = [field for field in COMPARED if one.get(field, "") != other.get(field, "")]
    names = f"{first.tool.name} and {second.tool.name}"
    if not differing:
        return Finding(check=READERS, outcome=Outcome.PASS, subject=item.id, summary=f"{names} read the same",
                       tools=(first.tool, second.tool))
    return Finding(
        check=READERS, outcome=Outcome.INCONCLUSIVE, subject=item.id, tools=(first.tool, second.tool),
        summary=f"{names} disagree on {', '.join(field.value for field in differing)}",
        details={field.value: {first.tool.name: one.get(field, ""), second.tool.name: other.get(field, "")}
                 for field in differing})


def _hashed(item: Item, hashes: ImageHashes) -> Finding:
    turned = f", turned as its EXIF orientation {hashes.orientation} asks" if hashes.orientation != 1 else ""
    details: dict[str, JsonValue] = {
        **_hash_details(hashes.hashes), "decode_path": hashes.decode_path, "orientation_applied": hashes.orientation,
        "width": hashes.seen.width, "height": hashes.seen.height}
    if hashes.as_stored:
        details["as_stored"] = _hash_details(hashes.as_stored)
    return Finding(check=HASHES, outcome=Outcome.PASS, subject=item.id, details=details, tools=hashes.tools,
                   summary=f"{len(hashes.hashes)} hashes of {hashes.seen.width} x {hashes.seen.height} pixels{turned}")


def _hash_details(hashes: tuple[NamedHash, ...]) -> dict[str, JsonValue]:
    return {one.name: {"hash": one.hash, "parameters": one.parameters} for one in hashes}


def _failed(check: str, item: Item, unread: _Unread) -> Finding:
    failure = unread.failure
    if failure.failure is ReaderFailure.TOO_LARGE:
        return Finding(check=check, outcome=Outcome.INCONCLUSIVE, subject=item.id,
                       summary=f"not decoded by {unread.reader}: {failure.detail}",
                       details={"reader": unread.reader, "failure": failure.failure.value})
    return Finding(check=check, outcome=Outcome.ERROR, subject=item.id,
                   summary=f"{unread.reader} could not read this file ({failure})",
                   details={"reader": unread.reader, "failure": failure.failure.value})


def _unavailable(check: str, item: Item, error: EvidenceError) -> Finding:
    return Finding(check=check, outcome=Outcome.ERROR, subject=item.id, summary=f"the bytes could not be had: {error}")
