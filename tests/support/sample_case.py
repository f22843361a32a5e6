"""A case as a small run leaves it, with hostile text where captured text stands."""

import hashlib

from case_factory import CaseInHand

from evidence_store.events import Captured, Cite, CiteAction, FindingEvent, Note, NumberedCitation
from evidence_store.findings import Outcome
from evidence_store.records import (
    Capture,
    CaptureId,
    Circumstances,
    Citation,
    CitationKind,
    Exchange,
    Item,
    ItemKind,
    Peer,
    Sha256,
    Verdict,
)
from evidence_store.warc.model import Block
from evidence_store.writer import CaseWriter

HOSTILE_TEXT = "\x1b]0;owned\x07\u202egnp.exe [red]markup[/red]\nforged line"
AROUND = Circumstances(collector="investigator@example.org", machine="Linux x86_64", clock="not synchronised",
                       egress="direct", identity="none", tools=())
SAMPLE_CITATIONS = (
    Citation(kind=CitationKind.PHOTO, url="http://pictures.example/school.jpg", anchor="remains of a school",
             context="A photo shows the remains of a school in Sarmin.", credit="LCC", claimed_place="Sarmin"),
    Citation(kind=CitationKind.POST, url="http://social.example/status/1", platform="x", context=HOSTILE_TEXT),
    Citation(kind=CitationKind.ARTICLE, url="http://wire.example/gone", anchor="as reported"),
    Citation(kind=CitationKind.MENTION, source="TASS", context="TASS said that none was hurt."),
)


class SampleCase:
    """Fills a case with three captures over a real WARC, four citations, findings and a note."""

    def __init__(self, made: CaseInHand, writer: CaseWriter) -> None:
        self.made = made
        self.writer = writer
        self.warc = writer.warc()
        self.captures = 0

    def fill(self) -> None:
        """Everything, in the order of a real run."""
        article = self.capture("http://blog.example/live", b"<p>A live blog</p>", "text/html", ItemKind.PAGE)
        cited = tuple(NumberedCitation(id=self.writer.new_citation_id(), citation=citation)
                      for citation in SAMPLE_CITATIONS)
        self.writer.append(Cite(action=CiteAction.FOUND, article_url="http://blog.example/live",
                                article_item=article.items[0].id, citations=cited))
        photo = self.capture(SAMPLE_CITATIONS[0].url, b"\xff\xd8 not quite a photo", "image/jpeg", ItemKind.PHOTO,
                             citations=(cited[0].id,))
        self.capture(SAMPLE_CITATIONS[1].url, b"<p>A post</p>", "text/html", ItemKind.POST, citations=(cited[1].id,),
                     verdict=Verdict.PARTIAL, reasons=(HOSTILE_TEXT,))
        self.capture(SAMPLE_CITATIONS[2].url, b"", "", None, citations=(cited[2].id,), verdict=Verdict.GONE,
                     reasons=("status 404",))
        item = photo.items[0].id
        self.writer.append(
            FindingEvent(item=item, check="fixity.sha256", outcome=Outcome.PASS, summary="the bytes are those recorded",
                         tools=()),
            FindingEvent(item=item, check="metadata.exif", outcome=Outcome.INCONCLUSIVE, summary=HOSTILE_TEXT,
                         tools=()),
            Note(item=item, text="shown to the desk"))

    def capture(self, url, content, media_type, kind, *, citations=(), verdict=Verdict.COMPLETE, reasons=()) -> Capture:
        """One capture of one exchange, and its item unless `kind` is None."""
        now, self.captures = self.made.clock(), self.captures + 1
        digest = Sha256(hashlib.sha256(content).hexdigest())
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\nContent-Length: {len(content)}\r\n\r\n"
        asked = Block.of_bytes(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        request = self.warc.write_request(uri=url, date=now, block=asked)
        response = self.warc.write_response(uri=url, date=now, block=Block.of_bytes(head.encode() + content),
                                            payload_sha256=digest, concurrent_to=(request.ref.record,))
        exchange = Exchange(url=url, method="GET", started_at=now, ended_at=now, request=request.ref,
                            response=response.ref, status=200, media_type=media_type, payload_sha256=digest,
                            payload_length=len(content), content_sha256=digest, content_length=len(content),
                            peer=Peer(host="x", port=80, address="192.0.2.1"))
        items = () if kind is None else (Item(
            id=self.writer.new_item_id(), kind=kind, sha256=digest, length=len(content), media_type=media_type,
            source=response.ref, url=url, name=url.rpartition("/")[2], obtained_at=now),)
        capture = Capture(id=CaptureId(f"{self.captures:016x}"), url=url, final_url=url, started_at=now, ended_at=now,
                          client="requests", verdict=verdict, reasons=reasons, against="page", sent=1, recorded=1,
                          citations=citations, exchanges=(exchange,), items=items)
        self.writer.append(Captured(capture=capture, circumstances=AROUND))
        return capture
