"""`muniment transfer` and `muniment receipt`: what somebody else keeps defeats who holds the key."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from evidence_store.case import Case
from evidence_store.custody.keys import create_key
from evidence_store.custody.receipts import Receipt

STANDALONE = Path(__file__).resolve().parents[3] / "verify" / "standalone.py"


@pytest.fixture
def case(muniment, tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("MUNIMENT_NO_PASSPHRASE", "1")
    folder = tmp_path / "case"
    assert muniment("init", folder, "--title", "Sarmin").code == 0
    monkeypatch.setenv("MUNIMENT_CASE", str(folder))
    return folder


@pytest.fixture
def counsel(tmp_path) -> Path:
    """The key of a recipient."""
    create_key(tmp_path / "counsel", comment="", passphrase=None)
    return tmp_path / "counsel"


@pytest.fixture
def bundle(muniment, case, tmp_path) -> Path:
    muniment("note", "before the bundle")
    assert muniment("bundle", "-o", tmp_path / "bundle", "--to", "counsel").code == 0
    return tmp_path / "bundle"


def verified(bundle: Path, *arguments: str | Path) -> int:
    return subprocess.run([sys.executable, "-I", "-S", STANDALONE, bundle, *arguments], capture_output=True).returncode


def types(muniment) -> list[str]:
    return [event["type"] for event in muniment("log", "--json").document["events"]]


def test_offer_bundle_receipt_and_both_keep_it(muniment, case, bundle, counsel, tmp_path):
    offered = muniment("--json", "transfer", "--to", "counsel", "--bundle", bundle)
    assert offered.code == 0, offered.err
    given = muniment("--json", "receipt", bundle, "--key", counsel, "-o", tmp_path / "given.receipt")
    assert given.code == 0, given.err
    assert given.document["size"] == offered.document["size"]
    taken = muniment("--json", "receipt", "--take", tmp_path / "given.receipt", "--from", "counsel")
    assert taken.code == 0, taken.err
    assert taken.document["taken"][0]["form"] == "signed"
    assert types(muniment)[-2:] == ["transfer-offer", "transfer-receipt"]
    assert list((case / "custody" / "checkpoints").glob("*.receipt-*.sig"))
    again = muniment("--json", "receipt", "--take", tmp_path / "given.receipt", "--from", "counsel")
    assert again.document["taken"] == []
    (tmp_path / "trust").write_text(muniment("key", "show").out)
    assert verified(bundle, "--receipt", tmp_path / "given.receipt", "--trust", tmp_path / "trust") == 0


def test_the_next_bundle_carries_the_receipt(muniment, bundle, counsel, tmp_path):
    muniment("receipt", bundle, "--key", counsel, "-o", tmp_path / "r")
    muniment("receipt", "--take", tmp_path / "r", "--from", "counsel")
    muniment("bundle", "-o", tmp_path / "second")
    assert list((tmp_path / "second" / "custody" / "checkpoints").glob("*.receipt-*.sig"))
    (tmp_path / "trust").write_text(muniment("key", "show").out)
    assert verified(tmp_path / "second", "--receipt", tmp_path / "r", "--trust", tmp_path / "trust") == 0


def rewrite(root: Path, until: int) -> None:
    """The holder of the key makes the case anew, and leaves out what came after event `until`."""
    with Case.open(root) as case:
        kept = list(case.log.bodies(0, until))
    for name in ("ledger.jsonl", "bodies.jsonl"):
        lines = (root / "custody" / name).read_bytes().splitlines(keepends=True)[:len(kept)]
        (root / "custody" / name).write_bytes(b"".join(lines))
    for path in (root / "custody" / "checkpoints").iterdir():
        path.unlink()
    (root / "catalogue.sqlite").unlink()


def test_an_insider_who_cuts_the_end_off_is_caught_by_the_receipt_alone(muniment, case, bundle, counsel, tmp_path):
    muniment("receipt", bundle, "--key", counsel, "-o", tmp_path / "r")
    rewrite(case, until=2)
    muniment("note", "nothing happened before this")
    for _ in range(4):
        muniment("note", "filling up")
    assert muniment("bundle", "-o", tmp_path / "forged").code == 0
    (tmp_path / "trust").write_text(muniment("key", "show").out)
    assert verified(tmp_path / "forged", "--trust", tmp_path / "trust") == 0, "nothing in it betrays the forgery"
    assert verified(tmp_path / "forged", "--trust", tmp_path / "trust", "--receipt", tmp_path / "r") == 4
    refused = muniment("receipt", "--take", tmp_path / "r", "--from", "counsel")
    assert refused.code == 1
    assert "does not begin with" in refused.err


def test_three_commands_with_ssh_keygen_make_a_receipt(muniment, bundle, counsel, tmp_path):
    """Those of docs/keys.md, for a recipient who has OpenSSH and nothing of ours."""
    script = ('cp "$(ls "$1"/custody/checkpoints/?????????? | tail -n 1)" receipt.txt\n'
              'ssh-keygen -q -Y sign -f "$2" -n receipt@muniment receipt.txt\n'
              'cat receipt.txt receipt.txt.sig > bundle.receipt\n')
    done = subprocess.run(["sh", "-e", "-c", script, "sh", bundle, counsel], cwd=tmp_path, capture_output=True)
    assert done.returncode == 0, done.stderr
    ours = muniment("receipt", bundle, "--key", counsel, "-o", tmp_path / "ours")
    assert ours.code == 0
    assert (tmp_path / "bundle.receipt").read_bytes() == (tmp_path / "ours").read_bytes()


def test_nobody_countersigns_a_bundle_that_was_changed(muniment, bundle, counsel, tmp_path):
    (bundle / "report.html").write_bytes(b"changed")
    ran = muniment("receipt", bundle, "--key", counsel, "-o", tmp_path / "r")
    assert ran.code == 4
    assert not (tmp_path / "r").exists()


def test_a_witness_countersigns_a_bare_checkpoint(muniment, case, counsel, tmp_path):
    muniment("transfer", "--to", "a notary", "-o", tmp_path / "handed")
    ran = muniment("receipt", tmp_path / "handed", "--key", counsel, "-o", tmp_path / "back")
    assert ran.code == 0, ran.err
    assert muniment("receipt", "--take", tmp_path / "back", "--from", "a notary").code == 0
    muniment("bundle", "-o", tmp_path / "later")
    for kept in ("handed", "back"):
        (tmp_path / "trust").write_text(muniment("key", "show").out)
        assert verified(tmp_path / "later", "--receipt", tmp_path / kept, "--trust", tmp_path / "trust") == 0


def test_a_receipt_that_was_changed_is_not_taken(muniment, bundle, counsel, tmp_path):
    muniment("receipt", bundle, "--key", counsel, "-o", tmp_path / "r")
    good = Receipt.read(tmp_path / "r")
    other = bytearray(good.signatures[0])
    other[200] ^= 1
    (tmp_path / "bad").write_bytes(good.checkpoint.to_text() + bytes(other))
    (tmp_path / "bare").write_bytes(good.checkpoint.to_text())
    assert muniment("receipt", "--take", tmp_path / "bad", "--from", "counsel").code == 1
    bare = muniment("receipt", "--take", tmp_path / "bare", "--from", "counsel")
    assert "nobody countersigned" in bare.err


def test_a_page_signed_by_hand_comes_back_as_a_scan(muniment, case, tmp_path):
    ran = muniment("--json", "transfer", "--to", "Me Durand", "--paper", tmp_path / "page.html")
    assert ran.code == 0, ran.err
    page = (tmp_path / "page.html").read_text()
    assert all(part in page for part in (ran.document["origin"], "Me Durand", "<svg", "Signature"))
    assert "Sarmin" not in page, "a checkpoint says nothing of the case"
    (tmp_path / "typed").write_text(muniment("transfer", "--to", "Me Durand").out.replace("\n", "\r\n"))
    (tmp_path / "scan.pdf").write_bytes(b"%PDF the signed page")
    taken = muniment("--json", "receipt", "--take", tmp_path / "typed", "--paper", tmp_path / "scan.pdf", "--from",
                     "Me Durand")
    assert taken.code == 0, taken.err
    assert taken.document["taken"][0]["form"] == "paper"
    checks = muniment("--json", "verify", case).document["findings"]
    assert not [one for one in checks if one["check"] == "blob.unnamed"], "the scan belongs to its receipt"
    muniment("bundle", "-o", tmp_path / "later")
    assert verified(tmp_path / "later", "--receipt", tmp_path / "typed") == 5
    typed = (tmp_path / "typed").read_text()
    digit = typed.index("sha256-prefix ") + len("sha256-prefix ")
    (tmp_path / "typed").write_text(typed[:digit] + ("1" if typed[digit] == "0" else "0") + typed[digit + 1:])
    assert verified(tmp_path / "later", "--receipt", tmp_path / "typed") == 4


def test_a_zipped_bundle_gets_a_receipt_and_is_measured_by_one(muniment, bundle, counsel, tmp_path):
    zipped = Path(shutil.make_archive(str(tmp_path / "sent"), "zip", bundle.parent, bundle.name))
    ran = muniment("--json", "receipt", zipped, "--key", counsel, "-o", tmp_path / "receipt")
    assert ran.code == 0, ran.err
    assert muniment("verify", zipped, "--receipt", tmp_path / "receipt").code == 5, "nobody said whom to trust"
    text = (tmp_path / "receipt").read_text()
    digit = text.index("sha256-prefix ") + len("sha256-prefix ")
    other = tmp_path / "other"
    other.write_text(text[:digit] + ("1" if text[digit] == "0" else "0") + text[digit + 1:].split("-----BEGIN")[0])
    assert muniment("verify", zipped, "--receipt", other).code == 4
    (tmp_path / "odd.zip").write_bytes(zipped.read_bytes()[:-30])
    assert muniment("receipt", tmp_path / "odd.zip", "--key", counsel, "-o", tmp_path / "none").code != 0
    assert not (tmp_path / "none").exists()


def test_a_bundle_of_another_case_is_not_offered(muniment, bundle, tmp_path, monkeypatch):
    monkeypatch.setenv("MUNIMENT_CASE", str(tmp_path / "other"))
    muniment("init", tmp_path / "other", "--title", "Another")
    ran = muniment("transfer", "--to", "counsel", "--bundle", bundle)
    assert ran.code == 1
    assert "has not sealed" in ran.err


def test_nothing_is_overwritten(muniment, bundle, counsel, tmp_path):
    (tmp_path / "taken").write_text("kept")
    assert muniment("transfer", "--to", "x", "-o", tmp_path / "taken").code == 2
    assert muniment("receipt", bundle, "--key", counsel, "-o", tmp_path / "taken").code == 2
    assert (tmp_path / "taken").read_text() == "kept"
