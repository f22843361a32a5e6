"""The WARC writer: verbatim blocks, honest digests, durable order, files that other tools accept."""

import gzip
import os
import random
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from evidence_store.errors import ContentMismatch, FormatError
from evidence_store.records import Truncation
from evidence_store.warc.model import Block, RecordEntry, WarcType, Wire
from evidence_store.warc.reader import Record, read_records, record_at
from evidence_store.warc.writer import WarcWriter, WriterFailed

from .conftest import STARTED, Folder, http_response, sha256

BIN = Path(sys.executable).parent
URL = "http://example.com/"


def respond(writer: WarcWriter, block: bytes, **options: object) -> RecordEntry:
    return writer.write_response(uri=URL, date=STARTED, block=Block.of_bytes(block), **options)  # type: ignore[arg-type]


def block_of(folder: Folder, entry: RecordEntry) -> bytes:
    with record_at(folder.path / entry.file, entry.offset) as record:
        return b"".join(iter(lambda: record.read(1 << 16), b""))


def fields_of(folder: Folder, entry: RecordEntry) -> Record:
    with record_at(folder.path / entry.file, entry.offset) as record:
        return record


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(blocks=st.lists(st.one_of(
    st.binary(max_size=400),
    st.binary(max_size=200).map(lambda body: http_response(body, "X: \xff\x00", " folded", "no colon here")),
    st.integers(0, 5).map(lambda seed: random.Random(seed).randbytes(70_000 + seed))), min_size=1, max_size=4))
def test_every_block_comes_back_byte_for_byte_also_through_warcio(tmp_path_factory: pytest.TempPathFactory,
                                                                  blocks: list[bytes]) -> None:
    folder = Folder(tmp_path_factory.mktemp("warcs"))
    with folder.writer() as writer:
        written = [respond(writer, block) for block in blocks]
    assert [block_of(folder, entry) for entry in written] == blocks
    with folder.warc.open("rb") as stream:
        theirs = [record.raw_stream.read() for record in ArchiveIterator(stream, no_record_parse=True)]
    assert theirs[1:] == blocks


def test_a_block_is_read_from_a_file_as_from_memory(folder: Folder, tmp_path: Path) -> None:
    block = http_response(random.Random(1).randbytes(3_000_000), "Content-Type: video/mp4")
    spool = tmp_path / "spool"
    spool.write_bytes(block)
    with folder.writer() as writer:
        entry = writer.write_response(uri=URL, date=STARTED, block=Block.of_file(spool))
    assert block_of(folder, entry) == block


@pytest.mark.parametrize("handed", [
    pytest.param(lambda block: replace(block, sha256=sha256(b"something else")), id="other bytes"),
    pytest.param(lambda block: replace(block, length=block.length + 1), id="too short"),
    pytest.param(lambda block: replace(block, length=block.length - 1), id="too long"),
])
def test_a_block_that_is_not_what_arrived_is_an_error_and_leaves_nothing(
        folder: Folder, tmp_path: Path, handed: Callable[[Block], Block],
        write_page: Callable[..., RecordEntry]) -> None:
    spool = tmp_path / "spool"
    spool.write_bytes(http_response(os.urandom(2_500_000), "Content-Type: image/png"))
    with folder.writer() as writer:
        first = write_page(writer, b"before")
        size = folder.warc.stat().st_size
        with pytest.raises(ContentMismatch):
            writer.write_response(uri=URL, date=STARTED, block=handed(Block.of_file(spool)))
        assert folder.warc.stat().st_size == size
        last = write_page(writer, b"after")
    assert [found.offset for found in read_records(folder.warc)][1] == first.offset
    assert block_of(folder, last).endswith(b"after")


def test_a_wrong_payload_digest_is_an_error(folder: Folder) -> None:
    with folder.writer() as writer, pytest.raises(ContentMismatch, match="payload"):
        respond(writer, http_response(b"body"), payload_sha256=sha256(b"other"))


