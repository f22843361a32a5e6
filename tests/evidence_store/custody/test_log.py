import os
import stat
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_store.custody import log as log_module
from evidence_store.custody.checkpoint import checkpoint_of, sign_checkpoint, store_checkpoint
from evidence_store.custody.log import CustodyLog
from evidence_store.custody.repair import RepairKind
from evidence_store.errors import AppendFailed, FormatError, LedgerDamaged, LimitExceeded, NotACase

CASE = "0123456789abcdef0123456789abcdef"
BODY = st.binary(max_size=60).map(lambda text: text.replace(b"\n", b" ") + b"\n")


@given(st.lists(st.lists(BODY, max_size=4), max_size=6))
def test_what_is_appended_in_batches_reads_back_in_order(batches):
    with tempfile.TemporaryDirectory() as folder:
        expected: list[bytes] = []
        with CustodyLog.create(Path(folder) / "custody") as log:
            for batch in batches:
                assert log.append(batch) == range(len(expected), len(expected) + len(batch))
                expected += batch
                assert log.size == len(expected)
        log = CustodyLog.open(Path(folder) / "custody")
        assert log.size == len(expected)
        assert list(log.bodies()) == expected
        assert [log.body(seq) for seq in reversed(range(len(expected)))] == expected[::-1]
        assert b"".join(log.lines()) == log.folder.ledger.read_bytes()


@given(st.integers(0, 13), st.integers(0, 13))
def test_a_part_of_the_log_is_the_part_of_the_whole(start, stop):
    with tempfile.TemporaryDirectory() as folder, CustodyLog.create(Path(folder)) as log:
        log.append([b"%d\n" % number for number in range(13)])
        assert list(log.lines(start, stop)) == list(log.lines())[start:stop]
        assert list(log.bodies(start, stop)) == list(log.bodies())[start:stop]
        assert list(log.bodies(start)) == list(log.bodies())[start:]


def test_a_reader_sees_what_a_writer_appends_and_needs_no_lock(log, bodies):
    reader = CustodyLog.open(log.folder.root)
    assert reader.size == 0
    log.append(bodies(3))
    assert list(reader.bodies()) == bodies(3)
    log.append(bodies(2, first=3))
    assert (reader.size, reader.body(4)) == (5, b'{"n":4}\n')


def test_a_reader_does_not_see_a_line_that_is_being_written(filled):
    with filled.folder.ledger.open("ab") as ledger:
        ledger.write(b'{"body":"sha256:')
    reader = CustodyLog.open(filled.folder.root)
    assert reader.size == 12
    assert len(list(reader.lines())) == 12


@pytest.mark.parametrize("body", [b"", b"no line end", b"two\nlines\n", b"\n\n"])
def test_a_body_that_is_not_one_line_is_refused_and_nothing_is_written(filled, body):
    before = (filled.folder.ledger.read_bytes(), filled.folder.bodies.read_bytes())
    with pytest.raises(FormatError):
        filled.append([b"good\n", body])
    assert (filled.folder.ledger.read_bytes(), filled.folder.bodies.read_bytes()) == before
    assert filled.append([b"good\n"]) == range(12, 13)


def test_a_body_beyond_the_limit_is_refused(filled, monkeypatch):
    monkeypatch.setattr(log_module, "MAX_BODY_BYTES", 10)
    with pytest.raises(LimitExceeded):
        filled.append([b"x" * 10 + b"\n"])


def test_bodies_are_durable_before_their_lines_are_written(log, monkeypatch):
    """Observed at the system calls: write and fsync of the bodies come before write and fsync of the ledger."""
    calls: list[tuple[str, str]] = []
    names = {log.folder.bodies.stat().st_ino: "bodies", log.folder.ledger.stat().st_ino: "ledger"}
    real_write, real_sync = os.write, os.fsync

    def seen(name: str, handle: int) -> None:
        calls.append((name, names[os.fstat(handle).st_ino]))

    monkeypatch.setattr(os, "write", lambda handle, data: seen("write", handle) or real_write(handle, data))
    monkeypatch.setattr(os, "fsync", lambda handle: seen("fsync", handle) or real_sync(handle))
    log.append([b"one\n", b"two\n", b"three\n"])
    assert calls == [("write", "bodies"), ("fsync", "bodies"), ("write", "ledger"), ("fsync", "ledger")]


def test_after_a_failed_write_the_log_takes_no_more_until_it_is_opened_again(filled, monkeypatch):
    real = os.fsync

    def full(handle: int) -> None:
        if os.fstat(handle).st_ino == filled.folder.ledger.stat().st_ino:
            raise OSError(28, "No space left on device")
        real(handle)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(AppendFailed, match="No space left"):
            filled.append([b"lost?\n"])
    with pytest.raises(AppendFailed, match="takes no more"):
        filled.append([b"more\n"])
    again, _ = CustodyLog.open_for_append(filled.folder.root)
    with again:
        assert list(again.bodies(0, 12)) == list(filled.bodies(0, 12))
        again.append([b"more\n"])
        assert again.body(again.size - 1) == b"more\n"


