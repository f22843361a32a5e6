"""A PDF's information dictionary (ISO 32000-1, 14.3.3), read without building the document.

1. Objects are found by scanning, not by the cross-reference table, so a damaged file still answers.
2. Where the file was saved more than once (incremental updates), the last information dictionary counts, and the number
   of `%%EOF` marks is told.
3. An encrypted file gives the names, not the values.
"""

import re
import zlib
from collections.abc import Iterator
from pathlib import Path

from evidence_store.records import Tool
from verify.sandbox import normal
from verify.sandbox.answers import Field, Reading

MAX_FILE = 128 << 20        # bytes read
MAX_INFLATED = 32 << 20     # bytes of object streams, together
MAX_STREAMS = 2000
VERSION = "1"
_KEYS = ("Title", "Author", "Subject", "Keywords", "Creator", "Producer", "CreationDate", "ModDate")
_INFO = re.compile(rb"/Info\s+(\d{1,10})\s+(\d{1,5})\s+R")
_OBJECT_STREAM = re.compile(rb"/Type\s*/ObjStm[^>]{0,300}>>\s*stream\r?\n", re.DOTALL)
_DATE = re.compile(r"D:(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(Z|[+-]\d\d'?\d\d)?'?")    # 7.9.4
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


class NoPdf(ValueError):
    """The file does not begin as a PDF does."""


def read_pdf(path: Path) -> Reading:
    """The information dictionary. Raises NoPdf."""
    with path.open("rb") as stream:
        content = stream.read(MAX_FILE)
    if b"%PDF-" not in content[:1024]:
        raise NoPdf("no %PDF- at the head")
    texts = {"version": content[content.index(b"%PDF-") + 5:][:3].decode("ascii", "replace"),
             "saves": str(content.count(b"%%EOF"))}
    if b"/Encrypt" in content:
        texts["encrypted"] = "yes"
    else:
        texts |= dict(_entries(_information(content)))
    created, modified = _time(texts.get("CreationDate", "")), _time(texts.get("ModDate", ""))
    return normal.reading(Tool(name="Muniment PDF", version=VERSION), texts, {
        Field.AUTHOR: texts.get("Author", ""), Field.DESCRIPTION: texts.get("Title", "") or texts.get("Subject", ""),
        Field.SOFTWARE: texts.get("Producer", "") or texts.get("Creator", ""), Field.CREATED: created,
        Field.MODIFIED: modified})


def _information(content: bytes) -> bytes:
    named = _INFO.findall(content)
    if not named:                        # the trailer may be a compressed stream: look for what only this one has
        return _packed(content)
    number, generation = named[-1]
    found = list(re.finditer(rb"(?<!\d)" + number + rb"\s+" + generation + rb"\s+obj(.{0,65536}?)endobj", content,
                             re.DOTALL))
    if found:
        return found[-1][1]
    return _packed(content)


def _packed(content: bytes) -> bytes:
    return next((piece for piece in _inflated(content) if b"/CreationDate" in piece or b"/Producer" in piece), b"")


def _inflated(content: bytes) -> Iterator[bytes]:
    left = MAX_INFLATED
    for count, match in enumerate(_OBJECT_STREAM.finditer(content)):
        if count >= MAX_STREAMS or left <= 0:
            return
        try:
            piece = zlib.decompressobj().decompress(content[match.end():], left)
        except zlib.error:
            continue
        left -= len(piece)
        yield piece


def _entries(body: bytes) -> Iterator[tuple[str, str]]:
    for key in _KEYS:
        match = re.search(rb"/" + key.encode() + rb"\s*([(<])", body)
        if match:
            raw = _literal(body, match.end()) if match[1] == b"(" else _hex(body[match.end():])
            yield key, _text(raw)


def _literal(body: bytes, at: int) -> bytes:
    """A literal string from after its opening parenthesis (7.3.4.2)."""
    out, depth = bytearray(), 1
    while at < len(body):
        char = body[at:at + 1]
        at += 1
        if char == b"\\":
            octal = re.match(rb"[0-7]{1,3}", body[at:at + 3])
            if octal:
                out.append(int(octal[0], 8) & 0xFF)
                at += len(octal[0])
            else:
                out += _ESCAPES.get(body[at:at + 1], body[at:at + 1].strip(b"\r\n"))
                at += 1
            continue
        depth += (char == b"(") - (char == b")")
        if not depth:
            break
        out += char
    return bytes(out)


def _hex(body: bytes) -> bytes:
    digits = re.sub(rb"[^0-9A-Fa-f]", b"", body[:max(body.find(b">"), 0)])
    return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))


def _text(raw: bytes) -> str:
    if raw.startswith(b"\xfe\xff"):
        return raw[2:].decode("utf-16-be", "replace")
    if raw.startswith(b"\xef\xbb\xbf"):
        return raw[3:].decode("utf-8", "replace")
    return raw.decode("latin-1", "replace")


def _time(stated: str) -> str:
    match = _DATE.fullmatch(stated.strip())
    if match is None:
        return ""
    year, month, day, hour, minute, second, zone = match.groups()
    zone = "" if not zone else "Z" if zone == "Z" else f"{zone[:3]}:{zone[-2:]}"
    return f"{year}-{month or '01'}-{day or '01'}T{hour or '00'}:{minute or '00'}:{second or '00'}{zone}"
