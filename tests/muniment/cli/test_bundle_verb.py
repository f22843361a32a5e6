"""`muniment bundle`."""

import base64
import shutil
import subprocess
import sys

import case_factory
import pytest
from case_factory import Answer
from five_items import FACE, PDQ, five_items

from evidence_store.disclosing import ConditionMet, ExposureAccepted
from evidence_store.events import FindingEvent
from evidence_store.findings import Outcome
from evidence_store.records import ItemId, ItemKind, Verdict


@pytest.fixture
def sample(sample_case, monkeypatch):
    """The sample case, named by MUNIMENT_CASE, and its key by MUNIMENT_KEY."""
    monkeypatch.setenv("MUNIMENT_CASE", str(sample_case.root))
    monkeypatch.setenv("MUNIMENT_KEY", str(sample_case.root.parent / "sample-key"))
    return sample_case


def test_a_bundle_is_written_sealed_and_recorded(muniment, sample, tmp_path):
    ran = muniment("bundle", "-o", tmp_path / "out", "--to", "counsel", "--json")
    assert ran.code == 0, ran.err
    assert (ran.document["held"], ran.document["included"]) == (3, 3)
    events = muniment("log", "--json").document["events"]
    assert [event["type"] for event in events[-2:]] == ["disclose", "sealed"]
    assert events[-2]["recipient"] == "counsel"
    assert events[-1]["tagmanifest_sha256"] == ran.document["tagmanifest_sha256"]


def test_the_verifier_of_the_bundle_says_unchanged_and_signer_not_confirmed(muniment, sample, tmp_path):
    muniment("bundle", "-o", tmp_path / "out")
    shutil.copy(tmp_path / "out" / "verify.py", tmp_path / "verifier.py")
    done = subprocess.run([sys.executable, "-I", "-S", tmp_path / "verifier.py", tmp_path / "out"], capture_output=True,
                          text=True, check=False)
    assert done.returncode == 5, done.stdout + done.stderr
    assert "Nothing in this bundle changed since it was sealed: YES." in done.stdout


def test_an_item_that_is_left_out_is_not_in_the_bundle(muniment, sample, tmp_path):
    document = muniment("bundle", "-o", tmp_path / "out", "--leave-out", "ITEM-0002", "--json").document
    assert (document["included"], document["not_selected"]) == (2, 1)
    assert not (tmp_path / "out" / "data" / "items" / "ITEM-0002").exists()


def test_leaving_out_what_is_not_there_writes_nothing(muniment, sample, tmp_path):
    before = sample.case.log.size
    assert muniment("bundle", "-o", tmp_path / "out", "--leave-out", "ITEM-0099").code == 1
    assert (sample.case.log.size, (tmp_path / "out").exists()) == (before, False)


def test_a_folder_that_exists_is_not_written_over(muniment, sample, tmp_path):
    (tmp_path / "out").mkdir()
    ran = muniment("bundle", "-o", tmp_path / "out")
    assert ran.code == 1
    assert list((tmp_path / "out").iterdir()) == []


@pytest.fixture
def five(tmp_path, monkeypatch):
    """Five items; ITEM-0002 is the one to withhold."""
    hand = five_items(tmp_path)
    monkeypatch.setenv("MUNIMENT_CASE", str(hand.root))
    monkeypatch.setenv("MUNIMENT_KEY", str(hand.root.parent / "case-key"))
    yield hand
    hand.case.close()


def test_a_withheld_item_is_counted_and_what_goes_with_it_is_said(muniment, five, tmp_path):
    ran = muniment("bundle", "-o", tmp_path / "out", "--withhold", "item-0002", "--json")
    assert ran.code == 0, ran.err
    document = ran.document
    assert [document[name] for name in ("held", "included", "withheld", "not_selected")] == [5, 4, 1, 0]
    verified = muniment("verify", tmp_path / "out", "--json").document
    summaries = [one["summary"] for one in verified["findings"]]
    assert "held 5, included 4, withheld 1, not selected 0" in summaries
    assert not any(one["outcome"] == "fail" for one in verified["findings"])


@pytest.fixture
def exposed(five):
    """A page whose answer names the address that asked, and a request that sent a cookie."""
    page = Answer(url="https://video.example/watch", media_type="text/html", kind=ItemKind.PAGE, gzipped=True,
                  content=b'<video src="https://r4.example/videoplayback?ip=203.0.113.77&amp;id=1"></video>')
    with five.writer() as writer:
        case_factory.capture(five, writer, writer.warc(software=(case_factory.TOOL,)), page, verdict=Verdict.COMPLETE)
    return five


def test_an_address_in_a_compressed_page_stops_the_sealing_until_it_is_let_pass(muniment, exposed, tmp_path):
    before = exposed.case.log.size
    ran = muniment("bundle", "-o", tmp_path / "out")
    assert ran.code == 1
    assert "203.0.113.77" in ran.err
    assert (exposed.case.log.size, (tmp_path / "out").exists()) == (before, False)
    listed = muniment("bundle", "--dry-run", "--json")
    (one,) = listed.document["exposures"]
    assert (listed.code, one["kind"], one["value"]) == (1, "egress address", "203.0.113.77")
    assert any("ITEM-0006" in place for place in one["places"])
    done = muniment("bundle", "-o", tmp_path / "out", "--accept", one["id"], "--because", "an address of Tor", "--json")
    assert done.code == 0, done.err
    assert done.document["withheld_events"] == 1, "what was let pass is the case's own business"
    accepted = [event for event in exposed.case.events() if isinstance(event.body, ExposureAccepted)]
    assert [(hit.value, hit.kind) for hit in accepted[0].body.hits] == [("203.0.113.77", "egress address")]
    assert muniment("verify", tmp_path / "out").code == 5


