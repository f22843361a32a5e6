"""Exact hash search, and near-duplicates by hash alone."""

import drawn_photographs as drawn
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from verify.reuse.duplicates import Pair, QuickHash, pairs
from verify.reuse.index import hashes as module
from verify.reuse.index.hashes import HashIndex
from verify.reuse.reading import Fingerprinter, NotComparable


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 1000), distance=st.sampled_from([0, 10, 31, 44, 45, 60, 100]), queries=st.integers(1, 40))
def test_everything_within_the_distance_is_found_and_nothing_else(seed, distance, queries):
    rng = np.random.default_rng(seed)
    stored = rng.integers(0, 256, (700, 32), dtype=np.uint8)
    flips = np.packbits(rng.random((queries, 256)) < rng.random((queries, 1)) * 0.4, axis=1)
    asked = stored[:queries] ^ flips
    found = HashIndex(stored).near(asked, distance)
    apart = np.bitwise_count(asked[:, None] ^ stored[None]).sum(axis=2)
    query, number = np.nonzero(apart <= distance)
    assert np.array_equal(found.query, query)
    assert np.array_equal(found.number, number)
    assert np.array_equal(found.distance, apart[query, number])


def test_blocks_do_not_change_the_answer(monkeypatch):
    stored = np.random.default_rng(1).integers(0, 256, (500, 32), dtype=np.uint8)
    whole = HashIndex(stored).near(stored[:30], 110)
    monkeypatch.setattr(module, "BLOCK", 64)
    cut = HashIndex(stored).near(stored[:30], 110)
    assert np.array_equal(whole.number, cut.number)
    assert np.array_equal(whole.query, cut.query)


def test_a_hash_takes_32_bytes_and_none_are_no_hashes():
    assert HashIndex(np.zeros((10, 32), np.uint8)).nbytes == 320
    assert len(HashIndex(np.zeros((0, 32), np.uint8)).near(np.zeros((3, 32), np.uint8), 60).number) == 0


def test_pairs_leave_out_what_has_no_meaningful_hash():
    good, flat = QuickHash(hash=bytes(32), quality=90), QuickHash(hash=bytes(32), quality=10)
    near = QuickHash(hash=b"\1" + bytes(31), quality=90)
    assert pairs([good, None, flat, near, good]) == (
        Pair(first=0, second=3, distance=1), Pair(first=0, second=4, distance=0), Pair(first=3, second=4, distance=1))
    assert pairs([good]) == ()


def test_quick_hashes_of_copies_are_near_and_of_others_far(tmp_path):
    drawn.photograph(1).save(tmp_path / "a.jpg", quality=90)
    drawn.photograph(1).resize((320, 240)).save(tmp_path / "b.png")
    exif = Image.Exif()
    exif[0x0112] = 6
    drawn.photograph(1).transpose(Image.Transpose.ROTATE_90).save(tmp_path / "c.jpg", exif=exif, quality=80)
    drawn.photograph(2).save(tmp_path / "d.jpg")
    (tmp_path / "e.jpg").write_bytes(b"\xff\xd8\xff broken")
    with Fingerprinter() as fingerprinter:
        made = [fingerprinter.quick(tmp_path / name) for name in ("a.jpg", "b.png", "c.jpg", "d.jpg", "e.jpg")]
    assert isinstance(made[4], NotComparable)
    found = pairs([one if isinstance(one, QuickHash) else None for one in made])
    assert {(pair.first, pair.second) for pair in found} == {(0, 1), (0, 2), (1, 2)}
    assert max(pair.distance for pair in found) == pytest.approx(20, abs=20)
