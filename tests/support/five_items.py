"""A case with five items, one of which is to be withheld, and all that is usually said of it."""

import hashlib
import io
from pathlib import Path
from random import Random

import case_factory
from case_factory import CIRCUMSTANCES, TOOL, Answer

from evidence_store.claims import Claim, ClaimAction, NumberedClaim, Predicate, Relation
from evidence_store.events import (
    Cite,
    CiteAction,
    Claimed,
    FindingEvent,
    Imported,
    Linked,
    Note,
    NumberedCitation,
    Transformed,
    Translated,
)
from evidence_store.findings import Outcome
from evidence_store.records import (
    Citation,
    CitationKind,
    Derivative,
    DerivativeKind,
    Item,
    ItemId,
    ItemKind,
    Recipe,
    Verdict,
)

WITHHELD = ItemId("ITEM-0002")
PAGE = Answer(url="https://blog.example/2015/06/sarmin", media_type="text/html", kind=ItemKind.PAGE, gzipped=True,
              content=b"<html><h1>Live</h1><p>57 were killed</p></html>")
FACE = Answer(url="https://img.example/witness-portrait.jpg", media_type="image/jpeg", kind=ItemKind.PHOTO,
              content=b"\xff\xd8\xff\xe0" + Random(11).randbytes(4000) + b"\xff\xd9")
SCHOOL = Answer(url="https://img.example/school.jpg", media_type="image/jpeg", kind=ItemKind.PHOTO,
                content=b"\xff\xd8\xff\xe0" + Random(12).randbytes(3000) + b"\xff\xd9")
PDQ = hashlib.sha256(b"pdq").hexdigest()
OCR = "Umm Khalid in front of her house"
THUMBNAIL = b"\x89PNG of the witness" + Random(13).randbytes(200)
STATEMENTS = {"statement-one.txt": b"I was there.\n", "statement-two.txt": b"So was I.\n"}


def five_items(folder: Path) -> case_factory.CaseInHand:
    """ITEM-0001 the article, 0002 a portrait and 0003 a school on it, 0004 and 0005 imported together."""
    hand = case_factory.new_case(folder)
    with hand.writer() as writer:
        warc = writer.warc(software=(TOOL,))
        case_factory.capture(hand, writer, warc, PAGE, FACE, SCHOOL, verdict=Verdict.COMPLETE)
        cited = [NumberedCitation(id=writer.new_citation_id(), citation=Citation(
            kind=CitationKind.PHOTO, url=answer.url, identity=answer.url)) for answer in (FACE, SCHOOL)]
        writer.append(Cite(action=CiteAction.FOUND, article_url=PAGE.url, article_item=ItemId("ITEM-0001"),
                           citations=tuple(cited)))
        items = []
        for name, content in STATEMENTS.items():
            blob = writer.add_blob(io.BytesIO(content))
            items.append(Item(id=writer.new_item_id(), kind=ItemKind.DOCUMENT, sha256=blob.sha256, length=blob.length,
                              media_type="text/plain", source=blob, name=name, obtained_at=hand.clock()))
        writer.append(Imported(items=tuple(items), received_from="SOURCE-07", how="on a stick",
                               circumstances=CIRCUMSTANCES))
        _say_of(writer)
    return hand


def _say_of(writer) -> None:
    small = writer.add_blob(io.BytesIO(THUMBNAIL))
    claims = tuple(NumberedClaim(id=writer.new_claim_id(), claim=Claim(source=source, predicate=Predicate.KILLED,
                                                                       number=number, item=item))
                   for source, number, item in (("SOHR", 57, ItemId("ITEM-0001")), ("a witness", 45, WITHHELD)))
    writer.append(
        FindingEvent(item=WITHHELD, check="image.hashes", outcome=Outcome.PASS, summary="hashes", tools=(TOOL,),
                     details={"pdq": PDQ}),
        FindingEvent(item=WITHHELD, check="text.ocr", outcome=Outcome.PASS, summary=OCR, tools=(TOOL,)),
        FindingEvent(item=ItemId("ITEM-0003"), check="reuse", outcome=Outcome.PASS, tools=(TOOL,),
                     summary=f"looks like {WITHHELD}", details={"nearest": PDQ}),
        FindingEvent(item=ItemId("ITEM-0003"), check="fixity.sha256", outcome=Outcome.PASS, summary="as recorded",
                     tools=(TOOL,)),
        Transformed(derivative=Derivative(item=WITHHELD, kind=DerivativeKind.THUMBNAIL, content=small,
                                          media_type="image/png",
                                          recipe=Recipe(tool=TOOL, arguments=(), inputs=(small,)))),
        Translated(item=WITHHELD, language="en", text=OCR, translator="a friend"),
        Note(item=None, text=f"compare {WITHHELD} with the article"),
        Claimed(action=ClaimAction.ADDED, claims=claims),
        Linked(item=WITHHELD, claim=claims[0].id, relation=Relation.CONTRADICTS),
        Linked(item=ItemId("ITEM-0004"), claim=claims[0].id, relation=Relation.CONTRADICTS),
    )

