"""The signature of a WACZ (wacz-auth 0.1): that it holds, and whose it is, apart.

1. Signed is the text of the hash of datapackage.json, by ECDSA: with a key that nobody vouches for (anonymous), or with
   that of a web server's certificate (domain).
2. A domain's certificate must lead to a root that browsers know and be valid at the time of the token; certificates of
   web servers end within weeks, so today's date says nothing.
3. The token is over the text of the signature. Its authority is confirmed by roots that the verifier gives; without
   them the time is what the signer says.
"""

import base64
import binascii
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from evidence_store.custody.tokens import Token, read_token
from evidence_store.errors import EvidenceError, FormatError, SignatureInvalid
from evidence_store.findings import Outcome
from verify.bundle.collector import Collector
from verify.foreign.brought import Brought
from verify.foreign.cms import response_of
from verify.foreign.timestamps import check_token

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
    from cryptography.x509 import Certificate

MAX_TEXT = 256 << 10          # characters of one member: a chain of certificates has some 8,000
APART = timedelta(minutes=10)  # between the signer's clock and the token's (wacz-auth: "must be within 10 minutes")


def check_signed_data(name: str, signed: Mapping[str, object], expected: str, brought: Brought,
                      found: Collector) -> None:
    """The `signedData` of datapackage-digest.json, which must be over the hash `expected`."""
    texts = {key: value for key, value in signed.items() if isinstance(value, str) and len(value) <= MAX_TEXT}
    if not found.require("wacz.signature", name, "it signs another list than this "
                                                 "one", holds=texts.get("hash") == expected):
        return
    with found.failing("wacz.signature", name):
        if "domainCert" in texts or "domain" in texts:
            _check_domain(name, texts, brought, found)
        elif "publicKey" in texts:
            _check_anonymous(name, texts, found)
        else:
            raise FormatError("it has neither a key nor a certificate")


def _check_anonymous(name: str, texts: Mapping[str, str], found: Collector) -> None:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    spki = _decoded(texts, "publicKey")
    try:
        key = load_der_public_key(spki)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise FormatError("its key cannot be read") from error
    _verify(key, _decoded(texts, "signature"), texts["hash"].encode())
    found.add("wacz.signature", Outcome.PASS, name, "its list is as it was signed")
    found.add("wacz.signer", Outcome.INCONCLUSIVE, name,
              f"signed by an anonymous key, {base64.b64encode(spki).decode()[-24:]}: whose it is, and when it "
              "signed, is not shown; ask whoever made the file for their key")
    if "timeSignature" in texts:
        found.neutral("wacz.time", name, "its timestamp was not checked: the standard has none for anonymous keys")


def _check_domain(name: str, texts: Mapping[str, str], brought: Brought, found: Collector) -> None:
    chain = _certificates(texts, "domainCert")
    _verify(chain[0].public_key(), _decoded(texts, "signature"), texts["hash"].encode())
    found.add("wacz.signature", Outcome.PASS, name, "its list is as it was signed")
    token = _check_time(name, texts, brought, found)
    moment = token.time if token else _stated(texts)
    if moment is None:
        found.add("wacz.signer", Outcome.INCONCLUSIVE, name, "it does not say when it was signed: its certificate "
                                                             "cannot be judged")
        return
    domain = texts.get("domain", "")
    _check_chain(name, chain, domain, moment, found)


def _check_chain(name: str, chain: "list[Certificate]", domain: str, moment: datetime, found: Collector) -> None:
    """Rule 2."""
    import certifi
    from cryptography.x509 import DNSName, load_pem_x509_certificates
    from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

    with open(certifi.where(), "rb") as file:  # noqa: PTH123
        roots = Store(load_pem_x509_certificates(file.read()))
    when = f"{moment:%Y-%m-%d %H:%M:%S} UTC"
    try:
        verifier = PolicyBuilder().store(roots).time(moment.replace(tzinfo=None)).build_server_verifier(DNSName(domain))
        verifier.verify(chain[0], chain[1:])
    except (VerificationError, ValueError) as error:
        found.fail("wacz.signer", name, f"that {domain or 'no domain'} signed it is not confirmed: no chain of "
                                        "certificates from it led to a "
                                        f"root that browsers know, at {when} ({str(error)[:120]})")
    else:
        found.add("wacz.signer", Outcome.PASS, name, f"signed with the certificate of {domain}, valid at {when}")


def _check_time(name: str, texts: Mapping[str, str], brought: Brought, found: Collector) -> Token | None:
    """Rule 3; the token, where it is over the signature."""
    if "timeSignature" not in texts:
        found.add("wacz.time", Outcome.INCONCLUSIVE, name, "there is no timestamp: the time is what the signer says")
        return None
    try:
        token = read_token(response_of(_decoded(texts, "timeSignature")))
    except EvidenceError as error:
        found.fail("wacz.time", name, f"its timestamp cannot be read: {error}")
        return None
    if not found.require("wacz.time", name, "its timestamp is over something else than its signature",
                         holds=token.is_over(texts["signature"].encode())):
        return None
    stated = _stated(texts)
    if stated is not None and abs(stated - token.time) > APART:
        found.fail("wacz.time", name, f"it says that it was signed at {stated:%Y-%m-%d %H:%M} UTC; its timestamp is of "
                                      f"{token.time:%Y-%m-%d %H:%M} UTC")
    certificates = tuple(_ders(texts, "timestampCert")) if "timestampCert" in texts else ()
    unproved = Outcome.INCONCLUSIVE if brought.require_time else Outcome.NOT_APPLICABLE
    check_token(name, token, brought, found, certificates=certificates, unproved=unproved)
    found.passed("wacz.time", subject=name, summary=f"its timestamp is over its signature: "
                                                    f"{token.time:%Y-%m-%d %H:%M:%S} UTC")
    return token


def _verify(key: "PublicKeyTypes", signature: bytes, signed: bytes) -> None:
    """ECDSA, the signature in DER or as two numbers (as browsers write it). SignatureInvalid where it does not hold."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise FormatError("it is not signed by ECDSA, which the standard demands")
    half = (key.curve.key_size + 7) // 8
    if len(signature) == 2 * half:
        signature = encode_dss_signature(int.from_bytes(signature[:half]), int.from_bytes(signature[half:]))
    for kind in (hashes.SHA256(), hashes.SHA384(), hashes.SHA512()):
        try:
            key.verify(signature, signed, ec.ECDSA(kind))
        except InvalidSignature:
            continue
        return
    raise SignatureInvalid("its signature does not hold: it is not by that key, or the list was changed")


def _stated(texts: Mapping[str, str]) -> datetime | None:
    try:
        found = datetime.fromisoformat(texts.get("created", ""))
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _certificates(texts: Mapping[str, str], name: str) -> "list[Certificate]":
    from cryptography.x509 import load_pem_x509_certificates

    try:
        return load_pem_x509_certificates(texts.get(name, "").encode())
    except ValueError as error:
        raise FormatError("its certificate cannot be read") from error


def _ders(texts: Mapping[str, str], name: str) -> list[bytes]:
    from cryptography.hazmat.primitives.serialization import Encoding

    return [one.public_bytes(Encoding.DER) for one in _certificates(texts, name)]


def _decoded(texts: Mapping[str, str], name: str) -> bytes:
    try:
        return base64.b64decode(texts.get(name, ""), validate=True)
    except binascii.Error as error:
        raise FormatError(f"its {name} is not base64") from error
