"""GPS tracks of films: each recorder's way of writing them, and files that lie about their tables."""

import random
import struct

import pytest
from pictures_within import box

from verify.sandbox import ReaderFailed, ReaderFailure, Sandbox
from verify.sandbox.answers import AnswerMalformed, decode_track
from verify.sandbox.track import read_track

PLACES = [(35.9000, 36.7200), (35.9010, 36.7215), (35.9020, 36.7230)]


def film(format_: bytes, payloads: list[bytes], entry: bytes = b"") -> bytes:
    """An MP4 with one track of these samples, one a second, in one chunk."""
    head = box(b"ftyp", b"isom", bytes(4))
    media = box(b"mdat", *payloads)
    description = struct.pack(">II", 0, 1) + box(format_, bytes(6), struct.pack(">H", 1), entry)
    tables = [box(b"stsd", description),
              box(b"stts", struct.pack(">IIII", 0, 1, len(payloads), 1000)),
              box(b"stsc", struct.pack(">IIIII", 0, 1, 1, len(payloads), 1)),
              box(b"stsz", struct.pack(">III", 0, 0, len(payloads)),
                  *(struct.pack(">I", len(one)) for one in payloads)),
              box(b"stco", struct.pack(">III", 0, 1, len(head) + 8))]
    timing = box(b"mdhd", struct.pack(">IIIIII", 0, 0, 0, 1000, len(payloads) * 1000, 0))
    return head + media + box(b"moov", box(b"trak", box(b"mdia", timing, box(b"minf", box(b"stbl", *tables)))))


def klv(key: bytes, kind: bytes, size: int, repeat: int, body: bytes) -> bytes:
    return struct.pack(">4s1sBH", key, kind, size, repeat) + body + bytes(-len(body) % 4)


def gpmf(latitude: float, longitude: float, fix: int = 3) -> bytes:
    scales = struct.pack(">5i", 10**7, 10**7, 1000, 1000, 100)
    place = struct.pack(">5i", round(latitude * 1e7), round(longitude * 1e7), 312_500, 0, 0)
    stream = (klv(b"GPSF", b"L", 4, 1, struct.pack(">I", fix)) + klv(b"GPSU", b"c", 16, 1, b"151020094107.000")
              + klv(b"SCAL", b"l", 4, 5, scales) + klv(b"GPS5", b"l", 20, 1, place))
    held = klv(b"STRM", b"\0", 1, len(stream), stream)
    return klv(b"DEVC", b"\0", 1, len(held), held)


def gps9(latitude: float, longitude: float) -> bytes:
    scales = struct.pack(">9i", 10**7, 10**7, 1000, 1000, 100, 1, 1000, 100, 1)
    place = struct.pack(">7iHH", round(latitude * 1e7), round(longitude * 1e7), 312_500, 0, 0, 5771, 34_867_000, 100, 3)
    stream = klv(b"SCAL", b"l", 4, 9, scales) + klv(b"GPS9", b"?", 32, 1, place)
    held = klv(b"STRM", b"\0", 1, len(stream), stream)
    return klv(b"DEVC", b"\0", 1, len(held), held)


def camm(latitude: float, longitude: float) -> bytes:
    return struct.pack("<HHddd", 0, 5, latitude, longitude, 312.5)


def camm_timed(latitude: float, longitude: float) -> bytes:
    return struct.pack("<HHdiddf", 0, 6, 1129369267.0, 3, latitude, longitude, 312.5) + bytes(24)


def mebx(latitude: float, longitude: float) -> bytes:
    return box(struct.pack(">I", 1), f"{latitude:+09.5f}{longitude:+010.5f}+312.5/".encode())


KEYS = box(b"keys", box(struct.pack(">I", 1), box(b"keyd", b"mdtacom.apple.quicktime.location.ISO6709")))


def said(text: str) -> bytes:
    return struct.pack(">H", len(text)) + text.encode()


def dji(latitude: float, longitude: float) -> bytes:
    return said(f"F/2.8, SS 1000, ISO 100, GPS ({longitude:.4f}, {latitude:.4f}, 19), D 24.2m")


