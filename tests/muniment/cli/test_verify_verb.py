"""`muniment verify`: words, exit codes, JSON, and what it does not import."""

import gzip
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from evidence_store.custody.keys import TrustedSigner, create_key, format_allowed_signers

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def bundle(muniment, sample_case, monkeypatch, tmp_path):
    """A sealed bundle, and the list of signers that names its key."""
    monkeypatch.setenv("MUNIMENT_KEY", str(tmp_path / "sample-key"))
    assert muniment("--case", sample_case.root, "bundle", "-o", tmp_path / "bundle").code == 0
    trust(tmp_path / "allowed_signers", sample_case.signer)
    return tmp_path / "bundle"


def trust(path, signer):
    path.write_text(format_allowed_signers([TrustedSigner(principal="omar@example.org", key=signer.public)]))
    return path


def test_a_whole_bundle_of_a_trusted_sealer_is_0(muniment, bundle, tmp_path):
    ran = muniment("verify", bundle, "--trust", tmp_path / "allowed_signers")
    assert ran.code == 0
    answer = ran.out.splitlines()[0]
    assert answer.startswith("Nothing in this bundle changed since it was sealed: YES.")
    assert "omar@example.org" in answer


def test_a_whole_bundle_of_somebody_unconfirmed_is_5_in_two_sentences(muniment, bundle):
    ran = muniment("verify", bundle)
    assert ran.code == 5
    answer = ran.out.splitlines()[0]
    assert "YES. Sealed by key " in answer
    assert "not yet confirmed; ask the sender to read you its words." in answer


def test_a_bundle_sealed_by_somebody_who_is_not_trusted_is_4(muniment, bundle, tmp_path):
    other = create_key(tmp_path / "other", comment="", passphrase=None)
    ran = muniment("verify", bundle, "--trust", trust(tmp_path / "others", other))
    assert ran.code == 4
    assert ran.out.startswith("DO NOT RELY ON THIS BUNDLE")


def test_a_flipped_byte_is_4_and_the_file_is_named(muniment, bundle, tmp_path):
    target = next((bundle / "data" / "items" / "ITEM-0002").glob("original.*"))
    content = bytearray(target.read_bytes())
    content[3] ^= 1
    target.write_bytes(content)
    ran = muniment("verify", bundle, "--trust", tmp_path / "allowed_signers", "--json")
    assert ran.code == 4
    assert ran.document["outcome"] == "fail"
    failed = [finding for finding in ran.document["findings"] if finding["outcome"] == "fail"]
    assert f"data/items/ITEM-0002/{target.name}" in str(failed)
    assert muniment("verify", bundle).out.splitlines()[0].endswith("what is wrong is listed below.")


def test_the_document_has_the_fields_that_others_rely_on(muniment, bundle):
    document = muniment("verify", bundle, "--json").document
    assert set(document) >= {"schema", "target", "kind", "outcome", "findings"}
    assert (document["schema"], document["kind"]) == ("muniment/verify/1", "bundle")
    assert all(set(finding) >= {"check", "outcome", "subject", "summary"} for finding in document["findings"])


def test_a_bundle_that_poses_as_a_case_is_verified_as_a_bundle(muniment, bundle, tmp_path):
    shutil.copy(tmp_path / "sample" / "muniment.toml", bundle)
    document = muniment("verify", bundle, "--json").document
    assert (document["kind"], document["outcome"]) == ("bundle", "fail")


def test_a_case_is_verified_in_place(muniment, sample_case, tmp_path, monkeypatch):
    signers = trust(tmp_path / "allowed_signers", sample_case.signer)
    ran = muniment("verify", sample_case.root, "--trust", signers, "--json")
    assert (ran.code, ran.document["kind"], ran.document["outcome"]) == (0, "case", "pass"), ran.out
    monkeypatch.setenv("MUNIMENT_KEY", str(tmp_path / "sample-key"))
    muniment("--case", sample_case.root, "note", "after the last checkpoint")
    assert muniment("verify", sample_case.root, "--trust", signers).code == 5


