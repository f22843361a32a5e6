"""Claims side by side: grouped by event, counted by origin, conflicts named and nothing weighed."""

from datetime import date
from pathlib import Path

import pytest

from archiver.citations.dates import claimed_time
from archiver.citations.plain_text import paragraphs
from evidence_store.claims import Claim, ClaimId, NumberedClaim, Predicate, Relation
from evidence_store.events import Linked
from evidence_store.records import ItemId
from verify.claims import Agreement, Paragraph, claim_matrix
from verify.claims.propose import propose_claims

K = Predicate.KILLED


def claim(number, source="LCC", **more):
    fields = {"predicate": K, "subject": "people", "place": "Latakia", "date": "2015-10-19", **more}
    return Claim(source=source, number=number, **fields)


def numbered(*claims):
    return [NumberedClaim(id=ClaimId(f"CLAIM-{index:04d}"), claim=one) for index, one in enumerate(claims, start=1)]


@pytest.fixture(scope="module")
def seed_rows(shared: Path):
    text = (shared / "seed" / "live-blog.txt").read_text(encoding="utf-8")
    parts = [Paragraph(text=block.text, offset=block.offset) for block in paragraphs(text)]
    proposals = propose_claims(parts, when=claimed_time, article_date=date(2015, 10, 20))
    return claim_matrix(numbered(*(one.claim for one in proposals))).rows


def test_fifty_seven_or_forty_five_stand_side_by_side(seed_rows):
    (row,) = [row for row in seed_rows if {cell.origin for cell in row.cells} == {"LCC", "SOHR"} and row.predicate is K]
    assert row.agreement is Agreement.CONFLICT
    assert [why for _, _, why in row.conflicts] == ["57 or 45"]
    assert {cell.origin: cell.relayed_by for cell in row.cells} == {"LCC": (), "SOHR": ("Reuters",)}


def test_three_russians_or_none_stand_side_by_side(seed_rows):
    (row,) = [row for row in seed_rows if any(one.claim.denies for cell in row.cells for one in cell.claims)
              and row.predicate is K]
    assert row.agreement is Agreement.CONFLICT
    assert "one denies what the other says" in [why for _, _, why in row.conflicts]


NUMBERS = [
    ("two numbers", claim(57), claim(45, "SOHR"), Agreement.CONFLICT),
    ("the same number", claim(45), claim(45, "SOHR"), Agreement.AGREE),
    ("at least fits more", claim(40, quantity="at least"), claim(45, "SOHR"), Agreement.AGREE),
    ("at least does not fit less", claim(50, quantity="at least"), claim(45, "SOHR"), Agreement.CONFLICT),
    ("about fits near", claim(40, quantity="about"), claim(45, "SOHR"), Agreement.AGREE),
    ("a range fits within", claim(40, number_to=50), claim(45, "SOHR"), Agreement.AGREE),
    ("no number fits any", claim(None, quantity="dozens"), claim(45, "SOHR"), Agreement.AGREE),
    ("a denial", claim(45), claim(45, "Ministry", denies=True, place="Syria"), Agreement.CONFLICT),
    ("one origin twice revises itself", claim(45), claim(57), Agreement.SINGLE),
    ("relayed by two is one origin", claim(45, "Reuters", attributed_to="SOHR"),
     claim(45, "AFP", attributed_to="Syrian Observatory for Human Rights"), Agreement.SINGLE),
]


@pytest.mark.parametrize(("one", "other", "agreement"), [row[1:] for row in NUMBERS], ids=[row[0] for row in NUMBERS])
def test_what_two_claims_about_one_event_come_to(one, other, agreement):
    (row,) = claim_matrix(numbered(one, other)).rows
    assert row.agreement is agreement


@pytest.mark.parametrize("other", [claim(45, place="Aleppo"), claim(45, date="2015-10-01"), claim(45, subject="cows"),
                                   claim(45, predicate=Predicate.WOUNDED), claim(45, place="")])
def test_other_places_days_people_and_fates_are_other_events(other):
    assert len(claim_matrix(numbered(claim(57), other)).rows) == 2


def test_counts_of_different_things_do_not_conflict():
    strikes = claim(4, "LCC", predicate=Predicate.STRUCK, subject="air strikes", place="Teir Maaleh")
    mosque = claim(1, "SOHR", predicate=Predicate.STRUCK, subject="a mosque", place="Teir Maaleh")
    (row,) = claim_matrix(numbered(strikes, mosque)).rows
    assert (row.agreement, row.conflicts) == (Agreement.AGREE, ())


def test_each_pair_of_places_is_asked_about_once_however_many_claims_there_are():
    asked = []
    told = numbered(*(claim(number, place=place) for number in range(200) for place in ("Homs", "Hama", "Idlib")))
    claim_matrix(told, same_place=lambda one, other: bool(asked.append((one, other))))
    assert 0 < len(asked) == len(set(asked)) <= 6


def test_a_place_within_a_named_region_and_another_spelling_can_be_the_same_place():
    within = numbered(claim(8, place="Sarmin, Idlib"), claim(9, "SOHR", place="Idlib"))
    assert len(claim_matrix(within).rows) == 1
    spelt = numbered(claim(8, place="Teir Maaleh"), claim(9, "SOHR", place="تيرمعلة"))
    assert len(claim_matrix(spelt).rows) == 2
    assert len(claim_matrix(spelt, same_place=lambda one, other: True).rows) == 1


def test_evidence_stands_beside_the_claims_it_was_linked_to():
    links = [Linked(item=ItemId("ITEM-0001"), claim=ClaimId("CLAIM-0001"), relation=Relation.SUPPORTS),
             Linked(item=ItemId("ITEM-0002"), claim=ClaimId("CLAIM-0001"), relation=Relation.CONTRADICTS)]
    (row,) = claim_matrix(numbered(claim(57)), links).rows
    assert row.cells[0].evidence == {Relation.SUPPORTS: ("ITEM-0001",), Relation.CONTRADICTS: ("ITEM-0002",),
                                     Relation.MENTIONS: ()}


def test_an_agency_that_names_nobody_is_marked_as_one_that_mostly_relays():
    (row,) = claim_matrix(numbered(claim(3, "Reuters"))).rows
    assert row.cells[0].relays_mostly
