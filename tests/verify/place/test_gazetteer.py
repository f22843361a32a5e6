"""Names of places in any spelling and script, and gazetteers in the forms people have them."""

import json
from pathlib import Path

import pytest

from verify.errors import GazetteerUnreadable
from verify.place.gazetteer import Place, distance_km, read_gazetteer
from verify.place.names import folded, skeleton
from verify.place.store import Gazetteers, Match, build

MAALEH = Place(name="Tīr Ma‘lah", latitude=34.8044, longitude=36.7101, country="SY", alternates=("تيرمعلة",), id="1",
               zone="Asia/Damascus", population=5000)
SARMIN = Place(name="Sarmīn", latitude=35.90403, longitude=36.72501, country="SY", id="2", alternates=("سرمين",))
SPRINGFIELDS = (Place(name="Springfield", latitude=39.8, longitude=-89.64, id="3", population=114_000),
                Place(name="Springfield", latitude=42.1, longitude=-72.59, id="4", population=155_000))


@pytest.fixture
def gazetteers(tmp_path: Path) -> Gazetteers:
    build(tmp_path / "own.sqlite", (MAALEH, SARMIN, *SPRINGFIELDS), "a test")
    return Gazetteers(tmp_path)


@pytest.mark.parametrize(("one", "other"), [
    ("Teir Maaleh", "Tir Maalah"), ("Teir Maaleh", "تيرمعلة"), ("Tir Ma'alah", "Тир-Маале"), ("Talbiseh", "تلبيسة"),
    ("Talbiseh", "Tallbīsah"), ("al-Ghanto", "الغنطو"), ("Al Rhannto", "al-Ghanto"), ("Sarmin", "سرمين"),
    ("Sarmin", "Сармин"), ("Khan Shaykhun", "خان شيخون"), ("Kafr Nabl", "كفرنبل"), ("Deir ez-Zor", "Dayr az Zawr"),
    ("Latakia", "Lattakia"), ("Douma", "Duma"),
])
def test_spellings_and_scripts_of_one_name_share_its_consonants(one, other):
    assert skeleton(one) == skeleton(other) != "" or folded(one) == folded(other)


@pytest.mark.parametrize(("one", "other"), [("Sarmin", "Saraqib"), ("Homs", "Hama"), ("Talbiseh", "Tal Rifat")])
def test_different_names_do_not(one, other):
    assert skeleton(one) != skeleton(other) or not skeleton(one)


@pytest.mark.parametrize(("name", "match"), [
    ("Tīr Ma‘lah", Match.SPELLING), ("tir ma'lah", Match.LETTERS), ("Teir Maaleh", Match.CONSONANTS),
    ("تيرمعلة", Match.SPELLING), ("تير معله", Match.LETTERS), ("Тир-Маале", Match.CONSONANTS)])
def test_a_place_is_found_by_any_of_its_names_and_says_how(gazetteers, name, match):
    (found,) = gazetteers.find(name)
    assert (found.place, found.match, found.gazetteer) == (MAALEH, match, "own")


def test_every_place_of_a_name_is_a_candidate_and_the_nearest_comes_first(gazetteers):
    assert [one.place.id for one in gazetteers.find("Springfield")] == ["4", "3"]
    near = gazetteers.find("springfield", near=(39.7, -89.6))
    assert [one.place.id for one in near] == ["3", "4"]
    assert near[0].distance_km == pytest.approx(11.6, abs=0.5)


def test_a_point_finds_the_places_around_it(gazetteers):
    (found,) = gazetteers.around((35.9, 36.72), 5)
    assert (found.place.name, found.match) == ("Sarmīn", None)
    assert gazetteers.around((0, 0), 100) == ()
    assert [one.place.id for one in gazetteers.around((42.1, -72.6), 20)] == ["4"]


def test_two_spellings_can_be_one_place_where_a_place_carries_both(gazetteers):
    assert gazetteers.same_place("Teir Maaleh", "تيرمعلة")
    assert not gazetteers.same_place("Teir Maaleh", "Sarmin")
    assert not gazetteers.same_place("nowhere", "nowhere else")


GEONAMES = ("164782\tSarmīn\tSarmin\tSermin,سرمين\t35.90403\t36.72501\tP\tPPL\tSY\t\t12\t\t\t\t14530\t\t300\t"
            "Asia/Damascus\t2015-01-01")
FORMS = {
    "places.txt": GEONAMES + "\nbroken line\n" + GEONAMES.replace("35.90403", "north") + "\n",
    "places.csv": "Name,Lat,Lon,alternates\nSarmīn,35.90403,36.72501,\"Sermin; سرمين\"\nnowhere,,,\n",
    "places.tsv": "name\tlatitude\tlongitude\nSarmīn\t35.90403\t36.72501\n",
    "places.geojson": json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"name": "Sarmīn", "name:ar": "سرمين"},
         "geometry": {"type": "Point", "coordinates": [36.72501, 35.90403]}},
        {"type": "Feature", "properties": {"name": "a line"}, "geometry": {"type": "LineString", "coordinates": []}}]}),
    "places.json": json.dumps([{"name": "Sarmīn", "latitude": 35.90403, "longitude": "36.72501",
                                "alternatenames": ["سرمين"]}, {"name": "", "latitude": 1, "longitude": 1}, 7]),
}


@pytest.mark.parametrize("name", FORMS)
def test_each_form_gives_its_places_and_passes_over_what_is_none(tmp_path, name):
    (tmp_path / name).write_text(FORMS[name], encoding="utf-8")
    (found,) = read_gazetteer(tmp_path / name)
    assert (found.name, found.latitude, found.longitude) == ("Sarmīn", 35.90403, 36.72501)
    assert name == "places.tsv" or "سرمين" in found.names


@pytest.mark.parametrize(("name", "text"), [("places.json", "{"), ("places.json", "7"), ("places.kml", "<kml/>"),
                                            ("places.json", "[" * 100_000), ("missing.csv", None)])
def test_what_is_no_gazetteer_is_refused(tmp_path, name, text):
    if text is not None:
        (tmp_path / name).write_text(text)
    with pytest.raises(GazetteerUnreadable):
        list(read_gazetteer(tmp_path / name))


def test_a_gazetteer_without_places_is_not_made(tmp_path):
    with pytest.raises(GazetteerUnreadable):
        build(tmp_path / "empty.sqlite", (), "nothing")
    assert list(tmp_path.iterdir()) == []


def test_distances_are_those_of_the_globe():
    # Paris to London by great circle: 344 km
    assert distance_km((48.8566, 2.3522), (51.5074, -0.1278)) == pytest.approx(343.6, abs=1)
    assert distance_km((0, 179.9), (0, -179.9)) == pytest.approx(22.2, abs=0.1)


def test_places_of_the_live_blog_are_found_in_geonames(shared_data, tmp_path):
    source = shared_data / "9_gazetteer" / "geonames_cities500_SY_LB_IQ_TR.json"
    assert build(tmp_path / "geonames.sqlite", read_gazetteer(source), source.name) == 4497
    own = Gazetteers(tmp_path)
    expected = {"Talbiseh": (34.84, 36.73), "al-Ghanto": (34.82, 36.70), "Sarmin": (35.90, 36.73)}
    for name, point in expected.items():
        assert distance_km(point, (own.find(name)[0].place.latitude, own.find(name)[0].place.longitude)) < 5
    (nearest, *_) = own.around((35.9, 36.72), 3)
    assert nearest.place.name == "Sarmīn"
