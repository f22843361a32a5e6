"""Content by locator: the bytes that a record names, checked while they are read."""

from typing import TYPE_CHECKING, BinaryIO

from evidence_store.errors import MissingContent
from evidence_store.records import BlobRef, Item, Locator

if TYPE_CHECKING:
    from evidence_store.case import Case


def open_content(case: "Case", locator: Locator, *, decoded: bool) -> BinaryIO:
    """See `Case.open_content`."""
    if isinstance(locator, BlobRef):
        return case.blobs.open(locator)
    case.record(locator.record)
    raise MissingContent(f"WARC records cannot be read yet ({decoded=})")


def open_item(case: "Case", item: Item) -> BinaryIO:
    """See `Case.open_item`."""
    return open_content(case, item.source, decoded=not item.encoded)
