"""Events of the ledger as rows of the catalogue.

1. What came first stands: a second capture, item or key with a known id changes nothing.
2. A citation is folded: its latest action and record are shown, its position and first event stay.
3. Rows are made of the typed bodies alone; the same events give the same rows, in however many transactions.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, TypeAlias

from sqlalchemy import Connection, Table, bindparam, func, select, update
from sqlalchemy.dialects import sqlite

from evidence_store.catalogue import schema
from evidence_store.clock import format_time
from evidence_store.disclosing import ConditionMet
from evidence_store.events import (
    Assessed,
    Captured,
    Cite,
    Claimed,
    Disclose,
    Event,
    FindingEvent,
    Imported,
    KeyEnrol,
    KeyRevoke,
    Linked,
    Note,
    Reviewed,
    Tagged,
    Transformed,
    Translated,
    UnknownEvent,
    to_fields,
)
from evidence_store.handling import HandlingBody, handled_items
from evidence_store.nesting import Nested, nested_items
from evidence_store.records import Capture, Item, ItemId
from evidence_store.warc.model import RecordEntry, WarcType

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

Cell: TypeAlias = str | int | None
Row: TypeAlias = Mapping[str, Cell]

# parents before children: foreign keys are checked row by row
_ORDER = (schema.events, schema.event_items, schema.keys, schema.captures, schema.capture_citations, schema.items,
          schema.findings, schema.derivatives, schema.assessments, schema.reviews, schema.translations)
_ITEM = re.compile(r"ITEM-([0-9]{4,9})", re.ASCII)
_CITATION = re.compile(r"CITE-([0-9]{4,9})", re.ASCII)
_CLAIM = re.compile(r"CLAIM-([0-9]{4,9})", re.ASCII)


def item_number(text: str) -> int:
    """The number in an item id; 0 where it is not of that form."""
    return _number(_ITEM, text)


def citation_number(text: str) -> int:
    """The number in a citation id; 0 where it is not of that form."""
    return _number(_CITATION, text)


def claim_number(text: str) -> int:
    """The number in a claim id; 0 where it is not of that form."""
    return _number(_CLAIM, text)


def _insert(connection: Connection, table: Table) -> "sqlite.Insert | postgresql.Insert":
    if connection.dialect.name != "postgresql":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # a tenth of a second, which one machine never needs

    return postgresql.insert(table)


def insert_new(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert the rows whose keys are not there yet."""
    if rows:
        connection.execute(_insert(connection, table).on_conflict_do_nothing(), rows)


def take_in(connection: Connection, events: Sequence[Event]) -> None:
    """Write the rows of events, which stand in ledger order."""
    rows: dict[Table, list[Row]] = defaultdict(list)
    for event in events:
        for table, row in rows_of(event):
            rows[table].append(row)
    for table in _ORDER:
        insert_new(connection, table, rows[table])
    _fold_citations(connection, rows[schema.citations])
    _judge_citations(connection, rows[schema.citations], rows[schema.capture_citations])
    _supersede_findings(connection, rows[schema.findings])
    _fold(connection, schema.claims, rows[schema.claims], keys=("id",),
          latest=("action", "reason", "key", "last_seq", "item", "record"))
    _fold(connection, schema.links, rows[schema.links], keys=("item", "claim"), latest=("seq", "record"))
    _fold(connection, schema.item_tags, rows[schema.item_tags], keys=("item", "tag"), latest=("seq", "removed"))
    for event in events:
        if isinstance(event.body, KeyRevoke):
            connection.execute(
                update(schema.keys)
                .where(schema.keys.c.fingerprint == event.body.fingerprint, schema.keys.c.revoked_seq.is_(None))
                .values(revoked_seq=event.seq, revoked_reason=event.body.reason))


def register(connection: Connection, entries: Sequence[RecordEntry]) -> None:
    """Write the rows of WARC records."""
    insert_new(connection, schema.records, [
        {"id": entry.ref.record, "file": entry.file, "offset": entry.offset, "length": entry.length,
         "payload": _repeatable(entry), "entry": dump(to_fields(entry))}
        for entry in entries
    ])
    insert_new(connection, schema.record_links, [
        {"named": named, "record": entry.ref.record}
        for entry in entries
        for named in {*entry.concurrent_to, *((entry.refers_to,) if entry.refers_to else ())}
    ])


