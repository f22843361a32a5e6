"""Walk a Telegram channel's web view, or a feed, from one time to another; say which messages were seen.

1. Each page is a capture of its own; what it shows is read from the recorded bytes.
2. A number between two that were seen and that no page shows is a *missing id*: never posted, deleted, a service
   message or withheld, which cannot be told from here. It is not called deleted.
3. A medium that the web view names and does not show is counted as withheld.
4. A walk that did not reach its beginning says so and why.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from archiver.capture.drafts import best_exchange
from archiver.capture.engine import Capturer
from archiver.capture.task import CaptureResult, CaptureTask
from archiver.posts.addresses import channel_of
from archiver.posts.document import Document
from archiver.posts.feeds import Feed, read_feed
from evidence_store.events import FindingEvent
from evidence_store.findings import Outcome
from evidence_store.posts import Post
from evidence_store.records import Capture, CitationKind, Verdict
from muniment.flows.capture import record_capture
from muniment.flows.circumstances import tool
from muniment.flows.session import Session, plan_tasks

if TYPE_CHECKING:
    from evidence_store.canonical import JsonValue

CHECK = "channel.walk"
MAX_PAGES = 3000              # of one walk: 20 messages each; a walk that needs more says so and can be narrowed
MAX_PROBES = 30               # pages asked for to find the time a walk begins at: halving 10^9 ids takes 30
MAX_FEED = 20 * 1024 * 1024   # bytes of one document of a feed
MAX_LISTED = 10_000           # ids, or ranges of missing ones, that a finding lists
_STOP = frozenset({Verdict.GONE, Verdict.DELETED, Verdict.UNREACHABLE, Verdict.REFUSED, Verdict.LOGIN_WALL,
                   Verdict.CHALLENGE, Verdict.TRUNCATED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From when to when; None is open."""

    since: datetime | None = None
    until: datetime | None = None

    def holds(self, moment: datetime | None) -> bool:
        """A time is in it; one that is not known is."""
        return moment is None or ((self.since is None or moment >= self.since)
                                  and (self.until is None or moment <= self.until))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelWalk:
    """What a walk saw."""

    url: str
    kind: str                             # "telegram" or "feed"
    captures: tuple[Capture, ...]         # its pages, in the order in which they were asked for
    posts: tuple[Post, ...]               # in the span, oldest first
    seen: tuple[str, ...]                 # their ids, albums' further ones too
    missing: tuple[tuple[int, int], ...]  # numbers between those seen that no page shows, as ranges
    withheld: int                         # media that are named and not shown
    problem: str = ""                     # why it did not reach its beginning; "" where it did

    @property
    def missing_count(self) -> int:
        """How many ids are missing."""
        return sum(last - first + 1 for first, last in self.missing)

    @property
    def summary(self) -> str:
        """One line."""
        times = [post.time for post in self.posts if post.time]
        when = f", {times[0]} to {times[-1]}" if times else ""
        numbered = self.kind == "telegram"
        told = [f"{len(self.seen)} {'message ids' if numbered else 'entries'} seen{when}"]
        told += [f"{self.missing_count} missing ids"] if numbered else []
        told += [f"{self.withheld} media withheld"]
        told += [f"not walked to its beginning: {self.problem}"] if self.problem else []
        return f"{self.url}: {', '.join(told)}"


@dataclass(slots=True)
class _Walk:
    """A walk on its way."""

    session: Session
    capturer: Capturer
    span: Span
    captures: list[Capture] = field(default_factory=list)
    posts: dict[int, Post] = field(default_factory=dict)       # by number
    problem: str = ""

    def page(self, url: str) -> CaptureResult:
        """Capture one page and record it."""
        result = self.capturer.capture(CaptureTask(url=url, identity=url, kind=CitationKind.ARTICLE))
        self.captures.append(record_capture(self.session.writer, result, self.session.circumstances))
        self.session.environment.progress.advance("channel", 1, url)
        return result

    def messages(self, url: str, channel: str) -> dict[int, Post]:
        """The channel's messages on one page, by number."""
        result = self.page(url)
        if result.judgement.verdict in _STOP:
            self.problem = f"{url}: {result.judgement.verdict.value.replace('_', ' ')}"
            return {}
        found = {_number(post): post for post in result.posts
                 if post.platform == "telegram" and post.handle.lower() == channel.lower() and _number(post)}
        self.posts |= found
        return found


def walk_channel(session: Session, capturer: Capturer, url: str, span: Span) -> ChannelWalk | None:
    """Walk the channel or feed at `url`; None where somebody said no to the plan."""
    plain = replace(capturer, browser=None)       # the web view needs no scripts, and shows older messages by address
    channel = channel_of(url)
    first = f"https://t.me/s/{channel}" if channel else url
    plan = plan_tasks(session.case, [CaptureTask(url=first, identity=first)], session.settings, session.environment,
                      again=True)
    if not session.environment.confirm(plan):
        return None
    progress = session.environment.progress
    progress.start("channel", None, "pages")
    walk = _Walk(session, plain, span)
    done = _telegram(walk, channel, first) if channel else _feed(walk, url)
    progress.finish("channel")
    session.writer.append(_finding(done))
    return done


