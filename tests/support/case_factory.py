"""Small real cases for tests: made with the store alone, nothing faked.

`new_case` and `make_case` of tests/conftest.py are these as fixtures.
"""

import gzip
import hashlib
import io
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from evidence_store.case import Case, CaseCharter
from evidence_store.custody.keys import FileSigner, create_key
from evidence_store.events import (
    Captured,
    Cite,
    CiteAction,
    FindingEvent,
    Imported,
    Note,
    NumberedCitation,
    Transformed,
)
from evidence_store.findings import Bearing, Outcome
from evidence_store.records import (
    Capture,
    CaptureId,
    Circumstances,
    Citation,
    CitationId,
    CitationKind,
    Derivative,
    DerivativeKind,
    Exchange,
    Item,
    ItemId,
    ItemKind,
    Memento,
    Peer,
    Recipe,
    Sha256,
    Tool,
    Truncation,
    Verdict,
)
from evidence_store.warc.model import Block
from evidence_store.warc.writer import WarcWriter
from evidence_store.writer import CaseWriter

PRINCIPAL = "investigator@example.org"
ARTICLE_URL = "https://blog.example/2015/06/sarmin"
TOOL = Tool(name="test", version="1")
CIRCUMSTANCES = Circumstances(collector=PRINCIPAL, machine="Linux x86_64", clock="not synchronised", egress="direct",
                              identity="none", tools=(TOOL,))


