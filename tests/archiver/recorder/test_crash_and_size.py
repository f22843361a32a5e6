"""Killed at any moment, nothing that came is lost; however much comes, memory stays small."""

import os
import signal
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from odd_replies import head
from origin import Fill, Hang, Origin, Reply, Send
from recorder_bench import Bench, block_of, client_of, read_records

from archiver.recorder import SpoolRecovery, recover_spool
from archiver.recorder.spool import Ending, Slip, Spool, leftovers
from evidence_store.clock import system_clock, system_random
from evidence_store.records import CaptureId, Peer, RecordId, Tool, Truncation
from evidence_store.warc.recovery import recover
from evidence_store.warc.writer import WarcWriter

ROOT = Path(__file__).resolve().parents[3]
CHILD = ROOT / "tests" / "support" / "recording_child.py"
MIB = 1 << 20
BLOCK = bytes(range(256)) * 256          # 64 KiB


def recording_process(folder: Path, origin: Origin, path: str) -> "subprocess.Popen[str]":
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen([sys.executable, str(CHILD), str(folder), str(origin.port), path], env=environment,
                            stdout=subprocess.PIPE, text=True)


def take_up(folder: Path, recorded: frozenset[str] = frozenset()) -> SpoolRecovery:
    """What a case does when it is opened again."""
    recover(folder / "warcs")
    with WarcWriter(folder / "warcs", case_prefix="00c0ffee", clock=system_clock, random=system_random,
                    software=(Tool(name="test", version="1"),), on_record=lambda _: None) as warc:
        return recover_spool(folder / "spool", warc, is_recorded=lambda record: record in recorded)


@pytest.mark.parametrize("stall_at", [3, 40])
def test_killed_during_a_download_what_came_becomes_a_truncated_record(tmp_path: Path, stall_at: int) -> None:
    length = 200 * MIB
    first = head(b"Content-Length: %d" % length)
    body_so_far = BLOCK * (16 * stall_at)
    replies = {"/big": Reply((Send(first), Fill(BLOCK, 16 * stall_at), Hang()), keep=False)}
    with Origin(replies) as origin:
        process = recording_process(tmp_path, origin, "/big")
        assert process.stdout is not None
        assert process.stdout.readline() == "started\n"
        process.send_signal(signal.SIGKILL)
        process.wait(20)
    found = take_up(tmp_path)
    (recovered,) = found.recovered
    assert recovered.capture == "c" * 16
    exchange = recovered.exchange
    assert (exchange.truncated, exchange.url) == (Truncation.UNSPECIFIED, "http://big.test/big")
    records = read_records(tmp_path / "warcs")
    assert exchange.response is not None
    stored = block_of(records, exchange.response.record)
    assert (first + body_so_far).startswith(stored)
    assert len(stored) > 1_000_000
    assert sha256(stored).hexdigest() == exchange.response.sha256
    assert block_of(records, exchange.request.record) == bytes(origin.of("/big").received)
    response = next(record for record in records if record.type == "response")
    assert response.fields["WARC-Truncated"] == "unspecified"
    assert response.fields["WARC-IP-Address"] == "127.0.0.1"
    assert not [path for path in (tmp_path / "spool").iterdir() if path.suffix != ".pem"]


def test_taking_up_twice_changes_nothing(tmp_path: Path) -> None:
    leave_behind(tmp_path, ended=False)
    assert len(take_up(tmp_path).recovered) == 1
    before = [path.read_bytes() for path in sorted((tmp_path / "warcs").glob("*.warc.gz"))]
    assert take_up(tmp_path) == SpoolRecovery(recovered=(), already_recorded=0, unreadable=())
    assert [path.read_bytes() for path in sorted((tmp_path / "warcs").glob("*.warc.gz"))] == before


def leave_behind(folder: Path, *, ended: bool, name: str = "one", masking: bool = False) -> Slip:
    """A spool as a killed recorder leaves it."""
    for wanted in ("warcs", "spool"):
        (folder / wanted).mkdir(exist_ok=True)
    slip = Slip(capture=CaptureId("c" * 16), method="GET", url="http://a.test/x", started_at=system_clock(),
                peer=Peer(host="a.test", port=80, address="192.0.2.7"), request=RecordId(f"urn:uuid:{name}-1"),
                response=RecordId(f"urn:uuid:{name}-2"), masking=masking)
    spool = Spool(folder / "spool", name, slip)
    spool.write_request(b"GET /x HTTP/1.1\r\nHost: a.test\r\n\r\n")
    spool.write_response(head(b"Content-Length: 20000", b"Set-Cookie: xxxxx") + b"b" * 20000)
    if ended:
        spool.end(Ending(ended_at=system_clock(), truncated=None))
    spool.close()
    return slip


