"""The search index: what is found, in which script, and how the passage is shown."""

import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence_store.catalogue.model import LedgerHead
from evidence_store.records import Sha256
from evidence_store.search.folding import fold, fold_with_origins, match_expression
from evidence_store.search.index import Document, DocumentKind, SearchIndex

HEAD = LedgerHead(size=3, line=Sha256("a" * 64))
TEXTS = {
    "ITEM-0001": "Remains of a school in Sarmin today. Photo from LCC. The strikes killed eight people.",
    "ITEM-0002": "صورةٌ من المَدرسة في سرمين بعد الغارات. قُتل ثمانية أشخاص.",
    "ITEM-0003": "В Латакии погибли 45 человек, сообщает обсерватория.",
    "ITEM-0004": "Die Schule in Saarbrücken heißt jetzt anders.",
}


@pytest.fixture
def index(tmp_path):
    made = SearchIndex(tmp_path / "search.sqlite")
    made.add([Document(kind=DocumentKind.TEXT, reference=name, title=f"https://x.example/{name}", text=text)
              for name, text in TEXTS.items()], HEAD)
    return made


@pytest.mark.parametrize(("query", "found"), [
    ("school", ["ITEM-0001"]), ("SCHOOLS sarmin", ["ITEM-0001"]), ("killing", ["ITEM-0001"]),
    ('"school in Sarmin"', ["ITEM-0001"]),
    ('"Sarmin school"', []), ("school Aleppo", []), ("scho*", ["ITEM-0001"]),
    ("مدرسة", ["ITEM-0002"]), ("المدرسه", ["ITEM-0002"]), ("والمدرسة", ["ITEM-0002"]), ("اشخاص", ["ITEM-0002"]),
    ("غارات", ["ITEM-0002"]), ("Латакия", ["ITEM-0003"]), ("обсерватории", ["ITEM-0003"]),
    ("saarbrucken", ["ITEM-0004"]),
    ("SAARBRÜCKEN heisst", ["ITEM-0004"]), ("٤٥", ["ITEM-0003"]), ("nothing", []), ("", []), ('"', []), ("***", []),
    ("school OR nothing", []), ("text:school", []), ("NEAR(school)", []),
])
def test_words_are_found_in_any_script_and_nothing_in_a_query_is_syntax(index, query, found):
    assert [hit.reference for hit in index.find(query)] == found


def test_the_passage_is_the_text_as_it_is(index):
    (hit,) = index.find("مدرسة")
    assert "المَدرسة" in hit.passage
    assert index.find("eight")[0].passage.endswith("killed eight people.")


def test_a_document_that_comes_again_replaces_the_one_before(index):
    index.add([Document(kind=DocumentKind.TEXT, reference="ITEM-0001", title="", text="a mosque")], HEAD)
    assert index.find("school") == ()
    assert [hit.reference for hit in index.find("mosque")] == ["ITEM-0001"]


def test_kinds_restrict(index):
    index.add([Document(kind=DocumentKind.CLAIM, reference="CLAIM-0001", title="LCC", text="a school")], HEAD)
    assert [hit.reference for hit in index.find("school", kinds=frozenset({DocumentKind.CLAIM}))] == ["CLAIM-0001"]


def test_it_knows_how_much_it_holds_and_forgets_it_when_cleared(index, tmp_path):
    assert SearchIndex(tmp_path / "search.sqlite").head == HEAD
    index.clear()
    assert (index.head.size, index.find("school")) == (0, ())


@pytest.mark.parametrize("content", [b"", b"not a database" * 500])
def test_a_file_that_is_no_index_is_made_anew(tmp_path, content):
    (tmp_path / "search.sqlite").write_bytes(content)
    assert SearchIndex(tmp_path / "search.sqlite").head.size == 0


def test_an_index_of_another_form_is_made_anew(index, tmp_path):
    with sqlite3.connect(tmp_path / "search.sqlite") as connection:
        connection.execute("UPDATE about SET form = 99")
    connection.close()
    assert SearchIndex(tmp_path / "search.sqlite").find("school") == ()


@given(st.text(max_size=200))
def test_every_folded_character_knows_where_it_comes_from(text):
    folded = fold_with_origins(text)
    assert len(folded.text) == len(folded.origins)
    assert list(folded.origins) == sorted(folded.origins)
    assert all(0 <= origin < len(text) for origin in folded.origins)


@settings(deadline=None)          # it opens a database each time
@given(st.text(max_size=100))
def test_any_query_is_answered(tmp_path_factory, text):
    path = tmp_path_factory.getbasetemp() / "any-query.sqlite"
    SearchIndex(path).find(text)
    assert match_expression(text).count('"') % 2 == 0
    assert fold(fold(text).upper()) is not None
