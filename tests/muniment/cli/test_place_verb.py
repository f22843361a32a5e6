"""`muniment place`: gazetteers of the user's own."""

import pytest

CSV = """name,latitude,longitude,alternates,country
Tīr Ma‘lah,34.8044,36.7101,تيرمعلة,SY
Sarmīn,35.904,36.725,سرمين,SY
"""


@pytest.fixture
def gazetteer(muniment, tmp_path):
    path = tmp_path / "Syria (own).csv"
    path.write_text(CSV, encoding="utf-8")
    return muniment("place", "import", path, "--json").document


def test_a_gazetteer_is_brought_in_under_the_name_of_its_file(gazetteer):
    assert (gazetteer["gazetteer"], gazetteer["places"]) == ("syria-own", 2)


def test_a_name_is_found_in_any_script_and_spelling_with_its_distance(muniment, gazetteer):
    for name in ("Teir Maaleh", "Tir Maalah", "تيرمعلة"):
        found = muniment("place", "find", name, "--near", "34.80,36.71", "--json").document["candidates"]
        assert (found[0]["name"], found[0]["distance_km"]) == ("Tīr Ma‘lah", "0.49")


def test_a_point_is_named_with_its_zone(muniment, gazetteer):
    document = muniment("place", "at", "--lat", "35.9", "--lon", "36.72", "--json").document
    assert (document["candidates"][0]["name"], document["zone"]) == ("Sarmīn", "Asia/Damascus")


def test_without_a_gazetteer_of_ones_own_the_shipped_one_answers_and_says_its_limits(muniment):
    (found, *_) = muniment("place", "find", "Sarmin", "--json").document["candidates"]
    assert (found["name"], found["country"], found["gazetteer"]) == ("Sarmīn", "SY", "geonames")
    ran = muniment("place", "find", "Xwqzhhgv Upon Nowhere")
    assert ran.code == 0
    assert "place import" in ran.err


@pytest.mark.parametrize(("arguments", "code"), [(("find", "Sarmin", "--near", "here"), 2),
                                                 (("find", "Sarmin", "--near", "99,0"), 2),
                                                 (("import", "nowhere.csv"), 2)])
def test_wrong_usage_is_said(muniment, arguments, code):
    assert muniment("place", *arguments).code == code


def test_the_matrix_knows_two_spellings_as_one_place(muniment, gazetteer, sample_case, monkeypatch):
    monkeypatch.setenv("MUNIMENT_CASE", str(sample_case.root))
    monkeypatch.setenv("MUNIMENT_KEY", str(sample_case.root.parent / "sample-key"))
    for source, number, place in (("LCC", "8", "Teir Maaleh"), ("SOHR", "5", "تيرمعلة")):
        muniment("claim", "add", "--source", source, "--predicate", "killed", "--number", number, "--place", place)
    (event,) = muniment("claim", "matrix", "--json").document["events"]
    assert event["agreement"] == "conflict"
