"""Reading a case from where nothing can be written: a colleague's share, a write-protected disk."""

import os
import pickle
import shutil
import tempfile
from pathlib import Path

import pytest
from all_answers import all_answers
from case_factory import CaseInHand

from evidence_store.case import Case
from evidence_store.catalogue import opening, sqlite
from evidence_store.events import Note

NOBODY = 65534


@pytest.fixture
def hand(rich_case):
    """A case in a folder that every user may enter."""
    folder = Path(tempfile.mkdtemp(prefix="muniment-test-"))
    folder.chmod(0o755)
    hand = rich_case.copy(folder / "case")
    yield hand
    hand.case.close()
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755)
    shutil.rmtree(folder)


def protect(root: Path) -> None:
    """Nobody may write, but for the superuser, who does not read here."""
    for path in [root, *root.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)


def read_as_a_stranger(root: Path) -> dict:
    """All answers, asked by another user where we may become one, else by ourselves: write-protect what he reads."""
    Case.open(root).catalogue.counts()      # everything is imported before the process gives its rights away
    inlet, outlet = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(inlet)
        try:
            if os.geteuid() == 0:
                os.setgid(NOBODY)
                os.setuid(NOBODY)
            with tempfile.TemporaryDirectory() as temporary, os.fdopen(outlet, "wb") as answer:
                tempfile.tempdir = temporary
                with Case.open(root) as case:
                    found = all_answers(case.catalogue)
                pickle.dump((found, list(Path(temporary).iterdir())), answer)
        finally:
            os._exit(0)
    os.close(outlet)
    with os.fdopen(inlet, "rb") as answer:
        content = answer.read()
    os.waitpid(child, 0)
    assert content, "the reader failed"
    answers, left = pickle.loads(content)
    assert left == []
    return answers


def files(root: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}


def leave(hand: CaseInHand) -> None:
    pass


def set_back(hand: CaseInHand) -> None:
    hand.case.layout.catalogue.unlink()
    catalogue = sqlite.create(hand.case.layout.catalogue)
    opening.index_warcs(catalogue, hand.case.layout)
    catalogue.apply(list(hand.case.events(0, 5)), opening.head_at(hand.case.log, 5))
    catalogue.close()


def remove(hand: CaseInHand) -> None:
    hand.case.layout.catalogue.unlink()


def garble(hand: CaseInHand) -> None:
    hand.case.layout.catalogue.write_bytes(b"no database")


@pytest.mark.parametrize("state", [leave, set_back, remove, garble])
def test_a_case_that_cannot_be_written_answers_everything_and_stays_as_it_is(hand, state):
    expected = all_answers(hand.case.catalogue)
    hand.case.close()
    state(hand)
    for name in ("-wal", "-shm"):
        hand.case.layout.catalogue.with_name(f"catalogue.sqlite{name}").unlink(missing_ok=True)
    protect(hand.root)
    before = files(hand.root)
    assert read_as_a_stranger(hand.root) == expected
    assert files(hand.root).keys() - before.keys() <= set(hand.root.glob("catalogue.sqlite-*"))


def test_what_a_killed_writer_left_in_its_log_is_read(hand):
    with hand.writer() as writer:
        writer.append(Note(item=None, text="in the write-ahead log only"))
        expected = all_answers(hand.case.catalogue)
        copy = hand.root.with_name("copy")
        shutil.copytree(hand.root, copy)              # as it stands on the disk while the writer is alive
    assert (copy / "catalogue.sqlite-wal").stat().st_size > 0
    protect(copy)
    assert read_as_a_stranger(copy) == expected


def test_a_stranger_reads_while_somebody_writes(hand):
    with hand.writer() as writer:
        writer.append(Note(item=None, text="now"))
        for folder in (hand.root, hand.case.layout.custody):
            folder.chmod(0o755)
        expected = all_answers(hand.case.catalogue)
        assert read_as_a_stranger(hand.root) == expected
        writer.append(Note(item=None, text="and still writing"))
