"""A catalogue of many captures and items, made of events that no ledger holds."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from case_factory import CIRCUMSTANCES, TOOL

from evidence_store.catalogue.interface import Catalogue
from evidence_store.catalogue.model import LedgerHead
from evidence_store.events import Captured, Cite, CiteAction, Event, FindingEvent, KnownBody, NumberedCitation
from evidence_store.findings import Outcome
from evidence_store.records import (
    Capture,
    CaptureId,
    Citation,
    CitationId,
    CitationKind,
    Item,
    ItemId,
    ItemKind,
    RecordId,
    Sha256,
    Verdict,
    WarcRef,
)
from evidence_store.warc.model import RecordEntry, WarcType

START = datetime(2026, 1, 1, tzinfo=UTC)
KINDS = (ItemKind.PAGE, ItemKind.PHOTO, ItemKind.VIDEO, ItemKind.POST)
VERDICTS = (Verdict.COMPLETE,) * 8 + (Verdict.GONE, Verdict.LOGIN_WALL)
BATCH = 1000


def ref(number: int) -> WarcRef:
    return WarcRef(record=RecordId(f"urn:uuid:{number:032x}"), sha256=Sha256(f"{number:064x}"), length=1000)


def bodies(number: int) -> tuple[KnownBody, ...]:
    """A citation, its capture with one item, and a finding on that."""
    url = f"https://site{number % 500}.example/story/{number}"
    citation, item = CitationId(f"CITE-{number:04d}"), ItemId(f"ITEM-{number:04d}")
    when = START + timedelta(seconds=number)
    return (
        Cite(action=CiteAction.FOUND, article_url=f"https://blog.example/{number % 100}", article_item=None, citations=(
            NumberedCitation(id=citation, citation=Citation(
                kind=CitationKind.POST, url=url, identity=url, platform=("x", "telegram", "")[number % 3],
                context=f"what story {number} says")),)),
        Captured(circumstances=CIRCUMSTANCES, capture=Capture(
            id=CaptureId(f"{number:016x}"), url=url, final_url=url, identity=url, started_at=when, ended_at=when,
            client="requests", verdict=VERDICTS[number % 10], reasons=(), against="page", sent=1, recorded=1,
            citations=(citation,), items=(Item(
                id=item, kind=KINDS[number % 4], sha256=Sha256(f"{number % 90_000:064x}"), length=1000,
                media_type="text/html", source=ref(number), url=url, name=str(number), obtained_at=when),))),
        FindingEvent(item=item, check="fixity.sha256", outcome=Outcome.PASS, summary="as recorded", tools=(TOOL,)),
    )


def fill(catalogue: Catalogue, items: int) -> None:
    """Take in `items` items, with a citation, a capture, a finding and a WARC record each."""
    events: list[Event] = []
    for event in _events(items):
        events.append(event)
        if len(events) == BATCH or event.seq == 3 * items - 1:
            catalogue.apply(events, LedgerHead(size=event.seq + 1, line=Sha256("0" * 64)))
            events = []
    for start in range(0, items, BATCH):
        catalogue.register([
            RecordEntry(file=f"{number // 5000:05d}.warc.gz", offset=number * 600, length=600, type=WarcType.RESPONSE,
                        ref=ref(number), uri="https://site.example/", date=START,
                        concurrent_to=(ref(number + 1).record,))
            for number in range(start, min(start + BATCH, items))])


def _events(items: int) -> Iterator[Event]:
    for number in range(1, items + 1):
        for place, body in enumerate(bodies(number)):
            yield Event(seq=3 * (number - 1) + place, time=START, key="SHA256:test", body=body)
