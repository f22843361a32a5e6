"""Find what a person names in a case, or say that it is not there."""

from collections.abc import Iterator

from evidence_store.case import Case
from evidence_store.catalogue.model import CitationEntry, ItemEntry
from evidence_store.errors import MissingContent
from evidence_store.records import CitationId, ItemId


def require_item(case: Case, item: ItemId) -> ItemEntry:
    """The item of this id."""
    entry = case.catalogue.item(item)
    if entry is None:
        raise MissingContent(f"the case has no item {item}", hint="`muniment list` names them all")
    return entry


def every_item(case: Case) -> Iterator[ItemEntry]:
    """All items, page by page."""
    after = 0
    while page := case.catalogue.items(after=after):
        yield from page
        after = page[-1].position


def require_citation(case: Case, citation: CitationId) -> CitationEntry:
    """The citation of this id."""
    entry = case.catalogue.citation(citation)
    if entry is None:
        raise MissingContent(f"the case has no citation {citation}", hint="`muniment cite` lists them all")
    return entry
