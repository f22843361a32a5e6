"""ARC files, plain and compressed: their records, and their damage where it stands."""

import gzip
from contextlib import suppress

import pytest

from evidence_store.errors import WarcDamaged
from evidence_store.warc.arc import read_arc
from evidence_store.warc.members import Damage

ABOUT = b"1 0 Test\nURL IP-address Archive-date Content-type Archive-length\n"
HEAD = b"filedesc://a.arc 0.0.0.0 20140216050221 text/plain %d\n" % len(ABOUT) + ABOUT + b"\n"
BODY = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\nPNG"


def record(url: bytes = b"http://example.com/a b", length: bytes | None = None) -> bytes:
    return url + b" 192.0.2.1 20140216050222 image/png " + (length or b"%d" % len(BODY)) + b"\n" + BODY + b"\n"


def read(path):
    found = []
    with path.open("rb") as file:
        for one in read_arc(path, file, path.stat().st_size):
            if isinstance(one, Damage):
                found.append(one.fault.value)
                continue
            content = b""
            with suppress(WarcDamaged):
                while piece := one.read(100):
                    content += piece
            found.append((one.fields.uri, content))
    return found


@pytest.mark.parametrize("compressed", [False, True])
def test_records_come_with_their_addresses_and_blocks(tmp_path, compressed):
    parts = [HEAD, record(), record(b"dns:example.com")]
    path = tmp_path / "a.arc"
    path.write_bytes(b"".join(gzip.compress(part) for part in parts) if compressed else b"".join(parts))
    assert read(path)[1:] == [("http://example.com/a b", BODY), ("dns:example.com", BODY)]


def test_a_date_of_an_arc_is_utc(tmp_path):
    path = tmp_path / "a.arc"
    path.write_bytes(HEAD + record())
    with path.open("rb") as file:
        dates = [one.fields.date for one in read_arc(path, file, path.stat().st_size)]
    assert dates[1].isoformat() == "2014-02-16T05:02:22+00:00"


@pytest.mark.parametrize(("content", "found"), [
    (HEAD + record()[:-20], ["cut"]), (HEAD + record(length=b"-1") + record(b"http://b.example/"), ["record"]),
    (HEAD + b"rubbish\n" * 5 + record(b"http://b.example/"), ["record"]), (b"", []), (b"\0" * 100, ["record"]),
])
def test_damage_is_named_and_reading_goes_on(tmp_path, content, found):
    path = tmp_path / "a.arc"
    path.write_bytes(content)
    seen = read(path)
    assert [one for one in seen if isinstance(one, str)] == found
    if b"b.example" in content:
        assert seen[-1][0] == "http://b.example/"
