"""The readers that run in the sandbox: exifread and Pillow for metadata, imagehash for perceptual hashes.

1. They run in the worker process only; what they raise is reported as it is.
2. Only decoders of picture formats that investigators meet are used: no format that starts another program.
"""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, SupportsFloat, cast

from evidence_store.records import Tool
from verify.sandbox import normal
from verify.sandbox.answers import (
    MAX_NAME,
    MAX_TAGS,
    MAX_VALUE,
    Field,
    FormatSeen,
    ImageHashes,
    NamedHash,
    Reading,
    Tag,
    encode_hashes,
    encode_reading,
)

if TYPE_CHECKING:
    from PIL.Image import Image, Transpose

FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP", "AVIF", "JPEG2000")   # EPS would start Ghostscript
MAX_PIXELS = 250_000_000     # a 200-megapixel telephone; decoded, this is 750 MB
DECODE_PATH = "Pillow: full decode of the first frame, EXIF orientation applied, imagehash's own conversion to grey"
_TURNS = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6,
          8: 2}    # EXIF 2.32 4.6.4 Orientation -> PIL.Image.Transpose that undoes it
HASH_SIZE = 8                # 64 bits, what other tools compare with
HIGH_FREQUENCY_FACTOR = 4
WAVELET_SCALE = 64           # fixed: imagehash's default follows the picture's size, so sizes would not compare


class TooManyPixels(ValueError):
    """The file declares a picture larger than the limit; it was not decoded."""


def read_exifread(path: Path) -> bytes:
    """EXIF as ExifRead reads it, MakerNotes included."""
    import exifread

    with path.open("rb") as stream:
        found = exifread.process_file(stream, details=True, extract_thumbnail=False)
    texts = {name: str(value) for name, value in found.items() if name != "EXIF MakerNote"}
    normalised = _normalised(
        {Field.MAKE: "Image Make", Field.MODEL: "Image Model", Field.SOFTWARE: "Image Software",
         Field.EXIF_WIDTH: "EXIF ExifImageWidth", Field.EXIF_HEIGHT: "EXIF ExifImageLength"}, texts)
    original, digitised = texts.get("EXIF DateTimeOriginal", ""), texts.get("EXIF DateTimeDigitized", "")
    orientation = getattr(found.get("Image Orientation"), "values", [])
    normalised |= {
        Field.CREATED: normal.time_of(original, texts.get("EXIF OffsetTimeOriginal", ""))
        or normal.time_of(digitised, texts.get("EXIF OffsetTimeDigitized", "")),
        Field.MODIFIED: normal.time_of(texts.get("Image DateTime", ""), texts.get("EXIF OffsetTime", "")),
        Field.ORIENTATION: str(orientation[0]) if orientation else "",
        Field.LATITUDE: normal.latitude(_floats(getattr(found.get("GPS GPSLatitude"), "values", ())),
                                        texts.get("GPS GPSLatitudeRef", "")),
        Field.LONGITUDE: normal.longitude(_floats(getattr(found.get("GPS GPSLongitude"), "values", ())),
                                          texts.get("GPS GPSLongitudeRef", "")),
    }
    return encode_reading(_reading(Tool(name="ExifRead", version=exifread.__version__), texts, normalised, None))


def read_pillow(path: Path) -> bytes:
    """EXIF and format as Pillow reads them, without decoding the picture."""
    import PIL
    from PIL.ExifTags import GPS, GPSTAGS, IFD, TAGS, Base

    with opened(path) as image:
        exif = image.getexif()
        details, place = exif.get_ifd(IFD.Exif), exif.get_ifd(IFD.GPSInfo)
        seen = _seen(image)
    texts = {f"Image {TAGS.get(tag, hex(tag))}": _shown(value) for tag, value in exif.items()}
    texts |= {f"EXIF {TAGS.get(tag, hex(tag))}": _shown(value) for tag,
              value in details.items() if tag != Base.MakerNote}
    texts |= {f"GPS {GPSTAGS.get(tag, hex(tag))}": _shown(value) for tag, value in place.items()}
    normalised = _normalised(
        {Field.MAKE: "Image Make", Field.MODEL: "Image Model", Field.SOFTWARE: "Image Software",
         Field.ORIENTATION: "Image Orientation", Field.EXIF_WIDTH: "EXIF ExifImageWidth",
         Field.EXIF_HEIGHT: "EXIF ExifImageHeight"}, texts)
    normalised |= {
        Field.CREATED: normal.time_of(texts.get("EXIF DateTimeOriginal", ""), texts.get("EXIF OffsetTimeOriginal", ""))
        or normal.time_of(texts.get("EXIF DateTimeDigitized", ""), texts.get("EXIF OffsetTimeDigitized", "")),
        Field.MODIFIED: normal.time_of(texts.get("Image DateTime", ""), texts.get("EXIF OffsetTime", "")),
        Field.LATITUDE: normal.latitude(_floats(place.get(GPS.GPSLatitude, ())),
                                        str(place.get(GPS.GPSLatitudeRef, ""))),
        Field.LONGITUDE: normal.longitude(_floats(place.get(GPS.GPSLongitude, ())),
                                          str(place.get(GPS.GPSLongitudeRef, ""))),
    }
    return encode_reading(_reading(Tool(name="Pillow", version=PIL.__version__), texts, normalised, seen))