def test_an_exchange_that_had_ended_is_recorded_whole(tmp_path: Path) -> None:
    leave_behind(tmp_path, ended=True)
    (recovered,) = take_up(tmp_path).recovered
    assert recovered.exchange.is_whole
    assert recovered.exchange.payload_length == 20000


def test_an_exchange_that_the_warc_already_holds_is_not_written_twice(tmp_path: Path) -> None:
    slip = leave_behind(tmp_path, ended=True)
    found = take_up(tmp_path, frozenset({slip.request, slip.response}))
    assert (found.recovered, found.already_recorded) == ((), 1)
    assert not list((tmp_path / "spool").iterdir())


def test_a_record_id_is_never_used_twice(tmp_path: Path) -> None:
    slip = leave_behind(tmp_path, ended=True)
    (recovered,) = take_up(tmp_path, frozenset({slip.response})).recovered
    assert recovered.exchange.response is not None
    assert recovered.exchange.response.record != slip.response


def test_masked_fields_are_named_after_a_crash_too(tmp_path: Path) -> None:
    leave_behind(tmp_path, ended=False, masking=True)
    take_up(tmp_path)
    response = next(record for record in read_records(tmp_path / "warcs") if record.type == "response")
    assert response.fields["Muniment-Redacted"] == "set-cookie"


@pytest.mark.parametrize("slip", [b"", b"{", b'{"schema": "other"}\n', b"\xff\xfe\n", b"[]\n", b"null\n", b'"x"\n'])
def test_a_slip_that_says_nothing_is_left_and_named_and_stops_nobody(tmp_path: Path, slip: bytes) -> None:
    leave_behind(tmp_path, ended=True)
    bad = tmp_path / "spool" / "bad.slip"
    bad.write_bytes(slip)
    found = take_up(tmp_path)
    assert len(found.recovered) == 1
    assert found.unreadable == (bad,)
    assert bad.exists()


def test_a_torn_ending_is_no_ending(tmp_path: Path) -> None:
    leave_behind(tmp_path, ended=True)
    (path,) = (tmp_path / "spool").glob("*.slip")
    path.write_bytes(path.read_bytes()[:-10])
    ((leftover,), unreadable) = leftovers(tmp_path / "spool")
    assert leftover.ending is None
    assert unreadable == []


def test_large_exchanges_leave_no_spool_behind(bench: Bench) -> None:
    bench.origin({"/big": Reply((Send(head(b"Content-Length: %d" % (5 * MIB))), Fill(BLOCK, 80)))}, "big.test")
    bench.start()
    channel = bench.channel()
    with client_of(channel) as client:
        assert len(client.get("http://big.test/big", timeout=60).content) == 5 * MIB
    assert channel.close().exchanges[0].is_whole
    assert [path.suffix for path in bench.spool.iterdir()] == [".pem"]


def peak_of_download(folder: Path, mebibytes: int) -> int:
    """Peak memory, in MiB, of a process that records a download of that size."""
    replies = {"/big": Reply((Send(head(b"Content-Type: video/mp4", b"Content-Length: %d" % (mebibytes * MIB))),
                              Fill(BLOCK, 16 * mebibytes)), keep=False)}
    with Origin(replies) as origin:
        process = recording_process(folder, origin, "/big")
        output, _ = process.communicate(timeout=1500)
        sent = origin.of("/big")
    word, peak, whole = output.splitlines()[-1].split()
    assert (word, whole) == ("done", "1")
    assert sent.sent_length > mebibytes * MIB
    return int(peak) // 1024


def test_memory_stays_small_in_a_large_download(tmp_path: Path) -> None:
    assert peak_of_download(tmp_path, 300) < 100


@pytest.mark.soak
def test_memory_stays_under_100_mb_in_a_download_of_5_gb(tmp_path: Path) -> None:
    assert peak_of_download(tmp_path, 5 * 1024) < 100
