"""What pictures, films and documents say of themselves, by several readers.

1. One finding a file holds, per reader, every tag, its version and one normalised set: `metadata.exif` of pictures,
   `metadata.container` of films and sound, `metadata.document` of PDF.
2. `metadata.readers` says where readers give different values for one field. Only the two readers of EXIF are expected
   to see the same fields.
3. `metadata.blocks` says where the file contradicts itself: EXIF against XMP. An editor that rewrites one and not the
   other leaves that.
4. No metadata is usual for what passed through a messenger or a social network, and is never called suspicious.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from evidence_store.canonical import JsonValue
from evidence_store.errors import EvidenceError
from evidence_store.findings import Finding, Outcome
from evidence_store.records import Item
from verify.checks.asking import Unread, asked, failed, unavailable
from verify.checks.pictures import is_raw
from verify.checks.workbench import Workbench
from verify.sandbox import Field, Reading

EXIF, CONTAINER, DOCUMENT = "metadata.exif", "metadata.container", "metadata.document"
READERS, BLOCKS = "metadata.readers", "metadata.blocks"
PEERS = ("ExifRead", "Pillow")              # both read EXIF: a field that one of them misses is a difference
_ASIDE = ("XMP (lxml)", "Pillow IPTC")      # blocks of their own, compared with EXIF in `metadata.blocks`
_OWN = {Field.WIDTH, Field.HEIGHT}          # of the picture, not of its EXIF
PRECISION = {          # how far two readers of one number may be apart: they round
    Field.DURATION: 0.3, Field.ALTITUDE: 0.2, Field.LATITUDE: 2e-6, Field.LONGITUDE: 2e-6}
_BLOCK_FIELDS = (Field.CREATED, Field.MODIFIED, Field.MAKE, Field.MODEL, Field.LATITUDE, Field.LONGITUDE)
_PLACE_STEP = 0.001                         # degrees: XMP states minutes with few digits


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    check: str
    readers: tuple[tuple[str, str], ...]    # the name it is asked under, and its own
    nothing: str


_PICTURE = _Kind(check=EXIF, readers=(("exifread", "ExifRead"), ("pillow", "Pillow"), ("xmp", "XMP (lxml)"),
                                      ("iptc", "Pillow IPTC")),
                 nothing="no EXIF: usual for pictures that passed through a messenger or a social network")
_HEIF = _Kind(check=EXIF, readers=(("exifread", "ExifRead"), ("pillow", "Pillow"), ("xmp", "XMP (lxml)")),
              nothing=_PICTURE.nothing)
_RAW = _Kind(check=EXIF, readers=(("exifread", "ExifRead"), ("xmp", "XMP (lxml)")), nothing="no EXIF in this RAW file")
_FILM = _Kind(check=CONTAINER, readers=(("boxes", "Muniment containers"), ("film", "PyAV"), ("xmp", "XMP (lxml)")),
              nothing="the container states no camera, time or place: usual for films from a messenger or a platform")
_SOUND = _Kind(check=CONTAINER, readers=(("film", "PyAV"), ("xmp", "XMP (lxml)")), nothing=_FILM.nothing)
_PDF = _Kind(check=DOCUMENT, readers=(("pdf", "Muniment PDF"), ("xmp", "XMP (lxml)")),
             nothing="the document states no author, program or time")
_BOXED = ("mp4", "quicktime", "webm", "matroska", "3gpp", "3gpp2", "x-m4v", "x-m4a")


def has_metadata(item: Item) -> bool:
    """A kind of file that these readers know."""
    return _kind(item) is not None


def check_metadata(bench: Workbench, item: Item) -> Iterator[Finding]:
    """What every reader says, and whether readers and blocks agree."""
    kind = _kind(item)
    if kind is None:
        return
    try:
        path = bench.file_of(item)
    except EvidenceError as error:
        yield unavailable(kind.check, item, error)
        return
    answers = [asked(name, partial(bench.sandbox.read, ask), path) for ask, name in kind.readers]
    exiftool = bench.exiftool()
    if exiftool is not None:
        answers.append(asked("ExifTool", exiftool.read, path))
    readings = [answer for answer in answers if isinstance(answer, Reading)]
    unread = [answer for answer in answers if isinstance(answer, Unread)]
    yield from (failed(kind.check, item, missing) for missing in unread)
    if readings:
        yield _found(kind, item, readings, unread)
    if len(readings) > 1:
        yield _agreement(item, readings)
    if kind.check == EXIF and readings:
        yield from _blocks(item, readings)


def _kind(item: Item) -> _Kind | None:
    family, _, name = item.media_type.partition("/")
    if family == "image" and not name.startswith("svg"):
        if is_raw(item):
            return _RAW
        return _HEIF if name.startswith(("heic", "heif")) else _PICTURE
    if family in {"video", "audio"}:
        return _FILM if name.removeprefix("x-") in {one.removeprefix("x-") for one in _BOXED} else _SOUND
    return _PDF if item.media_type == "application/pdf" else None


def _found(kind: _Kind, item: Item, readings: Sequence[Reading], unread: Sequence[Unread]) -> Finding:
    found = {field: value for reading in sorted(readings, key=lambda one: one.tool.name not in _ASIDE)
             for field, value in reading.normalised}
    found |= {field: value for reading in readings if reading.tool.name == "Pillow"
              for field, value in reading.normalised if field in _OWN}
    for reading in reversed([one for one in readings if one.tool.name not in (*_ASIDE, "ExifTool")]):
        found |= dict(reading.normalised)
    details: dict[str, JsonValue] = {
        "normalised": _named(found), "readers": {reading.tool.name: _reader(reading) for reading in readings},
        "unread": [missing.reader for missing in unread]}
    tools = tuple(reading.tool for reading in readings)
    seen = next((reading.seen for reading in readings if reading.seen), None)
    if seen is not None:
        details["picture"] = {"format": seen.format, "mode": seen.mode, "width": seen.width, "height": seen.height,
                              "frames": seen.frames}
    says_nothing = not set(found) - _OWN - {Field.DURATION, Field.ROTATION}
    if says_nothing and not any(reading.tags for reading in readings if reading.tool.name in PEERS):
        outcome = Outcome.INCONCLUSIVE if unread else Outcome.NOT_APPLICABLE
        return Finding(check=kind.check, outcome=outcome, subject=item.id, details=details, tools=tools,
                       summary=kind.nothing)
    return Finding(check=kind.check, outcome=Outcome.PASS, subject=item.id, details=details, tools=tools,
                   summary=_sentence(kind, found))


def _sentence(kind: _Kind, found: Mapping[Field, str]) -> str:
    parts = []
    camera = " ".join(value for value in (found.get(Field.MAKE, ""), found.get(Field.MODEL, "")) if value)
    if camera:
        parts.append(f"made with {camera}")
    if found.get(Field.CREATED):
        clock = "as it states" if kind.check == DOCUMENT else "by the camera's clock"
        parts.append(f"{'written' if kind.check == DOCUMENT else 'taken'} {found[Field.CREATED]} {clock}")
    elif found.get(Field.CONTAINER_CREATED):
        parts.append(f"container made {found[Field.CONTAINER_CREATED]}")
    if found.get(Field.LATITUDE) and found.get(Field.LONGITUDE):
        parts.append(f"at {found[Field.LATITUDE]}, {found[Field.LONGITUDE]}")
    if found.get(Field.SOFTWARE):
        parts.append(f"written by {found[Field.SOFTWARE]}")
    label = {EXIF: "EXIF", CONTAINER: "container", DOCUMENT: "document"}[kind.check]
    return f"{label}: " + (", ".join(parts) if parts else "present, without camera, time or place")


def _reader(reading: Reading) -> JsonValue:
    return {"version": reading.tool.version, "omitted": reading.omitted,
            "tags": {tag.name: tag.value for tag in reading.tags}, "normalised": _named(dict(reading.normalised))}


def _named(fields: Mapping[Field, str]) -> Mapping[str, str]:
    return {field.value: value for field, value in sorted(fields.items())}


def _agreement(item: Item, readings: Sequence[Reading]) -> Finding:
    compared = [reading for reading in readings if reading.tool.name not in _ASIDE]
    names = " and ".join((", ".join(one.tool.name for one in compared[:-1]), compared[-1].tool.name))
    values = {reading.tool.name: dict(reading.normalised) for reading in compared}
    tools = tuple(reading.tool for reading in compared)
    fields = [field for field in Field if any(value.get(field) for value in values.values())]
    if len(compared) < 2 or not set(fields) - _OWN:
        return Finding(check=READERS, outcome=Outcome.NOT_APPLICABLE, subject=item.id, tools=tools,
                       summary="no reader found fields to compare")
    differing = [field for field in fields if not _agree(field, values)]
    if not differing:
        known = sum(1 for field in fields if sum(bool(value.get(field)) for value in values.values()) > 1)
        return Finding(check=READERS, outcome=Outcome.PASS, subject=item.id, tools=tools,
                       summary=f"{names} read the same", details={"fields_read_by_several": known})
    return Finding(
        check=READERS, outcome=Outcome.INCONCLUSIVE, subject=item.id, tools=tools,
        summary=f"{names} disagree on {', '.join(field.value for field in differing)}",
        details={field.value: {name: value.get(field, "") for name, value in values.items()} for field in differing})


def _agree(field: Field, values: Mapping[str, Mapping[Field, str]]) -> bool:
    stated = [value[field] for value in values.values() if value.get(field)]
    peers = [values[name].get(field, "") for name in PEERS if name in values]
    if field not in _OWN and len(peers) == len(PEERS) and bool(peers[0]) != bool(peers[1]):
        return False
    if field in PRECISION:
        return max(map(float, stated)) - min(map(float, stated)) <= PRECISION[field]
    return len({" ".join(one.split()) for one in stated}) <= 1


def _blocks(item: Item, readings: Sequence[Reading]) -> Iterator[Finding]:
    """EXIF against the blocks that other programs write beside it."""
    by_name = {reading.tool.name: dict(reading.normalised) for reading in readings}
    exif = by_name.get("ExifRead") or by_name.get("Pillow") or by_name.get("ExifTool") or {}
    xmp = by_name.get("XMP (lxml)", {})
    both = [field for field in _BLOCK_FIELDS if exif.get(field) and xmp.get(field)]
    if not both:
        return
    differing = [field for field in both if not _same(field, exif[field], xmp[field])]
    details: dict[str, JsonValue] = {field.value: {"EXIF": exif[field], "XMP": xmp[field]} for field in differing}
    if differing:
        yield Finding(check=BLOCKS, outcome=Outcome.INCONCLUSIVE, subject=item.id, details=details, summary=(
            f"EXIF and XMP of this file contradict each other on {', '.join(field.value for field in differing)}"))
    else:
        yield Finding(check=BLOCKS, outcome=Outcome.PASS, subject=item.id, summary=(
            f"EXIF and XMP say the same of {', '.join(field.value for field in both)}"))


def _same(field: Field, one: str, other: str) -> bool:
    if field in {Field.CREATED, Field.MODIFIED}:        # a zone, or the time of day, may be stated in one of them only
        return one[:min(19, len(one), len(other))] == other[:min(19, len(one), len(other))]
    if field in {Field.LATITUDE, Field.LONGITUDE}:
        return abs(float(one) - float(other)) <= _PLACE_STEP
    return one.strip() == other.strip()
