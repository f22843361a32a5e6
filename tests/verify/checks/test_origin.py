"""Files with a trap in them are found, and their clean twins are not flagged."""

import io
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from drawn_photographs import photograph
from PIL import Image

from evidence_store.findings import Bearing, Finding, Outcome
from verify.checks import CHECKS, run_checks
from verify.checks.origin import check_origin
from verify.checks.workbench import Workbench
from verify.origin.jpeg import ijg_table, quality_of, structure
from verify.origin.names import name_says
from verify.origin.signatures import load
from verify.sandbox import Sandbox

sys.path.insert(0, str(Path(__file__).parent))
from test_metadata import Files

C2PA = [check for check in CHECKS if check.name == "c2pa"]
HISTORY = (b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
           b'xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/" xmlns:e="http://ns.adobe.com/xap/1.0/sType/ResourceEvent#">'
           b'<rdf:Description><xmpMM:History><rdf:Seq><rdf:li e:action="saved" e:softwareAgent="Adobe Photoshop CC" '
           b'e:when="2015-10-21T09:00:00+03:00"/></rdf:Seq></xmpMM:History></rdf:Description></rdf:RDF></x:xmpmeta>')


def encoded(picture: Image.Image, *, quality: int = 92, progressive: bool = False, **saved: object) -> bytes:
    held = io.BytesIO()
    picture.save(held, "JPEG", quality=quality, progressive=progressive, **saved)
    return held.getvalue()


def with_thumbnail(picture: Image.Image, thumbnail: Image.Image) -> bytes:
    small = encoded(thumbnail, quality=80)
    head = (b"II*\0\x08\0\0\0" + b"\0\0" + (14).to_bytes(4, "little") + (2).to_bytes(2, "little")
            + (0x0201).to_bytes(2, "little") + b"\4\0\1\0\0\0" + (44).to_bytes(4, "little")
            + (0x0202).to_bytes(2, "little") + b"\4\0\1\0\0\0" + len(small).to_bytes(4, "little") + bytes(4))
    return encoded(picture, exif=b"Exif\0\0" + head.ljust(44, b"\0") + small)


def letterboxed(picture: Image.Image) -> Image.Image:
    sheet = Image.new("RGB", (160, 120))
    sheet.paste(picture.resize((160, 90)), (0, 15))
    return sheet


def clocked(offset: str, utc: tuple[int, int, int], east: float) -> Image.Exif:
    exif = Image.Exif()
    details = exif.get_ifd(0x8769)
    details[0x9003] = "2015:10:20 12:41:07"
    if offset:
        details[0x9011] = offset
    exif.get_ifd(0x8825).update({1: "N", 2: (35, 54, 0.0), 3: "E", 4: (int(east), 43, 0.0), 7: utc, 29: "2015:10:20"})
    return exif


PICTURE, OTHER = photograph(1, width=480, height=360), photograph(2, width=480, height=360)


def edited() -> bytes:
    exif = Image.Exif()
    exif[0x0131] = "Adobe Photoshop CC 2015 (Windows)"
    return encoded(PICTURE, exif=exif, xmp=HISTORY)


TRAPS: dict[str, tuple[str, Callable[[], bytes], Callable[[], bytes]]] = {
    "a zone that the GPS time denies": (
        "origin.clock", lambda: encoded(PICTURE, exif=clocked("+01:00", (9, 41, 5), 36)),
        lambda: encoded(PICTURE, exif=clocked("+03:00", (9, 41, 5), 36))),
    "a place on another continent than the zone": (
        "origin.clock", lambda: encoded(PICTURE, exif=clocked("+03:00", (9, 41, 5), 139)),
        lambda: encoded(PICTURE, exif=clocked("", (9, 41, 5), 36))),
    "the thumbnail of another picture": (
        "origin.thumbnail", lambda: with_thumbnail(PICTURE, OTHER.resize((160, 120))),
        lambda: with_thumbnail(PICTURE.crop((0, 45, 480, 315)), letterboxed(PICTURE.crop((0, 45, 480, 315))))),
    "edited and saved by an editor": ("origin.edits", edited, lambda: encoded(PICTURE)),
    "saved again at another quality": (
        "origin.compression", lambda: encoded(Image.open(io.BytesIO(encoded(PICTURE, quality=60))), quality=90),
        lambda: encoded(PICTURE, quality=90))}


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox() as opened:
        yield opened


@pytest.fixture
def findings(sandbox, tmp_path):
    """What `check_origin` finds in these bytes, by check; the readers are started once for all tests."""
    def found(content: bytes, name: str = "a.jpg") -> dict[str, Finding]:
        (tmp_path / name).write_bytes(content)
        files = Files()
        files.add(tmp_path / name, "image/jpeg")
        (item,) = files.items
        files.open_item = lambda _: io.BytesIO(content)
        folder = Path(tempfile.mkdtemp(dir=tmp_path))
        return {one.check: one for one in check_origin(Workbench(files, sandbox, folder), replace(item, name=name))}

    return found


@pytest.mark.parametrize("trap", TRAPS)
def test_a_trap_is_found_and_its_clean_twin_is_not_flagged(findings, trap):
    check, trapped, clean = TRAPS[trap]
    found = findings(trapped())
    assert {name for name, finding in found.items() if finding.bearing is Bearing.CONTRADICTS} == {check}
    assert Bearing.CONTRADICTS not in {finding.bearing for finding in findings(clean()).values()}
    assert {finding.outcome for finding in found.values()} == {Outcome.PASS}


