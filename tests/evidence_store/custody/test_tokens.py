"""Timestamp tokens of a real authority (openssl ts), and of those that are not to be believed."""

import hashlib
import subprocess
from datetime import UTC, datetime, timedelta

import local_tsa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_store.custody import openssl
from evidence_store.custody.tokens import (
    MAX_RESPONSE_BYTES,
    accept_token,
    make_query,
    parse_query,
    read_token,
    verify_token,
)
from evidence_store.errors import EvidenceError, FormatError, LimitExceeded, SignatureInvalid

MESSAGE = b"muniment/0123456789abcdef0123456789abcdef\n3\n"
IMPRINT = hashlib.sha256(MESSAGE).digest()


def numbers(size: int) -> bytes:
    return bytes(range(200, 200 + size))


@pytest.fixture(scope="module")
def query():
    return make_query(MESSAGE, numbers)


@pytest.fixture(scope="module")
def response(tsa, query):
    return tsa.reply(query.der)


def test_openssl_reads_our_query_as_we_meant_it(query, tmp_path):
    (tmp_path / "q.tsq").write_bytes(query.der)
    text = subprocess.run(["openssl", "ts", "-query", "-in", tmp_path / "q.tsq", "-text"], capture_output=True,
                          check=True).stdout.decode()
    assert "Hash Algorithm: sha256" in text
    assert f"Nonce: 0x{query.nonce:X}" in text
    assert "Certificate required: yes" in text


@given(st.binary(min_size=8, max_size=8), st.binary(max_size=50))
def test_any_query_is_read_back_from_its_bytes(nonce, message):
    made = make_query(message, lambda _: nonce)
    assert parse_query(made.der) == made


@given(st.binary(max_size=90))
def test_bytes_that_are_no_query_are_refused(data):
    with pytest.raises(FormatError):
        parse_query(data)


def test_a_token_says_what_it_is_over_and_when(response, query):
    token = read_token(response)
    assert token.is_over(MESSAGE)
    assert not token.is_over(MESSAGE + b"\n")
    assert token.nonce == query.nonce
    assert abs(token.time - datetime.now(UTC)) < timedelta(hours=1)
    assert token.time.tzinfo is UTC
    assert len(token.certificates) == 1


def test_openssl_and_the_library_read_the_same(response):
    token, read = read_token(response), openssl.read_response(response)
    assert (read.algorithm, read.imprint, read.time, read.nonce, read.serial, read.certificates) == (
        token.algorithm, token.imprint, token.time, token.nonce, token.serial, token.certificates)


def test_a_token_the_library_refuses_is_read_and_checked_by_openssl(tsa, query):
    chained = tsa.reply(query.der, chain=True)
    from rfc3161_client import decode_timestamp_response
    with pytest.raises(ValueError, match="InvalidSetOrdering"):
        decode_timestamp_response(chained)
    token = accept_token(chained, MESSAGE, query)
    assert len(token.certificates) == 2
    assert verify_token(chained, MESSAGE, tsa.root).time == token.time
    with pytest.raises(SignatureInvalid):
        verify_token(chained, MESSAGE, tsa.path("tsa.pem"))


def test_without_openssl_such_a_token_is_unreadable_and_never_good(tsa, query, monkeypatch):
    chained = tsa.reply(query.der, chain=True)
    monkeypatch.setattr(openssl, "PROGRAM", "openssl-that-is-not-here")
    with pytest.raises(FormatError, match="cannot be read"):
        verify_token(chained, MESSAGE, tsa.root)


@pytest.mark.parametrize("version", ["LibreSSL 3.3.6", "OpenSSL 1.1.1w  11 Sep 2023"])
def test_a_program_that_is_not_openssl_3_counts_as_absent(version, tsa, query, monkeypatch, tmp_path):
    program = tmp_path / "openssl"
    program.write_text(f"#!/bin/sh\necho '{version}'\nexit 0\n")
    program.chmod(0o755)
    monkeypatch.setattr(openssl, "PROGRAM", str(program))
    with pytest.raises(openssl.NotAvailable):
        openssl.confirms(tsa.reply(query.der), IMPRINT, tsa.root, datetime.now(UTC))


def test_a_token_of_the_authority_is_confirmed_by_its_root(response, tsa):
    assert verify_token(response, MESSAGE, tsa.root).is_over(MESSAGE)


LONG_AGO = datetime(2021, 5, 6, 7, 8, 9, tzinfo=UTC)
VALID = ("20210101000000Z", "20220101000000Z")


@pytest.fixture(scope="module")
def short_lived(tsa):
    tsa.certificate("short", "tsa", valid=VALID)
    tsa.certificate("mail", "mail")
    return tsa


def test_a_token_is_judged_at_its_own_time_not_at_ours(short_lived):
    """Its certificate ran out years ago: `openssl ts -verify` alone, which asks about today, would refuse it."""
    token = short_lived.forged(MESSAGE, LONG_AGO, signer="short")
    assert verify_token(token, MESSAGE, short_lived.root).time == LONG_AGO
    assert openssl.confirms(token, IMPRINT, short_lived.root, LONG_AGO)
    assert not openssl.confirms(token, IMPRINT, short_lived.root, datetime.now(UTC))


