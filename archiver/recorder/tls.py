"""Certificates: the recorder's own, made per run, and what a server showed.

1. The CA key and the leaf key live in memory only; where the platform makes `ssl` read a key from a file, the file is
   anonymous memory or else a 0600 temporary file removed at once.
2. A client gets leaf + CA, TLS 1.2 or later, HTTP/1.1 only.
3. The chain, protocol and cipher recorded are those of the very connection the bytes came over.
4. A verification that failed is said with its cause; it is never silently repeated without verification.
"""

import os
import ssl
import tempfile
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path
from typing import Protocol, cast

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from archiver.errors import InvalidSetting
from archiver.recorder.limits import MAX_LEAVES
from evidence_store.clock import RandomBytes
from evidence_store.records import Sha256

_LIFETIME = timedelta(days=30)      # longer than any run; Chromium accepts up to 398 days
_CLOCK_SLACK = timedelta(days=1)    # clients whose clock is behind still accept the certificates


@dataclass(frozen=True, slots=True, kw_only=True)
class UpstreamTrust:
    """Which roots vouch for servers."""

    ca_files: tuple[Path, ...] = ()      # PEM files, beside the system's roots
    system_roots: bool = True

    def context(self) -> ssl.SSLContext:
        """A verifying client context; raises `InvalidSetting` for a file that holds no certificates."""
        context = _system_context() if self.system_roots else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        for path in self.ca_files:
            try:
                context.load_verify_locations(cafile=str(path))
            except (OSError, ssl.SSLError) as fault:
                raise InvalidSetting(f"{path} cannot be used as a file of root certificates: {fault}",
                                     hint="give a PEM file that this user can read") from fault
        context.set_alpn_protocols(["http/1.1"])
        return context


def _system_context() -> ssl.SSLContext:
    paths = ssl.get_default_verify_paths()
    if paths.cafile or (paths.capath and any(Path(paths.capath).iterdir())):
        return ssl.create_default_context()
    import certifi
    return ssl.create_default_context(cafile=certifi.where())


def unverified_context() -> ssl.SSLContext:
    """A client context that takes any certificate and old protocols: for what is public, and said to be unverified."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with suppress(ssl.SSLError):
        context.set_ciphers("DEFAULT:@SECLEVEL=0")   # OpenSSL 3 else refuses SHA-1 and short keys, verified or not
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_alpn_protocols(["http/1.1"])
    return context


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsFacts:
    """What one TLS connection to a server is made of."""

    version: str                  # "TLSv1.3"
    cipher: str
    chain: tuple[bytes, ...]      # DER, as the server sent them, leaf first

    @property
    def chain_sha256(self) -> tuple[Sha256, ...]:
        """SHA-256 of each certificate."""
        return tuple(Sha256(sha256(certificate).hexdigest()) for certificate in self.chain)


def tls_facts(connection: ssl.SSLObject) -> TlsFacts:
    """The facts of a connection whose handshake is done."""
    cipher = connection.cipher()
    return TlsFacts(version=connection.version() or "", cipher=cipher[0] if cipher else "",
                    chain=peer_chain(connection))


class _NativeCertificate(Protocol):
    def public_bytes(self, encoding: int, /) -> bytes: ...


class _PublicChain(Protocol):      # SSLObject from Python 3.13 on
    def get_unverified_chain(self) -> list[bytes]: ...


class _NativeChain(Protocol):      # the C object behind SSLObject, Python 3.10 to 3.12
    def get_unverified_chain(self) -> list[_NativeCertificate] | None: ...


class _HasNative(Protocol):
    _sslobj: _NativeChain


_ENCODING_DER = 2                  # _ssl.ENCODING_DER: X509_FILETYPE_ASN1


def peer_chain(connection: ssl.SSLObject) -> tuple[bytes, ...]:
    """The certificates the server sent, DER, leaf first; public API from 3.13 on, the object behind it before."""
    if hasattr(connection, "get_unverified_chain"):
        return tuple(cast("_PublicChain", connection).get_unverified_chain())
    native = cast("_HasNative", connection)._sslobj  # noqa: SLF001 - 3.11 and 3.12 have no public way
    return tuple(certificate.public_bytes(_ENCODING_DER) for certificate in native.get_unverified_chain() or [])


class CertificateAuthority:
    """The CA of one run and the server certificates it makes; used from one thread."""

    def __init__(self, now: datetime, random: RandomBytes) -> None:
        self._random = random
        self._not_before, self._not_after = now - _CLOCK_SLACK, now + _LIFETIME
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._leaf_key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Muniment"),
                                x509.NameAttribute(NameOID.COMMON_NAME, f"Recorder of one run {random(4).hex()}")])
        self._certificate = self._make_ca()
        self._contexts: OrderedDict[str, ssl.SSLContext] = OrderedDict()

    @property
    def pem(self) -> bytes:
        """The CA certificate, for clients to trust and for the case to keep."""
        return self._certificate.public_bytes(Encoding.PEM)

    def context_for(self, host: str) -> ssl.SSLContext:
        """A server context with a leaf for `host` (a name in ASCII, or an address); ValueError for any other text."""
        known = self._contexts.get(host)
        if known is not None:
            self._contexts.move_to_end(host)
            return known
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_alpn_protocols(["http/1.1"])
        key = self._leaf_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        with _readable(key + self._make_leaf(host).public_bytes(Encoding.PEM) + self.pem) as path:
            context.load_cert_chain(path)
        self._contexts[host] = context
        if len(self._contexts) > MAX_LEAVES:
            self._contexts.popitem(last=False)
        return context

    def _builder(self, subject: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        serial = int.from_bytes(b"\x01" + self._random(15), "big")    # positive, 20 octets at most (RFC 5280 4.1.2.2)
        return (x509.CertificateBuilder().subject_name(subject).issuer_name(self._name).public_key(key)
                .serial_number(serial).not_valid_before(self._not_before).not_valid_after(self._not_after)
                .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False))

    def _make_ca(self) -> x509.Certificate:
        builder = self._builder(self._name, self._key.public_key())
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        builder = builder.add_extension(_usage(signs_certificates=True), critical=True)
        return builder.sign(self._key, hashes.SHA256())

    def _make_leaf(self, host: str) -> x509.Certificate:
        subject = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Muniment recorder")])
        builder = self._builder(subject, self._leaf_key.public_key())
        extensions: tuple[tuple[x509.ExtensionType, bool], ...] = (
            (x509.BasicConstraints(ca=False, path_length=None), True),
            (x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), False),
            (x509.SubjectAlternativeName([_general_name(host)]), False),
            (_usage(signs_certificates=False), True),
            (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False),
        )
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical=critical)
        return builder.sign(self._key, hashes.SHA256())


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(digital_signature=not signs_certificates, key_cert_sign=signs_certificates,
                         crl_sign=signs_certificates, content_commitment=False, key_encipherment=False,
                         data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False)


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


@contextmanager
def _readable(secret: bytes) -> Iterator[str]:
    """A path under which `ssl` can read `secret` while the block runs."""
    if hasattr(os, "memfd_create"):     # Linux: never on any disk
        descriptor = os.memfd_create("leaf", os.MFD_CLOEXEC)
        try:
            os.write(descriptor, secret)
            yield f"/proc/self/fd/{descriptor}"
        finally:
            os.close(descriptor)
        return
    descriptor, name = tempfile.mkstemp()      # mode 0600
    try:
        os.write(descriptor, secret)
        os.close(descriptor)
        yield name
    finally:
        Path(name).unlink()
