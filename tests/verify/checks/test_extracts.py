"""What a file carries and says is taken out of it: previews byte for byte, words with their confidence."""

import hashlib
import io
import struct
from datetime import UTC, datetime

import pytest
from drawn_photographs import photograph
from pictures_within import box, dng, heic, jpeg, multi_picture, size_of, tiff, with_exif
from PIL import Image, ImageDraw, ImageFont, features

from evidence_store.errors import MissingContent
from evidence_store.findings import Outcome
from evidence_store.records import BlobRef, DerivativeKind, Item, ItemId, ItemKind, Sha256, Tool
from muniment.flows.file_kinds import HEAD_BYTES, file_kind
from verify.checks import CHECKS, run_checks
from verify.checks.extracts import Extraction, carries_pictures, extraction, run_extractions
from verify.sandbox import ReaderFailed, ReaderFailure
from verify.sandbox.tesseract import Tesseract, find_tesseract, lines_of, surest

US = Tool(name="muniment", version="0")
SMALL, LARGE = jpeg(160, 120, 10), jpeg(800, 600, 60)
FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
SAID = {"eng": ("Field hospital in Sarmin", "hospital"), "rus": ("Школа разрушена авиаударом", "разрушена"),
        "ara": ("قصف على مدينة تلبيسة", "مدينة")}


class Shelf:
    """Items in memory."""

    def __init__(self, *held: tuple[bytes | Exception, str]) -> None:
        self._held = [content for content, _ in held]
        self.items = [_item(number, content if isinstance(content, bytes) else b"", kind)
                      for number, (content, kind) in enumerate(held, 1)]

    def open_item(self, item: Item) -> io.BytesIO:
        content = self._held[int(item.id[-4:]) - 1]
        if isinstance(content, Exception):
            raise content
        return io.BytesIO(content)


def _item(number: int, content: bytes, media_type: str) -> Item:
    digest = Sha256(hashlib.sha256(content).hexdigest())
    return Item(id=ItemId(f"ITEM-{number:04d}"), kind=ItemKind.PHOTO, sha256=digest, length=len(content),
                media_type=media_type, source=BlobRef(sha256=digest, length=len(content)),
                obtained_at=datetime(2026, 1, 1, tzinfo=UTC))


def without_text() -> Extraction:
    return Extraction(tool=US, tesseract=None, read_text=False)


def extracted(content: bytes, media_type: str = "image/jpeg", how: Extraction | None = None):
    (found,) = run_extractions(*_shelved(content, media_type), how or without_text())
    return found


def _shelved(content: bytes, media_type: str) -> tuple[Shelf, list[Item]]:
    shelf = Shelf((content, media_type))
    return shelf, shelf.items


def thumbnailed(**more: tuple[int, int]) -> bytes:
    second = {0x0201: (4, 0), 0x0202: (4, len(SMALL))}
    start = size_of([{0x010F: (4, 1)}, second])
    second[0x0201] = (4, start)
    return tiff([{0x010F: (4, 1)}, second], SMALL)


def raf() -> bytes:
    return b"FUJIFILMCCD-RAW 0201".ljust(84, b"\0") + struct.pack(">II", 160, len(LARGE)) + bytes(68) + LARGE


def cover() -> bytes:
    held = box(b"ilst", box(b"covr", box(b"data", struct.pack(">II", 13, 0), SMALL)))
    return box(b"ftyp", b"isom", bytes(4)) + box(b"moov", box(b"udta", box(b"meta", bytes(4), held)))


def cr3() -> bytes:
    preview = box(b"PRVW", struct.pack(">IHHHHI", 0, 1, 800, 600, 1, len(LARGE)), LARGE)
    small = box(b"THMB", struct.pack(">IHHII", 0, 160, 120, len(SMALL), 0), SMALL)
    head = box(b"ftyp", b"crx ", bytes(4)) + box(b"moov", box(b"uuid", bytes(16), small))
    return head + box(b"uuid", bytes(24), preview)


