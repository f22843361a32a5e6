"""What stands in archives becomes items: with address, date and place, the archive kept byte for byte."""

import gzip
import hashlib
import zipfile
from datetime import UTC, datetime

import pytest
from case_factory import CIRCUMSTANCES

from evidence_store.bundle.archives import archives_left_out
from evidence_store.records import ItemKind
from muniment.flows.environment import Environment
from muniment.flows.importing import Provenance, import_paths

JPEG = b"\xff\xd8\xff\xe0" + bytes(100)
PAGE = b"<!doctype html><p>57 killed"


def record(kind: str, uri: str, block: bytes, *, identifier: str, date: str = "2015-03-02T10:00:00Z") -> bytes:
    content = "application/http" if kind in {"response", "request"} else "image/jpeg"
    return (f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{identifier}>\r\nWARC-Date: {date}\r\n"
            f"WARC-Target-URI: {uri}\r\nContent-Type: {content}\r\nContent-Length: {len(block)}\r\n\r\n"
            ).encode() + block + b"\r\n\r\n"


def http(body: bytes, media_type: str, status: int = 200, coding: str = "") -> bytes:
    head = f"HTTP/1.1 {status} X\r\nContent-Type: {media_type}\r\n"
    head += f"Content-Encoding: {coding}\r\n" if coding else ""
    return head.encode() + b"\r\n" + body


ZIPPED = gzip.compress(PAGE, mtime=0)
RECORDS = (
    record("request", "https://a.example/", b"GET / HTTP/1.1\r\n\r\n", identifier="1"),
    record("response", "https://a.example/", http(ZIPPED, "text/html", coding="gzip"), identifier="2"),
    record("response", "https://a.example/photo.jpg", http(JPEG, "image/jpeg"), identifier="3",
           date="2014-01-01T00:00:00Z"),
    record("response", "https://a.example/style.css", http(b"a {}", "text/css"), identifier="4"),
    record("response", "https://a.example/gone", http(b"<p>gone", "text/html", 404), identifier="5"),
    record("response", "https://b.example/same.jpg", http(JPEG, "image/jpeg"), identifier="6"),
    record("resource", "urn:view:https://a.example/", JPEG + b"1", identifier="7"),
)


@pytest.fixture
def take_in(make_case):
    """Import paths into a case."""
    made = make_case()

    def run(*paths):
        with made.writer("import") as writer:
            return import_paths(writer, paths, Provenance(received_from="SOURCE-07"), CIRCUMSTANCES,
                                Environment(clock=made.clock, random=made.random))
    run.made = made
    return run


def wacz(path, warc: bytes, compression=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path, "w", compression) as archive:
        archive.writestr("datapackage.json", "{}")
        archive.writestr("archive/data.warc.gz", warc)
    return path


@pytest.mark.parametrize("form", ["warc", "warc.gz", "wacz", "deflated wacz"])
def test_contents_become_items_with_address_and_date_of_their_records(take_in, tmp_path, form):
    packed = b"".join(gzip.compress(one, mtime=0) for one in RECORDS)
    if "wacz" in form:
        path = wacz(tmp_path / "a.wacz", packed, zipfile.ZIP_DEFLATED if "deflated" in form else zipfile.ZIP_STORED)
    else:
        path = tmp_path / f"a.{form}"
        path.write_bytes(packed if form.endswith("gz") else b"".join(RECORDS))
    done = take_in(path)
    archive, *items = done.items
    assert archive.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert [(item.url, item.kind, item.length) for item in items] == [
        ("https://a.example/", ItemKind.PAGE, len(PAGE)), ("https://a.example/photo.jpg", ItemKind.PHOTO, len(JPEG)),
        ("https://b.example/same.jpg", ItemKind.PHOTO, len(JPEG)),
        ("urn:view:https://a.example/", ItemKind.PHOTO, len(JPEG) + 1)]
    photo = items[1]
    assert photo.obtained_at == datetime(2014, 1, 1, tzinfo=UTC)
    assert (photo.within.item, photo.within.record) == (archive.id, "urn:uuid:3")
    assert items[2].same_bytes_as == photo.id
    with take_in.made.case.open_item(items[0]) as stream:
        assert stream.read() == PAGE


def test_the_same_archive_again_brings_nothing_new(take_in, tmp_path):
    (tmp_path / "a.warc").write_bytes(b"".join(RECORDS))
    first = take_in(tmp_path / "a.warc")
    again = take_in(tmp_path / "a.warc")
    assert (len(first.items), again.items, len(again.known)) == (5, (), 5)


