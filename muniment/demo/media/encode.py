"""Pictures and frames into files: JPEG (with EXIF where asked), PNG, MP4 and HLS. The same input gives the same bytes.

1. One encoder thread and bit-exact muxing: no clock, no random id, no thread timing gets into a file.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

from muniment.demo.media.films import FRAMES_PER_SECOND

SEGMENT_SECONDS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraNotes:
    """What the camera wrote into the file."""

    make: str
    model: str
    software: str
    taken: str                        # "YYYY:MM:DD HH:MM:SS", local time (EXIF 2.32 4.6.5)
    offset: str                       # "+03:00"
    latitude: tuple[int, int, float]  # degrees, minutes, seconds north
    longitude: tuple[int, int, float]   # ... east


def save_jpeg(image: Image.Image, path: Path, *, quality: int, notes: CameraNotes | None = None) -> None:
    """A baseline JPEG; without `notes` it has no EXIF at all, as messengers leave it."""
    if notes is None:
        image.save(path, "JPEG", quality=quality)
        return
    image.save(path, "JPEG", quality=quality, exif=_exif(image, notes))


def _exif(image: Image.Image, notes: CameraNotes) -> Image.Exif:
    exif = Image.Exif()
    exif[Base.Make] = notes.make
    exif[Base.Model] = notes.model
    exif[Base.Software] = notes.software
    exif[Base.DateTime] = notes.taken
    exif[Base.Orientation] = 1
    details = exif.get_ifd(IFD.Exif)
    details[Base.DateTimeOriginal] = notes.taken
    details[Base.DateTimeDigitized] = notes.taken
    details[Base.OffsetTimeOriginal] = notes.offset
    details[Base.ExposureTime] = (1, 640)
    details[Base.FNumber] = (24, 10)
    details[Base.ISOSpeedRatings] = 100
    details[Base.FocalLength] = (415, 100)
    details[Base.ExifImageWidth] = image.width
    details[Base.ExifImageHeight] = image.height
    place = exif.get_ifd(IFD.GPSInfo)
    place[GPS.GPSLatitudeRef] = "N"
    place[GPS.GPSLatitude] = notes.latitude
    place[GPS.GPSLongitudeRef] = "E"
    place[GPS.GPSLongitude] = notes.longitude
    return exif


def save_mp4(frames: Iterable[NDArray[np.uint8]], path: Path) -> None:
    """H.264 in MP4, its index in front so that it can be watched while it loads."""
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart", "fflags": "+bitexact"}) as container:
        _encode(frames, container)


def save_hls(frames: Iterable[NDArray[np.uint8]], folder: Path, *, name: str) -> None:
    """H.264 in MPEG-TS segments with their playlist `<name>.m3u8` (RFC 8216)."""
    options = {"hls_time": str(SEGMENT_SECONDS), "hls_playlist_type": "vod", "hls_list_size": "0",
               "fflags": "+bitexact",
               "hls_segment_filename": str(folder / f"{name}-%03d.ts"), "hls_flags": "independent_segments"}
    with av.open(str(folder / f"{name}.m3u8"), "w", format="hls", options=options) as container:
        _encode(frames, container)


def _encode(frames: Iterable[NDArray[np.uint8]], container: av.container.OutputContainer) -> None:
    stream: av.VideoStream | None = None
    for index, pixels in enumerate(frames):
        if stream is None:
            stream = _stream(container, width=pixels.shape[1], height=pixels.shape[0])
        frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
        frame.pts = index
        frame.time_base = Fraction(1, FRAMES_PER_SECOND)
        container.mux(stream.encode(frame))
    if stream is not None:
        container.mux(stream.encode(None))


def _stream(container: av.container.OutputContainer, *, width: int, height: int) -> av.VideoStream:
    stream = container.add_stream("libx264", rate=FRAMES_PER_SECOND)
    stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
    stream.codec_context.thread_count = 1
    stream.codec_context.gop_size = FRAMES_PER_SECOND * SEGMENT_SECONDS
    stream.codec_context.options = {"crf": "27", "preset": "veryfast", "sc_threshold": "0", "bf": "0"}
    stream.codec_context.flags |= av.codec.context.Flags.bitexact
    return stream