def _telegram(walk: _Walk, channel: str, first: str) -> ChannelWalk:
    page = walk.messages(first, channel)
    if not page and not walk.problem:
        walk.problem = "the channel shows no messages in its web view"
    page = _begin(walk, channel, first, page)
    while page and not walk.problem:
        lowest, oldest = min(page), _moment(page[min(page)])
        if lowest <= 1 or (walk.span.since is not None and oldest is not None and oldest < walk.span.since):
            break
        if len(walk.captures) >= MAX_PAGES:
            walk.problem = f"more than {MAX_PAGES} pages: narrow the span"
            break
        page = {number: post for number, post in walk.messages(f"{first}?before={lowest}", channel).items()
                if number < lowest}
    within = {number: post for number, post in sorted(walk.posts.items()) if walk.span.holds(_moment(post))}
    numbers = sorted(set(within) | {int(one) for post in within.values() for one in post.album_ids})
    return ChannelWalk(url=first, kind="telegram", captures=tuple(walk.captures), posts=tuple(within.values()),
                       seen=tuple(str(number) for number in numbers), missing=tuple(gaps(numbers)),
                       withheld=_withheld(within.values()), problem=walk.problem)


def _begin(walk: _Walk, channel: str, first: str, page: dict[int, Post]) -> dict[int, Post]:
    """The page at which the span ends: found by halving the ids, because the web view has no dates to ask for."""
    until = walk.span.until
    oldest = _moment(page[min(page)]) if page else None
    if until is None or oldest is None or oldest <= until:
        return page
    low, high = 1, min(page)
    for _ in range(MAX_PROBES):
        if high - low <= 1 or walk.problem:
            break
        middle = (low + high) // 2
        probe = walk.messages(f"{first}?before={middle + 1}", channel)
        newest = _moment(probe[max(probe)]) if probe else None
        if newest is None or newest <= until:
            low = middle
        else:
            high = middle
            oldest = _moment(probe[min(probe)])
            if oldest is not None and oldest <= until:
                return probe          # the span ends on this page
    return walk.messages(f"{first}?before={high}", channel) if not walk.problem else {}


def _feed(walk: _Walk, url: str) -> ChannelWalk:
    found: dict[str, Post] = {}
    asked: set[str] = set()
    following = url
    while following and following not in asked and not walk.problem:
        asked.add(following)
        feed, why = _read(walk, walk.page(following))
        if feed is None:
            walk.problem = f"{following}: {why}"
            break
        found |= {post.id: post for post in feed.entries if post.id and post.id not in found}
        times = [moment for post in feed.entries if (moment := _moment(post)) is not None]
        done = walk.span.since is not None and times and min(times) < walk.span.since
        following = "" if done or len(asked) >= MAX_PAGES else feed.older
    if walk.span.since is not None and not walk.problem:
        times = [moment for post in found.values() if (moment := _moment(post)) is not None]
        if not times or min(times) > walk.span.since:
            walk.problem = "the feed does not reach back as far"
    posts = sorted((post for post in found.values() if walk.span.holds(_moment(post))), key=lambda post: post.time)
    return ChannelWalk(url=url, kind="feed", captures=tuple(walk.captures), posts=tuple(posts),
                       seen=tuple(post.id for post in posts), missing=(), withheld=_withheld(posts),
                       problem=walk.problem)


def _read(walk: _Walk, result: CaptureResult) -> tuple[Feed | None, str]:
    exchange = best_exchange(result.exchanges, result.final_url)
    if exchange is None or exchange.response is None or exchange.status != 200:
        return None, result.judgement.verdict.value.replace("_", " ")
    with walk.capturer.content(exchange.response) as stream:
        body = stream.read(MAX_FEED)
    document = Document(url=exchange.url, media_type=exchange.media_type, body=body, record=exchange.response.record)
    return read_feed(document), "neither a Telegram channel nor a feed (RSS, Atom, JSON Feed)"


def gaps(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Ranges of numbers between those given, which are in order."""
    before: int | None = None
    for number in numbers:
        if before is not None and number > before + 1:
            yield before + 1, number - 1
        before = number


def _finding(walk: ChannelWalk) -> FindingEvent:
    details: dict[str, JsonValue] = {
        "url": walk.url, "kind": walk.kind, "pages": len(walk.captures), "seen": list(walk.seen[:MAX_LISTED]),
        "missing": [f"{first}-{last}" if last > first else str(first) for first, last in walk.missing[:MAX_LISTED]],
        "missing_count": walk.missing_count, "withheld_media": walk.withheld}
    item = next((one.items[0].id for one in walk.captures if one.items), None)
    return FindingEvent(item=item, check=CHECK, outcome=Outcome.INCONCLUSIVE if walk.problem else Outcome.PASS,
                        summary=walk.summary, tools=(tool("muniment"),), details=details)


def _withheld(posts: Iterable[Post]) -> int:
    return sum(medium.withheld for post in posts for medium in post.media)


def _number(post: Post) -> int:
    last = post.id.rpartition("/")[2]
    return int(last) if last.isdecimal() else 0


def _moment(post: Post) -> datetime | None:
    try:
        moment = datetime.fromisoformat(post.time)
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
