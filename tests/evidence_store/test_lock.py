"""One case, one writing process."""

import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from evidence_store.errors import StoreLocked
from evidence_store.lock import CaseLock, LockHolder, lock_holder, this_machine

SINCE = datetime(2026, 3, 1, 12, 0, 5, tzinfo=UTC)

HOLDER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from evidence_store.lock import CaseLock
CaseLock(Path(sys.argv[1]), command="capture", clock=lambda: datetime(2026, 3, 1, 12, 0, 5, tzinfo=UTC)).acquire()
print("held", flush=True)
sys.stdin.read()
"""

FORKING_HOLDER = HOLDER.replace('print("held"', "import os; os.fork() == 0 and print('held'")   # the child says so


def lock(path, command="test"):
    return CaseLock(path, command=command, clock=lambda: SINCE)


@pytest.fixture
def holder(tmp_path):
    """Starts a process that holds the lock; returns it once it does."""
    started = []

    def start(script=HOLDER):
        process = subprocess.Popen([sys.executable, "-c", script, str(tmp_path / "lock")], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)})
        started.append(process)
        assert process.stdout.readline() == b"held\n"
        return process

    yield start
    for process in started:
        process.stdin.close()         # it ends, and what it forked
        process.wait()
        process.stdout.close()


def test_a_second_writer_is_told_who_writes_and_since_when(tmp_path, holder):
    process = holder()
    with pytest.raises(StoreLocked) as caught:
        lock(tmp_path / "lock").acquire()
    assert f"capture (pid {process.pid}) since 2026-03-01 12:00:05 UTC" in str(caught.value)
    assert caught.value.hint


def test_two_locks_of_one_process_exclude_each_other_too(tmp_path):
    with lock(tmp_path / "lock"), pytest.raises(StoreLocked):
        lock(tmp_path / "lock").acquire()
    lock(tmp_path / "lock").acquire()


def test_a_killed_holder_leaves_no_lock(tmp_path, holder):
    process = holder()
    process.kill()
    process.wait()
    with lock(tmp_path / "lock"):
        assert lock_holder(tmp_path / "lock") == LockHolder(
            pid=os.getpid(), command="test", since=SINCE, machine=this_machine())


def test_a_worker_forked_by_a_killed_holder_does_not_keep_the_lock(tmp_path, holder):
    process = holder(FORKING_HOLDER)
    process.kill()
    process.wait()
    with lock(tmp_path / "lock"):
        pass


def test_the_file_names_nobody_after_the_lock_was_given_back(tmp_path):
    with lock(tmp_path / "lock"):
        pass
    assert lock_holder(tmp_path / "lock") is None


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"pid":"x"}', b"\xff\xfe", b"[" * 3000],
                         ids=["empty", "torn", "list", "no time", "binary", "deep"])
def test_a_lock_file_of_any_content_is_no_obstacle(tmp_path, content):
    (tmp_path / "lock").write_bytes(content)
    assert lock_holder(tmp_path / "lock") is None
    with lock(tmp_path / "lock"), pytest.raises(StoreLocked, match="test"):
        lock(tmp_path / "lock").acquire()


def test_who_is_locked_out_by_a_nameless_holder_is_told_so(tmp_path):
    with lock(tmp_path / "lock"):
        (tmp_path / "lock").write_bytes(b"")
        with pytest.raises(StoreLocked, match="another process"):
            lock(tmp_path / "lock").acquire()


def held_elsewhere(path):
    path.write_bytes(LockHolder(pid=1, command="capture", since=SINCE, machine="0" * 16).to_bytes())


def test_a_writer_on_another_machine_is_respected_and_the_reason_is_told(tmp_path):
    held_elsewhere(tmp_path / "lock")
    with pytest.raises(StoreLocked) as caught:
        lock(tmp_path / "lock").acquire()
    assert "on another machine, by capture since 2026-03-01 12:00:05 UTC" in str(caught.value)
    assert "two ledgers that contradict each other" in str(caught.value)
    assert "delete the file lock" in caught.value.hint
    assert lock_holder(tmp_path / "lock").machine == "0" * 16


def test_a_lock_that_another_machine_gave_back_is_free(tmp_path):
    held_elsewhere(tmp_path / "lock")
    (tmp_path / "lock").write_bytes(b"")
    with lock(tmp_path / "lock"):
        pass


def test_a_killed_writer_of_this_machine_does_not_stand_in_the_way(tmp_path):
    killed = LockHolder(pid=1, command="capture", since=SINCE, machine=this_machine())
    (tmp_path / "lock").write_bytes(killed.to_bytes())
    with lock(tmp_path / "lock"):
        pass


@pytest.mark.parametrize("name", [
    "ledger (A's conflicted copy 2026-03-01).jsonl", "ledger.sync-conflict-20260301-120005.jsonl", "bodies (1).jsonl"])
def test_what_a_synchroniser_kept_of_two_writers_stops_the_third(tmp_path, name):
    (tmp_path / "custody").mkdir()
    (tmp_path / "custody" / name).write_bytes(b"")
    with pytest.raises(StoreLocked, match="on two machines at once"):
        lock(tmp_path / "lock").acquire()


def test_no_machine_is_named_in_a_case(tmp_path):
    with lock(tmp_path / "lock"):
        told = (tmp_path / "lock").read_text()
    assert os.uname().nodename not in told
