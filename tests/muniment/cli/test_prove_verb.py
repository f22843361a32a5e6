"""`muniment prove`: one item shown to be in the signed ledger, checked by a script that shares no code with us."""

import json
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def proven(muniment, sample_case, monkeypatch, tmp_path) -> Path:
    monkeypatch.setenv("MUNIMENT_CASE", str(sample_case.root))
    monkeypatch.setenv("MUNIMENT_KEY", str(sample_case.root.parent / "sample-key"))
    ran = muniment("--json", "prove", "ITEM-0002", "-o", tmp_path / "proof")
    assert ran.code == 0, ran.err
    assert ran.document["item"] == "ITEM-0002"
    last = muniment("--json", "log").document["events"][-1]
    assert (last["type"], last["items"], last["by"]) == ("access", ["ITEM-0002"], "not said")
    (tmp_path / "trust").write_text(muniment("key", "show").out)
    return tmp_path / "proof"


def checked(proof: Path, *arguments: str | Path, original: bool = True) -> subprocess.CompletedProcess:
    script = [sys.executable, "-I", "-S", "verify_proof.py", "proof.json"]
    files = [next(proof.glob("original.*")).name] if original else []
    return subprocess.run([*script, *files, *arguments], cwd=proof, capture_output=True, text=True)


def trusting(proof: Path) -> list[str]:
    return ["--trust", str(proof.parent / "trust")]


def test_the_item_is_shown_to_stand_in_the_ledger_that_a_trusted_key_signed(proven):
    done = checked(proven, *trusting(proven))
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("pass") == 5


def test_without_a_list_of_signers_or_without_the_file_it_stays_open(proven):
    assert checked(proven).returncode == 5
    assert checked(proven, *trusting(proven), original=False).returncode == 5


def test_a_list_that_does_not_name_the_key_refuses_it(proven, tmp_path):
    (tmp_path / "empty").write_text("# nobody\n")
    assert checked(proven, "--trust", tmp_path / "empty").returncode == 4


def test_other_bytes_are_not_the_item(proven):
    original = next(proven.glob("original.*"))
    original.write_bytes(original.read_bytes() + b"\n")
    done = checked(proven, *trusting(proven))
    assert done.returncode == 4
    assert "item.original" in done.stdout


def other_digit(text: str) -> str:
    """Another character in the middle, which a hash in hexadecimal and a signature in base64 may both have."""
    middle = len(text) // 2
    return text[:middle] + ("b" if text[middle] != "b" else "c") + text[middle + 1:]


@pytest.mark.parametrize("member", ["item", "seq", "line", "body", "path", "checkpoint", "signatures"])
def test_nothing_in_a_proof_can_be_changed(proven, member):
    proof = json.loads((proven / "proof.json").read_text())
    value = proof[member]
    if isinstance(value, int):
        changed = [value + 1, value - 1]
    elif isinstance(value, list):
        changed = [value[:-1], [*value, value[-1]], [other_digit(one) for one in value]]
    else:
        changed = [value[:at] + ("b" if value[at] != "b" else "c") + value[at + 1:]
                   for at in range(0, len(value), max(len(value) // 3, 1))]
    for other in changed:
        text = json.dumps({**proof, member: other}, sort_keys=True, separators=(",", ":")) + "\n"
        (proven / "proof.json").write_text(text)
        assert checked(proven, *trusting(proven)).returncode == 4, (member, other)


def test_an_item_after_the_last_checkpoint_cannot_be_proved_yet(muniment, new_case, monkeypatch, tmp_path):
    from sample_case import SampleCase

    hand = new_case("unsigned")
    with hand.writer() as writer:
        SampleCase(hand, writer).fill()
    monkeypatch.setenv("MUNIMENT_CASE", str(hand.root))
    ran = muniment("prove", "ITEM-0001", "-o", tmp_path / "proof")
    assert ran.code == 1
    assert "muniment checkpoint" in ran.err
    assert not (tmp_path / "proof").exists()
