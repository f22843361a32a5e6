"""What stands within archives, office files, PDFs, mails: written out one behind the other, to be searched.

1. Bounded: depth, members, bytes that come out, bytes held in memory. What is beyond a bound is named, not passed over.
2. What cannot be opened - encrypted, damaged, of a form that nothing here reads - is named with its reason.
3. Nothing is written but the one file that is given; names of members are bytes to be searched, never paths.
"""

import bz2
import gzip
import html
import io
import json
import lzma
import re
import tarfile
import zipfile
import zlib
from email import message_from_bytes, policy
from email.errors import MessageError
from pathlib import Path
from typing import IO, Protocol

from verify.exposure.forms import Form, closed_as, form_of
from verify.exposure.pdf_texts import read_texts

MAX_DEPTH = 6                 # an archive within an archive, and so on
MAX_MEMBERS = 50_000          # of all levels
MAX_OUT = 4 << 30             # bytes written out of one file
MAX_HELD = 256 << 20          # bytes of a member that must be held whole to be opened
MAX_REASONS = 200             # named of one file
PIECE = 1 << 20
HEAD = 16 << 10               # bytes by which a form is told
ERRORS = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, tarfile.TarError, OSError, NotImplementedError, RuntimeError,
          EOFError, ValueError, OverflowError, MessageError, LookupError)
_TAGS = re.compile(rb"<[^>]{0,65536}>")
_ENDS = re.compile(rb"</(?:w:p|a:p|text:p|text:h|si|row|w:tr|p|c)>|<(?:w:br|w:tab|text:tab|text:line-break)\s*/>")
_PNG_TEXT = re.compile(rb"(?:zTXt|iTXt)")


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class _Full(Exception):
    """More comes out than is written."""


def unpack(path: Path, out: str) -> bytes:
    """Write what stands within the file at `path` into `out`; one line of JSON: [[member, why not searched], ...]."""
    with path.open("rb") as stream, Path(out).open("wb") as written:
        unpacking = _Unpacking(written)
        try:
            unpacking.open(stream, "", 0)
        except _Full:
            unpacking.miss("", f"more than {MAX_OUT >> 30} GiB or {MAX_MEMBERS} members come out of it")
    return json.dumps(unpacking.missed).encode("ascii") + b"\n"


