"""A HEIC file of a picture: one HEVC intra frame in the boxes of ISO/IEC 23008-12, with an EXIF block if wanted."""

import io
import struct

import av
import numpy as np
from PIL import Image

X265 = "log-level=none:info=0:keyint=1:bframes=0"


def heic(picture: Image.Image, *, exif: bytes = b"", turn: int = 0) -> bytes:
    """`picture` as HEIC; `turn`: quarter turns, counter-clockwise, that a viewer applies (irot)."""
    config, sample = _encoded(picture)
    properties = [_box(b"hvcC", config), _full(b"ispe", struct.pack(">II", *picture.size)),
                  _box(b"irot", bytes([turn]))]
    association = _full(b"ipma", struct.pack(">IHB", 1, 1, 3) + bytes([0x81, 2, 0x83]))
    items = [(1, b"hvc1", sample), *([(2, b"Exif", struct.pack(">I", 0) + exif)] if exif else [])]
    entries = b"".join(_full(b"infe", struct.pack(">HH", number, 0) + kind + b"\0", version=2)
                       for number, kind, _ in items)
    about = _full(b"iref", _box(b"cdsc", struct.pack(">HHH", 2, 1, 1))) if exif else b""

    def meta(start: int) -> bytes:
        rows, at = b"", start
        for number, _, data in items:
            rows += struct.pack(">HHHII", number, 0, 1, at, len(data))
            at += len(data)
        return _full(b"meta", b"".join((
            _full(b"hdlr", bytes(4) + b"pict" + bytes(13)), _full(b"pitm", struct.pack(">H", 1)),
            _full(b"iloc", b"\x44\x00" + struct.pack(">H", len(items)) + rows),
            _full(b"iinf", struct.pack(">H", len(items)) + entries),
            _box(b"iprp", _box(b"ipco", b"".join(properties)) + association), about)))

    brands = _box(b"ftyp", b"heic" + bytes(4) + b"mif1heic")
    head = brands + meta(0)
    return brands + meta(len(head) + 8) + _box(b"mdat", b"".join(data for _, _, data in items))


def _encoded(picture: Image.Image) -> tuple[bytes, bytes]:
    """The decoder configuration and the one frame."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as container:
        stream = container.add_stream("libx265", rate=1, options={"crf": "18", "x265-params": X265})
        stream.width, stream.height, stream.pix_fmt = *picture.size, "yuv420p"
        frame = av.VideoFrame.from_ndarray(np.asarray(picture.convert("RGB")), format="rgb24")
        frame.pts = 0
        container.mux([*stream.encode(frame), *stream.encode(None)])
    data = out.getvalue()
    at = data.index(b"hvcC")
    (size,) = struct.unpack(">I", data[at - 4:at])
    config = data[at + 4:at - 4 + size]
    at = data.index(b"stsz")
    (count, size) = struct.unpack(">II", data[at + 12:at + 20]) if data[at + 8:at + 12] == bytes(4) else (
        1, struct.unpack(">I", data[at + 8:at + 12])[0])
    assert count == 1
    at = data.index(b"mdat")
    return config, data[at + 4:at + 4 + size]


def _box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", 8 + len(content)) + kind + content


def _full(kind: bytes, content: bytes, *, version: int = 0) -> bytes:
    return _box(kind, bytes([version, 0, 0, 0]) + content)
