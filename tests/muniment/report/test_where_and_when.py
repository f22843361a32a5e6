"""What is drawn on the map and the timeline: what was claimed, found or concluded, and nothing that was guessed."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest

from evidence_store.events import FindingEvent
from evidence_store.findings import Outcome
from evidence_store.records import BlobRef, Item, ItemId, ItemKind, Sha256
from muniment.report.dossier import Exhibit
from muniment.report.places import LABEL_HEIGHT, PlaceKind, PlacePoint, drawn_map, place_points
from muniment.report.times import SpanKind, drawn_timeline, time_rows

ITEM = ItemId("ITEM-0001")
SOURCE = BlobRef(sha256=Sha256("0" * 64), length=1)


def exhibit(check: str, details: dict[str, object]) -> Exhibit:
    item = Item(id=ITEM, kind=ItemKind.PHOTO, sha256=Sha256("0" * 64), length=1, media_type="image/jpeg",
                obtained_at=datetime(2026, 2, 3, tzinfo=UTC), source=SOURCE)
    found = FindingEvent(item=ITEM, check=check, outcome=Outcome.PASS, summary="", tools=(), details=details)
    return Exhibit(item=item, seq=1, included=True, findings=(found,))


def candidate(name: str, match: str | None, distance: str) -> dict[str, object]:
    return {"name": name, "country": "SY", "match": match, "distance_km": distance, "latitude": "35", "longitude": "36"}


@pytest.mark.parametrize(("candidates", "drawn"), [
    ([candidate("Sarmeola", "consonants", "1978.4")], None),
    ([candidate("Tir Maalah", "consonants", "2.1")], ("Tir Maalah, SY", "2.1", 1)),
    ([candidate("Far", "spelling", "300.0"), candidate("Near", "letters", "192.0"),
      candidate("Other", "consonants", "100.0")], ("Near, SY", "192.0", 2)),
    ([], None)], ids=["only the consonants, far away", "the consonants, where it was found", "the nearest so named",
                      "no place of that name"])
def test_a_claimed_place_is_drawn_where_its_name_says_and_says_what_it_is_taken_for(candidates, drawn):
    details = {"latitude": "35", "longitude": "36", "claimed": [{"name": "X", "candidates": candidates}]}
    claimed = [one for one in place_points([exhibit("place.claimed", details)]) if one.kind is PlaceKind.CLAIMED]
    assert [(one.meant, one.distance, one.choices) for one in claimed] == ([drawn] if drawn else [])


def test_no_number_on_the_map_covers_another():
    points = [PlacePoint(item=ITEM, kind=PlaceKind.FOUND, latitude=33.5, longitude=36.3, name="") for _ in range(6)]
    found = drawn_map(points)
    lines = sorted(one.y + one.label_y for one in found.points)
    assert all(after - before >= LABEL_HEIGHT for before, after in pairwise(lines))


def test_the_date_of_the_citing_article_is_told_and_not_drawn_as_a_time_of_the_thing():
    day = {"earliest": "2015-10-19T10:00:00+00:00", "latest": "2015-10-21T11:59:59+00:00", "source": "the article"}
    cited, = time_rows([exhibit("time.timeline", {"marks": [{"kind": "article", **day}]})])
    assert [span.kind for span in cited.spans] == [SpanKind.CITED]
    assert drawn_timeline([cited], 60) is None
    marks = [{"kind": kind, **day} for kind in ("article", "claimed")]
    claimed, = time_rows([exhibit("time.timeline", {"marks": marks})])
    assert [len(row.spans) for row in drawn_timeline([claimed], 60).rows] == [1]
