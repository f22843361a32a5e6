"""EXIF as ExifRead and as Pillow read it, under the names of `Field`.

ExifRead meets only what it reads well: where it finds nothing, or stumbles over a container (HEIC, AVIF, WebP), the
TIFF block that the container holds is given to it alone.
"""

import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from evidence_store.records import Tool
from verify.sandbox import normal
from verify.sandbox.answers import Field, Reading

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

SCANNED = 32 << 20           # bytes in which a container's EXIF block is looked for: it stands before the picture
MAX_BLOCK = 1 << 20          # bytes of that block; more is a preview
# What stands before the TIFF head in HEIF and in WebP.
_BLOCK = re.compile(rb"(?:Exif\x00\x00|EXIF....)(?=II\*\x00|MM\x00\*)", re.DOTALL)
_TEXTS = {
    Field.MAKE: "Image Make", Field.MODEL: "Image Model", Field.SOFTWARE: "Image Software",
    Field.SERIAL: "EXIF BodySerialNumber", Field.LENS: "EXIF LensModel", Field.LENS_SERIAL: "EXIF LensSerialNumber",
    Field.AUTHOR: "Image Artist", Field.COPYRIGHT: "Image Copyright", Field.DESCRIPTION: "Image ImageDescription"}


def read_exifread(path: Path) -> Reading:
    """EXIF as ExifRead reads it, MakerNotes included."""
    import exifread

    found = _process(path)
    texts = {name: str(value) for name, value in found.items()
             if name != "EXIF MakerNote" and not isinstance(value, bytes)}

    def values(name: str) -> list[float]:
        return normal.floats(getattr(found.get(name), "values", ()))

    normalised = {field: texts.get(name, "") for field, name in _TEXTS.items()} | _times(texts) | _place(
        values("GPS GPSLatitude"), texts.get("GPS GPSLatitudeRef", ""), values("GPS GPSLongitude"),
        texts.get("GPS GPSLongitudeRef", ""))
    normalised |= {
        Field.ALTITUDE: normal.metres(values("GPS GPSAltitude"), below=values("GPS GPSAltitudeRef") == [1]),
        Field.GPS_ERROR: normal.metres(values("GPS Tag 0x001F") or values("GPS GPSHPositioningError")),
        Field.GPS_TIME: normal.gps_time(texts.get("GPS GPSDate", "") or texts.get("GPS GPSDateStamp", ""),
                                        values("GPS GPSTimeStamp")),
        Field.ORIENTATION: _whole(values("Image Orientation")), Field.EXIF_WIDTH: _whole(values("EXIF ExifImageWidth")),
        Field.EXIF_HEIGHT: _whole(values("EXIF ExifImageLength"))}
    return normal.reading(Tool(name="ExifRead", version=exifread.__version__), texts, normalised)


def _process(path: Path) -> Mapping[str, Any]:
    import exifread

    found: Mapping[str, Any] = {}
    failure: Exception | None = None
    with path.open("rb") as stream:
        try:
            found = exifread.process_file(stream, details=True, extract_thumbnail=False)
        except Exception as error:  # noqa: BLE001 - boundary to a parser of hostile files; raised again below
            failure = error
        stream.seek(0)
        block = b"" if found else block_of(stream.read(SCANNED))
    if block:
        found = exifread.process_file(io.BytesIO(block), details=True, extract_thumbnail=False)
    elif failure is not None:
        raise failure
    return found


def block_of(content: bytes) -> bytes:
    """The TIFF block of EXIF in a HEIF or WebP container; b"" where there is none."""
    if content[4:8] != b"ftyp" and not (content[:4] == b"RIFF" and content[8:12] == b"WEBP"):
        return b""
    match = _BLOCK.search(content)
    return content[match.end():match.end() + MAX_BLOCK] if match else b""


