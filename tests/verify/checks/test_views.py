"""Views show what they say they show, and are kept with their recipe."""

import io

import pytest
from drawn_photographs import photograph
from PIL import Image, ImageChops, ImageStat

from verify.origin.views import SIDE, WORDS, View, make_view
from verify.sandbox import ReaderFailed


@pytest.mark.parametrize("view", View)
def test_a_view_is_a_png_that_can_be_looked_at(tmp_path, view):
    photograph(3, width=480, height=360).save(tmp_path / "a.jpg", quality=90)
    shown = Image.open(io.BytesIO(make_view(tmp_path / "a.jpg", view)))
    assert shown.format == "PNG"
    assert max(shown.size) <= SIDE
    assert len(shown.convert("L").getcolors() or ()) > 1
    assert WORDS[view].misleads


def test_a_part_of_other_grain_stands_out_in_the_view_of_noise(tmp_path):
    picture = photograph(3, width=480, height=360)
    picture.paste((120, 120, 120), (0, 0, 160, 160))
    picture.save(tmp_path / "a.png")
    shown = Image.open(io.BytesIO(make_view(tmp_path / "a.png", View.NOISE))).convert("L")
    flat, rest = shown.crop((8, 8, 150, 150)), shown.crop((200, 200, 470, 350))
    assert flat.getextrema() == (0, 0)
    assert ImageStat.Stat(rest).mean[0] > 4


def test_what_is_no_picture_has_no_view(tmp_path):
    (tmp_path / "a.jpg").write_bytes(b"no picture")
    with pytest.raises(ReaderFailed):
        make_view(tmp_path / "a.jpg", View.ELA)


def test_a_part_that_was_copied_within_a_picture_is_joined_with_its_source_and_a_clean_one_is_not(tmp_path):
    clean = photograph(3, width=640, height=480)
    forged = clean.copy()
    forged.paste(clean.crop((60, 260, 220, 420)), (380, 250))
    joined = {}
    for name, picture in (("clean", clean), ("forged", forged)):
        picture.save(tmp_path / f"{name}.png")
        shown = Image.open(io.BytesIO(make_view(tmp_path / f"{name}.png", View.CLONES))).convert("RGB")
        differing = ImageChops.difference(shown, picture).convert("L").point(lambda level: level > 40)
        joined[name] = sum(differing.histogram()[1:])
    assert joined["clean"] == 0
    assert joined["forged"] > 500
