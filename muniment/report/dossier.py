"""What a reader of the bundle is told, gathered from its events. Pure.

1. Findings, captures and people's words stay apart: each keeps its own event number.
2. Of each check on an item the latest finding counts; earlier ones stay in the ledger.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from evidence_store.bundle import naming
from evidence_store.errors import FormatError
from evidence_store.events import (
    Captured,
    CaseOpen,
    Cite,
    CiteAction,
    Disclose,
    Event,
    FindingEvent,
    Imported,
    Incident,
    KeyEnrol,
    Note,
    Transformed,
)
from evidence_store.findings import Outcome
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
    received_from: str = ""                     # of imported items
    circumstances: Circumstances | None = None

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
    disclose: Disclose
    disclosed_at: datetime
    people: tuple[KeyEnrol, ...]
    cited: tuple[CitedThing, ...]
    articles: tuple[Capture, ...]               # captures of the citing articles
    others: tuple[Capture, ...]                 # captures that no citation asked for
    exhibits: tuple[Exhibit, ...]
    incidents: tuple[tuple[datetime, Incident], ...]
    case_findings: tuple[FindingEvent, ...]     # of the case as a whole
    case_notes: tuple[str, ...]
    claims: tuple[ReportedClaim, ...]
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
    disclose: tuple[datetime, Disclose] | None = None
    people: list[KeyEnrol] = field(default_factory=list)
    citations: dict[CitationId, tuple[Citation, str]] = field(default_factory=dict)
    dismissed: dict[CitationId, str] = field(default_factory=dict)
    article_urls: set[str] = field(default_factory=set)
    captures: list[Capture] = field(default_factory=list)
    items: list[tuple[int, Item, str, Circumstances]] = field(default_factory=list)
    findings: dict[tuple[ItemId | None, str, str], FindingEvent] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    sayings: SayingsSoFar = field(default_factory=SayingsSoFar)
    derivatives: list[Derivative] = field(default_factory=list)
    incidents: list[tuple[datetime, Incident]] = field(default_factory=list)
    events: int = 0

    def take(self, event: Event) -> None:
        """One event."""
        self.events += 1
        self.sayings.take(event)
        match event.body:
            case CaseOpen() as body:
                self.opened = (event.time, body)
            case KeyEnrol() as body:
                self.people.append(body)
            case Cite() as body:
                self._cite(body)
            case Captured(capture=capture, circumstances=circumstances):
                self.captures.append(capture)
                self.items.extend((event.seq, item, "", circumstances) for item in capture.items)
            case Imported() as body:
                self.items.extend((event.seq, item, body.received_from, body.circumstances) for item in body.items)
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
                self.disclose = (event.time, body)
            case _:
                pass

    def _cite(self, body: Cite) -> None:
        if body.article_url:
            self.article_urls.add(body.article_url)
        for numbered in body.citations:
            if body.action is CiteAction.DISMISSED:
                self.dismissed[numbered.id] = body.reason
            else:
                self.dismissed.pop(numbered.id, None)
                self.citations[numbered.id] = (numbered.citation, body.article_url)


def gather(events: Iterable[Event]) -> Dossier:
    """The dossier of a bundle's events; FormatError where they are not those of one."""
    found = _Gathering()
    for event in events:
        found.take(event)
    if found.opened is None or found.disclose is None:
        raise FormatError("these events are not those of a bundle: they lack `case-open` or `disclose`")
    of_no_citation = [capture for capture in found.captures if not capture.citations]
    return Dossier(
        opened_at=found.opened[0], opened=found.opened[1], disclosed_at=found.disclose[0], disclose=found.disclose[1],
        people=tuple(found.people), cited=tuple(_cited(found)),
        articles=tuple(capture for capture in of_no_citation if capture.url in found.article_urls),
        others=tuple(capture for capture in of_no_citation if capture.url not in found.article_urls),
        exhibits=tuple(_exhibits(found, found.disclose[1])), incidents=tuple(found.incidents),
        case_findings=tuple(finding for key, finding in found.findings.items() if key[0] is None),
        case_notes=tuple(note.text for note in found.notes if note.item is None),
        claims=found.sayings.standing_claims(), events=found.events)


def _cited(found: _Gathering) -> Iterator[CitedThing]:
    captures: dict[CitationId, list[Capture]] = {}
    for capture in found.captures:
        for number in capture.citations:
            captures.setdefault(number, []).append(capture)
    for identifier, (citation, article_url) in found.citations.items():
        yield CitedThing(id=identifier, citation=citation, article_url=article_url,
                         captures=tuple(captures.get(identifier, ())), dismissed=found.dismissed.get(identifier))


def _exhibits(found: _Gathering, disclose: Disclose) -> Iterator[Exhibit]:
    left_out = frozenset(disclose.not_selected)
    findings = _by_item((key[0], finding) for key, finding in found.findings.items())
    notes = _by_item((note.item, note.text) for note in found.notes)
    concluded = found.sayings.conclusions()
    derivatives = _by_item((derivative.item, derivative) for derivative in found.derivatives)
    for seq, item, received_from, circumstances in found.items:
        yield Exhibit(item=item, seq=seq, included=item.id not in left_out, received_from=received_from,
                      circumstances=circumstances, findings=tuple(findings.get(item.id, ())),
                      notes=tuple(notes.get(item.id, ())), conclusions=concluded.get(item.id, ()),
                      derivatives=tuple(derivatives.get(item.id, ())))


def _by_item(pairs: Iterable[tuple[ItemId | None, Thing]]) -> dict[ItemId, Sequence[Thing]]:
    grouped: dict[ItemId, list[Thing]] = {}
    for item, thing in pairs:
        if item is not None:
            grouped.setdefault(item, []).append(thing)
    return dict(grouped)
