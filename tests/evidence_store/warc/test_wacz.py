"""WACZ: members copied byte for byte, valid for others' tools, the same twice; foreign ones read within limits."""

import hashlib
import json
import random
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from evidence_store.errors import EvidenceError, FormatError, LimitExceeded, WarcDamaged
from evidence_store.records import Tool
from evidence_store.warc.entries import entries
from evidence_store.warc.model import RecordEntry, WarcType
from evidence_store.warc.open_file import cdxj_path
from evidence_store.warc.wacz import WaczPage, WarcSelection, WrittenWacz, write_wacz
from evidence_store.warc.wacz_reader import MAX_ENTRIES, open_wacz

from .conftest import Folder

BIN = Path(sys.executable).parent
CREATED = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
PAGES = (WaczPage(url="https://example.com/page?b=2&a=1", at=CREATED, title="Сармин"),)


def make(destination: Path, mixed: Folder, chosen: tuple[RecordEntry, ...] | None = None) -> WrittenWacz:
    selection = WarcSelection(path=mixed.warc, entries=tuple(mixed.announced) if chosen is None else chosen)
    return write_wacz(destination, selections=[selection], pages=PAGES, created_at=CREATED,
                      software=Tool(name="Muniment", version="0.1.0"), title="Case 1")


def test_a_whole_copy_is_the_file_itself(mixed: Folder, tmp_path: Path) -> None:
    written = make(tmp_path / "capture.wacz", mixed)
    with zipfile.ZipFile(written.path) as archive:
        assert archive.testzip() is None
        assert archive.read(f"archive/{mixed.warc.name}") == mixed.warc.read_bytes()
        assert archive.read("indexes/index.cdxj") == cdxj_path(mixed.warc).read_bytes()
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}
    assert written.length == written.path.stat().st_size


def test_chosen_members_are_copied_byte_for_byte_and_indexed_where_they_stand(mixed: Folder, tmp_path: Path) -> None:
    chosen = tuple(entry for entry in mixed.announced
                   if not entry.uri.endswith("photo.jpg") and entry.type is not WarcType.METADATA)
    written = make(tmp_path / "capture.wacz", mixed, tuple(reversed(chosen)))
    original, target = mixed.warc.read_bytes(), tmp_path / mixed.warc.name
    with open_wacz(written.path) as wacz:
        (warc,) = wacz.warcs
        wacz.extract(warc, target)
        assert [(page.url, page.title) for page in wacz.pages()] == [(PAGES[0].url, PAGES[0].title)]
    copy = target.read_bytes()
    assert copy == b"".join(original[entry.offset:entry.offset + entry.length] for entry in chosen)
    assert [found for found in entries(target) if isinstance(found, RecordEntry)] == list(written.records)
    with zipfile.ZipFile(written.path) as archive:
        index = archive.read("indexes/index.cdxj").decode()
    done = subprocess.run([BIN / "cdxj-indexer", "--sort", "--post-append", target], check=True, capture_output=True,
                          text=True)
    assert where(index) == where(done.stdout)
    assert "photo" not in index


def where(index: str) -> list[tuple[str, ...]]:
    """Key, offset, length and file of each line."""
    found = []
    for line in index.splitlines():
        key, _, fields = line.split(" ", 2)
        found.append((key, *(json.loads(fields)[name] for name in ("offset", "length", "filename"))))
    return found


def test_the_package_lists_every_file_with_its_hash_and_size(mixed: Folder, tmp_path: Path) -> None:
    written = make(tmp_path / "capture.wacz", mixed)
    with zipfile.ZipFile(written.path) as archive:
        package = archive.read("datapackage.json")
        names = [name for name in archive.namelist() if not name.startswith("datapackage")]
        listed = {resource["path"]: resource for resource in json.loads(package)["resources"]}
        assert sorted(listed) == sorted(names)
        for name in names:
            data = archive.read(name)
            assert (listed[name]["hash"], listed[name]["bytes"]) == (
                f"sha256:{hashlib.sha256(data).hexdigest()}", len(data))
        digest = json.loads(archive.read("datapackage-digest.json"))
    assert digest == {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(package).hexdigest()}"}


