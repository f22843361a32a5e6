"""The gazetteer that is shipped: names in any script and spelling, and what lies at a point, without any set-up."""

from datetime import UTC, datetime

import pytest

from evidence_store.records import BlobRef, Item, ItemId, ItemKind, Sha256
from verify.place.claimed import ClaimedPlace, place_finding
from verify.place.packaged import Packaged, keys_of
from verify.place.store import Gazetteers, Match

KNOWN = [      # GeoNames id, name there, country, latitude, longitude, spellings
    ("161880", "Sarmīn", "SY", 35.90, 36.73, ("Sarmin", "Sermin", "سرمين")),
    ("162627", "Tallbīsah", "SY", 34.84, 36.73, ("Talbiseh", "Talbisah", "تلبيسة")),
    ("170063", "Aleppo", "SY", 36.20, 37.16, ("Aleppo", "Haleb", "حلب", "Алеппо")),
    ("709717", "Donetsk", "UA", 48.02, 37.80, ("Donetsk", "Донецк")),
    ("2867714", "Munich", "DE", 48.14, 11.58, ("München", "Munchen", "Munich", "Мюнхен")),
    ("3530597", "Mexico City", "MX", 19.43, -99.13, ("Ciudad de México", "Mexico City")),
    ("2147714", "Sydney", "AU", -33.87, 151.21, ("Sydney", "سيدني")),
]

ITEM = Item(id=ItemId("ITEM-0001"), kind=ItemKind.PHOTO, sha256=Sha256("0" * 64), length=0, media_type="image/jpeg",
            source=BlobRef(sha256=Sha256("0" * 64), length=0), obtained_at=datetime(2026, 1, 1, tzinfo=UTC))


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return Gazetteers(tmp_path_factory.mktemp("none"), Packaged())


@pytest.mark.parametrize(("number", "name", "country", "latitude", "longitude", "spellings"), KNOWN)
def test_a_place_is_among_the_candidates_of_each_of_its_spellings(world, number, name, country, latitude, longitude,
                                                                  spellings):
    for spelling in spellings:
        found = [one for one in world.find(spelling) if one.place.id == number or (one.place.name == name
                 and one.place.country == country)]
        assert found, spelling
        place = found[0].place
        assert (place.latitude, place.longitude) == (pytest.approx(latitude, abs=0.06),
                                                     pytest.approx(longitude, abs=0.06))


def test_every_place_of_a_name_is_shown_and_none_is_chosen(world):
    springfields = [one for one in world.find("Springfield") if one.match is Match.SPELLING]
    assert len(springfields) > 10


@pytest.mark.parametrize(("latitude", "longitude", "name"), [
    (35.90, 36.72, "Sarmīn"), (-54.80, -68.30, "Ushuaia"), (64.135, -21.895, "Reykjavík"), (-17.83, 31.05, "Harare"),
    (35.52, 35.79, "Latakia"), (48.29, 37.18, "Pokrovsk")])
def test_what_lies_at_a_point_is_named(world, latitude, longitude, name):
    nearest = world.around((latitude, longitude), 20)[0]
    assert nearest.place.name == name
    assert nearest.distance_km < 5


def test_in_the_ocean_and_at_the_poles_there_is_nothing(world):
    assert world.around((0.0, -160.0), 50) == world.around((90.0, 0.0), 50) == world.around((-90.0, 0.0), 50) == ()


def test_places_beyond_the_date_line_are_near(world):
    suva = Packaged().around((-16.8, -179.97), 120)
    assert any(place.longitude > 170 for _, place in suva)


def test_every_line_can_be_reached_by_its_name_and_by_its_place():
    packaged = Packaged()
    for name in ("Sarmīn", "Ushuaia", "Aix-en-Provence", "Ílhavo", "Õ", "Xi’an", "Zywiec"):
        for place in packaged.named(name)[:5]:
            around = [other.id for _, other in packaged.around((place.latitude, place.longitude), 1)]
            assert place.id in around


@pytest.mark.parametrize("name", ["", " ", "...", "1234567", "a" * 500, "\0", "x\ty\nz"])
def test_what_is_no_name_finds_nothing_and_breaks_nothing(world, name):
    assert len(world.find(name)) <= 50
    assert all("\t" not in key and "\n" not in key for key in keys_of(name))


def test_a_place_that_only_shares_consonants_contradicts_nothing(world):
    claimed = ClaimedPlace(name="Telbeseh", candidates=world.find("Telbeseh", near=(0.0, 0.0)))
    assert claimed.candidates
    found = place_finding(ITEM, (0.0, 0.0), [claimed], (), "")
    assert found.bearing == "silent"


def test_two_spellings_are_one_place_and_two_towns_are_not(world):
    assert world.same_place("Talbiseh", "تلبيسة")
    assert not world.same_place("Homs", "Hama")
    assert not world.same_place("Sarmin", "Saraqib")
