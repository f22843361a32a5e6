"""Tar archives of others: what is read of them, and bags in them."""

import gzip
import hashlib
import io
import tarfile

import pytest

from evidence_store.progress import NoProgress
from muniment.flows.verify import Measure, verify_target
from verify.foreign.recognise import kind_of_file
from verify.foreign.tar_file import unpack_tar_bag
from verify.report import TargetKind

FILES = {"bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n", "data/a.txt": b"what was said",
         "data/b.txt": b"and by whom"}
FILES["manifest-sha256.txt"] = b"".join(
    b"%s  %s\n" % (hashlib.sha256(content).hexdigest().encode(), name.encode())
    for name, content in sorted(FILES.items()) if name.startswith("data/"))


def packed(path, files, *, mode="w", prefix="bag/", kinds=()):
    with tarfile.open(path, mode) as archive:
        for name, content in files:
            info = tarfile.TarInfo(prefix + name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        for name, kind in kinds:
            info = tarfile.TarInfo(prefix + name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    return path


def verified(path):
    return verify_target(path, Measure(), NoProgress())


@pytest.mark.parametrize(("name", "mode", "prefix"), [
    ("bag.tar", "w", "bag/"), ("bag.tar.gz", "w:gz", "bag/"), ("bag.tar.xz", "w:xz", "./bag/"),
    ("bag.tar.bz2", "w:bz2", ""), ("handed-over", "w:gz", "./")])
def test_a_bag_comes_out_of_a_tar_as_it_went_in(tmp_path, name, mode, prefix):
    path = packed(tmp_path / name, FILES.items(), mode=mode, prefix=prefix)
    assert kind_of_file(path) is TargetKind.TAR
    bag, findings = unpack_tar_bag(path, tmp_path / "out")
    assert {one.outcome.value for one in findings} == {"pass"}
    assert {one.relative_to(bag).as_posix(): one.read_bytes() for one in bag.rglob("*") if one.is_file()} == FILES


def test_a_bag_in_a_tar_is_verified_as_a_bag_and_a_changed_file_in_it_is_named(tmp_path):
    report = verified(packed(tmp_path / "bag.tar.gz", {**FILES, "data/a.txt": b"what was sAid"}.items(), mode="w:gz"))
    assert report.kind is TargetKind.BAG
    assert [(one.check, one.subject) for one in report.failures] == [("bag.changed", "data/a.txt")]


def cut(data):
    return data[:-9000]


def broken_header(data):
    second = 512 * 2                       # behind the first member and its one block of content
    return data[:second + 200] + b"\xff" + data[second + 201:]


def appended(data):
    return data + b"more" * 300


HOSTILE = {
    "outside": ([("../../evil", b"x")], (), None, "tar.name"),
    "absolute": ([("/etc/evil", b"x")], (), None, "tar.name"),
    "twice": ([("data/a.txt", b"other")], (), None, "tar.twin"),
    "only case": ([("data/A.TXT", b"other")], (), None, "tar.twin"),
    "symbolic link": ([], [("data/c", tarfile.SYMTYPE)], None, "tar.link"),
    "hard link": ([], [("data/c", tarfile.LNKTYPE)], None, "tar.link"),
    "device": ([], [("data/c", tarfile.CHRTYPE)], None, "tar.link"),
    "cut": ([], (), cut, "tar.form"),
    "broken header": ([], (), broken_header, "tar.form"),
    "appended": ([], (), appended, "tar.form"),
}


@pytest.mark.parametrize("fault", HOSTILE)
def test_nothing_is_unpacked_where_something_speaks_against_it(look, tmp_path, fault):
    more, kinds, change, check = HOSTILE[fault]
    prefix = "" if fault in ("outside", "absolute") else "bag/"
    path = packed(tmp_path / "bag.tar", [*FILES.items(), *more], prefix=prefix, kinds=kinds)
    if change:
        path.write_bytes(change(path.read_bytes()))
    assert check in look(path).of("fail")
    assert unpack_tar_bag(path, tmp_path / "out")[0] is None
    assert not (tmp_path / "out").exists()


def test_a_tar_without_a_bag_has_nothing_to_say_of_content_unless_it_is_compressed(look, tmp_path):
    loose = packed(tmp_path / "loose.tar", [("a.txt", b"a")])
    assert (look(loose).outcome, unpack_tar_bag(loose, tmp_path / "out")[0]) == ("inconclusive", None)
    assert look(packed(tmp_path / "loose.tar.gz", [("a.txt", b"a")], mode="w:gz")).outcome == "pass"


def test_a_bomb_is_not_unpacked(look, tmp_path):
    bomb = tmp_path / "bomb.tar.gz"
    with gzip.open(bomb, "wb", compresslevel=1) as out, tarfile.open(fileobj=out, mode="w") as archive:
        info = tarfile.TarInfo("bag/bagit.txt")
        info.size = 80 << 20
        archive.addfile(info, io.BytesIO(bytes(info.size)))
    assert look(bomb).of("fail") == {"tar.bomb"}