def dji_named(latitude: float, longitude: float) -> bytes:
    return said(f"[iso: 100] [latitude: {latitude:.6f}] [longtitude: {longitude:.6f}] [altitude: 312.5]")


def nmea(latitude: float, longitude: float) -> bytes:
    place = f"35{(latitude - 35) * 60:07.4f},N,036{(longitude - 36) * 60:07.4f},E"
    return said(f"$GPRMC,094107.00,A,{place},0.0,0.0,201015,,A*6C")


RECORDERS = {
    "GoPro, GPS5": (b"gpmd", gpmf, b"", "GoPro GPMF", "2015-10-20T09:41:07Z"),
    "GoPro, GPS9": (b"gpmd", gps9, b"", "GoPro GPMF", "2015-10-20T09:41:07Z"),
    "CAMM": (b"camm", camm, b"", "CAMM", ""),
    "CAMM with time": (b"camm", camm_timed, b"", "CAMM", "2015-10-20T09:41:07Z"),
    "QuickTime": (b"mebx", mebx, KEYS, "QuickTime timed metadata", ""),
    "DJI": (b"tx3g", dji, b"", "text track", ""),
    "DJI, named": (b"text", dji_named, b"", "text track", ""),
    "NMEA": (b"text", nmea, b"", "text track", "2015-10-20T09:41:07Z"),
}


@pytest.mark.parametrize("recorder", RECORDERS)
def test_the_places_of_a_film_are_read_as_each_recorder_writes_them(tmp_path, recorder):
    kind, payload, entry, source, utc = RECORDERS[recorder]
    (tmp_path / "a.mp4").write_bytes(film(kind, [payload(*place) for place in PLACES], entry))
    found = read_track(tmp_path / "a.mp4")
    assert (found.source, found.count, found.points[0].utc) == (source, 3, utc)
    assert [(round(one.latitude, 4), round(one.longitude, 4)) for one in found.points] == PLACES
    assert [one.seconds for one in found.points] == [0.0, 1.0, 2.0]


def test_a_camera_without_a_fix_was_nowhere(tmp_path):
    (tmp_path / "a.mp4").write_bytes(film(b"gpmd", [gpmf(35.9, 36.72, fix=0), gpmf(0.0, 0.0)]))
    assert read_track(tmp_path / "a.mp4").points == ()


def test_a_long_track_is_thinned_and_keeps_both_ends(tmp_path):
    way = [camm(35 + index / 10_000, 36.0) for index in range(5000)]
    (tmp_path / "a.mp4").write_bytes(film(b"camm", way))
    found = read_track(tmp_path / "a.mp4")
    assert (found.count, found.points[0].latitude) == (5000, 35.0)
    assert len(found.points) <= 300
    assert found.points[-1].latitude == pytest.approx(35.4999, abs=0.002)


def test_damage_gives_fewer_points_or_a_failure_and_never_ends_the_reader(tmp_path):
    whole, chance, path = film(b"gpmd", [gpmf(*place) for place in PLACES]), random.Random(3), tmp_path / "a.mp4"
    with Sandbox() as sandbox:
        failures = set()
        for _ in range(60):
            damaged = bytearray(whole[:chance.randrange(8, len(whole) + 1)])
            for _ in range(chance.randrange(6)):
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
            path.write_bytes(damaged)
            try:
                assert sandbox.ask("track", path, decode_track).count < 10
            except ReaderFailed as failed:
                failures.add(failed.failure)
    assert failures <= {ReaderFailure.EXCEPTION}


@pytest.mark.parametrize("line", [
    b'{"source":"x","count":1,"points":[["0","91","0","0",""]]}', b'{"source":"x","count":1,"points":[["0","1","0"]]}',
    b'{"source":"x","count":1,"points":[["nan","1","0","0",""]]}', b'{"source":7,"count":1,"points":[]}',
    b'{"source":"x","count":1,"points":[["0","1","0","0","yesterday"]]}'])
def test_points_that_are_none_are_refused(line):
    with pytest.raises(AnswerMalformed):
        decode_track(line)
