"""Single files that carry a proof, of whatever form, and those that carry none."""

import gzip
import hashlib
import json
from pathlib import Path

import pytest
from PIL import Image

from evidence_store.custody.checkpoint import Checkpoint
from evidence_store.custody.keys import TrustedSigner, create_key, format_allowed_signers
from evidence_store.custody.ots import MAGIC
from evidence_store.custody.sshsig import CHECKPOINT
from evidence_store.custody.tokens import make_query

RFC3161 = Path("6_timestamp/trailofbits+rfc3161-client/test/fixtures")


def stamped(tsa, content: bytes) -> bytes:
    return tsa.reply(make_query(content, lambda size: bytes([7]) * size).der, chain=True)


@pytest.fixture
def photo(tmp_path):
    Image.effect_mandelbrot((64, 64), (-2, -1.5, 1, 1.5), 50).convert("RGB").save(tmp_path / "photo.jpg")
    return tmp_path / "photo.jpg"


def test_a_timestamp_beside_its_file_holds_with_the_roots_and_is_open_without(look, photo, tsa, rogue_tsa):
    token = photo.with_name("photo.jpg.tsr")
    token.write_bytes(stamped(tsa, photo.read_bytes()))
    assert look(token, tsa_roots=tsa.root).outcome == "pass"
    assert look(token).of("inconclusive") == {"time.signer"}
    assert "time.signer" in look(token, tsa_roots=rogue_tsa.root).of("fail")
    photo.write_bytes(b"other")
    assert look(token, tsa_roots=tsa.root).of("fail") == {"time.subject"}


@pytest.mark.parametrize(("name", "roots", "outcome"), [
    ("sigstage/response-sha512.tsr", True, "pass"), ("sigstage/response-sha512.tsr", False, "inconclusive"),
    ("sigstage/response-invalid-signature.tsr", False, "fail"),
    ("sigstage/response-no-embedded-cert.tsr", True, "pass"),
    ("identrust/issue-104.tsr", True, "pass"), ("test_tsa/other_response.tsr", True, "fail"),
    ("test_tsa/response-injected-certs.tsr", False, "inconclusive")])
def test_tokens_of_others_are_judged_as_their_origin_says(look, shared_data, name, roots, outcome):
    path = shared_data / RFC3161 / name
    assert look(path, tsa_roots=path.parent / "ts_chain.pem" if roots else None).outcome == outcome


def test_a_bare_token_is_read_as_the_response_it_came_in(look, tmp_path, tsa):
    response = stamped(tsa, b"a")
    at = response.find(b"\x30\x03\x02\x01\x00")
    (tmp_path / "a.tsr").write_bytes(response[at + 5:])
    assert look(tmp_path / "a.tsr", tsa_roots=tsa.root).outcome == "pass"


def test_a_proof_of_opentimestamps_is_open_until_its_block_is_brought(look, tmp_path):
    """The header is that of the first block after the genesis; its only transaction is what is attested here."""
    header = bytes.fromhex(
        "010000006fe28c0ab6f1b372c1a6a246ae63f74f931e8365e15a089c68d6190000000000982051fd1e4ba744bbbe680e1fee14677ba1a3c3"
        "540bf7b1cdb606e857233e0e61bc6649ffff001d01e36299")
    proof = tmp_path / "a.ots"
    attestation = b"\x00" + bytes.fromhex("0588960d73d71901") + b"\x01\x01"
    proof.write_bytes(MAGIC + b"\x01\x08" + header[36:68] + attestation)
    assert look(proof).of("inconclusive") == {"ots.bitcoin"}
    (tmp_path / "headers").write_text(f"1 {header.hex()}\n")
    assert look(proof, headers=tmp_path / "headers").outcome == "pass"
    proof.write_bytes(MAGIC + b"\x01\x08" + bytes(32) + attestation)
    assert look(proof, headers=tmp_path / "headers").of("fail") == {"ots.bitcoin"}


def test_a_checkpoint_is_judged_by_its_signature_and_by_whose_it_is(look, tmp_path):
    key, other = (create_key(tmp_path / name, comment="", passphrase=None) for name in ("key", "other"))
    text = Checkpoint(origin="muniment/" + "0" * 32, size=3, root=bytes(32), prefix_sha256="0" * 64).to_text()
    path = tmp_path / "receipt.txt"
    path.write_bytes(text + key.sign(text, CHECKPOINT))
    for name, signer in (("mine", key), ("theirs", other)):
        listed = [TrustedSigner(principal="omar@example.org", key=signer.public)]
        (tmp_path / name).write_text(format_allowed_signers(listed))
    assert look(path).of("inconclusive") == {"checkpoint.signer"}
    assert look(path, trust=tmp_path / "mine").outcome == "pass"
    assert look(path, trust=tmp_path / "theirs").of("fail") == {"checkpoint.signer"}
    path.write_bytes(text.replace(b"\n3\n", b"\n4\n") + key.sign(text, CHECKPOINT))
    assert look(path).of("fail") == {"checkpoint.signature"}
    path.write_bytes(text)
    assert look(path).of("inconclusive") == {"checkpoint.signature"}


