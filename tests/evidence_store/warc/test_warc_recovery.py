"""A writer killed at any moment loses nothing finished; what it left is mended, and kept."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from evidence_store.warc.entries import entries
from evidence_store.warc.journal import journal_path, read_journal
from evidence_store.warc.model import Block, RecordEntry
from evidence_store.warc.open_file import cdxj_path
from evidence_store.warc.reader import Record, read_records
from evidence_store.warc.recovery import recover, write_index

from .conftest import STARTED, Folder, http_response

# Writes records for ever; prints the id and digest of each record that is durable.
WRITER = """
import hashlib, random, sys
from pathlib import Path
from evidence_store.clock import system_clock, system_random
from evidence_store.warc.model import Block
from evidence_store.warc.writer import WarcWriter

def announce(entry):
    print(entry.ref.record, entry.ref.sha256, entry.offset, flush=True)

folder, seed = Path(sys.argv[1]), int(sys.argv[2])
dice = random.Random(seed)
writer = WarcWriter(folder, case_prefix="0badcafe", clock=system_clock, random=system_random, software=(),
                    on_record=announce, max_size=8_000_000)
spool = folder.parent / "spool"
while True:
    body = dice.randbytes(dice.choice([200, 30_000, 2_500_000]))
    block = b"HTTP/1.1 200 OK\\r\\nContent-Type: " + dice.choice([b"text/html", b"image/jpeg"]) + b"\\r\\n\\r\\n" + body
    spool.write_bytes(block)
    with writer.exchange():
        response = writer.write_response(uri="http://example.com/x", date=system_clock(), block=Block.of_file(spool),
                                         payload_sha256=hashlib.sha256(body).hexdigest())
        writer.write_request(uri="http://example.com/x", date=system_clock(), concurrent_to=[response.ref.record],
                             block=Block.of_bytes(b"GET /x HTTP/1.1\\r\\n\\r\\n"))
