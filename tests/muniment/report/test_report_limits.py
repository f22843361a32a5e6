"""A large case and a hostile one: pages stay small enough to open, and what was captured stays inert everywhere."""

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest

from evidence_store.claims import (
    Claim,
    ClaimAction,
    ClaimId,
    Confidence,
    Geolocation,
    Judgement,
    NumberedClaim,
    Predicate,
    Question,
    Relation,
)
from evidence_store.events import (
    Assessed,
    Body,
    Captured,
    CaseOpen,
    Cite,
    CiteAction,
    Claimed,
    Disclose,
    Event,
    FindingEvent,
    Imported,
    Incident,
    KeyEnrol,
    Linked,
    Note,
    NumberedCitation,
    Reviewed,
    Tagged,
    Transformed,
    Translated,
)
from evidence_store.findings import Outcome
from evidence_store.records import (
    BlobRef,
    Capture,
    CaptureId,
    CaseId,
    Circumstances,
    Citation,
    CitationId,
    CitationKind,
    Derivative,
    DerivativeKind,
    Item,
    ItemId,
    ItemKind,
    Recipe,
    Sha256,
    Tool,
    Verdict,
)
from muniment.report import evidence
from muniment.report.building import report_files
from muniment.report.compared import ComparedPage, comparison_html
from muniment.report.dossier import gather
from muniment.report.edition import Edition
from muniment.report.material import NoMaterial, Paragraph
from muniment.report.site import MAX_PAGE

START = datetime(2026, 2, 3, tzinfo=UTC)
TOOL = Tool(name="Muniment", version="0.1.0")
AROUND = Circumstances(collector="a", machine="b", clock="c", egress="d", identity="e", tools=(TOOL,))
# Each of these would do something where it was not escaped: in text, an attribute, a style, a link, a title.
PAYLOADS = ("<script>window.hit=1</script>", "\"><img src=x onerror=window.hit=1>", "' onmouseover='window.hit=1",
            "javascript:window.hit=1", "data:text/html,<script>window.hit=1</script>",
            "</style><script>window.hit=1</script>",
            "</title><script>window.hit=1</script>", "{{ 7*7 }}{% raw %}", "\u202egnp.exe\u2066x", "\x00\x1b[2J\x07",
            "<svg onload=window.hit=1>", "--><script>window.hit=1</script>", "<a href=javascript:window.hit=1>x</a>")
HOSTILE = " ".join(PAYLOADS)


def numbered(bodies: Iterator[Body], start) -> Iterator[Event]:
    for seq, body in enumerate(bodies):
        yield Event(seq=seq, time=start + timedelta(seconds=seq), key="SHA256:x", body=body)


def item(number: int, start, **fields: object) -> Item:
    made = Item(id=ItemId(f"ITEM-{number:04d}"), kind=ItemKind.PHOTO, sha256=Sha256(f"{number:064x}"), length=1000,
                media_type="image/jpeg", obtained_at=start,
                source=BlobRef(sha256=Sha256(f"{number:064x}"), length=1000))
    return replace(made, **fields)


