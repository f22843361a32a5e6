"""`muniment bundle`."""

import shutil
import subprocess
import sys

import pytest


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
