"""Claims and conclusions in the report: what stands, whose it is, and that it cannot act."""

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


def told(events: tuple[Event, ...], *bodies) -> tuple[Event, ...]:
    """The events with more before the last."""
    last = events[-1]
    more = tuple(replace(last, seq=last.seq + number, body=body) for number, body in enumerate(bodies))
    return (*events[:-1], *more, replace(last, seq=last.seq + len(bodies)))


def test_claims_that_stand_are_shown_with_source_origin_passage_and_evidence(events, again):
    report = again(told(
        events, Claimed(action=ClaimAction.ACCEPTED, claims=(numbered(1), numbered(2, denies=True, source="TASS"))),
        Claimed(action=ClaimAction.REJECTED, claims=(numbered(3, source="the rejected one"),)),
        Linked(item=SCHOOL, claim=ClaimId("CLAIM-0001"), relation=Relation.SUPPORTS),
        Linked(item=SCHOOL, claim=ClaimId("CLAIM-0001"), relation=Relation.CONTRADICTS, reason="it stands"),
    )).report.decode()
    assert "Reuters, relying on SOHR" in report
    assert "45 people killed, Latakia" in report
    assert "claims 45 were killed" in report
    assert '<span class="badge part">denies</span>' in report
    assert "contradicts it: it stands" in report
    assert "supports it" not in report
    assert "the rejected one" not in report


def test_a_conclusion_is_marked_as_a_persons_and_superseded_ones_are_left_to_the_ledger(events, again):
    first = Assessed(item=SCHOOL, question=Question.PLACE, answer="Idlib city", confidence=Confidence.LOW)
    seq = events[-1].seq
    report = again(told(
        events, first, replace(first, answer="Sarmin", confidence=Confidence.HIGH, supersedes=seq),
        Reviewed(assessment=seq + 1, judgement=Judgement.DISAGREES, text="the gate differs"))).report.decode()
    assert "a person concludes" in report
    assert "place: Sarmin (confidence high" in report
    assert "inv1@newsroom.example" in report
    assert "reviewed: disagrees, the gate differs" in report
    assert "Idlib city" not in report


def test_what_people_write_cannot_act_either(events, again):
    report = again(told(
        events, Claimed(action=ClaimAction.ADDED, claims=(numbered(
            1, source=HOSTILE, attributed_to=HOSTILE, passage=HOSTILE, place=HOSTILE, subject=HOSTILE),)),
        Linked(item=SCHOOL, claim=ClaimId("CLAIM-0001"), relation=Relation.MENTIONS, reason=HOSTILE),
        Assessed(item=SCHOOL, question=Question.PLACE, answer=HOSTILE, confidence=Confidence.LOW))).report.decode()
    assert "<script" not in report
    assert "\u202e" not in report


def test_a_bundle_without_claims_says_nothing_of_them(documents):
    assert "What sources claim" not in documents.report.decode()
