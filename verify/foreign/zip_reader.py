"""Reading ZIP files so that no two readers can disagree about them: every way they could is a problem, by name.

1. The end record is the last thing in the file, the directory stands right before it, and every member's own header
   says what the directory says.
2. Members do not overlap, do not share a name (also not but for case or Unicode form), do not lead elsewhere, are no
   links.
3. A member is read as a stream: never more than it declares, its CRC and its size checked at its end.
Source: PKWARE APPNOTE 6.3.10, named by section.
"""

import bz2
import re
import stat
import struct
import unicodedata
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from evidence_store.errors import FormatError

MAX_MEMBERS = 1_000_000
MAX_DIRECTORY = 256 << 20      # bytes: some 250 a member
READ_SIZE = 1 << 16
FREE_SIZE = 64 << 20           # bytes before the ratio counts
MAX_RATIO = 200                # of what comes out to what is stored: text deflates to a tenth
STORED, DEFLATED, BZIP2 = 0, 8, 12
_END, _END64, _LOCATOR = struct.Struct("<4s4H2IH"), struct.Struct("<4sQ2H2I4Q"), struct.Struct("<4sIQI")
_CENTRAL, _LOCAL = struct.Struct("<4s6H3I5H2I"), struct.Struct("<4s5H3I2H")
_MASKED32, _MASKED16 = 0xFFFFFFFF, 0xFFFF
_ENCRYPTED, _DESCRIPTOR, _STRONG, _UTF8, _HIDDEN = 0x1, 0x8, 0x40, 0x800, 0x2000
_ZIP64, _UNICODE_PATH = 0x0001, 0x7075
_DRIVE = re.compile(r"[A-Za-z]:")


@dataclass(frozen=True, slots=True, kw_only=True)
class ZipProblem:
    """One thing about an archive, or a member, that is not as it must be."""

    rule: str                 # "name", "twin", "overlap", "header", "link", "bomb"
    subject: str              # name of the member
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ZipMember:
    """One member, as the directory lists it."""

    name: str
    raw_name: bytes
    method: int
    flags: int
    crc: int
    stored: int               # bytes in the file
    size: int                 # bytes that come out
    header: int               # where its own header stands
    mode: int                 # of a Unix file, 0 where not said

    @property
    def is_folder(self) -> bool:
        """It stands for a folder."""
        return self.name.endswith("/")

    @property
    def is_encrypted(self) -> bool:
        """Its content, or its name, needs a password."""
        return bool(self.flags & (_ENCRYPTED | _STRONG | _HIDDEN))

    @property
    def unreadable(self) -> str:
        """Why its content cannot be had here; "" when it can."""
        if self.is_encrypted:
            return "it is encrypted"
        known = self.method in (STORED, DEFLATED, BZIP2)
        return "" if known else f"its compression method {self.method} is not known here"


@dataclass(frozen=True, slots=True, kw_only=True)
class ZipArchive:
    """An archive whose directory could be read; what is wrong with it stands in `problems`."""

    file: BinaryIO
    members: tuple[ZipMember, ...]
    problems: tuple[ZipProblem, ...]

    def find(self, name: str) -> ZipMember | None:
        """The member of that name; the first, where there are several."""
        return next((member for member in self.members if member.name == name), None)

    def data_at(self, member: ZipMember) -> int:
        """Where a member's bytes begin; FormatError where its own header is none."""
        self.file.seek(member.header)
        local = self.file.read(_LOCAL.size)
        if len(local) < _LOCAL.size or local[:4] != b"PK\x03\x04":
            raise FormatError("there is no header of a member where the directory says")
        name, extra = _LOCAL.unpack(local)[9:]
        return member.header + _LOCAL.size + int(name) + int(extra)

    def pieces(self, member: ZipMember) -> Iterator[bytes]:
        """The content of a member. FormatError, at the latest at its end, where it is not what it should be."""
        if member.unreadable:
            raise FormatError(member.unreadable)
        crc, left = 0, member.size
        for data in _unpacked(self.file, self.data_at(member), member):
            left -= len(data)
            if left < 0:
                raise FormatError(f"more comes out of it than the {member.size} bytes it declares")
            crc = zlib.crc32(data, crc)
            yield data
        if left:
            raise FormatError(f"{left} of the {member.size} bytes it declares are missing")
        if crc != member.crc:
            raise FormatError("its content does not have its checksum (CRC-32)")

    def read(self, member: ZipMember, limit: int) -> bytes:
        """All of a member; FormatError where it has more than `limit` bytes."""
        if member.size > limit:
            raise FormatError(f"it has {member.size} bytes; {limit} are read")
        return b"".join(self.pieces(member))


def read_directory(file: BinaryIO) -> ZipArchive:
    """The archive in an open file; FormatError where it is none, or no reader could be sure of its directory."""
    length = file.seek(0, 2)
    count, size, start, end = _find_directory(file, length)
    file.seek(start)
    directory = file.read(size)
    members = tuple(_members(directory, count))
    archive = ZipArchive(file=file, members=members, problems=())
    problems = (*_of_names(members), *_of_headers(archive, start), *_of_sizes(members))
    if end != start + size:
        raise FormatError("the directory does not end where the end record begins")
    return ZipArchive(file=file, members=members, problems=problems)


