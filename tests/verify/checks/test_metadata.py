"""Several readers of one file: what they say, and where they or the file contradict themselves."""

import hashlib
import io
import mimetypes
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import pytest
from PIL import Image

from evidence_store.canonical import encode
from evidence_store.events import FindingEvent
from evidence_store.findings import Outcome
from evidence_store.records import BlobRef, Item, ItemId, ItemKind, Sha256
from verify.checks import CHECKS, run_checks
from verify.sandbox import SandboxLimits, find_exiftool

METADATA = [check for check in CHECKS if check.name == "metadata"]
TYPES = {".dng": "image/x-adobe-dng", ".j2k": "image/jp2", ".flv": "video/x-flv"}


class Files:
    def __init__(self) -> None:
        self.items: list[Item] = []

    def add(self, path: Path, media_type: str = "") -> None:
        content = path.read_bytes()
        digest = Sha256(hashlib.sha256(content).hexdigest())
        kind = media_type or TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or ""
        self.items.append(Item(
            id=ItemId(f"ITEM-{len(self.items) + 1:04d}"), kind=ItemKind.DATA, sha256=digest, length=len(content),
            media_type=kind, source=BlobRef(sha256=digest, length=len(content)), name=str(path),
            obtained_at=datetime(2026, 1, 1, tzinfo=UTC)))

    def open_item(self, item: Item) -> BinaryIO:
        return io.BytesIO(Path(item.name).read_bytes())


def packet(created: str) -> bytes:
    return (f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
            f'<rdf:Description xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:DateTimeOriginal="{created}"/>'
            f'</rdf:RDF></x:xmpmeta>').encode()


@pytest.mark.parametrize(("stated", "outcome"), [
    ("2015-10-20T12:41:07+03:00", Outcome.PASS), ("2015-10-20T12:41:07", Outcome.PASS),
    ("2015-10-20", Outcome.PASS), ("2014-03-02T08:00:00", Outcome.INCONCLUSIVE)])
def test_exif_and_xmp_of_one_file_may_not_contradict_each_other(tmp_path, stated, outcome):
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = "2015:10:20 12:41:07"
    Image.new("RGB", (16, 16)).save(tmp_path / "a.jpg", exif=exif, xmp=packet(stated))
    files = Files()
    files.add(tmp_path / "a.jpg")
    (found,) = [finding for finding in run_checks(files, files.items, METADATA) if finding.check == "metadata.blocks"]
    assert found.outcome is outcome
    assert ("created" in found.details) == (outcome is Outcome.INCONCLUSIVE)


@pytest.fixture(scope="module")
def of_other_projects(shared_data) -> tuple[Files, list[FindingEvent]]:
    """The metadata findings of every picture, film and document that other projects publish as test data."""
    files = Files()
    for folder in ("2_photo_meta", "4_video", "5_c2pa", "8_malformed"):
        for path in sorted((shared_data / folder).rglob("*")):
            if path.is_file() and ((mimetypes.guess_type(path.name)[0] or "").startswith(("image", "video/", "audio"))
                                   or path.suffix.lower() in {".dng", ".pdf"}):
                files.add(path)
    return files, list(run_checks(files, files.items, METADATA))


def test_a_malformed_file_of_any_project_gives_findings_and_ends_nothing(of_other_projects):
    files, found = of_other_projects
    assert len(files.items) > 80
    asked = {item.id for item in files.items if not item.media_type.startswith("image/svg")}
    assert {finding.item for finding in found} == asked
    assert all(encode(dict(finding.details)) for finding in found)
    failures = {finding.details.get("failure") for finding in found if finding.outcome is Outcome.ERROR}
    assert failures == {"exception"}


def test_an_iphone_film_is_read_alike_by_every_reader(shared_data):
    files = Files()
    files.add(shared_data / "4_video/streamio+streamio-ffmpeg/spec/fixtures/movies/ios9.mov")
    stated, readers = run_checks(files, files.items, METADATA)
    assert (stated.check, readers.check) == ("metadata.container", "metadata.readers")
    assert readers.outcome is Outcome.PASS
    expected = {"make": "Apple", "model": "iPhone 6s", "created": "2016-02-02T10:51:27-07:00",
                "container_created": "2016-02-02T17:51:27Z", "latitude": "40.635800", "longitude": "-111.808400",
                "duration": "0.5", "rotation": "90", "width": "1280", "height": "720"}
    assert expected.items() <= stated.details["normalised"].items()


def test_for_files_both_read_our_readers_give_exiftools_values(of_other_projects):
    if find_exiftool(SandboxLimits()) is None:
        pytest.skip("exiftool is not installed")
    files, found = of_other_projects
    whole = {item.id for item in files.items if "8_malformed" not in item.name}
    compared = [one for one in found if one.check == "metadata.readers" and one.item in whole]
    assert len(compared) > 30
    assert {one.outcome for one in compared} <= {Outcome.PASS, Outcome.NOT_APPLICABLE}
