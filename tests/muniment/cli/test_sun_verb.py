"""`muniment sun`."""

import pytest

PLACE = ("--lat", "35.9033", "--lon", "36.7261")


def test_it_gives_elevation_azimuth_and_shadow_in_utc_and_local_time(muniment):
    document = muniment("sun", *PLACE, "--time", "2015-10-20T09:00Z", "--json").document
    assert document["elevation"] == pytest.approx(43.65, abs=0.1)     # astral 3.2 gives the same
    assert document["azimuth"] == pytest.approx(173.9, abs=0.1)
    assert document["shadow_ratio"] == pytest.approx(1.05, abs=0.01)
    assert (document["zone"], document["local_time"]) == ("Asia/Damascus", "2015-10-20T12:00:00+03:00")


def test_a_time_without_zone_is_the_places_own(muniment):
    local = muniment("sun", *PLACE, "--time", "2015-10-20T12:00", "--json").document
    assert local["time"] == "2015-10-20T09:00:00+00:00"


def test_a_measured_shadow_gives_the_times_that_fit(muniment):
    ran = muniment("sun", *PLACE, "--time", "2015-10-20T09:00Z", "--shadow-ratio", "2.7", "--json").document
    assert len(ran["fits"]) == 2
    assert "fits       no time" in muniment("sun", *PLACE, "--time", "2015-10-20T09:00Z", "--shadow-ratio", "0.1").out


@pytest.mark.parametrize(("arguments", "code"), [(("--lat", "99", "--lon", "0", "--time", "2015-10-20T09:00Z"), 1),
                                                 ((*PLACE, "--time", "yesterday"), 2)])
def test_what_cannot_be_computed_is_said(muniment, arguments, code):
    assert muniment("sun", *arguments).code == code
