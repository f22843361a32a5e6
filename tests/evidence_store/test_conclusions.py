"""What people say and conclude is recorded, superseded and never edited; the catalogue shows the latest state."""

import pytest
from all_answers import all_answers

from evidence_store import reindex
from evidence_store.claims import (
    Claim,
    ClaimAction,
    ClaimId,
    Confidence,
    Geolocation,
    Judgement,
    MatchingFeature,
    NumberedClaim,
    Predicate,
    Question,
    Relation,
)
from evidence_store.errors import FormatError
from evidence_store.events import (
    Assessed,
    Claimed,
    Linked,
    Reviewed,
    Tagged,
    Translated,
    decode_body,
    encode_body,
)
from evidence_store.records import ItemId

PHOTO, POST = ItemId("ITEM-0003"), ItemId("ITEM-0002")
KILLED = Claim(source="LCC", predicate=Predicate.KILLED, number=57, place="Latakia", passage="57 people were killed",
               offset=12, item=POST)
PLACE = Geolocation(latitude="35.9033", longitude="36.7261", precision_m=25, imagery_source="satellite",
                    imagery_date="2015-09-12", features=(MatchingFeature(on_photo="minaret", on_reference="shadow"),))


@pytest.fixture
def hand(make_case):
    return make_case()


def add_claim(writer, claim=KILLED, action=ClaimAction.ADDED):
    numbered = NumberedClaim(id=writer.new_claim_id(), claim=claim)
    writer.append(Claimed(action=action, claims=(numbered,)))
    return numbered


@pytest.mark.parametrize("body", [
    Tagged(item=PHOTO, tags=("roof", "school")),
    Claimed(action=ClaimAction.ACCEPTED, claims=(NumberedClaim(id=ClaimId("CLAIM-0001"), claim=KILLED),)),
    Linked(item=PHOTO, claim=ClaimId("CLAIM-0001"), relation=Relation.SUPPORTS, reason="shows the strike"),
    Assessed(item=PHOTO, question=Question.PLACE, answer="Sarmin", confidence=Confidence.HIGH, place=PLACE,
             because=(POST,), supersedes=3),
    Reviewed(assessment=4, judgement=Judgement.DISAGREES, text="the minaret differs"),
    Translated(item=POST, language="en", text="a school", translator="O.", from_language="ar"),
], ids=lambda body: body.TYPE)
def test_each_event_is_read_back_as_it_was_written(body, make_case):
    hand = make_case()
    line = encode_body(body, time=hand.clock(), key="SHA256:x", salt=b"s" * 32)
    assert decode_body(7, line).body == body


def test_claims_are_numbered_through_and_survive_a_new_opening(hand):
    with hand.writer() as writer:
        assert [add_claim(writer).id for _ in range(2)] == ["CLAIM-0001", "CLAIM-0002"]
    hand.case.refresh()
    with hand.writer() as writer:
        assert add_claim(writer).id == "CLAIM-0003"
    assert [entry.claim for entry in hand.case.catalogue.claims()] == [KILLED] * 3


def test_a_claim_id_that_was_not_given_is_refused(hand):
    made_up = NumberedClaim(id=ClaimId("CLAIM-0009"), claim=KILLED)
    with hand.writer() as writer, pytest.raises(FormatError):
        writer.append(Claimed(action=ClaimAction.ADDED, claims=(made_up,)))


def test_a_withdrawn_claim_stays_and_says_why(hand):
    with hand.writer() as writer:
        numbered = add_claim(writer)
        writer.append(Claimed(action=ClaimAction.WITHDRAWN, claims=(numbered,), reason="another village"))
    (entry,) = hand.case.catalogue.claims(item=POST)
    assert (entry.action, entry.reason, entry.stands) == (ClaimAction.WITHDRAWN, "another village", False)
    assert entry.first_seq < entry.last_seq


def test_the_last_word_on_an_item_and_a_claim_stands(hand):
    with hand.writer() as writer:
        claim = add_claim(writer).id
        for relation in (Relation.SUPPORTS, Relation.CONTRADICTS):
            writer.append(Linked(item=PHOTO, claim=claim, relation=relation))
    (link,) = hand.case.catalogue.links(claim=claim)
    assert link.link.relation is Relation.CONTRADICTS
    assert link.key == hand.signer.public.fingerprint


def test_tags_come_off_again(hand):
    with hand.writer() as writer:
        writer.append(Tagged(item=PHOTO, tags=("school", "roof")), Tagged(item=POST, tags=("school",)),
                      Tagged(item=PHOTO, tags=("school",), removed=True))
    assert hand.case.catalogue.tags() == {PHOTO: ("roof",), POST: ("school",)}


def test_an_assessment_is_superseded_and_stays_with_its_reviews(hand):
    first = Assessed(item=PHOTO, question=Question.PLACE, answer="Idlib", confidence=Confidence.LOW)
    with hand.writer() as writer:
        (event,) = writer.append(first)
        writer.append(Reviewed(assessment=event.seq, judgement=Judgement.AGREES))
        (later,) = writer.append(Assessed(item=PHOTO, question=Question.PLACE, answer="Sarmin", place=PLACE,
                                          confidence=Confidence.HIGH, supersedes=event.seq))
    old, new = hand.case.catalogue.assessments(PHOTO)
    assert (old.assessment, old.superseded_by, new.superseded_by) == (first, later.seq, None)
    assert [review.review.judgement for review in old.reviews] == [Judgement.AGREES]
    assert hand.case.catalogue.assessment(later.seq) == new


def test_a_catalogue_made_anew_answers_the_same(hand):
    with hand.writer() as writer:
        claim = add_claim(writer).id
        writer.append(Linked(item=PHOTO, claim=claim, relation=Relation.MENTIONS), Tagged(item=PHOTO, tags=("a", "b")),
                      Assessed(item=PHOTO, question=Question.TIME, answer="noon", confidence=Confidence.LOW),
                      Translated(item=POST, language="en", text="a school", translator="O."))
    before = all_answers(hand.case.catalogue)
    assert before["claims"]
    assert before["translations"]
    reindex.rebuild(hand.case, clock=hand.clock)
    assert all_answers(hand.case.catalogue) == before
