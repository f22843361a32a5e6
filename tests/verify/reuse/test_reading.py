"""Files to fingerprints through the sandbox: every format in, hostile files out with a reason."""

from pathlib import Path

import drawn_photographs as drawn
import numpy as np
import pytest
from heic_file import heic
from PIL import Image, ImageCms

from verify.reuse.compare import compare
from verify.reuse.fingerprint import Fingerprint
from verify.reuse.reading import Fingerprinter, NotComparable


@pytest.fixture(scope="module")
def reader():
    with Fingerprinter() as fingerprinter:
        yield fingerprinter


def _cmyk(path):
    drawn.photograph(5).convert("CMYK").save(path, "JPEG")


def _sixteen_bit(path):
    grey = np.asarray(drawn.photograph(5).convert("L"), np.uint16) * 257
    Image.fromarray(grey).save(path, "PNG")


def _transparent(path):
    picture = drawn.photograph(5).convert("RGBA")
    picture.putalpha(Image.new("L", picture.size, 254))
    picture.save(path, "PNG")


def _animated(path):
    drawn.photograph(5).save(path, "GIF", save_all=True, append_images=[drawn.photograph(6)])


def _turned(path):
    exif = Image.Exif()
    exif[0x0112] = 6                  # shown turned a quarter clockwise
    drawn.photograph(5).transpose(Image.Transpose.ROTATE_90).save(path, "JPEG", exif=exif)


def _webp(path):
    drawn.photograph(5).save(path, "WEBP")


def _avif(path):
    drawn.photograph(5).save(path, "AVIF")


def _heic(path):
    path.write_bytes(heic(drawn.photograph(5)))


def _heic_turned(path):
    exif = Image.Exif()
    exif[0x0112] = 6                  # as telephones write it; what counts in HEIC is the turn of the container
    path.write_bytes(heic(drawn.photograph(5).transpose(Image.Transpose.ROTATE_90), exif=exif.tobytes(), turn=3))


def _with_profile(path):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    drawn.photograph(5).save(path, "JPEG", icc_profile=profile)


def _sixteen_bit_tiff(path):
    grey = np.asarray(drawn.photograph(5).convert("L"), np.uint16) * 257
    Image.fromarray(grey).save(path, "TIFF")


@pytest.mark.parametrize("write", [_cmyk, _sixteen_bit, _sixteen_bit_tiff, _transparent, _animated, _turned, _webp,
                                   _avif, _heic, _heic_turned, _with_profile])
def test_every_format_gives_the_picture_that_a_viewer_shows(reader, tmp_path, fingerprint_of, write):
    write(tmp_path / "picture")
    made = reader.picture(tmp_path / "picture")
    assert isinstance(made, Fingerprint)
    found = compare(made, fingerprint_of(drawn.photograph(5)))
    assert found is not None
    assert (found.relation.value, made.width, made.height) == ("same", 640, 480)


@pytest.mark.parametrize("content", [b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n" + b"\0" * 40, b"GIF89a" + b"\xff" * 9,
                                     b"RIFF\0\0\0\0WEBPVP8 ", b"%!PS-Adobe\nshowpage"])
def test_what_is_no_picture_is_not_comparable_and_says_why(reader, tmp_path, content):
    (tmp_path / "file").write_bytes(content)
    made = reader.picture(tmp_path / "file")
    assert isinstance(made, NotComparable)
    assert made.reason
    assert str(tmp_path) not in made.reason


def test_a_tiny_picture_is_not_comparable(reader, tmp_path):
    Image.new("RGB", (8, 8)).save(tmp_path / "pixel.png")
    assert "too small" in reader.picture(tmp_path / "pixel.png").reason


def test_malformed_pictures_of_others_give_a_fingerprint_or_a_reason(reader, shared_data):
    folder = shared_data / "8_malformed" / "python-pillow+Pillow"
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    assert files
    answers = [reader.picture(path) for path in files]
    assert all(isinstance(answer, Fingerprint) or answer.reason for answer in answers)


def test_processes_agree_to_the_last_bit(tmp_path):
    drawn.photograph(7).save(tmp_path / "a.jpg")
    prints = []
    for _ in range(2):
        with Fingerprinter() as fingerprinter:
            prints.append(fingerprinter.picture(tmp_path / "a.jpg"))
    one, two = (made.views[0] for made in prints)
    assert np.array_equal(one.plane, two.plane)
    assert np.array_equal(one.hashes, two.hashes)
    assert np.array_equal(one.features.descriptors, two.features.descriptors)
    assert np.array_equal(one.features.points, two.features.points)


def test_a_video_is_read_frame_by_frame_a_second_apart(reader, tmp_path):
    from muniment.demo.media.encode import save_mp4
    still = np.asarray(drawn.photograph(8, width=320, height=240))
    save_mp4((np.roll(still, step * 2, axis=1) for step in range(90)), tmp_path / "film.mp4")
    frames = list(reader.video(tmp_path / "film.mp4"))
    assert len(frames) >= 3
    assert [round(frame.seconds) for frame in frames][:3] == [0, 1, 2]


def test_a_playlist_that_names_other_files_is_no_video(reader, tmp_path: Path):
    (tmp_path / "list.mp4").write_text("#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n/etc/passwd\n#EXT-X-ENDLIST\n")
    frames = list(reader.video(tmp_path / "list.mp4"))
    assert len(frames) == 1
    assert isinstance(frames[0], NotComparable)
