"""Foreign WACZ files: what `wacz validate` lets through is found, and signatures are judged by what they prove."""

import base64
import gzip
import hashlib
import json
import zipfile
from datetime import UTC, datetime, timedelta

import certifi
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from evidence_store.custody.tokens import make_query

NOW = datetime.now(UTC).replace(microsecond=0)     # at which the run began: good for what is days away
BODY = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>57 killed"


def record(body: bytes = BODY, *, digest_of: bytes | None = None, url: str = "https://a.example/") -> bytes:
    stated = base64.b32encode(hashlib.sha256(body if digest_of is None else digest_of).digest()).decode()
    return gzip.compress((
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:1>\r\nWARC-Date: 2015-03-02T10:00:00Z\r\n"
        f"WARC-Target-URI: {url}\r\nContent-Type: application/http\r\nWARC-Block-Digest: sha256:{stated}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n").encode() + body + b"\r\n\r\n", mtime=0)


def index(url: str = "https://a.example/", offset: int = 0, time: str = "20150302100000", status: str = "200") -> bytes:
    fields = {"url": url, "status": status, "offset": str(offset), "filename": "data.warc.gz"}
    return f"example,a)/ {time} {json.dumps(fields)}\n".encode()


def members(**changes: bytes | None) -> dict[str, bytes]:
    """The members of a whole WACZ but for the lists; None leaves one out."""
    found = {"archive/data.warc.gz": record(), "indexes/index.cdxj": index(),
             "pages/pages.jsonl": b'{"format": "json-pages-1.0"}\n{"url": "https://a.example/"}\n'}
    names = {name.rpartition("/")[2].partition(".")[0]: name for name in found}
    found |= {names[key]: value for key, value in changes.items() if value is not None}
    return {name: content for name, content in found.items()
            if not (name.rpartition("/")[2].partition(".")[0] in changes
                    and changes[name.rpartition("/")[2].partition(".")[0]] is None)}


def listing(found: dict[str, bytes]) -> bytes:
    return json.dumps({"profile": "data-package", "resources": [
        {"name": name, "path": name, "hash": f"sha256:{hashlib.sha256(content).hexdigest()}", "bytes": len(content)}
        for name, content in found.items()]}).encode()


def wacz(path, found: dict[str, bytes], *, package: bytes | None = None, signed: dict[str, str] | None = None,
         digest: bool = True, extra: tuple[tuple[str, bytes], ...] = ()):
    package = package or listing(found)
    stated = f"sha256:{hashlib.sha256(package).hexdigest()}"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in (*found.items(), ("datapackage.json", package), *extra):
            archive.writestr(name, content)
        if digest:
            about = {"path": "datapackage.json", "hash": stated} | ({"signedData": signed} if signed else {})
            archive.writestr("datapackage-digest.json", json.dumps(about))
    return path


def test_a_whole_file_without_a_signature_passes_and_says_so(look, tmp_path):
    seen = look(wacz(tmp_path / "a.wacz", members()))
    assert (seen.outcome, seen.outcomes["wacz.signature"]) == ("pass", {"not_applicable"})


