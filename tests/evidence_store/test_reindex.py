"""The catalogue is an index: made anew it gives the same answers, and what it lacks is taken in."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from all_answers import all_answers
from case_factory import GONE, capture

from evidence_store import reindex
from evidence_store.case import Case
from evidence_store.catalogue import opening, schema
from evidence_store.errors import CatalogueUnusable, StoreLocked
from evidence_store.events import Note
from evidence_store.records import ItemId, Verdict


@pytest.fixture
def hand(make_case):
    return make_case()


def note(text="later"):
    return Note(item=ItemId("ITEM-0001"), text=text)


def database(case):
    return closing(sqlite3.connect(case.layout.catalogue))


DAMAGES = {
    "missing": lambda path: path.unlink(),
    "empty": lambda path: path.write_bytes(b""),
    "no database": lambda path: path.write_bytes(b"not a database" * 1000),
    "cut": lambda path: path.write_bytes(path.read_bytes()[:5000]),
    "zeroed pages": lambda path: path.write_bytes(path.read_bytes()[:4096] + bytes(path.stat().st_size - 4096)),
}


def forget_an_event(path):
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("DELETE FROM event_items WHERE seq = 16; DELETE FROM events WHERE seq = 18;"
                                 "UPDATE state SET line = 'of another ledger'")


def age(path):
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(f"UPDATE state SET schema = {schema.SCHEMA + 1}")


STRANGERS = {"of another ledger": forget_an_event, "of another schema": age}


def files(root):
    """Every file with its bytes, but for SQLite's own beside the catalogue."""
    return {path: path.read_bytes() for path in root.rglob("*")
            if path.is_file() and not path.name.endswith(("-wal", "-shm"))}


def test_rebuilding_gives_the_same_answers(hand):
    before = all_answers(hand.case.catalogue)
    counts = reindex.rebuild(hand.case, clock=hand.clock)
    assert counts == before["counts"]
    assert all_answers(hand.case.catalogue) == before
    assert not list(hand.root.glob("*.new*"))


@pytest.mark.parametrize("damage", [*DAMAGES.values(), *STRANGERS.values()], ids=[*DAMAGES, *STRANGERS])
class TestUnusable:
    @pytest.fixture
    def answers(self, hand, damage):
        before = all_answers(hand.case.catalogue)
        hand.case.close()
        damage(hand.case.layout.catalogue)
        return before

    def test_it_is_made_anew_by_reindex(self, hand, answers):
        reindex.rebuild(hand.case, clock=hand.clock)
        assert all_answers(hand.case.catalogue) == answers

    def test_a_reader_is_answered_all_the_same_and_changes_nothing(self, hand, answers):
        before = files(hand.root)
        with Case.open(hand.root) as case:
            assert all_answers(case.catalogue) == answers
        assert files(hand.root) == before

    def test_the_next_writer_makes_it_anew(self, hand, answers):
        with hand.writer() as writer:
            assert writer.new_item_id() == "ITEM-0006"
        assert all_answers(Case.open(hand.root).catalogue) == answers


def test_nobody_rebuilds_while_somebody_writes(hand):
    with hand.writer("capture"), pytest.raises(StoreLocked, match="capture"):
        reindex.rebuild(hand.case, clock=hand.clock)


def test_a_reader_that_stays_open_sees_what_a_rebuild_made(hand):
    with Case.open(hand.root) as reader, database(hand.case) as connection:
        assert reader.catalogue.item(ItemId("ITEM-0004"))
        connection.executescript("DELETE FROM items WHERE id = 'ITEM-0004'")
        assert not reader.catalogue.item(ItemId("ITEM-0004"))
        connection.close()
        reindex.rebuild(hand.case, clock=hand.clock)
        assert reader.catalogue.item(ItemId("ITEM-0004"))


def test_a_rebuild_that_was_killed_is_no_obstacle(hand):
    before = all_answers(hand.case.catalogue)
    new = hand.case.layout.catalogue.with_name("catalogue.sqlite.new")
    opening.build(new, hand.case.layout, hand.case.log).close()
    reindex.rebuild(hand.case, clock=hand.clock)
    assert all_answers(hand.case.catalogue) == before


@pytest.mark.parametrize("size", [0, 1, 7, 18])
def test_what_the_ledger_has_more_is_taken_in_by_a_reader(hand, size):
    before = all_answers(hand.case.catalogue)
    hand.case.close()
    set_back(hand, size)
    with Case.open(hand.root) as case:
        assert all_answers(case.catalogue) == before


@pytest.mark.parametrize("size", [0, 1, 7, 18])
def test_what_the_ledger_has_more_is_taken_in_by_a_writer(hand, size):
    before = hand.case.catalogue.counts()
    hand.case.close()
    set_back(hand, size)
    with hand.writer() as writer:
        assert writer.new_item_id() == "ITEM-0006"
        assert writer.new_citation_id() == "CITE-0009"
    assert Case.open(hand.root).catalogue.counts() == before


def set_back(hand, size):
    """The catalogue as a writer left it that was killed after the ledger had grown from `size` lines."""
    path = hand.case.layout.catalogue
    path.unlink()
    catalogue = opening.sqlite.create(path)
    opening.index_warcs(catalogue, hand.case.layout)
    if size:
        catalogue.apply(list(hand.case.events(0, size)), opening.head_at(hand.case.log, size))
    catalogue.close()


def test_a_reader_follows_a_writer_without_being_opened_again(hand):
    with Case.open(hand.root) as reader:
        seen = reader.catalogue.counts().events
        with hand.writer() as writer:
            warc = writer.warc()
            for number in range(3):
                writer.append(note(str(number)))
                capture(hand, writer, warc, GONE, verdict=Verdict.GONE)
                assert reader.catalogue.counts().events == seen + 2 * number + 2
                assert reader.catalogue.latest_capture(GONE.url).seq == reader.log.size - 1


def test_records_that_the_catalogue_never_heard_of_are_found_by_the_next_writer(hand):
    before = all_answers(hand.case.catalogue)
    with database(hand.case) as connection:
        connection.executescript("PRAGMA foreign_keys=ON; DELETE FROM records WHERE offset > 3000")
    assert hand.case.catalogue.records() != tuple(before["records"])
    with hand.writer():
        pass
    assert all_answers(hand.case.catalogue) == before


def test_readers_that_come_while_a_writer_works_see_a_catalogue_of_their_ledger(hand):
    def read():
        for _ in range(10):
            with Case.open(hand.root) as case:
                least = case.log.size
                head = case.catalogue.head
                assert head == opening.head_at(case.log, head.size)
                assert head.size >= least

    with hand.writer() as writer, ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(read) for _ in range(2)]
        while not all(reader.done() for reader in readers):
            writer.append(note())
        for reader in readers:
            reader.result()
    assert hand.case.catalogue.head.size == hand.case.log.size


def test_what_is_committed_survives_a_power_failure_and_readers_cannot_write(hand):
    catalogue = opening.sqlite.open_for_writing(hand.case.layout.catalogue)
    with catalogue._write.begin() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    with pytest.raises(CatalogueUnusable, match="readonly"), catalogue._reading() as connection:
        connection.exec_driver_sql("DELETE FROM state")
    catalogue.close()