@pytest.mark.parametrize(("block", "carried"), [
    pytest.param(http_response(b"body", "Content-Type: text/plain"), True, id="plain"),
    pytest.param(http_response(b"body", "X-Folded: a", "  b"), True, id="folded field"),
    pytest.param(http_response(b"4\r\nbody\r\n0\r\n\r\n", "Transfer-Encoding: chunked"), False, id="chunked"),
    pytest.param(http_response(b"body", "Transfer-Encoding: gzip"), False, id="other transfer coding"),
    pytest.param(http_response(b"body", "no colon"), False, id="line without a colon"),
    pytest.param(http_response(b"body", "Bad Name: x"), False, id="name that is no token"),
    pytest.param(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + http_response(b"body"), False, id="interim"),
    pytest.param(b"HTTP/2 200\r\n\r\nbody", False, id="not HTTP/1"),
    pytest.param(b"ICY 200 OK\r\n\r\nbody", False, id="ICY"),
    pytest.param(b"body", False, id="HTTP/0.9"),
    pytest.param(b"HTTP/1.1 200 OK\r\nX: y", False, id="head cut"),
])
def test_a_payload_digest_stands_only_where_readers_agree_on_the_payload(folder: Folder, block: bytes,
                                                                          carried: bool) -> None:
    with folder.writer() as writer:
        entry = respond(writer, block, payload_sha256=sha256(b"body"))
    assert bool(fields_of(folder, entry).fields.get("WARC-Payload-Digest")) is carried
    assert entry.payload_digest is carried
    assert entry.payload_sha256 == sha256(b"body")
    assert subprocess.run([BIN / "warcio", "check", folder.warc], check=False).returncode == 0


@pytest.mark.parametrize(("media_type", "coding", "body", "stored"), [
    ("image/jpeg", "", os.urandom(5000), True),
    ("video/mp4", "", b"\0" * 5000, True),
    ("text/html", "", b"<p>" * 3000, False),
    ("text/html", "gzip", gzip.compress(os.urandom(5000)), True),
    ("application/octet-stream", "", os.urandom(100_000), True),
    ("application/octet-stream", "", b"text " * 20_000, False),
    ("application/vnd.apple.mpegurl", "", b"#EXTM3U\n" * 300, False),
    ("", "", b"unsaid " * 300, False),
])
def test_compressed_media_is_stored_and_text_is_deflated(folder: Folder, media_type: str, coding: str, body: bytes,
                                                         stored: bool) -> None:
    lines = [f"Content-Type: {media_type}"] * bool(media_type) + [f"Content-Encoding: {coding}"] * bool(coding)
    with folder.writer() as writer:
        respond(writer, http_response(body, *lines))
    assert (body[:3000] in folder.warc.read_bytes()) is stored


def test_a_file_begins_with_warcinfo_naming_the_software(folder: Folder,
                                                         write_page: Callable[..., RecordEntry]) -> None:
    with folder.writer() as writer:
        entry = write_page(writer, b"x")
        with record_at(folder.warc, 0) as info:
            assert info.fields.type is WarcType.WARCINFO
            assert info.fields.get("WARC-Filename") == folder.warc.name
            assert b"software: Muniment/0.1.0, Python/3.11\r\n" in info.read(1 << 16)
            assert fields_of(folder, entry).fields.get("WARC-Warcinfo-ID") == f"<{info.fields.record_id}>"


def test_fields_say_what_is_known(folder: Folder) -> None:
    with folder.writer() as writer:
        entry = writer.write_response(
            uri="HTTPS://example.com:443/a b?q=é#frag", date=STARTED, block=Block.of_bytes(http_response(b"half")),
            wire=Wire(address="2001:db8::1", protocols=("http/1.1", "tls/1.2"), cipher_suite="TLS_X"),
            truncated=Truncation.DISCONNECT, redacted=["Set-Cookie", "set-cookie"])
        via = respond(writer, http_response(b""), wire=Wire(address="via proxy"))
    fields = fields_of(folder, entry).fields
    assert fields.version == "WARC/1.1"
    assert fields.get("WARC-Date") == "2026-03-04T05:06:07.000089Z"
    assert fields.get("WARC-Target-URI") == "HTTPS://example.com/a%20b?q=%C3%A9"
    assert fields.get("WARC-IP-Address") == "2001:db8::1"
    assert fields.all("WARC-Protocol") == ("http/1.1", "tls/1.2")
    assert fields.get("WARC-Cipher-Suite") == "TLS_X"
    assert fields.get("WARC-Truncated") == "disconnect"
    assert fields.get("Muniment-Redacted") == "set-cookie"
    assert fields_of(folder, via).fields.get("WARC-IP-Address") == ""


