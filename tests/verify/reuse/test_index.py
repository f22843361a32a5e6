"""The index: made in pieces, never half, found exactly; and what stands inside archives."""

import base64
import gzip
import hashlib
import io
import json
import shutil
import zipfile

import drawn_photographs as drawn
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageOps

from evidence_store.errors import FormatError
from verify.reuse import codec, files
from verify.reuse.index.entries import Entry, Source
from verify.reuse.index.search import Searcher
from verify.reuse.index.segment import Row, pack_segment, read_segments, segment_folders, write_segment
from verify.reuse.index.update import update
from verify.reuse.model import Tier
from verify.reuse.reading import Fingerprinter
from verify.reuse.search import search
from verify.reuse.timeline import Meeting, align
from verify.sandbox.answers import AnswerMalformed


def _jpeg(picture) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG")
    return out.getvalue()


def _row(name, fingerprint):
    return Row(entry=Entry(source=Source(collection="c", name=name, sha256="0" * 64)), fingerprint=fingerprint)


def _warc_record(url: str, media_type: str, body: bytes, date: str) -> bytes:
    block = f"HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
    head = (f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{len(url):032x}>\r\nWARC-Date: {date}\r\n"
            f"WARC-Target-URI: {url}\r\nContent-Type: application/http;msgtype=response\r\n"
            f"Content-Length: {len(block)}\r\n\r\n").encode()
    return gzip.compress(head + block + b"\r\n\r\n")


@pytest.fixture(scope="module")
def archive() -> bytes:
    """A WARC: a photograph, a page with one embedded, a page that calls itself a picture."""
    embedded = b"<html><img src='data:image/jpeg;base64," + base64.b64encode(_jpeg(drawn.photograph(12)))
    return (_warc_record("https://old.example/a.jpg", "image/jpeg", _jpeg(drawn.photograph(11)), "2013-05-01T10:00:00Z")
            + _warc_record("https://old.example/page", "text/html", embedded + b"'></html>", "2014-01-02T00:00:00Z")
            + _warc_record("https://old.example/lie.jpg", "image/jpeg", b"<html>not found</html>" * 30,
                           "2014-01-02T00:00:00Z"))


@pytest.mark.parametrize(("media_type", "before", "after"), [
    ("text/css", b"a { background: url(data:image/jpeg;base64,", b") }"),
    ("application/json", b'{"poster": "data:image\\/jpeg;base64,', b'"}'),
], ids=["style sheet", "json"])
def test_a_picture_embedded_in_any_text_of_a_warc_is_found(tmp_path, media_type, before, after):
    picture = _jpeg(drawn.photograph(12).resize((96, 72)))
    data = base64.b64encode(picture)
    body = before + (data.replace(b"/", b"\\/") if b"json" in media_type.encode() else data) + after
    record = _warc_record("https://old.example/x", media_type, body, "2014-01-02T00:00:00Z")
    (tmp_path / "a.warc.gz").write_bytes(record)
    (unit,) = files.units(tmp_path / "a.warc.gz")
    (found,) = unit.find(tmp_path)
    assert found.source.sha256 == hashlib.sha256(picture).hexdigest()


def test_a_search_finds_the_mirrored_picture_among_others(fingerprint_of):
    rows = [_row(f"p{seed}", fingerprint_of(drawn.photograph(seed))) for seed in range(24, 28)]
    searcher = Searcher([pack_segment(rows[:2]), pack_segment(rows[2:])])
    found = search(fingerprint_of(ImageOps.mirror(drawn.photograph(26)).crop((50, 40, 600, 420))), searcher)
    assert [hit.entry.source.name for hit in found.hits] == ["p26"]
    assert found.runner_up < found.hits[0].likeness.score / 2
    assert search(fingerprint_of(drawn.photograph(99)), searcher).hits == ()


@pytest.fixture(scope="module")
def small(fingerprint_of):
    """A segment of the ORB tier."""
    rows = [_row("post", fingerprint_of(drawn.post(drawn.photograph(4)))),
            _row("p5", fingerprint_of(drawn.photograph(5))),
            _row("frame", fingerprint_of(drawn.post(drawn.photograph(6))))]
    return pack_segment(rows, Tier.ORB), rows


