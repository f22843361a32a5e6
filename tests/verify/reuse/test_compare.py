"""What is the same photograph, and what only looks as if it were."""

import io

import cv2
import drawn_photographs as drawn
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont, ImageOps

from verify.reuse.compare import compare
from verify.reuse.decode import working_plane
from verify.reuse.fingerprint import fingerprint
from verify.reuse.model import Relation

PHOTO = drawn.photograph(1)
OTHER = drawn.photograph(2)


def _jpeg(picture, quality):
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return Image.open(io.BytesIO(out.getvalue()))


def _collage(left, right):
    sheet = Image.new("RGB", (left.width + right.width + 10, left.height), "white")
    sheet.paste(left, (0, 0))
    sheet.paste(right, (left.width + 10, 0))
    return sheet


@pytest.mark.parametrize(("edit", "relation"), [
    (lambda p: _jpeg(p, 20), Relation.SAME),
    (lambda p: p.resize((200, 150)), Relation.SAME),
    (lambda p: ImageEnhance.Brightness(p).enhance(0.6), Relation.SAME),
    (lambda p: p.filter(ImageFilter.GaussianBlur(2)), Relation.SAME),
    (lambda p: p.crop((200, 120, 560, 400)), Relation.CROP),
    (ImageOps.mirror, Relation.MIRRORED),
    (lambda p: ImageOps.mirror(p).crop((60, 40, 500, 400)), Relation.MIRRORED),
    (lambda p: p.transpose(Image.Transpose.ROTATE_90), Relation.ROTATED),
    (drawn.post, Relation.CONTAINS),
    (lambda p: drawn.post(p, dark=True), Relation.CONTAINS),
    (lambda p: drawn.meme(p, "WHO DID THIS"), Relation.CONTAINS),
    (lambda p: _collage(OTHER, p), Relation.CONTAINS),
    (lambda p: ImageOps.expand(p, 60, fill="black"), Relation.CONTAINS),
], ids=["jpeg", "small", "dark", "blurred", "crop", "mirror", "mirrored crop", "quarter turn", "post", "dark post",
        "meme", "collage", "border"])
def test_an_edit_of_a_photograph_is_the_same_photograph(fingerprint_of, edit, relation):
    found = compare(fingerprint_of(edit(PHOTO)), fingerprint_of(PHOTO))
    assert found is not None
    assert found.relation is relation
    assert found.agreement > 0.72


@pytest.mark.parametrize(("one", "two"), [
    (PHOTO, OTHER),
    (drawn.post(PHOTO), drawn.post(OTHER)),
    (drawn.post(PHOTO, dark=True), drawn.post(OTHER, dark=True)),
    (drawn.meme(PHOTO, "WHO DID THIS"), drawn.meme(OTHER, "WHO DID THIS")),
    (drawn.card("forty-five were killed in the strike on the market and the school beside it"),
     drawn.card("three soldiers came home yesterday, the ministry said, and nobody was hurt at all")),
    (drawn.flag((200, 20, 30), (255, 255, 255), (10, 10, 10)),
     drawn.flag((0, 120, 60), (255, 255, 255), (200, 30, 40))),
    (drawn.tiles(40), drawn.tiles(32)),
    (drawn.tiles(40), drawn.tiles(40).crop((20, 13, 620, 460))),
    (Image.new("RGB", (640, 480), (12, 12, 12)), Image.new("RGB", (640, 480), (12, 12, 12))),
], ids=["photographs", "one post's frame", "one dark frame", "one caption", "cards", "flags", "tiles", "a floor",
        "empty"])
def test_what_is_only_framed_or_drawn_alike_is_no_match(fingerprint_of, one, two):
    assert compare(fingerprint_of(one), fingerprint_of(two)) is None


def test_a_match_says_which_region_is_which(fingerprint_of):
    found = compare(fingerprint_of(PHOTO.crop((160, 120, 480, 360))), fingerprint_of(PHOTO))
    assert found is not None
    expected = ((0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75))
    for corner, wanted in zip(found.region_target.corners, expected, strict=True):
        assert corner == pytest.approx(wanted, abs=0.02)
    assert found.crop_percent == pytest.approx(75, abs=3)
    assert found.scale == pytest.approx(1.0, abs=0.03)


