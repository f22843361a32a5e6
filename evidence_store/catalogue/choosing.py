"""Which items, and in what order: filters and orders as conditions over the catalogue's tables."""

from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from evidence_store.catalogue import schema
from evidence_store.catalogue.model import IMPORTED, EventFilter, ItemFilter, ItemOrder

LAST_CHARACTER = "\uffff"      # after every character of a date: "2015-10" and all that begins with it

_i, _c, _f, _k = schema.items.c, schema.citations.c, schema.findings.c, schema.captures.c
_made = schema.capture_citations.c
_e, _named = schema.events.c, schema.event_items.c
_CAPTURES = (select(_k.id).join(schema.capture_citations, _made.seq == _k.seq)
             .join(schema.citations, _c.id == _made.citation))


def item_conditions(which: ItemFilter) -> list[ColumnElement[bool]]:
    """What an item must meet to pass."""
    found: list[ColumnElement[bool]] = []
    if which.kinds:
        found.append(_i.kind.in_(which.kinds))
    if which.verdicts:
        found.append(_i.verdict.in_(which.verdicts))
    if which.captures:
        found.append(_i.capture.in_(which.captures))
    if which.platforms:
        found.append(_i.capture.in_(_CAPTURES.where(_c.platform.in_(which.platforms))))
    if which.text:
        words = which.text.casefold()
        found.append(_i.search.contains(words, autoescape=True)
                     | _i.capture.in_(_CAPTURES.where(_c.search.contains(words, autoescape=True))))
    if which.sources:
        found.append(or_(*map(_from, sorted(which.sources))))
    if which.outcomes:
        found.append(_i.id.in_(select(_f.item).where(_f.latest == 1, _f.outcome.in_(which.outcomes))))
    if which.place:
        found.append(_i.capture.in_(_CAPTURES.where(_c.place.contains(which.place.casefold(), autoescape=True))))
    if which.since:
        found.append(_i.obtained_at >= which.since)
    if which.until:
        found.append(_i.obtained_at <= which.until + LAST_CHARACTER)
    return found


def event_conditions(which: EventFilter) -> list[ColumnElement[bool]]:
    """What an event must meet to pass."""
    found: list[ColumnElement[bool]] = []
    if which.kinds:
        found.append(_e.kind.in_(which.kinds))
    if which.item is not None:
        found.append(_e.seq.in_(select(_named.seq).where(_named.item == which.item)))
    return found


def positions_query(which: ItemFilter, order: ItemOrder, *, backwards: bool) -> Select[Any]:
    """The positions of the items that pass, in order."""
    by = _order(order)
    query = select(_i.position).where(*item_conditions(which))
    return query.order_by(by.desc() if backwards else by.asc(), _i.position)


def _from(source: str) -> ColumnElement[bool]:
    if source == IMPORTED:
        return _i.capture.is_(None)
    return (func.lower(_i.url).contains(source.casefold(), autoescape=True)
            | _i.capture.in_(_CAPTURES.where(_c.platform == source.casefold())))


def _order(order: ItemOrder) -> ColumnElement[Any]:
    if order is ItemOrder.PLACE:
        place = (select(func.min(_c.place)).select_from(schema.captures)
                 .join(schema.capture_citations, _made.seq == _k.seq).join(schema.citations, _c.id == _made.citation)
                 .where(_k.id == _i.capture).scalar_subquery())
        return func.coalesce(place, "")
    return {ItemOrder.POSITION: _i.position, ItemOrder.KIND: _i.kind, ItemOrder.VERDICT: func.coalesce(_i.verdict, ""),
            ItemOrder.SIZE: _i.length, ItemOrder.DATE: _i.obtained_at, ItemOrder.SOURCE: _i.url}[order]