def hostile_case(start, text: str) -> Iterator[Body]:
    """Every field that text from outside can come into holds `text`."""
    tool = Tool(name=text, version=text)
    around = Circumstances(collector=text, machine=text, clock=text, egress=text, identity=text, tools=(tool,))
    first = item(1, start, kind=ItemKind.PAGE, url=text, name=text, media_type=text)
    second = item(2, start, name=text, url="https://media.example/" + text)
    yield CaseOpen(case=CaseId("0" * 32), title=text, purpose=text, authority=text, scope=text, software=(tool,))
    yield KeyEnrol(public_key="x", fingerprint=text, principal=text, role=text, protection="none")
    citation = Citation(kind=CitationKind.POST, url=text, identity=text, platform=text, anchor=text, context=text,
                        credit=text, claimed_time=text, claimed_place=text, source=text, alternatives=(text,))
    yield Cite(action=CiteAction.FOUND, article_url=text, article_item=ItemId("ITEM-0001"),
               citations=(NumberedCitation(id=CitationId("CITE-0001"), citation=citation),
                          NumberedCitation(id=CitationId("CITE-0002"), citation=citation)))
    yield Cite(action=CiteAction.DISMISSED, article_url=text, article_item=None, reason=text,
               citations=(NumberedCitation(id=CitationId("CITE-0002"), citation=citation),))
    for cited in ((), (CitationId("CITE-0001"),)):
        yield Captured(circumstances=around, capture=Capture(
            id=CaptureId("0" * 16), url=text, final_url=text + "2", started_at=start, ended_at=start, client=text,
            verdict=Verdict.PARTIAL, reasons=(text,) * 3, against=text, sent=1, recorded=1, unrecorded=(text,),
            refused=(text,), citations=cited, items=() if cited else (first,), interactions=(text,)))
    yield Imported(items=(second,), received_from=text, how=text, circumstances=around, received_by=text,
                   received_at=text, conditions=text)
    point = {"name": text, "latitude": "1", "longitude": "2", "distance_km": "1"}
    for check in ("metadata.exif", "image.hashes", "place.claimed", "time.timeline", "reuse.search",
                  "replay.comparison", text):
        yield FindingEvent(item=ItemId("ITEM-0002"), check=check, outcome=Outcome.FAIL, summary=text,
                           tools=(tool,), details={
            "normalised": {text: text, "make": text}, "readers": {text: {"tags": {text: text}, "version": text}},
            "missing": [text], "added": [text], "regions": [[[text, "0"]] * 4, [["0", "0"]] * 4],
            text: text, "nested": {text: [text]}, "phash": {"hash": text}, "latitude": "1", "longitude": "2",
            "claimed": [{"name": text, "candidates": [point]}], "not_after": {"latest": text, "source": text},
            "marks": [{"kind": "claimed", "earliest": "2015-10-20T00:00:00Z", "latest": "2015-10-21T00:00:00Z",
                       "source": text, "stated": text}],
            "matches": [{"name": text, "collection": text, "url": text, "relation": text, "agreement": text,
                         "first_seen": text, "region_query": [[text, text]] * 4,
                         "region_target": [["0", "0"], ["1", "0"], ["1", "1"], ["0", "1"]]}]})
    yield Transformed(derivative=Derivative(
        item=ItemId("ITEM-0002"), kind=DerivativeKind.REPLAY, media_type="image/png",
        content=BlobRef(sha256=Sha256("a" * 64), length=9), recipe=Recipe(tool=tool, arguments=(text,), inputs=())))
    yield FindingEvent(item=None, check=text, outcome=Outcome.ERROR, summary=text, tools=())
    claim = Claim(source=text, predicate=Predicate.KILLED, attributed_to=text, subject=text, number=3, quantity=text,
                  place=text, date=text, date_words=text, actor=text, weapon=text, passage=text, document=text,
                  language=text, rule=text)
    yield Claimed(action=ClaimAction.ADDED, claims=(NumberedClaim(id=ClaimId("CLAIM-0001"), claim=claim),))
    yield Linked(item=ItemId("ITEM-0002"), claim=ClaimId("CLAIM-0001"), relation=Relation.SUPPORTS, reason=text)
    yield Assessed(item=ItemId("ITEM-0002"), question=Question.TIME, answer=text, confidence=Confidence.LOW,
                   reasoning=text, because=(ItemId(text),), place=Geolocation(latitude="1", longitude="2",
                   precision_m=1))
    yield Reviewed(assessment=19, judgement=Judgement.AGREES, text=text)
    yield Translated(item=ItemId("ITEM-0002"), language=text, text=text, translator=text)
    yield Tagged(item=ItemId("ITEM-0002"), tags=(text,))
    yield Note(item=ItemId("ITEM-0002"), text=text)
    yield Note(item=None, text=text)
    yield Incident(what=text, affected=(text,), action=text)
    yield Disclose(bundle=text, recipient=text, held=2, included=2)
    yield Disclose(bundle="ab" * 16, recipient=text, held=2, included=2)


class HostileArticle(NoMaterial):
    """An article whose text is hostile too."""

    def __init__(self, text: str) -> None:
        self.text = text

    def paragraphs(self, item):
        return (Paragraph(text=self.text, offset=0), Paragraph(text=self.text, offset=len(self.text), heading=True))


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


def pages_of(start, text: str, language: str = "en", *, printed: bool = True) -> dict[str, str]:
    dossier = gather(numbered(hostile_case(start, text), start))
    edition = Edition(software=TOOL, bundle="ab" * 16, language=language, material=HostileArticle(text),
                      printed=printed)
    return {name: content.decode("utf-8") for name, content in report_files(dossier, edition) if name.endswith(".html")}


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


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("payload", PAYLOADS, ids=[f"payload {number}" for number in range(len(PAYLOADS))])
def test_no_sink_of_any_page_holds_what_was_captured(payload, language):
    for name, page in pages_of(START, payload, language).items():
        found = Sinks(page)
        assert found.tags <= TAGS, name
        assert found.attributes <= ATTRIBUTES, name
        assert [one for one in found.addresses if not ADDRESSES.fullmatch(one)] == [], name
        style = page[page.index("<style>"):page.index("</style>")]
        assert "hit=1" not in style
        assert "url(" not in page
        assert not {char for char in page if char in "\u202e\u2066\u0000\u001b\u0007"}, name


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
        assert not {char for char in page if char in "\u202e\u2066\u0000\u001b\u0007"}, name


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
