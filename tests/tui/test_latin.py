"""Arabic and Cyrillic in Latin letters, and the lines they stand on."""

import pytest

from tui.latin import MARK, latin, needs_latin
from tui.widgets.article_lines import lay_out
from tui.widgets.lines import Fact, fact, laid_out, wrapped


@pytest.mark.parametrize(("text", "read"), [
    ("مدرسة سرمين", "mdrsa srmyn"),                      # short vowels are not written, and not guessed
    ("المدرسة في سرمين", "al-mdrsa fy srmyn"),
    ("وقال المرصد السوري", "wqal al-mrsd al-swry"),
    ("بالمدرسة", "bal-mdrsa"),
    ("الله أكبر", "allh akbr"),
    ("مُحَمَّد", "muhammad"),                               # ... where they are written, they are read
    ("٢٠ تشرين الأول ٢٠١٥", "20 tshryn al-awl 2015"),
    ("Хмеймим: трое погибли", "Khmeimim: troe pogibli"),
    ("Щёлково, Чечня", "Shchelkovo, Chechnia"),
    ("Sarmin, 20 October", "Sarmin, 20 October"),
])
def test_letters_are_read_after_the_tables_of_ala_lc_without_diacritics(text, read):
    assert latin(text) == read
    assert needs_latin(text) is (text != read)
    assert not needs_latin(read)


def test_the_original_stands_alone_on_its_line_and_the_latin_letters_are_marked_as_made_by_a_machine():
    original, read = fact("passage", "مدرسة سرمين")
    assert str(original).endswith("مدرسة سرمين")
    assert (read.name, read.text) == (MARK, "mdrsa srmyn")
    assert len(list(fact("passage", "a school"))) == 1


def test_a_value_goes_on_under_its_own_beginning_and_below_its_name_where_there_is_little_room():
    facts = [Fact(name="SHA-256", text="ab" * 32), Fact(name="kind", text="photo")]
    assert laid_out(facts, 60).plain.splitlines() == [
        "SHA-256       " + "ab" * 16, " " * 14 + "ab" * 16, "kind          photo"]
    assert laid_out(facts, 40).plain.splitlines() == ["SHA-256", "  " + "ab" * 16, "  " + "ab" * 16, "kind", "  photo"]


@pytest.mark.parametrize("width", [4, 7, 20, 200])
def test_wrapped_text_loses_nothing_but_the_spaces_it_was_cut_at(width):
    text = "a school in Sarmin https://pictures.example/a-very-long-name.jpg مدرسة سرمين"
    assert "".join(wrapped(text, width)).replace(" ", "") == text.replace(" ", "")


def test_the_comma_behind_a_citation_does_not_stand_alone_on_the_next_line():
    from archiver.citations.outline import Block, BlockKind
    from evidence_store.catalogue.model import CitationEntry
    from evidence_store.events import CiteAction
    from evidence_store.records import Citation, CitationId, CitationKind

    text = "Yesterday's entries can be read here, and here."
    cited = Citation(kind=CitationKind.ARTICLE, url="http://wire.example/", anchor="read here",
                     offset=text.index("read here"))
    entry = CitationEntry(position=1, id=CitationId("CITE-0001"), citation=cited, action=CiteAction.FOUND, reason="",
                          article_url="", article_item=None, first_seq=0, last_seq=0, captures=0, latest=None)
    for width in range(12, 50):
        lines = lay_out([Block(kind=BlockKind.PARAGRAPH, text=text, offset=0)], [entry], width, 20).lines
        assert not [line.text for line in lines if line.text.startswith((",", " "))]
