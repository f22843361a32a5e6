"""What a reader of the bundle is told, gathered from its events. Pure.

1. Findings, captures and people's words stay apart: each keeps its own event number.
2. Of each check on an item the latest finding counts; earlier ones stay in the ledger.
3. Bodies that are withheld are not among the events: what only they say is not here, and nothing stands on it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from evidence_store.bundle import naming
from evidence_store.errors import FormatError
from evidence_store.events import (
    Captured,
    CaseOpen,
    CheckpointStamped,
    Cite,
    CiteAction,
    Disclose,
    Event,
    FindingEvent,
    Imported,
    Incident,
    KeyEnrol,
    Linked,
    Note,
    Tagged,
    Transformed,
    Translated,
)
from evidence_store.findings import Outcome
from evidence_store.post_details import CHECK, posts_in
from evidence_store.posts import Post
from evidence_store.records import (
    Capture,
    Circumstances,
    Citation,
    CitationId,
    CitationKind,
    Derivative,
    Item,
    ItemId,
    Verdict,
)
from muniment.report.conclusions import Conclusion, ReportedClaim, SayingsSoFar
from muniment.report.custody import CustodyEntry, CustodySoFar

Thing = TypeVar("Thing")
NEVER_CAPTURED = frozenset({CitationKind.MENTION, CitationKind.LOST_EMBED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """An item and all that was found out about it."""

    item: Item
    seq: int                                    # of the event that brought it
    included: bool                              # its bytes are in this bundle
    findings: tuple[FindingEvent, ...] = ()
    notes: tuple[str, ...] = ()
    conclusions: tuple[Conclusion, ...] = ()
    derivatives: tuple[Derivative, ...] = ()
    received: Imported | None = None            # the event that brought it, of imported items
    capture: Capture | None = None              # the capture that brought it, of captured ones
    circumstances: Circumstances | None = None
    custody: tuple[CustodyEntry, ...] = ()
    claims: tuple[tuple[ReportedClaim, Linked], ...] = ()
    tags: tuple[str, ...] = ()
    translations: tuple[Translated, ...] = ()
    stamped_before: CheckpointStamped | None = None   # the last token that came before it was recorded
    stamped_after: CheckpointStamped | None = None    # the first token over a checkpoint that covers it

    @property
    def posts(self) -> tuple[Post, ...]:
        """The posts that were read from it, the one asked for first."""
        return tuple(post for finding in self.findings if finding.check == CHECK for post in posts_in(finding.details))

    @property
    def path(self) -> str:
        """Where its bytes stand in the bundle."""
        return naming.original_path(self.item)


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedThing:
    """A citation and what came of it."""

    id: CitationId
    citation: Citation
    article_url: str
    captures: tuple[Capture, ...] = ()
    dismissed: str | None = None                # a person's reason why it is none

    @property
    def latest(self) -> Capture | None:
        """The capture that counts."""
        return self.captures[-1] if self.captures else None

    @property
    def verdict(self) -> Verdict:
        """How it ended; NOT_ATTEMPTED where nothing was captured for it."""
        return self.latest.verdict if self.latest else Verdict.NOT_ATTEMPTED

    @property
    def has_nothing_to_capture(self) -> bool:
        """Named without an address: nothing could be asked for."""
        return self.citation.kind in NEVER_CAPTURED and not self.citation.url

    @property
    def items(self) -> tuple[ItemId, ...]:
        """Items that its captures gave or met again, each once."""
        found = (item for capture in self.captures for item in (*(one.id for one in capture.items),
                                                                *capture.same_items))
        return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """Everything the documents say."""

    opened: CaseOpen
    opened_at: datetime
    disclose: Disclose | None                   # None: the report of a case, not of a bundle
    made_at: datetime                           # of the bundle; of the last event for a case
    earlier: tuple[tuple[datetime, Disclose], ...]    # bundles made before
    people: tuple[KeyEnrol, ...]
    cited: tuple[CitedThing, ...]
    articles: tuple[Capture, ...]               # captures of the citing articles
    article_items: Mapping[ItemId, str]         # items that citations were found in, with the article's address
    others: tuple[Capture, ...]                 # captures that no citation asked for
    exhibits: tuple[Exhibit, ...]
    incidents: tuple[tuple[datetime, Incident], ...]
    case_findings: tuple[FindingEvent, ...]     # of the case as a whole
    case_notes: tuple[str, ...]
    claims: tuple[ReportedClaim, ...]
    custody: tuple[CustodyEntry, ...]           # events of the case as a whole
    events: int

    @property
    def counted(self) -> tuple[CitedThing, ...]:
        """The citations that were not dismissed."""
        return tuple(thing for thing in self.cited if thing.dismissed is None)

    @property
    def open_findings(self) -> tuple[FindingEvent, ...]:
        """Findings that say a thing is wrong or could not be checked."""
        wanted = {Outcome.FAIL, Outcome.ERROR, Outcome.INCONCLUSIVE}
        each = (finding for exhibit in self.exhibits for finding in exhibit.findings)
        return tuple(finding for finding in (*each, *self.case_findings) if finding.outcome in wanted)


@dataclass(slots=True)
class _Gathering:
    opened: tuple[datetime, CaseOpen] | None = None
    disclosures: list[tuple[int, datetime, Disclose]] = field(default_factory=list)
    last: tuple[int, datetime] | None = None
    stamps: list[tuple[int, CheckpointStamped]] = field(default_factory=list)
    tags: dict[ItemId, dict[str, None]] = field(default_factory=dict)
    translations: list[Translated] = field(default_factory=list)
    custody: CustodySoFar = field(default_factory=CustodySoFar)
    people: list[KeyEnrol] = field(default_factory=list)
    citations: dict[CitationId, tuple[Citation, str]] = field(default_factory=dict)
    dismissed: dict[CitationId, str] = field(default_factory=dict)
    article_urls: set[str] = field(default_factory=set)
    article_items: dict[ItemId, str] = field(default_factory=dict)
    captures: list[Capture] = field(default_factory=list)
    items: list[tuple[int, Item, Captured | Imported]] = field(default_factory=list)
    findings: dict[tuple[ItemId | None, str, str], FindingEvent] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    sayings: SayingsSoFar = field(default_factory=SayingsSoFar)
    derivatives: list[Derivative] = field(default_factory=list)
    incidents: list[tuple[datetime, Incident]] = field(default_factory=list)
    events: int = 0

    def take(self, event: Event) -> None:
        """One event."""
        self.events += 1
        self.last = (event.seq, event.time)
        self.sayings.take(event)
        self.custody.take(event)
        match event.body:
            case CaseOpen() as body:
                self.opened = (event.time, body)
            case KeyEnrol() as body:
                self.people.append(body)
            case Cite() as body:
                self._cite(body)
            case Captured(capture=capture) as body:
                self.captures.append(capture)
                self.items.extend((event.seq, item, body) for item in capture.items)
            case Imported() as body:
                self.items.extend((event.seq, item, body) for item in body.items)
            case Transformed(derivative=derivative):
                self.derivatives.append(derivative)
            case FindingEvent() as body:
                # readers and other parts of one check are told apart by what they name
                self.findings[body.item, body.check, str(body.details.get("reader", ""))] = body
            case Note() as body:
                self.notes.append(body)
            case Incident() as body:
                self.incidents.append((event.time, body))
            case Disclose() as body:
                self.disclosures.append((event.seq, event.time, body))
            case CheckpointStamped() as body:
                self.stamps.append((event.seq, body))
            case _:
                self._said(event)

    def _said(self, event: Event) -> None:
        match event.body:
            case Tagged(item=item, tags=tags, removed=removed):
                known = self.tags.setdefault(item, {})
                for tag in tags:
                    known.pop(tag, None)
                    if not removed:
                        known[tag] = None
            case Translated() as body:
                self.translations.append(body)
            case _:
                pass

    def _cite(self, body: Cite) -> None:
        if body.article_url:
            self.article_urls.add(body.article_url)
        if body.article_item:
            self.article_items[body.article_item] = body.article_url
        for numbered in body.citations:
            if body.action is CiteAction.DISMISSED:
                self.dismissed[numbered.id] = body.reason
            else:
                self.dismissed.pop(numbered.id, None)
                self.citations[numbered.id] = (numbered.citation, body.article_url)


def gather(events: Iterable[Event], *, of_case: bool = False) -> Dossier:
    """The dossier of a bundle's events, or of a case's; FormatError where they are not those of one."""
    found = _Gathering()
    for event in events:
        found.take(event)
    if found.opened is None or found.last is None:
        raise FormatError("these events are not those of a case: they lack `case-open`")
    own = found.disclosures[-1] if found.disclosures and found.disclosures[-1][0] == found.last[0] else None
    if own is None and not of_case:
        raise FormatError("these events are not those of a bundle: the last is no `disclose`")
    disclose = None if own is None or of_case else own[2]
    of_no_citation = [capture for capture in found.captures if not capture.citations]
    claims = found.sayings.standing_claims()
    return Dossier(
        opened_at=found.opened[0], opened=found.opened[1], made_at=found.last[1], disclose=disclose,
        earlier=tuple((time, one) for _, time, one in found.disclosures if one is not disclose),
        people=tuple(found.people), cited=tuple(_cited(found)), article_items=dict(found.article_items),
        articles=tuple(capture for capture in of_no_citation if capture.url in found.article_urls),
        others=tuple(capture for capture in of_no_citation if capture.url not in found.article_urls),
        exhibits=tuple(_exhibits(found, frozenset(disclose.not_selected) if disclose else frozenset(), claims)),
        incidents=tuple(found.incidents),
        case_findings=tuple(finding for key, finding in found.findings.items() if key[0] is None),
        case_notes=tuple(note.text for note in found.notes if note.item is None),
        claims=claims, custody=tuple(found.custody.of_case), events=found.events)


def _cited(found: _Gathering) -> Iterator[CitedThing]:
    captures: dict[CitationId, list[Capture]] = {}
    for capture in found.captures:
        for number in capture.citations:
            captures.setdefault(number, []).append(capture)
    for identifier, (citation, article_url) in found.citations.items():
        yield CitedThing(id=identifier, citation=citation, article_url=article_url,
                         captures=tuple(captures.get(identifier, ())), dismissed=found.dismissed.get(identifier))


def _exhibits(found: _Gathering, left_out: frozenset[ItemId], claims: Sequence[ReportedClaim]) -> Iterator[Exhibit]:
    findings = _by_item((key[0], finding) for key, finding in found.findings.items())
    notes = _by_item((note.item, note.text) for note in found.notes)
    concluded = found.sayings.conclusions()
    derivatives = _by_item((derivative.item, derivative) for derivative in found.derivatives)
    translations = _by_item((one.item, one) for one in found.translations)
    linked = _by_item((link.item, (claim, link)) for claim in claims for link in claim.links)
    for seq, item, brought in found.items:
        before, after = _stamps(found.stamps, seq)
        yield Exhibit(item=item, seq=seq, included=item.id not in left_out,
                      received=brought if isinstance(brought, Imported) else None,
                      capture=brought.capture if isinstance(brought, Captured) else None,
                      circumstances=brought.circumstances, findings=tuple(findings.get(item.id, ())),
                      notes=tuple(notes.get(item.id, ())), conclusions=concluded.get(item.id, ()),
                      derivatives=tuple(derivatives.get(item.id, ())), claims=tuple(linked.get(item.id, ())),
                      custody=tuple(found.custody.of_items.get(item.id, ())),
                      tags=tuple(found.tags.get(item.id, ())), translations=tuple(translations.get(item.id, ())),
                      stamped_before=before, stamped_after=after)


def _stamps(stamps: Sequence[tuple[int, CheckpointStamped]],
            seq: int) -> tuple[CheckpointStamped | None, CheckpointStamped | None]:
    """The tokens that bound when event `seq` was recorded: DESIGN 5, Time."""
    before = [one for at, one in stamps if at < seq]
    after = [one for _, one in stamps if one.size > seq]
    return (max(before, key=lambda one: one.token_time, default=None),
            min(after, key=lambda one: one.token_time, default=None))


def _by_item(pairs: Iterable[tuple[ItemId | None, Thing]]) -> dict[ItemId, Sequence[Thing]]:
    grouped: dict[ItemId, list[Thing]] = {}
    for item, thing in pairs:
        if item is not None:
            grouped.setdefault(item, []).append(thing)
    return dict(grouped)
