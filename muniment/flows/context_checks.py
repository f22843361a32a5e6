"""Checks that need the case around an item: when it can be from, and whether it is where it is said to be.

1. They read what is recorded: findings of the metadata readers, server heads, citations. The bytes are not read again.
2. Each gives one finding an item; without anything to compare it says so (`not_applicable`).
"""

from collections.abc import Iterator

from archiver.citations import normalise_url
from archiver.posts.read import is_asked
from evidence_store.case import Case
from evidence_store.catalogue.model import ItemEntry
from evidence_store.clock import format_time
from evidence_store.errors import EvidenceError
from evidence_store.events import FindingEvent
from evidence_store.findings import Finding
from evidence_store.posts import Post
from evidence_store.records import Capture, Citation, Item, ItemKind, Tool, WarcRef
from evidence_store.warc.http import HttpHead, final_response_head
from muniment.flows.post_view import posts_of
from verify.place.claimed import ClaimedPlace, place_finding
from verify.place.store import Candidate, Gazetteers
from verify.place.zones import zone_at
from verify.timeline import Mark, MarkKind, timeline_finding
from verify.timeline.marks import http_mark, name_marks, stated_mark, url_marks

METADATA = ("metadata.exif", "metadata.container", "metadata.document")   # readers' checks, first answer first
AROUND_KM = 20.0              # what counts as "around" coordinates
HEAD_BYTES = 1 << 16          # of a response block: its head, and the beginning of its body
_TIMED = frozenset({ItemKind.PAGE, ItemKind.POST, ItemKind.PHOTO, ItemKind.VIDEO, ItemKind.AUDIO, ItemKind.DOCUMENT})


def check_context(case: Case, item: Item, tools: tuple[Tool, ...],
                  gazetteers: Gazetteers | None = None) -> Iterator[FindingEvent]:
    """The timeline of an item, and of one with coordinates its place; fragments of videos have neither."""
    entry = case.catalogue.item(item.id)
    if entry is None or item.kind not in _TIMED:
        return
    yield _event(timeline_finding(item, item_marks(case, entry)), item, tools)
    point = _point(normalised(case, item))
    if point is not None:
        yield _event(_placed(case, entry, point, gazetteers), item, tools)


def _point(fields: dict[str, str]) -> tuple[float, float] | None:
    try:
        return float(fields["latitude"]), float(fields["longitude"])
    except (KeyError, ValueError):
        return None


def _placed(case: Case, entry: ItemEntry, point: tuple[float, float], gazetteers: Gazetteers | None) -> Finding:
    capture = case.catalogue.capture(entry.capture) if entry.capture else None
    names = [name.strip() for citation in (citations_of(case, capture) if capture else ())
             for name in citation.claimed_place.split(";") if name.strip()]
    claimed = [ClaimedPlace(name=name, candidates=_meant(gazetteers, name, point)) for name in dict.fromkeys(names)]
    around = gazetteers.around(point, AROUND_KM) if gazetteers else ()
    return place_finding(entry.item, point, claimed, around, zone_at(*point))


def _meant(gazetteers: Gazetteers | None, name: str, point: tuple[float, float]) -> tuple[Candidate, ...]:
    """What a claimed place can mean; of "Sarmin, Idlib province" the first part is the place."""
    return gazetteers.find(name.partition(",")[0].strip(), near=point) if gazetteers else ()


def item_marks(case: Case, entry: ItemEntry) -> Iterator[Mark]:
    """Everything the case knows about when an item is from."""
    item = entry.item
    captured = format_time(item.obtained_at)[:19] + "Z"
    yield from stated_mark(MarkKind.CAPTURED, captured, "our own clock")
    yield from _url_marks(item)
    yield from name_marks(item.name)
    yield from _post_marks(case, entry)
    fields = normalised(case, item)
    yield from stated_mark(MarkKind.TAKEN, fields.get("created", ""), "the camera's clock")
    yield from stated_mark(MarkKind.TAKEN, fields.get("gps_time", ""), "the clock of its GPS")
    yield from stated_mark(MarkKind.ENCODED, fields.get("container_created", ""), "the film's container")
    capture = case.catalogue.capture(entry.capture) if entry.capture else None
    if capture is None:
        return
    head = _head(case, item)
    if head is not None:
        yield from http_mark(MarkKind.SERVED, head.first("date"), "the server's Date")
        yield from http_mark(MarkKind.FILE_CHANGED, head.first("last-modified"), "the server's Last-Modified")
    for citation in citations_of(case, capture):
        yield from stated_mark(MarkKind.CLAIMED, citation.claimed_time, "the article that cites it")


def _post_marks(case: Case, entry: ItemEntry) -> Iterator[Mark]:
    """When the post that this was captured with was posted, as its platform says."""
    capture = case.catalogue.capture(entry.capture) if entry.capture else None
    captured = [item.id for item in capture.items] + list(capture.same_items) if capture else []
    for number in dict.fromkeys([entry.item.id, *captured[:1]]):
        posts = posts_of(case, number)
        same = posts and (number == entry.item.id or _shows(posts[0], entry.item))
        if posts and same and posts[0].time and capture is not None and is_asked(posts[0], capture.url):
            yield from stated_mark(MarkKind.POSTED, posts[0].time, f"the time that {posts[0].platform} gives the post")


def _shows(post: Post, item: Item) -> bool:
    """The item is a medium of the post."""
    named = {address for medium in post.media for address in (medium.url, *medium.alternatives) if address}
    return item.url in {normalise_url(address) for address in named}


def citations_of(case: Case, capture: Capture) -> Iterator[Citation]:
    """The citations that a capture was made for and that stand."""
    for number in capture.citations:
        entry = case.catalogue.citation(number)
        if entry is not None and not entry.is_dismissed:
            yield entry.citation


def normalised(case: Case, item: Item) -> dict[str, str]:
    """The normalised metadata that the readers found last; empty where none did."""
    for check in METADATA:
        for entry in case.catalogue.findings(item.id, check=check):
            fields = entry.finding.details.get("normalised")
            if isinstance(fields, dict) and fields:
                return {str(name): str(value) for name, value in fields.items()}
    return {}


def _url_marks(item: Item) -> Iterator[Mark]:
    if item.kind in {ItemKind.PAGE, ItemKind.POST} or not item.url:
        yield from url_marks(item.url)
        return
    # of a picture's own address only a day in its path is said; a post's id is in the post's address
    yield from (mark for mark in url_marks(item.url) if mark.kind is MarkKind.ADDRESS)


def _head(case: Case, item: Item) -> HttpHead | None:
    if not isinstance(item.source, WarcRef):
        return None
    try:
        with case.open_content(item.source) as block:
            head, _ = final_response_head(block.read(HEAD_BYTES))
    except EvidenceError:
        return None               # that it cannot be read is what the fixity check says
    return head


def _event(finding: Finding, item: Item, tools: tuple[Tool, ...]) -> FindingEvent:
    return FindingEvent(item=item.id, check=finding.check, outcome=finding.outcome, summary=finding.summary,
                        tools=tools, bearing=finding.bearing, details=finding.details)
