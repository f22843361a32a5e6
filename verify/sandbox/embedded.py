"""Pictures that a file carries of itself: EXIF thumbnails, MPF and RAW previews, cover pictures of films.

1. What is found is a stretch of the file: offset and length. Whoever has the file can cut it out again.
2. A stretch counts only if a JPEG or PNG begins there and Pillow reads its head.
3. Numbers, sizes and depth are bounded; offsets that point outside the file are passed over.
"""

import io
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from verify.sandbox.answers import MAX_STRETCHES, Stretch

MAX_FILE = 512 << 20         # bytes read: the largest RAW files of medium format have 250 MB
MAX_DIRECTORIES = 64
MAX_ENTRIES = 2000           # of one directory: MakerNotes have some hundred
MIN_SIDE = 8                 # pixels
_TIFF = (b"II*\0", b"MM\0*", b"IIRO", b"IIRS", b"IIU\0", b"MMOR")      # TIFF, Olympus ORF, Panasonic RW2
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}    # TIFF 6.0, section 2
_EXIF_BLOCK = re.compile(rb"(?:Exif\0\0|EXIF....|eXIf)(?=II\*\0|MM\0\*)", re.DOTALL)


def find_embedded(path: Path) -> tuple[Stretch, ...]:
    """The pictures a file carries, in the order of their offsets."""
    with path.open("rb") as stream:
        content = stream.read(MAX_FILE)
    found: dict[int, Stretch] = {}
    for one in _candidates(content):
        shown = _shown(content, one)
        if shown is not None and one.offset not in found:
            found[one.offset] = shown
        if len(found) >= MAX_STRETCHES:
            break
    return tuple(found[offset] for offset in sorted(found))


def _candidates(content: bytes) -> Iterator[Stretch]:
    if content[:4] in _TIFF:
        yield from _directories(content, 0, "")
    elif content[:2] == b"\xff\xd8":
        yield from _of_jpeg(content)
    elif content[:15] == b"FUJIFILMCCD-RAW" and len(content) > 92:
        offset, length = struct.unpack_from(">II", content, 84)
        yield Stretch(what="RAF preview", offset=offset, length=length)
    elif content[4:8] == b"ftyp":
        yield from _of_boxes(content)
    elif content[:4] in {b"RIFF", b"\x89PNG"}:
        yield from _of_block(content)


def _of_jpeg(content: bytes) -> Iterator[Stretch]:
    at = 2
    while at + 4 <= len(content) and content[at] == 0xFF and content[at + 1] != 0xDA:
        marker, length = content[at + 1], struct.unpack_from(">H", content, at + 2)[0]
        body = at + 4
        if marker == 0xE1 and content[body:body + 6] == b"Exif\0\0":
            end = at + 2 + length                       # what points out of the segment points into the picture itself
            yield from (one for one in _directories(content, body + 6, "EXIF ") if one.offset + one.length <= end)
        elif marker == 0xE2 and content[body:body + 4] == b"MPF\0":
            yield from _of_mpf(content, body + 4)
        elif marker == 0xED:
            yield from _of_photoshop(content, body, at + 2 + length)
        if length < 2:
            return
        at += 2 + length


def _of_block(content: bytes) -> Iterator[Stretch]:
    match = _EXIF_BLOCK.search(content, 0, 64 << 20)
    if match:
        yield from _directories(content, match.end(), "EXIF ")


@dataclass(frozen=True, slots=True)
class _Tiff:
    """A TIFF structure within a file."""

    content: bytes
    base: int
    order: str

    def number(self, at: int, shape: str) -> int:
        """One integer; -1 outside of the file."""
        place = self.base + at
        if place < 0 or place + struct.calcsize(shape) > len(self.content):
            return -1
        return int(struct.unpack_from(self.order + shape, self.content, place)[0])

    def entries(self, at: int) -> Iterator[tuple[int, int, int, int]]:
        """Tag, type, count and where the values stand, of the directory at an offset."""
        for index in range(min(max(self.number(at, "H"), 0), MAX_ENTRIES)):
            entry = at + 2 + index * 12
            tag, kind, count = self.number(entry, "H"), self.number(entry + 2, "H"), self.number(entry + 4, "I")
            size = _SIZES.get(kind, 0) * count
            if count > 0 and size > 0:
                yield tag, kind, count, entry + 8 if size <= 4 else self.number(entry + 8, "I")

    def values(self, kind: int, count: int, place: int) -> list[int]:
        """The first integers of an entry; none of other types."""
        shape = {1: "B", 3: "H", 4: "I", 7: "B", 13: "I"}.get(kind)
        if shape is None:
            return []
        width = struct.calcsize(shape)
        return [self.number(place + index * width, shape) for index in range(min(count, 8))]


