"""Power cuts, full disks, disks that cannot be written, two at once: what was finished stands, what was not is told."""

import io
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import case_factory
import pytest
from all_answers import all_answers
from killed_run import in_hand, seal

from evidence_store import reindex
from evidence_store.events import Disclose, Imported, Note, Sealed
from evidence_store.findings import Outcome
from evidence_store.progress import NoProgress
from evidence_store.records import Item, ItemKind
from muniment.cli.main import main
from muniment.flows.verify import verify_own_bundle

ROOT = Path(__file__).resolve().parents[3]
NOBODY = 65534
ROOM = 1_000_000              # more than any file of the sample case has
FEW, MANY = [0.25, 0.6, 0.97], [number / 51 for number in range(1, 51)]


@pytest.fixture(scope="session")
def killed(tmp_path_factory):
    """Runs an action and kills it on the way; the folder, and which copies were really killed."""
    def kill(action, parts):
        folder = tmp_path_factory.mktemp(action)
        hand = case_factory.rich_case(folder)
        with hand.writer() as writer:
            writer.checkpoint()
        hand.case.close()
        script = f"import sys; sys.path[:0] = {sys.path!r}; import killed_run; killed_run.main()"
        done = subprocess.run([sys.executable, "-c", script, str(folder), action, json.dumps(parts)],
                              capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        survived = dict(map(int, line.split()) for line in done.stdout.splitlines())
        assert sum(1 for steps in survived.values() if not steps) >= len(parts) - 1, "they were killed"
        return folder, survived

    return kill


def check_sealed(folder: Path, number: int) -> None:
    hand = in_hand(folder, f"seal-{number}")
    case, bundle = hand.case, folder / f"seal-{number}-bundle"
    before = list(in_hand(folder, "case").case.events())
    assert list(case.events())[:len(before)] == before
    there = bundle.exists()
    if there:                                   # a bundle has its name only when it is whole
        assert verify_own_bundle(case, bundle, NoProgress()).outcome is Outcome.PASS
        bundle.rename(folder / f"seal-{number}-first")
    seal(hand, folder)
    assert verify_own_bundle(case, bundle, NoProgress()).outcome is Outcome.PASS
    assert not list(folder.glob(f".seal-{number}-bundle*")), "nothing unfinished is left lying about"
    kinds = [type(event.body) for event in case.events()]
    assert kinds.count(Disclose) - kinds.count(Sealed) in {0, 1}
    case.close()


def test_killed_while_sealing_there_is_a_whole_bundle_or_none(killed):
    folder, survived = killed("seal", FEW)
    for number in survived:
        check_sealed(folder, number)


@pytest.mark.soak
def test_killed_fifty_times_while_sealing_there_is_a_whole_bundle_or_none(killed):
    folder, survived = killed("seal", MANY)
    for number in survived:
        check_sealed(folder, number)


def check_indexed(folder: Path, number: int) -> None:
    expected = all_answers(in_hand(folder, "case").case.catalogue)
    hand = in_hand(folder, f"reindex-{number}")
    assert all_answers(hand.case.catalogue) == expected
    reindex.rebuild(hand.case, clock=hand.clock)
    assert all_answers(hand.case.catalogue) == expected
    assert not list(hand.root.glob("*.new*"))
    hand.case.close()


def test_killed_while_reindexing_the_catalogue_answers_as_before(killed):
    folder, survived = killed("reindex", FEW)
    for number in survived:
        check_indexed(folder, number)


@pytest.mark.soak
def test_killed_fifty_times_while_reindexing_the_catalogue_answers_as_before(killed):
    folder, survived = killed("reindex", MANY)
    for number in survived:
        check_indexed(folder, number)


def command(*arguments: str | Path, size: int | None = None, home: Path):
    """`muniment ARGUMENTS` as a process; `size`: no file may grow beyond so many bytes, as on a full disk."""
    limit = None if size is None else lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": str(home), "MUNIMENT_NO_PASSPHRASE": "1",
               "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run([sys.executable, "-m", "muniment", *map(str, arguments)], capture_output=True, text=True,
                          env=environ, preexec_fn=limit, stdin=subprocess.DEVNULL)


@pytest.fixture
def noted(rich_case, tmp_path):
    """A case, and how to write a note into it."""
    hand = rich_case.copy(tmp_path / "case")
    key = rich_case.root.parent / "case-key"

    def note(text: str, size: int | None = None):
        return command("--case", hand.root, "note", text, "--key", key, size=size, home=tmp_path)

    return hand, note, key


@pytest.mark.parametrize("room", [0, 40, 400])
def test_on_a_full_disk_nothing_is_lost_and_nothing_half_written_counts(noted, room):
    hand, note, _ = noted
    with hand.writer() as writer:               # so that the bodies are the first file that finds no room
        writer.append(*(Note(item=None, text="x" * 200_000) for _ in range(4)))
    before = list(hand.case.events())
    full = (hand.case.layout.custody / "bodies.jsonl").stat().st_size + room
    failed = note("x" * 2000, size=full)
    assert failed.returncode == 1, failed.stderr
    assert "unexpected" not in failed.stderr
    assert "File too large" in failed.stderr
    assert list(hand.case.events()) == before
    assert note("there is room again").returncode == 0
    after = list(hand.case.events())
    assert after[:len(before)] == before
    assert after[-1].body.text == "there is room again"


