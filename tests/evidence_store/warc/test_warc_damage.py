"""Damage is found, named with its offset, and is not the end of reading."""

import gzip
import random
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evidence_store.errors import WarcDamaged
from evidence_store.warc.entries import entries
from evidence_store.warc.inflate import Fault
from evidence_store.warc.integrity import DigestState, check_record
from evidence_store.warc.members import Damage, Member, scan_members
from evidence_store.warc.model import RecordEntry
from evidence_store.warc.reader import Record, read_records, record_at

from .conftest import Folder

PHOTO = 5      # the stored member of `mixed`: warcinfo, two exchanges, then the photo


def spoilt(mixed: Folder, change: Callable[[bytearray, list[RecordEntry]], object]) -> Path:
    data = bytearray(mixed.warc.read_bytes())
    change(data, mixed.announced)
    path = mixed.path.parent / "spoilt.warc.gz"
    path.write_bytes(data)
    return path


def covered(path: Path) -> bool:
    """Members and damage together account for every byte, in order."""
    end = 0
    for found in scan_members(path):
        assert found.offset == end
        end += found.length
    return end == path.stat().st_size


def flip(place: Callable[[RecordEntry], int], which: int,
         bits: int = 0x10) -> Callable[[bytearray, list[RecordEntry]], None]:
    def change(data: bytearray, written: list[RecordEntry]) -> None:
        data[written[which].offset + place(written[which])] ^= bits

    return change


def zero(which: int, size: int) -> Callable[[bytearray, list[RecordEntry]], None]:
    def change(data: bytearray, written: list[RecordEntry]) -> None:
        start = written[which].offset + 900
        data[start:start + size] = bytes(size)

    return change