def _directories(content: bytes, base: int, label: str) -> Iterator[Stretch]:
    order = "<" if content[base:base + 2] == b"II" else ">"
    tiff = _Tiff(content, base, order)
    waiting, seen = [(tiff.number(4, "I"), "IFD0")], set[int]()
    while waiting and len(seen) < MAX_DIRECTORIES:
        at, name = waiting.pop(0)
        if at <= 0 or at in seen:
            continue
        seen.add(at)
        held: dict[int, list[int]] = {}
        for tag, kind, count, place in tiff.entries(at):
            if tag == 0x002E:                               # Panasonic RW2: JpgFromRaw, the picture is the value
                yield Stretch(what=f"{label}preview (JpgFromRaw)", offset=base + place, length=count)
            held[tag] = tiff.values(kind, count, place)
        own = name == "IFD0" and content[base + 8:base + 10] != b"CR"       # of Canon's CR2 the first is a preview
        yield from _of_directory(held, base, f"{label}{name}", is_first=own)
        waiting += [(value, f"SubIFD{index}") for index, value in enumerate(held.get(0x014A, []))]
        count = tiff.number(at, "H")
        if name.startswith("IFD") and count >= 0:
            waiting.append((tiff.number(at + 2 + count * 12, "I"), f"IFD{int(name[3:]) + 1}"))


def _of_directory(held: dict[int, list[int]], base: int, name: str, *, is_first: bool) -> Iterator[Stretch]:
    what = f"{name.removesuffix('IFD1')}thumbnail (IFD1)" if name.endswith("IFD1") else f"preview ({name})"
    offset, length = held.get(0x0201, []), held.get(0x0202, [])
    if offset and length:
        yield Stretch(what=what, offset=base + offset[0], length=length[0])
    strips, sizes = held.get(0x0111, []), held.get(0x0117, [])
    is_whole = is_first and held.get(0x00FE, [0]) == [0] and 0x014A not in held      # a TIFF with JPEG inside: itself
    if len(strips) == len(sizes) == 1 and held.get(0x0103) in ([6], [7]) and not is_whole:
        yield Stretch(what=what, offset=base + strips[0], length=sizes[0])


def _of_mpf(content: bytes, base: int) -> Iterator[Stretch]:
    """CIPA DC-007, 5.2.3: entries of 16 bytes; offsets from the MP header; the first picture is the file itself."""
    tiff = _Tiff(content, base, "<" if content[base:base + 2] == b"II" else ">")
    for tag, _, count, place in tiff.entries(tiff.number(4, "I")):
        if tag == 0xB002:
            for index in range(1, min(count // 16, MAX_STRETCHES)):
                length, offset = tiff.number(place + index * 16 + 4, "I"), tiff.number(place + index * 16 + 8, "I")
                yield Stretch(what=f"MPF picture {index + 1}", offset=base + offset, length=length)


def _of_photoshop(content: bytes, start: int, end: int) -> Iterator[Stretch]:
    """Adobe Photoshop File Formats: resource 1036 is a thumbnail, JFIF behind a head of 28 bytes."""
    at = content.find(b"8BIM\x04\x0c", start, end)
    if at < 0:
        return
    name = content[at + 6] + 1
    body = at + 6 + name + name % 2
    if body + 4 <= len(content):
        length = struct.unpack_from(">I", content, body)[0]
        yield Stretch(what="Photoshop thumbnail", offset=body + 32, length=length - 28)


def _of_boxes(content: bytes) -> Iterator[Stretch]:
    yield from _of_block(content)
    shapes: tuple[tuple[bytes, str, int], ...] = ((b"PRVW", "CR3 preview", 16), (b"THMB", "CR3 thumbnail", 12))
    for kind, what, size_at in shapes:
        at = content.find(kind)
        if at >= 4 and content[8:12] == b"crx " and at + size_at + 4 <= len(content):
            picture = content.find(b"\xff\xd8\xff", at, at + 64)
            length = struct.unpack_from(">I", content, at + size_at)[0]
            yield Stretch(what=what, offset=picture, length=length)
    at = content.find(b"covr")
    while at >= 4 and content[at + 8:at + 12] == b"data":
        length = struct.unpack_from(">I", content, at + 4)[0]
        yield Stretch(what="cover picture", offset=at + 20, length=length - 16)
        at = content.find(b"covr", at + 4)


def _shown(content: bytes, one: Stretch) -> Stretch | None:
    """With its type and size; None where no picture stands there."""
    from PIL import Image, UnidentifiedImageError

    end = one.offset + one.length
    inside = 0 < one.offset < end <= len(content)
    if not inside or not content.startswith((b"\xff\xd8\xff", b"\x89PNG"), one.offset):
        return None
    try:
        with Image.open(io.BytesIO(content[one.offset:end]), formats=("JPEG", "PNG")) as image:
            if min(image.size) < MIN_SIDE:
                return None
            return Stretch(what=one.what, offset=one.offset, length=one.length, width=image.width, height=image.height,
                           media_type="image/png" if image.format == "PNG" else "image/jpeg")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, struct.error):
        return None