def read_pillow(path: Path) -> Reading:
    """EXIF and format as Pillow reads them, without decoding the picture."""
    import PIL
    from PIL.ExifTags import GPS, GPSTAGS, IFD, TAGS, Base

    from verify.sandbox.opening import opened, seen

    with opened(path) as image:
        exif = image.getexif()
        details, place = exif.get_ifd(IFD.Exif), exif.get_ifd(IFD.GPSInfo)
        shape = seen(image)
    texts = {f"Image {TAGS.get(tag, hex(tag))}": _shown(value) for tag, value in exif.items()}
    texts |= {f"EXIF {TAGS.get(tag, hex(tag))}": _shown(value) for tag, value in details.items()
              if tag != Base.MakerNote}
    texts |= {f"GPS {GPSTAGS.get(tag, hex(tag))}": _shown(value) for tag, value in place.items()}
    normalised = {field: texts.get(name, "") for field, name in _TEXTS.items()} | _times(texts) | _place(
        normal.floats(place.get(GPS.GPSLatitude, ())), str(place.get(GPS.GPSLatitudeRef, "")),
        normal.floats(place.get(GPS.GPSLongitude, ())), str(place.get(GPS.GPSLongitudeRef, "")))
    normalised |= {
        Field.ALTITUDE: normal.metres(normal.floats(place.get(GPS.GPSAltitude, ())),
                                      below=place.get(GPS.GPSAltitudeRef) in {1, b"\x01"}),
        Field.GPS_ERROR: normal.metres(normal.floats(place.get(GPS.GPSHPositioningError, ()))),
        Field.GPS_TIME: normal.gps_time(str(place.get(GPS.GPSDateStamp, "")),
                                        normal.floats(place.get(GPS.GPSTimeStamp, ()))),
        Field.ORIENTATION: texts.get("Image Orientation", ""), Field.EXIF_WIDTH: texts.get("EXIF ExifImageWidth", ""),
        Field.EXIF_HEIGHT: texts.get("EXIF ExifImageHeight", ""),
        Field.WIDTH: str(shape.width), Field.HEIGHT: str(shape.height)}
    return normal.reading(Tool(name="Pillow", version=PIL.__version__), texts, normalised, shape)


def read_iptc(path: Path) -> Reading:
    """IPTC-IIM (of JPEG and TIFF) as Pillow reads it."""
    import PIL
    from PIL import IptcImagePlugin

    from verify.sandbox.opening import opened

    with opened(path) as image:
        found = IptcImagePlugin.getiptcinfo(cast("ImageFile", image)) or {}
    texts = {f"IPTC {record}:{number:03d}": _iptc(value) for (record, number), value in found.items()}
    named = {Field.AUTHOR: "IPTC 2:080", Field.CREDIT: "IPTC 2:110", Field.COPYRIGHT: "IPTC 2:116",
             Field.DESCRIPTION: "IPTC 2:120", Field.INSTRUCTIONS: "IPTC 2:040",
             Field.TRANSMISSION: "IPTC 2:103"}    # IPTC-IIM 4.2, chapter 6
    normalised = {field: texts.get(name, "") for field, name in named.items()}
    return normal.reading(Tool(name="Pillow IPTC", version=PIL.__version__), texts, normalised)


def _times(texts: Mapping[str, str]) -> dict[Field, str]:
    def of(time: str, offset: str) -> str:
        return normal.time_of(texts.get(time, ""), texts.get(offset, ""))

    return {Field.CREATED: of("EXIF DateTimeOriginal", "EXIF OffsetTimeOriginal")
            or of("EXIF DateTimeDigitized", "EXIF OffsetTimeDigitized"),
            Field.MODIFIED: of("Image DateTime", "EXIF OffsetTime")}


def _place(latitude: list[float], north: str, longitude: list[float], east: str) -> dict[Field, str]:
    found = {Field.LATITUDE: normal.latitude(latitude, north), Field.LONGITUDE: normal.longitude(longitude, east)}
    return found if all(found.values()) else {}


def _whole(values: list[float]) -> str:
    return f"{values[0]:.0f}" if values else ""


def _iptc(value: object) -> str:
    parts = value if isinstance(value, list) else [value]
    return "; ".join(part.decode("utf-8", "replace") if isinstance(part, bytes) else str(part) for part in parts)


def _shown(value: object) -> str:
    if isinstance(value, bytes):
        return value.strip(b"\0").decode("ascii") if value.strip(b"\0").isascii() else f"{len(value)} bytes"
    return str(value)
