"""Times in ids and addresses, and timelines that can or cannot be true."""

from datetime import UTC, datetime

import pytest

from evidence_store.findings import Bearing, Outcome
from evidence_store.records import BlobRef, Item, ItemId, ItemKind, Sha256
from verify.timeline import MarkKind, timeline, timeline_finding, times_in_url
from verify.timeline.marks import http_mark, interval, name_marks, stated_mark, url_marks

ITEM = Item(id=ItemId("ITEM-0001"), kind=ItemKind.PHOTO, sha256=Sha256("0" * 64), length=1, media_type="image/jpeg",
            source=BlobRef(sha256=Sha256("0" * 64), length=1), obtained_at=datetime(2026, 3, 1, tzinfo=UTC))

# X: posts whose public creation times were widely reported (the election night of 2012, the Oscars of 2014); the first
# post of all is a counter. Discord: the worked example of its developer documentation.
KNOWN = [
    ("https://twitter.com/jack/status/20", None),
    ("https://x.com/BarackObama/status/266031293945503744?s=20", "2012-11-07T04:16:1"),
    ("https://twitter.com/TheEllenShow/status/440322224407314432/photo/1", "2014-03-03T03:06:13"),
    ("https://mobile.twitter.com/i/web/status/656234109834428416", "2015-10-19"),
    ("https://discord.com/channels/1/2/175928847299117063", None),
    ("https://discord.com/channels/175928847299117063/175928847299117063/175928847299117063", "2016-04-30T11:18:25.7"),
    ("https://cdn.discordapp.com/attachments/175928847299117063/175928847299117063/a.jpg", "2016-04-30T11:18:25.796"),
    ("https://www.tiktok.com/@user/video/6800111723257941253", "2020-03-"),
    ("https://mastodon.social/@user/109343943300929632", "2022-11-14"),
    ("https://example.org/1529877576591609861", None),
    ("https://x.com/user/status/99999999999999999999999", None),
    ("https://x.com/" + "9" * 5000, None),
    ("https://[broken/status/1529877576591609861", None),
]


@pytest.mark.parametrize(("url", "moment"), KNOWN)
def test_ids_give_the_time_they_were_given(url, moment):
    found = times_in_url(url)
    assert [one.moment.isoformat().startswith(moment) for one in found] == ([True] if moment else [])


def test_an_instagram_shortcode_is_a_snowflake_in_base_64():
    def code(moment: datetime) -> str:
        number, text = (int(moment.timestamp() * 1000) - 1314220021721) << 23 | 12345, ""
        while number:
            number, digit = divmod(number, 64)
            text = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"[digit] + text
        return text.rjust(11, "A")

    moment = datetime(2015, 10, 20, 9, 30, tzinfo=UTC)
    (found,) = times_in_url(f"https://www.instagram.com/p/{code(moment)}/")
    assert found.moment == moment
    private = times_in_url(f"https://www.instagram.com/p/{code(moment)}{'x' * 28}/")
    assert [one.moment for one in private] == [moment]


@pytest.mark.parametrize(("stated", "earliest", "latest"), [
    ("2015-10-20T14:30:00+03:00", "2015-10-20T11:30:00", "2015-10-20T11:30:00"),
    ("2015-10-20T14:30:00Z", "2015-10-20T14:30:00", "2015-10-20T14:30:00"),
    ("2015-10-20T14:30:00", "2015-10-20T00:30:00", "2015-10-21T02:30:00"),
    ("2015-10-20", "2015-10-19T10:00:00", "2015-10-21T11:59:59"),
    ("2015-10", "2015-09-30T10:00:00", "2015-11-01T11:59:59"),
    ("2015", "2014-12-31T10:00:00", "2016-01-01T11:59:59"),
    ("2015-W43", "2015-10-18T10:00:00", "2015-10-26T11:59:59"),
])
def test_a_time_is_as_precise_as_it_is_stated(stated, earliest, latest):
    bounds = interval(stated)
    assert [bound.isoformat().removesuffix("+00:00") for bound in bounds] == [earliest, latest]


