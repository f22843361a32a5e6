"""What readers answer, and the JSON in which it crosses from their process to ours.

1. `decode_*` believes nothing: types, counts and lengths are checked, control and bidirectional characters are made
   visible, and an answer of another shape is an `AnswerMalformed`.
2. Numbers travel as text: an answer ends in ledger bodies, which hold no floating-point numbers.
"""

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from evidence_store.canonical import JsonValue
from evidence_store.records import Tool
from evidence_store.visible import shortened

MAX_TAGS = 400               # the richest camera files have about 300; a forged IFD can claim thousands
MAX_NAME = 100               # characters of a tag's name
MAX_VALUE = 500              # characters of a tag's value; longer ones are MakerNote blobs
MAX_HASHES = 16
MAX_POINTS = 300             # of a film's track: enough to draw it
MAX_STRETCHES = 12           # pictures within a file: DNG carries three, MPF up to four


class AnswerMalformed(ValueError):
    """The other process sent something that is no answer."""


class Field(StrEnum):
    """What readers name differently, under one name. Times are ISO 8601, with a zone where one is stated."""

    MAKE = "make"
    MODEL = "model"
    SERIAL = "serial"                  # of the camera's body
    LENS = "lens"
    LENS_SERIAL = "lens_serial"
    SOFTWARE = "software"              # what wrote the file, in its own words
    CREATED = "created"                # EXIF DateTimeOriginal, else DateTimeDigitized; in a film the maker's creation
    CONTAINER_CREATED = "container_created"    # a container's own field, UTC by its specification
    MODIFIED = "modified"              # EXIF DateTime
    LATITUDE = "latitude"              # decimal degrees, 6 decimals, north positive
    LONGITUDE = "longitude"            # ... east positive
    ALTITUDE = "altitude"              # metres, one decimal, above sea level positive
    GPS_ERROR = "gps_error"            # metres, as the device estimated
    GPS_TIME = "gps_time"              # UTC, of the fix
    ORIENTATION = "orientation"        # 1..8
    ROTATION = "rotation"              # of a film: degrees clockwise to turn it for showing
    WIDTH = "width"                    # as stored, before any turning
    HEIGHT = "height"
    DURATION = "duration"              # seconds, one decimal
    EXIF_WIDTH = "exif_width"          # what the EXIF says the picture measures
    EXIF_HEIGHT = "exif_height"
    AUTHOR = "author"
    CREDIT = "credit"
    COPYRIGHT = "copyright"
    DESCRIPTION = "description"
    INSTRUCTIONS = "instructions"      # IPTC SpecialInstructions: where Facebook writes FBMD...
    TRANSMISSION = "transmission"      # IPTC OriginalTransmissionReference
    EDITS = "edits"                    # XMP edit history: "when action by software; ..."
    DOCUMENT = "document"              # XMP DocumentID
    DERIVED_FROM = "derived_from"      # XMP DerivedFrom: the document this one was made from


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """One piece of metadata, as a reader spells it."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormatSeen:
    """What a decoder says the file is."""

    format: str              # "JPEG"
    mode: str                # "RGB"
    width: int               # as stored, before orientation
    height: int
    frames: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one reader found in one file."""

    tool: Tool
    tags: tuple[Tag, ...]
    normalised: tuple[tuple[Field, str], ...]
    omitted: int = 0                  # tags beyond MAX_TAGS
    seen: FormatSeen | None = None    # of readers that look at the picture too


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedHash:
    """A perceptual hash and the parameters without which it cannot be compared."""

    name: str                # "phash"
    hash: str                # hex, as imagehash writes it
    parameters: str          # "hash_size=8 highfreq_factor=4"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageHashes:
    """The hashes of one picture as a viewer shows it (orientation applied)."""

    tools: tuple[Tool, ...]
    decode_path: str
    orientation: int         # the EXIF orientation that was applied; 1: none
    seen: FormatSeen
    hashes: tuple[NamedHash, ...]
    as_stored: tuple[NamedHash, ...] = ()   # without the orientation, where there is one
    mean_grey: str = ""                     # of 255, ITU-R 601 luma


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Where a picture stands within a file."""

    what: str                # "EXIF thumbnail (IFD1)"
    offset: int
    length: int
    media_type: str = ""
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackPoint:
    """Where a film says the camera was."""

    seconds: float           # from the beginning of the track
    latitude: float          # decimal degrees
    longitude: float
    altitude: float = 0.0    # metres; 0 where none is stated
    utc: str = ""            # of the fix, ISO 8601


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackFound:
    """The places of a film."""

    source: str              # "GoPro GPMF"; "" where there is none
    count: int               # of fixes in the file
    points: tuple[TrackPoint, ...]


def encode_track(track: TrackFound) -> bytes:
    """One line; numbers as text."""
    return _line({"source": track.source, "count": track.count, "points": [
        [f"{one.seconds:.1f}", f"{one.latitude:.6f}", f"{one.longitude:.6f}", f"{one.altitude:.1f}", one.utc]
        for one in track.points]})


def decode_track(line: bytes) -> TrackFound:
    """The inverse; raises AnswerMalformed."""
    fields = _object(line)
    return TrackFound(source=_text(fields.get("source")), count=_integer(fields.get("count")),
                      points=tuple(map(_track_point, _list(fields, "points", MAX_POINTS))))


def encode_reading(reading: Reading) -> bytes:
    """One line."""
    return _line({
        "tool": _tool(reading.tool), "omitted": reading.omitted, "seen": _seen(reading.seen) if reading.seen else None,
        "tags": [[tag.name, tag.value] for tag in reading.tags],
        "normalised": [[field.value, value] for field, value in reading.normalised]})


def decode_reading(line: bytes) -> Reading:
    """The inverse; raises AnswerMalformed."""
    fields = _object(line)
    tags = _list(fields, "tags", MAX_TAGS)
    pairs = [_pair(pair) for pair in _list(fields, "normalised", len(Field))]
    try:
        normalised = tuple((Field(name), value) for name, value in pairs)
    except ValueError as error:
        raise AnswerMalformed(str(error)) from error
    seen = fields.get("seen")
    return Reading(tool=_tool_of(fields.get("tool")),
                   tags=tuple(Tag(name=name, value=value) for name, value in map(_pair, tags)),
                   normalised=normalised, omitted=_integer(fields.get("omitted")),
                   seen=_seen_of(seen) if seen is not None else None)


def encode_hashes(hashes: ImageHashes) -> bytes:
    """One line."""
    return _line({
        "tools": [_tool(tool) for tool in hashes.tools], "decode_path": hashes.decode_path,
        "orientation": hashes.orientation, "seen": _seen(hashes.seen),
        "hashes": [_hash(one) for one in hashes.hashes], "as_stored": [_hash(one) for one in hashes.as_stored],
        "mean_grey": hashes.mean_grey})


def decode_hashes(line: bytes) -> ImageHashes:
    """The inverse; raises AnswerMalformed."""
    fields = _object(line)
    return ImageHashes(
        tools=tuple(_tool_of(tool) for tool in _list(fields, "tools", MAX_HASHES)),
        decode_path=_text(fields.get("decode_path"), MAX_VALUE), orientation=_integer(fields.get("orientation")),
        seen=_seen_of(fields.get("seen")),
        hashes=tuple(_hash_of(one) for one in _list(fields, "hashes", MAX_HASHES)),
        as_stored=tuple(_hash_of(one) for one in _list(fields, "as_stored", MAX_HASHES)),
        mean_grey=_grey(fields.get("mean_grey", "")))


def encode_stretches(stretches: Sequence[Stretch]) -> bytes:
    """One line."""
    return _line({"stretches": [[one.what, one.offset, one.length, one.media_type, one.width, one.height]
                                for one in stretches]})


def decode_stretches(line: bytes) -> tuple[Stretch, ...]:
    """The inverse; raises AnswerMalformed."""
    return tuple(map(_stretch_of, _list(_object(line), "stretches", MAX_STRETCHES)))


def _line(fields: dict[str, JsonValue]) -> bytes:
    return json.dumps(fields, ensure_ascii=True, separators=(",", ":"), allow_nan=False).encode("ascii") + b"\n"


def _tool(tool: Tool) -> JsonValue:
    return [tool.name, tool.version]


def _seen(seen: FormatSeen) -> JsonValue:
    return [seen.format, seen.mode, seen.width, seen.height, seen.frames]


def _hash(one: NamedHash) -> JsonValue:
    return [one.name, one.hash, one.parameters]


def _object(line: bytes) -> dict[str, object]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise AnswerMalformed("not JSON") from error
    if not isinstance(value, dict):
        raise AnswerMalformed("not an object")
    return value


def _list(fields: dict[str, object], name: str, limit: int) -> Sequence[object]:
    value = fields.get(name)
    if not isinstance(value, list) or len(value) > limit:
        raise AnswerMalformed(f"{name} is no list of at most {limit}")
    return value


def _text(value: object, limit: int = MAX_NAME) -> str:
    if not isinstance(value, str):
        raise AnswerMalformed("a text is missing")
    return shortened(value, limit)


def _grey(value: object) -> str:
    text = _text(value)
    if text and not re.fullmatch(r"\d{1,3}\.\d", text):
        raise AnswerMalformed("no mean grey")
    return text


def _integer(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**31:
        raise AnswerMalformed("a count is missing or out of range")
    return value


def _row(value: object, length: int) -> Sequence[object]:
    if not isinstance(value, list) or len(value) != length:
        raise AnswerMalformed(f"not a row of {length}")
    return value


def _pair(value: object) -> tuple[str, str]:
    name, text = _row(value, 2)
    return _text(name), _text(text, MAX_VALUE)


def _tool_of(value: object) -> Tool:
    name, version = _row(value, 2)
    return Tool(name=_text(name), version=_text(version))


def _seen_of(value: object) -> FormatSeen:
    kind, mode, width, height, frames = _row(value, 5)
    return FormatSeen(format=_text(kind), mode=_text(mode), width=_integer(width), height=_integer(height),
                      frames=_integer(frames))


def _hash_of(value: object) -> NamedHash:
    name, digest, parameters = _row(value, 3)
    return NamedHash(name=_text(name), hash=_text(digest), parameters=_text(parameters, MAX_VALUE))


def _stretch_of(value: object) -> Stretch:
    what, offset, length, media_type, width, height = _row(value, 6)
    return Stretch(what=_text(what), offset=_integer(offset), length=_integer(length), media_type=_text(media_type),
                   width=_integer(width), height=_integer(height))


def _track_point(value: object) -> TrackPoint:
    *numbers, utc = (_text(part) for part in _row(value, 5))
    try:
        seconds, latitude, longitude, altitude = (float(number) for number in numbers)
    except ValueError as error:
        raise AnswerMalformed("a point without numbers") from error
    if not (abs(latitude) <= 90 and abs(longitude) <= 180 and math.isfinite(seconds) and math.isfinite(altitude)):
        raise AnswerMalformed("a point that is nowhere")
    if utc and not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", utc):
        raise AnswerMalformed("a time that is none")
    return TrackPoint(seconds=seconds, latitude=latitude, longitude=longitude, altitude=altitude, utc=utc)
