"""A large case and a hostile one: pages stay small enough to open, and what was captured stays inert everywhere."""

import re
import time
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from hostile_report import HOSTILE, PAYLOADS, START, TOOL, hostile_case, item, numbered, pages_of

from evidence_store.events import (
    Body,
    Captured,
    CaseOpen,
    Cite,
    CiteAction,
    Disclose,
    FindingEvent,
    NumberedCitation,
)
from evidence_store.findings import Outcome
from evidence_store.records import (
    Capture,
    CaptureId,
    CaseId,
    Circumstances,
    Citation,
    CitationId,
    CitationKind,
    ItemId,
    Verdict,
)
from muniment.report import evidence
from muniment.report.building import report_files
from muniment.report.compared import ComparedPage, comparison_html
from muniment.report.dossier import gather
from muniment.report.edition import Edition
from muniment.report.site import MAX_PAGE

AROUND = Circumstances(collector="a", machine="b", clock="c", egress="d", identity="e", tools=(TOOL,))
class Sinks(HTMLParser):
    """Everything in a page that could act: elements, attributes, addresses, styles."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.addresses: list[str] = []
        self.titles: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.addresses += [value or "" for name, value in attrs if name in {"href", "src"}]


# What hides or reorders text, or acts on a screen.
ACTING = "\u202e\u2066\u0000\u001b\u0007\u200b\u2060\u00ad\ufeff\U000e0041"
# The sinks: where text of a page can act, and what may stand there. A page is inert when it has no others.
TAGS = {"hr", "html",
        "head", "meta", "title", "style", "body", "a", "header", "div", "main", "nav", "section", "article",
        "footer", "h1", "h2", "h3", "p", "ul", "ol", "li", "dl", "dt", "dd", "table", "thead", "tbody", "tr", "th",
        "td", "span",
        "bdi", "code", "pre", "strong", "mark", "blockquote", "details", "summary", "img", "figure", "figcaption", "br",
        "svg", "rect", "circle", "polygon", "line", "path", "text", "g"}
ATTRIBUTES = {"lang", "dir", "charset", "http-equiv", "content", "name", "class", "id", "href", "rel", "src", "alt",
              "loading", "scope", "tabindex", "role", "aria-label", "aria-labelledby", "aria-hidden", "focusable",
              "colspan", "open",
              "viewbox", "preserveaspectratio", "points", "x", "y", "x1", "x2", "y1", "y2", "r", "rx", "width",
              "height",
              "transform", "text-anchor", "d", "direction"}
ADDRESSES = re.compile(r"(\.\./)?((START-HERE|report)\.html|(report/)?[A-Za-z]+-\d+(-\d+)?\.html"
                       r"|report/replay\.html\?\w+=[A-Z]+-\d+|data/items/ITEM-\d+/original\.[a-z0-9]+"
                       r"|data/items/ITEM-\d+/derivatives/replay-[0-9a-f]{16}\.png)?(#[A-Za-z]+(-\d+)?)?"
                       r"|https://media\.example/[^\s<>\"'`{}|\\^]*")


@pytest.mark.parametrize(("payload", "language"),
                         [*((one, "en") for one in PAYLOADS), (HOSTILE, "ar"), (HOSTILE, "fr")],
                         ids=[*(f"payload {number}" for number in range(len(PAYLOADS))), "all-ar", "all-fr"])
def test_no_sink_of_any_page_holds_what_was_captured(payload, language):
    for name, page in pages_of(START, payload, language).items():
        found = Sinks(page)
        assert found.tags <= TAGS, name
        assert found.attributes <= ATTRIBUTES, name
        assert [one for one in found.addresses if not ADDRESSES.fullmatch(one)] == [], name
        style = page[page.index("<style>"):page.index("</style>")]
        assert "hit=1" not in style
        assert "url(" not in style
        assert not {char for char in page if char in ACTING}, name


@pytest.mark.parametrize("payload", PAYLOADS, ids=[f"payload {number}" for number in range(len(PAYLOADS))])
def test_no_sink_of_the_pages_around_the_report_holds_what_was_captured(payload, documents_of):
    events = tuple(numbered(hostile_case(START, payload), START))
    found = next(event.body for event in events if getattr(event.body, "check", "") == "replay.comparison")
    compared = ComparedPage(item="ITEM-0002", url=payload, recorded_at=START, recorded="ITEM-0002-recorded.png",
                            replayed=evidence.replayed((found,), ()), screen="ITEM-0002-replayed.png")
    around = {"START-HERE": documents_of(events, language="ar").start_here,
              "compared": comparison_html(payload, [compared])}
    for name, content in around.items():
        page = content.decode("utf-8")
        sinks = Sinks(page)
        assert sinks.tags <= TAGS, name
        assert sinks.attributes <= ATTRIBUTES, name
        assert set(sinks.addresses) <= {"report.html", "#content", "ITEM-0002-recorded.png", "ITEM-0002-replayed.png"}
        assert "hit=1" not in page[page.index("<style>"):page.index("</style>")]
        assert not {char for char in page if char in ACTING}, name


def test_ten_megabytes_of_text_in_every_field_leave_every_page_small():
    text = ("<b>\u202e" + "ب" * 60 + " & ") * 150_000
    assert len(text.encode()) > 10_000_000
    pages = pages_of(START, text, printed=False)
    assert {name: len(page.encode()) for name, page in pages.items() if len(page.encode()) > MAX_PAGE} == {}


def large_case(count: int, start) -> Iterator[Body]:
    yield CaseOpen(case=CaseId("0" * 32), title="large", purpose="", authority="", scope="", software=(TOOL,))
    for number in range(1, count + 1):
        url = f"https://site{number % 500}.example/story/{number}"
        citation = CitationId(f"CITE-{number:04d}")
        yield Cite(action=CiteAction.FOUND, article_url="https://blog.example/", article_item=None, citations=(
            NumberedCitation(id=citation, citation=Citation(kind=CitationKind.PHOTO, url=url, anchor=f"photo {number}",
                                                            context=f"what photo {number} shows, says the desk")),))
        yield Captured(circumstances=AROUND, capture=Capture(
            id=CaptureId(f"{number:016x}"), url=url, final_url=url, started_at=start, ended_at=start, client="requests",
            verdict=list(Verdict)[number % 3], reasons=("a reason",), against="page", sent=1, recorded=1,
            citations=(citation,), items=(item(number, start, url=url, name=f"{number}.jpg"),)))
        found = ItemId(f"ITEM-{number:04d}")
        for check in ("fixity.sha256", "metadata.exif", "image.hashes", "origin.structure"):
            yield FindingEvent(item=found, check=check, outcome=Outcome.PASS, summary="as recorded", tools=(TOOL,),
                               details={"normalised": {"width": "1200", "height": "800"}})
    yield Disclose(bundle="ab" * 16, recipient="x", held=count, included=count)


def measured(count: int) -> tuple[int, int, float]:
    dossier = gather(numbered(large_case(count, START), START))
    began = time.process_time()
    sizes = [len(content) for _, content in report_files(dossier, Edition(software=TOOL, bundle="ab" * 16))]
    return len(sizes), max(sizes), time.process_time() - began


def test_a_large_case_goes_on_over_pages_that_stay_small():
    pages, largest, _ = measured(400)
    assert pages > 400
    assert largest <= MAX_PAGE


@pytest.mark.soak
def test_ten_thousand_exhibits_take_a_minute_at_most():
    pages, largest, seconds = measured(10_000)
    assert pages > 10_000
    assert largest <= MAX_PAGE
    assert seconds <= 60
