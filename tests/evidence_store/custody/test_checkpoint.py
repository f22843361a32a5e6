import base64
import hashlib
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_store.custody import sshsig
from evidence_store.custody.checkpoint import (
    Checkpoint,
    checkpoint_of,
    checkpoints_of,
    sign_checkpoint,
    store_checkpoint,
    stored_checkpoint,
)
from evidence_store.custody.keys import create_key
from evidence_store.custody.merkle import leaf_hash, root
from evidence_store.errors import EvidenceError, FormatError, LedgerDamaged, MissingContent, SignatureInvalid

CASE = "0123456789abcdef0123456789abcdef"


@given(case=st.binary(min_size=16, max_size=16).map(bytes.hex), size=st.integers(1, 10**10 - 1),
       root=st.binary(min_size=32, max_size=32), prefix=st.binary(min_size=32, max_size=32).map(bytes.hex))
def test_a_checkpoint_is_four_lines_and_reads_back(case, size, root, prefix):
    checkpoint = Checkpoint(origin=f"muniment/{case}", size=size, root=root, prefix_sha256=prefix)
    text = checkpoint.to_text()
    assert text.decode().split("\n") == [f"muniment/{case}", str(size), base64.b64encode(root).decode(),
                                         f"sha256-prefix {prefix}", ""]
    assert Checkpoint.parse(text) == checkpoint


def test_a_checkpoint_says_what_head_and_sha256sum_say(filled):
    checkpoint = checkpoint_of(filled, CASE, 10)
    counted = subprocess.run(["sh", "-c", 'head -n 10 "$1" | sha256sum', "sh", filled.folder.ledger],
                             capture_output=True, check=True, text=True)
    assert checkpoint.prefix_sha256 == counted.stdout.split()[0]
    lines = filled.folder.ledger.read_bytes().splitlines(keepends=True)
    assert checkpoint.root == root(map(leaf_hash, lines[:10]))


def test_checkpoints_of_several_sizes_are_those_made_one_by_one(filled):
    sizes = [12, 0, 7, 1, 7]
    together = list(checkpoints_of(filled, CASE, sizes))
    assert together == [checkpoint_of(filled, CASE, size) for size in (0, 1, 7, 12)]
    assert together[0].prefix_sha256 == hashlib.sha256(b"").hexdigest()


TEXT = b"muniment/" + CASE.encode() + b"\n12\n" + base64.b64encode(bytes(32)) + b"\nsha256-prefix " + b"0" * 64 + b"\n"


@pytest.mark.parametrize(("fault", "text"), [
    ("no line end", TEXT[:-1]), ("CRLF", TEXT.replace(b"\n", b"\r\n")), ("empty", b""),
    ("another origin", TEXT.replace(b"muniment/", b"tlog/")), ("leading zero", TEXT.replace(b"\n12\n", b"\n012\n")),
    ("a line more", TEXT + b"more\n"), ("no prefix line", TEXT[:TEXT.index(b"sha256-prefix")]),
    ("stray bits in the root", TEXT.replace(b"AA=", b"AB=")),
    ("not ASCII", TEXT.replace(b"muniment", "münim".encode())),
    ("upper-case prefix", TEXT.replace(b"0000\n", b"000A\n")), ("huge", TEXT + b"x" * 5000),
])
def test_any_other_spelling_is_not_a_checkpoint(fault, text):
    assert Checkpoint.parse(TEXT).size == 12
    with pytest.raises(FormatError):
        Checkpoint.parse(text)


def test_a_stored_checkpoint_verifies_with_ssh_keygen_and_reads_back(filled, signer, ssh_keygen):
    signed = sign_checkpoint(checkpoint_of(filled, CASE), signer)
    path = store_checkpoint(filled.folder, signed)
    assert path.name == "0000000012"
    signature = path.with_name(f"0000000012.{signer.public.key16}.sig")
    subprocess.run([ssh_keygen, "-Y", "check-novalidate", "-n", "checkpoint@muniment", "-s", signature],
                   input=path.read_bytes(), capture_output=True, check=True)
    assert stored_checkpoint(filled.folder, 12).signed() == (signed,)
    assert filled.folder.checkpoint_sizes() == (12,)


