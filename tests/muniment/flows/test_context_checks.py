"""The timeline of an item, from what the case knows around it."""

import os
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from case_factory import CIRCUMSTANCES, PHOTO, POST, Answer, capture
from PIL import Image

from evidence_store.events import Cite, CiteAction, FindingEvent, NumberedCitation
from evidence_store.findings import Bearing, Outcome
from evidence_store.progress import NoProgress
from evidence_store.records import Citation, CitationKind, ItemKind, Memento, Verdict
from muniment.flows.check import check_items
from muniment.flows.context_checks import check_context
from muniment.flows.environment import Environment
from muniment.flows.importing import import_file
from verify.place.gazetteer import Place
from verify.place.store import Gazetteers, build

SNOWFLAKE_2012 = "https://x.com/lcc/status/266031293945503744"


@pytest.fixture
def hand(new_case):
    return new_case()


def timeline_of(hand, answer: Answer, claimed: str, created: str = ""):
    with hand.writer() as writer:
        cited = NumberedCitation(id=writer.new_citation_id(), citation=Citation(
            kind=CitationKind.POST, url=answer.url, identity=answer.url, claimed_time=claimed))
        writer.append(Cite(action=CiteAction.FOUND, article_url="", article_item=None, citations=(cited,)))
        item = capture(hand, writer, writer.warc(), answer, verdict=Verdict.COMPLETE, citations=(cited.id,)).items[0]
        if created:
            writer.append(FindingEvent(item=item.id, check="metadata.exif", outcome=Outcome.PASS, summary="", tools=(),
                                       details={"normalised": {"created": created}}))
        (found,) = check_context(hand.case, item, ())
    return found


def test_a_post_older_than_what_it_is_said_to_show_contradicts_the_claim(hand):
    found = timeline_of(hand, replace(POST, url=SNOWFLAKE_2012), "2015-10-20")
    assert (found.outcome, found.bearing) == (Outcome.PASS, Bearing.CONTRADICTS)
    assert "posted before the time it is claimed to show" in found.summary


def test_a_camera_and_a_claim_of_the_same_day_support_each_other(hand):
    assert timeline_of(hand, PHOTO, "2015-10-20", created="2015-10-20T12:01:02").bearing is Bearing.SUPPORTS


def test_a_camera_years_before_the_claim_contradicts_it(hand):
    found = timeline_of(hand, PHOTO, "2015-10-20", created="2013-05-01T12:01:02")
    assert found.bearing is Bearing.CONTRADICTS
    assert {mark["kind"] for mark in found.details["marks"]} == {"taken", "claimed", "captured"}


def test_what_the_server_said_is_part_of_the_timeline(hand):
    class Dated(Answer):
        __slots__ = ()

        def response(self) -> bytes:
            head = b"HTTP/1.1 200 OK\r\nLast-Modified: Wed, 01 May 2013 10:00:00 GMT\r\nContent-Type: image/jpeg\r\n"
            return head + b"Content-Length: %d\r\n\r\n" % len(self.content) + self.content

    photo = Dated(url=PHOTO.url, media_type="image/jpeg", kind=ItemKind.PHOTO, content=PHOTO.content)
    found = timeline_of(hand, photo, "2015-10-20")
    assert found.bearing is Bearing.CONTRADICTS
    assert "unchanged since before" in found.summary


def test_check_records_a_timeline_for_each_item(make_case):
    hand = make_case()
    with hand.writer() as writer:
        items = [entry.item for entry in hand.case.catalogue.items()]
        found = check_items(writer, items, NoProgress())
    timelines = [finding for finding in found if finding.check == "time.timeline"]
    assert [finding.item for finding in timelines] == [item.id for item in items]


@pytest.mark.parametrize(("claimed", "bearing"), [("Sarmin, Idlib", Bearing.SUPPORTS), ("Homs", Bearing.CONTRADICTS),
                                                  ("Atlantis", Bearing.SILENT)])
def test_coordinates_are_held_against_the_claimed_place(hand, tmp_path, claimed, bearing):
    build(tmp_path / "gazetteers" / "own.sqlite", (
        Place(name="Sarmīn", latitude=35.90403, longitude=36.72501),
        Place(name="Homs", latitude=34.72682, longitude=36.72339)), "a test")
    with hand.writer() as writer:
        cited = NumberedCitation(id=writer.new_citation_id(), citation=Citation(
            kind=CitationKind.PHOTO, url=PHOTO.url, identity=PHOTO.url, claimed_place=claimed))
        writer.append(Cite(action=CiteAction.FOUND, article_url="", article_item=None, citations=(cited,)))
        item = capture(hand, writer, writer.warc(), PHOTO, verdict=Verdict.COMPLETE, citations=(cited.id,)).items[0]
        writer.append(FindingEvent(item=item.id, check="metadata.exif", outcome=Outcome.PASS, summary="", tools=(),
                                   details={"normalised": {"latitude": "35.900000", "longitude": "36.720000"}}))
        _, found = check_context(hand.case, item, (), Gazetteers(tmp_path / "gazetteers"))
    assert (found.check, found.bearing) == ("place.claimed", bearing)
    assert found.details["zone"] == "Asia/Damascus"
    assert found.details["around"][0]["name"] == "Sarmīn"


