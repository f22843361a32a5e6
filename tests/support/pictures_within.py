"""Files that carry pictures of themselves, made byte by byte after the formats' specifications."""

import io
import struct

import av
import numpy as np
from PIL import Image


def jpeg(width: int, height: int, level: int = 90, **saved: object) -> bytes:
    """A JPEG of a gradient."""
    held = io.BytesIO()
    picture = Image.linear_gradient("L").resize((width, height)).point(lambda value: (value + level) % 256)
    picture.convert("RGB").save(held, "JPEG", **saved)
    return held.getvalue()


def tiff(directories: list[dict[int, tuple[int, int]]], tail: bytes = b"", magic: bytes = b"II*\0") -> bytes:
    """Directories {tag: (type, value)} one after the other, little-endian, with `tail` behind them."""
    out, at = magic + struct.pack("<I", 8), 8
    for index, entries in enumerate(directories):
        size = 2 + 12 * len(entries) + 4
        following = at + size if index + 1 < len(directories) else 0
        out += struct.pack("<H", len(entries))
        for tag, (kind, value) in sorted(entries.items()):
            out += struct.pack("<HHII", tag, kind, 1, value)
        out += struct.pack("<I", following)
        at += size
    return out + tail


def size_of(directories: list[dict[int, tuple[int, int]]]) -> int:
    """Where the tail of `tiff` begins."""
    return 8 + sum(6 + 12 * len(entries) for entries in directories)


def with_exif(whole: bytes, block: bytes) -> bytes:
    """A JPEG with this EXIF block."""
    body = b"Exif\0\0" + block
    return whole[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + whole[2:]


def dng(preview: bytes, thumbnail: bytes) -> bytes:
    """IFD0 with a JPEG strip as thumbnail, a SubIFD with a JPEG strip as preview: as DNG 1.4 has them."""
    def layout(start: int, sub: int) -> list[dict[int, tuple[int, int]]]:
        return [{0x00FE: (4, 1), 0x0103: (3, 7), 0x0111: (4, start), 0x0117: (4, len(thumbnail)), 0x014A: (4, sub)},
                {0x00FE: (4, 1), 0x0103: (3, 7), 0x0111: (4, start + len(thumbnail)), 0x0117: (4, len(preview))}]
    start = size_of(layout(0, 0))
    directories = layout(start, 8 + 6 + 12 * 5)
    content = bytearray(tiff(directories, thumbnail + preview))
    struct.pack_into("<I", content, 8 + 2 + 12 * 5, 0)          # the second directory is reached as SubIFD only
    return bytes(content)


def multi_picture(first: bytes, second: bytes) -> bytes:
    """A JPEG with an MPF index (CIPA DC-007) and a second picture behind it."""
    entries = 32
    head = b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", 1) + struct.pack("<HHII", 0xB002, 7, entries, 26)
    head += struct.pack("<I", 0)
    index = len(head)
    body = b"MPF\0" + head + bytes(entries)
    segment = b"\xff\xe2" + struct.pack(">H", len(body) + 2) + body
    whole = bytearray(first[:2] + segment + first[2:])
    base = 2 + 4 + 4
    struct.pack_into("<IIIHH", whole, base + index + 16, 0, len(second), len(whole) - base, 0, 0)
    return bytes(whole) + second


def box(kind: bytes, *parts: bytes) -> bytes:
    """A box of ISO/IEC 14496-12."""
    body = b"".join(parts)
    return struct.pack(">I4s", len(body) + 8, kind) + body


def heic(picture: Image.Image) -> bytes:
    """A HEIC of one HEVC picture (ISO/IEC 23008-12): one item, its size and its decoder's configuration."""
    film = io.BytesIO()
    with av.open(film, "w", format="mp4") as out:
        stream = out.add_stream("libx265", rate=1, options={"x265-params": "log-level=none:keyint=1"})
        stream.width, stream.height, stream.pix_fmt = picture.width, picture.height, "yuv420p"
        frame = av.VideoFrame.from_ndarray(np.asarray(picture.convert("RGB")), format="rgb24")
        out.mux([*stream.encode(frame), *stream.encode()])
    content = film.getvalue()
    at = content.index(b"hvcC") - 4
    configuration = content[at:at + struct.unpack_from(">I", content, at)[0]]
    at = content.index(b"mdat")
    coded = content[at + 4:at - 4 + struct.unpack_from(">I", content, at - 4)[0]]
    shape = box(b"ispe", struct.pack(">III", 0, picture.width, picture.height))
    place = box(b"ipma", struct.pack(">IIHB", 0, 1, 1, 2) + b"\x81\x02")
    properties = box(b"iprp", box(b"ipco", configuration, shape), place)
    entry = box(b"infe", struct.pack(">IHH4s", 2 << 24, 1, 0, b"hvc1"), b"\0")
    head = box(b"ftyp", b"heic", bytes(4), b"mif1heic")

    def meta(offset: int) -> bytes:
        location = struct.pack(">IBBHHHHII", 0, 0x44, 0, 1, 1, 0, 1, offset, len(coded))
        return box(b"meta", bytes(4), box(b"hdlr", bytes(8), b"pict", bytes(13)),
                   box(b"pitm", struct.pack(">IH", 0, 1)),
                   box(b"iloc", location), box(b"iinf", struct.pack(">IH", 0, 1), entry), properties)

    start = len(head) + len(meta(0)) + 8
    return head + meta(start) + box(b"mdat", coded)
