"""What is kept of a timestamp authority while it can still be had: its certificates and its revocation lists.

Years later the authority may be gone. With its chain and the list of that day somebody can still see that its
certificate stood when it stamped. Neither makes it believed: roots come from whoever verifies.

1. Files are `custody/tsa/<authority>/<16 HEX of SHA-256>.pem` (the certificates of a token, as they came) and
   `<yyyymmdd>-<16 HEX>.crl` (a list as it was served that day); none is overwritten.
2. A list is kept as it came, once it is a list; who signed it is for those who verify.
"""

import base64
import re
import textwrap
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from evidence_store.atomic import write_once
from evidence_store.custody.folder import CustodyFolder
from evidence_store.custody.tokens import Token
from evidence_store.errors import FormatError

MAX_LISTS = 4                 # of one token; a chain of three certificates names two
PEM_WIDTH = 64

_KEPT = re.compile(r"[0-9a-f]{16}\.pem|\d{8}-[0-9a-f]{16}\.crl")
_AUTHORITY = re.compile(r"[A-Za-z0-9_-]{1,40}")


def keep_chain(folder: CustodyFolder, authority: str, token: Token) -> Path | None:
    """Keep the certificates that came with a token; None where there were none."""
    if not token.certificates:
        return None
    pem = "".join(_pem(certificate) for certificate in token.certificates).encode("ascii")
    return _keep(folder.authority(authority) / f"{_digest(pem)}.pem", pem)


def keep_revocations(folder: CustodyFolder, authority: str, data: bytes, moment: datetime) -> Path:
    """Keep a revocation list (DER or PEM) as it was served; FormatError where it is none."""
    from cryptography.x509 import load_der_x509_crl, load_pem_x509_crl

    try:
        (load_pem_x509_crl if data.startswith(b"-----BEGIN") else load_der_x509_crl)(data)
    except ValueError as error:
        raise FormatError("what the authority served is no revocation list") from error
    return _keep(folder.authority(authority) / f"{moment:%Y%m%d}-{_digest(data)}.crl", data)


def has_revocations(folder: CustodyFolder, authority: str, moment: datetime) -> bool:
    """Whether a list of that day is kept already."""
    return any(folder.authority(authority).glob(f"{moment:%Y%m%d}-*.crl"))


def revocation_urls(token: Token) -> tuple[str, ...]:
    """Where a token's certificates say their revocation lists are (RFC 5280 4.2.1.13); http and https only."""
    return tuple(dict.fromkeys(url for certificate in token.certificates for url in _points(certificate)))[:MAX_LISTS]


def kept_files(folder: CustodyFolder) -> Iterator[tuple[str, Path]]:
    """Everything kept, by path within `custody/`, sorted."""
    root = folder.authorities
    for authority in sorted(root.iterdir()) if root.is_dir() else ():
        if authority.is_dir() and _AUTHORITY.fullmatch(authority.name):
            for path in sorted(authority.iterdir()):
                if _KEPT.fullmatch(path.name):
                    yield f"{root.name}/{authority.name}/{path.name}", path


def _points(certificate: bytes) -> Iterator[str]:
    from cryptography.x509 import (
        CRLDistributionPoints,
        ExtensionNotFound,
        UniformResourceIdentifier,
        load_der_x509_certificate,
    )

    try:
        points = load_der_x509_certificate(certificate).extensions.get_extension_for_class(CRLDistributionPoints).value
    except (ValueError, ExtensionNotFound):
        return                # it says none, or nothing that anybody can read
    for point in points:
        for name in point.full_name or ():
            if isinstance(name, UniformResourceIdentifier) and name.value.startswith(("http://", "https://")):
                yield name.value


def _keep(path: Path, data: bytes) -> Path:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_once(path, data)
    return path


def _pem(certificate: bytes) -> str:
    lines = textwrap.wrap(base64.b64encode(certificate).decode("ascii"), PEM_WIDTH)
    return "\n".join(["-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----", ""])


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()[:16]