def test_every_time_is_in_utc_and_by_the_clocks_of_the_place_with_zone_and_source(hand):
    with hand.writer() as writer:
        item = capture(hand, writer, writer.warc(), PHOTO, verdict=Verdict.COMPLETE).items[0]
        writer.append(FindingEvent(item=item.id, check="metadata.exif", outcome=Outcome.PASS, summary="", tools=(),
                                   details={"normalised": {"latitude": "35.900000", "longitude": "36.720000",
                                                           "created": "2015-10-20T12:41:07+03:00"}}))
        found = {one.check: one for one in check_context(hand.case, item, ())}
    details = found["time.timeline"].details
    taken = next(mark for mark in details["marks"] if mark["kind"] == "taken")
    assert (taken["earliest"], taken["local"][0]) == ("2015-10-20T09:41:07+00:00", "2015-10-20T12:41:07+03:00")
    assert (details["zone"], details["zone_source"]) == ("Asia/Damascus",
                                                         "its coordinates, by the map of timezonefinder")
    assert all("local" in mark for mark in details["marks"])


def test_the_zone_of_a_claimed_place_is_used_where_all_places_of_the_name_keep_it(hand, tmp_path):
    build(tmp_path / "gazetteers" / "own.sqlite", (
        Place(name="Sarmīn", latitude=35.90403, longitude=36.72501, zone="Asia/Damascus"),
        Place(name="Tripoli", latitude=34.43, longitude=35.84, zone="Asia/Beirut"),
        Place(name="Tripoli", latitude=32.88, longitude=13.19, zone="Africa/Tripoli")), "a test")
    zones = {}
    with hand.writer() as writer:
        for name in ("Sarmin", "Tripoli"):
            answer = replace(PHOTO, url=f"https://example.org/{name}.jpg")
            cited = NumberedCitation(id=writer.new_citation_id(), citation=Citation(
                kind=CitationKind.PHOTO, url=answer.url, identity=answer.url, claimed_place=name))
            writer.append(Cite(action=CiteAction.FOUND, article_url="", article_item=None, citations=(cited,)))
            warc = writer.warc()
            (item,) = capture(hand, writer, warc, answer, verdict=Verdict.COMPLETE, citations=(cited.id,)).items
            (found,) = check_context(hand.case, item, (), Gazetteers(tmp_path / "gazetteers"))
            zones[name] = found.details["zone"]
    assert zones == {"Sarmin": "Asia/Damascus", "Tripoli": ""}


def test_file_times_archives_and_articles_are_marks(hand):
    page = replace(POST, url="https://news.example/a", kind=ItemKind.PAGE, media_type="text/html", content=(
        b'<html><head><meta property="article:published_time" content="2015-10-20T08:00:00Z"></head>'
        b'<body><p>The school in Sarmin was hit.</p></body></html>'))
    archived = datetime(2015, 10, 21, 6, tzinfo=UTC)
    with hand.writer() as writer:
        warc = writer.warc()
        article = capture(hand, writer, warc, page, verdict=Verdict.COMPLETE).items[0]
        cited = NumberedCitation(id=writer.new_citation_id(), citation=Citation(
            kind=CitationKind.PHOTO, url=PHOTO.url, identity=PHOTO.url))
        writer.append(Cite(action=CiteAction.FOUND, article_url=page.url, article_item=article.id, citations=(cited,)))
        photo = capture(hand, writer, warc, PHOTO, verdict=Verdict.COMPLETE, citations=(cited.id,)).items[0]
        copy = capture(hand, writer, warc, replace(PHOTO, url="https://archive.example/2015/photo.jpg"),
                       verdict=Verdict.COMPLETE, memento=Memento(
                           original=PHOTO.url, archive="archive.example", copies=1, archived_at=archived))
        marks = {}
        for item in (article, photo, *copy.items):
            (found,) = check_context(hand.case, item, ())
            marks[item.id] = {mark["kind"]: mark for mark in found.details["marks"]}
    assert marks[article.id]["article"]["source"] == "the page's own date"
    assert marks[photo.id]["article"]["source"] == "the citing article's date"
    assert marks[photo.id]["archived"]["earliest"] == "2015-10-21T06:00:00+00:00"


def test_the_time_of_a_file_that_was_handed_over_is_a_mark(hand, tmp_path):
    path = tmp_path / "a.png"
    Image.new("RGB", (40, 30)).save(path)
    os.utime(path, (1445330000, 1445330000))
    with hand.writer() as writer:
        item = import_file(writer, path, CIRCUMSTANCES, Environment(), how="a test")
        (found,) = check_context(hand.case, item, ())
    (mark,) = [mark for mark in found.details["marks"] if mark["kind"] == "file changed"]
    assert (mark["earliest"], mark["source"]) == ("2015-10-20T08:33:20+00:00",
                                                  "the file system that it was handed over on")


def test_a_pages_own_picture_is_held_against_what_the_page_says_of_it(hand):
    page = replace(POST, url="https://news.example/a", kind=ItemKind.PAGE, media_type="text/html", content=(
        b'<html><head><meta property="article:published_time" content="2015-10-20T08:00:00Z"></head></html>'))
    with hand.writer() as writer:
        shown = capture(hand, writer, writer.warc(), page, PHOTO, replace(PHOTO, url="https://img.example/logo.jpg"),
                        verdict=Verdict.COMPLETE)
        article, photo, logo = shown.items
        cited = NumberedCitation(id=writer.new_citation_id(), citation=Citation(
            kind=CitationKind.PHOTO, url=PHOTO.url, identity=PHOTO.url, claimed_time="2015-10-19"))
        writer.append(Cite(action=CiteAction.FOUND, article_url=page.url, article_item=article.id, citations=(cited,)))
        found = {}
        for item in (photo, logo):
            (finding,) = check_context(hand.case, item, ())
            found[item.id] = {mark["kind"]: mark for mark in finding.details["marks"]}
    assert found[photo.id]["claimed"]["stated"] == "2015-10-19"
    assert found[photo.id]["article"]["source"] == "the citing article's date"
    assert found[logo.id]["article"]["source"] == "the date of the page that shows it"