FORGED = BODY.replace(b"57", b"45")
FAULTS = {
    "body forged, all hashes of the package made anew": (
        lambda path: wacz(path, members(data=record(FORGED, digest_of=BODY))), "fail", "warc.block"),
    "member changed": (lambda path: wacz(path, members(data=record(FORGED)), package=listing(members())), "fail",
                       "wacz.changed"),
    "member missing": (lambda path: wacz(path, members(pages=None), package=listing(members())), "fail",
                       "wacz.missing"),
    "member added without a dot": (lambda path: wacz(path, members(), extra=(("archive/added", b"x"),)), "fail",
                                   "wacz.unlisted"),
    "WARC added": (lambda path: wacz(path, members(), extra=(("archive/more.warc.gz", record(FORGED)),)), "fail",
                   "wacz.unlisted"),
    "two members of one name": (
        lambda path: wacz(path, members(), extra=(("archive/data.warc.gz", record(FORGED)),)), "fail", "zip.twin"),
    "digest of the list gone": (lambda path: wacz(path, members(), digest=False), "inconclusive", "wacz.digest"),
    "index points nowhere": (lambda path: wacz(path, members(index=index(offset=7))), "fail", "wacz.index"),
    "index shows another address": (lambda path: wacz(path, members(index=index("https://bank.example/"))), "fail",
                                    "wacz.index"),
    "index backdates": (lambda path: wacz(path, members(index=index(time="20100101000000"))), "fail", "wacz.index"),
    "index hides a record": (lambda path: wacz(path, members(index=b"")), "inconclusive", "wacz.index"),
    "no index": (lambda path: wacz(path, members(index=None)), "inconclusive", "wacz.index"),
    "no WARC": (lambda path: wacz(path, members(data=None)), "fail", "wacz.archive"),
    "page that is not there": (lambda path: wacz(path, members(pages=b'{"url": "https://b.example/"}\n')),
                               "inconclusive", "wacz.pages"),
    "list is no JSON": (lambda path: wacz(path, members(), package=b"{"), "fail", "wacz.package"),
}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_found_by_the_check_that_guards_it(look, tmp_path, fault):
    make, outcome, check = FAULTS[fault]
    seen = look(make(tmp_path / "a.wacz"))
    assert seen.outcome == outcome
    assert check in seen.of(outcome)


def sign(key: ec.EllipticCurvePrivateKey, text: str, *, raw: bool) -> str:
    signature = key.sign(text.encode(), ec.ECDSA(hashes.SHA256()))
    if raw:
        half = (key.curve.key_size + 7) // 8
        signature = b"".join(part.to_bytes(half) for part in decode_dss_signature(signature))
    return base64.b64encode(signature).decode()


def stated(found: dict[str, bytes]) -> str:
    return f"sha256:{hashlib.sha256(listing(found)).hexdigest()}"


@pytest.mark.parametrize(("curve", "raw"), [(ec.SECP384R1(), True), (ec.SECP256R1(), True), (ec.SECP256R1(), False)],
                         ids=["P-384 as browsers write it", "P-256 as browsers write it", "P-256 in DER"])
def test_an_anonymous_signature_holds_and_shows_nobody(look, tmp_path, curve, raw):
    key = ec.generate_private_key(curve)
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    signed = {"hash": stated(members()), "signature": sign(key, stated(members()), raw=raw),
              "publicKey": base64.b64encode(public).decode(), "created": "2015-03-02T10:00:00Z"}
    seen = look(wacz(tmp_path / "a.wacz", members(), signed=signed))
    assert (seen.outcomes["wacz.signature"], seen.of("inconclusive")) == ({"pass"}, {"wacz.signer"})
    other = signed | {"signature": sign(ec.generate_private_key(curve), stated(members()), raw=raw)}
    assert "wacz.signature" in look(wacz(tmp_path / "b.wacz", members(), signed=other)).of("fail")
    moved = look(wacz(tmp_path / "c.wacz", members(pages=b'{"url": "https://a.example/"}\n'), signed=signed))
    assert "wacz.signature" in moved.of("fail")


class Web:
    """A root that browsers are made to know, and certificates of servers under it."""

    def __init__(self) -> None:
        self.root_key = ec.generate_private_key(ec.SECP256R1())
        self.root = self._certificate("Root", self.root_key, self.root_key, "Root", ca=True)

    def server(self, name: str, *, before: datetime = NOW - timedelta(days=1), days: int = 90):
        key = ec.generate_private_key(ec.SECP256R1())
        return key, self._certificate(name, key, self.root_key, "Root", ca=False, before=before, days=days)

    def _certificate(self, name, key, issuer_key, issuer, *, ca, before=NOW - timedelta(days=900), days=3650):
        builder = (
            x509.CertificateBuilder().subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)])).public_key(key.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(before)
            .not_valid_after(before + timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
            .add_extension(x509.KeyUsage(digital_signature=not ca, key_cert_sign=ca, crl_sign=ca,
                                         content_commitment=False, key_encipherment=False, data_encipherment=False,
                                         key_agreement=False, encipher_only=False, decipher_only=False), critical=True))
        if not ca:
            builder = (builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
                       .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False))
        return builder.sign(issuer_key, hashes.SHA256())


