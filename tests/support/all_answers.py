"""Everything a catalogue can be asked about a case, for comparing two of them."""

from collections.abc import Callable, Iterator
from typing import Any

from evidence_store.catalogue.interface import Catalogue
from evidence_store.catalogue.model import EventFilter, ItemFilter
from evidence_store.events import KNOWN
from evidence_store.records import ItemKind, Verdict


def pages(ask: Callable[..., tuple[Any, ...]], key: Callable[[Any], Any], limit: int = 3,
          **options: Any) -> Iterator[Any]:
    """Every answer to a question that comes in pages."""
    page = ask(limit=limit, **options)
    while page:
        yield from page
        page = ask(limit=limit, after=key(page[-1]), **options)


def all_answers(catalogue: Catalogue) -> dict[str, Any]:
    """By question: the answer."""
    items = list(pages(catalogue.items, lambda one: one.position))
    captures = list(pages(catalogue.captures, lambda one: one.seq))
    citations = list(pages(catalogue.citations, lambda one: one.position))
    records = list(pages(catalogue.records, lambda one: (one.file, one.offset)))
    found: dict[str, Any] = {
        "head": catalogue.head, "counts": catalogue.counts(), "coverage": catalogue.coverage(),
        "numbers": catalogue.last_numbers(), "keys": catalogue.enrolled_keys(), "ends": catalogue.indexed_ends(),
        "items": items, "captures": captures, "citations": citations, "records": records,
        "events": list(pages(catalogue.events, lambda one: one.seq)),
        "findings": list(pages(catalogue.findings, lambda one: one.seq)),
        "every finding": list(pages(catalogue.findings, lambda one: one.seq, latest=False)),
        "derivatives": list(pages(catalogue.derivatives, lambda one: one.seq)),
        "claims": list(pages(catalogue.claims, lambda one: one.position)),
        "links": list(pages(catalogue.links, lambda one: one.seq)),
        "assessments": list(pages(catalogue.assessments, lambda one: one.seq)),
        "translations": list(pages(catalogue.translations, lambda one: one.seq)), "tags": catalogue.tags(),
    }
    for entry in items:
        one = entry.item
        found[one.id] = (catalogue.item(one.id), catalogue.findings(one.id), catalogue.derivatives(one.id),
                         catalogue.events(EventFilter(item=one.id)), catalogue.items_with_sha256(one.sha256),
                         catalogue.find_item(one.url, one.sha256))
    for entry in captures:
        found[entry.id] = (catalogue.capture(entry.id), catalogue.latest_capture(entry.series),
                           catalogue.captures(series=entry.series))
    for entry in citations:
        found[entry.id] = (catalogue.citation(entry.id), catalogue.captures(citation=entry.id),
                           catalogue.citations(article_url=entry.article_url), catalogue.coverage(entry.article_url))
    for entry in records:
        found[entry.ref.record] = (catalogue.record(entry.ref.record), catalogue.records_about([entry.ref.record]),
                                   catalogue.records(file=entry.file))
    for kind in ItemKind:
        found[f"kind {kind}"] = catalogue.items(ItemFilter(kinds=frozenset({kind})))
    for verdict in Verdict:
        found[f"verdict {verdict}"] = catalogue.items(ItemFilter(verdicts=frozenset({verdict})))
    for name in KNOWN:
        found[f"events {name}"] = catalogue.events(EventFilter(kinds=frozenset({name})))
    return found
