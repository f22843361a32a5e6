from dataclasses import replace
from datetime import UTC, datetime

import pytest

from evidence_store.bundle.contents import gather, select
from evidence_store.errors import BundleRefused
from evidence_store.events import Captured, Disclose, Event, Imported
from evidence_store.records import (
    BlobRef,
    Capture,
    Circumstances,
    Exchange,
    Item,
    ItemKind,
    Peer,
    Verdict,
    WarcRef,
)

NOW = datetime(2026, 1, 2, tzinfo=UTC)
AROUND = Circumstances(collector="inv1", machine="Linux", clock="", egress="direct", identity="none", tools=())


def ref(name: str) -> WarcRef:
    return WarcRef(record=f"urn:uuid:{name}", sha256="0" * 64, length=1)


def exchange(name: str, content: str) -> Exchange:
    return Exchange(url=f"https://example.org/{name}", method="GET", started_at=NOW, ended_at=NOW,
                    peer=Peer(host="example.org", port=443, address="192.0.2.1"), request=ref(f"{name}-request"),
                    response=ref(name), status=200, media_type="image/jpeg", payload_sha256=content * 64,
                    payload_length=1, content_sha256=content * 64, content_length=1,
                    other_records=(ref(f"{name}-tls"), ref("dns")))


def item(number: int, name: str, content: str) -> Item:
    return Item(id=f"ITEM-{number:04d}", kind=ItemKind.PHOTO, sha256=content * 64, length=1, media_type="image/jpeg",
                source=ref(name), obtained_at=NOW)


def captured(seq: int, exchanges: tuple[Exchange, ...], items: tuple[Item, ...]) -> Event:
    capture = Capture(id=f"{seq:016x}", url="https://example.org/", final_url="https://example.org/", started_at=NOW,
                      ended_at=NOW, client="requests", verdict=Verdict.COMPLETE, reasons=(), against="", sent=1,
                      recorded=1, exchanges=exchanges, items=items)
    return Event(seq=seq, time=NOW, key="SHA256:k", body=Captured(capture=capture, circumstances=AROUND))


PAGE, PHOTO, AGAIN, COPY = exchange("page", "a"), exchange("photo", "b"), exchange("again", "b"), exchange("copy", "c")
EVENTS = [
    captured(0, (PAGE, PHOTO), (item(1, "page", "a"), item(2, "photo", "b"))),
    captured(1, (AGAIN, COPY), (item(3, "copy", "c"),)),
    Event(seq=2, time=NOW, key="SHA256:k", body=Imported(
        items=(replace(item(4, "", "c"), source=BlobRef(sha256="c" * 64, length=1)),), received_from="", how="",
        circumstances=AROUND)),
    Event(seq=3, time=NOW, key="SHA256:k", body=Disclose(bundle="0" * 32, recipient="court")),
]


def names(*stems: str) -> set[str]:
    return {f"urn:uuid:{stem}{suffix}" for stem in stems for suffix in ("", "-request", "-tls")}


DNS = {"urn:uuid:dns"}        # one answer that several exchanges share


def test_everything_the_events_name_is_selected():
    selection = select(gather(EVENTS), ())
    assert [kept.id for kept in selection.items] == ["ITEM-0001", "ITEM-0002", "ITEM-0003", "ITEM-0004"]
    assert selection.records == names("page", "photo", "again", "copy") | DNS
    assert selection.left_out == frozenset()


def test_an_item_left_out_takes_its_exchange_and_every_other_of_the_same_bytes_with_it():
    selection = select(gather(EVENTS), ["ITEM-0002"])
    assert [kept.id for kept in selection.items] == ["ITEM-0001", "ITEM-0003", "ITEM-0004"]
    assert selection.records == names("page", "copy") | DNS
    assert selection.left_out == names("photo", "again")


def test_bytes_that_a_selected_item_has_too_are_left_out_only_where_they_are_the_source():
    events = [EVENTS[0], captured(1, (AGAIN, COPY), (item(3, "again", "b"),)), *EVENTS[2:]]
    selection = select(gather(events), ["ITEM-0002"])
    assert selection.left_out == names("photo")
    assert selection.records == names("page", "again", "copy") | DNS


def test_an_item_that_does_not_exist_cannot_be_left_out():
    with pytest.raises(BundleRefused, match="ITEM-0009"):
        select(gather(EVENTS), ["ITEM-0009"])