def test_there_is_one_log_in_a_folder_and_none_where_none_was_made(tmp_path, log):
    with pytest.raises(FileExistsError):
        CustodyLog.create(log.folder.root)
    for open_it in (CustodyLog.open, CustodyLog.open_for_append):
        with pytest.raises(NotACase):
            open_it(tmp_path / "nothing")


def test_a_sound_log_opens_for_appending_without_repairs(filled):
    filled.close()
    again, repairs = CustodyLog.open_for_append(filled.folder.root)
    with again:
        assert (again.size, repairs) == (12, ())
        again.append([b"next\n"])
        assert len(list(again.lines())) == 13


@pytest.mark.parametrize(("left_over", "kinds"), [
    ("torn line", {RepairKind.TORN_LEDGER}),
    ("bodies without lines", {RepairKind.ORPHAN_BODIES}),
    ("torn body", {RepairKind.ORPHAN_BODIES}),
    ("torn line and its bodies", {RepairKind.TORN_LEDGER, RepairKind.ORPHAN_BODIES}),
    ("blocks of NUL after a loss of power", {RepairKind.TORN_LEDGER}),
    ("NUL, then the end of a batch", {RepairKind.TORN_LEDGER}),
])
def test_what_a_crash_leaves_is_set_aside_and_named(filled, left_over, kinds):
    filled.close()
    folder = filled.folder
    whole = (folder.ledger.read_bytes(), folder.bodies.read_bytes())
    line_tail, body_tail = {
        "torn line": (b'{"body":"sha256:ab', b""),
        "bodies without lines": (b"", b"one\ntwo\n"),
        "torn body": (b"", b'{"n":'),
        "torn line and its bodies": (whole[0].splitlines()[3][:-1], b"one\ntw"),
        "blocks of NUL after a loss of power": (bytes(4096), b""),
        "NUL, then the end of a batch": (bytes(100) + b'23,"seq":13}\n' + whole[0].splitlines(keepends=True)[3], b""),
    }[left_over]
    for path, tail in ((folder.ledger, line_tail), (folder.bodies, body_tail)):
        with path.open("ab") as file:
            file.write(tail)
    again, repairs = CustodyLog.open_for_append(folder.root)
    with again:
        assert {done.kind for done in repairs} == kinds
        assert (folder.ledger.read_bytes(), folder.bodies.read_bytes()) == whole
        kept = b"".join((folder.root / done.kept_as).read_bytes() for done in repairs)
        assert kept == line_tail + body_tail
        assert all(done.seq == 12 and done.length > 0 for done in repairs)
        assert again.append([b"next\n"]) == range(12, 13)
        assert len(list(again.bodies())) == 13


def test_whole_lines_of_an_unfinished_batch_stay_because_their_bodies_are_there(filled):
    """Nothing is lost that can be kept: lines reach the disk only after all bodies of their batch."""
    filled.append([b"x\n", b"y\n"])
    filled.close()
    content = filled.folder.ledger.read_bytes()
    filled.folder.ledger.write_bytes(content[:-5])
    again, repairs = CustodyLog.open_for_append(filled.folder.root)
    with again:
        assert again.size == 13
        assert again.body(12) == b"x\n"
        assert {done.kind for done in repairs} == {RepairKind.TORN_LEDGER, RepairKind.ORPHAN_BODIES}


@pytest.mark.parametrize(("damage", "spoil"), [
    ("a line changed", lambda ledger, bodies: (ledger.replace(b'"seq":4', b'"seq":5'), bodies)),
    ("a line deleted", lambda ledger, bodies: (b"".join(ledger.splitlines(keepends=True)[1:]), bodies)),
    ("the last whole line changed", lambda ledger, bodies: (ledger[:-3] + b"2}\n", bodies)),
    ("line end lost before others", lambda ledger, bodies: (ledger.replace(b"}\n", b"}", 1), bodies)),
    ("bodies cut", lambda ledger, bodies: (ledger, bodies[:-1])),
    ("a body gone", lambda ledger, bodies: (ledger, b"".join(bodies.splitlines(keepends=True)[:-1]))),
    ("NUL below a checkpoint", lambda ledger, bodies: (ledger[:300] + bytes(40) + ledger[340:], bodies)),
    ("cut below a checkpoint", lambda ledger, bodies: (ledger[:-200], bodies)),
    ("emptied", lambda ledger, bodies: (b"", bodies)),
])
def test_damage_that_no_crash_makes_is_refused_and_nothing_is_touched(filled, signer, damage, spoil):
    filled.close()
    store_checkpoint(filled.folder, sign_checkpoint(checkpoint_of(filled, CASE), signer))
    files = (filled.folder.ledger, filled.folder.bodies)
    spoilt = spoil(*(path.read_bytes() for path in files))
    for path, content in zip(files, spoilt, strict=True):
        path.write_bytes(content)
    with pytest.raises(LedgerDamaged):
        CustodyLog.open_for_append(filled.folder.root)
    assert tuple(path.read_bytes() for path in files) == spoilt
    assert list(filled.folder.orphans.iterdir()) == []


