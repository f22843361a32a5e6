"""WARC files are checked against themselves and against the ledger, past damage and to the end."""

import gzip
import shutil
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evidence_store.events import Captured, Event
from evidence_store.findings import Outcome
from evidence_store.records import (
    Capture,
    CaptureId,
    Circumstances,
    Exchange,
    Item,
    ItemId,
    ItemKind,
    Peer,
    RecordId,
    Sha256,
    Tool,
    Verdict,
)
from evidence_store.warc.model import Block, RecordEntry
from evidence_store.warc.writer import WarcWriter
from verify.checks import check_warcs, named_records

NOW = datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)
TOOLS = (Tool(name="Muniment", version="0"),)


def made(folder: Path) -> tuple[Path, tuple[Event, ...], list[RecordEntry]]:
    """A WARC with three exchanges, the events that name them, and its records."""
    records: list[RecordEntry] = []
    counter = iter(range(1, 1000))
    exchanges = []
    with WarcWriter(folder, case_prefix="0123abcd", clock=lambda: NOW, software=TOOLS, on_record=records.append,
                    random=lambda size: next(counter).to_bytes(size)) as writer:
        for number in range(3):
            url = f"http://liveblog.example:80/{number}#part"
            body = f"answer {number} ".encode() * 200
            response = writer.write_response(uri=url, date=NOW, block=Block.of_bytes(
                b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)))
            request = writer.write_request(uri=url, date=NOW, concurrent_to=(response.ref.record,),
                                           block=Block.of_bytes(b"GET /%d HTTP/1.1\r\n\r\n" % number))
            exchanges.append(Exchange(
                url=url, method="GET", started_at=NOW, ended_at=NOW, request=request.ref,
                response=response.ref, status=200,
                peer=Peer(host="liveblog.example", port=80, address="192.0.2.1"), media_type="text/plain",
                payload_sha256=None, payload_length=len(body)))
    item = Item(id=ItemId("ITEM-0001"), kind=ItemKind.PAGE, sha256=Sha256("0" * 64), length=1, media_type="text/plain",
                source=exchanges[1].response, obtained_at=NOW)
    capture = Capture(id=CaptureId("0" * 16), url="http://liveblog.example/0", final_url="", started_at=NOW,
                      ended_at=NOW,
                      client="requests", verdict=Verdict.COMPLETE, reasons=(), against="", sent=3, recorded=3,
                      exchanges=tuple(exchanges), items=(item,))
    around = Circumstances(collector="", machine="", clock="", egress="", identity="", tools=())
    events = (Event(seq=0, time=NOW, key="k", body=Captured(capture=capture, circumstances=around)),)
    (path,) = folder.glob("*.warc.gz")
    return path, events, records


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    return made(tmp_path_factory.mktemp("warcs"))


@pytest.fixture
def warc(original, tmp_path) -> Path:
    return Path(shutil.copy(original[0], tmp_path))


def found(path: Path, events, **kwargs):
    return list(check_warcs([path], named_records(events), **kwargs))


def failed(findings) -> set[str]:
    return {finding.check for finding in findings if finding.outcome is Outcome.FAIL}


def member(path: Path, entry: RecordEntry) -> bytes:
    return path.read_bytes()[entry.offset:entry.offset + entry.length]


def rewritten(path: Path, entry: RecordEntry, change) -> None:
    """Replace a record by a changed one in a valid gzip member."""
    data = path.read_bytes()
    new = gzip.compress(change(gzip.decompress(member(path, entry))), mtime=0)
    path.write_bytes(data[:entry.offset] + new + data[entry.offset + entry.length:])


def response(records: list[RecordEntry], number: int) -> RecordEntry:
    return [entry for entry in records if entry.type == "response"][number]


def test_an_untouched_file_is_whole_and_everything_named_is_there(original, warc):
    findings = found(warc, original[1], tools=TOOLS)
    assert [(one.check, one.outcome) for one in findings] == [("warc.whole", Outcome.PASS)]
    assert findings[0].details["records"] == 7
    assert findings[0].tools == TOOLS


