import io
import os
import subprocess
from datetime import date
from pathlib import Path

import bagit
import pytest

from evidence_store.bundle.bag import BagWriter
from evidence_store.errors import BundleRefused, FormatError

DAY = date(2026, 2, 3)


def write_bag(destination: Path, files: dict[str, bytes]) -> Path:
    with BagWriter(destination) as bag:
        for path, content in files.items():
            bag.add(path, content)
        bag.close_manifests({"External-Identifier": "abc"}, DAY)
        bag.add_unlisted("0123456789abcdef.sig", b"signature")
        return bag.publish().root


FILES = {"data/items/ITEM-0001/original.jpg": b"photo", "data/capture.wacz": b"web", "VERIFY.txt": b"how\n",
         "custody/ledger.jsonl": b"line\n"}


def test_a_bag_is_valid_for_the_reference_implementation_and_for_sha256sum(tmp_path):
    root = write_bag(tmp_path / "bag", FILES)
    bagit.Bag(str(root)).validate()
    for name in ("tagmanifest-sha256.txt", "manifest-sha256.txt"):
        subprocess.run(["sha256sum", "-c", "--strict", "--quiet", name], cwd=root, check=True)
    assert (root / "bag-info.txt").read_text() == (
        "Bagging-Date: 2026-02-03\nExternal-Identifier: abc\nPayload-Oxum: 8.2\n")
    assert (root / "bagit.txt").read_bytes() == b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


def test_every_file_but_tagmanifest_and_its_signatures_is_listed_once_and_sorted(tmp_path):
    root = write_bag(tmp_path / "bag", FILES)
    listed: list[str] = []
    for name in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        paths = [line.split("  ")[1] for line in (root / name).read_text().splitlines()]
        assert paths == sorted(paths)
        listed += paths
    there = {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}
    assert there - set(listed) == {"tagmanifest-sha256.txt", "tagmanifest-sha256.txt.0123456789abcdef.sig"}
    assert set(listed) <= there
    assert len(listed) == len(set(listed))


def test_the_same_content_gives_the_same_bytes_in_any_order_of_writing(tmp_path):
    one = write_bag(tmp_path / "one", FILES)
    two = write_bag(tmp_path / "two", dict(reversed(FILES.items())))
    trees = [{str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}
             for root in (one, two)]
    assert trees[0] == trees[1]


@pytest.mark.parametrize("path", [
    "/etc/passwd", "../x", "data/../x", "data/./x", "data//x", "data/", "", ".hidden", "data/a b", "data/é",
    "data/a\nb", "data\\x", "data/" + "x" * 96, "data/a:b", "data/..",
])
def test_a_path_that_some_system_reads_otherwise_is_refused(tmp_path, path):
    with BagWriter(tmp_path / "bag") as bag, pytest.raises(FormatError):
        bag.add(path, b"")


def test_paths_alike_but_for_case_are_refused(tmp_path):
    with BagWriter(tmp_path / "bag") as bag:
        bag.add("data/A.txt", b"")
        with pytest.raises(FormatError, match="already"):
            bag.add("data/a.TXT", b"")


def test_a_bag_that_was_not_finished_leaves_nothing(tmp_path):
    def spoilt():
        yield b"first"
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), BagWriter(tmp_path / "bag") as bag:
        bag.add_pieces("data/x", spoilt())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["folder", "file", "dangling link"])
def test_a_name_that_is_taken_is_refused_and_left_as_it_is(tmp_path, kind):
    target = tmp_path / "bag"
    match kind:
        case "folder":
            target.mkdir()
        case "file":
            target.write_text("mine")
        case "dangling link":
            target.symlink_to(tmp_path / "nowhere")
    with pytest.raises(BundleRefused, match="exists already"):
        write_bag(target, FILES)
    assert os.path.lexists(target)
    assert len(list(tmp_path.iterdir())) == 1


def test_what_a_killed_run_left_is_cleared_away_and_a_stranger_s_folder_is_not(tmp_path):
    unfinished = tmp_path / ".bag.unfinished"
    unfinished.mkdir()
    (unfinished / "bagit.txt").write_text("")
    (unfinished / "data").mkdir()
    root = write_bag(tmp_path / "bag", FILES)
    assert [path.name for path in tmp_path.iterdir()] == ["bag"]
    root.rename(tmp_path / "other")
    unfinished.mkdir()
    (unfinished / "diary.txt").write_text("dear")
    with pytest.raises(BundleRefused, match="in the way"):
        write_bag(tmp_path / "bag", FILES)
    assert (unfinished / "diary.txt").read_text() == "dear"


def test_streams_and_files_written_by_others_are_hashed_as_they_end_up(tmp_path):
    with BagWriter(tmp_path / "bag") as bag:
        written = bag.add_stream("data/stream", io.BytesIO(b"x" * 3_000_000))
        place = bag.reserve("data/other")
        place.write_bytes(b"first")
        place.write_bytes(b"second")
        assert (written.length, bag.add_written("data/other").length) == (3_000_000, 6)
        bag.close_manifests({}, DAY)
        root = bag.publish().root
    subprocess.run(["sha256sum", "-c", "--strict", "--quiet", "manifest-sha256.txt"], cwd=root, check=True)
