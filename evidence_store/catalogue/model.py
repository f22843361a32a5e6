"""What the catalogue is asked and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from evidence_store.claims import Claim, ClaimAction, ClaimId
from evidence_store.events import Assessed, CiteAction, FindingEvent, Linked, Reviewed, Translated
from evidence_store.findings import Outcome
from evidence_store.records import (
    CaptureId,
    Citation,
    CitationId,
    CitationKind,
    Derivative,
    Item,
    ItemId,
    ItemKind,
    Sha256,
    Verdict,
)

PAGE = 200                    # answers in one page, unless asked otherwise: a screenful several times over


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerHead:
    """How far a ledger goes; equal heads are equal ledgers, because every line names the one before."""

    size: int                 # lines
    line: Sha256              # of the last line's bytes; 64 zeros where there is none


@dataclass(frozen=True, slots=True, kw_only=True)
class LastNumbers:
    """The highest numbers that ids in the ledger carry; 0 where there is none."""

    item: int
    citation: int
    claim: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFilter:
    """Which items; a field left at its default does not restrict."""

    kinds: frozenset[ItemKind] = frozenset()
    verdicts: frozenset[Verdict] = frozenset()    # of the capture that the item came from
    platforms: frozenset[str] = frozenset()       # of a citation that the capture was made for
    captures: frozenset[CaptureId] = frozenset()
    text: str = ""            # in id, URL or name, or in the words around its citation; upper and lower case alike
    sources: frozenset[str] = frozenset()         # in its URL, or the platform of its citation; IMPORTED: no capture
    outcomes: frozenset[Outcome] = frozenset()    # of the latest finding of some check on it
    place: str = ""           # in the place that its citation claims; upper and lower case alike
    since: str = ""           # obtained then or later: ISO 8601, as precise as wanted
    until: str = ""           # obtained then or earlier: "2015-10" takes in all of that month

    @property
    def is_open(self) -> bool:
        """It restricts nothing."""
        return self == ItemFilter()


IMPORTED = "imported"         # as a source: what came in from outside


class ItemOrder(StrEnum):
    """By what items are sorted; ties stand as they came."""

    POSITION = "position"     # as they came
    KIND = "kind"
    VERDICT = "verdict"
    SIZE = "size"
    DATE = "date"             # when obtained
    SOURCE = "source"         # URL
    PLACE = "place"           # that a citation claims


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemEntry:
    """An item and how it came into the case."""

    position: int             # within the case, from 1 and ascending: the key for paging
    item: Item
    seq: int                  # the event that brought it
    capture: CaptureId | None # None: imported
    verdict: Verdict | None   # of that capture


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter:
    """Which events; a field left at its default does not restrict."""

    kinds: frozenset[str] = frozenset()           # `TYPE` of the body classes
    item: ItemId | None = None                    # events that name this item


@dataclass(frozen=True, slots=True, kw_only=True)
class EventEntry:
    """What an event is, without its body; the ledger has that (`Case.event`)."""

    seq: int
    kind: str
    time: datetime
    key: str                  # fingerprint


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureEntry:
    """A capture without its exchanges; `Catalogue.capture` has them."""

    seq: int                  # the event that records it: the key for paging
    id: CaptureId
    series: str               # URL identity: captures with one identity are a series
    url: str
    final_url: str
    client: str
    started_at: datetime
    ended_at: datetime
    verdict: Verdict
    reasons: tuple[str, ...]
    against: str
    items: int                # new items of it
    citations: tuple[CitationId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CitationEntry:
    """A citation in its latest state, and what came of it."""

    position: int             # within the case, from 1 and ascending: the key for paging
    id: CitationId
    citation: Citation
    action: CiteAction        # the latest one
    reason: str               # of the latest action
    article_url: str
    article_item: ItemId | None
    first_seq: int            # the event it was found or added with
    last_seq: int             # the event that gave the state shown
    captures: int             # how many were made for it
    latest: CaptureEntry | None   # the last of them

    @property
    def verdict(self) -> Verdict | None:
        """Of the latest capture; None where none was made."""
        return self.latest.verdict if self.latest else None

    @property
    def is_dismissed(self) -> bool:
        """A person said that it is no citation."""
        return self.action is CiteAction.DISMISSED


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingEntry:
    """A finding and when it was made."""

    seq: int
    time: datetime
    finding: FindingEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivativeEntry:
    """A derivative and the event that records it."""

    seq: int
    derivative: Derivative


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimEntry:
    """A claim in its latest state."""

    position: int             # within the case, from 1 and ascending: the key for paging
    id: ClaimId
    claim: Claim
    action: ClaimAction       # the latest one
    reason: str               # of the latest action
    key: str                  # fingerprint of whoever took it
    first_seq: int            # the event it came up with
    last_seq: int             # the event that gave the state shown

    @property
    def stands(self) -> bool:
        """A person says that the source says so, and has not taken that back."""
        return self.action in {ClaimAction.ADDED, ClaimAction.ACCEPTED}


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkEntry:
    """What an item is to a claim, the last word on it, and who said so."""

    seq: int
    time: datetime
    key: str                  # fingerprint
    link: Linked


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewEntry:
    """A review of an assessment, and who made it."""

    seq: int
    time: datetime
    key: str
    review: Reviewed


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentEntry:
    """An assessment, who made it, and what came of it."""

    seq: int                  # names it
    time: datetime
    key: str
    assessment: Assessed
    superseded_by: int | None     # seq of the assessment that replaced it; None: it stands
    reviews: tuple[ReviewEntry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TranslationEntry:
    """A translation and when it was recorded."""

    seq: int
    time: datetime
    key: str
    translation: Translated


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolledKey:
    """A key that speaks, or spoke, in the case."""

    fingerprint: str
    public_key: str           # one line
    principal: str
    role: str
    protection: str
    enrolled_seq: int
    revoked_seq: int | None   # None: it speaks still
    revoked_reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What came of the citations that stand (dismissed ones are not counted in)."""

    cited: int
    verdicts: Mapping[Verdict, int] = field(default_factory=dict)          # latest verdict of each that was captured
    uncaptured: Mapping[CitationKind, int] = field(default_factory=dict)   # no capture: mentions, lost embeds, the rest
    dismissed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How much a case holds."""

    events: int
    items: int
    captures: int
    citations: int            # dismissed ones included
    derivatives: int
    records: int              # WARC records
    findings: Mapping[Outcome, int] = field(default_factory=dict)          # latest of each check and item
