"""What is said to be recorded of an item, point by point of the Berkeley Protocol."""

from dataclasses import replace

import pytest
from case_factory import CIRCUMSTANCES

from evidence_store.handling import ReceiptForm, TransferReceipt
from evidence_store.records import Sha256, Verdict, View, ViewKind
from muniment.flows.completeness import PointState, completeness
from muniment.flows.lookup import every_item


def points(case, item):
    (found,) = completeness(case, [case.catalogue.item(item)])
    return {point.paragraph: point for point in found.points}


def test_every_item_has_every_point_and_every_gap_has_its_reason(rich_case):
    found = completeness(rich_case.case, every_item(rich_case.case))
    assert len(found) == 5
    for one in found:
        assert [point.paragraph for point in one.points] == [*(f"155({letter})" for letter in "abcdefgh"), "167"]
        for point in one.points:
            assert point.recorded or point.state in {PointState.MISSING, PointState.NOT_APPLICABLE}, point
            assert point.missing or point.state is PointState.RECORDED, point
        assert sum(one.count(state) for state in PointState) == 9


@pytest.mark.parametrize(("item", "paragraph", "state", "words"), [
    ("ITEM-0001", "155(a)", PointState.RECORDED, "https://blog.example/2015/06/sarmin"),
    ("ITEM-0001", "155(b)", PointState.RECORDED, "as the server sent it"),
    ("ITEM-0001", "155(c)", PointState.MISSING, "without a browser"),
    ("ITEM-0001", "155(h)", PointState.RECORDED, "SHA-256"),
    ("ITEM-0002", "155(f)", PointState.PARTLY, "comments, replies"),
    ("ITEM-0003", "155(d)", PointState.RECORDED, "the file itself"),
    ("ITEM-0003", "155(e)", PointState.RECORDED, "no EXIF"),
    ("ITEM-0004", "155(d)", PointState.PARTLY, "broke off"),
    ("ITEM-0004", "155(e)", PointState.MISSING, "muniment check"),
    ("ITEM-0005", "155(a)", PointState.NOT_APPLICABLE, "a resident of Sarmin"),
    ("ITEM-0005", "155(g)", PointState.PARTLY, "clock"),
    ("ITEM-0005", "167", PointState.PARTLY, "muniment transfer"),
])
def test_a_point_says_what_there_is_and_what_there_is_not(rich_case, item, paragraph, state, words):
    point = points(rich_case.case, item)[paragraph]
    assert point.state is state
    assert words in f"{point.recorded} {point.missing}"


def test_a_clock_that_was_compared_and_a_known_address_make_the_collection_data_whole(make_case):
    from evidence_store.events import Imported

    hand = make_case()
    whole = replace(CIRCUMSTANCES, clock="NTP, offset 3 ms", egress="direct, from 192.0.2.7")
    with hand.writer() as writer:
        item = replace(hand.case.catalogue.item("ITEM-0005").item, id=writer.new_item_id())
        writer.append(Imported(items=(item,), received_from="x", how="by hand", circumstances=whole))
    assert points(hand.case, item.id)["155(g)"].state is PointState.RECORDED


def test_a_screenshot_with_its_time_is_a_full_page_capture(rich_case):
    from muniment.flows.completeness import Sources, score

    entry = rich_case.case.catalogue.item("ITEM-0001")
    capture = rich_case.case.catalogue.capture(entry.capture)
    views = tuple(View(kind=kind, record=capture.exchanges[0].request, media_type="image/png",
                       taken_at=capture.ended_at) for kind in (ViewKind.SCREENSHOT_BEFORE, ViewKind.SCREENSHOT))
    sources = Sources(item=entry.item, capture=replace(capture, views=views), imported=None, findings=(), citations=(),
                      circumstances=CIRCUMSTANCES, custodians=("x",), receipts=0)
    seen = {point.paragraph: point for point in score(sources).points}["155(c)"]
    assert (seen.state, seen.recorded[:13]) == (PointState.RECORDED, "2 screenshots")
    assert "2026" in seen.recorded
    wall = replace(sources, capture=replace(capture, views=views, verdict=Verdict.LOGIN_WALL))
    walled = {point.paragraph: point for point in score(wall).points}["155(c)"]
    assert walled.state is PointState.PARTLY, "a picture of a login wall is no picture of what is cited"


def test_a_receipt_that_somebody_gave_completes_the_chain_of_custody(make_case):
    hand = make_case()
    with hand.writer() as writer:
        writer.append(TransferReceipt(recipient="counsel", size=2, form=ReceiptForm.PAPER,
                                      receipt_sha256=Sha256("0" * 64)))
    assert points(hand.case, "ITEM-0001")["167"].state is PointState.RECORDED