def rw2() -> bytes:
    head = tiff([{0x002E: (7, 0)}], magic=b"IIU\0")
    content = bytearray(head + LARGE)
    struct.pack_into("<II", content, 8 + 2 + 4, len(LARGE), len(head))
    return bytes(content)


def photoshop() -> bytes:
    resource = b"8BIM\x04\x0c\0\0" + struct.pack(">I", len(SMALL) + 28) + bytes(28) + SMALL
    body = b"Photoshop 3.0\0" + resource
    return LARGE[:2] + b"\xff\xed" + struct.pack(">H", len(body) + 2) + body + LARGE[2:]


CARRIERS = {
    "a JPEG with an EXIF thumbnail": (with_exif(LARGE, thumbnailed()), "image/jpeg", [SMALL]),
    "a JPEG with a second MPF picture": (multi_picture(SMALL, LARGE), "image/jpeg", [LARGE]),
    "a JPEG with a Photoshop thumbnail": (photoshop(), "image/jpeg", [SMALL]),
    "a DNG with a thumbnail and a preview": (dng(LARGE, SMALL), "image/x-adobe-dng", [SMALL, LARGE]),
    "a RAF with a preview": (raf(), "image/x-fuji-raf", [LARGE]),
    "a CR3 with a thumbnail and a preview": (cr3(), "image/x-canon-cr3", [SMALL, LARGE]),
    "an RW2 with a preview": (rw2(), "image/x-panasonic-rw2", [LARGE]),
    "a film with a cover": (cover(), "video/mp4", [SMALL]),
    "a WebP with an EXIF thumbnail": (b"RIFF\0\0\0\0WEBPVP8X" + b"EXIF\0\0\0\0" + thumbnailed(), "image/webp", [SMALL]),
}


@pytest.mark.parametrize("carrier", CARRIERS)
def test_pictures_within_a_file_are_cut_out_byte_for_byte(carrier):
    content, media_type, expected = CARRIERS[carrier]
    found = extracted(content, media_type)
    assert [one.content for one in found.extracts] == expected
    kinds = {DerivativeKind.THUMBNAIL if one is SMALL else DerivativeKind.PREVIEW for one in expected}
    assert {one.kind for one in found.extracts} == kinds
    (finding,) = found.findings
    assert (finding.check, finding.outcome) == ("metadata.previews", Outcome.PASS)
    for one, stretch in zip(found.extracts, finding.details["pictures"], strict=True):
        assert content[stretch["offset"]:stretch["offset"] + stretch["length"]] == one.content
        assert f"offset={stretch['offset']}" in one.arguments


@pytest.mark.parametrize("content", [
    LARGE, with_exif(LARGE, thumbnailed()[:200]), with_exif(LARGE, thumbnailed().replace(SMALL, b"x" * len(SMALL))),
    b"II*\0\x08\0\0\0\xff\xff", b"FUJIFILMCCD-RAW", multi_picture(SMALL, LARGE)[:-len(LARGE)], b""],
    ids=["plain", "cut", "no picture", "entries without end", "head only", "second missing", "empty"])
def test_a_file_that_carries_none_or_lies_about_it_gives_none(content):
    found = extracted(content)
    assert found.extracts == ()
    assert {finding.outcome for finding in found.findings} <= {Outcome.ERROR}


def test_a_directory_that_points_to_itself_ends(tmp_path):
    looped = bytearray(tiff([{0x010F: (4, 1)}, {0x014A: (4, 8)}]))
    struct.pack_into("<I", looped, len(looped) - 4, 8)
    assert extracted(bytes(looped), "image/tiff").extracts == ()