@pytest.mark.parametrize(("given_uri", "written"), [
    ("http://h:80/", "http://h/"), ("https://h:443", "https://h"), ("https://h:80/", "https://h:80/"),
    ("http://h:8080/x", "http://h:8080/x"), ("http://[::1]:80/", "http://[::1]/"), ("http://h:/", "http://h/"),
    ("ws://h:80/s", "ws://h/s"), ("dns:h", "dns:h"), ("http://h/a:80/", "http://h/a:80/"),
    ("urn:view:http://h:80/#x", "urn:view:http://h:80/#x"), ("http://h/\r\nX: y", "http://h/%0D%0AX:%20y"),
])
def test_default_ports_and_unsafe_characters_leave_the_target_uri(folder: Folder, given_uri: str, written: str) -> None:
    with folder.writer() as writer:
        entry = writer.write_resource(uri=given_uri, date=STARTED, block=Block.of_bytes(b"x"), media_type="text/plain")
    assert entry.uri == written
    assert fields_of(folder, entry).fields.uri == written


def test_a_control_character_never_makes_a_second_field(folder: Folder) -> None:
    with folder.writer() as writer, pytest.raises(FormatError, match="control"):
        respond(writer, http_response(b""), wire=Wire(cipher_suite="X\r\nWARC-Type: request"))


def test_a_revisit_names_its_original(mixed: Folder) -> None:
    original = next(entry for entry in mixed.announced if entry.uri.endswith("photo.jpg"))
    revisit = next(entry for entry in mixed.announced if entry.type is WarcType.REVISIT)
    fields = fields_of(mixed, revisit).fields
    assert fields.get("WARC-Refers-To") == f"<{original.ref.record}>"
    assert fields.get("WARC-Refers-To-Target-URI") == original.uri
    assert fields.get("WARC-Profile").endswith("/identical-payload-digest")
    assert fields.get("WARC-Payload-Digest") == fields_of(mixed, original).fields.get("WARC-Payload-Digest")
    assert revisit.payload_sha256 == original.payload_sha256


def test_no_revisit_refers_to_a_record_without_a_payload_digest(mixed: Folder) -> None:
    chunked = next(entry for entry in mixed.announced if entry.uri.endswith("chunked"))
    with mixed.writer() as writer, pytest.raises(FormatError, match="payload digest"):
        writer.write_revisit(uri=URL, date=STARTED, block=Block.of_bytes(b""), original=chunked)


def test_files_rotate_only_between_exchanges(folder: Folder, write_page: Callable[..., RecordEntry]) -> None:
    body = os.urandom(3000)
    with folder.writer(max_size=5000) as writer:
        for _ in range(3):
            with writer.exchange():
                written = {write_page(writer, body, media_type="image/jpeg").file for _ in range(3)}
            assert len(written) == 1
    assert [path.name for path in folder.warcs] == [
        "0badcafe-20260304050608-00000.warc.gz", "0badcafe-20260304050609-00001.warc.gz",
        "0badcafe-20260304050610-00002.warc.gz"]
    assert {path.suffix for path in folder.path.iterdir()} == {".gz", ".cdxj"}


def test_a_second_writer_goes_on_numbering(folder: Folder, write_page: Callable[..., RecordEntry]) -> None:
    for _ in range(2):
        with folder.writer() as writer:
            write_page(writer, b"x")
    assert [path.name[-13:-8] for path in folder.warcs] == ["00000", "00001"]


def test_a_writer_that_wrote_nothing_leaves_no_file(folder: Folder) -> None:
    with folder.writer():
        pass
    assert list(folder.path.iterdir()) == []


