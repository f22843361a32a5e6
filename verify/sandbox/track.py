"""Where a film says the camera was, moment by moment: GPS in timed metadata.

1. Read are GoPro's GPMF (GPS5, GPS9), Google's CAMM (types 5 and 6), Apple's `mebx` with ISO 6709 locations, and text
   tracks with DJI's or NMEA's sentences.
2. A fix that the recorder itself marks as none, 0/0, and what is no place on earth are left out.
3. At most MAX_POINTS are given, evenly thinned; how many there were is told.

Sources: gopro/gpmf-parser; developers.google.com/streetview/publish/camm-spec; Apple, QuickTime File Format, "Timed
Metadata"; NMEA 0183 RMC; DJI's subtitle lines as seen in its files.
"""

import re
import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from verify.sandbox import normal
from verify.sandbox.answers import MAX_POINTS, Field, TrackFound, TrackPoint
from verify.sandbox.samples import Sample, Track, boxes, movie_of, samples, tracks

MAX_DEPTH = 4
_GPS_EPOCH = datetime(1980, 1, 6, tzinfo=UTC)
_GPS9_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_DJI = re.compile(r"GPS\s*\(\s*(-?\d{1,3}\.\d+)\s*,\s*(-?\d{1,3}\.\d+)\s*,\s*(-?\d+(?:\.\d+)?)?M?\s*\)")
_DJI_NAMED = re.compile(r"\[latitude\s*:\s*(-?\d{1,2}\.\d+)\]\s*\[long(?:t)?itude\s*:\s*(-?\d{1,3}\.\d+)\]")
_RMC = re.compile(r"\$G[PNL]RMC,(\d{6})(?:\.\d+)?,A,(\d{2})(\d{2}\.\d+),([NS]),(\d{3})(\d{2}\.\d+),([EW]),[^,]*,"
                  r"[^,]*,(\d{6})")
_LOCATION_KEY = b"com.apple.quicktime.location.ISO6709"


class NoTrack(ValueError):
    """The file is no film of this family."""


def read_track(path: Path) -> TrackFound:
    """The places of a film's metadata; none where it has no such track. Raises NoTrack."""
    with path.open("rb") as stream:
        movie = movie_of(stream)
        if not movie:
            raise NoTrack("no movie box")
        for track in tracks(movie):
            reader = _READERS.get(track.format)
            if reader is None:
                continue
            source, read = reader
            found = [point for sample in samples(stream, track) for point in read(sample, track) if _is_place(point)]
            if found:
                return TrackFound(source=source, count=len(found), points=_thinned(found))
    return TrackFound(source="", count=0, points=())


def _is_place(point: TrackPoint) -> bool:
    return abs(point.latitude) <= 90 and abs(point.longitude) <= 180 and (point.latitude, point.longitude) != (0.0, 0.0)


