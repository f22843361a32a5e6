"""ZIP files: what readers could disagree about is found, by the rule that it breaks."""

import io
import stat
import struct
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_store.errors import FormatError
from verify.foreign.zip_reader import read_directory


def packed(*members: tuple[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content, compression)
    return out.getvalue()


TWO = packed(("a.txt", b"first" * 20), ("b.txt", b"second" * 20))


def link() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo("a")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    return out.getvalue()


def twice(name: str, other: str) -> bytes:
    return packed((name, b"1"), (other, b"2"))


def patched(data: bytes, old: bytes, new: bytes, count: int = 1) -> bytes:
    assert old in data
    return data.replace(old, new, count)


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1:]


FAULTS = {
    "no end record": (TWO[:-30], {"zip.form"}),
    "bytes after the end": (TWO + b"x", {"zip.form"}),
    "bytes before the beginning": (b"MZ" + TWO, {"zip.form"}),
    "two members of one name": (patched(TWO, b"b.txt", b"a.txt", 2), {"zip.twin"}),
    "names alike but for case": (twice("A.txt", "a.txt"), {"zip.twin"}),
    "names alike but for Unicode form": (twice("caf\u00e9", "cafe\u0301"), {"zip.twin"}),
    "a name that leads out": (packed(("../a", b"")), {"zip.name"}),
    "an absolute name": (packed(("/etc/a", b"")), {"zip.name"}),
    "a drive": (packed(("C:a", b"")), {"zip.name"}),
    "a link": (link(), {"zip.link"}),
    "another name in its own header": (patched(TWO, b"b.txt", b"c.txt"), {"zip.header"}),
    "a flipped byte of content": (flipped(TWO, 40), {"zip.content"}),
    "a bomb": (packed(("a", bytes(70 << 20))), {"zip.bomb"}),
    "nothing at all": (b"PK\x05\x06", {"zip.form"}),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_fails_the_check_that_guards_it(look, tmp_path, fault):
    data, checks = FAULTS[fault]
    (tmp_path / "a.zip").write_bytes(data)
    seen = look(tmp_path / "a.zip")
    assert seen.outcome == "fail"
    assert checks <= seen.of("fail")


def test_a_whole_archive_passes_and_litter_is_a_warning(look, tmp_path):
    (tmp_path / "a.zip").write_bytes(packed(("a/b.txt", b"1"), ("__MACOSX/a/._b.txt", b"2"), ("a/.DS_Store", b"3")))
    seen = look(tmp_path / "a.zip")
    assert seen.outcome == "pass"
    assert [finding.subject for finding in seen.findings if finding.check == "zip.litter"] == [
        "__MACOSX/a/._b.txt", "a/.DS_Store"]


def test_what_is_encrypted_stays_open(look, tmp_path):
    data = bytearray(TWO)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(mark)
        data[place + at] |= 1
    (tmp_path / "a.zip").write_bytes(data)
    assert look(tmp_path / "a.zip").outcomes["zip.content"] == {"inconclusive"}


def test_an_archive_of_more_than_4_gib_is_read_by_its_zip64_records(tmp_path):
    """Built by hand: the sizes stand in ZIP64 fields, as they do above 4 GiB."""
    name, content = b"a", b"content"
    crc = zlib.crc32(content)
    size = len(content)
    local = struct.pack("<4s5H3I2H", b"PK\x03\x04", 45, 0, 0, 0, 0, crc, size, size, 1, 0) + name + content
    extra = struct.pack("<HHQQQ", 1, 24, len(content), len(content), 0)
    central = struct.pack("<4s6H3I5H2I", b"PK\x01\x02", 45, 45, 0, 0, 0, 0, crc, 0xFFFFFFFF, 0xFFFFFFFF, 1, len(extra),
                          0, 0, 0, 0, 0xFFFFFFFF) + name + extra
    end64 = struct.pack("<4sQ2H2I4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, len(central), len(local))
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, len(local) + len(central), 1)
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    archive = read_directory(io.BytesIO(local + central + end64 + locator + end))
    assert archive.problems == ()
    assert archive.read(archive.members[0], 100) == content


@given(st.integers(0, len(TWO)), st.integers(0, 255), st.booleans())
def test_whatever_is_done_to_its_bytes_it_is_read_or_refused(at, value, cut):
    data = TWO[:at] if cut else TWO[:at] + bytes([value]) + TWO[at + 1:]
    try:
        archive = read_directory(io.BytesIO(data))
        for member in archive.members:
            b"".join(archive.pieces(member))
    except FormatError:
        return


@pytest.mark.parametrize(("folder", "outcomes"), [
    ("failure", ("fail", "inconclusive")), ("wrong-entry-sizes", ("fail",))])
def test_the_archives_that_break_other_readers_are_named(look, shared_data, folder, outcomes):
    paths = sorted((shared_data / "8_malformed/thejoshwolfe+yauzl/test" / folder).glob("*.zip"))
    assert paths
    assert {look(path).outcome for path in paths} <= set(outcomes)


@pytest.mark.parametrize("name", ["deflate", "everything", "streaming", "unicode", "zip64", "windows-7-zip",
                                  "unicode-path-extra-field", "directories"])
def test_good_archives_of_others_pass(look, shared_data, name):
    assert look(shared_data / f"8_malformed/thejoshwolfe+yauzl/test/success/{name}.zip").outcome == "pass"
