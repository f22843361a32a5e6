"""The recorder's WARC in the hands of others, and what happens where it cannot be written."""

import shutil
from collections import Counter
from hashlib import sha256

import pytest
from odd_replies import INTERIM, TEXT, WHOLE
from origin import Fill, Reply, Send, TestCa, raw, reply
from recorder_bench import Bench, block_of, client_of
from warcio.checker import Checker

from archiver.errors import FailureKind, RecordingFailed
from archiver.recorder.tls import peer_chain
from evidence_store.records import Sha256
from evidence_store.warc.model import RecordEntry
from evidence_store.warc.reader import Record, read_records


def test_warcio_finds_no_wrong_digest_whatever_the_server_sent(bench: Bench, test_ca: TestCa,
                                                               capsys: pytest.CaptureFixture[str]) -> None:
    odd = {"/http-0.9": raw(b"<html>old</html>"), "/cut": raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\ncut")}
    bench.origin({**WHOLE, **INTERIM, **odd}, "odd.test", ca=test_ca)
    bench.start(ca=test_ca)
    channel = bench.channel()
    with client_of(channel) as client:
        readable = set(WHOLE) - {"/br"}     # warcio 1.8 breaks where Google's brotli is installed (warcio#73)
        for path in [*readable, "/early-hints", "/http-0.9", "/cut"]:
            try:
                client.get(f"https://odd.test{path}", allow_redirects=False, timeout=60)
            except OSError:
                assert path in odd
    channel.close()
    bench.records()
    (path,) = bench.warcs.glob("*.warc.gz")
    command = type("Command", (), {"inputs": [str(path)], "verbose": False})
    assert Checker(command).process_all() == 0
    assert "fail" not in capsys.readouterr().out.lower()


def test_our_own_reader_finds_every_record_whole(bench: Bench) -> None:
    bench.origin(WHOLE, "plain.test")
    bench.start()
    channel = bench.channel()
    with client_of(channel) as client:
        for path in WHOLE:
            client.get(f"http://plain.test{path}", allow_redirects=False, timeout=60)
    recording = channel.close()
    bench.records()
    (path,) = bench.warcs.glob("*.warc.gz")
    found = list(read_records(path))
    assert all(isinstance(record, Record) for record in found)
    assert len(found) == 1 + 1 + 2 * len(recording.exchanges)       # warcinfo, DNS answer, responses and requests


def test_an_unchanged_payload_becomes_a_revisit_where_that_is_asked_for(bench: Bench) -> None:
    served = bench.origin({"/same": reply(TEXT, fields=b"Content-Type: text/plain\r\n"), "/gone": reply(
        TEXT, status=b"404 Not Found"), "/small": reply(b"less than a revisit is itself")}, "plain.test")
    entries: dict[tuple[str, Sha256], RecordEntry] = {}

    def known(url: str, payload: Sha256) -> RecordEntry | None:
        return entries.get((url, payload))

    bench.start(known=known, on_record=lambda entry: entries.setdefault((entry.uri, entry.payload_sha256), entry)
                if entry.type == "response" else None)
    exchanges = []
    for _ in range(2):
        for path in ("/same", "/gone", "/small"):
            channel = bench.channel()
            with client_of(channel) as client:
                client.get(f"http://plain.test{path}", timeout=60)
            exchanges += channel.close().exchanges
    records = bench.records()
    assert Counter(record.type for record in records)["revisit"] == 1
    revisit = next(record for record in records if record.type == "revisit")
    first, second = [exchange for exchange in exchanges if exchange.url.endswith("/same")]
    assert first.response is not None
    assert second.response is not None
    assert revisit.id == second.response.record
    assert revisit.fields["WARC-Refers-To"] == f"<{first.response.record}>"
    assert block_of(records, second.response.record) + TEXT == bytes(served.all_of("/same")[1].sent)
    assert second.body_record == first.response
    assert second.body_record in second.other_records
    assert second.content_sha256 == first.content_sha256 == sha256(TEXT).hexdigest()


def test_a_warc_that_cannot_be_written_fails_the_capture_and_keeps_the_spool(bench: Bench) -> None:
    bench.origin({"/big": Reply((Send(b"HTTP/1.1 200 OK\r\nContent-Length: 655360\r\n\r\n"), Fill(b"b" * 65536, 10)))},
                 "plain.test")
    bench.start()
    channel = bench.channel()
    assert bench.warc is not None
    bench.warc.close()
    with client_of(channel) as client:
        client.get("http://plain.test/big", timeout=60)
    with pytest.raises(RecordingFailed) as raised:
        channel.close()
    assert "spool" in raised.value.hint
    assert {path.suffix for path in bench.spool.iterdir()} == {".pem", ".slip", ".request", ".response"}


def test_a_spool_that_takes_no_more_ends_the_exchange_and_is_said(bench: Bench) -> None:
    bench.origin({"/big": Reply((Send(b"HTTP/1.1 200 OK\r\nContent-Length: 655360\r\n\r\n"), Fill(b"b" * 65536, 10)))},
                 "plain.test")
    bench.start()
    channel = bench.channel()
    shutil.rmtree(bench.spool)
    with client_of(channel) as client, pytest.raises(OSError, match=r"(?i)connection|reset|broken|incomplete"):
        client.get("http://plain.test/big", timeout=60)
    recording = channel.close()
    assert [failure.kind for failure in recording.failures] == [FailureKind.STORE]
    assert recording.exchanges == ()


class NewPython:
    """An SSLObject as from Python 3.13 on."""

    def get_unverified_chain(self) -> list[bytes]:
        return [b"leaf", b"root"]


class NativeCertificate:
    def public_bytes(self, encoding: int) -> bytes:
        assert encoding == 2       # DER
        return b"leaf"


class OldPython:
    """An SSLObject as in Python 3.11 and 3.12."""

    class _Native:
        def get_unverified_chain(self) -> list[NativeCertificate]:
            return [NativeCertificate()]

    _sslobj = _Native()


class OldPythonWithoutChain:
    class _Native:
        def get_unverified_chain(self) -> None:
            return None

    _sslobj = _Native()


@pytest.mark.parametrize(("connection", "chain"), [(NewPython(), (b"leaf", b"root")), (OldPython(), (b"leaf",)),
                                                   (OldPythonWithoutChain(), ())])
def test_the_chain_is_read_in_every_python(connection: object, chain: tuple[bytes, ...]) -> None:
    assert peer_chain(connection) == chain  # type: ignore[arg-type]
