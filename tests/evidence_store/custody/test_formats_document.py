"""The worked example of docs/formats.md is what the code reads and writes."""

import re
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from evidence_store.custody import sshsig
from evidence_store.custody.checkpoint import Checkpoint, checkpoint_of
from evidence_store.custody.keyfile import FileSigner
from evidence_store.custody.log import CustodyLog
from evidence_store.events import KNOWN, decode_body

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "formats.md"


@pytest.fixture(scope="module")
def example() -> dict[str, bytes]:
    text = DOCUMENT.read_text().split("## 9. A worked example")[1]
    return {name: block.encode() for name, block in re.findall(r"`([^`\n]+)`:\n\n```\n(.*?\n)```\n", text, re.DOTALL)}


def test_the_example_is_a_log_that_opens_and_checks(tmp_path, example):
    with CustodyLog.create(tmp_path) as log:
        log.append(example["bodies.jsonl"].splitlines(keepends=True))
        assert log.folder.ledger.read_bytes() == example["ledger.jsonl"]
        checkpoint = checkpoint_of(log, "0123456789abcdef0123456789abcdef")
    assert checkpoint.to_text() == example["checkpoints/0000000002"]
    bodies = example["bodies.jsonl"].splitlines(keepends=True)
    assert [decode_body(seq, body).body.TYPE for seq, body in enumerate(bodies)] == ["case-open", "key-enrol"]


def test_the_example_s_signature_is_the_one_its_key_makes(example):
    signer = FileSigner(Ed25519PrivateKey.from_private_bytes(bytes(range(32))), "none")
    text = example["checkpoints/0000000002"]
    assert Checkpoint.parse(text).size == 2
    assert signer.sign(text, sshsig.CHECKPOINT) == example[f"checkpoints/0000000002.{signer.public.key16}.sig"]


def test_the_lines_to_type_by_hand_say_what_the_document_says(tmp_path, example):
    (tmp_path / "ledger.jsonl").write_bytes(example["ledger.jsonl"])
    (tmp_path / "cp").write_bytes(example["checkpoints/0000000002"])
    line = re.search(r"By hand: `([^`]+)`", DOCUMENT.read_text())[1].replace("CHECKPOINT", "cp")
    printed = subprocess.run(["sh", "-c", line], cwd=tmp_path, capture_output=True, check=True).stdout.split()[0]
    assert example["checkpoints/0000000002"].splitlines()[3] == b"sha256-prefix " + printed


def test_every_type_of_event_stands_in_the_document():
    named = set(re.findall(r"^\| `([a-z-]+)` \|", DOCUMENT.read_text(), re.MULTILINE))
    assert set(KNOWN) <= named