def hash_image(path: Path) -> bytes:
    """The perceptual hashes of a picture."""
    import imagehash
    import PIL
    from PIL.ExifTags import Base

    with opened(path) as image:
        seen = _seen(image)
        orientation = image.getexif().get(Base.Orientation, 1)
        stored = _flattened(image)
    turn = _transposition(orientation)
    applied = orientation if turn is not None else 1
    upright = stored if turn is None else stored.transpose(turn)
    return encode_hashes(ImageHashes(
        tools=(Tool(name="ImageHash", version=imagehash.__version__), Tool(name="Pillow", version=PIL.__version__)),
        decode_path=DECODE_PATH, orientation=applied, seen=seen, hashes=_hashes(upright),
        as_stored=_hashes(stored) if applied != 1 else ()))


READERS: Mapping[str, Callable[[Path], bytes]] = {
    "exifread": read_exifread, "pillow": read_pillow, "imagehash": hash_image,
}


def opened(path: Path) -> "Image":
    """A picture file, its head read; raises TooManyPixels and whatever Pillow raises."""
    from PIL import Image

    Image.init()                     # with `formats`, Pillow only looks among plugins that are loaded already
    Image.MAX_IMAGE_PIXELS = None    # our own limit, with its own answer, stands in the next lines
    image = Image.open(path, formats=FORMATS)
    if image.width * image.height > MAX_PIXELS:
        raise TooManyPixels(f"{image.width} x {image.height} pixels are declared; the limit is {MAX_PIXELS:,}")
    return image


def turn_of(image: "Image") -> "Transpose | None":
    """What makes the picture upright; None where it is."""
    from PIL.ExifTags import Base

    return _transposition(image.getexif().get(Base.Orientation, 1))


def _transposition(orientation: object) -> "Transpose | None":
    from PIL.Image import Transpose

    turn = _TURNS.get(orientation) if isinstance(orientation, int) else None
    return None if turn is None else Transpose(turn)


def _seen(image: "Image") -> FormatSeen:
    return FormatSeen(format=image.format or "", mode=image.mode, width=image.width, height=image.height,
                      frames=getattr(image, "n_frames", 1))


def _flattened(image: "Image") -> "Image":
    """The first frame, decoded: RGB, over white where the picture is transparent."""
    from PIL import Image

    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        coloured = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", coloured.size, (255, 255, 255, 255)), coloured).convert("RGB")
    return image.convert("RGB")


def _hashes(image: "Image") -> tuple[NamedHash, ...]:
    import imagehash

    size = f"hash_size={HASH_SIZE}"
    return (
        NamedHash(name="ahash", hash=str(imagehash.average_hash(image, hash_size=HASH_SIZE)), parameters=size),
        NamedHash(name="dhash", hash=str(imagehash.dhash(image, hash_size=HASH_SIZE)), parameters=size),
        NamedHash(name="phash", hash=str(imagehash.phash(image, HASH_SIZE, HIGH_FREQUENCY_FACTOR)),
                  parameters=f"{size} highfreq_factor={HIGH_FREQUENCY_FACTOR}"),
        NamedHash(name="whash", hash=str(imagehash.whash(image, HASH_SIZE, WAVELET_SCALE, "haar")),
                  parameters=f"{size} image_scale={WAVELET_SCALE} mode=haar remove_max_haar_ll=True"),
    )


def _normalised(names: Mapping[Field, str], texts: Mapping[str, str]) -> dict[Field, str]:
    return {field: texts.get(name, "").strip("\0 ") for field, name in names.items()}


def _reading(tool: Tool, texts: Mapping[str, str], normalised: Mapping[Field, str], seen: FormatSeen | None) -> Reading:
    tags = [Tag(name=name[:MAX_NAME], value=value[:MAX_VALUE]) for name, value in sorted(texts.items())]
    return Reading(tool=tool, tags=tuple(tags[:MAX_TAGS]), omitted=max(0, len(tags) - MAX_TAGS), seen=seen,
                   normalised=tuple((field, value[:MAX_VALUE]) for field, value in sorted(normalised.items()) if value))


def _shown(value: object) -> str:
    if isinstance(value, bytes):
        return value.strip(b"\0").decode("ascii") if value.strip(b"\0").isascii() else f"{len(value)} bytes"
    return str(value)


def _floats(values: object) -> list[float]:
    """Rationals as numbers; an empty list where one of them is none (a denominator of zero, a text)."""
    found = []
    for value in cast("Iterable[SupportsFloat]", values) if isinstance(values, (list, tuple)) else ():
        try:
            found.append(float(value))
        except (ZeroDivisionError, ValueError, TypeError, OverflowError):
            return []
    return found