def test_others_find_it_valid_and_read_it(mixed: Folder, tmp_path: Path) -> None:
    written = make(tmp_path / "capture.wacz", mixed)
    done = subprocess.run([BIN / "wacz", "validate", "-f", written.path], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    with zipfile.ZipFile(written.path) as archive, archive.open(f"archive/{mixed.warc.name}") as stream:
        assert sum(1 for _ in ArchiveIterator(stream)) == len(mixed.announced)


def test_the_same_selection_makes_the_same_bytes(mixed: Folder, tmp_path: Path) -> None:
    first = make(tmp_path / "a.wacz", mixed).path.read_bytes()
    assert make(tmp_path / "b.wacz", mixed).path.read_bytes() == first
    assert sorted(path.name for path in tmp_path.glob("*.tmp")) == []


@pytest.mark.parametrize("wrong", [
    pytest.param(lambda entry: replace(entry, offset=entry.offset + 1), id="offset within a member"),
    pytest.param(lambda entry: replace(entry, ref=replace(entry.ref, record="urn:uuid:other")), id="another record"),
    pytest.param(lambda entry: replace(entry, length=10**9), id="beyond the end"),
])
def test_an_entry_that_does_not_name_what_stands_there_stops_the_copy(mixed: Folder, tmp_path: Path, wrong) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(WarcDamaged):
        make(tmp_path / "capture.wacz", mixed, (*mixed.announced[:3], wrong(mixed.announced[3])))
    assert not list(tmp_path.glob("capture.wacz*"))


def hostile(path: Path, files: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, data in ({"datapackage.json": b"{}"} | files).items():
            archive.writestr(name, data)
    return path


def test_a_bomb_is_refused_before_a_byte_is_unpacked(tmp_path: Path) -> None:
    path = hostile(tmp_path / "bomb.wacz", {"archive/a.warc": bytes(100 << 20)}, zipfile.ZIP_DEFLATED)
    with pytest.raises(LimitExceeded, match="unpacks to"), open_wacz(path):
        pass


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    path = hostile(tmp_path / "twice.wacz", {"archive/a.warc": b"one", "archive/b.warc": b"two"})
    path.write_bytes(path.read_bytes().replace(b"archive/b.warc", b"archive/a.warc"))
    with pytest.raises(FormatError, match="same name"), open_wacz(path):
        pass


def test_too_many_files_are_refused(tmp_path: Path) -> None:
    path = hostile(tmp_path / "many.wacz", {f"archive/{number}.warc": b"" for number in range(MAX_ENTRIES)})
    with pytest.raises(LimitExceeded, match="files"), open_wacz(path):
        pass


def test_names_in_the_zip_never_become_paths(tmp_path: Path) -> None:
    path = hostile(tmp_path / "names.wacz", {"archive/../../escaped.warc": b"x", "../archive/b.warc": b"y"})
    with open_wacz(path) as wacz:
        (warc,) = wacz.warcs
        wacz.extract(warc, tmp_path / "out.warc")
    assert sorted(found.name for found in tmp_path.iterdir()) == ["names.wacz", "out.warc"]


@pytest.mark.parametrize("data", [b"", b"PK", b"no zip", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_wacz_is_a_typed_error(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "none.wacz"
    path.write_bytes(data)
    with pytest.raises(FormatError), open_wacz(path):
        pass


def test_no_damage_to_a_wacz_makes_reading_fail_untyped(mixed: Folder, tmp_path: Path) -> None:
    good = make(tmp_path / "good.wacz", mixed, tuple(mixed.announced[:3])).path.read_bytes()
    dice, path, target = random.Random(9), tmp_path / "bad.wacz", tmp_path / "out.warc.gz"
    for _ in range(300):
        data = bytearray(good)
        for _ in range(dice.randrange(1, 6)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        path.write_bytes(data[:dice.choice([len(data), len(data), dice.randrange(len(data))])])
        target.unlink(missing_ok=True)
        try:
            with open_wacz(path) as wacz:
                wacz.pages()
                for warc in wacz.warcs:
                    target.unlink(missing_ok=True)
                    wacz.extract(warc, target)
        except EvidenceError:
            continue