def test_a_mirrored_match_has_mirrored_corners(fingerprint_of):
    found = compare(fingerprint_of(ImageOps.mirror(PHOTO)), fingerprint_of(PHOTO))
    assert found is not None
    assert found.mirrored
    assert found.region_query.corners[0] == pytest.approx((0, 0), abs=0.02)
    assert found.region_target.corners[0] == pytest.approx((1, 0), abs=0.02)


def test_the_same_pictures_give_the_same_answer():
    answers = {compare(_asked(drawn.post(PHOTO)), _asked(PHOTO)) for _ in range(2)}
    assert len(answers) == 1


def _plain_sky(seed):
    """A picture with little texture: a smooth sky with grain, and something particular below."""
    sky = np.linspace(120, 200, 480)[:, None] + np.random.default_rng(5).normal(0, 3, (480, 640))
    picture = Image.fromarray(sky.astype(np.uint8)).convert("RGB")
    picture.paste(drawn.photograph(seed).resize((300, 180)), (180, 290))
    return picture


def _with_words(picture, words):
    done = picture.copy()
    for row in range(2):
        ImageDraw.Draw(done).text((30, 30 + row * 380), words, font=ImageFont.load_default(60), fill="white",
                                  stroke_width=4, stroke_fill="black")
    return done


def _framed_in_a_photograph(picture):
    """A studio's wall, the same each evening, with the picture of the day large upon it."""
    wall = drawn.photograph(77, width=800, height=600)
    wall.paste(picture.resize((520, 390)), (140, 105))
    return wall


@pytest.mark.parametrize(("one", "two"), [
    (_plain_sky(3).resize((160, 120)), _plain_sky(3)),
    (_with_words(PHOTO, "WHO DID THIS TO US"), PHOTO),
    (_with_words(PHOTO, "WHO DID THIS TO US"), ImageOps.mirror(PHOTO)),
], ids=["a small copy of a plain picture", "words upon it", "words upon its mirror image"])
def test_plain_and_covered_pictures_are_recognised(fingerprint_of, one, two):
    assert compare(fingerprint_of(one), fingerprint_of(two)) is not None


@pytest.mark.parametrize(("one", "two"), [
    (_plain_sky(3), _plain_sky(4)),
    (_with_words(PHOTO, "WHO DID THIS TO US"), _with_words(OTHER, "WHO DID THIS TO US")),
    (_framed_in_a_photograph(PHOTO), _framed_in_a_photograph(OTHER)),
], ids=["another thing under the same sky", "the same words on another", "another photograph on the same ground"])
def test_what_surrounds_a_photograph_does_not_make_it_the_same(fingerprint_of, one, two):
    assert compare(fingerprint_of(one), fingerprint_of(two)) is None


def test_a_photograph_with_one_strong_edge_is_no_pattern(fingerprint_of):
    horizon = drawn.photograph(12).copy()
    horizon.paste((235, 235, 240), (0, 0, 640, 200))
    assert compare(fingerprint_of(horizon.crop((0, 100, 640, 480))), fingerprint_of(horizon)) is not None


def _on_a_screen_in_a_room(picture):
    """A screen seen from the side, small within the photograph; noise and a beat of lines over all."""
    room = np.full((768, 1024), 96, np.float32)
    corners = np.array([(330, 180), (730, 215), (715, 520), (345, 480)], np.float32)
    grey = np.asarray(picture.convert("L"), np.float32)
    height, width = grey.shape
    source = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    matrix = cv2.getPerspectiveTransform(source, corners)
    mask = cv2.warpPerspective(np.ones_like(grey), matrix, (1024, 768))
    shown = room * (1 - mask) + cv2.warpPerspective(grey, matrix, (1024, 768)) * mask
    x, y = np.meshgrid(np.arange(1024), np.arange(768))
    shown += 8 * np.sin(x / 2.1 + y / 9) + np.random.default_rng(3).normal(0, 9, shown.shape)
    return Image.fromarray(np.clip(cv2.GaussianBlur(shown, (0, 0), 0.8), 0, 255).astype(np.uint8)).convert("RGB")


