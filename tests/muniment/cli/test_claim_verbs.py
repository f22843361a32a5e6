"""The verbs for what people say: claim, tag, assess, review, translate."""

from pathlib import Path

import pytest

from evidence_store.custody.keys import create_key

TEXT = """The LCC reported that 57 people were killed in Latakia.

Reuters cites a Syrian Observatory for Human Rights report that claims 45 people were killed in Latakia.

The ministry denied that 45 people were killed.
"""


@pytest.fixture
def sample(sample_case, monkeypatch):
    monkeypatch.setenv("MUNIMENT_CASE", str(sample_case.root))
    monkeypatch.setenv("MUNIMENT_KEY", str(sample_case.root.parent / "sample-key"))
    return sample_case


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "blog.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_proposals_of_a_file_need_no_case_and_record_nothing(muniment, text, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    ran = muniment("claim", "propose", text, "--json")
    assert ran.code == 0
    assert ran.document["schema"] == "muniment/claim/1"
    first, second, third = ran.document["proposals"]
    assert set(first) >= {"source", "attributed_to", "predicate", "subject", "number", "place", "date", "passage",
                          "offset"}
    assert (first["source"], first["number"], first["place"], first["offset"]) == ("LCC", 57, "Latakia", 0)
    assert (second["source"], second["attributed_to"]) == ("Reuters", "Syrian Observatory for Human Rights (SOHR)")
    assert third["denies"]


