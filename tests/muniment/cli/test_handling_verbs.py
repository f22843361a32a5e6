"""What is done with evidence stands in the ledger: copies, access, redaction, disposal, incidents, verification."""

from hashlib import sha256

import pytest

from evidence_store.case import Case


@pytest.fixture
def case(new_case, monkeypatch):
    """A case with items, signed; MUNIMENT_CASE and MUNIMENT_KEY name it."""
    from sample_case import SampleCase

    hand = new_case("handled")
    with hand.writer() as writer:
        SampleCase(hand, writer).fill()
        writer.checkpoint()
    hand.case.close()
    monkeypatch.setenv("MUNIMENT_CASE", str(hand.root))
    monkeypatch.setenv("MUNIMENT_KEY", str(hand.root.parent / "handled-key"))
    return hand


def last(muniment) -> dict:
    return muniment("--json", "log").document["events"][-1]


def original(case, item: str) -> bytes:
    with Case.open(case.root) as opened, opened.open_item(opened.catalogue.item(item).item) as stream:
        return stream.read()


def test_a_working_copy_has_the_bytes_and_the_ledger_knows_who_has_it(case, muniment, tmp_path):
    ran = muniment("--json", "working-copy", "item-0002", "ITEM-0001", "-o", tmp_path / "work", "--for", "the lab",
                   "--purpose", "enlarge the plate")
    assert ran.code == 0, ran.err
    for copy in ran.document["copies"]:
        content = (tmp_path / "work" / copy["file"].rsplit("/", 1)[1]).read_bytes()
        assert content == original(case, copy["item"])
        assert copy["sha256"] == sha256(content).hexdigest()
    event = last(muniment)
    assert (event["type"], event["item"], event["holder"]) == ("working-copy", "ITEM-0001", "the lab")
    assert not list(tmp_path.glob(".work*"))


def test_a_folder_that_is_there_is_not_written_and_nothing_is_recorded(case, muniment, tmp_path):
    before = last(muniment)
    assert muniment("working-copy", "ITEM-0001", "-o", tmp_path, "--for", "the lab").code == 2
    assert muniment("access", "ITEM-9999", "--by", "x", "-o", tmp_path / "out").code == 1
    assert last(muniment) == before
    assert not (tmp_path / "out").exists()


def test_access_is_recorded_with_the_bytes_or_of_what_happened_elsewhere(case, muniment, tmp_path):
    assert muniment("access", "ITEM-0001", "ITEM-0002", "--by", "the editor", "--how", "on a stick").code == 0
    assert last(muniment)["items"] == ["ITEM-0001", "ITEM-0002"]
    ran = muniment("--json", "access", "ITEM-0001", "--by", "the court", "-o", tmp_path / "out")
    assert ran.code == 0, ran.err
    (written,) = (tmp_path / "out").iterdir()
    assert written.read_bytes() == original(case, "ITEM-0001")
    assert last(muniment)["type"] == "access"
    assert muniment("access", "ITEM-0002", "-o", tmp_path / "mine").code == 0
    assert last(muniment)["by"] == muniment("log", "--json", "--type", "key-enrol").document["events"][0]["principal"]


def test_a_redacted_version_stands_beside_its_original_and_goes_into_the_bundle(case, muniment, tmp_path):
    version = tmp_path / "covered.png"
    version.write_bytes(b"\x89PNG\r\n\x1a\n covered")
    ran = muniment("--json", "redact", "ITEM-0002", version, "--what", "two faces", "--reason", "bystanders")
    assert ran.code == 0, ran.err
    digest = sha256(version.read_bytes()).hexdigest()
    assert ran.document["sha256"] == digest
    event = last(muniment)
    assert event["type"] == "redact"
    assert event["original"] == sha256(original(case, "ITEM-0002")).hexdigest()
    assert muniment("bundle", "-o", tmp_path / "bundle").code == 0
    inside = tmp_path / "bundle" / "data" / "items" / "ITEM-0002" / "derivatives" / f"redacted-{digest[:16]}.png"
    assert inside.read_bytes() == version.read_bytes()
    assert muniment("verify", case.root).code in {0, 5}


def test_the_original_itself_is_no_redacted_version(case, muniment, tmp_path):
    (tmp_path / "same").write_bytes(original(case, "ITEM-0001"))
    ran = muniment("redact", "ITEM-0001", tmp_path / "same", "--what", "nothing")
    assert ran.code == 1
    assert "the original itself" in ran.err


def test_disposal_needs_words_and_leaves_every_byte(case, muniment):
    assert muniment("dispose", "ITEM-0001", "--method", " ", "--authority", "the editor").code == 1
    ran = muniment("dispose", "ITEM-0001", "--method", "returned to the source", "--authority", "the editor")
    assert ran.code == 0, ran.err
    assert "returned to the source" in ran.out
    assert last(muniment)["type"] == "dispose"
    assert original(case, "ITEM-0001")


def test_an_incident_says_what_happened_and_what_was_done(case, muniment):
    ran = muniment("incident", "the laptop was searched at the border", "--affected", "laptop 2", "--action",
                   "keys revoked")
    assert ran.code == 0, ran.err
    event = last(muniment)
    assert (event["type"], event["affected"]) == ("incident", ["laptop 2"])


def test_a_verification_is_recorded_when_asked_for_and_signed(case, muniment, tmp_path):
    size = last(muniment)["seq"]
    code = muniment("verify", case.root).code
    assert last(muniment)["seq"] == size, "verifying writes nothing by itself"
    ran = muniment("--json", "verify", case.root, "--record")
    assert ran.code == code, ran.err
    event = last(muniment)
    assert (event["type"], event["target"], event["outcome"]) == ("verify", "case", ran.document["outcome"])
    again = muniment("--json", "verify", case.root)
    assert not [one for one in again.document["findings"] if one["check"] == "checkpoint.after"]
    assert muniment("bundle", "-o", tmp_path / "bundle").code == 0
    assert muniment("verify", tmp_path / "bundle", "--record").code == 5
    assert len(last(muniment)["target"]) == 32


def test_what_the_case_never_sealed_is_verified_and_not_recorded(case, muniment, tmp_path):
    assert muniment("bundle", "-o", tmp_path / "bundle").code == 0
    info = tmp_path / "bundle" / "bag-info.txt"
    info.write_text("Internal-Sender-Identifier: " + "0" * 32 + "\n")
    before = last(muniment)
    ran = muniment("verify", tmp_path / "bundle", "--record")
    assert ran.code == 4
    assert "not recorded" in ran.err
    assert last(muniment) == before
