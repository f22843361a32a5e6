"""WARC files that others made: read as warcio reads them, and further."""

import base64
import hashlib
import random
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from evidence_store.errors import EvidenceError
from evidence_store.warc.entries import entries
from evidence_store.warc.integrity import DigestState, PayloadReading, check_record
from evidence_store.warc.members import Damage
from evidence_store.warc.model import RecordEntry
from evidence_store.warc.reader import Record, read_records
from evidence_store.warc.wacz_reader import open_wacz

from .conftest import http_response

# Files of which warcio reads less than there is: it stops at the first block of one big member.
WARCIO_STOPS = {"example-bad-non-chunked.warc.gz": 6, "example-bad.warc.gz.bad": 6, "example-wrong-chunks.warc.gz": 2}


@pytest.fixture(scope="module")
def foreign(shared_data: Path) -> list[Path]:
    found = [path for path in sorted((shared_data / "1_warc").rglob("*"))
             if re.search(r"\.warc(\.gz)?(\.bad)?$", path.name)]
    assert len(found) >= 20
    return found


def records(path: Path) -> list[Record]:
    return [found for found in read_records(path) if isinstance(found, Record)]


def test_every_file_gives_the_records_that_warcio_finds(foreign: list[Path]) -> None:
    for path in foreign:
        ours = [(record.fields.get("WARC-Type"), record.fields.uri) for record in records(path)]
        if path.name in WARCIO_STOPS:
            assert len(ours) == WARCIO_STOPS[path.name], path
            continue
        with path.open("rb") as stream:
            theirs = [(record.rec_type, record.rec_headers.get_header("WARC-Target-URI") or "")
                      for record in ArchiveIterator(stream, no_record_parse=True)]
        # warcio percent-encodes spaces in the URI as it reads.
        assert [(kind, uri.replace(" ", "%20")) for kind, uri in ours] == theirs, path


def test_every_offset_and_length_is_that_of_warcio(foreign: list[Path]) -> None:
    for path in foreign:
        if path.name in WARCIO_STOPS or any(isinstance(found, Damage) for found in read_records(path)):
            continue
        with path.open("rb") as stream:
            reading = ArchiveIterator(stream, no_record_parse=True)
            theirs = [(reading.get_record_offset(), reading.get_record_length()) for _ in reading]
        assert [(found.offset, found.length) for found in entries(path) if isinstance(found, RecordEntry)] == theirs


def test_digests_agree_with_warcio_check(foreign: list[Path]) -> None:
    """Where warcio finds digests right, so do we; where it finds one wrong, ours is wrong or cannot be a digest."""
    seen = set()
    for path in foreign:
        if path.name in WARCIO_STOPS:
            continue
        ours = [check_record(record) for record in _current(path)]
        with path.open("rb") as stream:
            for check, record in zip(ours, ArchiveIterator(stream, check_digests=True), strict=True):
                with suppress(AttributeError):     # warcio cannot read brotli where google's library is installed
                    record.content_stream().read()
                while record.raw_stream.read(8192):
                    pass
                passed = record.digest_checker.passed
                seen.add(passed)
                if passed is True:
                    assert check.is_intact, (path, check)
                elif passed is False:
                    assert {DigestState.MISMATCH, DigestState.UNKNOWN} & {check.block.state, check.payload.state}, check
    assert seen == {True, False, None}


def _current(path: Path) -> Iterator[Record]:
    return (found for found in read_records(path) if isinstance(found, Record))


def test_no_mutation_of_real_files_makes_reading_fail(foreign: list[Path], tmp_path: Path) -> None:
    dice = random.Random(11)
    target = tmp_path / "mutated"
    for path in foreign:
        data = path.read_bytes()[:200_000]
        for _ in range(25):
            changed = bytearray(data)
            for _ in range(dice.randrange(1, 8)):
                changed[dice.randrange(len(changed))] = dice.randrange(256)
            del changed[dice.randrange(len(changed)):dice.choice([0, len(changed)])]
            target.write_bytes(changed)
            for found in read_records(target):
                if isinstance(found, Record):
                    check_record(found)
            list(entries(target))


def test_every_wacz_lists_its_files_and_gives_them_out(shared_data: Path, tmp_path: Path) -> None:
    found = 0
    for number, path in enumerate(sorted((shared_data / "1_warc").rglob("*.wacz"))):
        with open_wacz(path) as wacz:
            for warc in wacz.warcs:
                target = tmp_path / f"{number}.warc.gz"
                wacz.extract(warc, target)
                assert records(target), path
                found += 1
            assert all(page.url for page in wacz.pages())
    assert found >= 2