def test_a_cut_archive_gives_what_stands_before_the_cut_and_says_the_rest(take_in, tmp_path):
    (tmp_path / "a.warc.gz").write_bytes(b"".join(gzip.compress(one) for one in RECORDS)[:-40])
    done = take_in(tmp_path / "a.warc.gz")
    assert len(done.items) == 4
    assert any("cut" in failure.reason for failure in done.unread)
    assert done.failures == ()


def test_a_zip_of_photos_gives_photos_and_a_document_stays_one_file(take_in, tmp_path):
    for name, members in (("photos.zip", {"DCIM/1.jpg": JPEG, "__MACOSX/._1.jpg": b"x", "notes.txt": b"words"}),
                          ("letter.docx", {"[Content_Types].xml": b"<x>", "word/media/image1.jpg": JPEG + b"2"})):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            for member, content in members.items():
                archive.writestr(member, content)
    done = take_in(tmp_path / "photos.zip", tmp_path / "letter.docx")
    assert [(item.name, item.within.member if item.within else "") for item in done.items] == [
        ("photos.zip", ""), ("letter.docx", ""), ("photos.zip!DCIM/1.jpg", "DCIM/1.jpg"),
        ("photos.zip!notes.txt", "notes.txt")]


def test_a_bomb_in_a_zip_is_left_in_it(take_in, tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb", bytes(70 << 20))
    done = take_in(tmp_path / "a.zip")
    assert [item.name for item in done.items] == ["a.zip"]
    assert "would come out" in done.unread[0].reason


# Two blocks with one MD5 (Wang, Feng, Lai, Yu 2004): a collision that anybody can make today.
_ONE = bytes.fromhex("d131dd02c5e6eec4693d9a0698aff95c2fcab58712467eab4004583eb8fb7f8955ad340609f4b30283e488832571415a"
                     "085125e8f7cdc99fd91dbdf280373c5bd8823e3156348f5bae6dacd436c919c6dd53e2b487da03fd02396306d248cda0"
                     "e99f33420f577ee8ce54b67080a80d1ec69821bcb6a8839396f9652b6ff72a70")
_TWO = bytes.fromhex("d131dd02c5e6eec4693d9a0698aff95c2fcab50712467eab4004583eb8fb7f8955ad340609f4b30283e4888325f1415a"
                     "085125e8f7cdc99fd91dbd7280373c5bd8823e3156348f5bae6dacd436c919c6dd53e23487da03fd02396306d248cda0"
                     "e99f33420f577ee8ce54b67080280d1ec69821bcb6a8839396f965ab6ff72a70")


def test_files_with_one_md5_stay_two_items(take_in, tmp_path):
    assert hashlib.md5(_ONE, usedforsecurity=False).digest() == hashlib.md5(_TWO, usedforsecurity=False).digest()
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a").write_bytes(_ONE)
    (tmp_path / "in" / "b").write_bytes(_TWO)
    first, second = take_in(tmp_path / "in").items
    assert (first.same_bytes_as, second.same_bytes_as) == (None, None)
    assert first.sha256 != second.sha256


def test_the_collision_of_sha1_stays_two_items(take_in, shared_data):
    folder = shared_data / "6_timestamp/opentimestamps+opentimestamps-client/examples/sha1"
    one, two = (hashlib.sha1((folder / name).read_bytes(), usedforsecurity=False).digest() for name in "ab")
    assert one == two
    assert len({item.sha256 for item in take_in(folder / "a", folder / "b").items}) == 2


def test_an_archive_of_what_is_withheld_is_not_handed_over_either(take_in, tmp_path):
    (tmp_path / "a.warc").write_bytes(b"".join(RECORDS))
    archive, page, *_ = take_in(tmp_path / "a.warc").items
    assert archives_left_out(take_in.made.case.events(), [page.id]) == (archive.id,)
    assert archives_left_out(take_in.made.case.events(), [archive.id]) == ()


def test_bytes_that_are_no_archive_are_only_a_file(take_in, tmp_path):
    for name, content in (("a.warc", b"\0" * 50), ("b.zip", b"PK\x03\x04nothing"), ("c.arc", b"x"),
                          ("d.warc.gz", gzip.compress(b"no record")), ("e.wacz", b"PK\x03\x04")):
        (tmp_path / name).write_bytes(content)
    done = take_in(*(tmp_path / name for name in ("a.warc", "b.zip", "c.arc", "d.warc.gz", "e.wacz")))
    assert len(done.items) == 5
    assert done.failures == ()
