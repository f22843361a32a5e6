"""The position of the sun against published values, and the times that fit a shadow."""

from datetime import UTC, date, datetime, timedelta

import pytest

from verify.errors import NoSunPosition
from verify.place.sun import MeasuredShadow, day_bounds, refraction, sun_position, times_of_shadow

# Azimuth and zenith distance of the sun in 2008 as computed by the United States Naval Observatory, without refraction,
# published as the validation table of the Pysolar project (usno_data_6259.txt); longitudes there count east to 360.
USNO = [
    ("2008-04-02T05:17:18", 13, 11, 84.93025, 89.40817), ("2008-07-22T14:51:25", 5, 348, 300.59919, 32.19897),
    ("2008-01-15T00:10:14", 61, 143, 146.11164, 87.4315), ("2008-03-15T22:50:12", 24, 195, 169.43408, 26.08731),
    ("2008-12-20T04:56:26", 19, 149, 226.96028, 60.15403), ("2008-06-24T13:54:22", 50, 287, 110.40511, 43.8595),
    ("2008-11-10T17:10:42", 9, 265, 153.46911, 29.48561), ("2008-05-12T06:45:27", 42, 13, 92.57522, 59.28128),
    ("2008-08-06T08:43:17", 46, 20, 128.97936, 38.93989), ("2008-09-01T06:57:12", 11, 65, 104.37953, 10.92014),
    ("2008-06-10T14:36:27", 54, 321, 180.40536, 30.93261), ("2008-02-26T05:11:23", 43, 109, 184.49236, 52.05447),
    ("2008-03-24T20:24:25", 2, 231, 92.30892, 4.41394), ("2008-12-27T12:47:36", 32, 231, 97.77289, 124.62942),
]
SARMIN = 35.9033, 36.7261


@pytest.mark.parametrize(("time", "latitude", "east", "azimuth", "zenith"), USNO, ids=[row[0] for row in USNO])
def test_positions_are_those_of_the_naval_observatory(time, latitude, east, azimuth, zenith):
    sun = sun_position(latitude, (east + 180) % 360 - 180, datetime.fromisoformat(time).replace(tzinfo=UTC))
    assert sun.geometric_elevation == pytest.approx(90 - zenith, abs=0.02)
    assert sun.azimuth == pytest.approx(azimuth, abs=0.05)


def test_the_position_is_that_of_the_worked_example_of_nrel():
    # Reda and Andreas, Solar Position Algorithm, NREL/TP-560-34302 (2008), table A5.1: 12:30:30 at UTC-7
    sun = sun_position(39.742476, -105.1786, datetime.fromisoformat("2003-10-17T12:30:30-07:00"))
    assert (sun.azimuth, sun.elevation) == (pytest.approx(194.34024, abs=0.02), pytest.approx(39.88838, abs=0.02))


def test_refraction_lifts_the_sun_by_half_a_degree_at_the_horizon():
    assert refraction(-0.57) == pytest.approx(0.57, abs=0.05)     # Meeus chapter 16: 34 minutes of arc
    assert refraction(90.0) == pytest.approx(0.0, abs=0.001)
    assert refraction(-5.0) == 0.0


def test_shadows_point_away_from_the_sun_and_there_are_none_at_night():
    noon = sun_position(*SARMIN, datetime(2015, 10, 20, 9, 20, tzinfo=UTC))
    assert noon.shadow_azimuth == pytest.approx((noon.azimuth + 180) % 360)
    assert noon.shadow_ratio == pytest.approx(1.04, abs=0.02)
    assert sun_position(*SARMIN, datetime(2015, 10, 20, 20, tzinfo=UTC)).shadow_ratio is None


def test_the_same_moment_in_another_zone_gives_the_same_position():
    moment = datetime.fromisoformat("2015-10-20T16:00:00+03:00")
    assert sun_position(*SARMIN, moment) == sun_position(*SARMIN, moment.astimezone(UTC))


@pytest.mark.parametrize(("latitude", "longitude", "moment"), [
    (91, 0, datetime(2015, 1, 1, tzinfo=UTC)), (0, 181, datetime(2015, 1, 1, tzinfo=UTC)),
    (float("nan"), 0, datetime(2015, 1, 1, tzinfo=UTC)), (0, 0, datetime.fromisoformat("2015-01-01T00:00")),
    (0, 0, datetime(1066, 10, 14, tzinfo=UTC)),
])
def test_what_is_no_place_or_time_is_refused(latitude, longitude, moment):
    with pytest.raises(NoSunPosition):
        sun_position(latitude, longitude, moment)


def test_the_time_of_a_shadow_is_found_again_in_the_morning_and_in_the_afternoon():
    then = datetime(2015, 10, 20, 13, tzinfo=UTC)
    ratio = sun_position(*SARMIN, then).shadow_ratio
    spans = times_of_shadow(*SARMIN, *day_bounds(date(2015, 10, 20), timedelta(hours=3)),
                            MeasuredShadow(ratio=ratio, ratio_tolerance=0.05))
    assert len(spans) == 2
    assert abs(spans[1].best - then) <= timedelta(minutes=2)
    assert spans[0].end < spans[1].start


def test_a_direction_tells_morning_from_afternoon():
    then = datetime(2015, 10, 20, 13, tzinfo=UTC)
    sun = sun_position(*SARMIN, then)
    (span,) = times_of_shadow(*SARMIN, *day_bounds(date(2015, 10, 20)), MeasuredShadow(
        ratio=sun.shadow_ratio, azimuth=sun.shadow_azimuth))
    assert span.start <= then <= span.end


def test_a_shadow_no_day_casts_fits_no_time():
    assert times_of_shadow(*SARMIN, *day_bounds(date(2015, 12, 21)), MeasuredShadow(ratio=0.5)) == ()
    assert times_of_shadow(*SARMIN, *day_bounds(date(2015, 12, 21)), MeasuredShadow()) == ()
