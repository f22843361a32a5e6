"""What an index says of each picture: where it stood, since when, and whether it could be compared."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from evidence_store.canonical import JsonValue
from evidence_store.clock import format_time, parse_time
from evidence_store.errors import FormatError
from evidence_store.visible import shortened

MAX_TEXT = 4096            # characters of a path or URL; longer ones are cut, the hash identifies


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a picture or video stood when it was indexed."""

    collection: str            # the folder, WARC or WACZ as named by the user, or "case"
    name: str                  # item id, path within the folder, or WARC file and offset
    sha256: str                # of its bytes
    media_type: str = ""
    url: str = ""              # of a WARC record or item
    first_seen: datetime | None = None   # WARC-Date or time of capture; None: a file's time proves nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One picture of an index, or one frame of a video."""

    source: Source
    seconds: float | None = None   # of a frame, from the video's start
    not_comparable: str = ""       # why it has no fingerprint; "" where it has one
    unit: str = ""                 # the file or item that it was found in: see `files.Unit`


def to_fields(entry: Entry) -> dict[str, JsonValue]:
    """As it is stored."""
    source = entry.source
    fields: dict[str, JsonValue] = {"collection": source.collection, "name": source.name, "sha256": source.sha256}
    optional = {"media_type": source.media_type, "url": source.url, "not_comparable": entry.not_comparable,
                "unit": entry.unit,
                "first_seen": format_time(source.first_seen) if source.first_seen else "",
                "seconds": f"{entry.seconds:.3f}" if entry.seconds is not None else ""}
    return fields | {name: value for name, value in optional.items() if value}


def from_fields(fields: Mapping[str, object]) -> Entry:
    """The inverse; FormatError where they are none."""
    try:
        seen, seconds = _text(fields, "first_seen"), _text(fields, "seconds")
        return Entry(
            source=Source(collection=_text(fields, "collection"), name=_text(fields, "name"),
                          sha256=_text(fields, "sha256"), media_type=_text(fields, "media_type"),
                          url=_text(fields, "url"), first_seen=parse_time(seen) if seen else None),
            seconds=float(seconds) if seconds else None, not_comparable=_text(fields, "not_comparable"),
            unit=_text(fields, "unit"))
    except (ValueError, TypeError) as error:
        raise FormatError("an index entry is malformed") from error


def _text(fields: Mapping[str, object], name: str) -> str:
    value = fields.get(name, "")
    if not isinstance(value, str):
        raise TypeError(name)
    return shortened(value, MAX_TEXT)