def test_records_are_announced_in_file_order_once_they_are_durable(
        folder: Folder, monkeypatch: pytest.MonkeyPatch, write_page: Callable[..., RecordEntry]) -> None:
    synced: list[int] = []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda descriptor: (synced.append(len(folder.announced)), real(descriptor)))
    with folder.writer() as writer:
        with writer.exchange():
            write_page(writer, b"one")
            write_page(writer, b"two")
            assert folder.announced == []
            before = len(synced)
            writer.sync()
        assert len(synced) > before
        assert 0 in synced[before:]                     # nothing was announced before the file was synced
        offsets = [entry.offset for entry in folder.announced]
        assert offsets == sorted(offsets)
        assert len(offsets) == 5                        # warcinfo and two exchanges


def test_records_become_durable_without_being_asked(folder: Folder, write_page: Callable[..., RecordEntry]) -> None:
    announced = threading.Event()
    with folder.writer(on_record=lambda entry: announced.set()) as writer:
        write_page(writer, b"x")
        assert announced.wait(timeout=60)


def test_a_mebibyte_is_durable_at_once(folder: Folder, write_page: Callable[..., RecordEntry]) -> None:
    with folder.writer() as writer:
        entry = write_page(writer, os.urandom(1 << 20), media_type="image/jpeg")
        assert entry in folder.announced


def test_a_full_disk_leaves_whole_records_only(folder: Folder, monkeypatch: pytest.MonkeyPatch,
                                               write_page: Callable[..., RecordEntry]) -> None:
    real, calls = os.writev, 0

    def full_after_two(descriptor: int, buffers: list[bytes]) -> int:
        nonlocal calls
        calls += 1
        if calls > 2:
            raise OSError(28, "No space left on device")
        return real(descriptor, buffers)

    with folder.writer() as writer:
        write_page(writer, b"before")
        size = folder.warc.stat().st_size
        monkeypatch.setattr(os, "writev", full_after_two)
        with pytest.raises(OSError, match="No space"):
            respond(writer, http_response(os.urandom(3_000_000), "Content-Type: image/jpeg"))
        monkeypatch.setattr(os, "writev", real)
        assert folder.warc.stat().st_size == size
        write_page(writer, b"after")
    assert all(isinstance(found, Record) for found in read_records(folder.warc))


def test_short_writes_are_finished(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.writev
    monkeypatch.setattr(os, "writev", lambda descriptor, buffers: real(descriptor, [b"".join(buffers)[:700]]))
    block = http_response(os.urandom(200_000), "Content-Type: image/jpeg")
    with folder.writer() as writer:
        entry = respond(writer, block)
    assert block_of(folder, entry) == block


def test_a_failed_sync_stops_the_writer(folder: Folder, write_page: Callable[..., RecordEntry]) -> None:
    failed = threading.Event()

    def refuse(entry: RecordEntry) -> None:
        failed.set()
        raise OSError(5, "Input/output error")

    writer = WarcWriter(folder.path, case_prefix="0badcafe", clock=folder.clock, random=random.Random(1).randbytes,
                        software=(), on_record=refuse)
    write_page(writer, b"x")
    assert failed.wait(timeout=60)
    writer._flusher.join(timeout=60)
    with pytest.raises(WriterFailed, match="could not be made durable"):
        write_page(writer, b"y")
    with pytest.raises(WriterFailed):
        writer.close()


def test_a_failed_fsync_is_not_tried_again(folder: Folder, monkeypatch: pytest.MonkeyPatch,
                                           write_page: Callable[..., RecordEntry]) -> None:
    writer = WarcWriter(folder.path, case_prefix="0badcafe", clock=folder.clock, random=random.Random(1).randbytes,
                        software=(), on_record=folder.announced.append)

    def refuse(descriptor: int) -> None:
        raise OSError(5, "Input/output error")

    with writer.exchange():
        write_page(writer, b"x")
        monkeypatch.setattr(os, "fsync", refuse)
        with pytest.raises(OSError, match="Input/output"):
            writer.sync()
    monkeypatch.undo()
    with pytest.raises(WriterFailed):
        writer.sync()
    with pytest.raises(WriterFailed):
        writer.close()
    assert folder.announced == []


def test_copying_a_large_block_takes_little_memory(tmp_path: Path) -> None:
    program = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from evidence_store.clock import system_clock, system_random\n"
        "from evidence_store.warc.model import Block\n"
        "from evidence_store.warc.entries import entries\n"
        "from evidence_store.warc.writer import WarcWriter\n"
        "folder = Path(sys.argv[1])\n"
        "spool = folder.parent / 'spool'\n"
        "with spool.open('wb') as out:\n"
        "    out.write(b'HTTP/1.1 200 OK\\r\\nContent-Type: ' + sys.argv[2].encode() + b'\\r\\n\\r\\n')\n"
        "    out.truncate(120_000_000)\n"
        "block = Block.of_file(spool)\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "with WarcWriter(folder, case_prefix='0badcafe', clock=system_clock, random=system_random, software=(),\n"
        "                on_record=lambda entry: None) as writer:\n"
        "    writer.write_response(uri='http://h/', date=system_clock(), block=block)\n"
        "assert len(list(entries(next(folder.glob('*.warc.gz'))))) == 2\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n")
    for media_type in ("video/mp4", "text/plain"):
        folder = tmp_path / media_type.replace("/", "-")
        folder.mkdir()
        done = subprocess.run([sys.executable, "-c", program, folder, media_type], check=True, capture_output=True,
                              text=True, env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)})
        assert int(done.stdout) < 30_000, media_type     # KiB above the interpreter and its modules


