"""What stands within archives, office files, PDFs and mails is searched; what cannot be opened is named."""

import base64
import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib

import pytest

from verify.exposure import unpack
from verify.exposure.model import ExposureKind, Place, Secret
from verify.exposure.pdf_texts import read_texts
from verify.exposure.search import search

NAME = "Layla Haddad"
SECRET = Secret(kind=ExposureKind.OWN, value=NAME, bounded=False)
PAGE = f"<p>by {NAME}</p>".encode() * 40


def zipped(name: str = "inner.txt", data: bytes = PAGE) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def tarred(data: bytes = PAGE, mode: str = "w") -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=mode) as archive:
        info = tarfile.TarInfo("photos/inner")
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    return packed.getvalue()


def stream(body: bytes, head: bytes = b"") -> bytes:
    return b"7 0 obj\n<<" + head + b"/Length %d>>\nstream\n" % len(body) + body + b"\nendstream\nendobj\n"


def pdf(*parts: bytes) -> bytes:
    return b"%PDF-1.7\n" + b"".join(parts) + b"trailer\n<</Root 1 0 R>>\n%%EOF\n"


def flate(body: bytes, head: bytes = b"") -> bytes:
    return stream(zlib.compress(body), b"/Filter /FlateDecode" + head)


def lzw(body: bytes) -> bytes:
    """In codes of nine bits, each for one byte: enough for a short text."""
    codes = [256, *body, 257]
    bits = "".join(f"{code:09b}" for code in codes)
    return int(bits.ljust(-(-len(bits) // 8) * 8, "0"), 2).to_bytes(-(-len(bits) // 8), "big")


MAP = (b"/CIDInit /ProcSet findresource begin\n1 beginbfrange\n<0001> <001A> <0041>\nendbfrange\n"
       b"2 beginbfchar\n<0030> <0020>\n<0031> <0061>\nendbfchar\n"
       b"1 beginbfrange\n<0061> <007A> <0061>\nendbfrange")
CODES = "".join(f"{code:04X}" for code in [12, 0x61, ord("y"), ord("l"), 0x31, 0x30, 8, *map(ord, "addad")]).encode()
RUNS = "".join(f"<w:r><w:t>{part}</w:t></w:r>" for part in ("Lay", "la Had", "dad"))
DOCX = f'<?xml version="1.0"?><w:document xmlns:w="x"><w:p>{RUNS}</w:p><w:p/></w:document>'.encode()
MAIL = (b"From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
        b"Content-Transfer-Encoding: quoted-printable\r\n\r\nit was Layla=\r\n Haddad\r\n")
ATTACHED = (b"MIME-Version: 1.0\r\nContent-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            + base64.encodebytes(zipped()))

HIDDEN = {
    "zip in zip": zipped("a.zip", zipped()),
    "zip in zip in tar.gz": tarred(zipped("a.zip", zipped()), "w:gz"),
    "tar in zip": zipped("a.tar", tarred()),
    "tar.xz": tarred(mode="w:xz"),
    "gzip": gzip.compress(PAGE, mtime=0),
    "two gzip members": gzip.compress(b"nothing", mtime=0) + gzip.compress(PAGE, mtime=0),
    "bzip2": bz2.compress(PAGE),
    "xz": lzma.compress(PAGE),
    "gzip in gzip": gzip.compress(gzip.compress(PAGE, mtime=0), mtime=0),
    "name of a member": zipped(f"{NAME}.txt", b"nothing"),
    "name of a member of an inner archive": zipped("a.zip", zipped(f"{NAME}.txt", b"nothing")),
    "runs of a word processor": zipped("word/document.xml", DOCX),
    "office file in an archive": zipped("a.docx", zipped("word/document.xml", DOCX)),
    "PDF in an archive": zipped("a.pdf", pdf(flate(b"BT (Layla Haddad) Tj ET"))),
    "PDF: stream": pdf(flate(b"BT /F1 12 Tf (by Layla Haddad) Tj ET")),
    "PDF: kerned": pdf(flate(b"BT [(La) 20 (yla) -250 (Had) 12.5 (dad)] TJ ET")),
    "PDF: letter by letter": pdf(flate(b"BT " + b"".join(b"1 0 0 1 9 9 Tm (%c) Tj " % char for char in NAME.encode())
                                       + b"ET")),
    "PDF: escapes": pdf(flate(rb"BT (Layl\141\040Had\dad) Tj ET")),
    "PDF: hexadecimal": pdf(flate(b"BT <" + NAME.encode().hex().encode() + b"> Tj ET")),
    "PDF: codes of a font": pdf(flate(b"BT <" + CODES + b"> Tj ET"), flate(MAP)),
    "PDF: metadata in UTF-16": pdf(b"5 0 obj\n<</Author <FEFF" + NAME.encode("utf-16-be").hex().encode()
                                   + b">>>\nendobj\n"),
    "PDF: metadata in an object stream": pdf(flate(b"5 0 <</Author (Layla Haddad)>>", b"/Type /ObjStm")),
    "PDF: XMP": pdf(flate(b"<x:xmpmeta><dc:creator>Layla Haddad</dc:creator></x:xmpmeta>", b"/Type /Metadata")),
    "PDF: ASCII85 over Flate": pdf(stream(base64.a85encode(zlib.compress(b"BT (Layla Haddad) Tj ET")) + b"~>",
                                          b"/Filter [/ASCII85Decode /FlateDecode]")),
    "PDF: LZW": pdf(stream(lzw(b"BT (Layla Haddad) Tj ET"), b"/Filter /LZWDecode")),
    "PDF: run lengths": pdf(stream(bytes([11]) + NAME.encode() + b"\x80", b"/Filter /RunLengthDecode")),
    "PDF: replaced by a later save": pdf(flate(b"BT (Layla Haddad) Tj ET")) + pdf(flate(b"BT (N. N.) Tj ET")),
    "PDF: archive attached": pdf(flate(zipped(), b"/Type /EmbeddedFile")),
    "mail, quoted-printable": MAIL,
    "mail, attached archive": ATTACHED,
    "PNG, compressed text": b"\x89PNG\r\n\x1a\n" + len(zlib.compress(PAGE) + b"by\0\0").to_bytes(4, "big")
                            + b"zTXtby\0\0" + zlib.compress(PAGE) + b"\0\0\0\0",
}


def looked(data: bytes):
    return search([Place(name="ITEM-0001", open=lambda: io.BytesIO(data))], [SECRET])


def test_a_name_is_found_wherever_it_stands(monkeypatch):
    monkeypatch.setattr("verify.exposure.search.MAX_LISTED", len(HIDDEN))
    places = [Place(name=form, open=lambda data=data: io.BytesIO(data)) for form, data in HIDDEN.items()]
    found = search(places, [SECRET])
    seen = set(found.exposures[0].places) if found.exposures else set()
    assert found.exposures[0].count == len(HIDDEN), [form for form in HIDDEN if form not in seen]
    assert found.unread == ()



UNSEARCHED = {
    "encrypted PDF": (pdf(b"5 0 obj\n<</Filter /Standard>>\nendobj\n<</Encrypt 5 0 R>>\n"), "encrypted"),
    "unknown filter": (pdf(stream(b"x" * 9, b"/Filter /Crypt")), "filter Crypt"),
    "damaged stream": (pdf(stream(b"x" * 9, b"/Filter /FlateDecode")), "damaged"),
    "font without a map": (pdf(b"5 0 obj\n<</Subtype /Type0 /Encoding /Identity-H>>\nendobj\n"), "glyphs"),
    "cut archive": (zipped()[:-30], "cannot be opened"),
    "cut gzip": (gzip.compress(PAGE, mtime=0)[:-12], "cannot be opened"),
    "RAR in zip": (zipped("a.rar", b"Rar!\x1a\x07\x01\x00" + bytes(50)), "RAR"),
    "7-Zip": (b"7z\xbc\xaf\x27\x1c" + bytes(50), "7-Zip"),
    "age": (b"age-encryption.org/v1\n-> X25519 a\n", "encrypted with age"),
    "encrypted office file": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le"),
                              "encrypted"),
}


def test_what_cannot_be_searched_is_named_with_its_reason():
    places = [Place(name=form, open=lambda data=data: io.BytesIO(data)) for form, (data, _) in UNSEARCHED.items()]
    reasons = {name.partition(":")[0]: why for name, why in search(places, [SECRET]).unread}
    silent = [form for form, (_, why) in UNSEARCHED.items() if why not in reasons.get(form, "")]
    assert silent == []


def test_an_encrypted_member_is_named_and_the_others_are_searched():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"secret")
        archive.writestr("b.txt", PAGE)
    data = bytearray(packed.getvalue())
    data[data.index(b"PK\x01\x02") + 8] |= 1              # APPNOTE 4.4.4, bit 0, in the directory
    found = looked(bytes(data))
    assert found.unread == (("ITEM-0001: a.txt", "it is encrypted"),)
    assert [one.value for one in found.exposures] == [NAME]


def test_bombs_stop_at_the_bounds_and_that_is_said(monkeypatch, tmp_path):
    monkeypatch.setattr(unpack, "MAX_OUT", 1 << 20)
    bomb = tmp_path / "bomb.zip"
    bomb.write_bytes(zipped(data=bytes(64 << 20)))
    assert "come out of it" in unpack.unpack(bomb, str(tmp_path / "out")).decode()
    assert (tmp_path / "out").stat().st_size <= 1 << 20
    deep = PAGE
    for _ in range(unpack.MAX_DEPTH + 2):
        deep = zipped("a.zip", deep)
    bomb.write_bytes(deep)
    assert "archives deep" in unpack.unpack(bomb, str(tmp_path / "out")).decode()


@pytest.mark.parametrize("cut", range(0, 400, 37))
def test_a_damaged_pdf_raises_nothing(cut):
    whole = pdf(flate(b"BT [(Lay) 20 (la)] TJ ET"), flate(MAP), b"5 0 obj\n<</Author (a\\")
    read_texts(whole[:cut] + whole[cut + 3:])
    read_texts(whole[:cut] + b"((((<<[[" * 500 + whole[cut:])


def test_copies_are_gone_after_the_search(monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert looked(zipped()).exposures
    assert list(tmp_path.iterdir()) == []