@pytest.mark.parametrize("stated", ["", "yesterday", "2015-13", "2015-02-30", "2015-W60", "0000", "2015-10-20T25:00"])
def test_what_is_no_time_has_no_bounds(stated):
    assert interval(stated) is None


def test_days_in_addresses_and_file_names_are_days():
    (day,) = url_marks("https://news.example/2015/10/20/sarmin.html?x=2001-01-01")
    assert (day.kind, day.stated) == (MarkKind.ADDRESS, "2015-10-20")
    (received,) = name_marks("IMG-20150616-WA0001.jpg")
    assert (received.kind, received.stated) == (MarkKind.RECEIVED, "2015-06-16")
    assert not list(url_marks("https://news.example/story-4567890"))


def mark(kind, stated):
    (found,) = stated_mark(kind, stated, "test")
    return found


TAKEN, POSTED, CLAIMED = MarkKind.TAKEN, MarkKind.POSTED, MarkKind.CLAIMED
CASES = [
    ("taken after it was posted", [(TAKEN, "2015-10-20T12:00:00Z"), (POSTED, "2015-10-18T12:00:00Z")],
     "taken after it was posted", Bearing.SILENT),
    ("taken before, posted after", [(TAKEN, "2015-10-20T12:00:00Z"), (POSTED, "2015-10-20T13:00:00Z")], "",
     Bearing.SILENT),
    ("a camera without zone may seem later", [(TAKEN, "2015-10-20T15:00:00"), (POSTED, "2015-10-20T13:00:00Z")], "",
     Bearing.SILENT),
    ("posted before the claimed day", [(POSTED, "2013-05-01T12:00:00Z"), (CLAIMED, "2015-10-20")],
     "posted before the time it is claimed to show", Bearing.CONTRADICTS),
    ("taken years before", [(TAKEN, "2012-05-01T12:00:00"), (CLAIMED, "2015-10-20")],
     "taken before the time it is claimed to show", Bearing.CONTRADICTS),
    ("taken on the claimed day", [(TAKEN, "2015-10-20T12:00:00"), (CLAIMED, "2015-10-20")], "", Bearing.SUPPORTS),
    ("posted on the claimed day says nothing of taking", [(POSTED, "2015-10-20T12:00:00Z"), (CLAIMED, "2015-10-20")],
     "", Bearing.SILENT),
    ("camera and GPS hours apart", [(TAKEN, "2015-10-20T23:00:00+03:00"), (TAKEN, "2015-10-20T12:00:00Z")],
     "its own clocks differ on when it was taken", Bearing.SILENT),
    ("clocks a few minutes apart", [(TAKEN, "2015-10-20T12:05:00Z"), (POSTED, "2015-10-20T12:00:00Z")], "",
     Bearing.SILENT),
]


@pytest.mark.parametrize(("marks", "words", "bearing"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_contradictions_are_named_and_clean_twins_are_not(marks, words, bearing):
    finding = timeline_finding(ITEM, [mark(*one) for one in marks])
    assert finding.bearing is bearing
    assert finding.outcome is Outcome.PASS
    named = [one["what"] for one in finding.details["contradictions"]]
    assert named == ([words] if words else [])
    assert words in finding.summary


def test_the_earliest_time_it_was_seen_bounds_its_age():
    found = timeline([mark(MarkKind.CAPTURED, "2026-03-01T12:00:00Z"), mark(POSTED, "2015-10-20T12:00:00Z"),
                      mark(TAKEN, "2015-10-20T10:00:00")])
    assert found.not_after.kind is POSTED


def test_one_kind_of_mark_compares_with_nothing():
    assert timeline_finding(ITEM, [mark(MarkKind.CAPTURED, "2026-03-01T12:00:00Z")]).outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize("stated", ["", "nonsense", "Thu, 01 Jan 1970 00:00:00 GMT", "Thu, 99 Foo 2015 99:00:00 GMT"])
def test_a_server_that_does_not_know_says_nothing(stated):
    assert not list(http_mark(MarkKind.FILE_CHANGED, stated, "Last-Modified"))