def test_on_a_full_disk_there_is_no_bundle_and_no_remains_of_one(noted, tmp_path):
    hand, _, key = noted
    with hand.writer() as writer:               # the first file that finds no room, then, is this one's copy
        blob = writer.add_blob(io.BytesIO(bytes(ROOM * 2)))
        writer.append(Imported(received_from="x", how="by hand", circumstances=case_factory.CIRCUMSTANCES, items=(
            Item(id=writer.new_item_id(), kind=ItemKind.DATA, sha256=blob.sha256, length=blob.length, media_type="",
                 source=blob, obtained_at=hand.clock()),)))
    sealing = ["--case", hand.root, "bundle", "-o", tmp_path / "bundle", "--key", key]
    failed = command(*sealing, size=ROOM, home=tmp_path)
    assert failed.returncode == 1, failed.stderr
    assert "File too large" in failed.stderr
    assert "unexpected" not in failed.stderr
    assert not (tmp_path / "bundle").exists()
    assert not list(tmp_path.glob(".bundle*"))
    done = command(*sealing, home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert verify_own_bundle(hand.case, tmp_path / "bundle", NoProgress()).outcome is Outcome.PASS


def test_two_that_write_at_once_take_turns_or_are_told(noted, tmp_path):
    hand, _, key = noted
    before = len(list(hand.case.events()))
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": str(tmp_path)}
    racing = [subprocess.Popen([sys.executable, "-m", "muniment", "--case", hand.root, "note", f"racer {number}",
                                "--key", key], env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
              for number in range(4)]
    told = [(racer.communicate()[1], racer.returncode) for racer in racing]
    assert {code for _, code in told} <= {0, 7}
    assert all(b"is being written by" in words for words, code in told if code == 7)
    written = [event.body.text for event in hand.case.events(before)]
    assert sorted(written) == sorted(f"racer {number}" for number, (_, code) in enumerate(told) if code == 0)
    assert written


def as_a_stranger(folder: Path, arguments: list[str]) -> tuple[int, str]:
    """Exit code and words of `muniment ARGUMENTS`, run by another user where we may become one."""
    told = folder / "home" / "told"
    told.write_bytes(b"")
    child = os.fork()
    if child == 0:
        code = 70
        try:
            file = os.open(told, os.O_WRONLY)
            os.dup2(file, 1)
            os.dup2(file, 2)
            sys.stdout, sys.stderr = os.fdopen(1, "w", closefd=False), os.fdopen(2, "w", closefd=False)
            if os.geteuid() == 0:
                os.setgid(NOBODY)
                os.setuid(NOBODY)
            code = main(arguments)
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), told.read_text()


def test_from_a_medium_that_cannot_be_written_everything_is_read_and_verified(rich_case, monkeypatch):
    folder = Path(tempfile.mkdtemp(prefix="muniment-test-"))
    try:
        (folder / "home").mkdir()
        monkeypatch.setenv("HOME", str(folder / "home"))
        monkeypatch.setattr(tempfile, "tempdir", str(folder / "home"))
        hand = rich_case.copy(folder / "case")
        with hand.writer() as writer:
            writer.checkpoint()
        hand.case.close()
        shutil.copy(rich_case.root.parent / "case-key", folder / "key")
        case = ["--case", str(hand.root)]
        reading = (["list"], ["log"], ["show", "ITEM-0003"], ["completeness"])
        for verb in (["note", "yes", "--key", str(folder / "key")], ["checkpoint", "--key", str(folder / "key")],
                     *reading):           # whatever is imported is imported before the rights are given away
            assert main([*case, *verb]) == 0
        main(["verify", str(hand.root)])
        if os.geteuid() == 0:
            os.chown(folder / "key", NOBODY, NOBODY)
        for path in [folder, *folder.rglob("*")]:
            path.chmod(0o755 if path.is_dir() else 0o644)
        (folder / "key").chmod(0o600)
        (folder / "home").chmod(0o777)
        for path in [hand.root, *hand.root.rglob("*")]:
            path.chmod(0o555 if path.is_dir() else 0o444)
        for verb in reading:
            code, words = as_a_stranger(folder, [*case, *verb])
            assert code == 0, (verb, words)
        code, words = as_a_stranger(folder, ["verify", str(hand.root)])
        assert code in {0, 5}, words
        code, words = as_a_stranger(folder, [*case, "note", "no", "--key", str(folder / "key")])
        assert code == 1, words
        assert "Permission denied" in words
        assert "unexpected" not in words
    finally:
        for path in [folder, *folder.rglob("*")]:
            path.chmod(0o755)
        shutil.rmtree(folder)
