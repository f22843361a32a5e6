"""The lines of docs/verify-by-hand.md do what they say, typed as they stand."""

import re
import subprocess
from pathlib import Path

import pytest
from faults import FAULTS

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "verify-by-hand.md").read_text()
BLOCKS = re.findall(r"^```sh\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
TITLES = re.findall(r"^## \d+\. (.*)$", TEXT, re.MULTILINE)


def typed(root: Path, trust: Path) -> tuple[bool, str]:
    """Whether every line succeeds, and all that is printed. Each line is judged alone, as a person reads it."""
    (root.parent / "trusted_signers").write_text(trust.read_text())
    script = "\n".join(re.sub(r"^(?!\s|for |done|while )(.+)$", r"\1 || echo FAILED", block, flags=re.MULTILINE)
                       for block in BLOCKS)
    run = subprocess.run(["sh", "-c", script], cwd=root, capture_output=True, text=True, timeout=60)
    printed = run.stdout + run.stderr
    return run.returncode == 0 and "FAILED" not in printed and "did NOT match" not in printed, printed


def test_there_are_lines_for_each_step():
    assert len(TITLES) == 7
    assert len(BLOCKS) >= len(TITLES)


def test_a_good_bundle_passes_every_line(copy, trust):
    passed, printed = typed(copy.root, trust)
    assert passed, printed
    assert 'Good "seal@muniment" signature for investigator@example.org' in printed
    assert "absent: custody/bodies/0000000008.json" in printed
    assert '"withheld_seqs":[8]' in printed


@pytest.mark.parametrize("name", [
    "payload_swapped_same_size", "payload_file_missing", "extra_file_in_root", "file_is_a_symlink", "seal_altered",
    "sealed_by_a_stranger", "tail_cut", "history_rewritten_under_old_checkpoints", "body_edited",
    "insider_swaps_an_original", "checkpoint_with_another_prefix", "manifests_regenerated",
])
def test_a_bad_bundle_fails_some_line(hostile_bundle, trust, name):
    assert name in FAULTS
    assert not typed(hostile_bundle(name).root, trust)[0]
