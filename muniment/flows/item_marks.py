"""Everything the case knows about when an item is from, as marks of time.

Read is what is recorded: ids and addresses, metadata, server heads, copies in archives, articles that cite it.
"""

from collections.abc import Iterator

from archiver.citations import normalise_url
from archiver.errors import ArchiverError
from archiver.posts.read import is_asked
from evidence_store.case import Case
from evidence_store.catalogue.model import CitationEntry, ItemEntry
from evidence_store.clock import format_time
from evidence_store.errors import EvidenceError
from evidence_store.posts import Post
from evidence_store.records import Capture, Citation, Item, ItemId, ItemKind, WarcRef
from evidence_store.warc.http import HttpHead, final_response_head
from muniment.flows.cite import all_citations, load_item
from muniment.flows.post_view import posts_of
from verify.timeline import Mark, MarkKind
from verify.timeline.marks import http_mark, name_marks, stated_mark, url_marks

METADATA = ("metadata.exif", "metadata.container", "metadata.document")   # readers' checks, first answer first
HEAD_BYTES = 1 << 16          # of a response block: its head, and the beginning of its body


class Articles:
    """The articles of a case, each read once: when they were published, as they say themselves, and what they cite."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._known: dict[ItemId, str] = {}
        self._cited: dict[str, list[CitationEntry]] | None = None

    def citing(self, item: Item, capture: Capture | None) -> tuple[CitationEntry, ...]:
        """The citations that stand and that this was captured for, or whose address it has: a page's own pictures."""
        if self._cited is None:
            self._cited = {}
            for entry in all_citations(self._case):
                for url in _addresses(entry.citation):
                    self._cited.setdefault(url, []).append(entry)
        named = [self._case.catalogue.citation(number) for number in (capture.citations if capture else ())]
        found = [entry for entry in (*named, *self._cited.get(item.url, ())) if entry and not entry.is_dismissed]
        return tuple({entry.id: entry for entry in found}.values())

    def of(self, article: ItemId) -> str:
        """ISO 8601; "" where it says none, or cannot be read."""
        if article not in self._known:
            entry = self._case.catalogue.item(article)
            self._known[article] = self._read(entry.item) if entry else ""
        return self._known[article]

    def _read(self, item: Item) -> str:
        try:
            published = load_item(self._case, item).published
        except (EvidenceError, ArchiverError, OSError):
            return ""             # that it cannot be read is what other checks say
        return published.isoformat() if published else ""


def item_marks(case: Case, entry: ItemEntry, articles: Articles | None = None) -> Iterator[Mark]:
    """The marks of an item, in no order. `articles`: shared by the items of a run."""
    item, articles = entry.item, articles or Articles(case)
    yield from stated_mark(MarkKind.CAPTURED, format_time(item.obtained_at)[:19] + "Z", "our own clock")
    yield from _url_marks(item)
    yield from name_marks(item.name)
    yield from _post_marks(case, entry)
    fields = normalised(case, item)
    yield from stated_mark(MarkKind.TAKEN, fields.get("created", ""), "the camera's clock")
    yield from stated_mark(MarkKind.TAKEN, fields.get("gps_time", ""), "the clock of its GPS")
    yield from stated_mark(MarkKind.ENCODED, fields.get("container_created", ""), "the film's container")
    yield from stated_mark(MarkKind.TAKEN, first_of_track(case, item).get("utc", ""), "the first fix of its GPS track")
    if item.file_time is not None:
        yield from stated_mark(MarkKind.FILE_CHANGED, format_time(item.file_time)[:19] + "Z",
                               "the file system that it was handed over on")
    if item.kind is ItemKind.PAGE:
        yield from stated_mark(MarkKind.PUBLISHED, articles.of(item.id), "the page's own date")
    yield from _archived(case, item)
    capture = case.catalogue.capture(entry.capture) if entry.capture else None
    if capture is not None:
        yield from _served(case, item, capture)
    yield from _cited(item, capture, articles)


def _served(case: Case, item: Item, capture: Capture) -> Iterator[Mark]:
    head = _head(case, item)
    if head is not None and capture.memento is None:      # of a copy, both are the archive's
        yield from http_mark(MarkKind.SERVED, head.first("date"), "the server's Date")
        yield from http_mark(MarkKind.FILE_CHANGED, head.first("last-modified"), "the server's Last-Modified")


def _archived(case: Case, item: Item) -> Iterator[Mark]:
    """When archives got these very bytes."""
    for twin in case.catalogue.items_with_sha256(item.sha256):
        capture = case.catalogue.capture(twin.capture) if twin.capture else None
        told = capture.memento if capture else None
        if told is not None and told.archived_at is not None:
            yield from stated_mark(MarkKind.ARCHIVED, format_time(told.archived_at)[:19] + "Z",
                                   f"the archive {told.archive}")


def _cited(item: Item, capture: Capture | None, articles: Articles) -> Iterator[Mark]:
    citing = articles.citing(item, capture)
    for entry in citing:
        yield from stated_mark(MarkKind.CLAIMED, entry.citation.claimed_time, "the article that cites it")
        if entry.article_item is not None:
            yield from stated_mark(MarkKind.PUBLISHED, articles.of(entry.article_item), "the citing article's date")
    page = capture.items[0] if capture and capture.items else None
    if not citing and page is not None and page.kind is ItemKind.PAGE and page.id != item.id:
        yield from stated_mark(MarkKind.PUBLISHED, articles.of(page.id), "the date of the page that shows it")


def _addresses(citation: Citation) -> set[str]:
    named = {citation.identity, *map(normalise_url, filter(None, (citation.url, *citation.alternatives)))}
    return named - {""}


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


def exif_tags(case: Case, item: Item) -> dict[str, str]:
    """Every EXIF tag as ExifRead spells it; empty where it read none."""
    for entry in case.catalogue.findings(item.id, check=METADATA[0]):
        readers = entry.finding.details.get("readers")
        read = readers.get("ExifRead") if isinstance(readers, dict) else None
        tags = read.get("tags") if isinstance(read, dict) else None
        if isinstance(tags, dict):
            return {str(name): str(value) for name, value in tags.items()}
    return {}


def first_of_track(case: Case, item: Item) -> dict[str, str]:
    """The first fix of a film's GPS track: latitude, longitude, utc; empty where it has none."""
    for entry in case.catalogue.findings(item.id, check="place.track"):
        points = entry.finding.details.get("points")
        first = points[0] if isinstance(points, list) and points else None
        if isinstance(first, dict):
            return {str(name): str(value) for name, value in first.items()}
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