def test_a_closed_writer_takes_nothing(folder: Folder, write_page: Callable[..., RecordEntry]) -> None:
    with folder.writer() as writer:
        pass
    with pytest.raises(WriterFailed, match="closed"):
        write_page(writer, b"x")


def test_threads_never_mix_their_exchanges(folder: Folder, write_page: Callable[..., RecordEntry]) -> None:
    def capture(number: int) -> None:
        for turn in range(25):
            write_page(writer, f"{number}/{turn}".encode(), url=f"http://h/{number}/{turn}")

    with folder.writer(max_size=20_000) as writer:
        threads = [threading.Thread(target=capture, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(folder.warcs) > 1
    uris: list[str] = []
    for warc in folder.warcs:
        found = [record for record in read_records(warc) if isinstance(record, Record)]
        kinds = [record.fields.type for record in found]
        assert kinds == [WarcType.WARCINFO, *[WarcType.RESPONSE, WarcType.REQUEST] * (len(kinds) // 2)]
        assert all(a.fields.uri == b.fields.uri for a, b in zip(found[1::2], found[2::2], strict=True))
        uris += [record.fields.uri for record in found[1::2]]
    assert sorted(uris) == sorted(f"http://h/{number}/{turn}" for number in range(4) for turn in range(25))


@pytest.mark.parametrize("command", [[BIN / "warcio", "check"], ["gzip", "-t"], [BIN / "fastwarc", "check"]])
def test_other_tools_find_nothing_wrong(mixed: Folder, command: list[str | Path]) -> None:
    done = subprocess.run([*command, mixed.warc], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_fastwarc_agrees_with_every_payload_digest_of_its_own_record(mixed: Folder) -> None:
    done = subprocess.run([BIN / "fastwarc", "check", "--quiet", "--verify-payloads", "--output", "-", mixed.warc],
                          check=False, capture_output=True, text=True)
    states = dict(line[1:].split(">: ") for line in done.stdout.splitlines())
    # A revisit's payload stands in another record.
    judged = {states[entry.ref.record] for entry in mixed.announced if entry.type is not WarcType.REVISIT}
    assert judged == {"OK, PAYLOAD_OK", "OK, PAYLOAD_NO_DIGEST"}


def test_a_stored_member_is_what_zlib_would_read(mixed: Folder) -> None:
    data, content = mixed.warc.read_bytes(), b""
    for entry in mixed.announced:
        content += zlib.decompress(data[entry.offset:entry.offset + entry.length], wbits=31)
    assert content == gzip.decompress(data)
    assert content.count(b"WARC/1.1\r\n") == len(mixed.announced)


def test_the_same_records_make_the_same_file(tmp_path: Path, write_page: Callable[..., RecordEntry]) -> None:
    made = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        folder = Folder(tmp_path / name)
        with folder.writer() as writer:
            write_page(writer, b"text" * 100)
            write_page(writer, bytes(range(256)) * 1000, media_type="image/png")
        made.append((folder.warc.name, folder.warc.read_bytes()))
    assert made[0] == made[1]
