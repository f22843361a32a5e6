import base64
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_store.custody import sshsig
from evidence_store.custody.keys import TrustedSigner, create_key, format_allowed_signers, open_key
from evidence_store.errors import EvidenceError, FormatError, SignatureInvalid

NAMESPACES = (sshsig.CHECKPOINT, sshsig.SEAL, sshsig.RECEIPT)


@pytest.fixture(scope="module")
def module_signer(tmp_path_factory):
    return create_key(tmp_path_factory.mktemp("key") / "key", comment="", passphrase=None)


@pytest.mark.parametrize("namespace", NAMESPACES)
@pytest.mark.parametrize("message", [b"", b"muniment\n", bytes(range(256)) * 400])
def test_armour_is_byte_for_byte_what_ssh_keygen_writes(tmp_path: Path, ssh_keygen, namespace, message):
    key = tmp_path / "key"
    subprocess.run([ssh_keygen, "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    file = tmp_path / "message"
    file.write_bytes(message)
    subprocess.run([ssh_keygen, "-q", "-Y", "sign", "-f", key, "-n", namespace, file], check=True, capture_output=True)
    theirs = (tmp_path / "message.sig").read_bytes()
    assert open_key(key).sign(message, namespace) == theirs
    assert sshsig.is_canonical(theirs)


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_ssh_keygen_accepts_ours_for_its_namespace_and_no_other(tmp_path, ssh_keygen, signer, namespace):
    signature, trust = tmp_path / "m.sig", tmp_path / "allowed_signers"
    signature.write_bytes(signer.sign(b"message", namespace))
    trust.write_text(format_allowed_signers([TrustedSigner(principal="inv1@example.org", key=signer.public,
                                                           namespaces=NAMESPACES)]))

    def verify(message: bytes, asked: str) -> int:
        return subprocess.run([ssh_keygen, "-Y", "verify", "-f", trust, "-I", "inv1@example.org", "-n", asked,
                               "-s", signature], input=message, capture_output=True).returncode

    assert verify(b"message", namespace) == 0
    assert verify(b"massage", namespace) != 0
    assert all(verify(b"message", other) != 0 for other in NAMESPACES if other != namespace)


@given(message=st.binary(max_size=300), namespace=st.sampled_from(NAMESPACES))
def test_a_signature_stands_for_its_message_and_names_its_key(module_signer, message, namespace):
    armour = module_signer.sign(message, namespace)
    assert sshsig.verify_canonical(message, armour, namespace) == module_signer.public
    with pytest.raises(SignatureInvalid):
        sshsig.verify(message + b".", armour, namespace)


def test_a_signature_made_for_one_purpose_does_not_stand_for_another(signer):
    with pytest.raises(SignatureInvalid, match="was made for 'receipt@muniment'"):
        sshsig.verify(b"m", signer.sign(b"m", sshsig.RECEIPT), sshsig.SEAL)


def test_any_changed_byte_of_a_canonical_armour_is_noticed(signer):
    armour = signer.sign(b"message", sshsig.SEAL)
    for position in range(len(armour)):
        for flip in (0x01, 0x20, 0x80):
            changed = bytearray(armour)
            changed[position] ^= flip
            with pytest.raises(EvidenceError):
                sshsig.verify_canonical(b"message", bytes(changed), sshsig.SEAL)


def respelt(armour: bytes) -> dict[str, bytes]:
    body = b"".join(armour.splitlines()[1:-1])
    return {
        "crlf after the first line": armour.replace(b"\n", b"\r\n").replace(b"\r\n", b"\n", 1),
        "one long line": sshsig.BEGIN + b"\n" + body + b"\n" + sshsig.END + b"\n",
        "text after the end": armour + b"and more\n",
        "no line end": armour[:-1],
        "blanks inside": armour.replace(b"U1NIU0lH", b"U1NI U0lH"),
    }


@pytest.mark.parametrize("spelling", ["crlf after the first line", "one long line", "text after the end",
                                      "no line end", "blanks inside"])
def test_spellings_that_ssh_keygen_reads_are_read_but_are_not_canonical(tmp_path, ssh_keygen, signer, spelling):
    armour = respelt(signer.sign(b"message", sshsig.RECEIPT))[spelling]
    signature = tmp_path / "m.sig"
    signature.write_bytes(armour)
    theirs = subprocess.run([ssh_keygen, "-Y", "check-novalidate", "-n", sshsig.RECEIPT, "-s", signature],
                            input=b"message", capture_output=True)
    assert theirs.returncode == 0
    assert sshsig.verify(b"message", armour, sshsig.RECEIPT) == signer.public
    assert not sshsig.is_canonical(armour)
    with pytest.raises(FormatError, match="not spelt"):
        sshsig.verify_canonical(b"message", armour, sshsig.RECEIPT)


def test_a_sha256_signature_of_ssh_keygen_verifies_and_is_not_canonical(tmp_path, ssh_keygen):
    key = tmp_path / "key"
    subprocess.run([ssh_keygen, "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    armour = subprocess.run([ssh_keygen, "-q", "-Y", "sign", "-f", key, "-n", sshsig.RECEIPT, "-O", "hashalg=sha256"],
                            input=b"message", capture_output=True, check=True).stdout
    assert sshsig.verify(b"message", armour, sshsig.RECEIPT) == open_key(key).public
    assert not sshsig.is_canonical(armour)


@pytest.mark.parametrize(("fault", "blob"), [
    ("empty", b""),
    ("wrong magic", b"SSHSIH\x00\x00\x00\x01"),
    ("wrong version", b"SSHSIG\x00\x00\x00\x02"),
    ("length beyond the end", b"SSHSIG\x00\x00\x00\x01\xff\xff\xff\xff"),
    ("ends in the key", b"SSHSIG\x00\x00\x00\x01\x00\x00\x00\x33\x00\x00"),
])
def test_a_malformed_blob_is_a_format_error(fault, blob):
    armour = sshsig.BEGIN + b"\n" + base64.b64encode(blob) + b"\n" + sshsig.END + b"\n"
    with pytest.raises(FormatError):
        sshsig.parse_armour(armour)


@given(st.binary(max_size=400))
def test_no_bytes_raise_anything_but_our_errors(garbage):
    for armour in (garbage, sshsig.BEGIN + b"\n" + base64.b64encode(b"SSHSIG\0\0\0\1" + garbage) + b"\n" + sshsig.END):
        with pytest.raises(EvidenceError):
            sshsig.verify(b"", armour, sshsig.SEAL)


def test_an_rsa_signature_is_refused_by_name(tmp_path, ssh_keygen):
    key = tmp_path / "key"
    subprocess.run([ssh_keygen, "-q", "-t", "rsa", "-b", "2048", "-N", "", "-f", key], check=True)
    armour = subprocess.run([ssh_keygen, "-q", "-Y", "sign", "-f", key, "-n", sshsig.SEAL], input=b"message",
                            capture_output=True, check=True).stdout
    with pytest.raises(FormatError, match="ssh-rsa"):
        sshsig.verify(b"message", armour, sshsig.SEAL)
