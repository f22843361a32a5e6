"""Ranges of bytes as RFC 9110 has them."""

import pytest

from muniment.replay.ranges import ByteRange, RangeNotSatisfiable, parse_range


@pytest.mark.parametrize(("header", "start", "stop"), [
    ("bytes=0-0", 0, 1), ("bytes=0-", 0, 100), ("bytes=10-19", 10, 20), ("bytes=90-500", 90, 100),
    ("bytes=-10", 90, 100), ("bytes=-500", 0, 100), (" bytes=99-99 ", 99, 100),
])
def test_a_range_is_the_bytes_that_it_names(header, start, stop):
    assert parse_range(header, 100) == ByteRange(start=start, stop=stop)


@pytest.mark.parametrize("header", [None, "", "bytes=-", "bytes=5-4", "bytes=0-1,3-4", "lines=0-1", "bytes=a-b",
                                    "bytes=" + "9" * 40 + "-"])
def test_what_is_not_understood_is_answered_with_everything(header):
    assert parse_range(header, 100) is None


@pytest.mark.parametrize(("header", "length"), [("bytes=100-", 100), ("bytes=-0", 100), ("bytes=-5", 0),
                                                ("bytes=0-0", 0)])
def test_a_range_beyond_the_end_is_refused(header, length):
    with pytest.raises(RangeNotSatisfiable):
        parse_range(header, length)