def drawn(text: str, language: str) -> bytes:
    sheet = Image.new("RGB", (900, 160), "white")
    rtl = {"direction": "rtl", "language": "ar", "anchor": "ra"} if language == "ara" else {}
    ImageDraw.Draw(sheet).text((860 if rtl else 40, 50), text, font=ImageFont.truetype(FONT, 40), fill="black", **rtl)
    held = io.BytesIO()
    sheet.save(held, "PNG")
    return held.getvalue()


@pytest.fixture(scope="module")
def reading() -> Extraction:
    found = extraction(US)
    if found.tesseract is None or found.tesseract.languages != ("eng", "ara", "rus"):
        pytest.skip("Tesseract with its models for eng, ara and rus is not installed")
    return found


@pytest.mark.parametrize("language", SAID)
def test_words_in_a_picture_are_read_in_three_scripts(reading, language):
    if language == "ara" and not features.check("fribidi"):
        pytest.skip("without FriBiDi nothing Arabic can be drawn")
    text, word = SAID[language]
    found = extracted(drawn(text, language), "image/png", reading)
    (finding,) = found.findings
    assert (finding.check, finding.outcome) == ("text.ocr", Outcome.PASS)
    assert word in finding.details["text"].split()
    assert int(finding.details["confidence"]) > 60
    (kept,) = found.extracts
    assert (kept.kind, kept.media_type) == (DerivativeKind.TEXT, "text/tab-separated-values")
    assert word.encode() in kept.content


def test_a_turned_photograph_of_a_sign_is_read_upright(reading):
    upright = Image.open(io.BytesIO(drawn(SAID["eng"][0], "eng")))
    exif = Image.Exif()
    exif[0x0112] = 6
    held = io.BytesIO()
    upright.transpose(Image.Transpose.ROTATE_90).save(held, "JPEG", quality=95, exif=exif)
    assert "hospital" in extracted(held.getvalue(), "image/jpeg", reading).findings[0].details["text"]


def test_a_picture_without_words_says_so_and_keeps_nothing(reading):
    held = io.BytesIO()
    photograph(3, width=480, height=360).save(held, "PNG")
    found = extracted(held.getvalue(), "image/png", reading)
    assert "no words read" in found.findings[0].summary or found.findings[0].details["words"] < 4


