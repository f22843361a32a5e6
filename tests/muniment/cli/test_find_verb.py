"""`muniment find`: full-text search over a case."""

import pytest


@pytest.fixture
def sample(sample_case, monkeypatch):
    monkeypatch.setenv("MUNIMENT_CASE", str(sample_case.root))
    monkeypatch.setenv("MUNIMENT_KEY", str(sample_case.root.parent / "sample-key"))
    return sample_case


def references(muniment, *words):
    return [(hit["kind"], hit["reference"]) for hit in muniment("find", *words, "--json").document["hits"]]


def test_articles_citations_and_notes_are_found_without_indexing_first(muniment, sample):
    assert ("text", "ITEM-0001") in references(muniment, "live", "blog")
    assert references(muniment, "remains", "Sarmin") == [("citation", "CITE-0001")]
    assert [kind for kind, _ in references(muniment, "desk")] == ["note"]


def test_what_is_recorded_later_is_found_the_next_time(muniment, sample):
    assert references(muniment, "minaret") == []
    muniment("note", "the minaret has two balconies", "--item", "ITEM-0002")
    muniment("claim", "add", "--source", "LCC", "--predicate", "struck", "--subject", "a minaret")
    muniment("translate", "ITEM-0003", "--into", "en", "--text", "under the minaret", "--translator", "O.")
    assert sorted(kind for kind, _ in references(muniment, "minaret")) == ["claim", "note", "translation"]


def test_an_imported_article_is_found_in_arabic(muniment, sample, tmp_path):
    path = tmp_path / "post.txt"
    path.write_text("قتل ثمانية أشخاص في المدرسة في سرمين.", encoding="utf-8")
    muniment("claim", "propose", path, "--accept", "all")
    assert {kind for kind, _ in references(muniment, "مدرسة")} == {"text", "claim"}


def test_a_lost_index_is_made_anew(muniment, sample):
    before = references(muniment, "blog")
    sample.case.layout.search.unlink()
    assert references(muniment, "blog") == before
    sample.case.layout.search.write_bytes(b"damaged" * 1000)
    assert references(muniment, "blog") == before


def test_a_case_that_cannot_be_written_is_searched_all_the_same(muniment, sample, monkeypatch):
    monkeypatch.setattr("os.access", lambda *_: False)
    assert references(muniment, "desk")
    assert not sample.case.layout.search.exists()