def _find_directory(file: BinaryIO, length: int) -> tuple[int, int, int, int]:
    """Entries, size and place of the directory, and where what follows it begins (4.3.16, 4.3.14)."""
    file.seek(max(length - _END.size - _MASKED16, 0))
    tail = file.read()
    base = length - len(tail)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0:
        raise FormatError("it has no end record: it is no ZIP file, or was cut")
    while at >= 0 and not (len(tail) - at >= _END.size and at + _END.size + _END.unpack_from(tail, at)[7] == len(tail)):
        at = tail.rfind(b"PK\x05\x06", 0, at)
    if at < 0:
        raise FormatError("its end record is not the last thing in it: bytes were added or are missing")
    _, disk, first, here, count, size, start, _ = _END.unpack_from(tail, at)
    end = base + at
    if _MASKED16 in (disk, first, here, count) or _MASKED32 in (size, start):
        disk, first, here, count, size, start, end = _zip64(file, end)
    if disk or first or here != count:
        raise FormatError("it is one part of an archive of several")
    if count > MAX_MEMBERS or size > MAX_DIRECTORY or start + size > length:
        raise FormatError("its directory is larger than the file, or than is read")
    return count, size, start, end


def _zip64(file: BinaryIO, end: int) -> tuple[int, int, int, int, int, int, int]:
    file.seek(max(end - _LOCATOR.size, 0))
    locator = file.read(_LOCATOR.size)
    if len(locator) < _LOCATOR.size or locator[:4] != b"PK\x06\x07":
        raise FormatError("its end record points to a ZIP64 record that is not there")
    place = _LOCATOR.unpack(locator)[2]
    file.seek(min(place, end))
    record = file.read(_END64.size)
    if len(record) < _END64.size or record[:4] != b"PK\x06\x06":
        raise FormatError("there is no ZIP64 end record where its locator says")
    _, _, _, _, disk, first, here, count, size, start = _END64.unpack(record)
    return disk, first, here, count, size, start, place


def _members(directory: bytes, count: int) -> Iterator[ZipMember]:
    at = 0
    for number in range(count):
        if len(directory) - at < _CENTRAL.size or directory[at:at + 4] != b"PK\x01\x02":
            raise FormatError(f"entry {number + 1} of its directory is none")
        (_, _, _, flags, method, _, _, crc, stored, size, name_length, extra_length, comment_length, disk, _,
         attributes, header) = _CENTRAL.unpack_from(directory, at)
        at += _CENTRAL.size
        raw, extra = directory[at:at + name_length], directory[at + name_length:at + name_length + extra_length]
        at += name_length + extra_length + comment_length
        if at > len(directory):
            raise FormatError(f"entry {number + 1} of its directory goes beyond the directory")
        fields = dict(_extras(extra, number + 1))
        size, stored, header = _wide(fields.get(_ZIP64, b""), (size, stored, header), number + 1)
        if disk not in (0, _MASKED16):
            raise FormatError("it is one part of an archive of several")
        name = _name(raw, flags, fields.get(_UNICODE_PATH, b""))
        yield ZipMember(name=name, raw_name=raw, method=method, flags=flags, crc=crc, stored=stored, size=size,
                        header=header, mode=attributes >> 16)
    if at != len(directory):
        raise FormatError("its directory holds more than the entries it counts")


def _extras(extra: bytes, number: int) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(extra):
        tag, length = struct.unpack_from("<HH", extra, at)
        if at + 4 + length > len(extra):
            raise FormatError(f"an extra field of entry {number} is longer than its place")
        yield tag, extra[at + 4:at + 4 + length]
        at += 4 + length


def _wide(field: bytes, values: tuple[int, int, int], number: int) -> tuple[int, int, int]:
    """Sizes and place from the ZIP64 field, where they did not fit (4.5.3)."""
    found, at = list(values), 0
    for index, value in enumerate(values):
        if value == _MASKED32:
            if at + 8 > len(field):
                raise FormatError(f"entry {number} lacks the ZIP64 field that it points to")
            found[index] = struct.unpack_from("<Q", field, at)[0]
            at += 8
    return found[0], found[1], found[2]


def _name(raw: bytes, flags: int, unicode_path: bytes) -> str:
    """The name as modern readers take it (4.4.4 bit 11, 4.6.9)."""
    if len(unicode_path) > 5 and unicode_path[:5] == b"\x01" + struct.pack("<I", zlib.crc32(raw)):
        return unicode_path[5:].decode("utf-8", "surrogateescape")
    return raw.decode("utf-8", "surrogateescape") if flags & _UTF8 else raw.decode("cp437")


