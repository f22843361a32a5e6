"""What every catalogue does. One contract suite tests each implementation.

1. It is an index only: ledger, bodies, WARCs and blobs are the truth, and it holds nothing that they do not.
2. It knows how much of the ledger it has taken in (`head`); an event is taken in once, whole, in ledger order.
3. It never refuses what the ledger holds: where a ledger contradicts itself, what came first stands.
4. Lists come in pages: `after` is the key of the last answer seen, 0 at the start. No answer is a bare row.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from evidence_store.catalogue.model import (
    PAGE,
    AssessmentEntry,
    CaptureEntry,
    CitationEntry,
    ClaimEntry,
    Counts,
    Coverage,
    DerivativeEntry,
    EnrolledKey,
    EventEntry,
    EventFilter,
    FindingEntry,
    ItemEntry,
    ItemFilter,
    ItemOrder,
    LastNumbers,
    LedgerHead,
    LinkEntry,
    TranslationEntry,
)
from evidence_store.claims import ClaimId
from evidence_store.events import Event
from evidence_store.records import Capture, CaptureId, CitationId, ItemId, RecordId, Sha256
from evidence_store.warc.model import RecordEntry

EVERY_ITEM = ItemFilter()
EVERY_EVENT = EventFilter()


class Catalogue(Protocol):
    """Answers about a case, and the two ways in: events of the ledger, and records of WARC files."""

    @property
    def head(self) -> LedgerHead:
        """How much of the ledger has been taken in."""

    def apply(self, events: Sequence[Event], head: LedgerHead) -> None:
        """Take events in, in one transaction; `head` is the ledger's after the last of them.

        Events that were taken in already are passed over; a gap raises LedgerDamaged.
        """

    def register(self, records: Sequence[RecordEntry]) -> None:
        """Take WARC records in, in one transaction; one whose id is known is passed over."""

    def forget_records(self, file: str, *, size: int) -> None:
        """A WARC file has `size` bytes: records that would end beyond are no more, its torn tail was cut."""

    def close(self) -> None:
        """Let go of the database."""

    def last_numbers(self) -> LastNumbers:
        """The highest numbers given to items, citations and claims so far."""

    def items(self, which: ItemFilter = EVERY_ITEM, *, after: int = 0, limit: int = PAGE) -> tuple[ItemEntry, ...]:
        """Items by position."""

    def item_positions(self, which: ItemFilter = EVERY_ITEM, order: ItemOrder = ItemOrder.POSITION, *,
                       backwards: bool = False) -> Sequence[int]:
        """The positions of all items that pass, in some order: a few bytes each, so that a million can be held."""

    def items_at(self, positions: Sequence[int]) -> tuple[ItemEntry, ...]:
        """The items at these positions, at most a few pages, in the order given."""

    def count_items(self, which: ItemFilter = EVERY_ITEM) -> int:
        """How many items there are."""

    def item(self, item: ItemId) -> ItemEntry | None:
        """One item."""

    def items_with_sha256(self, sha256: Sha256) -> tuple[ItemEntry, ...]:
        """Items with these bytes, earliest first, at most a page."""

    def find_item(self, url: str, sha256: Sha256) -> ItemEntry | None:
        """The earliest item with this normalised URL and these bytes."""

    def events(self, which: EventFilter = EVERY_EVENT, *, after: int = -1, limit: int = PAGE) -> tuple[EventEntry, ...]:
        """Events by seq; `after` is the last seq seen."""

    def count_events(self, which: EventFilter = EVERY_EVENT) -> int:
        """How many events there are."""

    def captures(self, *, series: str = "", citation: CitationId | None = None, after: int = -1,
                 limit: int = PAGE) -> tuple[CaptureEntry, ...]:
        """Captures by seq: all, those of one URL identity, or those made for one citation."""

    def capture(self, capture: CaptureId) -> Capture | None:
        """One capture with its exchanges and items."""

    def latest_capture(self, series: str) -> CaptureEntry | None:
        """The last capture of a URL identity."""

    def citations(self, *, article_url: str = "", article_item: ItemId | None = None, changed_since: int = 0,
                  after: int = 0, limit: int = PAGE) -> tuple[CitationEntry, ...]:
        """Citations in the order they came up, dismissed ones included; `article_item` "": those of no item.

        `changed_since`: only those whose state or latest capture an event from that seq on has changed.
        """

    def citing_items(self) -> tuple[ItemId, ...]:
        """The items that cite, in the order in which they did first; last, where some citation is of none, ""."""

    def citation(self, citation: CitationId) -> CitationEntry | None:
        """One citation."""

    def findings(self, item: ItemId | None = None, *, check: str = "", latest: bool = True, after: int = -1,
                 limit: int = PAGE) -> tuple[FindingEntry, ...]:
        """Findings by seq, of one item where it is given.

        `latest`: of each check on each item only the last finding.
        """

    def derivatives(self, item: ItemId | None = None, *, after: int = -1,
                    limit: int = PAGE) -> tuple[DerivativeEntry, ...]:
        """Derivatives by seq, of one item where it is given."""

    def claims(self, *, item: ItemId | None = None, after: int = 0, limit: int = PAGE) -> tuple[ClaimEntry, ...]:
        """Claims in the order they came up, rejected and withdrawn ones included; of one item where it is given."""

    def claim(self, claim: ClaimId) -> ClaimEntry | None:
        """One claim."""

    def links(self, *, claim: ClaimId | None = None, item: ItemId | None = None, after: int = -1,
              limit: int = PAGE) -> tuple[LinkEntry, ...]:
        """What items are to claims, by seq: the last word on each pair."""

    def tags(self, item: ItemId | None = None) -> Mapping[ItemId, tuple[str, ...]]:
        """The tags on each tagged item, sorted; of one item where it is given."""

    def assessments(self, item: ItemId | None = None, *, after: int = -1,
                    limit: int = PAGE) -> tuple[AssessmentEntry, ...]:
        """Assessments by seq, superseded ones included; of one item where it is given."""

    def assessment(self, seq: int) -> AssessmentEntry | None:
        """The assessment that this event records."""

    def translations(self, item: ItemId | None = None, *, after: int = -1,
                     limit: int = PAGE) -> tuple[TranslationEntry, ...]:
        """Translations by seq; of one item where it is given."""

    def enrolled_keys(self) -> tuple[EnrolledKey, ...]:
        """Every key that was enrolled, in that order."""

    def record(self, record: RecordId) -> RecordEntry | None:
        """Where a WARC record stands."""

    def response_with(self, uri: str, payload: Sha256) -> RecordEntry | None:
        """A whole response of that URL with that payload, the first there is; a revisit may refer to it."""

    def records_named(self, records: Iterable[RecordId]) -> tuple[RecordEntry, ...]:
        """Where the records with these ids stand, by file and offset; unknown ones are left out."""

    def records(self, *, file: str = "", after: tuple[str, int] = ("", -1),
                limit: int = PAGE) -> tuple[RecordEntry, ...]:
        """WARC records by file and offset; `after` is that pair of the last one seen."""

    def records_about(self, records: Iterable[RecordId]) -> tuple[RecordEntry, ...]:
        """The records that name one of these as what they concur with or refer to, by file and offset."""

    def indexed_ends(self) -> Mapping[str, int]:
        """For each WARC file the offset after the last record known."""

    def coverage(self, article_url: str = "") -> Coverage:
        """What came of the citations: of all, or of one article."""

    def counts(self) -> Counts:
        """How much there is."""