"""


@pytest.mark.parametrize("seed", [*range(3), 294])
def test_killed_while_writing_everything_announced_is_there_and_the_tail_is_kept(tmp_path: Path, seed: int) -> None:
    kill_and_recover(tmp_path, seed)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 300))
def test_killed_two_hundred_times(tmp_path: Path, seed: int) -> None:
    kill_and_recover(tmp_path, seed)


def kill_and_recover(tmp_path: Path, seed: int) -> None:
    folder = tmp_path / "warcs"
    folder.mkdir()
    child = subprocess.Popen([sys.executable, "-c", WRITER, str(folder), str(seed)], stdout=subprocess.PIPE, text=True,
                             env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)})
    assert child.stdout is not None
    dice = random.Random(seed)
    said = [child.stdout.readline() for _ in range(dice.randrange(3, 30))]
    # Kill when the open file has grown by a random amount: in the middle of a record as likely as not.
    open_file = max(folder.glob("*.warc.gz"))
    enough = open_file.stat().st_size + dice.randrange(2_000_000)
    while open_file.exists() and open_file.stat().st_size < enough and max(folder.glob("*.warc.gz")) == open_file:
        pass
    child.send_signal(signal.SIGKILL)
    rest, _ = child.communicate()
    words = [line.split() for line in [*said, *rest.splitlines()]]
    announced = [line for line in words if len(line) == 3]          # the last line may be cut short
    before = {path.name: path.read_bytes() for path in folder.glob("*.warc.gz")}

    recoveries = recover(folder)

    assert 1 <= len(recoveries) <= 2
    for recovery in recoveries:
        assert recovery.changed == ()
        kept = recovery.warc.read_bytes() if recovery.warc.exists() else b""
        aside = recovery.torn.read_bytes() if recovery.torn else b""
        assert kept + aside == before.get(recovery.warc.name, b"")
    present: dict[str, str] = {}
    for warc in folder.glob("*.warc.gz"):
        found = list(entries(warc))
        assert all(isinstance(each, RecordEntry) for each in found)
        present |= {each.ref.record: each.ref.sha256 for each in found if isinstance(each, RecordEntry)}
        listed = cdxj_path(warc).read_bytes()
        assert not journal_path(warc).exists()
        write_index(warc)
        assert cdxj_path(warc).read_bytes() == listed
        assert subprocess.run(["gzip", "-t", warc], check=False).returncode == 0
    assert announced
    assert all(present.get(record) == digest for record, digest, _ in announced)
    after = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert recover(folder) == ()
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == after


def abandoned(folder: Folder, *bodies: bytes) -> Path:
    """A file that was never closed, as a killed writer leaves it."""
    with folder.writer() as writer:
        for body in bodies:
            writer.write_response(uri="http://h/", date=STARTED, block=Block.of_bytes(http_response(body)))
        writer.sync()
        warc = folder.warc
        journal = journal_path(warc).read_bytes()
        size = warc.stat().st_size
    assert warc.stat().st_size == size
    journal_path(warc).write_bytes(journal)
    cdxj_path(warc).unlink()
    return warc


def test_a_closed_file_is_left_alone(mixed: Folder) -> None:
    before = {path.name: path.read_bytes() for path in mixed.path.iterdir()}
    assert recover(mixed.path) == ()
    assert {path.name: path.read_bytes() for path in mixed.path.iterdir()} == before


def test_a_torn_tail_is_set_aside_and_named(folder: Folder) -> None:
    warc = abandoned(folder, b"one", b"two")
    whole = warc.read_bytes()
    last = folder.announced[-1]
    warc.write_bytes(whole[:-10])
    (recovery,) = recover(folder.path)
    assert recovery.torn == warc.with_name(f"{warc.name}.torn-{last.offset}")
    assert recovery.torn.read_bytes() == whole[last.offset:-10]
    assert warc.read_bytes() == whole[:last.offset]
    assert (recovery.kept, recovery.torn_length, recovery.changed) == (2, last.length - 10, (last.offset,))
    assert recovery.torn.name in recovery.note


def test_members_beyond_the_journal_are_kept_when_whole(folder: Folder) -> None:
    warc = abandoned(folder, b"one", b"two")
    whole = warc.read_bytes()
    lines = journal_path(warc).read_bytes().splitlines(keepends=True)
    journal_path(warc).write_bytes(lines[0] + lines[1][:-20])     # torn in the middle of a line
    assert len(list(read_journal(warc))) == 1
    (recovery,) = recover(folder.path)
    assert (recovery.kept, recovery.torn, recovery.changed) == (3, None, ())
    assert warc.read_bytes() == whole


def test_a_file_without_a_whole_record_is_removed_and_its_bytes_are_kept(folder: Folder) -> None:
    warc = abandoned(folder, b"one")
    beginning = warc.read_bytes()[:50]
    warc.write_bytes(beginning)
    (recovery,) = recover(folder.path)
    assert recovery.kept == 0
    assert recovery.torn is not None
    assert recovery.torn.read_bytes() == beginning
    assert [path.name for path in folder.path.iterdir()] == [recovery.torn.name]


def test_a_journal_without_a_file_is_removed(folder: Folder) -> None:
    warc = abandoned(folder, b"one")
    warc.unlink()
    (recovery,) = recover(folder.path)
    assert (recovery.kept, recovery.torn) == (0, None)
    assert list(folder.path.iterdir()) == []


def test_a_durable_member_that_changed_is_reported_and_left_as_it_is(folder: Folder) -> None:
    warc = abandoned(folder, b"one", b"two", b"three")
    data = bytearray(warc.read_bytes())
    second = folder.announced[2]
    data[second.offset + second.length // 2] ^= 1
    warc.write_bytes(data)
    (recovery,) = recover(folder.path)
    assert recovery.changed == (second.offset,)
    assert recovery.torn is None
    assert warc.read_bytes() == data


@pytest.mark.parametrize("step", ["after the tail was copied", "after the file was cut", "after the index was written"])
def test_being_killed_while_mending_loses_nothing(folder: Folder, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    warc = abandoned(folder, b"one", b"two")
    whole = warc.read_bytes()
    warc.write_bytes(whole[:-10])
    import evidence_store.warc.recovery as mending
    name = {"after the tail was copied": "_cut", "after the file was cut": "write_index",
            "after the index was written": "_changed"}[step]
    with monkeypatch.context() as patch:
        patch.setattr(mending, name, lambda *arguments: (_ for _ in ()).throw(KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt):
            recover(folder.path)
    (recovery,) = recover(folder.path)
    assert recovery.kept == 2
    (torn,) = folder.path.glob("*.torn-*")
    assert warc.read_bytes() + torn.read_bytes() == whole[:-10]
    assert sum(isinstance(found, Record) for found in read_records(warc)) == 2


def test_a_new_writer_never_touches_what_was_recovered(folder: Folder) -> None:
    warc = abandoned(folder, b"one")
    recover(folder.path)
    before = warc.read_bytes()
    with folder.writer() as writer:
        writer.write_response(uri="http://h/", date=STARTED, block=Block.of_bytes(http_response(b"two")))
    assert warc.read_bytes() == before
    assert len(folder.warcs) == 2