def test_the_orb_tier_finds_the_mirrored_photograph_in_a_post_and_not_its_frame(fingerprint_of, small):
    asked = fingerprint_of(ImageOps.mirror(drawn.photograph(4)).crop((50, 40, 600, 420)))
    (hit,) = search(asked, Searcher([small[0]])).hits
    assert (hit.entry.source.name, hit.tier, hit.likeness.mirrored) == ("post", Tier.ORB, True)
    assert search(fingerprint_of(drawn.post(drawn.photograph(9))), Searcher([small[0]])).hits == ()


def test_segments_of_both_tiers_are_searched_together(fingerprint_of, small):
    found = search(fingerprint_of(drawn.photograph(4)), Searcher([pack_segment(small[1]), small[0]]))
    assert {(hit.entry.source.name, hit.tier) for hit in found.hits} == {("post", Tier.ROOTSIFT), ("post", Tier.ORB)}


def test_the_orb_tier_takes_less_than_half_of_the_space_and_reads_back_the_same(small, tmp_path):
    made, rows = small
    write_segment(tmp_path, rows, Tier.ORB)
    assert list(read_segments(tmp_path)) == []
    (read,) = read_segments(tmp_path, Tier.ORB)
    assert all(np.array_equal(array, made.arrays()[name]) for name, array in read.arrays().items())
    usual = sum(array.nbytes for array in pack_segment(rows).arrays().values())
    assert sum(array.nbytes for array in made.arrays().values()) < usual / 2