def test_that_tesseract_is_absent_is_said(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_tesseract() is None
    found = extracted(drawn("word", "eng"), "image/png", extraction(US))
    (finding,) = found.findings
    assert finding.outcome is Outcome.NOT_APPLICABLE
    assert "Tesseract is not installed" in finding.summary
    assert extracted(drawn("word", "eng"), "image/png", extraction(US, ())).findings == ()


@pytest.mark.parametrize(("body", "failure"), [("exit 3", ReaderFailure.CRASH), ("kill -9 $$", ReaderFailure.CRASH)])
def test_a_tesseract_that_fails_is_an_error_of_that_item(tmp_path, body, failure):
    command = tmp_path / "tesseract"
    command.write_text(f"#!/bin/sh\n{body}\n")
    command.chmod(0o755)
    broken = Tesseract(command=str(command), version="0", languages=("eng",))
    with pytest.raises(ReaderFailed) as raised:
        broken.read(b"png")
    assert raised.value.failure is failure


def test_rows_of_another_form_are_passed_over():
    good = "5\t1\t1\t1\t1\t1\t10\t20\t90\t9\t91.5\tword\u200f"
    (line,) = lines_of(f"level\t\n{good}\n5\tx\n{good}\textra".encode(), "eng")
    assert [(word.text, word.confidence) for word in line.words] == [("word", 91.5)]


@pytest.mark.parametrize(("confidences", "kept"), [((95, 71), "eng"), ((52, 90), "rus"), ((40, 45), "")])
def test_of_two_readings_of_one_line_the_surer_stays(confidences, kept):
    rows = [f"5\t1\t1\t1\t1\t1\t10\t20\t90\t9\t{one}\tword" for one in confidences]
    elsewhere = "5\t1\t1\t1\t1\t1\t10\t60\t90\t9\t88\tbelow"
    read = surest([*lines_of(rows[0].encode(), "eng"), *lines_of(rows[1].encode(), "rus"),
                   *lines_of(elsewhere.encode(), "ara")])
    assert [line.language for line in read.lines] == [*filter(None, [kept]), "ara"]
    assert read.text.endswith("below")


def test_bytes_that_cannot_be_had_are_an_error_of_that_item_alone():
    shelf = Shelf((MissingContent("gone"), "image/jpeg"), (with_exif(LARGE, thumbnailed()), "image/jpeg"))
    first, second = run_extractions(shelf, shelf.items, without_text())
    assert [finding.outcome for finding in first.findings] == [Outcome.ERROR]
    assert len(second.extracts) == 1


def test_pages_and_sounds_are_not_looked_into():
    assert not any(carries_pictures(_item(1, b"", kind)) for kind in ("text/html", "audio/mpeg", "image/svg+xml"))


def test_many_items_are_read_side_by_side_in_their_order_and_one_that_kills_its_reader_costs_itself():
    held = [(with_exif(jpeg(320, 240, level), thumbnailed()), "image/jpeg") for level in range(14)]
    held[5] = (b"\xff\xd8\xff no picture", "image/jpeg")
    shelf = Shelf(*held)
    metadata = [check for check in CHECKS if check.name == "metadata"]
    found = list(run_checks(shelf, shelf.items, metadata, workers=3))
    assert [finding.item for finding in found] == sorted(finding.item for finding in found)
    assert {finding.item for finding in found} == {item.id for item in shelf.items}
    errors = {finding.item for finding in found if finding.outcome is Outcome.ERROR}
    assert errors == {"ITEM-0006"}


def test_who_stops_taking_results_leaves_no_reader_behind():
    shelf = Shelf(*[(jpeg(320, 240, level), "image/jpeg") for level in range(12)])
    metadata = [check for check in CHECKS if check.name == "metadata"]
    results = run_checks(shelf, shelf.items, metadata, workers=2)
    next(results)
    results.close()


def test_a_heic_is_decoded_hashed_and_read_by_pillow():
    picture = photograph(4, width=256, height=192)
    shelf = Shelf((heic(picture), "image/heic"))
    hashes = [check for check in CHECKS if check.name in {"hashes", "metadata"}]
    found = {finding.check: finding for finding in run_checks(shelf, shelf.items, hashes)}
    assert found["image.hashes"].outcome is Outcome.PASS
    assert (found["image.hashes"].details["width"], found["image.hashes"].details["height"]) == (256, 192)
    assert found["metadata.exif"].details["picture"]["format"] == "HEIF"


def test_a_raw_file_is_not_called_broken_for_not_being_developed():
    shelf = Shelf((dng(LARGE, SMALL), "image/x-adobe-dng"))
    found = {finding.check: finding.outcome for finding in run_checks(shelf, shelf.items)}
    assert found["image.hashes"] is Outcome.NOT_APPLICABLE
    assert Outcome.ERROR not in found.values()


@pytest.mark.soak
def test_every_file_of_other_projects_goes_through_every_check_and_extraction(shared_data):
    held = []
    for folder in ("2_photo_meta", "4_video", "5_c2pa", "8_malformed"):
        for path in sorted((shared_data / folder).rglob("*")):
            if path.is_file():
                content = path.read_bytes()
                held.append((content, file_kind(content[:HEAD_BYTES], path.name).media_type))
    shelf = Shelf(*held)
    assert len(held) > 300
    found = list(run_checks(shelf, shelf.items))
    taken = list(run_extractions(shelf, shelf.items, extraction(US)))
    assert {finding.item for finding in found} == {item.id for item in shelf.items}
    failures = {finding.details.get("failure") for finding in found + [one for each in taken for one in each.findings]
                if finding.outcome is Outcome.ERROR}
    assert failures <= {"exception"}