def _asked(picture):
    return fingerprint(working_plane(picture.convert("L")), width=picture.width, height=picture.height, asked=True)


def test_a_small_screen_in_a_photograph_is_a_view_of_the_query(fingerprint_of):
    query = _asked(_on_a_screen_in_a_room(PHOTO))
    assert any(view.is_screen for view in query.views)
    assert compare(query, fingerprint_of(PHOTO)) is not None
    assert compare(query, fingerprint_of(OTHER)) is None


def test_a_part_beside_other_photographs_is_recognised(fingerprint_of):
    sheet = Image.new("RGB", (960, 720))
    for index, seed in enumerate((2, 4, 1)):
        size = (960, 360) if index == 2 else (480, 360)
        sheet.paste(ImageOps.fit(drawn.photograph(seed), size), (480 * (index % 2), 360 * (index // 2)))
    assert compare(fingerprint_of(sheet), fingerprint_of(PHOTO)) is not None


def test_one_wall_with_another_photograph_beside_it_is_no_match(fingerprint_of):
    def split(picture):
        wall = drawn.photograph(78, width=960, height=540)
        wall.paste(ImageOps.fit(picture, (600, 540)), (360, 0))
        return wall
    assert compare(_asked(split(PHOTO)), fingerprint_of(split(OTHER))) is None


def _on_a_wall(picture):
    """A photograph upon a wall; below it, an outlined part of the wall that may be taken for a screen."""
    wall = drawn.photograph(78, width=600, height=900)
    ImageDraw.Draw(wall).rectangle((40, 500, 560, 870), outline="white", width=8)
    wall.paste(picture.resize((540, 405)), (30, 60))
    return wall


def test_a_view_of_the_surroundings_alone_does_not_make_two_pictures_the_same():
    asked = _asked(_on_a_wall(PHOTO))
    assert compare(asked, _asked(_on_a_wall(OTHER))) is None
    assert compare(asked, _asked(_jpeg(_on_a_wall(PHOTO), 60))) is not None


def _keys(seed):
    """Keys that are lettered otherwise: all but the letters is the same."""
    sheet, random = Image.new("RGB", (700, 400), (40, 40, 44)), np.random.default_rng((1, seed))
    draw = ImageDraw.Draw(sheet)
    for row in range(5):
        for column in range(12):
            left, top = 20 + column * 55, 20 + row * 72
            draw.rounded_rectangle((left, top, left + 46, top + 64), 8, fill=(20, 20, 22))
            letter = chr(65 + (column + row * 12 + int(random.integers(0, 3))) % 26)
            draw.text((left + 23, top + 20), letter, font=ImageFont.load_default(24), fill="white", anchor="ma")
    return sheet


def _cloth(seed):
    """Woven cloth with stripes aslant, alike after 94 pixels across and down."""
    random = np.random.default_rng(seed)
    across, down = random.uniform(0, 40, 2)
    y, x = np.mgrid[:480, :640]
    woven = 128 + 60 * np.sin((x + across) / 6) * np.sin((y + down) / 6) + 40 * np.sin((x + y) / 15)
    return Image.fromarray(np.clip(woven + random.normal(0, 6, woven.shape), 0, 255).astype(np.uint8)).convert("RGB")


@pytest.mark.parametrize(("one", "two"), [(_keys(1), _keys(2)), (_cloth(3), _cloth(4))],
                         ids=["other letters on the same keys", "two places of one cloth"])
def test_drawings_that_differ_in_little_and_cloth_are_no_match(fingerprint_of, one, two):
    assert compare(fingerprint_of(one), fingerprint_of(two)) is None


def test_a_drawing_compressed_and_made_smaller_is_the_same(fingerprint_of):
    assert compare(fingerprint_of(_jpeg(_keys(1).resize((420, 240)), 50)), fingerprint_of(_keys(1))) is not None
