import hashlib
from datetime import UTC, datetime

import pytest

from evidence_store.bundle.captures import disclosed_records
from evidence_store.bundle.contents import gather, select
from evidence_store.case import Case
from evidence_store.errors import MissingContent
from evidence_store.events import Captured
from evidence_store.records import Capture, Circumstances, Exchange, Item, ItemKind, Peer, Verdict
from evidence_store.warc.model import Block, WarcType

NOW = datetime(2026, 1, 2, tzinfo=UTC)
AROUND = Circumstances(collector="inv1", machine="Linux", clock="", egress="direct", identity="none", tools=())


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def recorded(warc, name: str, content: bytes, *, revisit_of=None) -> Exchange:
    """One exchange in the WARC: request, response (or revisit) and metadata."""
    url = f"https://example.org/{name}"
    request = Block.of_bytes(f"GET /{name} HTTP/1.1\r\nHost: example.org\r\n\r\n".encode())
    head = b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % len(content)
    response_id = warc.new_record_id()
    with warc.exchange():
        asked = warc.write_request(uri=url, date=NOW, block=request, concurrent_to=[response_id])
        if revisit_of is None:
            answered = warc.write_response(uri=url, date=NOW, block=Block.of_bytes(head + content),
                                           record_id=response_id, payload_sha256=sha256(content))
        else:
            answered = warc.write_revisit(uri=url, date=NOW, block=Block.of_bytes(head), record_id=response_id,
                                          original=revisit_of)
        tls = warc.write_metadata(uri=url, date=NOW, block=Block.of_bytes(b'{"tls":1}'), media_type="application/json",
                                  refers_to=response_id)
    return Exchange(url=url, method="GET", started_at=NOW, ended_at=NOW,
                    peer=Peer(host="example.org", port=443, address="192.0.2.1"), request=asked.ref,
                    response=answered.ref, status=200, media_type="image/jpeg",
                    payload_sha256=sha256(content) if revisit_of is None else None, payload_length=len(content),
                    content_sha256=sha256(content) if revisit_of is None else None, content_length=len(content),
                    other_records=(tls.ref,))


def item_of(writer, exchange: Exchange) -> Item:
    return Item(id=writer.new_item_id(), kind=ItemKind.PHOTO, sha256=exchange.content_sha256, url=exchange.url,
                length=exchange.content_length, media_type="image/jpeg", source=exchange.response, obtained_at=NOW)


def capture_of(exchanges: tuple[Exchange, ...], items: tuple[Item, ...], number: int) -> Captured:
    return Captured(circumstances=AROUND, capture=Capture(
        id=f"{number:016x}", url="https://example.org/", final_url="https://example.org/", started_at=NOW, ended_at=NOW,
        client="requests", verdict=Verdict.COMPLETE, reasons=(), against="", sent=1, recorded=1, exchanges=exchanges,
        items=items))


@pytest.fixture
def web(investigation):
    """Two photos captured, the first of them seen again as a revisit, and an exchange that no event names."""
    with investigation.writer() as writer:
        warc = writer.warc()
        photo, other = recorded(warc, "photo", b"photo"), recorded(warc, "other", b"other")
        recorded(warc, "unreported", b"lost in a crash")
        writer.sync()
        original = writer.case.record(photo.response.record)
        again = recorded(warc, "again", b"photo", revisit_of=original)
        writer.sync()
        items = (item_of(writer, photo), item_of(writer, other))
        writer.append(capture_of((photo, other), items, 1))
        writer.append(capture_of((again,), (), 2))
    return investigation, items


def disclosed(made, *not_selected: str) -> list[tuple[WarcType, str]]:
    case = Case.open(made.case.layout.root)
    entries = disclosed_records(case, select(gather(case.events()), not_selected))
    assert list(entries) == sorted(entries, key=lambda entry: (entry.file, entry.offset))
    return [(entry.type, entry.uri.removeprefix("https://example.org/")) for entry in entries]


WHOLE = [WarcType.REQUEST, WarcType.RESPONSE, WarcType.METADATA]


def test_records_that_events_name_are_disclosed_with_the_warcinfo_and_no_other(web):
    made, _ = web
    assert disclosed(made) == [(WarcType.WARCINFO, ""), *((kind, "photo") for kind in WHOLE),
                               *((kind, "other") for kind in WHOLE), (WarcType.REQUEST, "again"),
                               (WarcType.REVISIT, "again"), (WarcType.METADATA, "again")]


def test_a_left_out_item_takes_along_whatever_refers_to_it(web):
    """The revisit names the left-out response, and its metadata names the revisit."""
    made, items = web
    assert disclosed(made, items[0].id) == [(WarcType.WARCINFO, ""), *((kind, "other") for kind in WHOLE),
                                            (WarcType.REQUEST, "again")]


def test_a_record_that_an_event_names_and_the_case_has_not_is_missing(web):
    made, _ = web
    for path in made.case.layout.warcs.iterdir():
        path.unlink()
    made.case.layout.catalogue.unlink()
    with pytest.raises(MissingContent):
        disclosed(made)
