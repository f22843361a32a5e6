"""The parts of verify.py, against the specifications and against the programs that it stands in for."""

import argparse
import ast
import base64
import hashlib
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sealing import Key, armour, chain, merkle_root, string

from evidence_store import canonical
from evidence_store.errors import FormatError
from evidence_store.warc.fields import target_uri
from verify import standalone
from verify.scripts import verify_py

SEAL, RECEIPT = "seal@muniment", "receipt@muniment"
KEY = Key("somebody")

# RFC 8032 7.1: secret key omitted; public key, message, signature.
RFC_8032 = [
    ("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
    ("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
    ("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"),
]


def verifies(key: str, message: str, signature: bytes) -> bool:
    try:
        return standalone.ed25519_verifies(bytes.fromhex(key), bytes.fromhex(message), signature)
    except standalone.Damaged:
        return False


@pytest.mark.parametrize(("key", "message", "signature"), RFC_8032, ids=["test 1", "test 2", "test 3"])
def test_the_signatures_of_rfc_8032_verify_and_no_other(key, message, signature):
    good = bytes.fromhex(signature)
    assert verifies(key, message, good)
    assert not verifies(key, message + "00", good)
    for at in (0, 31, 32, 63):
        assert not verifies(key, message, good[:at] + bytes([good[at] ^ 1]) + good[at + 1:])


@pytest.mark.parametrize("key", [
    "0100000000000000000000000000000000000000000000000000000000000000",      # the neutral element
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",      # of order 2
    "0000000000000000000000000000000000000000000000000000000000000000",      # of order 4
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",      # y = p + 1: not canonical
    "0100000000000000000000000000000000000000000000000000000000000080",      # negative zero
])
def test_keys_that_would_sign_anything_are_refused(key):
    neutral = bytes([1]) + bytes(31)
    assert not verifies(key, "", neutral + bytes(32))


@settings(max_examples=25, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(["sha512", "sha256"]))
def test_signatures_made_elsewhere_verify(message, hash_name):
    made = KEY.sign(message, RECEIPT, hash_name=hash_name)
    assert standalone.sshsig_signer(message, made, RECEIPT, canonical=False) == KEY.blob


def test_signatures_of_ssh_keygen_verify_in_canonical_armour(tmp_path):
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "key"], check=True)
    (tmp_path / "file").write_bytes(b"sealed")
    sign = ["ssh-keygen", "-q", "-Y", "sign", "-f", tmp_path / "key", "-n", SEAL, tmp_path / "file"]
    subprocess.run(sign, check=True, capture_output=True)
    key = standalone.sshsig_signer(b"sealed", (tmp_path / "file.sig").read_bytes(), SEAL, canonical=True)
    listed = subprocess.run(["ssh-keygen", "-l", "-f", tmp_path / "key.pub"], check=True, capture_output=True).stdout
    assert standalone.fingerprint(key) in listed.decode()


def blob(**changes: bytes) -> bytes:
    """An SSHSIG blob with some fields changed."""
    good = base64.b64decode(b"".join(KEY.sign(b"m", SEAL).splitlines()[1:-1]))
    names = ("key", "namespace", "reserved", "hash", "signature")
    fields = dict(zip(names, standalone._strings(good[10:]), strict=True))
    return b"SSHSIG\0\0\0\1" + b"".join(map(string, (fields | changes).values()))


@pytest.mark.parametrize("bad", [
    b"", b"\n", b"-----BEGIN SSH SIGNATURE-----\n-----END SSH SIGNATURE-----\n",
    armour(b""), armour(b"SSHSIG\0\0\0\1"), armour(b"SSHSIG\0\0\0\2" + blob()[10:]), armour(blob()[:-1]),
    armour(blob() + b"\0\0\0\0"), armour(blob(namespace=b"file")), armour(blob(reserved=b"x")),
    armour(blob(hash=b"md5")), armour(blob(key=b"")), armour(blob(signature=b"\xff" * 8)),
    armour(blob(key=string(b"ssh-rsa") + string(bytes(32)))),
    armour(blob(signature=string(b"ssh-ed25519") + string(bytes(63)))), armour(b"\xff" * 300),
    KEY.sign(b"m", SEAL, hash_name="sha256"),
    KEY.sign(b"m", SEAL) + b"\n", KEY.sign(b"m", SEAL)[:-1], b"\n" + KEY.sign(b"m", SEAL),
    KEY.sign(b"m", SEAL).replace(b"\n", b"\r\n"), KEY.sign(b"m", SEAL).replace(b"\n", b"\n\n", 2),
])
def test_what_is_not_a_canonical_seal_is_refused(bad):
    with pytest.raises(standalone.MALFORMED):
        standalone.sshsig_signer(b"m", bad, SEAL, canonical=True)