@pytest.mark.parametrize("arguments", [
    ["no-such-target"], [".", "--trust", "no-such-file"], [".", "--receipt", "no-such-file"], [],
], ids=["no target there", "no list of signers there", "no receipt there", "no target named"])
def test_what_keeps_a_verification_from_running_is_2(muniment, tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    assert muniment("verify", *arguments).code == 2


def test_a_list_of_signers_that_cannot_be_read_is_2_not_a_verdict(muniment, bundle, tmp_path):
    (tmp_path / "bad").write_text("this is no list\n")
    ran = muniment("verify", bundle, "--trust", tmp_path / "bad")
    assert ran.code == 2
    assert str(tmp_path / "bad") in ran.err


def test_an_empty_folder_is_not_vouched_for(muniment, tmp_path):
    (tmp_path / "empty").mkdir()
    assert muniment("verify", tmp_path / "empty").code == 4


def test_a_file_that_carries_no_proof_is_5_with_the_hash_to_compare(muniment, tmp_path):
    (tmp_path / "notes.txt").write_bytes(b"seen on Tuesday\n")
    ran = muniment("verify", tmp_path / "notes.txt", "--json")
    assert (ran.code, ran.document["kind"]) == (5, "file")
    assert hashlib.sha256(b"seen on Tuesday\n").hexdigest() in ran.document["findings"][0]["summary"]


def test_what_others_made_is_told_with_what_each_check_proves(muniment, tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.txt", b"a")
    ran = muniment("verify", tmp_path / "a.zip")
    assert ran.code == 0
    assert "no signature" in ran.out.splitlines()[0]
    assert "anybody can pack them anew" in ran.out
    assert all(finding["proves"] for finding in muniment("verify", tmp_path / "a.zip", "--json").document["findings"])


@pytest.mark.parametrize("top", ["", "CASE-0001/"], ids=["at the root", "in a folder"])
def test_a_zipped_bundle_is_verified_like_its_folder(muniment, bundle, tmp_path, top):
    with zipfile.ZipFile(tmp_path / "bundle.zip", "w") as archive:
        for path in sorted(bundle.rglob("*")):
            if path.is_file():
                archive.write(path, top + path.relative_to(bundle).as_posix())
    ran = muniment("verify", tmp_path / "bundle.zip", "--trust", tmp_path / "allowed_signers", "--json")
    assert (ran.code, ran.document["kind"], ran.document["target"]) == (0, "bundle", str(tmp_path / "bundle.zip"))


def test_roots_that_hold_no_certificate_are_2_not_a_verdict(muniment, tmp_path):
    (tmp_path / "roots.pem").write_text("none")
    (tmp_path / "a.tsr").write_bytes(b"0")
    assert muniment("verify", tmp_path / "a.tsr", "--tsa-ca", tmp_path / "roots.pem").code == 2


def test_a_whole_warc_is_0_and_said_to_be_signed_by_nobody(muniment, sample_case):
    warc = next(sample_case.case.layout.warcs.glob("*.warc.gz"))
    ran = muniment("verify", warc)
    assert ran.code == 0
    assert "no signature" in ran.out.splitlines()[0]
    assert muniment("verify", warc, "--json").document["kind"] == "warc"


def test_a_damaged_warc_is_4(muniment, sample_case, tmp_path):
    raw = gzip.decompress(next(sample_case.case.layout.warcs.glob("*.warc.gz")).read_bytes())
    damaged = tmp_path / "damaged.warc"
    damaged.write_bytes(raw.replace(b"A live blog", b"A dead blog"))
    assert muniment("verify", damaged).code == 4


def test_verifying_a_bundle_imports_nothing_heavy(bundle):
    script = (f"import sys\nfrom muniment.cli.main import main\ncode = main(['verify', {str(bundle)!r}, '--json'])\n"
              "sys.stderr.write(' '.join(sys.modules))\nsys.exit(code)")
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 5, done.stderr
    loaded = {name.partition(".")[0] for name in done.stderr.split()}
    assert not loaded & {"yt_dlp", "textual", "numpy", "cv2", "sqlalchemy", "lxml", "requests", "PIL"}


def test_a_case_is_verified_in_place_and_damage_in_it_is_found(muniment, bundle, sample_case):
    ran = muniment("verify", sample_case.root, "--json")
    assert (ran.document["kind"], ran.document["outcome"], ran.code) == ("case", "pass", 0)
    ledger = sample_case.root / "custody" / "ledger.jsonl"
    ledger.write_bytes(ledger.read_bytes().replace(b'"seq":2', b'"seq":9', 1))
    ran = muniment("verify", sample_case.root)
    assert ran.code == 4
    assert ran.out.startswith("Everything in this case is as it was recorded: NO.")


@pytest.mark.parametrize("name", ["verify.py", "archiver.py", "yt_dlp.py", "click.py"])
def test_a_program_in_the_current_folder_is_never_run(bundle, tmp_path, name):
    folder = tmp_path / "received"
    folder.mkdir()
    (folder / name).write_text("raise SystemExit('taken over')")
    ran = subprocess.run([sys.executable, "-m", "muniment", "verify", str(bundle)], cwd=folder, check=False,
                         capture_output=True, text=True, env=os.environ | {"PYTHONPATH": str(ROOT)})
    assert ran.returncode == 5, ran.stderr