def _thinned(points: list[TrackPoint]) -> tuple[TrackPoint, ...]:
    step = max(1, -(-len(points) // MAX_POINTS))
    kept = points[::step]
    return tuple(kept if kept[-1] is points[-1] or len(kept) == MAX_POINTS else [*kept, points[-1]])[:MAX_POINTS]


# -- GPMF: key, type, size, repeat; content padded to four bytes

def _gpmf(sample: Sample, _: Track) -> Iterator[TrackPoint]:
    for stream in _streams(sample.content, 0):
        if stream.get(b"GPSF", b"\0\0\0\3") == bytes(4):     # no lock
            continue
        scales = _scales(stream.get(b"SCAL", b""))
        stamp = _gpsu(stream.get(b"GPSU", b""))
        if b"GPS5" in stream and len(scales) >= 3:
            for at in range(0, len(stream[b"GPS5"]) - 19, 200):     # 18 readings a second: every tenth will do
                latitude, longitude, altitude = struct.unpack_from(">3i", stream[b"GPS5"], at)
                yield TrackPoint(seconds=sample.seconds, latitude=latitude / scales[0], longitude=longitude / scales[1],
                                 altitude=altitude / scales[2], utc=stamp)
        elif b"GPS9" in stream and len(scales) >= 7:
            for at in range(0, len(stream[b"GPS9"]) - 31, 320):
                values = struct.unpack_from(">7iHH", stream[b"GPS9"], at)
                if values[8]:                                       # the fix: 0 none, 2 or 3 dimensions
                    moment = _GPS9_EPOCH + timedelta(days=values[5], seconds=values[6] / scales[6])
                    yield TrackPoint(seconds=sample.seconds, latitude=values[0] / scales[0],
                                     longitude=values[1] / scales[1], altitude=values[2] / scales[2],
                                     utc=f"{moment:%Y-%m-%dT%H:%M:%SZ}")


def _streams(content: bytes, depth: int) -> Iterator[Mapping[bytes, bytes]]:
    held: dict[bytes, bytes] = {}
    at = 0
    while at + 8 <= len(content):
        key, kind, size, repeat = struct.unpack_from(">4sBBH", content, at)
        length = size * repeat
        body = content[at + 8:at + 8 + length]
        if kind == 0 and key in {b"DEVC", b"STRM"} and depth < MAX_DEPTH:
            yield from _streams(body, depth + 1)
        else:
            held[key] = body
        at += 8 + -(-length // 4) * 4
    yield held


def _scales(body: bytes) -> list[int]:
    """Divisors, as 32-bit numbers; none where one of them is zero."""
    found = [int(value) for (value,) in struct.iter_unpack(">i", body[:len(body) // 4 * 4])]
    return [] if 0 in found else found


def _gpsu(body: bytes) -> str:
    """yymmddhhmmss.sss, UTC."""
    match = re.match(rb"(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)", body)
    if match is None:
        return ""
    year, month, day, hour, minute, second = (part.decode() for part in match.groups())
    return f"20{year}-{month}-{day}T{hour}:{minute}:{second}Z"


# -- CAMM: reserved, type, then little-endian values

def _camm(sample: Sample, _: Track) -> Iterator[TrackPoint]:
    if len(sample.content) < 28:
        return
    kind = struct.unpack_from("<H", sample.content, 2)[0]
    if kind == 5:
        latitude, longitude, altitude = struct.unpack_from("<3d", sample.content, 4)
        yield TrackPoint(seconds=sample.seconds, latitude=latitude, longitude=longitude, altitude=altitude)
    elif kind == 6 and len(sample.content) >= 36:
        seconds, fix, latitude, longitude, altitude = struct.unpack_from("<diddf", sample.content, 4)
        if fix >= 2 and 0 < seconds < 4e9:
            yield TrackPoint(seconds=sample.seconds, latitude=latitude, longitude=longitude, altitude=altitude,
                             utc=f"{_GPS_EPOCH + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%SZ}")


# -- Apple's timed metadata: keys in the sample entry, size, key and value in each sample

def _mebx(sample: Sample, track: Track) -> Iterator[TrackPoint]:
    keys = _location_keys(track.entry)
    for key, body in _items(sample.content):
        if key in keys:
            place = normal.iso6709(body.decode("utf-8", "replace"))
            if place:
                yield replace(_point(sample, place[Field.LATITUDE], place[Field.LONGITUDE]),
                              altitude=float(place.get(Field.ALTITUDE, "0")))


def _location_keys(entry: bytes) -> set[int]:
    held = dict(boxes(entry[16:]))                 # behind size, type, reserved and index
    return {int.from_bytes(key, "big") for key, body in boxes(held.get(b"keys", b"")) if _LOCATION_KEY in body}


def _items(content: bytes) -> Iterator[tuple[int, bytes]]:
    for key, body in boxes(content):
        yield int.from_bytes(key, "big"), body


# -- text

def _text(sample: Sample, _: Track) -> Iterator[TrackPoint]:
    text = sample.content[2:].decode("utf-8", "replace")
    dji, named, rmc = _DJI.search(text), _DJI_NAMED.search(text), _RMC.search(text)
    if named:
        yield _point(sample, named[1], named[2])
    elif dji:                                      # DJI writes longitude first
        yield _point(sample, dji[2], dji[1])
    elif rmc:
        latitude = normal.latitude([float(rmc[2]), float(rmc[3])], rmc[4])
        longitude = normal.longitude([float(rmc[5]), float(rmc[6])], rmc[7])
        if latitude and longitude:
            day, clock = rmc[8], rmc[1]
            yield replace(_point(sample, latitude, longitude), utc=(
                f"20{day[4:6]}-{day[2:4]}-{day[0:2]}T{clock[0:2]}:{clock[2:4]}:{clock[4:6]}Z"))


def _point(sample: Sample, latitude: str, longitude: str) -> TrackPoint:
    return TrackPoint(seconds=sample.seconds, latitude=float(latitude), longitude=float(longitude))


_READERS: Mapping[bytes, tuple[str, Callable[[Sample, Track], Iterator[TrackPoint]]]] = {
    b"gpmd": ("GoPro GPMF", _gpmf), b"camm": ("CAMM", _camm), b"mebx": ("QuickTime timed metadata", _mebx),
    b"text": ("text track", _text), b"tx3g": ("text track", _text), b"sbtl": ("text track", _text)}
