"""`muniment copy`, `lock` and `unlock`: a case in another place is the case, or it is not there."""

import subprocess

import pytest

from evidence_store.case import Case
from evidence_store.handling import Accessed
from evidence_store.lock import CaseLock
from verify.bundle import verify_case


@pytest.fixture
def sample(sample_case, monkeypatch):
    monkeypatch.setenv("MUNIMENT_CASE", str(sample_case.root))
    monkeypatch.setenv("MUNIMENT_KEY", str(sample_case.root.parent / "sample-key"))
    return sample_case


@pytest.fixture
def keys(tmp_path):
    """A lawyer's and a stranger's SSH key."""
    for name in ("lawyer", "stranger"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / name], check=True)
    return {name: tmp_path / name for name in ("lawyer", "stranger")}


def evidence(root):
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*"))
            if path.is_file() and not path.name.startswith(("catalogue", "search", "lock"))}


def test_a_copy_is_the_case_and_both_say_that_it_was_made(muniment, sample, tmp_path):
    ran = muniment("copy", tmp_path / "copy", "--to", "the second office", "--purpose", "backup", "--json")
    assert (ran.code, ran.document["outcome"]) == (0, "pass"), ran.err
    assert evidence(tmp_path / "copy") == evidence(sample.root)
    with Case.open(tmp_path / "copy") as copy:
        made = [event.body for event in copy.events() if isinstance(event.body, Accessed)]
        assert [(one.by, one.purpose) for one in made] == [("the second office", "backup")]
        assert copy.catalogue.counts() == sample.case.catalogue.counts()


def test_a_copy_is_never_written_over_anything(muniment, sample, tmp_path):
    (tmp_path / "copy").mkdir()
    assert muniment("copy", tmp_path / "copy").code == 1
    assert list((tmp_path / "copy").iterdir()) == []


def test_a_locked_case_is_there_for_its_recipient_alone(muniment, sample, keys, tmp_path):
    before = evidence(sample.root)
    sample.case.close()
    ran = muniment("lock", "--for", f"{keys['lawyer']}.pub", "-o", tmp_path / "case.tar.age", "--json")
    assert (ran.code, ran.document["clear_removed"]) == (0, True), ran.err
    assert not sample.root.exists()
    assert b"custody" not in (tmp_path / "case.tar.age").read_bytes()
    refused = muniment("unlock", tmp_path / "case.tar.age", "-i", keys["stranger"], "-o", tmp_path / "stolen")
    assert (refused.code, (tmp_path / "stolen").exists()) == (2, False)
    assert muniment("unlock", tmp_path / "case.tar.age", "-i", keys["lawyer"]).code == 0
    assert evidence(tmp_path / "case") == before
    assert verify_case(tmp_path / "case").failures == ()


def test_the_age_program_opens_a_locked_case_too(muniment, sample, keys, tmp_path):
    muniment("lock", "--for", f"{keys['lawyer']}.pub", "-o", tmp_path / "case.tar.age", "--keep")
    assert sample.root.exists()
    opened = subprocess.run(["age", "-d", "-i", keys["lawyer"], tmp_path / "case.tar.age"], capture_output=True,
                            check=True)
    listed = subprocess.run(["tar", "-t"], input=opened.stdout, capture_output=True, check=True).stdout.decode()
    assert {"custody/ledger.jsonl", "muniment.toml", "catalogue.sqlite"} <= set(listed.split())


def test_a_changed_byte_is_not_unpacked(muniment, sample, keys, tmp_path):
    packed = tmp_path / "case.tar.age"
    muniment("lock", "--for", f"{keys['lawyer']}.pub", "-o", packed, "--keep")
    data = bytearray(packed.read_bytes())
    data[len(data) // 2] ^= 1
    packed.write_bytes(data)
    assert muniment("unlock", packed, "-i", keys["lawyer"], "-o", tmp_path / "out").code == 2
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("recipient", ["age1nobody", "ssh-ed25519 nonsense", "no-such-file"])
def test_a_case_is_not_packed_for_nobody(muniment, sample, recipient):
    assert muniment("lock", "--for", recipient).code == 2
    assert sample.root.exists()


def test_a_case_that_is_being_written_is_not_packed(muniment, sample, keys):
    with CaseLock(sample.case.layout.lock, command="capture", clock=sample.clock):
        assert muniment("lock", "--for", f"{keys['lawyer']}.pub").code == 7
    assert sample.root.exists()
