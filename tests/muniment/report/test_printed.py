"""The page that is printed: all of the report in one, which leads nowhere but within itself and to the web."""

from collections import Counter
from html.parser import HTMLParser

import pytest

from evidence_store.records import Tool
from muniment.report.building import PRINTED, report_files
from muniment.report.dossier import gather
from muniment.report.edition import Edition
from muniment.report.wording import hexadecimal


class Anchors(HTMLParser):
    """Where a page leads, and what it can be led to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: Counter[str] = Counter()
        self.labels: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        if tag == "a":
            self.links.append(named["href"])
        if "id" in named:
            self.ids[named["id"]] += 1
        self.labels |= {named["aria-labelledby"]} if "aria-labelledby" in named else set()


@pytest.fixture(scope="module")
def printed(told_events) -> str:
    edition = Edition(software=Tool(name="Muniment", version="1"), bundle="ab" * 16, printed=True)
    return dict(report_files(gather(told_events), edition))[PRINTED].decode()


def test_links_on_paper_lead_within_it_since_the_folder_is_not_handed_on_with_it(printed):
    anchors = Anchors(printed)
    assert len(anchors.links) > 50
    assert [link for link in anchors.links if not link.startswith("#")] == []
    assert {link[1:] for link in anchors.links} <= set(anchors.ids)


def test_nothing_on_it_has_the_name_of_something_else(printed):
    anchors = Anchors(printed)
    assert [name for name, count in anchors.ids.items() if count > 1] == []
    assert anchors.labels <= set(anchors.ids)


def test_it_holds_the_citations_the_claims_and_every_exhibit(printed):
    ids = Anchors(printed).ids
    assert {"CITE-0001", "CITE-0105", "CLAIM-0003", "ITEM-0001", "ITEM-0005"} <= set(ids)


@pytest.mark.parametrize(("text", "kept"), [("0123456789abcdef" * 2, True), ("", True), ("ab\"; } body { display: none",
                         False), ("AB", False), ("a" * 65, False)])
def test_only_hexadecimal_digits_come_into_the_style(text, kept):
    assert hexadecimal(text) == (text if kept else "")