def test_malformed_zip_files_are_refused_with_a_typed_error(shared_data: Path) -> None:
    found = sorted((shared_data / "8_malformed").rglob("*.zip"))
    assert found
    for path in found:
        with pytest.raises(EvidenceError), open_wacz(path) as wacz:
            wacz.pages()


def record(fields: str, block: bytes = b"") -> bytes:
    return f"{fields}\r\nContent-Length: {len(block)}\r\n\r\n".encode() + block + b"\r\n\r\n"


@pytest.mark.parametrize(("fields", "uri", "kind"), [
    ("WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: <http://h/>", "http://h/", "response"),
    ("WARC/1.0\r\nwarc-type: Response\r\nwarc-target-uri:http://h/a b", "http://h/a b", "response"),
    ("WARC/0.18\nWARC-Type: resource\nWARC-Target-URI: file:///x y", "file:///x y", "resource"),
    ("WARC/1.1\r\nWARC-Type: surprise\r\nWARC-Target-URI: http://h/", "http://h/", None),
    ("WARC/1.1\r\nWARC-Type: metadata\r\nWARC-Target-URI: http://h/\r\n  folded", "http://h/ folded", "metadata"),
    ("WARC/1.1\r\nWARC-Type: metadata\r\nno colon\r\nWARC-Target-URI: http://h/", "http://h/", "metadata"),
    ("WARC/1.1", "", None),
])
def test_odd_fields_are_read(tmp_path: Path, fields: str, uri: str, kind: str | None) -> None:
    path = tmp_path / "odd.warc"
    path.write_bytes(record(fields, b"block") + record("WARC/1.1\r\nWARC-Type: resource", b"next"))
    first, second = records(path)
    assert (first.fields.uri, first.fields.type) == (uri, kind)
    assert second.fields.type == "resource"


@pytest.mark.parametrize(("declared", "block", "state", "reading"), [
    ("sha1:TLVQNPLIZPUPBWVXMPFHXWQLAFMLJNNK", b"x", DigestState.MISMATCH, None),
    ("crc32:AAAA", b"x", DigestState.UNKNOWN, None), ("sha256:zz", b"x", DigestState.UNKNOWN, None),
    ("", b"x", DigestState.ABSENT, None),
    ("md5:9dd4e461268c8034f5c8564e155c67a6", b"x", DigestState.MATCH, PayloadReading.AS_SENT),
    ("sha-256:2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881", b"x", DigestState.MATCH,
     PayloadReading.AS_SENT),
    ("sha1:CH3K27MWPWOIHFUM32Y7AI7EPKRDOGL5", b"x", DigestState.MISMATCH, None),
    *((f"sha1:{spelt}", b"x", DigestState.MATCH, PayloadReading.AS_SENT) for spelt in (
        hashlib.sha1(b"x").hexdigest(), hashlib.sha1(b"x").hexdigest().upper(),
        base64.b32encode(hashlib.sha1(b"x").digest()).decode(), base64.b64encode(hashlib.sha1(b"x").digest()).decode(),
        base64.urlsafe_b64encode(hashlib.sha1(b"x").digest()).decode().rstrip("="))),
])
def test_payload_digests_in_every_spelling(tmp_path: Path, declared: str, block: bytes, state: DigestState,
                                           reading: PayloadReading | None) -> None:
    path = tmp_path / "digest.warc"
    fields = f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: http://h/\r\nWARC-Payload-Digest: {declared}"
    path.write_bytes(record(fields, http_response(block)))
    (check,) = map(check_record, _current(path))
    assert (check.payload.state, check.payload.reading) == (state, reading)
    assert check.block.state is DigestState.ABSENT


def test_a_chunked_payload_may_be_digested_in_two_ways(tmp_path: Path) -> None:
    body = b"4\r\nwiki\r\n0\r\n\r\n"
    path = tmp_path / "chunked.warc"
    for over, state, reading in ((body, DigestState.MATCH, PayloadReading.AS_SENT),
                                 (b"wiki", DigestState.MATCH, PayloadReading.DECHUNKED),
                                 (b"other", DigestState.MISMATCH, None)):
        fields = ("WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: http://h/\r\n"
                  f"WARC-Payload-Digest: sha1:{hashlib.sha1(over).hexdigest()}")
        path.write_bytes(record(fields, http_response(body, "Transfer-Encoding: chunked")))
        (check,) = map(check_record, _current(path))
        assert (check.payload.state, check.payload.reading) == (state, reading)