def name_problem(name: str) -> str:
    """Why the name of a member, or of a file in a bag, must not be used as a path; "" where it may."""
    if not name or "\0" in name or any(0xD800 <= ord(char) <= 0xDFFF for char in name):
        return "the name is empty, or no text"
    if "\\" in name:
        return "the name has a backslash: on Windows it leads elsewhere"
    if name.startswith("/") or _DRIVE.match(name):
        return "the name is absolute: it leads out of the archive"
    if ".." in name.split("/"):
        return "the name leads out of the archive"
    return ""


def folded(name: str) -> str:
    """What names are alike to a system that knows neither case nor Unicode forms apart."""
    return unicodedata.normalize("NFC", name).casefold()


def _of_names(members: tuple[ZipMember, ...]) -> Iterator[ZipProblem]:
    seen, names = dict[str, str](), set[str]()
    for member in members:
        problem = name_problem(member.name)
        if problem:
            yield ZipProblem(rule="name", subject=member.name, summary=problem)
        if stat.S_ISLNK(member.mode):
            yield ZipProblem(rule="link", subject=member.name, summary="it is a link: what it leads to is elsewhere")
        first = seen.setdefault(folded(member.name), member.name)
        if member.name in names:
            yield ZipProblem(rule="twin", subject=member.name, summary="two members have this name: readers disagree")
        elif first != member.name:
            yield ZipProblem(rule="twin", subject=member.name,
                             summary=f"only case or Unicode form tells it from {first!r}")
        names.add(member.name)


def _of_sizes(members: tuple[ZipMember, ...]) -> Iterator[ZipProblem]:
    for member in members:
        if member.method == STORED and member.stored != member.size and not member.is_encrypted:
            yield ZipProblem(rule="header", subject=member.name,
                             summary=f"it is stored as it is, but {member.stored} bytes are to give {member.size}")
        elif member.size > FREE_SIZE and member.size > member.stored * MAX_RATIO:
            yield ZipProblem(rule="bomb", subject=member.name,
                             summary=f"{member.size} bytes come out of {member.stored}: not unpacked, treat it as "
                                     "hostile")


def _of_headers(archive: ZipArchive, directory: int) -> Iterator[ZipProblem]:
    """Each member's own header, and that members stand apart (4.3.7)."""
    taken = 0
    for member in sorted(archive.members, key=lambda member: member.header):
        archive.file.seek(min(member.header, directory))
        local = archive.file.read(_LOCAL.size)
        if len(local) < _LOCAL.size or local[:4] != b"PK\x03\x04":
            yield ZipProblem(rule="header", subject=member.name, summary="no header stands where the directory says")
            continue
        _, _, flags, method, _, _, crc, stored, size, name_length, extra_length = _LOCAL.unpack(local)
        begin = member.header + _LOCAL.size + name_length + extra_length
        if archive.file.read(name_length) != member.raw_name:
            yield ZipProblem(rule="header", subject=member.name, summary="its own header gives it another name")
        elif method != member.method or (flags ^ member.flags) & (_ENCRYPTED | _STRONG) or (
                not flags & _DESCRIPTOR and _MASKED32 not in (stored, size)
                and (crc, stored, size) != (member.crc, member.stored, member.size)):
            yield ZipProblem(rule="header", subject=member.name, summary="its own header contradicts the directory")
        if member.header < taken:
            yield ZipProblem(rule="overlap", subject=member.name, summary="it overlaps with another member")
        if begin + member.stored > directory:
            yield ZipProblem(rule="overlap", subject=member.name, summary="its bytes go beyond the members")
        taken = max(taken, begin + member.stored)


def _unpacked(file: BinaryIO, at: int, member: ZipMember) -> Iterator[bytes]:
    left, inflate = member.stored, zlib.decompressobj(-zlib.MAX_WBITS)
    bunzip = bz2.BZ2Decompressor()
    while left:
        file.seek(at)
        data = file.read(min(left, READ_SIZE))
        if not data:
            raise FormatError("the file ends within it")
        at, left = at + len(data), left - len(data)
        if member.method == STORED:
            yield data
            continue
        try:
            yield from _inflated(inflate, data) if member.method == DEFLATED else _bunzipped(bunzip, data)
        except (zlib.error, OSError, EOFError, ValueError) as error:
            raise FormatError(f"its compressed bytes are damaged: {error}") from error
    if member.method == DEFLATED and member.stored and not inflate.eof:
        raise FormatError("its compressed bytes end early")


def _inflated(inflate: "zlib._Decompress", data: bytes) -> Iterator[bytes]:
    if inflate.eof:
        raise ValueError("bytes follow its end")
    while data:
        found = inflate.decompress(data, READ_SIZE)
        data = inflate.unconsumed_tail
        if found:
            yield found
        elif not data:
            return
        if inflate.unused_data:
            raise ValueError("bytes follow its end")


def _bunzipped(bunzip: bz2.BZ2Decompressor, data: bytes) -> Iterator[bytes]:
    found = bunzip.decompress(data, READ_SIZE)
    while found or not bunzip.needs_input:
        if found:
            yield found
        if bunzip.eof:
            return
        found = bunzip.decompress(b"", READ_SIZE)