def test_a_cut_tail_is_named_with_its_offset_and_what_the_ledger_misses(original, warc):
    last = original[2][-1]
    warc.write_bytes(warc.read_bytes()[:last.offset + last.length // 2])
    findings = found(warc, original[1])
    assert failed(findings) == {"warc.damage", "warc.missing"}
    assert [one.details["offset"] for one in findings if one.check == "warc.damage"] == [last.offset]


def test_a_flipped_byte_is_named_and_the_records_after_it_are_still_checked(original, warc):
    broken = response(original[2], 1)
    data = bytearray(warc.read_bytes())
    data[broken.offset + broken.length // 2] ^= 0x40
    warc.write_bytes(bytes(data))
    findings = found(warc, original[1])
    assert {one.details["offset"] for one in findings if one.check == "warc.damage"} == {broken.offset}
    missing = [one for one in findings if one.check == "warc.missing"]
    assert [(one.details["record"], one.item) for one in missing] == [(broken.ref.record, "ITEM-0001")]


def test_a_forged_block_with_its_old_digests_is_found_by_them(original, warc):
    rewritten(warc, response(original[2], 0), lambda record: record.replace(b"answer 0", b"ANSWER 0"))
    assert failed(found(warc, original[1])) == {"warc.digest", "warc.ledger"}


def test_a_forged_block_with_new_digests_is_found_by_the_ledger(original, warc, tmp_path):
    entry = response(original[2], 1)
    other = tmp_path / "other"
    other.mkdir()
    with WarcWriter(other, case_prefix="0123abcd", clock=lambda: NOW, software=(), random=bytes,
                    on_record=lambda _: None) as writer:
        forged = writer.write_response(uri="http://liveblog.example/1", date=NOW, record_id=entry.ref.record,
                                       block=Block.of_bytes(b"HTTP/1.1 200 OK\r\n\r\nforged"))
    data = warc.read_bytes()
    (source,) = other.glob("*.warc.gz")
    warc.write_bytes(data[:entry.offset] + member(source, forged) + data[entry.offset + entry.length:])
    findings = found(warc, original[1])
    assert failed(findings) == {"warc.ledger"}
    assert [one.item for one in findings if one.outcome is Outcome.FAIL] == ["ITEM-0001"]


def test_a_record_whose_address_was_forged_is_found_by_the_ledger(original, warc):
    rewritten(warc, response(original[2], 0),
              lambda record: record.replace(b"liveblog.example/0", b"liveblog.example/9", 1))
    assert failed(found(warc, original[1])) == {"warc.ledger"}


def test_a_record_without_its_digests_is_not_believed(original, warc):
    def without(record: bytes) -> bytes:
        head, _, block = record.partition(b"\r\n\r\n")
        return b"\r\n".join(line for line in head.split(b"\r\n") if b"Digest" not in line) + b"\r\n\r\n" + block

    rewritten(warc, response(original[2], 0), without)
    assert failed(found(warc, original[1])) == {"warc.ledger"}


def test_a_record_put_in_twice_is_found(original, warc):
    warc.write_bytes(warc.read_bytes() + member(warc, response(original[2], 2)))
    assert failed(found(warc, original[1])) == {"warc.ledger"}


def test_a_record_of_no_event_is_listed_and_passes_nothing(original, warc):
    findings = found(warc, ())
    unnamed = [one for one in findings if one.check == "warc.unnamed"]
    assert [(one.outcome, one.details["count"]) for one in unnamed] == [(Outcome.INCONCLUSIVE, 6)]


def test_a_file_that_is_gone_is_as_many_missing_records(original):
    findings = list(check_warcs([], named_records(original[1])))
    assert [one.check for one in findings] == ["warc.missing"] * 6


def test_rubbish_between_members_is_named_and_nothing_after_it_is_lost(original, warc):
    entry = response(original[2], 1)
    data = warc.read_bytes()
    warc.write_bytes(data[:entry.offset] + b"\0" * 5000 + data[entry.offset:])
    findings = found(warc, original[1])
    assert failed(findings) == {"warc.damage"}
    assert [(one.details["offset"], one.details["length"]) for one in findings if one.check == "warc.damage"] == [
        (entry.offset, 5000)]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(position=st.integers(min_value=0), mask=st.integers(min_value=1, max_value=255))
def test_any_changed_byte_of_what_a_member_says_is_a_failure(original, tmp_path, position, mask):
    path, events, _ = original
    data = bytearray(path.read_bytes())
    position %= len(data)
    data[position] ^= mask
    changed = tmp_path / path.name
    changed.write_bytes(bytes(data))
    if _says_the_same(bytes(data), path.read_bytes()):
        return      # a flag or time in a gzip header says nothing of the record
    assert failed(found(changed, events))


def _says_the_same(changed: bytes, whole: bytes) -> bool:
    try:
        return gzip.decompress(changed) == gzip.decompress(whole)
    except (OSError, EOFError, zlib.error):
        return False


def test_files_of_other_projects_never_end_the_run(shared_data):
    files = [path for path in sorted((shared_data / "1_warc").rglob("*.warc*")) if path.is_file()]
    assert len(files) > 15
    findings = list(check_warcs(files, {}))
    by_file = {one.details.get("file") for one in findings}
    assert {"example.warc.gz", "example-bad.warc.gz.bad"} <= by_file
    assert not [one for one in findings if one.check == "warc.ledger"]


def test_named_records_tell_the_item_and_the_address(original):
    _, events, records = original
    named = named_records(events)
    entry = named[RecordId(response(records, 1).ref.record)]
    assert (entry.item, entry.uri) == ("ITEM-0001", "http://liveblog.example/1")
    assert len(named) == 6