def test_a_receipt_may_be_spelt_as_ssh_keygen_accepts_it():
    made = KEY.sign(b"m", RECEIPT)
    body = b"".join(made.splitlines()[1:-1])
    for spelt in (made + b"\n\n", made.replace(b"\n", b"\r\n"),
                  b"\n".join([standalone.ARMOUR_BEGIN, body, standalone.ARMOUR_END, b""])):
        assert standalone.sshsig_signer(b"m", spelt, RECEIPT, canonical=False) == KEY.blob


NOON = standalone.seconds("20260203120000", "%Y%m%d%H%M%S")


@pytest.mark.parametrize(("options", "permitted"), [
    ("", True),
    ('namespaces="seal@muniment"', True),
    ('namespaces="file,seal@*"', True),
    ('namespaces="git"', False),
    ('namespaces="*,!seal@muniment"', False),
    ('valid-after="20260101Z"', True),
    ('valid-after="20260203120001Z"', False),
    ('valid-before="20260203120000Z",namespaces="seal@muniment"', True),
    ('VALID-BEFORE="202602031159Z"', False),
])
def test_limits_in_the_list_of_signers_are_honoured_as_ssh_keygen_does(tmp_path, options, permitted):
    trust = tmp_path / "allowed_signers"
    trust.write_text(KEY.trusted(options))
    assert [signer.may(SEAL, NOON, NOON) for signer in standalone.read_signers(str(trust))] == [permitted]
    (tmp_path / "sig").write_bytes(KEY.sign(b"sealed", SEAL))
    run = subprocess.run(["ssh-keygen", "-Y", "verify", "-f", trust, "-I", "somebody@example.org", "-n", SEAL, "-s",
                          tmp_path / "sig", "-Overify-time=20260203120000Z"], input=b"sealed", capture_output=True)
    assert (run.returncode == 0) == permitted


@pytest.mark.parametrize("line", [
    "nonsense", "a@b ssh-ed25519", "a@b ssh-ed25519 !!!", 'a@b surprise="x" ' + KEY.line,
    "a@b cert-authority " + KEY.line, 'a@b valid-after="soon" ' + KEY.line,
    "a@b ssh-ed25519 " + base64.b64encode(b"short").decode(),
])
def test_a_list_of_signers_that_cannot_be_honoured_is_not_used_in_part(tmp_path, line):
    (tmp_path / "trust").write_text(KEY.trusted() + line + "\n")
    with pytest.raises(standalone.MALFORMED):
        standalone.read_signers(str(tmp_path / "trust"))


def test_other_kinds_of_key_and_comments_are_passed_over(tmp_path):
    rsa = "a@b ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQ== comment\n"
    (tmp_path / "trust").write_text("# whom I trust\n\n" + rsa + f'"two words" {KEY.line} with a comment\n')
    (signer,) = standalone.read_signers(str(tmp_path / "trust"))
    assert (signer.who, signer.key) == ("two words", KEY.blob)


@settings(max_examples=60, deadline=None)
@given(st.integers(min_value=1, max_value=70))
def test_the_growing_tree_has_the_root_of_rfc_6962(size):
    lines = chain(hashlib.sha256(b"%d" % n).hexdigest() for n in range(size))
    ledger = standalone.Ledger()
    for line in lines:
        ledger.grow(line)
    assert base64.b64decode(ledger.root()) == merkle_root(lines)


JSON = st.recursive(st.none() | st.booleans() | st.integers(-2**53 + 1, 2**53 - 1) | st.text(),
                    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=10)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.text(), JSON))
