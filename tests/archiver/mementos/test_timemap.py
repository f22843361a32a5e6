"""TimeMaps as archives write them, and the copy nearest to a day."""

from datetime import UTC, date, datetime

import pytest

from archiver.mementos.timemap import Archive, Copy, nearest, parse_timemap

WAYBACK = Archive(prefix="https://web.archive.org/web/")
LISTED = """<http://notes.example/names>; rel="original",
<https://web.archive.org/web/timemap/link/http://notes.example/names>; rel="self"; type="application/link-format"; \
from="Tue, 20 Oct 2015 09:00:00 GMT",
<https://web.archive.org>; rel="timegate",
<https://web.archive.org/web/20151021031200/http://notes.example/names>; rel="first memento"; \
datetime="Wed, 21 Oct 2015 03:12:00 GMT",
<https://web.archive.org/web/20170101000000/http://notes.example/names>; rel="memento"; \
datetime="Sun, 01 Jan 2017 00:00:00 GMT",
<https://elsewhere.example/web/20151020000000/http://notes.example/names>; rel="memento"; \
datetime="Tue, 20 Oct 2015 00:00:00 GMT",
<https://web.archive.org/web/20180101000000/http://notes.example/names>; rel="last memento"; datetime="no date"
"""


def test_copies_are_read_and_what_is_none_is_passed_over():
    assert [copy.at for copy in parse_timemap(LISTED, WAYBACK)] == [
        datetime(2015, 10, 21, 3, 12, tzinfo=UTC), datetime(2017, 1, 1, tzinfo=UTC)]


@pytest.mark.parametrize(("archive", "timemap"), [
    ("https://web.archive.org/web/", "https://web.archive.org/web/timemap/link/http://a.example/x?y=1"),
    ("https://archive.ph/", "https://archive.ph/timemap/http://a.example/x?y=1"),
    ("http://127.0.0.1:8080/case", "http://127.0.0.1:8080/case/timemap/link/http://a.example/x?y=1"),
])
def test_each_archive_lists_its_copies_at_its_own_address(archive, timemap):
    assert Archive(prefix=archive).timemap("http://a.example/x?y=1") == timemap


@pytest.mark.parametrize(("uri", "raw"), [
    ("https://web.archive.org/web/20151021031200/http://a.example/",
     "https://web.archive.org/web/20151021031200id_/http://a.example/"),
    ("http://127.0.0.1:8080/case/20151021031200/https://a.example/20151021031200/http",
     "http://127.0.0.1:8080/case/20151021031200id_/https://a.example/20151021031200/http"),
])
def test_the_raw_form_is_asked_for_where_there_is_one(uri, raw):
    assert Copy(uri=uri, at=datetime(2015, 10, 21, tzinfo=UTC)).raw == raw


def test_a_copy_without_a_time_in_its_address_has_no_raw_form():
    assert not Copy(uri="https://archive.ph/AbCdE", at=datetime(2015, 10, 21, tzinfo=UTC)).is_raw


@pytest.mark.parametrize(("day", "first"), [
    (date(2015, 10, 20), 2015), (date(2016, 12, 1), 2017), (date(2030, 1, 1), 2017), (None, 2017),
])
def test_the_copy_nearest_to_the_day_comes_first_and_without_a_day_the_newest(day, first):
    assert nearest(parse_timemap(LISTED, WAYBACK), day, 1)[0].at.year == first


@pytest.mark.parametrize("text", ["", "<", "<x>;rel=memento", "<https://web.archive.org/web/1/x>; rel=\"memento\"",
                                  '<https://web.archive.org/a>; rel="memento"; datetime="' + "9" * 300 + '"',
                                  "<" * 5000, "\x00\xff"])
def test_what_is_no_timemap_lists_nothing(text):
    assert parse_timemap(text, WAYBACK) == ()