@pytest.mark.parametrize("damage", ["planes.npy", "plane_sizes.npy", "descriptors.npy"])
def test_a_damaged_segment_of_the_orb_tier_is_named(small, tmp_path, damage):
    folder = write_segment(tmp_path, small[1], Tier.ORB)
    content = (folder / damage).read_bytes()
    (folder / damage).write_bytes(content[:len(content) // 2])
    with pytest.raises(FormatError):
        list(read_segments(tmp_path, Tier.ORB))


def test_an_empty_index_finds_nothing(fingerprint_of):
    assert search(fingerprint_of(drawn.photograph(1)), Searcher([])).hits == ()
    assert search(fingerprint_of(drawn.photograph(1)), Searcher([pack_segment([])])).hits == ()


def test_a_written_segment_reads_back_the_same(fingerprint_of, tmp_path):
    rows = [_row("a", fingerprint_of(drawn.post(drawn.photograph(1)))),
            Row(entry=Entry(source=Source(collection="c", name="bad", sha256="1" * 64), not_comparable="why"),
                fingerprint=None),
            _row("b", fingerprint_of(drawn.photograph(2)))]
    write_segment(tmp_path / "index", rows)
    (read,) = read_segments(tmp_path / "index")
    made = pack_segment(rows)
    assert read.entries == made.entries
    assert all(np.array_equal(array, made.arrays()[name]) for name, array in read.arrays().items())
    assert read.entry_of(1).source.name == "b"


@pytest.mark.parametrize("damage", ["views.npy", "planes.npy", "entries.jsonl", "segment.json"])
def test_a_damaged_segment_is_named_and_not_searched(fingerprint_of, tmp_path, damage):
    folder = write_segment(tmp_path, [_row("a", fingerprint_of(drawn.photograph(1)))])
    content = (folder / damage).read_bytes()
    (folder / damage).write_bytes(content[:len(content) // 2])
    with pytest.raises(FormatError):
        list(read_segments(tmp_path))


def test_a_segment_of_another_version_is_passed_over(fingerprint_of, tmp_path):
    folder = write_segment(tmp_path, [_row("a", fingerprint_of(drawn.photograph(1)))])
    head = json.loads((folder / "segment.json").read_text())
    (folder / "segment.json").write_text(json.dumps(head | {"format": "muniment/reuse-segment/0"}))
    assert list(read_segments(tmp_path)) == []


def test_pictures_inside_a_warc_carry_address_and_date(archive, tmp_path):
    (tmp_path / "old.warc.gz").write_bytes(archive)
    (unit,) = files.units(tmp_path / "old.warc.gz")
    found = list(unit.find(tmp_path))
    assert [(one.source.url, one.source.first_seen.year) for one in found] == [
        ("https://old.example/a.jpg", 2013), ("https://old.example/page", 2014)]
    assert found[1].source.name.endswith("#data-0")


def test_pictures_inside_a_wacz_are_found(archive, tmp_path):
    with zipfile.ZipFile(tmp_path / "old.wacz", "w") as out:
        out.writestr("datapackage.json", "{}")
        out.writestr("archive/data.warc.gz", archive)
    (unit,) = files.units(tmp_path / "old.wacz")
    assert [one.source.url for one in unit.find(tmp_path)] == ["https://old.example/a.jpg", "https://old.example/page"]


def test_a_damaged_warc_gives_what_can_be_read(archive, tmp_path):
    (tmp_path / "old.warc.gz").write_bytes(archive[:len(archive) // 3])
    (unit,) = files.units(tmp_path / "old.warc.gz")
    assert all(one.unreadable or one.source.url for one in unit.find(tmp_path))


def test_a_second_update_reads_only_what_is_new(tmp_path):
    folder, index = tmp_path / "in", tmp_path / "index"
    folder.mkdir()
    drawn.photograph(1).save(folder / "a.jpg")
    (folder / "b.jpg").write_bytes(b"\xff\xd8\xffbroken")
    (folder / "notes.txt").write_text("no picture")
    with Fingerprinter() as fingerprinter:
        first = update(index, files.units(folder), fingerprinter)
        drawn.photograph(2).save(folder / "c.jpg")
        second = update(index, files.units(folder), fingerprinter)
    assert (first.units, first.new, first.pictures, first.not_comparable) == (2, 2, 1, 1)
    assert (second.units, second.new, second.pictures) == (3, 1, 1)
    assert len(segment_folders(index)) == 2


def test_an_update_that_was_killed_goes_on(tmp_path):
    folder, index = tmp_path / "in", tmp_path / "index"
    folder.mkdir()
    drawn.photograph(1).save(folder / "a.jpg")
    with Fingerprinter() as fingerprinter:
        update(index, files.units(folder), fingerprinter)
        shutil.copytree(segment_folders(index)[0], index / ".draft-12345")      # what a kill leaves
        (index / ".draft-12345" / "segment.json").unlink()
        assert update(index, files.units(folder), fingerprinter).new == 0
    assert len(list(read_segments(index))) == 1


@given(cut=st.integers(0, 400), flip=st.integers(0, 400), value=st.integers(0, 255))
def test_no_bytes_are_believed_to_be_fingerprints_that_are_none(packed, cut, flip, value):
    data = bytearray(packed)
    data[flip] = value
    for hostile in (bytes(data), packed[:cut]):
        try:
            found = codec.unpack(hostile)
        except AnswerMalformed:
            continue
        assert all(view.plane.ndim == 2 for one in found for view in one.views)


@pytest.fixture(scope="module")
def packed(fingerprint_of) -> bytes:
    return codec.pack([fingerprint_of(drawn.photograph(3).resize((64, 48)))])


def test_frames_in_order_give_offset_and_speed():
    meetings = [Meeting(query=float(t), target=12 + 1.25 * t, score=1.0) for t in range(8)]
    meetings += [Meeting(query=3.0, target=40.0, score=1.0), Meeting(query=5.0, target=2.0, score=1.0)]
    line = align(meetings, 8)
    assert line is not None
    assert line.offset == pytest.approx(12, abs=1)
    assert line.speed == pytest.approx(1.25, abs=0.06)
    assert line.frames == 8


def test_a_slow_pan_gives_its_speed_though_neighbouring_frames_match_too():
    meetings = [Meeting(query=float(t), target=20 + 0.8 * t + step, score=1.0 - 0.1 * abs(step))
                for t in range(12) for step in (-2, -1, 0, 1, 2)]
    line = align(meetings, 12)
    assert line is not None
    assert (line.offset, line.speed) == (pytest.approx(20, abs=0.5), pytest.approx(0.8, abs=0.02))


def test_frames_at_random_moments_are_no_line():
    assert align([Meeting(query=1.0, target=9.0, score=1.0), Meeting(query=8.0, target=2.0, score=1.0)], 20) is None
