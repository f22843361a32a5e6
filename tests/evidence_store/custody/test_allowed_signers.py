import os
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_store.custody import sshsig
from evidence_store.custody.keys import (
    PublicKey,
    TrustedSigner,
    find_signer,
    format_allowed_signers,
    parse_allowed_signers,
)
from evidence_store.errors import FormatError, LimitExceeded

LINE = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMYtRmzBE6PrY2svrKC/HY3KJ3slp/8hv7Jy8otDvcus"
KEY = PublicKey.parse(LINE)
RSA = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQDV"


def test_a_file_is_read_with_its_options_comments_and_foreign_keys():
    text = f"""# who may sign

inv1@example.org namespaces="seal@muniment,checkpoint@muniment",valid-after="20200101Z" {LINE} Inv One
"inv2@example.org,inv3@example.org" {LINE}
rsa@example.org {RSA}
sk@example.org sk-ssh-ed25519@openssh.com AAAA
inv4@example.org VALID-BEFORE="202512312359Z",Namespaces="receipt@*" {LINE}
"""
    first, second, third = parse_allowed_signers(text)
    assert first == TrustedSigner(principal="inv1@example.org", key=KEY, valid_after=datetime(2020, 1, 1, tzinfo=UTC),
                                  namespaces=("seal@muniment", "checkpoint@muniment"))
    assert second == TrustedSigner(principal="inv2@example.org,inv3@example.org", key=KEY)
    assert third.valid_before == datetime(2025, 12, 31, 23, 59, tzinfo=UTC)
    assert third.namespaces == ("receipt@*",)


@pytest.mark.parametrize(("fault", "line", "message"), [
    ("certificate authority", f"a cert-authority {LINE}", "cert-authority"),
    ("certificate authority among others", f'a namespaces="x",cert-authority {LINE}', "cert-authority"),
    ("unknown option", f'a verify-required="yes" {LINE}', "not known"),
    ("option without a value", f"a namespaces {LINE}", "no value"),
    ("option twice", f'a namespaces="a",namespaces="b" {LINE}', "twice"),
    ("no date", f'a valid-after="yesterday" {LINE}', "YYYYMMDD"),
    ("a date that does not exist", f'a valid-after="20200230" {LINE}', "line 1"),
    ("open quotation mark", f'a namespaces="x {LINE}', "quotation"),
    ("no key", "a@example.org", "no key type"),
    ("base64 damaged", f"a {LINE}!", "base64"),
    ("key of another type than said", f"a ssh-ed25519 {RSA.split()[1]}", "line 1"),
])
def test_a_line_that_cannot_be_honoured_stops_the_reading(fault, line, message):
    with pytest.raises(FormatError, match=message):
        parse_allowed_signers(line)


def test_a_file_beyond_the_limit_is_refused():
    with pytest.raises(LimitExceeded):
        parse_allowed_signers("#" * (1 << 21))


MOMENTS = st.none() | st.integers(86_400, 7 * 10**9).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
NAMES = st.text("abc@.*?!-", min_size=1, max_size=12)


@given(st.lists(st.builds(TrustedSigner, principal=st.sampled_from(["a@b", "a@b,c@d", "*@desk.example", "A Name"]),
                          key=st.just(KEY), namespaces=st.lists(NAMES, max_size=3).map(tuple),
                          valid_after=MOMENTS, valid_before=MOMENTS)))
def test_what_is_written_reads_back(signers):
    assert parse_allowed_signers(format_allowed_signers(signers)) == tuple(signers)


NOON = datetime(2024, 6, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(("options", "namespace", "at", "trusted"), [
    ("", sshsig.SEAL, NOON, True),
    ('namespaces="seal@muniment"', sshsig.SEAL, NOON, True),
    ('namespaces="seal@muniment"', sshsig.CHECKPOINT, NOON, False),
    ('namespaces="*@muniment"', sshsig.CHECKPOINT, NOON, True),
    ('namespaces="s?al@muniment"', sshsig.SEAL, NOON, True),
    ('namespaces="*,!seal@muniment"', sshsig.SEAL, NOON, False),
    ('namespaces="[s]eal@muniment"', sshsig.SEAL, NOON, False),
    ('valid-after="20240601120000Z"', sshsig.SEAL, NOON, True),
    ('valid-after="20240601120001Z"', sshsig.SEAL, NOON, False),
    ('valid-before="20240601120000Z"', sshsig.SEAL, NOON, True),
    ('valid-before="20240601115959Z"', sshsig.SEAL, NOON, False),
    ('valid-after="20240601",valid-before="20240602"', sshsig.SEAL, NOON, True),
    ('valid-before="20240601115959Z"', sshsig.SEAL, None, True),
])
def test_a_line_is_honoured_as_ssh_keygen_honours_it(tmp_path, ssh_keygen, signer, options, namespace, at, trusted):
    text = " ".join(part for part in ("inv1@example.org", options, signer.public.line) if part) + "\n"
    signers = parse_allowed_signers(text)
    assert (find_signer(signers, signer.public, namespace, at) is not None) is trusted
    assert find_signer(signers, KEY, namespace, at) is None
    if at is None:
        return
    trust, signature = tmp_path / "allowed_signers", tmp_path / "m.sig"
    trust.write_text(text)
    signature.write_bytes(signer.sign(b"m", namespace))
    theirs = subprocess.run([ssh_keygen, "-Y", "verify", "-f", trust, "-I", "inv1@example.org", "-n", namespace,
                             "-s", signature, f"-Overify-time={at:%Y%m%d%H%M%S}Z"], input=b"m", capture_output=True,
                            env={**os.environ, "TZ": "UTC"})
    assert (theirs.returncode == 0) is trusted


def test_a_time_without_z_is_local_as_ssh_keygen_takes_it():
    (signer,) = parse_allowed_signers(f'a valid-after="20240601" {LINE}')
    assert signer.valid_after == datetime(2024, 6, 1).astimezone()
    assert signer.valid_after is not None
    assert signer.valid_after.utcoffset() == timedelta(0)
