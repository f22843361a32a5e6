"""The catalogue in a relational database, through SQLAlchemy Core.

1. Reading and taking in use engines of their own: what only reads cannot write.
2. Each answer is one statement over indexed columns, so a page of 100,000 items costs what a page of 100 costs.
3. A fault of the database is CatalogueUnusable: nothing is lost with a catalogue.
"""

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Engine, Row, Select, func, select, tuple_, update
from sqlalchemy.exc import DBAPIError

from evidence_store.catalogue import answers, schema
from evidence_store.catalogue.choosing import event_conditions, item_conditions, positions_query
from evidence_store.catalogue.interface import EVERY_EVENT, EVERY_ITEM
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
    ReviewEntry,
    TranslationEntry,
)
from evidence_store.catalogue.taking_in import (
    citation_number,
    claim_number,
    item_number,
    register,
    take_in,
)
from evidence_store.claims import ClaimId
from evidence_store.errors import CatalogueUnusable, LedgerDamaged
from evidence_store.events import Captured, Cite, CiteAction, Claimed, Event, Imported
from evidence_store.findings import Outcome
from evidence_store.records import Capture, CaptureId, CitationId, CitationKind, ItemId, RecordId, Sha256, Verdict
from evidence_store.warc.model import RecordEntry

Answer = TypeVar("Answer")

IDS_PER_QUERY = 500           # below SQLite's oldest limit of 999 variables in a statement

_LAST = select(schema.state.c.last_item, schema.state.c.last_citation, schema.state.c.last_claim)
_i, _c, _f, _k = schema.items.c, schema.citations.c, schema.findings.c, schema.captures.c


