"""Anonymous signatures of a WACZ (wacz-auth 0.1): a key that nobody vouches for says that the list is as it was.

1. Signed is the text of the hash of datapackage.json, by ECDSA over P-384 with SHA-256, the signature as r and s side
   by side, as browsers write it. `created` is that of the package: other validators want them equal.
2. The archive is written anew with another datapackage-digest.json; every other entry is copied byte for byte.
3. The key is made for one archive and forgotten: what it proves is that whoever shows its public key made it.
Source: specs.webrecorder.net/wacz-auth/0.1.0.
"""

import base64
import hashlib
import json
import zipfile
from pathlib import Path

from evidence_store.errors import FormatError
from evidence_store.records import Tool
from evidence_store.warc.model import COPY_SIZE

PACKAGE, DIGEST = "datapackage.json", "datapackage-digest.json"
HALF = 48                     # bytes of r and of s on P-384
MAX_PACKAGE = 64 << 20        # bytes; the list of a large archive has some thousand lines


def sign_wacz(source: Path, destination: Path, *, software: Tool) -> str:
    """Write a signed copy of a WACZ to `destination`, which must not exist; the public key, base64 of its SPKI.

    FormatError where `source` is no WACZ of stored entries.
    """
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    key = ec.generate_private_key(ec.SECP384R1())
    public = base64.b64encode(key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()
    with zipfile.ZipFile(source) as archive:
        listed = _package(archive)
        digest = f"sha256:{hashlib.sha256(listed).hexdigest()}"
        r, s = decode_dss_signature(key.sign(digest.encode("ascii"), ec.ECDSA(hashes.SHA256())))
        signature = base64.b64encode(r.to_bytes(HALF, "big") + s.to_bytes(HALF, "big")).decode("ascii")
        signed = {"hash": digest, "signature": signature, "publicKey": public,
                  "created": _created(listed), "software": f"{software.name}/{software.version}"}
        document = {"path": PACKAGE, "hash": digest, "signedData": signed}
        with zipfile.ZipFile(destination, "x", allowZip64=True) as copy:
            for info in archive.infolist():
                if info.filename != DIGEST:
                    _copy(archive, info, copy)
            copy.writestr(archive.getinfo(DIGEST), json.dumps(document, indent=2).encode("ascii") + b"\n")
    return public


def _package(archive: zipfile.ZipFile) -> bytes:
    names = archive.namelist()
    if PACKAGE not in names or DIGEST not in names or archive.getinfo(PACKAGE).file_size > MAX_PACKAGE:
        raise FormatError(f"{archive.filename} is no WACZ with a list of its files",
                          hint="make one with `muniment bundle`")
    return archive.read(PACKAGE)


def _created(package: bytes) -> str:
    try:
        document = json.loads(package)
    except (ValueError, RecursionError) as error:
        raise FormatError("the list of files of the WACZ is not JSON") from error
    return str(document.get("created", "")) if isinstance(document, dict) else ""


def _copy(archive: zipfile.ZipFile, info: zipfile.ZipInfo, copy: zipfile.ZipFile) -> None:
    with archive.open(info) as source, copy.open(info, "w") as target:
        while data := source.read(COPY_SIZE):
            target.write(data)
