"""`muniment stamp`, from the command line, with a real authority on loopback."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

STANDALONE = Path(__file__).resolve().parents[3] / "verify" / "standalone.py"


@pytest.fixture
def case(muniment, tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("MUNIMENT_NO_PASSPHRASE", "1")
    folder = tmp_path / "case"
    assert muniment("init", folder, "--title", "Sarmin").code == 0
    return folder


def test_the_latest_checkpoint_is_stamped_by_each_authority(muniment, case, served_tsa):
    ran = muniment("--case", case, "--json", "stamp", "--tsa", served_tsa.at("good"), "--tsa", served_tsa.at("rogue"))
    assert ran.code == 0, ran.err
    assert {one["size"] for one in ran.document["stamped"]} == {2}
    assert ran.document["failures"] == []
    assert "nothing to stamp" in muniment("--case", case, "stamp", "--tsa", served_tsa.at("good")).err


def test_where_no_authority_gives_a_token_the_last_line_says_so(muniment, case, served_tsa):
    ran = muniment("--case", case, "stamp", "--tsa", served_tsa.at("broken"))
    assert ran.code == 1
    assert "503" in ran.err
    assert ran.err.rstrip().endswith("no outside proof of time yet: run `muniment stamp`")
    again = muniment("--case", case, "--json", "stamp", "--tsa", served_tsa.at("broken"))
    assert again.document["waiting"] == 1


def test_without_an_authority_it_is_a_usage_error(muniment, case):
    ran = muniment("--case", case, "stamp")
    assert ran.code == 2
    assert "--tsa URL" in ran.err


def verified(bundle: Path, *arguments: str | Path) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "-I", "-S", STANDALONE, bundle, *arguments], capture_output=True, text=True)


def test_a_bundle_sealed_offline_is_stamped_afterwards_and_confirmed_by_the_verifiers_own_roots(
        muniment, case, tmp_path, served_tsa, tsa, rogue_tsa):
    sealed = muniment("--case", case, "bundle", "-o", tmp_path / "bundle")
    assert sealed.code == 0, sealed.err
    assert sealed.err.rstrip().endswith("no outside proof of time yet: run `muniment stamp`")
    (tmp_path / "trust").write_text(muniment("key", "show").out)
    trusting = ["--trust", tmp_path / "trust", "--require-time"]
    assert verified(tmp_path / "bundle", *trusting).returncode == 5
    ran = muniment("stamp", "--bundle", tmp_path / "bundle", "--tsa", served_tsa.at("good"))
    assert ran.code == 0, ran.err
    assert "the seal existed at" in ran.out
    confirmed = verified(tmp_path / "bundle", *trusting, "--tsa-ca", tsa.root)
    assert confirmed.returncode == 0, confirmed.stdout
    assert verified(tmp_path / "bundle", *trusting, "--tsa-ca", rogue_tsa.root).returncode == 4


def test_a_bundle_in_a_zip_is_stamped_in_its_place(muniment, case, tmp_path, served_tsa, tsa):
    assert muniment("--case", case, "bundle", "-o", tmp_path / "handed.zip").code == 0
    with zipfile.ZipFile(tmp_path / "handed.zip") as archive:
        before = {name: archive.read(name) for name in archive.namelist()}
    ran = muniment("stamp", "--bundle", tmp_path / "handed.zip", "--tsa", served_tsa.at("good"))
    assert ran.code == 0, ran.err
    with zipfile.ZipFile(tmp_path / "handed.zip") as archive:
        after = {name: archive.read(name) for name in archive.namelist()}
    assert before.items() <= after.items()
    assert [name.rpartition(".")[2] for name in after.keys() - before.keys()] == ["tsr"]
    (tmp_path / "trust").write_text(muniment("key", "show").out)
    said = muniment("verify", tmp_path / "handed.zip", "--trust", tmp_path / "trust", "--tsa-ca", tsa.root,
                    "--require-time")
    assert said.code == 0, said.out
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_zip_without_a_bundle_is_left_as_it_is(muniment, tmp_path, served_tsa):
    with zipfile.ZipFile(tmp_path / "photos.zip", "w") as archive:
        archive.writestr("a.txt", "a")
    before = (tmp_path / "photos.zip").read_bytes()
    ran = muniment("stamp", "--bundle", tmp_path / "photos.zip", "--tsa", served_tsa.at("good"))
    assert (ran.code, "holds no bundle" in ran.err) == (1, True)
    assert (tmp_path / "photos.zip").read_bytes() == before


def test_a_token_from_another_machine_is_taken(muniment, case, tmp_path, served_tsa, tsa):
    muniment("--case", case, "stamp", "--tsa", served_tsa.at("broken"))
    (query,) = (case / "custody" / "pending").iterdir()
    (tmp_path / "carried.tsr").write_bytes(tsa.reply(query.read_bytes()))
    ran = muniment("--case", case, "--json", "stamp", "--take", tmp_path / "carried.tsr", "--authority", "ours")
    assert ran.code == 0, ran.err
    assert ran.document["stamped"][0]["authority"] == "ours"
    assert list((case / "custody" / "checkpoints").glob("*.ours.tsr"))