def test_killed_between_signature_and_text_there_is_no_checkpoint_yet(filled, signer, monkeypatch):
    class Killed(BaseException):
        pass

    written: list[str] = []

    def once(path, content):
        if written:
            raise Killed
        written.append(path.name)
        path.write_bytes(content)

    signed = sign_checkpoint(checkpoint_of(filled, CASE), signer)
    with monkeypatch.context() as patch:
        patch.setattr("evidence_store.custody.checkpoint.write_once", once)
        with pytest.raises(Killed):
            store_checkpoint(filled.folder, signed)
    assert filled.folder.checkpoint_sizes() == ()
    store_checkpoint(filled.folder, signed)
    assert stored_checkpoint(filled.folder, 12).signed() == (signed,)


def test_two_keys_may_sign_one_checkpoint_and_signing_again_changes_nothing(tmp_path, filled, signer):
    other = create_key(tmp_path / "other", comment="", passphrase=None)
    for by in (signer, other, signer):
        store_checkpoint(filled.folder, sign_checkpoint(checkpoint_of(filled, CASE), by))
    assert {signed.signer for signed in stored_checkpoint(filled.folder, 12).signed()} == {signer.public, other.public}
    assert len(list(filled.folder.checkpoints.iterdir())) == 3


def test_a_second_checkpoint_of_the_same_size_that_differs_is_refused(filled, signer):
    checkpoint = checkpoint_of(filled, CASE)
    store_checkpoint(filled.folder, sign_checkpoint(checkpoint, signer))
    other = Checkpoint(origin=checkpoint.origin, size=12, root=bytes(32), prefix_sha256=checkpoint.prefix_sha256)
    with pytest.raises(LedgerDamaged, match="stored already and differs"):
        store_checkpoint(filled.folder, sign_checkpoint(other, signer))
    assert stored_checkpoint(filled.folder, 12).read() == checkpoint


def test_receipts_and_tokens_lie_beside_and_nothing_else_counts(filled, signer):
    path = store_checkpoint(filled.folder, sign_checkpoint(checkpoint_of(filled, CASE), signer))
    names = [f"{path.name}.receipt-{'a' * 16}.sig", f"{path.name}.example-tsa.tsr"]
    for name in [*names, f"{path.name}.tmp", "0000000013.example-tsa.tsr", f".{path.name}.x.tsr"]:
        path.with_name(name).write_bytes(b"x")
    assert [found.name for found in stored_checkpoint(filled.folder, 12).beside] == sorted(names)


@pytest.mark.parametrize("fault", ["signature of another text", "named after another key", "another namespace", "cut"])
def test_a_stored_signature_that_does_not_stand_is_an_error(filled, signer, fault):
    signed = sign_checkpoint(checkpoint_of(filled, CASE), signer)
    path = store_checkpoint(filled.folder, signed)
    signature = path.with_name(f"{path.name}.{signer.public.key16}.sig")
    match fault:
        case "signature of another text":
            signature.write_bytes(signer.sign(b"other", sshsig.CHECKPOINT))
        case "named after another key":
            signature.rename(path.with_name(f"{path.name}.{'0' * 16}.sig"))
        case "another namespace":
            signature.write_bytes(signer.sign(path.read_bytes(), sshsig.SEAL))
        case "cut":
            signature.write_bytes(signed.armour[:-20])
    with pytest.raises((SignatureInvalid, FormatError)):
        stored_checkpoint(filled.folder, 12).signed()


def test_what_is_not_there_is_missing(filled):
    with pytest.raises(MissingContent):
        stored_checkpoint(filled.folder, 3).read()


def test_a_checkpoint_beyond_the_ledger_is_an_error(filled):
    with pytest.raises(EvidenceError):
        checkpoint_of(filled, CASE, 13)


def test_a_checkpoint_of_nothing_is_none():
    text = b"muniment/" + b"0" * 32 + b"\n%d\n" + b"A" * 43 + b"=\nsha256-prefix " + b"0" * 64 + b"\n"
    assert Checkpoint.parse(text % 1).size == 1
    with pytest.raises(FormatError):
        Checkpoint.parse(text % 0)