def test_the_seed_gives_its_claims_through_the_command_line(muniment, shared, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    blog = shared / "seed" / "live-blog.txt"
    document = muniment("claim", "propose", blog, "--article-date", "2015-10-20", "--json").document
    said = {(one["origin"].split(" (")[-1].rstrip(")"), one["predicate"], one["number"], one["denies"])
            for one in document["proposals"]}
    assert {("LCC", "killed", 57, False), ("SOHR", "killed", 45, False), ("LCC", "killed", 8, False),
            ("Russian ambassador in Syria", "killed", 3, True)} <= said


def test_a_proposal_becomes_a_claim_by_a_persons_word_only(muniment, sample, text):
    proposals = muniment("claim", "propose", text, "--json").document["proposals"]
    assert muniment("claim", "list", "--json").document["claims"] == []
    one, _, last = (proposal["id"] for proposal in proposals)
    decided = muniment("claim", "propose", text, "--accept", one, "--reject", last, "--json").document["proposals"]
    assert [proposal["state"] for proposal in decided] == ["accepted", "proposed", "rejected"]
    claims = muniment("claim", "list", "--json").document["claims"]
    assert [(one["claim"], one["source"], one["item"]) for one in claims] == [("CLAIM-0001", "LCC", "ITEM-0004")]
    again = muniment("claim", "propose", "ITEM-0004", "--accept", "all", "--json").document["proposals"]
    assert [proposal["state"] for proposal in again] == ["accepted", "accepted", "rejected"]
    assert len(muniment("claim", "list", "--all", "--json").document["claims"]) == 3


def test_an_unknown_proposal_is_refused_and_nothing_recorded(muniment, sample, text):
    ran = muniment("claim", "propose", text, "--accept", "0123456789ab")
    assert ran.code == 1
    assert muniment("claim", "list", "--all", "--json").document["claims"] == []


def test_the_matrix_shows_conflict_origin_and_evidence(muniment, sample, text):
    muniment("claim", "propose", text, "--accept", "all")
    muniment("claim", "link", "claim-0001", "item-0002", "--relation", "supports", "--reason", "eight bodies are seen")
    (event,) = muniment("claim", "matrix", "--json").document["events"][:1]
    assert (event["agreement"], event["predicate"], event["place"]) == ("conflict", "killed", "Latakia")
    by_origin = {source["origin"]: source for source in event["sources"]}
    assert by_origin["LCC"]["evidence"]["supports"] == ["ITEM-0002"]
    assert by_origin["SOHR"]["relayed_by"] == ["Reuters"]
    lines = muniment("claim", "matrix").out
    assert "57 or 45" in lines
    assert "one denies what the other says" in lines


def test_claims_are_added_and_withdrawn_by_hand(muniment, sample):
    added = muniment("claim", "add", "--source", "a resident", "--predicate", "killed", "--number", "3", "--place",
                     "Homs", "--item", "item-0003", "--json")
    assert added.document["claims"][0]["state"] == "added"
    gone = muniment("claim", "withdraw", "CLAIM-0001", "--reason", "he spoke of another day", "--json").document
    assert (gone["claims"][0]["state"], gone["claims"][0]["reason"]) == ("withdrawn", "he spoke of another day")
    assert muniment("claim", "matrix", "--json").document["events"] == []


@pytest.mark.parametrize("arguments", [("claim", "link", "CLAIM-0009", "ITEM-0001", "--relation", "supports"),
                                       ("tag", "ITEM-0099", "school"), ("review", "1", "--judgement", "agrees")])
def test_what_is_not_there_is_named(muniment, sample, arguments):
    ran = muniment(*arguments)
    assert ran.code == 1
    assert arguments[2] in ran.err or arguments[1] in ran.err


def test_tags_are_put_on_and_taken_off(muniment, sample):
    assert muniment("tag", "item-0002", "school", "roof", "--json").document["tags"] == ["roof", "school"]
    assert muniment("tag", "item-0002", "roof", "--remove", "--json").document["tags"] == ["school"]


PLACE = ("--question", "place", "--answer", "Sarmin", "--confidence", "high", "--lat", "35.9033", "--lon", "36.7261",
         "--precision", "25", "--imagery", "satellite", "--imagery-date", "2015-09-12",
         "--feature", "minaret=round shadow", "--feature", "blue gate=gap in the wall", "--because", "item-0003")


def test_an_assessment_is_superseded_by_the_next_and_reviewed_by_another_key(muniment, sample, tmp_path):
    first = muniment("assess", "item-0002", *PLACE, "--json").document
    assert [feature["on_photo"] for feature in first["place"]["features"]] == ["minaret", "blue gate"]
    second = muniment("assess", "item-0002", *PLACE, "--json").document
    assert (second["supersedes"], second["superseded_by"]) == (first["seq"], None)
    own = muniment("review", second["seq"], "--judgement", "agrees")
    assert own.code == 1
    assert "another" in own.err
    create_key(tmp_path / "colleague", comment="", passphrase=None)
    other = muniment("review", second["seq"], "--judgement", "disagrees", "--text", "the gate is green", "--key",
                     tmp_path / "colleague", "--principal", "colleague@example.org", "--json").document
    assert [review["judgement"] for review in other["reviews"]] == ["disagrees"]
    assert other["reviews"][0]["key"] != other["key"]


@pytest.mark.parametrize(("option", "value"), [("--lat", "135.0"), ("--lon", "east"), ("--because", "ITEM-0099"),
                                               ("--lat", "NaN"), ("--reference", "ITEM-0099")])
def test_an_assessment_that_cannot_be_so_is_refused(muniment, sample, option, value):
    assert muniment("assess", "item-0002", *PLACE, option, value).code == 1


def test_a_translation_is_kept_beside_its_original(muniment, sample):
    ran = muniment("translate", "item-0003", "--into", "en", "--from", "ar", "--text", "a school", "--translator", "O.",
                   "--tool", "translator/2", "--date", "2026-03-01", "--reviewer", "A.", "--json")
    assert ran.code == 0
    (event,) = muniment("log", "item-0003", "--type", "translation", "--json").document["events"]
    assert (event["text"], event["tool"]["version"], event["made"]) == ("a school", "2", "2026-03-01")
    assert muniment("translate", "item-0003", "--into", "en", "--translator", "O.").code == 2


def test_show_tells_findings_and_conclusions_apart(muniment, sample, text):
    muniment("tag", "item-0002", "school")
    muniment("assess", "item-0002", *PLACE)
    muniment("claim", "propose", text, "--accept", "all")
    muniment("claim", "link", "CLAIM-0001", "ITEM-0002", "--relation", "contradicts", "--reason", "it still stands")
    muniment("translate", "ITEM-0002", "--into", "en", "--text", "a school", "--translator", "O.")
    document = muniment("show", "ITEM-0002", "--json").document
    assert document["tags"] == ["school"]
    assert [one["answer"] for one in document["assessments"]] == ["Sarmin"]
    assert [(one["claim"], one["relation"]) for one in document["links"]] == [("CLAIM-0001", "contradicts")]
    assert [one["text"] for one in document["translations"]] == ["a school"]
    assert {finding["check"] for finding in document["findings"]} == {"fixity.sha256", "metadata.exif"}
    shown = muniment("show", "ITEM-0002").out
    assert "Sarmin, confidence high" in shown
    assert "it still stands" in shown
    assert len(muniment("show", "ITEM-0004", "--json").document["claims"]) == 3