def test_what_the_product_spells_is_canonical_to_verify_py(value):
    assert standalone.decode_json(canonical.encode(value)) == value


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=80) | st.dictionaries(st.text(), JSON, min_size=1).map(canonical.encode).flatmap(
    lambda line: st.integers(0, len(line) - 1).map(lambda at: line[:at] + line[at + 1:])))
def test_both_readers_of_json_refuse_the_same_spellings(line):
    accepted = []
    for read, errors in ((standalone.decode_json, standalone.MALFORMED), (canonical.decode, FormatError)):
        try:
            read(line)
            accepted.append(True)
        except errors:
            accepted.append(False)
    assert accepted[0] == accepted[1]


@pytest.mark.parametrize("line", [
    b'{"a":1,"a":1}\n', b'{"b":1,"a":1}\n', b'{"a": 1}\n', b'{"a":1}', b'{"a":1.0}\n', b'{"a":1e2}\n', b'{"a":NaN}\n',
    b'{"a":9007199254740992}\n', b'{"a":"\xc3\xa9"}\n', b'{"a":"\\u00E9"}\n', b'[1]\n', b'"a"\n', b"\xff\n",
    b'{"a":-0}\n',
])
def test_a_second_spelling_of_json_is_refused(line):
    with pytest.raises(standalone.MALFORMED):
        standalone.decode_json(line)


@settings(max_examples=200, deadline=None)
@given(st.text() | st.from_regex(r"(https?|wss?|HTTP)://[a-zé\[\]:.@]{0,9}(:(80|443|8080)?)?[/?#]?[ -~ж]{0,9}",
                                 fullmatch=True))
def test_addresses_are_compared_as_they_are_written_into_a_warc(url):
    assert standalone.written(url.strip()) == target_uri(url)


def test_text_of_a_bundle_is_shown_in_printable_ascii():
    assert standalone.shown("a\x1b[2J\u202e\n\ud800é") == "a\\u{1b}[2J\\u{202e}\\u{a}\\u{d800}\\u{e9}"


def run_script(folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    (folder / "verify.py").write_bytes(verify_py())
    command = [sys.executable, "-I", "-S", folder / "verify.py", *arguments]
    return subprocess.run(command, capture_output=True, timeout=60)


@pytest.mark.parametrize("arguments", [
    ["--no-such-option"], ["/no/such/folder"], ["--trust", "/no/such/file"], ["--receipt", "/dev/null"],
    ["--tsa-ca", "/no/such/file"], ["--trust", "/dev/null", __file__],
])
def test_what_cannot_be_run_is_exit_code_2_and_no_traceback(tmp_path, arguments):
    run = run_script(tmp_path, *arguments)
    assert run.returncode == 2
    assert b"Traceback" not in run.stderr
    assert run.stderr


def test_an_empty_folder_fails_and_is_no_crash(tmp_path):
    (tmp_path / "empty").mkdir()
    run = run_script(tmp_path, tmp_path / "empty")
    assert run.returncode == 4
    assert run.stdout.startswith(b"Nothing in this bundle changed since it was sealed: NO.")


def test_it_is_one_file_of_python_3_9_and_the_standard_library():
    tree = ast.parse(verify_py(), feature_version=(3, 9))
    imported = {alias.name.partition(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import)
                for alias in node.names}
    imported |= {str(node.module).partition(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported <= sys.stdlib_module_names


def test_a_file_that_cannot_be_read_is_an_error_and_no_pass(tmp_path, monkeypatch):
    def refuse(bag: standalone.Bag, path: str) -> None:
        raise PermissionError(13, "Permission denied", path)
    monkeypatch.setattr(standalone.Bag, "open", refuse)
    (tmp_path / "bagit.txt").write_bytes(b"")
    given = argparse.Namespace(trust=None, receipt=[], tsa_ca=None, require_time=False)
    findings, outcome, answer = standalone.verify(str(tmp_path), given)
    assert outcome is standalone.INCONCLUSIVE
    assert "COULD NOT BE CHECKED" in answer
    assert any("Permission denied" in finding.summary for finding in findings)
