import hashlib
import io
import json
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from evidence_store.bundle.captures import disclosed_records
from evidence_store.bundle.contents import gather, select
from evidence_store.bundle.write import write_bundle
from evidence_store.case import Case
from evidence_store.custody.checkpoint import stored_checkpoint
from evidence_store.custody.folder import CustodyFolder
from evidence_store.errors import MissingContent, StoreDamaged
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
                    payload_sha256=sha256(content), payload_length=len(content), content_sha256=sha256(content),
                    content_length=len(content), other_records=(tls.ref,))


def item_of(writer, exchange: Exchange, kind: ItemKind = ItemKind.PHOTO) -> Item:
    return Item(id=writer.new_item_id(), kind=kind, sha256=exchange.content_sha256, url=exchange.url,
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
        items = (item_of(writer, photo), item_of(writer, other, ItemKind.PAGE))
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


def test_a_left_out_item_takes_along_the_exchanges_that_showed_the_same_bytes(web):
    made, items = web
    assert disclosed(made, items[0].id) == [(WarcType.WARCINFO, ""), *((kind, "other") for kind in WHOLE)]


def test_a_record_that_refers_to_a_left_out_one_is_left_out_whatever_names_it(web):
    """A conversion of the photo, named by the exchange of another item; and what refers to that conversion."""
    made, items = web
    with made.writer() as writer:
        warc = writer.warc()
        made_of = warc.write_conversion(uri="https://example.org/thumb", date=NOW, block=Block.of_bytes(b"small"),
                                        media_type="image/png", refers_to=items[0].source.record)
        about = warc.write_metadata(uri="https://example.org/about", date=NOW, block=Block.of_bytes(b"{}"),
                                    media_type="application/json", refers_to=made_of.ref.record)
        third = recorded(warc, "third", b"third")
        writer.append(capture_of((replace(third, other_records=(made_of.ref, about.ref)),), (), 3))
    assert {(WarcType.CONVERSION, "thumb"), (WarcType.METADATA, "about")} <= set(disclosed(made))
    kept = set(disclosed(made, items[0].id))
    assert (WarcType.RESPONSE, "third") in kept
    assert not {(WarcType.CONVERSION, "thumb"), (WarcType.METADATA, "about")} & kept


def test_a_record_that_an_event_names_and_the_case_has_not_is_missing(web):
    made, _ = web
    for path in made.case.layout.warcs.iterdir():
        path.unlink()
    made.case.layout.catalogue.unlink()
    with pytest.raises(MissingContent):
        disclosed(made)


def members(wacz: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(wacz)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_bundle_has_a_wacz_of_the_members_as_they_are_and_the_originals_beside_it(web):
    made, items = web
    bundle = made.seal().path
    inside = members((bundle / "data/capture.wacz").read_bytes())
    (copied,) = [content for name, content in inside.items() if name.startswith("archive/")]
    (warc,) = made.case.layout.warcs.glob("*.warc.gz")
    entries = disclosed_records(made.case, select(gather(made.case.events()), ()))
    stored = warc.read_bytes()
    assert copied == b"".join(stored[entry.offset:entry.offset + entry.length] for entry in entries)
    assert len(copied) < len(stored)
    assert (bundle / f"data/items/{items[0].id}/original.jpg").read_bytes() == b"photo"
    pages = [json.loads(line) for line in inside["pages/pages.jsonl"].splitlines()[1:]]
    assert [page["url"] for page in pages] == ["https://example.org/other"]


def test_the_wacz_in_the_bundle_is_valid_for_the_tools_of_others(web, tmp_path):
    made, _ = web
    wacz = made.seal().path / "data/capture.wacz"
    validated = subprocess.run([sys.executable, "-m", "wacz.main", "validate", "-f", wacz], capture_output=True)
    assert validated.returncode == 0, validated.stderr.decode()
    for name, content in members(wacz.read_bytes()).items():
        if name.startswith("archive/"):
            (tmp_path / "copy.warc.gz").write_bytes(content)
    checked = subprocess.run([sys.executable, "-m", "warcio.cli", "check", "-v", tmp_path / "copy.warc.gz"],
                             capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout


def test_nothing_of_a_left_out_photo_is_in_the_wacz(web):
    made, items = web
    bundle = made.seal(not_selected=(items[0].id,)).path
    inside = members((bundle / "data/capture.wacz").read_bytes())
    assert b"example.org/other" in inside["indexes/index.cdxj"]
    assert b"photo" not in inside["indexes/index.cdxj"]


def test_a_bundle_with_captures_is_the_same_bytes_twice(web):
    made, _ = web
    first = made.seal()
    with made.writer() as writer:
        recorded(writer.warc(), "later", b"later")
    case = Case.open(made.case.layout.root)
    (checkpoint,) = stored_checkpoint(CustodyFolder(case.layout.custody), first.checkpoint_size).signed()
    second = write_bundle(case, checkpoint, made.options(), created_at=datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC),
                          documents=made.documents, signer=made.signer, destination=made.folder / "again")
    trees = [{str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}
             for root in (first.path, second.path)]
    assert trees[0] == trees[1]


@pytest.mark.parametrize("record", ["photo", "request of other", "metadata of again"])
def test_a_record_that_changed_on_disk_stops_the_bundle(web, record):
    """Also one that is no item's original: every block is read before it is copied."""
    made, _ = web
    (warc,) = made.case.layout.warcs.glob("*.warc.gz")
    entries = disclosed_records(made.case, select(gather(made.case.events()), ()))
    kind, name = {"photo": (WarcType.RESPONSE, "photo"), "request of other": (WarcType.REQUEST, "other"),
                  "metadata of again": (WarcType.METADATA, "again")}[record]
    (entry,) = [found for found in entries if found.type is kind and found.uri.endswith(name)]
    stored = bytearray(warc.read_bytes())
    stored[entry.offset + entry.length // 2] ^= 0xFF
    warc.write_bytes(stored)
    with pytest.raises(StoreDamaged):
        made.seal()
    assert not (made.folder / "bundle").exists()
