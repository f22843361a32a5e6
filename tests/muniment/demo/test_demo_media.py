"""The generated photographs, films and papers are what a reader expects of such files."""

import hashlib
from pathlib import Path

import av
import exifread
import imagehash
import numpy as np
import pytest
from PIL import Image, ImageOps

from muniment.demo.media.encode import save_hls, save_mp4
from muniment.demo.media.films import FRAME
from muniment.demo.media.papers import page_of_text


@pytest.fixture(scope="session")
def media(media_folder: Path) -> Path:
    return media_folder / "media"


def test_the_school_carries_the_camera_the_time_and_the_place(media):
    with (media / "school.jpg").open("rb") as stream:
        tags = exifread.process_file(stream, details=False)
    assert str(tags["Image Model"]) == "Halde P3"
    assert str(tags["EXIF DateTimeOriginal"]) == "2015:10:20 12:41:07"
    assert str(tags["GPS GPSLatitudeRef"]) == "N"
    assert "GPS GPSLongitude" in tags


def test_the_photograph_of_the_post_has_no_exif_and_is_the_school_mirrored(media):
    reused = Image.open(media / "reused.jpg")
    school = Image.open(media / "school.jpg")
    assert len(reused.getexif()) == 0
    source = ImageOps.mirror(school.crop((60, 130, 1060, 760)))
    assert imagehash.phash(reused) - imagehash.phash(source) <= 6
    assert imagehash.phash(reused) - imagehash.phash(school) > 10


@pytest.mark.parametrize("width", [480, 800, 1200])
def test_the_mosque_is_offered_in_three_widths(media, width):
    with Image.open(media / f"mosque-{width}.jpg") as image:
        image.load()
        assert image.width == width


@pytest.mark.parametrize("name", ["school", "mosque-1200", "launch-poster"])
def test_the_pictures_show_something(media, name):
    with Image.open(media / f"{name}.jpg") as image:
        grey = np.asarray(image.convert("L"), dtype=float)
    assert grey.std() > 25
    assert np.abs(np.diff(grey, axis=1)).mean() > 1.5


def test_the_film_is_six_seconds_of_h264_in_which_something_explodes(media):
    with av.open(str(media / "launch.mp4")) as film:
        stream = film.streams.video[0]
        frames = [frame.to_ndarray(format="gray").astype(float) for frame in film.decode(stream)]
        assert stream.codec_context.name == "h264"
        assert film.duration == pytest.approx(6_000_000, rel=0.02)
    brightness = [float((frame > 215).mean()) for frame in frames]
    assert frames[0].shape == (FRAME.height, FRAME.width)
    assert max(brightness[40:60]) > 20 * (max(brightness[:10]) + 1e-5)


def test_the_stream_has_four_segments_that_each_decode_alone(media):
    playlist = (media / "town.m3u8").read_text().splitlines()
    segments = [line for line in playlist if line.endswith(".ts")]
    assert len(segments) == 4
    assert playlist[-1] == "#EXT-X-ENDLIST"
    for name in segments:
        with av.open(str(media / name)) as film:
            assert sum(1 for _ in film.decode(video=0)) == 24


def test_the_same_frames_give_the_same_files(tmp_path):
    frames = [np.full((72, 128, 3), 8 * index, dtype=np.uint8) for index in range(30)]
    seen = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        save_mp4(frames, folder / "film.mp4")
        save_hls(frames, folder, name="film")
        seen.append({path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()})
    assert seen[0] == seen[1]
    assert len(seen[0]) == 4


def test_every_offset_in_the_pdf_points_at_its_object(media):
    data = (media / "lcc-toll.pdf").read_bytes()
    table = data[data.rindex(b"xref\n0"):].split(b"\n")
    assert int(data.split(b"startxref\n")[1].split(b"\n")[0]) == data.rindex(b"xref\n0")
    for number, entry in enumerate(table[3:9], start=1):
        offset = int(entry[:10])
        assert data[offset:].startswith(b"%d 0 obj\n" % number)
    assert b"(Total for the province        57                  12)" in data


def test_text_with_brackets_cannot_break_out_of_the_pdf():
    assert rb"(a \(b\) \\)" in page_of_text("title", [r"a (b) \ "[:-1]])