def _repeatable(entry: RecordEntry) -> str:
    """The payload of a whole response that carries its digest; "" of every other record."""
    whole = entry.type is WarcType.RESPONSE and entry.payload_digest and entry.truncated is None
    return entry.payload_sha256 or "" if whole else ""


def dump(value: object) -> str:
    """The JSON of a `record` column."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def named_items(event: Event) -> tuple[ItemId, ...]:
    """The items that an event speaks of, each once."""
    if isinstance(event.body, HandlingBody):
        return tuple(dict.fromkeys(handled_items(event.body)))
    match event.body:
        case Captured(capture=capture):
            found = [item.id for item in capture.items] + list(capture.same_items)
        case Imported(items=items):
            found = [item.id for item in items]
        case Nested() as nested:
            found = list(nested_items(nested))
        case Transformed(derivative=derivative):
            found = [derivative.item]
        case Cite(article_item=str() as item) | FindingEvent(item=str() as item) | Note(item=str() as item):
            found = [item]
        case Tagged(item=item) | Linked(item=item) | Translated(item=item):
            found = [item]
        case Claimed(claims=claims):
            found = [numbered.claim.item for numbered in claims if numbered.claim.item is not None]
        case Assessed(item=item, because=because, place=place):
            found = [item, *because, *((place.reference,) if place and place.reference else ())]
        case Disclose(not_selected=items) | ConditionMet(items=items):
            found = list(items)
        case _:
            found = []
    return tuple(dict.fromkeys(found))


def rows_of(event: Event) -> Iterator[tuple[Table, Row]]:
    """The rows that an event becomes, before citations, claims and the like are folded."""
    seq, body = event.seq, event.body
    kind = body.type if isinstance(body, UnknownEvent) else body.TYPE
    yield schema.events, {"seq": seq, "kind": kind, "time": format_time(event.time), "key": event.key}
    for item_id in named_items(event):
        yield schema.event_items, {"item": item_id, "seq": seq}
    match body:
        case KeyEnrol():
            yield schema.keys, {"fingerprint": body.fingerprint, "public_key": body.public_key,
                                "principal": body.principal, "role": body.role, "protection": body.protection,
                                "enrolled_seq": seq, "revoked_reason": ""}
        case Captured(capture=capture):
            yield from _capture_rows(seq, capture)
        case Imported(items=items) | Nested(items=items):
            for item in items:
                yield schema.items, _item_row(seq, item, None)
        case Cite():
            for row in _citation_rows(seq, body):
                yield schema.citations, row
        case FindingEvent():
            yield schema.findings, {"seq": seq, "item": body.item or "", "check": body.check, "outcome": body.outcome,
                                    "time": format_time(event.time), "latest": 1, "record": dump(to_fields(body))}
        case Transformed(derivative=derivative):
            yield schema.derivatives, {"seq": seq, "item": derivative.item, "sha256": derivative.content.sha256,
                                       "record": dump(to_fields(derivative))}
        case _:
            yield from _said_rows(event)


def _said_rows(event: Event) -> Iterator[tuple[Table, Row]]:
    """Rows of what people say and conclude."""
    seq, body = event.seq, event.body
    match body:
        case Claimed():
            for numbered in body.claims:
                yield schema.claims, {"id": numbered.id, "action": body.action, "reason": body.reason,
                                      "key": event.key, "item": numbered.claim.item or "", "first_seq": seq,
                                      "last_seq": seq, "record": dump(to_fields(numbered.claim))}
        case Linked():
            yield schema.links, {"item": body.item, "claim": body.claim, "seq": seq, "record": dump(to_fields(body))}
        case Tagged():
            for tag in dict.fromkeys(body.tags):
                yield schema.item_tags, {"item": body.item, "tag": tag, "seq": seq, "removed": int(body.removed)}
        case Assessed():
            yield schema.assessments, {"seq": seq, "item": body.item, "supersedes": body.supersedes,
                                       "record": dump(to_fields(body))}
        case Reviewed():
            yield schema.reviews, {"seq": seq, "assessment": body.assessment, "record": dump(to_fields(body))}
        case Translated():
            yield schema.translations, {"seq": seq, "item": body.item, "record": dump(to_fields(body))}
        case _:
            pass


def _capture_rows(seq: int, capture: Capture) -> Iterator[tuple[Table, Row]]:
    yield schema.captures, {
        "seq": seq, "id": capture.id, "series": capture.series, "url": capture.url, "final_url": capture.final_url,
        "client": capture.client, "started_at": format_time(capture.started_at),
        "ended_at": format_time(capture.ended_at), "verdict": capture.verdict, "reasons": dump(list(capture.reasons)),
        "against": capture.against, "items": len(capture.items), "citations": dump(list(capture.citations)),
        "record": dump(to_fields(capture)),
    }
    for citation in capture.citations:
        yield schema.capture_citations, {"citation": citation, "seq": seq}
    for item in capture.items:
        yield schema.items, _item_row(seq, item, capture)


def _item_row(seq: int, item: Item, capture: Capture | None) -> Row:
    return {"id": item.id, "seq": seq, "kind": item.kind, "sha256": item.sha256, "url": item.url,
            "capture": capture.id if capture else None, "verdict": capture.verdict if capture else None,
            "length": item.length, "obtained_at": format_time(item.obtained_at),
            "search": _folded(item.id, item.url, item.name), "record": dump(to_fields(item))}


def _citation_rows(seq: int, cite: Cite) -> Iterator[Row]:
    for numbered in cite.citations:
        citation = numbered.citation
        yield {"id": numbered.id, "kind": citation.kind, "platform": citation.platform, "action": cite.action,
               "reason": cite.reason, "article_url": cite.article_url, "article_item": cite.article_item,
               "first_seq": seq, "last_seq": seq, "changed_seq": seq, "place": _folded(citation.claimed_place),
               "search": _folded(numbered.id, citation.url, citation.anchor, citation.context, citation.credit),
               "record": dump(to_fields(citation))}


def _fold_citations(connection: Connection, rows: Sequence[Row]) -> None:
    if not rows:
        return
    table = schema.citations
    statement = _insert(connection, table)
    new = statement.excluded
    latest = {name: new[name] for name in ("kind", "platform", "action", "reason", "last_seq", "place", "search",
                                              "record")}
    connection.execute(statement.on_conflict_do_update(index_elements=[table.c.id], set_={
        **latest,
        "article_url": func.coalesce(func.nullif(new.article_url, ""), table.c.article_url),
        "article_item": func.coalesce(new.article_item, table.c.article_item),
    }), rows)


def _judge_citations(connection: Connection, cited: Sequence[Row], captured: Sequence[Row]) -> None:
    """Keep with each citation that these events changed the verdict of its latest capture, and the last event."""
    changed: dict[Cell, Cell] = {}
    for row in sorted((*({**row, "citation": row["id"], "seq": row["last_seq"]} for row in cited), *captured),
                      key=itemgetter("seq")):
        changed[row["citation"]] = row["seq"]
    if not changed:
        return
    table, made = schema.citations, schema.capture_citations.c
    latest = select(func.max(made.seq)).where(made.citation == table.c.id).correlate(table).scalar_subquery()
    verdict = (select(schema.captures.c.verdict).where(schema.captures.c.seq == latest).correlate(table)
               .scalar_subquery())
    connection.execute(
        update(table).where(table.c.id == bindparam("of")).values(verdict=verdict, changed_seq=bindparam("at")),
        [{"of": citation, "at": seq} for citation, seq in changed.items()])


def _fold(connection: Connection, table: Table, rows: Sequence[Row], *, keys: tuple[str, ...],
          latest: tuple[str, ...]) -> None:
    """Insert rows; where the key is there already, its latest state replaces the one before."""
    if not rows:
        return
    statement = _insert(connection, table)
    connection.execute(statement.on_conflict_do_update(
        index_elements=[table.c[name] for name in keys],
        set_={name: statement.excluded[name] for name in latest}), rows)


def _supersede_findings(connection: Connection, rows: Sequence[Row]) -> None:
    if not rows:
        return
    table = schema.findings
    connection.execute(
        update(table)
        .where(table.c.item == bindparam("of_item"), table.c.check == bindparam("of_check"),
               table.c.seq < bindparam("before"), table.c.latest == 1)
        .values(latest=0),
        [{"of_item": row["item"], "of_check": row["check"], "before": row["seq"]} for row in rows])


def _folded(*words: str) -> str:
    return "\n".join(word.casefold() for word in words if word)


def _number(pattern: re.Pattern[str], text: str) -> int:
    match = pattern.fullmatch(text)
    return int(match[1]) if match else 0
