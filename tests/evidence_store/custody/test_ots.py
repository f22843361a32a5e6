"""OpenTimestamps proofs: followed to their attestations, refused where they go beyond what the format allows."""

import hashlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_store.custody.ots import MAGIC, Notary, parse_ots
from evidence_store.errors import FormatError

DIGEST = hashlib.sha256(b"a photograph\n").digest()
BITCOIN, PENDING = bytes.fromhex("0588960d73d71901"), bytes.fromhex("83dfe30d2ef90c8e")


def proof(*steps: bytes, version: int = 1, kind: int = 0x08, digest: bytes = DIGEST) -> bytes:
    return MAGIC + bytes([version, kind]) + digest + b"".join(steps)


def attested(tag: bytes, payload: bytes) -> bytes:
    return b"\x00" + tag + bytes([len(payload)]) + payload


def calendar(uri: bytes) -> bytes:
    return attested(PENDING, bytes([len(uri)]) + uri)


def test_a_path_is_followed_to_the_message_that_a_block_must_hold():
    read = parse_ots(proof(b"\xf0\x02ab", b"\x08", b"\xf1\x01z", b"\x08", attested(BITCOIN, b"\xf7\xef\x15")))
    first = hashlib.sha256(DIGEST + b"ab").digest()
    message = hashlib.sha256(b"z" + first).digest()
    (found,) = read.attestations
    assert (found.notary, found.height, found.message) == (Notary.BITCOIN, 358391, message)
    assert found.merkle_root == message[::-1].hex()


def test_every_branch_is_followed():
    read = parse_ots(proof(b"\xff", b"\x08", calendar(b"https://a.example"), b"\xf0\x01x",
                           calendar(b"https://b.example")))
    assert [(one.notary, one.uri) for one in read.attestations] == [
        (Notary.PENDING, "https://a.example"), (Notary.PENDING, "https://b.example")]


def test_a_hash_that_is_not_computed_here_leaves_its_path_open():
    (found,) = parse_ots(proof(b"\x67", b"\x08", attested(BITCOIN, b"\x01"))).attestations
    assert found.message is None


@pytest.mark.parametrize("data", [
    b"", MAGIC, proof(), proof(version=2), proof(kind=0xF3), proof(b"\x08"), proof(b"\xaa"),
    proof(b"\x08", attested(BITCOIN, b"\x01"), b"\x00"), proof(b"\xf0\x00", attested(BITCOIN, b"\x01")),
    proof(*[b"\xf0\xff\x0f" + bytes(2047)] * 3, attested(BITCOIN, b"\x01")),
    proof(*[b"\x08"] * 300, attested(BITCOIN, b"\x01")), proof(calendar(b"https://a.example/<b>")),
    proof(attested(BITCOIN, b"\x01\x02")), proof(b"\x00" + BITCOIN + b"\xff" * 12),
], ids=["nothing", "magic only", "no tree", "version", "digest", "cut", "unknown operation", "bytes after it",
        "empty operand", "message too long", "too deep", "uri", "attestation too long", "endless number"])
def test_what_is_no_proof_is_refused(data):
    with pytest.raises(FormatError):
        parse_ots(data)


@given(st.binary(max_size=200), st.integers(0, 200))
def test_no_bytes_make_it_do_anything_but_refuse(noise, cut):
    whole = proof(b"\xff", b"\x08", calendar(b"https://a.example"), b"\x08", attested(BITCOIN, b"\x01"))
    for data in (MAGIC + noise, whole[:cut], whole[:cut] + noise, proof(noise)):
        with suppress(FormatError):
            parse_ots(data)


@pytest.mark.parametrize(("name", "expected"), [
    ("hello-world.txt.ots", [(Notary.BITCOIN, 358391)]), ("incomplete.txt.ots", [(Notary.PENDING, None)]),
    ("unknown-notary.txt.ots", [(Notary.UNKNOWN, None)]),
])
def test_the_formats_own_examples_are_read(shared_data, name, expected):
    path = shared_data / "6_timestamp/opentimestamps+opentimestamps-client/examples" / name
    read = parse_ots(path.read_bytes())
    assert [(one.notary, one.height) for one in read.attestations] == expected
    assert read.digest == hashlib.sha256(path.with_suffix("").read_bytes()).digest()
