"""What an event names must be in the case before the event is."""

from collections.abc import Iterator, Sequence

from evidence_store.blobs import BlobStore
from evidence_store.catalogue.interface import Catalogue
from evidence_store.errors import MissingContent
from evidence_store.events import Captured, Imported, KnownBody, Transformed
from evidence_store.handling import Redacted
from evidence_store.nesting import Nested
from evidence_store.records import BlobRef, Locator, WarcRef


def locators_of(body: KnownBody) -> Iterator[Locator]:
    """Every piece of content that a body names."""
    match body:
        case Captured(capture=capture):
            for exchange in capture.exchanges:
                yield exchange.request
                if exchange.response is not None:
                    yield exchange.response
                yield from exchange.other_records
            yield from capture.failures
            yield from (item.source for item in capture.items)
            yield from (view.record for view in capture.views)
        case Imported(items=items):
            yield from (item.source for item in items)
        case Nested(files=files, items=items):
            yield from (file.content for file in files)
            yield from (item.source for item in items)
        case Transformed(derivative=derivative):
            yield derivative.content
            yield from derivative.recipe.inputs
        case Redacted(content=blob):
            yield blob
        case _:
            pass


def check_presence(bodies: Sequence[KnownBody], catalogue: Catalogue, blobs: BlobStore) -> None:
    """MissingContent where a body names a WARC record or a blob that the case does not have."""
    named = {locator for body in bodies for locator in locators_of(body)}
    records = {locator for locator in named if isinstance(locator, WarcRef)}
    missing = sorted(records - {entry.ref for entry in catalogue.records_named({one.record for one in records})},
                     key=lambda ref: ref.record)
    if missing:
        first = missing[0]
        raise MissingContent(f"an event names WARC record {first.record} with {first.length} bytes and SHA-256 "
                             f"{first.sha256}; the case has no such record",
                             hint="write and sync the record before the event")
    for locator in named:
        if isinstance(locator, BlobRef) and not blobs.has(locator):
            raise MissingContent(f"an event names blob {locator.sha256}, which the case does not have",
                                 hint="store the blob before the event")
