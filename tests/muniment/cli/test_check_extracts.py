"""`muniment check` keeps what it takes out of a file: the words are found, and nothing is kept twice."""

import io
import shutil

import pytest
from pictures_within import dng, jpeg
from PIL import Image, ImageDraw, ImageFont


@pytest.fixture
def sample(sample_case, monkeypatch):
    monkeypatch.setenv("MUNIMENT_CASE", str(sample_case.root))
    monkeypatch.setenv("MUNIMENT_KEY", str(sample_case.root.parent / "sample-key"))
    return sample_case


def test_words_in_a_picture_are_found_and_checked_again_kept_once(muniment, sample, tmp_path, monkeypatch):
    if shutil.which("tesseract") is None:
        pytest.skip("Tesseract is not installed")
    monkeypatch.setenv("MUNIMENT_OCR", "eng")
    sheet = Image.new("RGB", (900, 160), "white")
    ImageDraw.Draw(sheet).text((40, 50), "Field hospital in Sarmin", font=ImageFont.load_default(40), fill="black")
    sheet.save(tmp_path / "sign.png")
    item = muniment("--json", "import", tmp_path / "sign.png").document["items"][0]["item"]
    assert muniment("check", item).code == 0
    hits = muniment("--json", "find", "hospital").document["hits"]
    assert [hit["reference"] for hit in hits] == [f"{item} text.ocr"]
    muniment("check", item)
    kept = muniment("--json", "show", item).document["derivatives"]
    assert [(one["kind"], one["media_type"]) for one in kept] == [("text", "text/tab-separated-values")]


def test_previews_of_a_raw_file_are_derivatives_with_the_place_they_were_cut_from(muniment, sample, tmp_path):
    content = dng(jpeg(800, 600), jpeg(160, 120, 30))
    (tmp_path / "a.dng").write_bytes(content)
    item = muniment("--json", "import", tmp_path / "a.dng").document["items"][0]["item"]
    ran = muniment("--json", "check", item)
    assert {finding["outcome"] for finding in ran.document["findings"]} <= {"pass", "not_applicable"}
    kept = muniment("--json", "show", item).document["derivatives"]
    assert [one["kind"] for one in kept] == ["thumbnail", "preview"]
    for one in kept:
        places = dict(part.split("=") for part in one["recipe"]["arguments"] if "=" in part)
        offset, length = int(places["offset"]), int(places["length"])
        picture = Image.open(io.BytesIO(content[offset:offset + length]))
        assert picture.size in {(160, 120), (800, 600)}
        assert one["content"]["length"] == length


def test_who_wants_no_words_read_is_obeyed_and_a_wrong_language_is_named(muniment, sample, tmp_path, monkeypatch):
    Image.new("RGB", (64, 64)).save(tmp_path / "a.png")
    item = muniment("--json", "import", tmp_path / "a.png").document["items"][0]["item"]
    checks = {finding["check"] for finding in muniment("--json", "check", item).document["findings"]}
    assert "text.ocr" not in checks
    monkeypatch.setenv("MUNIMENT_OCR", "../../etc")
    ran = muniment("check", item)
    assert ran.code == 2
    assert "Tesseract's models" in ran.err
