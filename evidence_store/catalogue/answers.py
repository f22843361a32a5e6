"""Rows of the catalogue as the typed answers of `evidence_store.catalogue.model`, and the statements they answer."""

import json
from typing import Any

from sqlalchemy import Row, Select, Table, func, select

from evidence_store.catalogue import schema
from evidence_store.catalogue.model import (
    AssessmentEntry,
    CaptureEntry,
    CitationEntry,
    ClaimEntry,
    DerivativeEntry,
    EnrolledKey,
    EventEntry,
    FindingEntry,
    ItemEntry,
    LinkEntry,
    ReviewEntry,
    TranslationEntry,
)
from evidence_store.claims import Claim, ClaimAction
from evidence_store.clock import parse_time
from evidence_store.events import Assessed, CiteAction, FindingEvent, Linked, Reviewed, Translated, from_fields
from evidence_store.records import Capture, Citation, Derivative, Item, Verdict
from evidence_store.warc.model import RecordEntry

_c, _k = schema.citations.c, schema.captures.c
_made = schema.capture_citations.c

_i = schema.items.c
ITEM = select(_i.position, _i.seq, _i.capture, _i.verdict, _i.record)
CAPTURE = select(*(column for column in schema.captures.c if column.name != "record"))

_LATEST = select(func.max(_made.seq)).where(_made.citation == _c.id).scalar_subquery()
_MADE = select(func.count()).select_from(schema.capture_citations).where(_made.citation == _c.id).scalar_subquery()
CITATION = (
    select(schema.citations, _MADE.label("made"),
           *(column.label(f"capture_{column.name}") for column in schema.captures.c if column.name != "record"))
    .select_from(schema.citations.outerjoin(schema.captures, _k.seq == _LATEST))
)

_e, _a = schema.events.c, schema.assessments.c
_LATER = schema.assessments.alias("later")
_SUPERSEDED = select(func.max(_LATER.c.seq)).where(_LATER.c.supersedes == _a.seq).scalar_subquery()
CLAIM = select(schema.claims)
ASSESSMENT = (select(_a.seq, _a.record, _e.time, _e.key, _SUPERSEDED.label("superseded_by"))
              .join(schema.events, _e.seq == _a.seq))


def said(table: Table) -> Select[Any]:
    """Rows of a table whose `record` is the event's own body, with time and key of the event."""
    return select(table.c.seq, table.c.record, _e.time, _e.key).join(schema.events, _e.seq == table.c.seq)


def coverage_query(article_url: str) -> Select[Any]:
    """Citations counted by kind, state and latest verdict."""
    told_apart = _c.kind, _c.action, _c.verdict
    query = select(*told_apart, func.count().label("number")).group_by(*told_apart)
    return query.where(_c.article_url == article_url) if article_url else query


def item(row: Row[Any]) -> ItemEntry:
    """An item."""
    return ItemEntry(position=row.position, item=from_fields(Item, json.loads(row.record)), seq=row.seq,
                     capture=row.capture, verdict=Verdict(row.verdict) if row.verdict else None)


def event(row: Row[Any]) -> EventEntry:
    """An event without its body."""
    return EventEntry(seq=row.seq, kind=row.kind, time=parse_time(row.time), key=row.key)


def capture(row: Row[Any], prefix: str = "") -> CaptureEntry:
    """A capture without its exchanges, from columns with that prefix."""
    found = {name.removeprefix(prefix): value for name, value in row._mapping.items() if name.startswith(prefix)}  # noqa: SLF001 - the public way to columns by name
    return CaptureEntry(
        seq=found["seq"], id=found["id"], series=found["series"], url=found["url"], final_url=found["final_url"],
        client=found["client"], started_at=parse_time(found["started_at"]), ended_at=parse_time(found["ended_at"]),
        verdict=Verdict(found["verdict"]), reasons=tuple(json.loads(found["reasons"])), against=found["against"],
        items=found["items"], citations=tuple(json.loads(found["citations"])))


def whole_capture(row: Row[Any]) -> Capture:
    """A capture with everything."""
    return from_fields(Capture, json.loads(row.record))


def citation(row: Row[Any]) -> CitationEntry:
    """A citation with its latest capture."""
    return CitationEntry(
        position=row.position, id=row.id, citation=from_fields(Citation, json.loads(row.record)),
        action=CiteAction(row.action), reason=row.reason, article_url=row.article_url, article_item=row.article_item,
        first_seq=row.first_seq, last_seq=row.last_seq, captures=row.made,
        latest=capture(row, "capture_") if row.capture_seq is not None else None)


def finding(row: Row[Any]) -> FindingEntry:
    """A finding."""
    return FindingEntry(seq=row.seq, time=parse_time(row.time),
                        finding=from_fields(FindingEvent, json.loads(row.record)))


def derivative(row: Row[Any]) -> DerivativeEntry:
    """A derivative."""
    return DerivativeEntry(seq=row.seq, derivative=from_fields(Derivative, json.loads(row.record)))


def claim(row: Row[Any]) -> ClaimEntry:
    """A claim."""
    return ClaimEntry(position=row.position, id=row.id, claim=from_fields(Claim, json.loads(row.record)),
                      action=ClaimAction(row.action), reason=row.reason, key=row.key, first_seq=row.first_seq,
                      last_seq=row.last_seq)


def link(row: Row[Any]) -> LinkEntry:
    """A link from an item to a claim."""
    return LinkEntry(seq=row.seq, time=parse_time(row.time), key=row.key,
                     link=from_fields(Linked, json.loads(row.record)))


def review(row: Row[Any]) -> ReviewEntry:
    """A review."""
    return ReviewEntry(seq=row.seq, time=parse_time(row.time), key=row.key,
                       review=from_fields(Reviewed, json.loads(row.record)))


def assessment(row: Row[Any]) -> AssessmentEntry:
    """An assessment, without its reviews."""
    return AssessmentEntry(seq=row.seq, time=parse_time(row.time), key=row.key, superseded_by=row.superseded_by,
                           assessment=from_fields(Assessed, json.loads(row.record)))


def translation(row: Row[Any]) -> TranslationEntry:
    """A translation."""
    return TranslationEntry(seq=row.seq, time=parse_time(row.time), key=row.key,
                            translation=from_fields(Translated, json.loads(row.record)))


def key(row: Row[Any]) -> EnrolledKey:
    """An enrolled key."""
    return EnrolledKey(fingerprint=row.fingerprint, public_key=row.public_key, principal=row.principal, role=row.role,
                       protection=row.protection, enrolled_seq=row.enrolled_seq, revoked_seq=row.revoked_seq,
                       revoked_reason=row.revoked_reason)


def record(row: Row[Any]) -> RecordEntry:
    """Where a WARC record stands."""
    return from_fields(RecordEntry, json.loads(row.entry))
