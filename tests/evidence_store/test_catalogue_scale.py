"""Answers cost what they return, not what the case holds."""

import sqlite3

import pytest
from large_case import large_case
from large_catalogue import fill, ref
from sqlalchemy import event

from evidence_store.catalogue import opening, schema, sqlite
from evidence_store.catalogue.model import EventFilter, ItemFilter
from evidence_store.records import ItemId, ItemKind, Sha256, Verdict

ITEMS = 3000


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    path = tmp_path_factory.mktemp("scale") / "catalogue.sqlite"
    catalogue = sqlite.create(path)
    fill(catalogue, ITEMS)
    yield path, catalogue
    catalogue.close()


LAST = ItemId(f"ITEM-{ITEMS:04d}")
URL = "https://site1.example/story/1"
QUESTIONS = {
    "first page": lambda c: c.items(),
    "last page": lambda c: c.items(after=ITEMS - 10),
    "by kind": lambda c: c.items(ItemFilter(kinds=frozenset({ItemKind.PHOTO})), after=1000),
    "by verdict": lambda c: c.items(ItemFilter(verdicts=frozenset({Verdict.GONE})), after=1000),
    "by platform": lambda c: c.items(ItemFilter(platforms=frozenset({"telegram"})), after=1000),
    "an item": lambda c: c.item(LAST),
    "items by hash": lambda c: c.items_with_sha256(Sha256(f"{5:064x}")),
    "an item by URL and hash": lambda c: c.find_item(URL, Sha256(f"{1:064x}")),
    "events": lambda c: c.events(after=3 * ITEMS - 10),
    "events of a kind": lambda c: c.events(EventFilter(kinds=frozenset({"capture"})), after=ITEMS),
    "events of an item": lambda c: c.events(EventFilter(item=LAST)),
    "captures": lambda c: c.captures(after=ITEMS),
    "a series": lambda c: c.captures(series=URL),
    "captures of a citation": lambda c: c.captures(citation="CITE-0007"),
    "a capture": lambda c: c.capture(f"{5:016x}"),
    "the latest of a series": lambda c: c.latest_capture(URL),
    "citations": lambda c: c.citations(after=ITEMS - 10),
    "citations of an article": lambda c: c.citations(article_url="https://blog.example/5"),
    "citations of an item": lambda c: c.citations(article_item=""),
    "citations changed since": lambda c: c.citations(article_item="", changed_since=3 * ITEMS - 10),
    "a citation": lambda c: c.citation("CITE-0007"),
    "coverage of an article": lambda c: c.coverage("https://blog.example/5"),
    "findings": lambda c: c.findings(after=ITEMS),
    "findings of an item": lambda c: c.findings(LAST),
    "findings of a check": lambda c: c.findings(check="fixity.sha256", after=ITEMS),
    "a record": lambda c: c.record(ref(5).record),
    "records by id": lambda c: c.records_named([ref(number).record for number in range(700)]),
    "records about": lambda c: c.records_about([ref(6).record]),
    "records of a file": lambda c: c.records(file="00000.warc.gz"),
    "records from a place on": lambda c: c.records(after=("00000.warc.gz", 60_000)),
}


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_no_question_walks_through_a_whole_table(filled, question):
    path, catalogue = filled
    asked = []
    event.listen(catalogue._read, "before_cursor_execute",
                 lambda connection, cursor, statement, parameters, *_: asked.append((statement, parameters)))
    assert question(catalogue)
    statements = [(statement, parameters) for statement, parameters in asked if statement.startswith("SELECT")]
    assert 0 < len(statements) <= 2
    with sqlite3.connect(path) as database:
        plan = [row[3] for statement, parameters in statements
                for row in database.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]
    database.close()
    # a scan is a walk; SQLite says SEARCH where an index leads to the rows; what lies in subqueries is small or indexed
    walks = [step for step in plan if step.startswith("SCAN ") and "SUBQUERY" not in step]
    assert not walks, plan


def test_text_is_found_however_many_items_there_are(filled):
    _, catalogue = filled
    assert [entry.item.id for entry in catalogue.items(ItemFilter(text="STORY 2999 says"))] == ["ITEM-2999"]
    assert catalogue.count_items(ItemFilter(text="site7.example")) == ITEMS // 500


def test_figures_of_many(filled):
    _, catalogue = filled
    counts = catalogue.counts()
    assert (counts.items, counts.captures, counts.citations, counts.records) == (ITEMS, ITEMS, ITEMS, ITEMS)
    assert catalogue.coverage().verdicts == {
        Verdict.COMPLETE: ITEMS * 8 // 10, Verdict.GONE: ITEMS // 10, Verdict.LOGIN_WALL: ITEMS // 10}
    assert catalogue.last_numbers().item == ITEMS


def test_the_large_case_of_the_benchmarks_has_the_catalogue_that_reindexing_makes(tmp_path):
    hand = large_case(tmp_path, 45, cited=5)
    opening.build(tmp_path / "anew.sqlite", hand.case.layout, hand.case.log).close()
    with sqlite3.connect(hand.case.layout.catalogue) as made, sqlite3.connect(tmp_path / "anew.sqlite") as anew:
        for table in schema.metadata.sorted_tables:
            columns = ", ".join(f'"{column.name}"' for column in table.columns)
            query = f"SELECT {columns} FROM {table.name} ORDER BY 1, 2, 3" if len(table.columns) > 2 else \
                f"SELECT {columns} FROM {table.name} ORDER BY 1"
            assert made.execute(query).fetchall() == anew.execute(query).fetchall(), table.name
    made.close()
    anew.close()
    hand.case.close()