class SqlCatalogue:
    """A Catalogue over two engines of one database; `write` is None where it is only read."""

    def __init__(self, read: Engine, write: Engine | None, *, on_close: Callable[[], None] = lambda: None) -> None:
        self._read = read
        self._write = write
        self._on_close = on_close

    # -- the ways in

    @property
    def head(self) -> LedgerHead:
        """How much of the ledger has been taken in."""
        with self._reading() as connection:
            return _head(connection)

    def apply(self, events: Sequence[Event], head: LedgerHead) -> None:
        """Take events in, in one transaction; see the interface."""
        with self._writing() as connection:
            known = _head(connection).size
            new = [event for event in events if event.seq >= known]
            if head.size <= known:
                return
            if [event.seq for event in new] != list(range(known, head.size)):
                raise LedgerDamaged(f"the catalogue has {known} events and was given others than the next")
            take_in(connection, new)
            connection.execute(update(schema.state).values(size=head.size, line=head.line, **_numbers(connection, new)))

    def register(self, records: Sequence[RecordEntry]) -> None:
        """Take WARC records in, in one transaction; one whose id is known is passed over."""
        if records:
            with self._writing() as connection:
                register(connection, records)

    def forget_records(self, file: str, *, size: int) -> None:
        """A WARC file has `size` bytes: records that would end beyond are no more, its torn tail was cut."""
        table = schema.records
        with self._writing() as connection:
            connection.execute(table.delete().where(table.c.file == file, table.c.offset + table.c.length > size))

    def close(self) -> None:
        """Let go of the database."""
        self._read.dispose()
        if self._write is not None:
            self._write.dispose()
        self._on_close()

    def last_numbers(self) -> LastNumbers:
        """The highest numbers given to items, citations and claims so far."""
        with self._reading() as connection:
            row = connection.execute(_LAST).one()
        return LastNumbers(item=row.last_item, citation=row.last_citation, claim=row.last_claim)

    # -- items

    def items(self, which: ItemFilter = EVERY_ITEM, *, after: int = 0, limit: int = PAGE) -> tuple[ItemEntry, ...]:
        """Items by position."""
        query = answers.ITEM.where(_i.position > after, *item_conditions(which)).order_by(_i.position).limit(limit)
        return self._all(query, answers.item)

    def item_positions(self, which: ItemFilter = EVERY_ITEM, order: ItemOrder = ItemOrder.POSITION, *,
                       backwards: bool = False) -> Sequence[int]:
        """The positions of all items that pass, in some order."""
        with self._reading() as connection:
            return array("q", connection.execute(positions_query(which, order, backwards=backwards)).scalars())

    def items_at(self, positions: Sequence[int]) -> tuple[ItemEntry, ...]:
        """The items at these positions, in the order given."""
        wanted = list(positions)
        found: dict[int, ItemEntry] = {}
        for start in range(0, len(wanted), IDS_PER_QUERY):
            query = answers.ITEM.where(_i.position.in_(wanted[start:start + IDS_PER_QUERY]))
            found.update((entry.position, entry) for entry in self._all(query, answers.item))
        return tuple(found[position] for position in wanted if position in found)

    def count_items(self, which: ItemFilter = EVERY_ITEM) -> int:
        """How many items there are."""
        return self._count(select(func.count()).select_from(schema.items).where(*item_conditions(which)))

    def item(self, item: ItemId) -> ItemEntry | None:
        """One item."""
        return self._first(answers.ITEM.where(_i.id == item), answers.item)

    def items_with_sha256(self, sha256: Sha256) -> tuple[ItemEntry, ...]:
        """Items with these bytes, earliest first, at most a page."""
        return self._all(answers.ITEM.where(_i.sha256 == sha256).order_by(_i.position).limit(PAGE), answers.item)

    def find_item(self, url: str, sha256: Sha256) -> ItemEntry | None:
        """The earliest item with this normalised URL and these bytes."""
        query = answers.ITEM.where(_i.url == url, _i.sha256 == sha256).order_by(_i.position)
        return self._first(query, answers.item)

    # -- events, captures, citations

    def events(self, which: EventFilter = EVERY_EVENT, *, after: int = -1, limit: int = PAGE) -> tuple[EventEntry, ...]:
        """Events by seq."""
        table = schema.events
        query = select(table).where(table.c.seq > after, *event_conditions(which)).order_by(table.c.seq).limit(limit)
        return self._all(query, answers.event)

    def count_events(self, which: EventFilter = EVERY_EVENT) -> int:
        """How many events there are."""
        return self._count(select(func.count()).select_from(schema.events).where(*event_conditions(which)))

    def captures(self, *, series: str = "", citation: CitationId | None = None, after: int = -1,
                 limit: int = PAGE) -> tuple[CaptureEntry, ...]:
        """Captures by seq: all, those of one URL identity, or those made for one citation."""
        query = answers.CAPTURE.where(_k.seq > after).order_by(_k.seq).limit(limit)
        if series:
            query = query.where(_k.series == series)
        if citation is not None:
            made_for = schema.capture_citations
            query = query.join(made_for, made_for.c.seq == _k.seq).where(made_for.c.citation == citation)
        return self._all(query, answers.capture)

    def capture(self, capture: CaptureId) -> Capture | None:
        """One capture with its exchanges and items."""
        return self._first(select(_k.record).where(_k.id == capture), answers.whole_capture)

    def latest_capture(self, series: str) -> CaptureEntry | None:
        """The last capture of a URL identity."""
        return self._first(answers.CAPTURE.where(_k.series == series).order_by(_k.seq.desc()), answers.capture)

    def citations(self, *, article_url: str = "", article_item: ItemId | None = None, changed_since: int = 0,
                  after: int = 0, limit: int = PAGE) -> tuple[CitationEntry, ...]:
        """Citations in the order they came up, dismissed ones included."""
        query = answers.CITATION.where(_c.position > after).order_by(_c.position).limit(limit)
        if article_url:
            query = query.where(_c.article_url == article_url)
        if changed_since:
            query = query.where(_c.changed_seq >= changed_since)
        if article_item is not None:
            query = query.where(_c.article_item == article_item if article_item else _c.article_item.is_(None))
        return self._all(query, answers.citation)

    def citing_items(self) -> tuple[ItemId, ...]:
        """The items that cite, in the order in which they did first; last, where some citation is of none, ""."""
        first = func.min(_c.position).label("first")
        rows = self._all(select(_c.article_item, first).group_by(_c.article_item).order_by(first), lambda row: row)
        named = tuple(ItemId(row.article_item) for row in rows if row.article_item is not None)
        return (*named, ItemId("")) if len(named) < len(rows) else named

    def citation(self, citation: CitationId) -> CitationEntry | None:
        """One citation."""
        return self._first(answers.CITATION.where(_c.id == citation), answers.citation)

    # -- findings, derivatives, keys

    def findings(self, item: ItemId | None = None, *, check: str = "", latest: bool = True, after: int = -1,
                 limit: int = PAGE) -> tuple[FindingEntry, ...]:
        """Findings by seq, of one item where it is given."""
        query = select(_f.seq, _f.time, _f.record).where(_f.seq > after).order_by(_f.seq).limit(limit)
        if item is not None:
            query = query.where(_f.item == item)
        if check:
            query = query.where(_f.check == check)
        if latest:
            query = query.where(_f.latest == 1)
        return self._all(query, answers.finding)

    def derivatives(self, item: ItemId | None = None, *, after: int = -1,
                    limit: int = PAGE) -> tuple[DerivativeEntry, ...]:
        """Derivatives by seq, of one item where it is given."""
        table = schema.derivatives
        query = select(table).where(table.c.seq > after).order_by(table.c.seq).limit(limit)
        if item is not None:
            query = query.where(table.c.item == item)
        return self._all(query, answers.derivative)

    # -- what people say and conclude

    def claims(self, *, item: ItemId | None = None, after: int = 0, limit: int = PAGE) -> tuple[ClaimEntry, ...]:
        """Claims in the order they came up, rejected and withdrawn ones included."""
        table = schema.claims.c
        query = answers.CLAIM.where(table.position > after).order_by(table.position).limit(limit)
        return self._all(query if item is None else query.where(table.item == item), answers.claim)

    def claim(self, claim: ClaimId) -> ClaimEntry | None:
        """One claim."""
        return self._first(answers.CLAIM.where(schema.claims.c.id == claim), answers.claim)

    def links(self, *, claim: ClaimId | None = None, item: ItemId | None = None, after: int = -1,
              limit: int = PAGE) -> tuple[LinkEntry, ...]:
        """What items are to claims, by seq."""
        table = schema.links.c
        query = answers.said(schema.links).where(table.seq > after).order_by(table.seq).limit(limit)
        if claim is not None:
            query = query.where(table.claim == claim)
        return self._all(query if item is None else query.where(table.item == item), answers.link)

    def tags(self, item: ItemId | None = None) -> Mapping[ItemId, tuple[str, ...]]:
        """The tags on each tagged item, sorted."""
        table = schema.item_tags.c
        query = select(table.item, table.tag).where(table.removed == 0).order_by(table.item, table.tag)
        found: dict[ItemId, tuple[str, ...]] = {}
        for row in self._all(query if item is None else query.where(table.item == item), lambda row: row):
            found[row.item] = (*found.get(row.item, ()), row.tag)
        return found

    def assessments(self, item: ItemId | None = None, *, after: int = -1,
                    limit: int = PAGE) -> tuple[AssessmentEntry, ...]:
        """Assessments by seq, superseded ones included."""
        table = schema.assessments.c
        query = answers.ASSESSMENT.where(table.seq > after).order_by(table.seq).limit(limit)
        found = self._all(query if item is None else query.where(table.item == item), answers.assessment)
        return tuple(replace(one, reviews=self._reviews(one.seq)) for one in found)

    def assessment(self, seq: int) -> AssessmentEntry | None:
        """The assessment that this event records."""
        found = self._first(answers.ASSESSMENT.where(schema.assessments.c.seq == seq), answers.assessment)
        return None if found is None else replace(found, reviews=self._reviews(seq))

    def translations(self, item: ItemId | None = None, *, after: int = -1,
                     limit: int = PAGE) -> tuple[TranslationEntry, ...]:
        """Translations by seq."""
        table = schema.translations.c
        query = answers.said(schema.translations).where(table.seq > after).order_by(table.seq).limit(limit)
        return self._all(query if item is None else query.where(table.item == item), answers.translation)

    def enrolled_keys(self) -> tuple[EnrolledKey, ...]:
        """Every key that was enrolled, in that order."""
        return self._all(select(schema.keys).order_by(schema.keys.c.enrolled_seq), answers.key)

    def _reviews(self, assessment: int) -> tuple[ReviewEntry, ...]:
        table = schema.reviews.c
        query = answers.said(schema.reviews).where(table.assessment == assessment).order_by(table.seq)
        return self._all(query, answers.review)

    # -- WARC records

    def record(self, record: RecordId) -> RecordEntry | None:
        """Where a WARC record stands."""
        table = schema.records
        return self._first(select(table.c.entry).where(table.c.id == record), answers.record)

    def response_with(self, uri: str, payload: Sha256) -> RecordEntry | None:
        """A whole response of that URL with that payload, the first there is."""
        table = schema.records.c
        query = select(table.entry).where(table.payload == payload).order_by(table.file, table.offset).limit(PAGE)
        return next((entry for entry in self._all(query, answers.record) if entry.uri == uri), None)

    def records_named(self, records: Iterable[RecordId]) -> tuple[RecordEntry, ...]:
        """Where the records with these ids stand, by file and offset; unknown ones are left out."""
        return self._records_where(records, schema.records.c.id.in_)

    def records(self, *, file: str = "", after: tuple[str, int] = ("", -1),
                limit: int = PAGE) -> tuple[RecordEntry, ...]:
        """WARC records by file and offset."""
        place = schema.records.c.file, schema.records.c.offset
        query = select(schema.records.c.entry).where(tuple_(*place) > after).order_by(*place).limit(limit)
        if file:
            query = query.where(schema.records.c.file == file)
        return self._all(query, answers.record)

    def records_about(self, records: Iterable[RecordId]) -> tuple[RecordEntry, ...]:
        """The records that name one of these as what they concur with or refer to, by file and offset."""
        links = schema.record_links.c
        return self._records_where(records, lambda ids: schema.records.c.id.in_(
            select(links.record).where(links.named.in_(ids))))

    def indexed_ends(self) -> Mapping[str, int]:
        """For each WARC file the offset after the last record known."""
        table = schema.records
        query = select(table.c.file, func.max(table.c.offset + table.c.length).label("ends")).group_by(table.c.file)
        return dict(self._all(query, lambda row: (row.file, row.ends)))

    # -- figures

    def coverage(self, article_url: str = "") -> Coverage:
        """What came of the citations: of all, or of one article."""
        rows = self._all(answers.coverage_query(article_url), lambda row: row)
        verdicts: dict[Verdict, int] = {}
        uncaptured: dict[CitationKind, int] = {}
        dismissed = 0
        for row in rows:
            if row.action == CiteAction.DISMISSED:
                dismissed += row.number
            elif row.verdict is None:
                kind = CitationKind(row.kind)
                uncaptured[kind] = uncaptured.get(kind, 0) + row.number
            else:
                verdict = Verdict(row.verdict)
                verdicts[verdict] = verdicts.get(verdict, 0) + row.number
        return Coverage(cited=sum(verdicts.values()) + sum(uncaptured.values()), verdicts=verdicts,
                        uncaptured=uncaptured, dismissed=dismissed)

    def counts(self) -> Counts:
        """How much there is."""
        outcomes = select(_f.outcome, func.count().label("number")).where(_f.latest == 1).group_by(_f.outcome)
        tables = (schema.items, schema.captures, schema.citations, schema.derivatives, schema.records)
        items, captures, citations, derivatives, records = (
            self._count(select(func.count()).select_from(table)) for table in tables)
        return Counts(events=self.head.size, items=items, captures=captures, citations=citations,
                      derivatives=derivatives, records=records,
                      findings=dict(self._all(outcomes, lambda row: (Outcome(row.outcome), row.number))))

    # -- the database

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with _faults_named(), self._read.begin() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        if self._write is None:
            raise CatalogueUnusable("the catalogue is open for reading only")
        with _faults_named(), self._write.begin() as connection:
            yield connection

    def _all(self, query: Select[Any], answer: Callable[[Row[Any]], Answer]) -> tuple[Answer, ...]:
        with self._reading() as connection:
            return tuple(answer(row) for row in connection.execute(query))

    def _first(self, query: Select[Any], answer: Callable[[Row[Any]], Answer]) -> Answer | None:
        with self._reading() as connection:
            row = connection.execute(query.limit(1)).first()
        return None if row is None else answer(row)

    def _records_where(self, ids: Iterable[RecordId],
                       condition: Callable[[list[RecordId]], ColumnElement[bool]]) -> tuple[RecordEntry, ...]:
        wanted = sorted(set(ids))
        found: dict[RecordId, RecordEntry] = {}
        for start in range(0, len(wanted), IDS_PER_QUERY):
            query = select(schema.records.c.entry).where(condition(wanted[start:start + IDS_PER_QUERY]))
            found.update((entry.ref.record, entry) for entry in self._all(query, answers.record))
        return tuple(sorted(found.values(), key=lambda entry: (entry.file, entry.offset)))

    def _count(self, query: Select[Any]) -> int:
        with self._reading() as connection:
            return int(connection.execute(query).scalar_one())


@contextmanager
def _faults_named() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise CatalogueUnusable(f"the catalogue cannot be used: {error.orig}",
                                hint="run `muniment reindex`: it makes the catalogue anew from the case") from error


def _head(connection: Connection) -> LedgerHead:
    row = connection.execute(select(schema.state.c.size, schema.state.c.line)).one()
    return LedgerHead(size=row.size, line=row.line)


def _numbers(connection: Connection, events: Sequence[Event]) -> dict[str, int]:
    state = connection.execute(_LAST).one()
    item, citation, claim = state.last_item, state.last_citation, state.last_claim
    for event in events:
        match event.body:
            case Captured(capture=Capture(items=items)) | Imported(items=items):
                item = max([item, *(item_number(one.id) for one in items)])
            case Cite(citations=citations):
                citation = max([citation, *(citation_number(one.id) for one in citations)])
            case Claimed(claims=claims):
                claim = max([claim, *(claim_number(one.id) for one in claims)])
            case _:
                pass
    return {"last_item": item, "last_citation": citation, "last_claim": claim}

