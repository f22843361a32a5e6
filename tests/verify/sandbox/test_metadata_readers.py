"""Each reader says what a file states, in one spelling, and nothing of a file that is broken."""

import io
import json
import random
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from verify.sandbox import Field, ReaderFailed, ReaderFailure, Sandbox, SandboxLimits, find_exiftool, normal
from verify.sandbox.exiftool import ExifTool

PACKET = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"
 xmlns:stEvt="http://ns.adobe.com/xap/1.0/sType/ResourceEvent#">
 <rdf:Description rdf:about="" xmp:CreatorTool="Adobe Photoshop CC" exif:GPSLatitude="33,30.2067N"
  exif:GPSLongitude="29,2.7984E" exif:DateTimeOriginal="2015-10-20T12:41:07+0300">
 <dc:creator><rdf:Seq><rdf:li>N. N.</rdf:li></rdf:Seq></dc:creator>
 <xmpMM:History><rdf:Seq><rdf:li stEvt:action="created" stEvt:when="2015-10-20T12:50:00+03:00"/>
 <rdf:li stEvt:action="saved" stEvt:softwareAgent="Adobe Photoshop CC" stEvt:when="2015-10-21T09:00:00+03:00"/>
 </rdf:Seq></xmpMM:History></rdf:Description></rdf:RDF></x:xmpmeta>"""


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox() as opened:
        yield opened


def box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I4s", len(body) + 8, kind) + body


def film(*inner: bytes, brand: bytes = b"isom", created: int = 3_528_212_400) -> bytes:
    movie = struct.pack(">IIIII", 0, created, created + 5, 600, 6300) + bytes(80)
    matrix = struct.pack(">9i", 0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30)
    track = bytes(40) + matrix + struct.pack(">II", 1280 << 16, 720 << 16)
    return (box(b"ftyp", brand, bytes(4), brand) + box(b"mdat", b"x" * 100)
            + box(b"moov", box(b"mvhd", movie), box(b"trak", box(b"tkhd", track)), *inner))


def user_text(kind: bytes, text: str) -> bytes:
    return box(kind, struct.pack(">HH", len(text), 0), text.encode())


def read(sandbox: Sandbox, reader: str, path: Path) -> dict[str, str]:
    return {field.value: value for field, value in sandbox.read(reader, path).normalised}


def test_an_mp4_states_its_time_place_duration_and_rotation(tmp_path, sandbox):
    path = tmp_path / "a.mp4"
    path.write_bytes(film(box(b"udta", user_text(b"\xa9xyz", "+33.5034+029.0466/"), user_text(b"\xa9mak", "Halde"))))
    assert read(sandbox, "boxes", path) == {
        "container_created": "2015-10-20T19:00:00Z", "modified": "2015-10-20T19:00:05Z", "duration": "10.5",
        "rotation": "90", "width": "1280", "height": "720", "latitude": "33.503400", "longitude": "29.046600",
        "make": "Halde"}


def test_a_film_of_a_telephone_states_the_local_time_in_its_keys(tmp_path, sandbox):
    names = [b"com.apple.quicktime.creationdate", b"com.apple.quicktime.location.ISO6709"]
    keys = box(b"keys", bytes(4), struct.pack(">I", 2), *(box(b"mdta", name) for name in names))
    values = [b"2015-10-20T22:00:00+0300", b"-33.5034-029.0466+120.5/"]
    entries = box(b"ilst", *(box(struct.pack(">I", number), box(b"data", struct.pack(">II", 1, 0), value))
                             for number, value in enumerate(values, 1)))
    path = tmp_path / "a.mov"
    path.write_bytes(film(box(b"meta", box(b"hdlr", bytes(25)), keys, entries), brand=b"qt  "))
    found = read(sandbox, "boxes", path)
    assert (found["created"], found["latitude"], found["longitude"], found["altitude"]) == (
        "2015-10-20T22:00:00+03:00", "-33.503400", "-29.046600", "120.5")


def test_the_location_box_of_3gp_is_read(tmp_path, sandbox):
    place = struct.pack(">iii", round(29.0466 * 65536), round(33.5034 * 65536), 12 << 16)
    path = tmp_path / "a.3gp"
    path.write_bytes(film(box(b"udta", box(b"loci", bytes(6), b"somewhere\0", b"\0", place, b"earth\0\0")),
                          brand=b"3gp5"))
    found = read(sandbox, "boxes", path)
    assert float(found["latitude"]) == pytest.approx(33.5034, abs=1e-4)
    assert float(found["longitude"]) == pytest.approx(29.0466, abs=1e-4)


@pytest.mark.parametrize("suffix", ["webm", "mkv"])
def test_matroska_and_pyav_agree_on_a_film_of_ffmpegs(tmp_path, sandbox, suffix):
    import av
    import numpy as np

    path = tmp_path / f"a.{suffix}"
    with av.open(str(path), "w") as out:
        out.metadata["creation_time"] = "2015-10-20T19:00:00.000000Z"
        out.metadata["artist"] = "N. N."
        stream = out.add_stream("libvpx", rate=5)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for _ in range(10):
            out.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8), format="rgb24")))
        out.mux(stream.encode())
    own, other = read(sandbox, "boxes", path), read(sandbox, "film", path)
    assert (own["width"], own["height"], own["author"]) == ("64", "48", "N. N.")
    assert {name: own[name] for name in ("width", "height", "author")} == {
        name: other[name] for name in ("width", "height", "author")}
    assert abs(float(own["duration"]) - float(other["duration"])) < 0.3


def test_xmp_gives_the_edit_history_and_the_place(tmp_path, sandbox):
    path = tmp_path / "a.jpg"
    Image.new("RGB", (8, 8)).save(path, xmp=PACKET.encode())
    found = read(sandbox, "xmp", path)
    assert found["edits"] == ("2015-10-20T12:50:00+03:00 created; "
                              "2015-10-21T09:00:00+03:00 saved by Adobe Photoshop CC")
    assert (found["software"], found["author"]) == ("Adobe Photoshop CC", "N. N.")
    assert found["created"] == "2015-10-20T12:41:07+03:00"
    assert (found["latitude"], found["longitude"]) == ("33.503445", "29.046640")


def test_an_xmp_packet_with_a_doctype_is_not_parsed(tmp_path, sandbox):
    path = tmp_path / "a.bin"
    path.write_bytes(PACKET.replace("<rdf:RDF", "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><rdf:RDF",
                                    1).encode())
    assert sandbox.read("xmp", path).tags == ()


@pytest.mark.parametrize("suffix", ["webp", "avif", "png", "tiff", "jpg"])
def test_both_exif_readers_read_every_format(tmp_path, sandbox, suffix):
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Halde", "P3"
    exif[0x0132] = "2015:10:20 12:41:07"
    path = tmp_path / f"a.{suffix}"
    Image.new("RGB", (64, 64)).save(path, exif=exif)
    for reader in ("exifread", "pillow"):
        found = read(sandbox, reader, path)
        assert (found["make"], found["modified"]) == ("Halde", "2015-10-20T12:41:07"), reader


def test_exifread_reads_a_heic_over_which_it_stumbles(tmp_path, sandbox):
    held = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "Halde"
    Image.new("RGB", (8, 8)).save(held, "TIFF", exif=exif)
    path = tmp_path / "a.heic"
    path.write_bytes(box(b"ftyp", b"heic", bytes(4), b"mif1heic") + box(b"meta", bytes(4))
                     + box(b"mdat", struct.pack(">I", 6), b"Exif\0\0", held.getvalue()))
    assert read(sandbox, "exifread", path)["make"] == "Halde"


@pytest.mark.parametrize("packed", [False, True])
def test_a_pdf_states_author_program_and_times(tmp_path, sandbox, packed):
    information = (rb"<< /Author (A \(B\) \351) /Producer <FEFF004C0069> /CreationDate (D:20151020124107+03'00')"
                   rb" /ModDate (D:20151021) >>")
    if packed:
        stream = zlib.compress(b"7 0 " + information)
        body = b"9 0 obj << /Type /ObjStm /N 1 >>\nstream\n" + stream + b"\nendstream endobj\n"
    else:
        body = b"7 0 obj " + information + b" endobj\ntrailer << /Info 7 0 R >>\n"
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.7\n" + body + b"%%EOF\n")
    assert read(sandbox, "pdf", path) == {
        "author": "A (B) \u00e9", "software": "Li", "created": "2015-10-20T12:41:07+03:00",
        "modified": "2015-10-21T00:00:00"}


@pytest.mark.parametrize("reader", ["boxes", "film", "pdf", "xmp", "iptc", "exifread", "pillow"])
def test_random_damage_never_ends_a_reader(tmp_path, sandbox, reader):
    whole = film(box(b"udta", user_text(b"\xa9xyz", "+33.5034+029.0466/"))) + PACKET.encode() + b"%PDF-1.4 /Info 1 0 R"
    chance, path, failures = random.Random(reader), tmp_path / "a.mov", set()
    for _ in range(25):
        damaged = bytearray(whole[:chance.randrange(20, len(whole))])
        for _ in range(chance.randrange(6)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        path.write_bytes(damaged)
        try:
            sandbox.read(reader, path)
        except ReaderFailed as failed:
            failures.add(failed.failure)
    assert failures <= {ReaderFailure.EXCEPTION}


def test_boxes_in_boxes_without_end_are_read_in_bounded_time(tmp_path, sandbox):
    content = b""
    for _ in range(200):
        content = box(b"trak", content)
    path = tmp_path / "a.mp4"
    path.write_bytes(box(b"ftyp", b"isom") + content + box(b"free") * 50_000)
    assert sandbox.read("boxes", path).normalised == ()


def test_a_playlist_that_names_other_files_is_not_followed(tmp_path, sandbox):
    (tmp_path / "secret.ts").write_bytes(b"secret")
    path = tmp_path / "a.mp4"
    path.write_text("#EXTM3U\n#EXTINF:1,\nfile:secret.ts\n#EXT-X-ENDLIST\n")
    with pytest.raises(ReaderFailed):
        sandbox.read("film", path)


def fake_exiftool(tmp_path: Path, body: str) -> ExifTool:
    command = tmp_path / "exiftool"
    command.write_text(f"#!/bin/sh\n{body}\n")
    command.chmod(0o755)
    return ExifTool(str(command), "13.00", SandboxLimits(seconds=0.5 if "sleep" in body else 20))


@pytest.mark.parametrize(("body", "failure"), [
    ("exec sleep 600", ReaderFailure.TIMEOUT), ("exit 3", ReaderFailure.CRASH), ("exec yes", ReaderFailure.ANSWER),
    ("read a; echo '[7]'; echo '{ready}'", ReaderFailure.EXCEPTION)])
def test_an_exiftool_that_misbehaves_is_ended_and_named(tmp_path, body, failure):
    tool = fake_exiftool(tmp_path, body)
    with pytest.raises(ReaderFailed) as raised:
        tool.read(tmp_path / "a.jpg")
    assert raised.value.failure is failure
    tool.close()


def test_exiftools_answer_is_normalised_and_made_visible(tmp_path):
    answer = json.dumps([{"SourceFile": "/tmp/x", "System:FileName": "original", "IFD0:Make": "a\u202eb",
                          "ExifIFD:DateTimeOriginal": "2015:10:20 12:41:07", "GPS:GPSLatitude": 33.5,
                          "Composite:GPSLatitude": -33.5, "Composite:GPSLongitude": 29.25,
                          "QuickTime:Duration": 1e999}])
    tool = fake_exiftool(tmp_path, f"read a; cat <<'X'\n{answer}\n{{ready}}\nX\nread b")
    reading = tool.read(tmp_path / "a.jpg")
    tool.close()
    assert dict(reading.normalised) == {
        Field.MAKE: "a<U+202E>b", Field.CREATED: "2015-10-20T12:41:07", Field.LATITUDE: "-33.500000",
        Field.LONGITUDE: "29.250000"}
    assert not any(tag.name.startswith(("System", "SourceFile")) for tag in reading.tags)


def test_a_version_that_exiftool_writes_as_a_number_keeps_its_digits(tmp_path):
    answer = '[{"IFD0:Software": 1.10, "IFD0:Orientation": 6}]'
    tool = fake_exiftool(tmp_path, f"read a; echo '{answer}'; echo '{{ready}}'; read b")
    assert dict(tool.read(tmp_path / "a.jpg").normalised) == {Field.SOFTWARE: "1.10", Field.ORIENTATION: "6"}
    tool.close()


@pytest.mark.parametrize(("says", "used"), [("12.16", False), ("12.57", True), ("13.02", True), ("7", False)])
def test_an_exiftool_that_runs_code_from_files_is_not_used(tmp_path, monkeypatch, says, used):
    fake_exiftool(tmp_path, f"echo {says}")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert (find_exiftool(SandboxLimits()) is not None) is used


@pytest.mark.parametrize(("stated", "expected"), [
    ("+40.6358-111.8084+1401.883/", {"latitude": "40.635800", "longitude": "-111.808400", "altitude": "1401.9"}),
    ("+91.0+000.0/", {}), ("nowhere", {}), ("+00.0000+000.0000", {"latitude": "0.000000", "longitude": "0.000000"})])
def test_iso_6709_is_a_place_or_nothing(stated, expected):
    assert {field.value: value for field, value in normal.iso6709(stated).items()} == expected
