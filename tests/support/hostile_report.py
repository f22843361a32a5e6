"""A case whose every field from outside holds text that would act where a page lets it, and the pages made of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

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
    to_fields,
)
from evidence_store.findings import Outcome
from evidence_store.posts import MediaKind, Post, PostMedia, PostState, RelatedPost
from evidence_store.posts import Relation as PostRelation
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
    Memento,
    Recipe,
    Sha256,
    Tool,
    Verdict,
)
from muniment.report.building import report_files
from muniment.report.dossier import gather
from muniment.report.edition import Edition
from muniment.report.material import MatrixCell, MatrixRow, NoMaterial, Paragraph

START = datetime(2026, 2, 3, tzinfo=UTC)
TOOL = Tool(name="Muniment", version="0.1.0")
# Each of these would do something where it was not escaped: in text, an attribute, a style, a link, a title.
PAYLOADS = ("<script>window.hit=1</script>", "\"><img src=x onerror=window.hit=1>", "' onmouseover='window.hit=1",
            "javascript:window.hit=1", "data:text/html,<script>window.hit=1</script>",
            "</style><script>window.hit=1</script>",
            "</title><script>window.hit=1</script>", "{{ 7*7 }}{% raw %}", "\u202egnp.exe\u2066x", "\x00\x1b[2J\x07",
            "<svg onload=window.hit=1>", "--><script>window.hit=1</script>", "<a href=javascript:window.hit=1>x</a>",
            "vbscript:hit=1", "red;background:url(https://evil.example/)}*{background:url(https://evil.example/)}",
            "</text></svg><script>window.hit=1</script>", "\u200b\u2060\u00ad\ufeff\U000e0041", "\ud800 \udfff")
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
            refused=(text,), citations=cited, items=() if cited else (first,), interactions=(text,),
            memento=Memento(original=text, archive=text, copies=3, archived_at=start, wanted=text)))
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
    post = Post(platform="x", id=text, url=text, author=text, handle=text, title=text, text=text, summary=text,
                time=text, state=PostState.EDITED, state_words=text, edited_at=text,
                media=(PostMedia(kind=MediaKind.VIDEO, url=text),),
                related=(RelatedPost(relation=PostRelation.QUOTED, id=text, author=text, handle=text, text=text),))
    yield FindingEvent(item=ItemId("ITEM-0001"), check="post", outcome=Outcome.PASS, summary=text, tools=(),
                       details={"posts": [to_fields(post)]})
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

    def matrix(self, claims, links):
        cell = MatrixCell(origin=self.text, relayed_by=(self.text,), claims=claims)
        return (MatrixRow(what=self.text, place=self.text, date=self.text, subject=self.text, agreement="conflict",
                          cells=(cell,), conflicts=(self.text,)),)


def pages_of(start, text: str, language: str = "en", *, printed: bool = True) -> dict[str, str]:
    dossier = gather(numbered(hostile_case(start, text), start))
    edition = Edition(software=TOOL, bundle="ab" * 16, language=language, material=HostileArticle(text),
                      printed=printed)
    return {name: content.decode("utf-8") for name, content in report_files(dossier, edition) if name.endswith(".html")}
