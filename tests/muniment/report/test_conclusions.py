"""Claims and conclusions in the report: what stands, whose it is, and that it cannot act."""

import re
from dataclasses import replace

from evidence_store.claims import (
    Claim,
    ClaimAction,
    ClaimId,
    Confidence,
    Judgement,
    NumberedClaim,
    Predicate,
    Question,
    Relation,
)
from evidence_store.events import Assessed, Claimed, Event, Linked, Reviewed
from evidence_store.records import ItemId

SCHOOL = ItemId("ITEM-0002")
HOSTILE = "<script>alert(1)</script>\u202egnp"


def numbered(number: int, **fields: object) -> NumberedClaim:
    claim = Claim(source="Reuters", attributed_to="SOHR", predicate=Predicate.KILLED, number=45, subject="people",
                  place="Latakia", passage="claims 45 were killed")
    return NumberedClaim(id=ClaimId(f"CLAIM-{number:04d}"), claim=replace(claim, **fields))


def whole(documents) -> str:
    """Every page of the report."""
    return "\n".join(content.decode() for path, content in documents.files().items() if path.endswith(".html"))


def words(documents) -> str:
    """What a reader reads of it."""
    return " ".join(re.sub(r"<[^>]*>", "", whole(documents)).split())


def words_of(documents, path: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", "", documents.files()[path].decode()).split())


def told(events: tuple[Event, ...], *bodies) -> tuple[Event, ...]:
    """The events with more before the last."""
    last = events[-1]
    more = tuple(replace(last, seq=last.seq + number, body=body) for number, body in enumerate(bodies))
    return (*events[:-1], *more, replace(last, seq=last.seq + len(bodies)))


def test_claims_that_stand_are_shown_with_source_origin_passage_and_evidence(events, again):
    documents = again(told(
        events, Claimed(action=ClaimAction.ACCEPTED, claims=(numbered(1), numbered(2, denies=True, source="TASS"))),
        Claimed(action=ClaimAction.REJECTED, claims=(numbered(3, source="the rejected one"),)),
        Linked(item=SCHOOL, claim=ClaimId("CLAIM-0001"), relation=Relation.SUPPORTS),
        Linked(item=SCHOOL, claim=ClaimId("CLAIM-0001"), relation=Relation.CONTRADICTS, reason="it stands"),
    ))
    report = words(documents)
    assert "Reuters, relying on SOHR" in report
    assert "45 people killed, Latakia" in report
    assert "claims 45 were killed" in report
    assert '<span class="badge part">denies</span>' in whole(documents)
    assert "ITEM-0002 contradicts: it stands" in report
    assert "ITEM-0002 supports" not in report
    exhibit = words_of(documents, "report/ITEM-0002.html")
    assert "contradicts CLAIM-0001 Reuters: 45 people killed, Latakia" in exhibit
    assert "the rejected one" not in report


def test_a_conclusion_is_marked_as_a_persons_and_superseded_ones_are_left_to_the_ledger(events, again):
    first = Assessed(item=SCHOOL, question=Question.PLACE, answer="Idlib city", confidence=Confidence.LOW)
    seq = events[-1].seq
    documents = again(told(
        events, first, replace(first, answer="Sarmin", confidence=Confidence.HIGH, supersedes=seq),
        Reviewed(assessment=seq + 1, judgement=Judgement.DISAGREES, text="the gate differs")))
    exhibit = words_of(documents, "report/ITEM-0002.html")
    people = exhibit[exhibit.index("What people conclude"):exhibit.index("Chain of custody")]
    assert "place Sarmin (confidence: high" in people
    assert "inv1@newsroom.example" in people
    assert "reviewed: disagrees: the gate differs" in people
    assert "Idlib city" not in people
    machine = exhibit[exhibit.index("What the machine found"):exhibit.index("What people conclude")]
    assert "Sarmin" not in machine


def test_what_people_write_cannot_act_either(events, again):
    documents = again(told(
        events, Claimed(action=ClaimAction.ADDED, claims=(numbered(
            1, source=HOSTILE, attributed_to=HOSTILE, passage=HOSTILE, place=HOSTILE, subject=HOSTILE),)),
        Linked(item=SCHOOL, claim=ClaimId("CLAIM-0001"), relation=Relation.MENTIONS, reason=HOSTILE),
        Assessed(item=SCHOOL, question=Question.PLACE, answer=HOSTILE, confidence=Confidence.LOW)))
    report = whole(documents)
    assert "<script" not in report
    assert "\u202e" not in report


def test_a_bundle_without_claims_says_nothing_of_them(documents):
    assert "No claims are recorded." in documents.report.decode()
    assert not [path for path in documents.files() if path.startswith(("report/claims", "report/matrix"))]
