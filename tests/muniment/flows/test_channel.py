"""Walking a channel's web view and a feed: which messages were seen, which numbers were not, what was withheld."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import post_pages as pages
import pytest
from warc_web import WarcWeb

from evidence_store.case import Case, CaseCharter
from evidence_store.custody.keys import create_key
from evidence_store.findings import Outcome
from muniment.config.settings import Settings
from muniment.flows.channel import ChannelWalk, Span, gaps, walk_channel
from muniment.flows.environment import Environment
from muniment.flows.session import Session, Signing, open_session

START = datetime(2015, 10, 19, tzinfo=UTC)
POSTED = [number for number in range(1, 101) if number not in {40, 41, 42, 77}]     # an hour apart
PAGE = 10
OLDER = ("<rss version='2.0'><channel><title>Orda</title><item><title>Siren</title><guid>b-0</guid>"
         "<link>https://news.example/siren</link><pubDate>Sun, 18 Oct 2015 08:00:00 GMT</pubDate></item>"
         "<item><title>Harvest</title><guid>a-9</guid><pubDate>Thu, 01 Oct 2015 08:00:00 GMT</pubDate></item>"
         "</channel></rss>")


def moment(number: int) -> datetime:
    return START + timedelta(hours=number)


def message(number: int) -> str:
    held = '<div class="message_media_not_supported">Video is too big</div>' if number % 20 == 0 else ""
    return (f'<div class="tgme_widget_message" data-post="ordavalley/{number}">{held}<div '
            f'class="tgme_widget_message_text">Message {number} of the valley</div><a '
            f'class="tgme_widget_message_date"><time datetime="{moment(number).isoformat()}"></time></a></div>')


def page(before: int) -> bytes:
    shown = [number for number in POSTED if number < before][-PAGE:]
    return answer(f"<html><body>{''.join(message(number) for number in shown)}</body></html>", "text/html")


def answer(body: str, media_type: str) -> bytes:
    raw = body.encode()
    return f"HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\nContent-Length: {len(raw)}\r\n\r\n".encode() + raw


@pytest.fixture(scope="module")
def web() -> Iterator[WarcWeb]:
    held = {f"t.me/s/ordavalley?before={before}": page(before) for before in range(1, 102)}
    held["t.me/s/ordavalley"] = page(101)
    held["t.me/s/nobody_here"] = answer("<html><body>Nothing</body></html>", "text/html")
    held["news.example/feed"] = answer(pages.RSS, "application/rss+xml")
    held["news.example/feed?page=2"] = answer(OLDER, "application/rss+xml")
    with WarcWeb(held) as running:
        yield running


@pytest.fixture
def session(tmp_path: Path, web: WarcWeb) -> Iterator[Session]:
    world = Environment()
    signing = Signing(signer=create_key(tmp_path / "key", comment="t", passphrase=None), principal="t@example.org")
    settings = Settings(per_host_delay=0.0, browser="never", archives=(), robots="off", proxy=web.url,
                        ca_file=web.ca_file)
    with (Case.create(tmp_path / "case", CaseCharter(title="c"), signer=signing.signer, principal=signing.principal,
                      clock=world.clock, random=world.random) as case,
          open_session(case, signing, settings, world, command="t") as opened):
        yield opened


def walked(session: Session, url: str, since: datetime | None, until: datetime | None) -> ChannelWalk:
    with session.capturer() as capturer:
        done = walk_channel(session, capturer, url, Span(since=since, until=until))
    assert done is not None
    return done


def test_a_channel_is_walked_back_to_a_day_and_gaps_are_missing_ids(session: Session) -> None:
    walk = walked(session, "https://t.me/ordavalley", moment(35), None)
    assert walk.seen == tuple(str(number) for number in POSTED if number >= 35)
    assert walk.missing == ((40, 42), (77, 77))
    assert walk.withheld == 3                 # 60, 80 and 100; 40 was not seen
    assert walk.problem == ""
    assert "deleted" not in walk.summary
    found = [entry.finding for capture in walk.captures[:1]
             for entry in session.case.catalogue.findings(capture.items[0].id, check="channel.walk")]
    assert found[0].outcome is Outcome.PASS
    assert found[0].details["missing"] == ["40-42", "77"]


def test_a_span_far_back_is_found_without_walking_there(session: Session) -> None:
    walk = walked(session, "https://t.me/s/ordavalley", moment(12), moment(18))
    assert walk.seen == tuple(str(number) for number in range(12, 19))
    assert len(walk.captures) <= 9            # walked page by page it would be more than that
    assert {post.text for post in walk.posts} == {f"Message {number} of the valley" for number in range(12, 19)}


def test_the_whole_channel_is_walked_where_no_beginning_is_named(session: Session) -> None:
    walk = walked(session, "https://t.me/ordavalley", None, moment(30))
    assert walk.seen == tuple(str(number) for number in POSTED if number <= 30)


def test_a_channel_without_a_web_view_is_not_walked_and_that_is_said(session: Session) -> None:
    walk = walked(session, "https://t.me/nobody_here", moment(1), None)
    assert walk.seen == ()
    assert walk.problem == "the channel shows no messages in its web view"


def test_a_feed_is_walked_over_its_pages(session: Session) -> None:
    walk = walked(session, "https://news.example/feed", START - timedelta(days=2), None)
    assert (walk.kind, walk.seen) == ("feed", ("b-0", "b-1", "b-2"))
    assert [post.url for post in walk.posts] == [f"https://news.example/{name}" for name in ("siren", "mill", "bridge")]
    assert (walk.missing, walk.problem, len(walk.captures)) == ((), "", 2)


def test_a_feed_that_does_not_reach_back_says_so(session: Session) -> None:
    walk = walked(session, "https://news.example/feed", START - timedelta(days=900), None)
    assert walk.problem == "the feed does not reach back as far"


def test_a_page_that_is_no_feed_is_a_problem(session: Session) -> None:
    walk = walked(session, "https://t.me/s/nobody_here?x=1", None, None)
    assert walk.problem


@pytest.mark.parametrize(("numbers", "expected"), [([], []), ([5], []), ([1, 2, 3], []), ([1, 4, 5, 9],
                         [(2, 3), (6, 8)])], ids=["none", "one", "no gap", "two gaps"])
def test_gaps_are_ranges_between_what_was_seen(numbers: list[int], expected: list[tuple[int, int]]) -> None:
    assert list(gaps(numbers)) == expected
