"""Checks over items say what the bytes say: one bad item is one finding."""

import hashlib
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import pytest
from PIL import Image

from evidence_store.canonical import encode
from evidence_store.errors import ContentMismatch, FormatError, MissingContent, WarcDamaged
from evidence_store.events import FindingEvent
from evidence_store.findings import Outcome
from evidence_store.records import BlobRef, Item, ItemId, ItemKind, Sha256, Tool
from verify.checks import CHECKS, Check, run_checks


class Shelf:
    """Items in memory, some of which cannot be had."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self._content: dict[ItemId, bytes | Exception] = {}

    def put(self, content: bytes, media_type: str, *, recorded: bytes | None = None,
            raises: Exception | None = None) -> Item:
        original = content if recorded is None else recorded
        digest = Sha256(hashlib.sha256(original).hexdigest())
        item = Item(id=ItemId(f"ITEM-{len(self.items) + 1:04d}"), kind=ItemKind.PHOTO, sha256=digest,
                    length=len(original),
                    media_type=media_type, source=BlobRef(sha256=digest, length=len(original)),
                    obtained_at=datetime(2026, 1, 1, tzinfo=UTC))
        self.items.append(item)
        self._content[item.id] = raises or content
        return item

    def open_item(self, item: Item) -> BinaryIO:
        content = self._content[item.id]
        if isinstance(content, Exception):
            raise content
        return io.BytesIO(content)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def photograph(*, format_: str = "JPEG", exif: Image.Exif | None = None) -> bytes:
    held = io.BytesIO()
    picture = Image.radial_gradient("L").convert("RGB").resize((160, 120))
    picture.save(held, format_, **({"exif": exif} if exif else {}))
    return held.getvalue()


def camera_exif() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Halde", "P3"
    exif.get_ifd(0x8769)[0x9003] = "2015:10:20 12:41:07"
    exif.get_ifd(0x8825).update({1: "N", 2: (33, 30, 12.4), 3: "E", 4: (29, 2, 47.9)})
    return exif


def named(*names: str) -> list[Check]:
    """The checks of these names: starting the readers of the others takes seconds."""
    return [check for check in CHECKS if check.name in names]


def only(findings: list[FindingEvent], check: str) -> FindingEvent:
    found = [finding for finding in findings if finding.check == check]
    assert len(found) == 1
    return found[0]


def test_an_intact_item_passes_fixity(shelf):
    shelf.put(b"as it was", "text/html")
    (finding,) = run_checks(shelf, shelf.items)
    assert (finding.check, finding.outcome, finding.item) == ("fixity.sha256", Outcome.PASS, "ITEM-0001")


@pytest.mark.parametrize(("content", "raises", "outcome"), [
    (b"as it wos", None, Outcome.FAIL),
    (b"as it", None, Outcome.FAIL),
    (b"as it was, and more", None, Outcome.FAIL),
    (b"", ContentMismatch("other bytes"), Outcome.FAIL),
    (b"", WarcDamaged("member at 17 is cut"), Outcome.FAIL),
    (b"", MissingContent("not there"), Outcome.FAIL),
    (b"", FormatError("cannot be decoded"), Outcome.ERROR),
])
def test_bytes_that_are_not_the_recorded_ones_never_pass_fixity(shelf, content, raises, outcome):
    shelf.put(content, "text/html", recorded=b"as it was", raises=raises)
    (finding,) = run_checks(shelf, shelf.items)
    assert (finding.check, finding.outcome) == ("fixity.sha256", outcome)


def test_the_camera_time_and_place_are_found_and_both_readers_agree(shelf):
    shelf.put(photograph(exif=camera_exif()), "image/jpeg")
    findings = list(run_checks(shelf, shelf.items, named("metadata")))
    exif = only(findings, "metadata.exif")
    assert exif.outcome is Outcome.PASS
    assert exif.details["normalised"] == {
        "make": "Halde", "model": "P3", "created": "2015-10-20T12:41:07", "latitude": "33.503444",
        "longitude": "29.046639", "width": "160", "height": "120"}
    assert set(exif.details["readers"]) - {"ExifTool"} == {"ExifRead", "Pillow", "Pillow IPTC", "XMP (lxml)"}
    assert {"ExifRead", "Pillow"} <= {tool.name for tool in exif.tools}
    assert only(findings, "metadata.readers").outcome is Outcome.PASS


@pytest.fixture(scope="module")
def every_finding() -> list[FindingEvent]:
    """All checks on a photograph with EXIF (ITEM-0001) and one without."""
    shelf = Shelf()
    shelf.put(photograph(exif=camera_exif()), "image/jpeg")
    shelf.put(photograph(), "image/jpeg")
    return list(run_checks(shelf, shelf.items, tools=(Tool(name="muniment", version="1"),)))


def test_a_picture_without_exif_is_normal_and_not_suspicious(every_finding):
    findings = [finding for finding in every_finding if finding.item == "ITEM-0002"]
    exif = only(findings, "metadata.exif")
    assert exif.outcome is Outcome.NOT_APPLICABLE
    assert "usual" in exif.summary
    assert {finding.outcome for finding in findings} <= {Outcome.PASS, Outcome.NOT_APPLICABLE}


def test_readers_that_see_different_things_are_a_finding(shelf):
    odd = photograph(exif=camera_exif()).replace(b"Exif\0\0", b"Exif\0\x01")     # a head that only Pillow minds
    shelf.put(odd, "image/jpeg")
    findings = list(run_checks(shelf, shelf.items, named("metadata")))
    readers = only(findings, "metadata.readers")
    assert readers.outcome is Outcome.INCONCLUSIVE
    assert {**readers.details["make"], "ExifTool": ""} == {"ExifRead": "Halde", "Pillow": "", "ExifTool": ""}
    assert only(findings, "metadata.exif").outcome is Outcome.PASS


def test_hashes_carry_their_parameters_versions_and_decode_path(every_finding):
    hashes = only([finding for finding in every_finding if finding.item == "ITEM-0002"], "image.hashes")
    assert {"ahash", "dhash", "phash", "whash"} <= set(hashes.details)
    assert hashes.details["phash"]["parameters"] == "hash_size=8 highfreq_factor=4"
    assert len(hashes.details["pdq"]["hash"]) == 64
    assert 0 <= hashes.details["pdq"]["quality"] <= 100
    assert "Pillow" in hashes.details["decode_path"]
    assert [tool.name for tool in hashes.tools] == ["muniment", "ImageHash", "Pillow"]
    assert all(tool.version for tool in hashes.tools)


def test_a_picture_that_no_reader_can_open_is_an_error_of_that_item_alone(shelf):
    shelf.put(b"\xff\xd8\xff\xe1 nothing that follows", "image/jpeg")
    shelf.put(photograph(), "image/jpeg")
    findings = list(run_checks(shelf, shelf.items, named("metadata", "hashes")))
    broken = [finding for finding in findings if finding.item == "ITEM-0001"]
    assert only(broken, "image.hashes").outcome is Outcome.ERROR
    assert Outcome.ERROR in {finding.outcome for finding in broken if finding.check == "metadata.exif"}
    assert only([finding for finding in findings if finding.item == "ITEM-0002"],
                "image.hashes").outcome is Outcome.PASS


def test_a_decompression_bomb_is_inconclusive_and_not_decoded(shelf):
    held = io.BytesIO()
    Image.new("1", (20000, 20000)).save(held, "PNG")
    shelf.put(held.getvalue(), "image/png")
    hashes = only(list(run_checks(shelf, shelf.items, named("hashes"))), "image.hashes")
    assert hashes.outcome is Outcome.INCONCLUSIVE
    assert hashes.details["failure"] == "too_large"


def test_a_picture_whose_bytes_are_gone_is_never_passed_by_any_check(shelf):
    shelf.put(b"", "image/jpeg", recorded=photograph(), raises=MissingContent("not there"))
    assert {finding.outcome for finding in run_checks(shelf, shelf.items)} == {Outcome.FAIL, Outcome.ERROR}


@pytest.mark.parametrize("media_type", ["text/html", "image/svg+xml", "application/json", ""])
def test_items_without_metadata_readers_get_fixity_only(shelf, media_type):
    shelf.put(b"bytes", media_type)
    assert [finding.check for finding in run_checks(shelf, shelf.items)] == ["fixity.sha256"]


def test_checks_can_be_chosen(shelf):
    shelf.put(photograph(), "image/jpeg")
    assert [finding.check for finding in run_checks(shelf, shelf.items, named("fixity"))] == ["fixity.sha256"]


def test_every_finding_has_a_canonical_form(every_finding):
    assert {finding.item for finding in every_finding} == {"ITEM-0001", "ITEM-0002"}
    for finding in every_finding:
        assert encode(dict(finding.details))


def test_progress_counts_items_and_ends_even_when_the_caller_stops_early(shelf):
    seen = []

    class Watch:
        def start(self, task: str, total: int | None, unit: str) -> None:
            seen.append(("start", total))

        def advance(self, task: str, amount: int = 1, note: str = "") -> None:
            seen.append(("advance", note))

        def finish(self, task: str) -> None:
            seen.append(("finish",))

    for index in range(3):
        shelf.put(b"%d" % index, "text/html")
    run = run_checks(shelf, shelf.items, progress=Watch())
    next(run)
    run.close()
    assert seen == [("start", 3), ("finish",)]


def test_nothing_is_left_in_the_folder_for_temporary_files(shelf, tmp_path: Path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    shelf.put(photograph(), "image/jpeg")
    list(run_checks(shelf, shelf.items, named("metadata")))
    assert list(tmp_path.iterdir()) == []
