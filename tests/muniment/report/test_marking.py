"""Citations are marked in the article's text at their own words."""

import pytest

from evidence_store.records import Citation, CitationId, CitationKind
from muniment.report.dossier import CitedThing
from muniment.report.marking import marked
from muniment.report.material import Paragraph

TEXT = "Reuters said so on Tuesday, reports Reuters"


@pytest.mark.parametrize(("offset", "anchor", "pieces", "after"), [
    (136, "Reuters", ["Reuters said so on Tuesday, reports ", "Reuters"], ()),
    (100, "Reuters", ["Reuters", " said so on Tuesday, reports Reuters"], ()),
    (103, "Tuesday", ["Reuters said so on ", "Tuesday", ", reports Reuters"], ()),
    (100, "TASS", [TEXT], (CitationId("CITE-0001"),)), (100, "", [TEXT], (CitationId("CITE-0001"),))],
    ids=["at its own place", "at the first", "where its words come first", "not among them", "without words"])
def test_a_citation_is_marked_where_the_article_makes_it(offset, anchor, pieces, after):
    citation = Citation(kind=CitationKind.ARTICLE, url="https://wire.example/", anchor=anchor, offset=offset)
    thing = CitedThing(id=CitationId("CITE-0001"), citation=citation, article_url="")
    found, = marked([Paragraph(text=TEXT, offset=100)], [thing])
    assert [piece.text for piece in found.pieces] == pieces
    assert found.after == after