class _Unpacking:
    """One file's."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self._left = MAX_OUT
        self._members = 0
        self.missed: list[tuple[str, str]] = []

    def miss(self, name: str, why: str) -> None:
        """Name what is not searched."""
        if len(self.missed) < MAX_REASONS:
            self.missed.append((name[-200:], why[:200]))

    def open(self, stream: IO[bytes], name: str, depth: int) -> None:
        """Write out what stands within; the bytes as they are are the caller's."""
        head = _filled(stream, HEAD)
        form = form_of(head, inside=depth > 0)
        if form is Form.PLAIN:
            return
        if form is Form.CLOSED:
            self.miss(name, closed_as(head))
        elif depth > MAX_DEPTH:
            self.miss(name, f"it stands more than {MAX_DEPTH} archives deep")
        else:
            try:
                self._open(form, head, stream, name, depth)
            except ERRORS as error:
                self.miss(name, f"it cannot be opened: {error}")

    def _open(self, form: Form, head: bytes, stream: IO[bytes], name: str, depth: int) -> None:
        if form in (Form.GZIP, Form.BZIP2, Form.XZ):
            with _inflating(form, _Joined(head, stream)) as inner:
                self._member(inner, name, depth + 1)
        elif form is Form.TAR:
            self._tar(_Joined(head, stream), name, depth)
        elif form is Form.ZIP and not depth:
            stream.seek(0)               # of any size: it is read where it stands
            self._zip(stream, name, depth)
        else:
            held = head + _filled(stream, MAX_HELD - len(head))
            if stream.read(1):
                self.miss(name, f"it is larger than {MAX_HELD >> 20} MiB")
                return
            self._held(form, held, name, depth)

    def _held(self, form: Form, held: bytes, name: str, depth: int) -> None:
        match form:
            case Form.ZIP:
                self._zip(io.BytesIO(held), name, depth)
            case Form.PDF:
                self._pdf(held, name, depth)
            case Form.XML:
                self._xml(held)
            case Form.MAIL:
                self._mail(held, name, depth)
            case Form.PNG:
                self._png(held, name)
            case Form.OLE:
                if "EncryptedPackage".encode("utf-16-le") in held:
                    self.miss(name, "it is encrypted")
            case _:
                self.miss(name, f"nothing here opens {form}")

    def _member(self, stream: _Readable, name: str, depth: int) -> None:
        """Write a member as it is, and what stands within it."""
        self._members += 1
        if self._members > MAX_MEMBERS:
            raise _Full
        head = _filled(stream, HEAD)
        form = form_of(head, inside=True)
        if form in (Form.GZIP, Form.BZIP2, Form.XZ, Form.TAR, Form.CLOSED):
            self.open(_Joined(head, stream), name, depth)     # read as it comes: no matter how large
            return
        held = bytearray(head)
        self._write(head)
        while piece := stream.read(PIECE):
            self._write(piece)
            if form is not Form.PLAIN and len(held) <= MAX_HELD:
                held += piece
        self._write(b"\n")
        if form is not Form.PLAIN:
            self.open(io.BytesIO(bytes(held)), name, depth)

    def _zip(self, stream: IO[bytes], name: str, depth: int) -> None:
        with zipfile.ZipFile(stream) as archive:
            self._write(archive.comment + b"\n")
            for info in archive.infolist():
                inner = f"{name}/{info.filename}".lstrip("/")
                self._write(info.filename.encode("utf-8", "replace") + b"\n" + info.comment + b"\n")
                if info.flag_bits & 1:
                    self.miss(inner, "it is encrypted")
                elif not info.is_dir():
                    try:
                        with archive.open(info) as member:
                            self._member(member, inner, depth + 1)
                    except ERRORS as error:
                        self.miss(inner, f"it cannot be opened: {error}")

    def _tar(self, stream: IO[bytes], name: str, depth: int) -> None:
        with tarfile.open(fileobj=stream, mode="r|") as archive:
            for info in archive:
                words = (info.name, info.linkname, info.uname, info.gname, *info.pax_headers.values())
                self._write("\n".join(words).encode("utf-8", "replace") + b"\n")
                member = archive.extractfile(info) if info.isreg() else None
                if member is not None:
                    self._member(member, f"{name}/{info.name}".lstrip("/"), depth + 1)

    def _pdf(self, held: bytes, name: str, depth: int) -> None:
        found = read_texts(held)
        for why in found.unread:
            self.miss(name, why)
        for text in found.texts:
            self._write(text + b"\n")
        for number, file in enumerate(found.files, start=1):
            self._member(io.BytesIO(file), f"{name}/stream {number}".lstrip("/"), depth + 1)

    def _xml(self, held: bytes) -> None:
        text = _TAGS.sub(b"", _ENDS.sub(b"\n", held)).decode("utf-8", "replace")
        self._write(html.unescape(text).encode("utf-8", "replace") + b"\n")

    def _mail(self, held: bytes, name: str, depth: int) -> None:
        message = message_from_bytes(held, policy=policy.default)
        for number, part in enumerate(message.walk(), start=1):
            self._write("\n".join(f"{key}: {value}" for key, value in part.items()).encode("utf-8", "replace") + b"\n")
            if part.is_multipart():
                continue
            body = part.get_payload(decode=True)
            if isinstance(body, bytes):
                self._member(io.BytesIO(body), f"{name}/part {number}".lstrip("/"), depth + 1)
                charset = part.get_content_charset("utf-8")
                if charset not in ("utf-8", "us-ascii"):
                    self._write(body.decode(charset, "replace").encode("utf-8", "replace") + b"\n")

    def _png(self, held: bytes, name: str) -> None:
        """PNG (third edition) 11.3.3: compressed textual data."""
        for match in _PNG_TEXT.finditer(held):
            length = int.from_bytes(held[match.start() - 4:match.start()], "big")
            chunk = held[match.end():match.end() + length]
            keyword, _, rest = chunk.partition(b"\0")
            if match[0] == b"iTXt":
                if rest[:1] != b"\1":
                    continue             # it stands plain
                rest = rest[2:].split(b"\0", 2)[-1]
            else:
                rest = rest[1:]
            try:
                text = zlib.decompressobj().decompress(rest, MAX_HELD)
            except zlib.error as error:
                self.miss(name, f"its text {keyword[:79].decode('latin-1')} cannot be opened: {error}")
                continue
            self._write(keyword + b"\n" + text + b"\n" + text.decode("latin-1").encode() + b"\n")

    def _write(self, data: bytes) -> None:
        self._left -= len(data)
        if self._left < 0:
            raise _Full
        self._out.write(data)


def _inflating(form: Form, stream: IO[bytes]) -> gzip.GzipFile | bz2.BZ2File | lzma.LZMAFile:
    if form is Form.GZIP:
        return gzip.GzipFile(fileobj=stream)
    return bz2.BZ2File(stream) if form is Form.BZIP2 else lzma.LZMAFile(stream)


def _filled(stream: _Readable, size: int) -> bytes:
    """`size` bytes, whatever a stream gives at once; less at its end."""
    found = bytearray()
    while len(found) < size and (more := stream.read(min(size - len(found), PIECE))):
        found += more
    return bytes(found)


class _Joined(io.BufferedReader):
    """A stream whose first bytes were read already."""

    def __init__(self, head: bytes, rest: _Readable) -> None:
        super().__init__(_Pieces(head, rest), PIECE)


class _Pieces(io.RawIOBase):
    def __init__(self, head: bytes, rest: _Readable) -> None:
        self._head, self._rest = head, rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview") -> int:     # type: ignore[override]
        piece = self._head[:len(buffer)] or self._rest.read(len(buffer))
        self._head = self._head[len(buffer):]
        buffer[:len(piece)] = piece
        return len(piece)