@pytest.mark.parametrize(("change", "fault", "which"), [
    pytest.param(flip(lambda entry: entry.length // 2, PHOTO), Fault.CRC, PHOTO, id="a bit flipped in stored media"),
    pytest.param(flip(lambda entry: entry.length - 6, 1), Fault.CRC, 1, id="a bit flipped in a CRC"),
    pytest.param(flip(lambda entry: entry.length - 2, 1), Fault.SIZE, 1, id="a bit flipped in a size"),
    pytest.param(flip(lambda entry: 0, 3), Fault.GARBAGE, 3, id="a bit flipped in a header"),
    pytest.param(flip(lambda entry: 10, PHOTO, 0x06), Fault.DEFLATE, PHOTO, id="another block type"),
    pytest.param(zero(PHOTO, 3000), Fault.CRC, PHOTO, id="zeroed bytes in stored media"),
    pytest.param(zero(PHOTO, 200_000), Fault.DEFLATE, PHOTO, id="zeroed blocks of stored media"),
    pytest.param(lambda data, written: data.__delitem__(slice(written[PHOTO].offset + 50_000,
                                                              written[PHOTO].offset + 60_000)),
                 Fault.DEFLATE, PHOTO, id="bytes cut out of stored media"),
    pytest.param(lambda data, written: data.__delitem__(slice(-40, None)), Fault.CUT, -1, id="the tail cut"),
    pytest.param(lambda data, written: data.__delitem__(slice(-3, None)), Fault.CUT, -1, id="the last trailer cut"),
])
def test_damage_is_named_where_it_stands_and_everything_else_is_read(
        mixed: Folder, change: Callable[[bytearray, list[RecordEntry]], None], fault: Fault, which: int) -> None:
    path = spoilt(mixed, change)
    found = list(scan_members(path))
    damages = [each for each in found if isinstance(each, Damage)]
    assert [(damage.offset, damage.fault) for damage in damages] == [(mixed.announced[which].offset, fault)]
    assert len(found) == len(mixed.announced)
    assert covered(path)
    read = {each.ref.record for each in entries(path) if isinstance(each, RecordEntry)}
    assert read == {entry.ref.record for entry in mixed.announced} - {mixed.announced[which].ref.record}


@pytest.mark.parametrize(("tail", "fault"), [
    (bytes(5000), Fault.GARBAGE), (b"<html>not a member</html>", Fault.GARBAGE), (b"\x1f", Fault.GARBAGE),
    (b"\x1f\x8b\x08\x00", Fault.CUT), (b"\x1f\x8b\x08\x04\0\0\0\0\0\xff\xff\xff", Fault.CUT),
    (b"\x1f\x8b\x08\xe0" + bytes(30), Fault.HEADER),
])
def test_trailing_bytes_are_named(mixed: Folder, tail: bytes, fault: Fault) -> None:
    path = spoilt(mixed, lambda data, written: data.extend(tail))
    *members, damage = scan_members(path)
    assert len(members) == len(mixed.announced)
    assert isinstance(damage, Damage)
    assert (damage.offset, damage.length, damage.fault) == (mixed.warc.stat().st_size, len(tail), fault)


def test_garbage_between_members_is_passed_over(mixed: Folder) -> None:
    def change(data: bytearray, written: list[RecordEntry]) -> None:
        data[written[4].offset:written[4].offset] = b"\x1f\x8b\x08" * 1000 + gzip.compress(b"no record")

    path = spoilt(mixed, change)
    damages = [found for found in scan_members(path) if isinstance(found, Damage)]
    assert [damage.offset for damage in damages] == [mixed.announced[4].offset]
    assert covered(path)
    assert sum(isinstance(found, RecordEntry) for found in entries(path)) == len(mixed.announced)


def test_a_member_that_holds_no_record_is_named(mixed: Folder) -> None:
    path = spoilt(mixed, lambda data, written: data.extend(gzip.compress(b"no record")))
    *_, damage = read_records(path)
    assert isinstance(damage, Damage)
    assert damage.fault is Fault.RECORD


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_any_single_bit_change_of_what_is_stored_is_noticed(mixed: Folder, where: float, bit: int) -> None:
    original = mixed.warc.read_bytes()
    position = int(where * len(original))

    def change(data: bytearray, written: list[RecordEntry]) -> None:
        data[position] ^= 1 << bit

    path = spoilt(mixed, change)
    offsets = {entry.offset: entry for entry in mixed.announced}
    member = max(offset for offset in offsets if offset <= position)
    damages = [found for found in scan_members(path) if isinstance(found, Damage)]
    assert covered(path)
    if damages:
        assert [damage.offset for damage in damages] == [member]
    else:       # a bit that says nothing of the content: the time in a gzip header, the padding of a stored block
        assert gzip.decompress(path.read_bytes()) == gzip.decompress(original)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=st.floats(0, 1, exclude_max=True))
def test_a_file_cut_anywhere_gives_its_whole_members(mixed: Folder, where: float) -> None:
    cut = int(where * mixed.warc.stat().st_size)
    path = spoilt(mixed, lambda data, written: data.__delitem__(slice(cut, None)))
    whole = [entry.offset for entry in mixed.announced if entry.offset + entry.length <= cut]
    assert [found.offset for found in scan_members(path) if isinstance(found, Member)] == whole
    assert covered(path)
    assert [found.offset for found in entries(path) if isinstance(found, RecordEntry)] == whole


def test_reading_a_damaged_block_raises_and_says_where(mixed: Folder) -> None:
    path = spoilt(mixed, flip(lambda entry: entry.length // 2, PHOTO))
    with record_at(path, mixed.announced[PHOTO].offset) as record:
        while record.read(1 << 16):
            pass                      # the last bytes of a block come before the CRC is seen
    found = list(read_records(path))
    assert [each.fault for each in found if isinstance(each, Damage)] == [Fault.CRC]
    path = spoilt(mixed, zero(PHOTO, 200_000))
    with record_at(path, mixed.announced[PHOTO].offset) as record, pytest.raises(WarcDamaged, match="offset"):
        list(iter(lambda: record.read(1 << 16), b""))


def test_a_changed_block_in_a_repaired_member_has_another_digest(mixed: Folder) -> None:
    """A forger who mends CRC and sizes is caught by the digest."""
    entry = mixed.announced[1]

    def change(data: bytearray, written: list[RecordEntry]) -> None:
        content = zlib.decompress(data[entry.offset:entry.offset + entry.length], wbits=31)
        data[entry.offset:entry.offset + entry.length] = gzip.compress(content.replace(b"quoted", b"forged"))

    path = spoilt(mixed, change)
    assert all(isinstance(found, Member) for found in scan_members(path))
    checks = [check_record(found) for found in read_records(path) if isinstance(found, Record)]
    assert [(check.block.state, check.payload.state) for check in checks if not check.is_intact] == [
        (DigestState.MISMATCH, DigestState.MISMATCH)]


def test_many_false_beginnings_take_bounded_looks(tmp_path: Path) -> None:
    path = tmp_path / "hostile.warc.gz"
    path.write_bytes(b"\x1f\x8b\x08\x00" * 300_000)
    (damage,) = scan_members(path)
    assert isinstance(damage, Damage)
    assert damage.length == path.stat().st_size


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000), changes=st.integers(1, 30))
def test_no_damage_makes_reading_fail(mixed: Folder, seed: int, changes: int) -> None:
    dice = random.Random(seed)

    def change(data: bytearray, written: list[RecordEntry]) -> None:
        for _ in range(changes):
            start = dice.randrange(len(data))
            match dice.randrange(3):
                case 0:
                    data[start] = dice.randrange(256)
                case 1:
                    del data[start:start + dice.randrange(2000)]
                case _:
                    data[start:start] = data[:dice.randrange(500)]

    path = spoilt(mixed, change)
    assert covered(path)
    for found in read_records(path):
        if isinstance(found, Record):
            check_record(found)
    list(entries(path))


def uncompressed(mixed: Folder) -> tuple[bytes, list[int]]:
    parts = [zlib.decompress(mixed.warc.read_bytes()[entry.offset:entry.offset + entry.length], wbits=31)
             for entry in mixed.announced]
    return b"".join(parts), [sum(map(len, parts[:number])) for number in range(len(parts))]


def test_an_uncompressed_file_and_one_big_member_are_read_alike(mixed: Folder, tmp_path: Path) -> None:
    plain, starts = uncompressed(mixed)
    (tmp_path / "plain.warc").write_bytes(plain)
    (tmp_path / "big.warc.gz").write_bytes(gzip.compress(plain))
    ids = [entry.ref for entry in mixed.announced]
    for name in ("plain.warc", "big.warc.gz"):
        found = [each for each in entries(tmp_path / name) if isinstance(each, RecordEntry)]
        assert [entry.ref for entry in found] == ids
        for entry, start in zip(found, starts, strict=True):
            assert start == (entry.inner if name == "big.warc.gz" else entry.offset)
            with record_at(tmp_path / name, entry.offset, entry.inner) as record:
                assert record.fields.record_id == entry.ref.record


@pytest.mark.parametrize(("new", "fault"), [
    (b"Content-Length: 300000", Fault.GARBAGE), (b"Content-Length: 999999", Fault.LENGTH),
    (b"Content-Length: -1", Fault.LENGTH), (b"X-Length: 1", Fault.LENGTH),
    (b"Content-Length: 99999999999999999999", Fault.LENGTH),
])
def test_a_wrong_length_in_an_uncompressed_file_costs_one_record(mixed: Folder, tmp_path: Path, new: bytes,
                                                                 fault: Fault) -> None:
    plain, _ = uncompressed(mixed)
    old = b"Content-Length: %d\r\n\r\nHTTP" % mixed.announced[PHOTO].ref.length
    new += b"\r\n\r\nHTTP"
    assert plain.count(old) == 1
    path = tmp_path / "plain.warc"
    path.write_bytes(plain.replace(old, new))
    found = list(read_records(path))
    assert fault in [each.fault for each in found if isinstance(each, Damage)]
    ids = [each.fields.record_id for each in found if isinstance(each, Record)]
    assert ids == [entry.ref.record for entry in mixed.announced]


def test_an_uncompressed_file_that_is_cut_is_named(mixed: Folder, tmp_path: Path) -> None:
    plain, starts = uncompressed(mixed)
    path = tmp_path / "plain.warc"
    path.write_bytes(plain[:starts[PHOTO] + 5000])
    *_, damage = read_records(path)
    assert isinstance(damage, Damage)
    assert (damage.offset, damage.fault) == (starts[PHOTO], Fault.CUT)