class TickingClock:
    """UTC, one second later at each call."""

    def __init__(self, start: datetime = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)) -> None:
        self.now = start

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseInHand:
    """A case, the key enrolled in it, and what a writer of it needs."""

    case: Case
    signer: FileSigner
    clock: TickingClock
    random: Callable[[int], bytes]

    @property
    def root(self) -> Path:
        return self.case.layout.root

    def copy(self, root: Path) -> "CaseInHand":
        """The same case in another folder."""
        shutil.copytree(self.root, root)
        return replace(self, case=Case.open(root), clock=TickingClock(self.clock.now + timedelta(days=1)),
                       random=Random(str(root.name)).randbytes)

    def copy_with_key(self, folder: Path) -> "CaseInHand":
        """The same case and key, under their names in another folder, as if they had been made there."""
        for path in (self.root, *self.root.parent.glob(f"{self.root.name}-key*")):
            (shutil.copytree if path.is_dir() else shutil.copy2)(path, folder / path.name)
        return replace(self, case=Case.open(folder / self.root.name), clock=TickingClock(self.clock.now),
                       random=Random(2).randbytes)

    def writer(self, command: str = "test") -> AbstractContextManager[CaseWriter]:
        return self.case.writer(self.signer, command=command, clock=self.clock, random=self.random)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server said, for `capture`."""

    url: str
    content: bytes
    media_type: str
    kind: ItemKind
    status: int = 200
    gzipped: bool = False
    chunked: bool = False
    cut: int = 0              # bytes missing from the end of the body

    @property
    def payload(self) -> bytes:
        """The body with its content coding, as far as it came."""
        body = gzip.compress(self.content, mtime=0) if self.gzipped else self.content
        return body[:-self.cut] if self.cut else body

    def response(self) -> bytes:
        """The bytes on the wire."""
        body = gzip.compress(self.content, mtime=0) if self.gzipped else self.content
        fields = f"Content-Type: {self.media_type}\r\n"
        if self.gzipped:
            fields += "Content-Encoding: gzip\r\n"
        if self.chunked:
            fields += "Transfer-Encoding: chunked\r\n"
            half = len(body) // 2
            body = b"".join(b"%x;ext=1\r\n%b\r\n" % (len(part), part) for part in (body[:half], body[half:]) if part)
            body += b"0\r\nX-Trailer: yes\r\n\r\n"
        else:
            fields += f"Content-Length: {len(body)}\r\n"
        head = f"HTTP/1.1 {self.status} Whatever\r\nServer: test\r\n{fields}\r\n".encode()
        return head + (body[:-self.cut] if self.cut else body)


def new_case(folder: Path, name: str = "case", *, seed: int = 1, title: str = "Sarmin") -> CaseInHand:
    """An empty case in `folder/name`, its key beside it; the same seed gives the same ids and salts."""
    signer = create_key(folder / f"{name}-key", comment="", passphrase=None)
    clock, random = TickingClock(), Random(seed).randbytes
    case = Case.create(folder / name, CaseCharter(title=title, purpose="to test"), signer=signer,
                       principal=PRINCIPAL, clock=clock, random=random, software=(TOOL,))
    return CaseInHand(case=case, signer=signer, clock=clock, random=random)


def exchange(hand: CaseInHand, warc: WarcWriter, answer: Answer) -> Exchange:
    """Write an exchange into the WARC, as a recorder would."""
    now = hand.clock()
    request_id, response_id = warc.new_record_id(), warc.new_record_id()
    path = "/" + answer.url.split("/", 3)[3]
    host = answer.url.split("/")[2]
    with warc.exchange():
        request = warc.write_request(uri=answer.url, date=now, record_id=request_id, concurrent_to=(response_id,),
                                     block=Block.of_bytes(f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()))
        truncated = Truncation.DISCONNECT if answer.cut else None
        response = warc.write_response(uri=answer.url, date=now, record_id=response_id, truncated=truncated,
                                       payload_sha256=Sha256(hashlib.sha256(answer.payload).hexdigest()),
                                       block=Block.of_bytes(answer.response()))
        note = warc.write_metadata(uri=answer.url, date=now, block=Block.of_bytes(b"tls: none\r\n"),
                                   media_type="application/warc-fields", concurrent_to=(response_id,))
    content = answer.content[:len(answer.content) - answer.cut]
    digest = Sha256(hashlib.sha256(content).hexdigest())
    return Exchange(url=answer.url, method="GET", started_at=now, ended_at=now + timedelta(milliseconds=5),
                    peer=Peer(host=host, port=443, address="192.0.2.1"), request=request.ref, response=response.ref,
                    status=answer.status, media_type=answer.media_type, payload_sha256=response.payload_sha256,
                    payload_length=len(answer.payload), content_sha256=digest, content_length=len(content),
                    truncated=truncated, other_records=(note.ref,))


def capture(hand: CaseInHand, writer: CaseWriter, warc: WarcWriter, *answers: Answer, verdict: Verdict,
            citations: tuple[CitationId, ...] = (), memento: Memento | None = None) -> Capture:
    """Write the answers into the WARC and record the capture of the first URL; each answer becomes an item."""
    exchanges = tuple(exchange(hand, warc, answer) for answer in answers)
    items = tuple(
        Item(id=writer.new_item_id(), kind=answer.kind, sha256=made.content_sha256, length=made.content_length,
             media_type=answer.media_type, source=made.response, url=answer.url, name=answer.url.rsplit("/", 1)[1],
             obtained_at=made.started_at, truncated=made.truncated)
        for answer, made in zip(answers, exchanges, strict=True) if answer.status == 200)
    done = Capture(id=CaptureId(hand.random(8).hex()), url=answers[0].url, final_url=answers[0].url,
                   identity=answers[0].url, started_at=exchanges[0].started_at, ended_at=hand.clock(),
                   client="requests", verdict=verdict, reasons=() if verdict is Verdict.COMPLETE else ("said so",),
                   against="page", sent=len(answers), recorded=len(answers), citations=citations, exchanges=exchanges,
                   items=items, memento=memento)
    writer.append(Captured(capture=done, circumstances=CIRCUMSTANCES))
    return done


PAGE = Answer(url=ARTICLE_URL, media_type="text/html", kind=ItemKind.PAGE, gzipped=True, chunked=True,
              content="<html><h1>Live</h1><p>As Reuters reported:</p><p>مدرسة</p>".encode() * 20)
PHOTO = Answer(url="https://img.example/school.jpg", media_type="image/jpeg", kind=ItemKind.PHOTO,
               content=b"\xff\xd8\xff\xe0" + Random(7).randbytes(5000) + b"\xff\xd9")
POST = Answer(url="https://x.example/lcc/status/1", media_type="text/html", kind=ItemKind.POST, chunked=True,
              content=b"<p>Photo of the school in Sarmin</p>")
VIDEO = Answer(url="https://video.example/tow.mp4", media_type="video/mp4", kind=ItemKind.VIDEO, cut=700,
               content=Random(8).randbytes(3000))
GONE = Answer(url="https://news.example/gone", media_type="text/html", kind=ItemKind.PAGE, status=404,
              content=b"not here any more")


def rich_case(folder: Path, name: str = "case", *, seed: int = 1) -> CaseInHand:
    """A small case with something of everything.

    ITEM-0001 the article, 0002 a post, 0003 its photo, 0004 a video cut short, 0005 an imported file with the photo's
    bytes. CITE-0001 the post (complete), 0002 the photo (its capture is the post's), 0003 the video (truncated), 0004 a
    page that is gone, 0005 a mention, 0006 dismissed, 0007 a lost embed that was linked, 0008 added by hand.
    """
    hand = new_case(folder, name, seed=seed)
    with hand.writer() as writer:
        warc = writer.warc(software=(TOOL,))
        article = capture(hand, writer, warc, PAGE, verdict=Verdict.COMPLETE)
        cited = _cite(writer, article.items[0].id)
        capture(hand, writer, warc, POST, PHOTO, verdict=Verdict.COMPLETE, citations=cited[:2])
        capture(hand, writer, warc, VIDEO, verdict=Verdict.TRUNCATED, citations=cited[2:3])
        capture(hand, writer, warc, GONE, verdict=Verdict.UNREACHABLE, citations=cited[3:4])
        capture(hand, writer, warc, GONE, verdict=Verdict.GONE, citations=cited[3:4])
        blob = writer.add_blob(io.BytesIO(PHOTO.content))
        writer.append(Imported(
            items=(Item(id=writer.new_item_id(), kind=ItemKind.PHOTO, sha256=blob.sha256, length=blob.length,
                        media_type="image/jpeg", source=blob, name="IMG-20150616.jpg", obtained_at=hand.clock(),
                        same_bytes_as=ItemId("ITEM-0003")),),
            received_from="a resident of Sarmin", how="messenger", circumstances=CIRCUMSTANCES))
        thumbnail = writer.add_blob(io.BytesIO(b"a thumbnail"))
        writer.append(Transformed(derivative=Derivative(
            item=ItemId("ITEM-0003"), kind=DerivativeKind.THUMBNAIL, content=thumbnail, media_type="image/png",
            recipe=Recipe(tool=TOOL, arguments=("--size", "64"), inputs=(blob,)))))
        writer.append(*_findings())
        writer.append(*_findings(outcome=Outcome.PASS))
        writer.append(Note(item=ItemId("ITEM-0003"), text="the roof is the one of the school"))
    return hand


def _cite(writer: CaseWriter, article: ItemId) -> tuple[CitationId, ...]:
    found = (
        Citation(kind=CitationKind.POST, url=POST.url, identity=POST.url, platform="x", embedded=True, anchor="LCC",
                 context="The school in Sarmin was hit", offset=10),
        Citation(kind=CitationKind.PHOTO, url=PHOTO.url, identity=PHOTO.url, credit="LCC", context="مدرسة سرمين"),
        Citation(kind=CitationKind.VIDEO, url=VIDEO.url, identity=VIDEO.url, context="A TOW near Wudehi"),
        Citation(kind=CitationKind.DOCUMENT, url=GONE.url, identity=GONE.url, context="57 were killed, it said"),
        Citation(kind=CitationKind.MENTION, source="TASS", context="TASS reported three Russians among them"),
        Citation(kind=CitationKind.DOCUMENT, url="https://shop.example/", identity="https://shop.example/"),
        Citation(kind=CitationKind.LOST_EMBED, source="Reuters", context="As Reuters reported:"),
    )
    numbered = [NumberedCitation(id=writer.new_citation_id(), citation=one) for one in found]
    added = NumberedCitation(id=writer.new_citation_id(), citation=Citation(
        kind=CitationKind.POST, url="https://x.example/lcc/status/2", identity="https://x.example/lcc/status/2",
        platform="x"))
    mosque, linked = numbered[5], numbered[6]
    linked = replace(linked, citation=replace(linked.citation, url="https://reuters.example/1",
                                              identity="https://reuters.example/1"))
    writer.append(
        Cite(action=CiteAction.FOUND, article_url=ARTICLE_URL, article_item=article, citations=tuple(numbered)),
        Cite(action=CiteAction.ADDED, article_url=ARTICLE_URL, article_item=article, citations=(added,)),
        Cite(action=CiteAction.DISMISSED, article_url="", article_item=None, citations=(mosque,), reason="an advert"),
        Cite(action=CiteAction.LINKED, article_url="", article_item=None, citations=(linked,)))
    return tuple(one.id for one in numbered)


def _findings(outcome: Outcome = Outcome.INCONCLUSIVE) -> tuple[FindingEvent, ...]:
    return (
        FindingEvent(item=ItemId("ITEM-0003"), check="fixity.sha256", outcome=outcome, summary="as recorded",
                     tools=(TOOL,), details={"sha256": "0" * 64}),
        FindingEvent(item=ItemId("ITEM-0003"), check="metadata.exif", outcome=Outcome.NOT_APPLICABLE,
                     summary="no EXIF", tools=(TOOL,), bearing=Bearing.SILENT),
        FindingEvent(item=None, check="warc.members", outcome=Outcome.PASS, summary="every member is whole",
                     tools=(TOOL,)),
    )