def test_a_body_that_was_changed_is_never_handed_out(filled):
    content = filled.folder.bodies.read_bytes()
    filled.folder.bodies.write_bytes(content.replace(b'{"n":7}', b'{"n":8}'))
    assert filled.body(6) == b'{"n":6}\n'
    with pytest.raises(LedgerDamaged, match="event 7"):
        filled.body(7)
    with pytest.raises(LedgerDamaged, match="event 7"):
        list(filled.bodies())


KILLED = textwrap.dedent("""
    import os, signal, sys
    from pathlib import Path
    from evidence_store.custody.log import CustodyLog

    root, call, when = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    real = {"write": os.write, "fsync": os.fsync}
    count = 0

    def die():
        os.kill(os.getpid(), signal.SIGKILL)

    def watched(name, *arguments):
        global count
        count += 1
        if count == call and when == "before":
            die()
        if count == call and when == "half" and name == "write":
            handle, data = arguments
            real["write"](handle, bytes(data)[:max(1, len(data) // 2)])
            die()
        result = real[name](*arguments)
        if count == call and when != "before":
            die()
        return result

    log, repairs = CustodyLog.open_for_append(root)
    os.write = lambda handle, data: watched("write", handle, data)
    os.fsync = lambda handle: watched("fsync", handle)
    for batch in range(3):
        log.append([b'{"batch":%d,"n":%d}\\n' % (batch, n) for n in range(4)])
        real["write"](1, b"%d\\n" % log.size)
""")


def killed_while_appending(root: Path, call: int, when: str) -> int:
    """How many events the process was told are durable before it was killed at its `call`-th write or fsync."""
    done = subprocess.run([sys.executable, "-c", KILLED, root, str(call), when], capture_output=True,
                          env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
    assert done.returncode == -9, done.stderr.decode()
    return int((done.stdout.split() or [b"2"])[-1])


@pytest.mark.parametrize("when", ["before", "half", "after"])
@pytest.mark.parametrize("call", range(1, 9))
def test_killed_at_any_write_no_acknowledged_event_is_lost(tmp_path, call, when):
    """Calls 1 to 4 of each batch: write bodies, fsync bodies, write lines, fsync lines."""
    with CustodyLog.create(tmp_path / "custody") as log:
        log.append([b"first\n", b"second\n"])
    acknowledged = killed_while_appending(tmp_path / "custody", call, when)
    assert acknowledged == 2 + (call - 1) // 4 * 4
    held = CustodyLog.open(tmp_path / "custody")
    assert len(list(held.bodies())) >= acknowledged             # a reader, before any repair
    before = held.folder.ledger.read_bytes() + held.folder.bodies.read_bytes()
    again, repairs = CustodyLog.open_for_append(tmp_path / "custody")
    with again:
        kept = list(again.bodies())
        assert len(kept) >= acknowledged
        assert kept == [b"first\n", b"second\n", *(b'{"batch":%d,"n":%d}\n' % (batch, n)
                                                   for batch in range(3) for n in range(4))][:len(kept)]
        after = again.folder.ledger.read_bytes() + again.folder.bodies.read_bytes()
        assert len(before) == len(after) + sum(done.length for done in repairs)
        again.append([b"next\n"])
        assert again.body(again.size - 1) == b"next\n"


def test_a_repair_killed_after_keeping_the_bytes_ends_the_same_when_run_again(filled, monkeypatch):
    filled.close()
    with filled.folder.bodies.open("ab") as file:
        file.write(b"orphan\n")

    class Killed(BaseException):
        pass

    def kill(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("evidence_store.custody.repair.os.fsync", kill)
        patch.setattr("evidence_store.custody.repair.write_once",
                      lambda path, content: path.write_bytes(content) and kill())
        with pytest.raises(Killed):
            CustodyLog.open_for_append(filled.folder.root)
    again, (done,) = CustodyLog.open_for_append(filled.folder.root)
    again.close()
    assert (filled.folder.root / done.kept_as).read_bytes() == b"orphan\n"
    assert len(list(filled.folder.orphans.iterdir())) == 1


def test_files_of_the_log_are_readable_by_the_group_and_written_by_the_owner(filled):
    assert stat.S_IMODE(filled.folder.ledger.stat().st_mode) & 0o222 == 0o200
