"""The signature inside a timestamp token: made by the certificate that came with it, over what the token says.

1. What is signed are the attributes, which hold the hash of the content (RFC 5652 5.4); both are checked.
2. That the certificate's holder is to be believed is not asked here: anybody can make a certificate.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evidence_store.errors import FormatError, SignatureInvalid
from verify.bundle.der import EXPLICIT_0, OCTETS, OID, SEQUENCE, Node, take

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.hashes import HashAlgorithm

SET, INTEGER = 0x31, 0x02
MESSAGE_DIGEST = bytes.fromhex("2a864886f70d010904")           # RFC 5652 11.2
CONTENT_TYPE = bytes.fromhex("2a864886f70d010903")             # RFC 5652 11.1
_HASHES = {bytes.fromhex("2b0e03021a"): "sha1", bytes.fromhex("608648016503040201"): "sha256",
           bytes.fromhex("608648016503040202"): "sha384", bytes.fromhex("608648016503040203"): "sha512"}
_RSA_PSS = bytes.fromhex("2a864886f70d01010a")


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenSigner:
    """Who a token says signed it."""

    subject: str
    issuer: str
    certificate: bytes        # DER


def response_of(data: bytes) -> bytes:
    """A TimeStampResp; where `data` is the token alone, as some tools keep it, one is put around it."""
    node, rest = take(data)
    if rest or node.tag != SEQUENCE:
        raise FormatError("it is not a timestamp in DER")
    children = node.children()
    if children and children[0].tag == OID:
        body = b"\x30\x03\x02\x01\x00" + data
        return b"\x30" + _length(len(body)) + body
    return data


def check_inner_signature(response: bytes, certificates: Iterable[bytes]) -> TokenSigner | None:
    """The signer, after its signature was checked; None where its certificate is not among `certificates`.

    SignatureInvalid where it does not hold; FormatError where the token is not as the standard has it.
    """
    signed = take(response)[0].child(1, SEQUENCE).child(1, EXPLICIT_0).child(0, SEQUENCE)
    content = signed.child(2, SEQUENCE).child(1, EXPLICIT_0).child(0, OCTETS).content
    signer = signed.children()[-1].children()[0]
    parts = signer.children()
    if len(parts) < 6 or parts[3].tag != EXPLICIT_0:
        raise FormatError("it has no signed attributes")
    digest = _HASHES.get(parts[2].child(0, OID).content)
    if digest is None:
        raise FormatError("it is signed over a hash that is not known here")
    attributes = parts[3].content
    stated = _attribute(parts[3], MESSAGE_DIGEST).child(0, OCTETS).content
    if hashlib.new(digest, content, usedforsecurity=False).digest() != stated:
        raise SignatureInvalid("its content is not what was signed")
    found = _certificate(parts[1], certificates)
    if found is None:
        return None
    _verify(found, parts[4], parts[5].content, bytes([SET]) + _length(len(attributes)) + attributes, digest)
    return _signer(found)


def _verify(certificate: bytes, algorithm: Node, signature: bytes, signed: bytes, digest: str) -> None:
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
    from cryptography.x509 import load_der_x509_certificate

    kinds: dict[str, hashes.HashAlgorithm] = {"sha1": hashes.SHA1(), "sha256": hashes.SHA256(),  # noqa: S303 - others' tokens
                                              "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}
    chosen = kinds[digest]
    try:
        key = load_der_x509_certificate(certificate).public_key()
        if isinstance(key, rsa.RSAPublicKey):
            is_pss = algorithm.child(0, OID).content == _RSA_PSS
            pss = padding.PSS(mgf=padding.MGF1(chosen), salt_length=padding.PSS.AUTO)
            key.verify(signature, signed, pss if is_pss else padding.PKCS1v15(), chosen)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, signed, ec.ECDSA(_ecdsa_hash(algorithm, chosen)))
        else:
            raise FormatError("it is signed with a kind of key that is not known here")
    except (InvalidSignature, ValueError, UnsupportedAlgorithm) as error:
        raise SignatureInvalid("its signature is not by the certificate that came with it") from error


def _ecdsa_hash(algorithm: Node, otherwise: "HashAlgorithm") -> "HashAlgorithm":
    """The hash that the signature algorithm names (RFC 5758 3.2): some signers use another than for the content."""
    from cryptography.hazmat.primitives import hashes

    named: dict[bytes, HashAlgorithm] = {bytes.fromhex("2a8648ce3d040302"): hashes.SHA256(),
                                         bytes.fromhex("2a8648ce3d040303"): hashes.SHA384(),
                                         bytes.fromhex("2a8648ce3d040304"): hashes.SHA512()}
    return named.get(algorithm.child(0, OID).content, otherwise)


def _attribute(attributes: Node, wanted: bytes) -> Node:
    for one in attributes.children():
        if one.child(0, OID).content == wanted:
            return one.child(1, SET)
    raise FormatError("it does not say what it signs")


def _certificate(identifier: Node, certificates: Iterable[bytes]) -> bytes | None:
    """The certificate that a SignerInfo names, by issuer and serial or by key identifier (RFC 5652 5.3)."""
    from cryptography import x509

    for der in certificates:
        try:
            one = x509.load_der_x509_certificate(der)
            if identifier.tag == SEQUENCE:
                serial = int.from_bytes(identifier.child(1, INTEGER).content, "big", signed=True)
                issuer, rest = take(identifier.content)
                if one.serial_number == serial and one.issuer.public_bytes().endswith(issuer.content) and rest:
                    return der
            elif one.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest == identifier.content:
                return der
        except (ValueError, x509.ExtensionNotFound):
            continue
    return None


def _signer(der: bytes) -> TokenSigner:
    from cryptography.x509 import load_der_x509_certificate

    one = load_der_x509_certificate(der)
    return TokenSigner(subject=one.subject.rfc4514_string(), issuer=one.issuer.rfc4514_string(), certificate=der)


def _length(length: int) -> bytes:
    if length < 0x80:
        return bytes([length])
    size = length.to_bytes((length.bit_length() + 7) // 8)
    return bytes([0x80 | len(size)]) + size
