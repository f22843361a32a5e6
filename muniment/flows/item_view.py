"""Everything the case knows of one item, gathered for either face."""

from dataclasses import dataclass

from evidence_store.case import Case
from evidence_store.catalogue.model import (
    AssessmentEntry,
    ClaimEntry,
    DerivativeEntry,
    EventEntry,
    EventFilter,
    FindingEntry,
    ItemEntry,
    LinkEntry,
    TranslationEntry,
)
from evidence_store.nesting import NestedSaid
from evidence_store.posts import Post
from evidence_store.records import ItemId, WarcRef
from evidence_store.warc.model import RecordEntry
from muniment.flows.event_reading import words_of
from muniment.flows.lookup import require_item
from muniment.flows.post_view import posts_of
from muniment.flows.received import said_elsewhere

MAX_LISTED = 500          # findings, events or derivatives listed of one item; more are counted by `log`
MAX_TOLD = 100            # events of which the body is read, too


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemView:
    """One item with what was found and recorded of it."""

    entry: ItemEntry
    record: RecordEntry | None                # where its WARC record stands; None: imported, or the WARC is missing
    findings: tuple[FindingEntry, ...]        # the latest of each check
    derivatives: tuple[DerivativeEntry, ...]
    events: tuple[EventEntry, ...]            # in ledger order
    said: tuple[str, ...]                     # ... what each of them says, the first MAX_TOLD
    tags: tuple[str, ...] = ()                # what people say and conclude, from here on
    assessments: tuple[AssessmentEntry, ...] = ()
    claims: tuple[ClaimEntry, ...] = ()       # read from this item
    links: tuple[LinkEntry, ...] = ()         # to claims that it supports, contradicts or mentions
    translations: tuple[TranslationEntry, ...] = ()
    elsewhere: tuple[NestedSaid, ...] = ()    # said in cases whose bundles came in
    posts: tuple[Post, ...] = ()              # read from this item, the one asked for first


def view_item(case: Case, item: ItemId) -> ItemView:
    """The item with that id; MissingContent where there is none."""
    catalogue = case.catalogue
    entry = require_item(case, item)
    source = entry.item.source
    events = catalogue.events(EventFilter(item=item), limit=MAX_LISTED)
    return ItemView(
        entry=entry,
        record=catalogue.record(source.record) if isinstance(source, WarcRef) else None,
        findings=catalogue.findings(item, limit=MAX_LISTED),
        derivatives=catalogue.derivatives(item, limit=MAX_LISTED),
        events=events,
        said=tuple(words_of(case, one.seq, one.seq + 1).get(one.seq, "") for one in events[:MAX_TOLD]),
        tags=catalogue.tags(item).get(item, ()),
        assessments=catalogue.assessments(item, limit=MAX_LISTED),
        claims=catalogue.claims(item=item, limit=MAX_LISTED),
        links=catalogue.links(item=item, limit=MAX_LISTED),
        translations=catalogue.translations(item, limit=MAX_LISTED),
        elsewhere=said_elsewhere(case, item),
        posts=posts_of(case, item),
    )
