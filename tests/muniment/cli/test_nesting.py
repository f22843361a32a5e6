"""Colleagues without a server: bundles nested whole, what was said coming back, two captures compared."""

import shutil
import zipfile

import pytest

from evidence_store.custody.keys import TrustedSigner, format_allowed_signers


@pytest.fixture
def colleagues(muniment, sample_case, monkeypatch, tmp_path):
    """The bundle of a colleague's case, their list of signers, and a case of our own."""
    monkeypatch.setenv("MUNIMENT_KEY", str(tmp_path / "sample-key"))
    assert muniment("--case", sample_case.root, "bundle", "-o", tmp_path / "bundle").code == 0
    signer = TrustedSigner(principal="omar@example.org", key=sample_case.signer.public)
    (tmp_path / "signers").write_text(format_allowed_signers([signer]))
    monkeypatch.delenv("MUNIMENT_KEY")
    monkeypatch.setenv("MUNIMENT_CASE", str(tmp_path / "own"))
    assert muniment("init", tmp_path / "own", "--no-passphrase").code == 0
    return tmp_path / "bundle"


def tree(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def prefix(sample_case):
    return sample_case.case.id[:8].upper()


@pytest.mark.parametrize("packed", [False, True], ids=["folder", "zip"])
def test_a_bundle_is_nested_whole_and_its_items_are_named_after_their_case(muniment, colleagues, sample_case, tmp_path,
                                                                           packed):
    target = colleagues
    if packed:
        target = tmp_path / "bundle.zip"
        with zipfile.ZipFile(target, "w") as archive:
            for name, content in tree(colleagues).items():
                archive.writestr(name, content)
    ran = muniment("import", target, "--trust", tmp_path / "signers", "--from", "OFFICE-2", "--json")
    assert ran.code == 0, ran.err
    (nested,) = ran.document["nested"]
    assert (nested["case"], nested["principal"]) == (sample_case.case.id, "omar@example.org")
    assert set(nested["items"]) == {f"{prefix(sample_case)}:{item}" for item in (
        path.name for path in (colleagues / "data" / "items").iterdir())}
    listed = {item["item"] for item in muniment("list", "--json").document["items"]}
    assert set(nested["items"]) <= listed
    assert muniment("received", nested["bundle"][:6], "-o", tmp_path / "again").code == 0
    assert tree(tmp_path / "again") == tree(colleagues)
    assert muniment("verify", tmp_path / "again", "--trust", tmp_path / "signers").code == 0
    muniment("checkpoint")
    assert muniment("verify", tmp_path / "own").code == 0


def test_the_same_bundle_again_brings_nothing_new_and_reindex_keeps_all(muniment, colleagues, tmp_path):
    muniment("import", colleagues)
    before = muniment("list", "--json").document["items"]
    again = muniment("import", colleagues, "--json").document["nested"][0]
    assert (again["items"], again["said"]) == ([], 0)
    muniment("reindex")
    assert muniment("list", "--json").document["items"] == before
    assert len(muniment("received", "--json").document["received"]) == 1


def test_a_bundle_that_was_changed_is_not_taken_in(muniment, colleagues):
    next((colleagues / "data/items/ITEM-0002").glob("original.*")).write_bytes(b"other")
    ran = muniment("import", colleagues, "--json")
    assert ran.code == 1
    assert "does not verify" in ran.document["failures"][0]["reason"]
    assert ran.document["nested"] == []
    assert muniment("received", "--json").document["received"] == []


def test_another_ledger_of_the_same_case_is_refused(muniment, colleagues, sample_case, tmp_path, monkeypatch):
    """Whoever holds the key can tell two stories: what was handed over before shows it."""
    monkeypatch.setenv("MUNIMENT_KEY", str(tmp_path / "sample-key"))
    twin = sample_case.copy(tmp_path / "twin")
    for root, story in ((sample_case.root, "one story"), (twin.root, "another story")):
        muniment("--case", root, "note", story)
        assert muniment("--case", root, "bundle", "-o", tmp_path / story).code == 0
    monkeypatch.delenv("MUNIMENT_KEY")
    assert muniment("import", colleagues).code == 0
    assert muniment("import", tmp_path / "one story").code == 0
    ran = muniment("import", tmp_path / "another story", "--json")
    assert ran.code == 1
    assert "was rewritten" in ran.document["failures"][0]["reason"]


def test_what_a_colleague_said_of_our_items_comes_back_under_our_names(muniment, colleagues, sample_case, tmp_path,
                                                                       monkeypatch):
    """Ours goes to them, they note something on it, theirs comes back."""
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(40))
    muniment("import", tmp_path / "photo.jpg")
    assert muniment("bundle", "-o", tmp_path / "ours").code == 0
    own = muniment("log", "--json").document["events"][0]["case"]
    monkeypatch.setenv("MUNIMENT_KEY", str(tmp_path / "sample-key"))
    theirs = ("--case", sample_case.root)
    assert muniment(*theirs, "import", tmp_path / "ours").code == 0
    there = f"{own[:8].upper()}:ITEM-0001"
    assert muniment(*theirs, "note", "the minaret is that of Teir Maaleh", "--item", there).code == 0
    assert muniment(*theirs, "bundle", "-o", tmp_path / "back").code == 0
    monkeypatch.delenv("MUNIMENT_KEY")
    assert muniment("import", tmp_path / "back").code == 0
    (said,) = [one for one in muniment("show", "ITEM-0001", "--json").document["elsewhere"] if one["kind"] == "note"]
    assert said["text"] == "the minaret is that of Teir Maaleh"
    assert said["item"] == "ITEM-0001"
    assert "in another case" in muniment("show", "ITEM-0001").out
    assert muniment("find", "minaret", "--json").document["hits"]


def test_two_captures_of_one_plan_are_compared(muniment, colleagues, sample_case, tmp_path):
    ran = muniment("compare", sample_case.root, colleagues, "--json")
    assert ran.code == 0, ran.err
    assert ran.document["counts"]["same_bytes"] > 0
    assert ran.document["counts"]["only_a"] == ran.document["counts"]["only_b"] == 0
    copy = shutil.copytree(colleagues, tmp_path / "copy")
    assert muniment("compare", copy, tmp_path / "own", "--json").document["counts"]["only_a"] > 0
    assert "same bytes" in muniment("compare", sample_case.root, colleagues).out


def test_what_is_neither_case_nor_bundle_is_not_compared(muniment, colleagues, tmp_path):
    (tmp_path / "empty").mkdir()
    assert muniment("compare", tmp_path / "empty", colleagues).code == 1