def test_a_messengers_copy_without_metadata_is_as_it_should_be(findings):
    small = Image.open(io.BytesIO(encoded(PICTURE, quality=95))).resize((320, 240))
    found = findings(encoded(small, quality=70, progressive=True), "IMG-20151021-WA0003.jpg")
    passage = found["origin.passage"]
    assert (passage.outcome, passage.bearing) == (Outcome.NOT_APPLICABLE, Bearing.SILENT)
    assert passage.details == {"program": "WhatsApp", "day": "2015-10-21", "meaning": "received or sent"}
    assert "progressive JPEG of 320 x 240, quality about 70" in found["origin.structure"].summary


def test_the_mark_of_facebook_in_the_iptc_is_named(findings):
    mark = b"FBMD01000a9d01"
    record = b"\x1c\x02\x28" + len(mark).to_bytes(2, "big") + mark
    block = (b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0" + len(record).to_bytes(4, "big") + record
             + b"\0" * (len(record) % 2))
    whole = encoded(PICTURE)
    content = whole[:2] + b"\xff\xed" + (len(block) + 2).to_bytes(2, "big") + block + whole[2:]
    assert findings(content)["origin.passage"].details["mark"] == mark.decode()


@pytest.mark.parametrize(("name", "program", "day"), [
    ("IMG-20151020-WA0012.jpg", "WhatsApp", "2015-10-20"), ("VID-20151020-WA0001.mp4", "WhatsApp", "2015-10-20"),
    ("WhatsApp Image 2020-01-02 at 10.11.12.jpeg", "WhatsApp", "2020-01-02"),
    ("photo_2021-05-06_07-08-09.jpg", "Telegram (desktop)", "2021-05-06"),
    ("photo_12@06-05-2021_07-08-09.jpg", "Telegram (export)", "2021-05-06"),
    ("12345678_10153000000000000_1234567890_n.jpg", "Facebook or Instagram", ""),
    ("IMG_20151020_124107.jpg", "an Android camera", "2015-10-20"), ("IMG_0001.JPG", "a camera or iPhone", ""),
    ("IMG-20159920-WA0012.jpg", "WhatsApp", "")])
def test_names_say_which_program_and_which_day(name, program, day):
    said = name_says(name)
    assert (said.program, said.day) == (program, day)


@pytest.mark.parametrize("name", ["sarmin.jpg", "", "20151020.jpg", "xIMG-20151020-WA0012.jpg"])
def test_other_names_say_nothing(name):
    assert name_says(name) is None


@pytest.mark.parametrize("quality", [5, 30, 50, 75, 87, 95, 100])
def test_the_quality_that_a_file_was_written_with_is_found(quality):
    found = structure(encoded(PICTURE, quality=quality))
    assert (found.quality, found.quality_exact, found.huffman) == (quality, True, "standard")
    assert quality_of(ijg_table(quality)) == (quality, True)


@pytest.mark.parametrize(("subsampling", "expected"), [(0, "4:4:4"), (1, "4:2:2"), (2, "4:2:0")])
def test_sampling_scan_and_segments_are_read(subsampling, expected):
    found = structure(encoded(PICTURE, subsampling=subsampling, progressive=True, comment=b"Lavc58"))
    assert (found.sampling, found.progressive, found.markers) == (expected, True, "APP0:JFIF COM")
    assert "FFmpeg" in load().consistent_with(found)[0].name
    assert structure(encoded(PICTURE.convert("L"))).sampling == "grey"


def test_a_users_own_table_is_read_after_the_shipped_one(findings, sandbox, tmp_path, monkeypatch):
    own = tmp_path / "own.toml"
    own.write_text('version = "mine"\n[[signature]]\nname = "My messenger"\nquality = 87\nsource = "measured"\n'
                   'date = "2026-11-22"\n')
    monkeypatch.setenv("MUNIMENT_SIGNATURES", str(own))
    sandbox.close()                   # the next question starts a worker with the new environment
    found = findings(encoded(PICTURE, quality=87))["origin.structure"]
    assert "consistent with My messenger [measured; 2026-11-22]" in found.summary
    assert found.details["signatures"].endswith("+ mine")
    sandbox.close()


@pytest.mark.parametrize(("longest", "named"), [(1280, "Telegram"), (1600, "Signal"), (680, "X (Twitter)"), (999, "")])
def test_a_size_that_a_messenger_gives_is_named_as_a_size_and_a_cameras_file_is_not(longest, named):
    scaled = PICTURE.resize((longest, longest * 3 // 4))
    consistent = [one.name for one in load().consistent_with(structure(encoded(scaled, quality=87)))]
    assert [name for name in consistent if "by its size only" in name] == [name for name in consistent if named and
                                                                           named in name]
    assert bool(named) == any(named and named in name for name in consistent)
    exif = Image.Exif()
    exif[0x010F] = "Halde"
    camera = structure(encoded(scaled, quality=87, exif=exif))
    assert not any("by its size" in one.name for one in load().consistent_with(camera))


def test_every_signature_of_the_shipped_table_names_its_source_and_date():
    table = load()
    assert table.version
    assert all(one.name and len(one.source) > 10 and one.date for one in table.entries)


def test_c2pa_says_integrity_and_signer_apart(shared_data):
    pytest.importorskip("c2pa")
    folder = shared_data / "5_c2pa/contentauth+c2pa-python/tests/fixtures"
    expected = {"C.jpg": Outcome.PASS, "files-for-reading-tests/E-sig-CA.jpg": Outcome.FAIL,
                "files-for-reading-tests/XCA.jpg": Outcome.FAIL, "cloud.jpg": Outcome.INCONCLUSIVE, "A.jpg": None}
    for name, outcome in expected.items():
        files = Files()
        files.add(folder / name)
        found = list(run_checks(files, files.items, C2PA))
        assert [finding.outcome for finding in found] == ([] if outcome is None else [outcome]), name
        if outcome is Outcome.PASS:
            assert "no trust list" in found[0].summary