def test_withholding_what_exposes_lets_the_rest_be_sealed(muniment, exposed, tmp_path):
    ran = muniment("bundle", "-o", tmp_path / "out", "--withhold", "ITEM-0006", "--json")
    assert (ran.code, ran.document["included"]) == (0, 5), ran.err


def test_a_page_that_shows_a_withheld_picture_is_an_exposure(muniment, five, tmp_path):
    page = Answer(url="https://other.example/", media_type="text/html", kind=ItemKind.PAGE, chunked=True,
                  content=b"<img src=" + FACE.url.encode() + b"><img src=data:image/jpeg;base64,"
                  + base64.b64encode(FACE.content) + b">")
    with five.writer() as writer:
        case_factory.capture(five, writer, writer.warc(software=(case_factory.TOOL,)), page, verdict=Verdict.COMPLETE)
    found = muniment("bundle", "--dry-run", "--withhold", "ITEM-0002", "--json").document["exposures"]
    assert {one["kind"] for one in found} == {"withheld item"}
    assert {FACE.url, "bytes of ITEM-0002"} <= {one["value"] for one in found}
    assert all(any("ITEM-0006" in place for place in one["places"]) for one in found)


def test_what_could_not_be_searched_is_said_and_the_rest_is_sealed(muniment, sample, tmp_path):
    (tmp_path / "files.rar").write_bytes(b"Rar!\x1a\x07\x01\x00" + bytes(100))
    assert muniment("import", tmp_path / "files.rar").code == 0
    assert "could not be searched: ITEM-0004: a RAR archive" in muniment("bundle", "--dry-run").out
    ran = muniment("bundle", "-o", tmp_path / "out", "--json")
    assert ran.code == 0, ran.err
    assert ran.document["unsearched"] == [{"place": "ITEM-0004", "reason": "a RAR archive"}]
    assert "could not be searched for who is visible: ITEM-0004" in ran.err


def test_the_users_own_list_is_searched_for_and_never_enters_the_case(muniment, five, tmp_path):
    (tmp_path / "secrets").write_text("# friends\nSOURCE-07\n")
    ran = muniment("bundle", "--dry-run", "--secrets", tmp_path / "secrets", "--json")
    assert [one["value"] for one in ran.document["exposures"]] == ["SOURCE-07"]


def test_a_smaller_copy_of_a_withheld_picture_is_an_exposure(muniment, five):
    """PDQ hashes that differ in a few bits are of one picture; a flat picture's hash says nothing."""
    near = f"{int(PDQ, 16) ^ 0b111:064x}"
    with five.writer() as writer:
        writer.append(*(FindingEvent(item=ItemId(item), check="image.hashes", outcome=Outcome.PASS, summary="hashes",
                                     tools=(case_factory.TOOL,), details={"pdq": {"hash": value, "quality": quality}})
                        for item, value, quality in (("ITEM-0002", PDQ, 100), ("ITEM-0003", near, 90),
                                                     ("ITEM-0001", near, 10))))
    found = muniment("bundle", "--dry-run", "--withhold", "ITEM-0002", "--json").document["exposures"]
    assert [(one["value"], one["places"]) for one in found if "looks like" in one["value"]] == [
        ("a picture that looks like ITEM-0002", ["ITEM-0003"])]


def test_what_came_under_a_condition_is_not_handed_over_without_a_word(muniment, five, tmp_path):
    (tmp_path / "secret.txt").write_text("where the hospital is")
    ran = muniment("import", tmp_path / "secret.txt", "--from", "SOURCE-09", "--conditions", "do not publish")
    assert ran.code == 0, ran.err
    refused = muniment("bundle", "-o", tmp_path / "out")
    assert refused.code == 1
    assert "ITEM-0006 (SOURCE-09: do not publish)" in refused.err
    assert muniment("bundle", "-o", tmp_path / "one", "--withhold", "ITEM-0006").code == 0
    assert muniment("bundle", "-o", tmp_path / "two", "--condition-met", "ITEM-0006").code == 2
    assert muniment("bundle", "-o", tmp_path / "two", "--condition-met", "ITEM-0006=she agreed on 3 May").code == 0
    said = [event.body for event in five.case.events() if isinstance(event.body, ConditionMet)]
    assert [(one.items, one.conditions, one.because) for one in said] == [
        (("ITEM-0006",), "do not publish", "she agreed on 3 May")]


def test_a_redacted_version_stands_in_for_an_original_that_is_withheld(muniment, five, tmp_path):
    (tmp_path / "blurred.jpg").write_bytes(b"\xff\xd8\xff\xe0 a blurred face \xff\xd9")
    made = muniment("redact", "ITEM-0002", tmp_path / "blurred.jpg", "--what", "the face of a woman")
    assert made.code == 0, made.err
    ran = muniment("bundle", "-o", tmp_path / "out", "--redacted", "ITEM-0002", "--json")
    assert (ran.code, ran.document["included"], ran.document["withheld"]) == (0, 5, 1), ran.err
    shown = (tmp_path / "out" / "data" / "items" / "ITEM-0006" / "original.jpg").read_bytes()
    assert shown == (tmp_path / "blurred.jpg").read_bytes()
    everything = b"".join(path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file())
    assert b"the face of a woman" in everything
    assert b"ITEM-0002" not in everything
    assert muniment("bundle", "-o", tmp_path / "two", "--redacted", "ITEM-0003").code == 1