def pem(certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


@pytest.fixture
def web(tmp_path, monkeypatch):
    made = Web()
    (tmp_path / "browser.pem").write_text(pem(made.root))
    monkeypatch.setattr(certifi, "where", lambda: str(tmp_path / "browser.pem"))
    return made


def by_domain(web, tsa, *, name="archive.example", domain="archive.example", created=None, **server):
    created = created or datetime.now(UTC)       # a token is of the time at which the test authority makes it
    key, certificate = web.server(name, **server)
    signature = sign(key, stated(members()), raw=False)
    token = tsa.reply(make_query(signature.encode(), lambda size: bytes([1]) * size).der)
    return {"hash": stated(members()), "signature": signature, "domain": domain, "domainCert": pem(certificate),
            "created": created.isoformat().replace("+00:00", "Z"), "timeSignature": base64.b64encode(token).decode()}


def test_a_domains_signature_holds_at_the_time_of_its_token(look, tmp_path, web, tsa):
    path = wacz(tmp_path / "a.wacz", members(), signed=by_domain(web, tsa))
    seen = look(path, tsa_roots=tsa.root)
    assert seen.outcome == "pass"
    assert {"wacz.signature", "wacz.signer", "time.signer"} <= seen.of("pass")
    without = look(path)
    assert (without.outcome, without.outcomes["time.signer"]) == ("pass", {"not_applicable"})
    assert look(path, require_time=True).outcome == "inconclusive"


@pytest.mark.parametrize(("change", "check"), [
    ({"before": NOW - timedelta(days=200), "days": 90}, "wacz.signer"), ({"domain": "other.example"}, "wacz.signer"),
    ({"created": NOW - timedelta(days=1)}, "wacz.time"),
], ids=["certificate had run out by then", "certificate of another name", "stated time is not the token's"])
def test_a_signature_by_somebody_else_fails(look, tmp_path, web, tsa, change, check):
    seen = look(wacz(tmp_path / "a.wacz", members(), signed=by_domain(web, tsa, **change)), tsa_roots=tsa.root)
    assert check in seen.of("fail")


def test_a_root_that_no_browser_knows_and_a_rogue_authority_fail(look, tmp_path, web, tsa, rogue_tsa):
    signed = by_domain(Web(), tsa)
    assert "wacz.signer" in look(wacz(tmp_path / "a.wacz", members(), signed=signed), tsa_roots=tsa.root).of("fail")
    stamped = by_domain(web, rogue_tsa)
    assert "time.signer" in look(wacz(tmp_path / "b.wacz", members(), signed=stamped), tsa_roots=tsa.root).of("fail")


def test_a_token_over_something_else_fails(look, tmp_path, web, tsa):
    signed = by_domain(web, tsa)
    other = tsa.reply(make_query(b"other", lambda size: bytes([1]) * size).der)
    signed["timeSignature"] = base64.b64encode(other).decode()
    assert "wacz.time" in look(wacz(tmp_path / "a.wacz", members(), signed=signed)).of("fail")


@pytest.mark.parametrize(("name", "outcome"), [
    ("valid_example_2.wacz", "pass"), ("valid_signed_example_1.wacz", "pass"),
    ("invalid_signed_example_1.wacz", "fail")])
def test_the_examples_of_py_wacz_are_judged_as_they_are_named(look, shared_data, name, outcome):
    assert look(shared_data / "1_warc/webrecorder+py-wacz/tests/fixtures" / name).outcome == outcome