@pytest.mark.parametrize("name", ["library", "openssl"])
@pytest.mark.parametrize(("fault", "make"), [
    ("rogue", lambda tsa, rogue: rogue.forged(MESSAGE, datetime.now(UTC))),
    ("expired before it was made", lambda tsa, rogue: tsa.forged(MESSAGE, datetime.now(UTC), signer="short")),
    ("before the certificate began", lambda tsa, rogue: tsa.forged(MESSAGE, datetime(2015, 1, 1, tzinfo=UTC))),
    ("wrong extended key usage", lambda tsa, rogue: tsa.forged(MESSAGE, datetime.now(UTC), signer="mail")),
], ids=lambda value: value if isinstance(value, str) else "")
def test_a_token_that_is_not_to_be_believed_is_not(fault, make, name, short_lived, rogue_tsa):
    token = make(short_lived, rogue_tsa)
    assert read_token(token).is_over(MESSAGE)
    if name == "library":
        with pytest.raises(SignatureInvalid):
            verify_token(token, MESSAGE, short_lived.root)
    else:
        assert not openssl.confirms(token, IMPRINT, short_lived.root, read_token(token).time)


def test_a_rogue_that_sends_its_root_along_is_not_believed(rogue_tsa, tsa, query):
    for chain in (False, True):
        with pytest.raises(SignatureInvalid):
            verify_token(rogue_tsa.reply(query.der, chain=chain), MESSAGE, tsa.root)


def test_a_token_over_other_bytes_is_refused(tsa, query):
    other = tsa.reply(local_tsa.query_over(b"other bytes"))
    for check in (lambda: accept_token(other, MESSAGE, query), lambda: verify_token(other, MESSAGE, tsa.root)):
        with pytest.raises(SignatureInvalid, match="other bytes"):
            check()


def test_an_answer_to_another_query_is_refused(response):
    with pytest.raises(SignatureInvalid, match="nonce"):
        accept_token(response, MESSAGE, make_query(MESSAGE, lambda size: b"\1" * size))


def test_a_refusal_is_no_token(tsa):
    with pytest.raises(FormatError, match="refused to stamp"):
        read_token(tsa.reply(b"no query"))


def test_what_is_too_long_is_not_parsed():
    with pytest.raises(LimitExceeded):
        read_token(b"\x30" * (MAX_RESPONSE_BYTES + 1))


def test_roots_that_are_no_certificates_are_said_to_be_none(response, tmp_path):
    (tmp_path / "roots.pem").write_text("none")
    with pytest.raises(FormatError, match="no certificates"):
        verify_token(response, MESSAGE, tmp_path / "roots.pem")


@pytest.mark.parametrize(("name", "good"), [
    ("sigstage/response-sha256.tsr", True), ("sigstage/response-sha384.tsr", True),
    ("sigstage/response-sha512.tsr", True), ("test_tsa/response.tsr", True),
    ("test_tsa/response-injected-certs.tsr", True),      # certificates that the token carries besides its own
    ("sigstage/response-invalid-signature.tsr", False), ("sigstage/response-no-embedded-cert.tsr", False),
    ("test_tsa/other_response.tsr", False),              # of an authority that another root vouches for
])
def test_tokens_of_others_are_read_alike_and_judged_alike_by_both_readers(shared_data, name, good):
    path = shared_data / "6_timestamp" / "trailofbits+rfc3161-client" / "test" / "fixtures" / name
    response, roots = path.read_bytes(), path.parent / "ts_chain.pem"
    token, read = read_token(response), openssl.read_response(response)
    assert token.is_over(b"hello")
    assert (read.time, read.imprint, read.nonce, read.serial) == (token.time, token.imprint, token.nonce, token.serial)
    assert openssl.confirms(response, token.imprint, roots, token.time) is good
    if good:
        assert verify_token(response, b"hello", roots).time == token.time
    else:
        with pytest.raises(SignatureInvalid):
            verify_token(response, b"hello", roots)


def test_a_serial_number_below_zero_is_read_by_both(shared_data):
    path = shared_data / "6_timestamp/trailofbits+rfc3161-client/test/fixtures/sigstore.mock/response-expired.tsr"
    assert openssl.read_response(path.read_bytes()).time == read_token(path.read_bytes()).time


def test_no_changed_byte_of_a_token_is_confirmed(response, tsa):
    """But for those that say nothing of the time: a token that is confirmed says what it said before."""
    told = read_token(response)
    for at in range(0, len(response), 31):
        changed = response[:at] + bytes([response[at] ^ 0x10]) + response[at + 1:]
        try:
            token = verify_token(changed, MESSAGE, tsa.root)
        except EvidenceError:
            continue
        assert (token.time, token.imprint) == (told.time, told.imprint)
