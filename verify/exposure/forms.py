"""In what form bytes stand, by how they begin: whether a search of them as they are sees what they say. Pure."""

import re
from enum import StrEnum

MIN_HEAD = 1024               # bytes from which a form is told
_MAIL = re.compile(rb"(?im)^(?:mime-version|content-transfer-encoding|received|return-path):[ \t]")
_TEXT_HEAD = re.compile(rb"[\t\n\r\x20-\x7e\x80-\xff]*\Z")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# What is compressed or encrypted in a form that nothing here opens.
_CLOSED = {b"Rar!\x1a\x07": "a RAR archive", b"7z\xbc\xaf\x27\x1c": "a 7-Zip archive",
           b"\x28\xb5\x2f\xfd": "compressed with zstd", b"\x04\x22\x4d\x18": "compressed with lz4",
           b"MSCF": "a cabinet archive", b"LZIP": "compressed with lzip", b"\x1f\x9d": "compressed with compress",
           b"age-encryption.org/v1": "encrypted with age", b"-----BEGIN AGE ENCRYPTED": "encrypted with age",
           b"-----BEGIN PGP MESSAGE": "encrypted with OpenPGP", b"Salted__": "encrypted with openssl"}


class Form(StrEnum):
    """What must be opened before it is searched, and what need not be."""

    PLAIN = "plain"
    ZIP = "zip"
    GZIP = "gzip"
    BZIP2 = "bzip2"
    XZ = "xz"
    TAR = "tar"
    PDF = "pdf"
    XML = "xml"                  # words may be spread over tags, as word processors write them
    MAIL = "mail"                # MIME: base64 and quoted-printable break words over lines
    PNG = "png"                  # with compressed text
    OLE = "ole"                  # older office files: their text stands plain, unless encrypted
    CLOSED = "closed"


def form_of(head: bytes, *, inside: bool = False) -> Form:
    """The form of what begins so; `inside`: of an archive, where every XML file is an office file's part."""
    for form, starts in ((Form.ZIP, (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08PK")), (Form.GZIP, (b"\x1f\x8b",)),
                         (Form.BZIP2, (b"BZh",)), (Form.XZ, (b"\xfd7zXZ\0",)), (Form.OLE, (_OLE,)),
                         (Form.CLOSED, tuple(_CLOSED))):
        if head.startswith(starts):
            return form
    if head[257:262] == b"ustar":        # POSIX.1-1988 ustar, and GNU tar
        return Form.TAR
    if b"%PDF-" in head[:MIN_HEAD]:      # ISO 32000-1, annex H.3.4.1
        return Form.PDF
    return _form_of_text(head, inside=inside)


def _form_of_text(head: bytes, *, inside: bool) -> Form:
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return Form.PNG if b"zTXt" in head or b"iTXt" in head else Form.PLAIN
    start = head[:MIN_HEAD]
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<?xml") and (inside or b"office" in start):
        return Form.XML
    if _TEXT_HEAD.match(start) and _MAIL.search(head[:16 << 10].partition(b"\n\n")[0].partition(b"\r\n\r\n")[0]):
        return Form.MAIL
    return Form.PLAIN


def closed_as(head: bytes) -> str:
    """What a CLOSED form is, in words."""
    return next((words for start, words in _CLOSED.items() if head.startswith(start)), "a closed form")
