"""The readers that run in the sandbox, by the name they are asked under.

1. They run in the worker process only; what they raise is reported as it is.
2. Only decoders of picture formats that investigators meet are used: no format that starts another program.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from evidence_store.records import Tool
from verify.origin.readers import read_c2pa, read_structure
from verify.sandbox.answers import (
    ImageHashes,
    NamedHash,
    Reading,
    encode_hashes,
    encode_reading,
    encode_stretches,
    encode_track,
)
from verify.sandbox.boxes import read_boxes
from verify.sandbox.embedded import find_embedded
from verify.sandbox.exif import read_exifread, read_iptc, read_pillow
from verify.sandbox.film import read_film
from verify.sandbox.legible import legible_picture
from verify.sandbox.opening import opened, seen, transposition
from verify.sandbox.pdf import read_pdf
from verify.sandbox.track import read_track
from verify.sandbox.xmp import read_xmp

if TYPE_CHECKING:
    from PIL.Image import Image

DECODE_PATH = "Pillow: full decode of the first frame, EXIF orientation applied, imagehash's own conversion to grey"
HASH_SIZE = 8                # 64 bits, what other tools compare with
HIGH_FREQUENCY_FACTOR = 4
WAVELET_SCALE = 64           # fixed: imagehash's default follows the picture's size, so sizes would not compare


def hash_image(path: Path) -> bytes:
    """The perceptual hashes of a picture."""
    import imagehash
    import PIL
    from PIL.ExifTags import Base

    with opened(path) as image:
        shape = seen(image)
        orientation = image.getexif().get(Base.Orientation, 1)
        stored = _flattened(image)
    turn = transposition(orientation)
    applied = orientation if turn is not None else 1
    upright = stored if turn is None else stored.transpose(turn)
    return encode_hashes(ImageHashes(
        tools=(Tool(name="ImageHash", version=imagehash.__version__), Tool(name="Pillow", version=PIL.__version__)),
        decode_path=DECODE_PATH, orientation=applied, seen=shape, hashes=_hashes(upright),
        as_stored=_hashes(stored) if applied != 1 else (), mean_grey=_mean_grey(stored)))


def list_embedded(path: Path) -> bytes:
    """Where the pictures that the file carries stand."""
    return encode_stretches(find_embedded(path))


def list_track(path: Path) -> bytes:
    """Where a film says the camera was."""
    return encode_track(read_track(path))


def _line(read: Callable[[Path], Reading]) -> Callable[[Path], bytes]:
    return lambda path: encode_reading(read(path))


READERS: Mapping[str, Callable[[Path], bytes]] = {
    "exifread": _line(read_exifread), "pillow": _line(read_pillow), "iptc": _line(read_iptc), "xmp": _line(read_xmp),
    "structure": _line(read_structure), "c2pa": _line(read_c2pa),
    "boxes": _line(read_boxes), "film": _line(read_film), "pdf": _line(read_pdf), "imagehash": hash_image,
    "embedded": list_embedded, "legible": legible_picture, "track": list_track,
}


def _mean_grey(image: "Image") -> str:
    counts = image.convert("L").histogram()
    return f"{sum(level * count for level, count in enumerate(counts)) / max(1, sum(counts)):.1f}"


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
