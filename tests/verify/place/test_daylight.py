"""Day and night against the light of a picture: a weak hint, that contradicts in one case only."""

from datetime import UTC, datetime

import pytest

from evidence_store.findings import Bearing, Outcome
from evidence_store.records import BlobRef, Item, ItemId, ItemKind, Sha256
from verify.place.daylight import Scene, daylight_finding, exposure_value, flash_fired

SARMIN = (35.9, 36.72)
ITEM = Item(id=ItemId("ITEM-0001"), kind=ItemKind.PHOTO, sha256=Sha256("0" * 64), length=0, media_type="image/jpeg",
            source=BlobRef(sha256=Sha256("0" * 64), length=0), obtained_at=datetime(2026, 1, 1, tzinfo=UTC))


def scene(stated: str, *, exposure: float | None = None, grey: float | None = None, flash: bool = False,
          point: tuple[float, float] | None = SARMIN) -> Scene:
    return Scene(point=point, stated=stated, exposure=exposure, grey=grey, flash=flash)


NOON, NIGHT = "2015-10-20T12:00:00+03:00", "2015-10-20T23:30:00+03:00"
CASES = {
    "daylight exposure at night": (scene(NIGHT, exposure=14.0), "night", Bearing.CONTRADICTS),
    "a flash at night": (scene(NIGHT, exposure=12.0, flash=True), "night", Bearing.SILENT),
    "a lit street at night": (scene(NIGHT, exposure=4.0), "night", Bearing.SILENT),
    "sunshine at noon": (scene(NOON, exposure=15.0), "day", Bearing.SILENT),
    "a room at noon": (scene(NOON, exposure=3.0), "day", Bearing.SILENT),
    "a bright picture at night": (scene(NIGHT, grey=180.0), "night", Bearing.SILENT),
    "a dark picture at noon": (scene(NOON, grey=20.0), "day", Bearing.SILENT),
    "dusk": (scene("2015-10-20T18:15:00+03:00", exposure=14.0), "twilight", Bearing.SILENT),
    "a camera without zone keeps the place's time": (scene("2015-10-20T12:00:00", exposure=14.0), "day",
                                                      Bearing.SILENT),
}


@pytest.mark.parametrize("case", CASES)
def test_light_is_held_against_the_sun(case):
    given, when, bearing = CASES[case]
    found = daylight_finding(ITEM, given)
    assert (found.outcome, found.details["sun"], found.bearing) == (Outcome.PASS, when, bearing)
    assert found.details["zone_taken_from_place"] is ("+03:00" not in given.stated)
    assert found.details["local_time"].endswith("+03:00")


@pytest.mark.parametrize("given", [scene("", exposure=14.0), scene("2015-10-20", exposure=14.0), scene(NOON),
                                   scene(NOON, exposure=14.0, point=None), scene("nonsense-and-more", exposure=1.0)])
def test_without_time_place_or_light_nothing_is_said(given):
    assert daylight_finding(ITEM, given) is None


@pytest.mark.parametrize(("tags", "value"), [
    ({"EXIF FNumber": "16", "EXIF ExposureTime": "1/100", "EXIF ISOSpeedRatings": "100"}, 14.6),
    ({"EXIF FNumber": "9/5", "EXIF ExposureTime": "1/20", "EXIF ISOSpeedRatings": "1600"}, 2.0),
    ({"EXIF FNumber": "0", "EXIF ExposureTime": "1/20", "EXIF ISOSpeedRatings": "1600"}, None),
    ({"EXIF FNumber": "2/0", "EXIF ExposureTime": "x", "EXIF ISOSpeedRatings": ""}, None), ({}, None)])
def test_an_exposure_is_a_value_or_nothing(tags, value):
    assert exposure_value(tags) == (None if value is None else pytest.approx(value, abs=0.1))


@pytest.mark.parametrize(("said", "fired"), [
    ("Flash fired, compulsory flash mode", True), ("Flash did not fire", False), ("", False),
    ("Flash fired, auto mode", True)])
def test_whether_a_flash_fired_is_what_the_camera_says(said, fired):
    assert flash_fired({"EXIF Flash": said}) is fired