def warc(content: bytes, **digests: bytes) -> bytes:
    fields = "".join(f"WARC-{name.title()}-Digest: sha256:{hashlib.sha256(of).hexdigest()}\r\n"
                     for name, of in digests.items())
    return (f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:1>\r\nWARC-Date: 2015-03-02T10:00:00Z\r\n"
            f"WARC-Target-URI: https://a.example/\r\nContent-Type: application/http\r\n{fields}"
            f"Content-Length: {len(content)}\r\n\r\n").encode() + content + b"\r\n\r\n"


PAGE = b"<p>57 killed"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"


WHOLE, ONE_DIGEST = HEAD + PAGE, warc(HEAD + PAGE, block=b"x")
RECORDS = {
    "both digests": (warc(WHOLE, block=WHOLE, payload=PAGE), "pass", "warc.block"),
    "no digest": (warc(WHOLE), "pass", "warc.records"),
    "block digest wrong": (warc(WHOLE, block=b"x", payload=PAGE), "inconclusive", "warc.block"),
    "payload digest wrong": (warc(WHOLE, block=WHOLE, payload=b"x"), "inconclusive", "warc.payload"),
    "both wrong": (warc(WHOLE, block=b"x", payload=b"x"), "fail", "warc.payload"),
    "the only one wrong": (ONE_DIGEST, "fail", "warc.block"),
    "cut": (warc(WHOLE)[:-20], "fail", "warc.damage"),
    "one id twice": (warc(WHOLE) * 2, "inconclusive", "warc.ids"),
    "two records in a member": (gzip.compress(warc(WHOLE) + warc(HEAD).replace(b":1>", b":2>"), mtime=0),
                                "inconclusive", "warc.members"),
    "empty": (b"", "fail", "warc.records"),
}


@pytest.mark.parametrize("record", RECORDS)
def test_block_and_payload_digests_are_judged_apart(look, tmp_path, record):
    content, outcome, check = RECORDS[record]
    path = tmp_path / ("a.warc.gz" if content[:2] == b"\x1f\x8b" else "a.warc")
    path.write_bytes(content)
    seen = look(path)
    assert seen.outcome == outcome
    assert check in seen.of(outcome)


def test_a_whole_picture_passes_and_a_cut_one_fails(look, photo):
    assert look(photo).outcomes == {"media.whole": {"pass"}, "c2pa.manifest": {"not_applicable"}}
    photo.write_bytes(photo.read_bytes()[:-200])
    assert look(photo).of("fail") == {"media.whole"}


@pytest.mark.parametrize(("name", "integrity", "signer"), [
    ("C.jpg", "pass", "inconclusive"), ("files-for-reading-tests/XCA.jpg", "fail", "inconclusive"),
    ("files-for-reading-tests/E-sig-CA.jpg", "fail", "inconclusive"), ("C_with_CAWG_data.jpg", "pass", "inconclusive")])
def test_integrity_and_signer_of_a_manifest_are_judged_apart(look, shared_data, name, integrity, signer):
    pytest.importorskip("c2pa")
    seen = look(shared_data / "5_c2pa/contentauth+c2pa-python/tests/fixtures" / name)
    assert (seen.outcomes["c2pa.integrity"], seen.outcomes["c2pa.signer"]) == ({integrity}, {signer})


CONTEXT = {"uco-core": "https://ontology.unifiedcyberontology.org/uco/core/"}
GRAPH = {"@context": CONTEXT, "@graph": [{"@id": "kb:1", "@type": "uco-core:UcoObject"}]}
BAD_HASH = {"@id": "kb:1", "uco-types:hashMethod": {"@value": "SHA256"}, "uco-types:hashValue": {"@value": "abcd"}}


@pytest.mark.parametrize(("text", "outcome"), [
    ('{"a": 1, "a": 2}', "fail"), ("{", "fail"), ('{"a": 1}', "inconclusive"), (json.dumps(GRAPH), "pass"),
    (json.dumps(GRAPH | {"@graph": [BAD_HASH]}), "fail"),
], ids=["a name twice", "cut", "any object", "a graph", "a hash that is none"])
def test_documents_are_read_in_one_way_only(look, tmp_path, text, outcome):
    (tmp_path / "a.json").write_text(text)
    assert look(tmp_path / "a.json").outcome == outcome


def test_merkle_proofs_are_judged_as_their_authors_say(look, shared_data):
    vectors = shared_data / "6_timestamp/transparency-dev+merkle/testdata"
    paths = [path for path in sorted(vectors.rglob("*.json")) if "subtreeconsistency" not in path.parts][::5]
    assert len(paths) > 50
    told = {path: json.loads(path.read_bytes())["wantErr"] for path in paths}
    assert {path for path in paths if (look(path).outcome == "fail") is not told[path]} == set()


@pytest.mark.parametrize(("name", "content"), [
    ("notes.txt", b"seen on Tuesday"), ("a.age", b"age-encryption.org/v1\n")])
def test_what_carries_no_proof_is_open_with_its_hash(look, tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    seen = look(tmp_path / name)
    assert seen.outcome == "inconclusive"
    assert hashlib.sha256(content).hexdigest() in seen.findings[0].summary
