"""The tag files of a foreign bag: declaration, manifests, fetch.txt, bag-info.txt (RFC 8493 and the drafts before it).

1. Lines are read as the declared version allows, never more leniently than that without saying so.
2. A path is what stands in the line; whether it may be followed is asked of `zip_reader.name_problem` and more.
"""

import codecs
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from evidence_store.errors import FormatError

MAX_TAG_FILE = 256 << 20      # bytes of a manifest: a million long lines
MAX_LINES = 1_000_000
ALGORITHMS = frozenset(hashlib.algorithms_guaranteed) - {"shake_128", "shake_256"}
WEAK = frozenset({"md5", "sha1"})      # somebody who wants to can make two files with one hash
ENCODINGS = frozenset({"utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "iso8859-1",
                       "ascii", "cp1252", "iso8859-15"})

_DECLARATION = re.compile(r"BagIt-Version: (\d+)\.(\d+)(?:\r\n|\r|\n)Tag-File-Character-Encoding: (\S+)(?:\r\n|\r|\n)?")
_LENIENT = re.compile(r"BagIt-Version[ \t]*:[ \t]*(\d+)\.(\d+)[ \t]*[\r\n]+Tag-File-Character-Encoding[ \t]*:[ "
                      r"\t]*(\S+)\s*")
_LINE = re.compile(r"([0-9A-Fa-f]+)[ \t]+(\*?)(.+)", re.DOTALL)
_FETCH = re.compile(r"(\S+)[ \t]+(\S+)[ \t]+(.+)", re.DOTALL)
_ENCODED = re.compile(r"%0[AaDd]|%25")
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """What bagit.txt says."""

    version: tuple[int, int]
    encoding: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestLine:
    """One file as a manifest lists it."""

    number: int
    path: str                 # without `./`
    digest: str               # lower-case hex
    starred: bool             # `*` before the path, as md5sum writes it
    dotted: bool              # `./` before the path


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchLine:
    """One file that is to be fetched from elsewhere."""

    url: str
    path: str


def parse_declaration(data: bytes) -> Declaration:
    """bagit.txt; FormatError where it is not as its version wants it."""
    if data.startswith(codecs.BOM_UTF8):
        raise FormatError("it begins with a byte order mark")
    text = data.decode("utf-8", "replace")
    match = _DECLARATION.fullmatch(text)
    if match is None:
        raise FormatError("it is not the two lines that declare a bag")
    encoding = _encoding(match[3])
    return Declaration(version=(int(match[1]), int(match[2])), encoding=encoding)


def guess_declaration(data: bytes) -> Declaration:
    """The best reading of a declaration that is not as it should be, so that the rest can be checked."""
    match = _LENIENT.match(data.removeprefix(codecs.BOM_UTF8).decode("utf-8", "replace"))
    try:
        return Declaration(version=(int(match[1]), int(match[2])), encoding=_encoding(match[3])) if match else _DEFAULT
    except FormatError:
        return _DEFAULT


def parse_manifest(data: bytes, encoding: str, algorithm: str) -> Iterator[ManifestLine]:
    """The lines of a manifest; FormatError at one that is none."""
    size = hashlib.new(algorithm, usedforsecurity=False).digest_size * 2
    for number, line in _lines(data, encoding):
        match = _LINE.fullmatch(line)
        if match is None or len(match[1]) != size:
            raise FormatError(f"line {number} is not a hash of {size} digits, blanks and a path")
        path = match[3]
        while path.startswith("./"):
            path = path[2:]
        yield ManifestLine(number=number, path=path, digest=match[1].lower(), starred=bool(match[2]),
                           dotted=match[3].startswith("./"))


def parse_fetch(data: bytes, encoding: str) -> Iterator[FetchLine]:
    """The lines of fetch.txt; FormatError at one that is none."""
    for number, line in _lines(data, encoding):
        match = _FETCH.fullmatch(line)
        if match is None:
            raise FormatError(f"line {number} is not an address, a length and a path")
        yield FetchLine(url=match[1], path=match[3].removeprefix("./"))


def parse_info(data: bytes, encoding: str) -> dict[str, list[str]]:
    """The fields of bag-info.txt by label in lower case; folded lines are joined."""
    fields: dict[str, list[str]] = {}
    last = ""
    for _, line in _lines(data, encoding):
        if line[0] in " \t" and last:
            fields[last][-1] += f" {line.strip()}"
            continue
        label, colon, value = line.partition(":")
        if colon:
            last = label.strip().lower()
            fields.setdefault(last, []).append(value.strip())
    return fields


def decoded(path: str) -> str:
    """A path with the escapes that RFC 8493 (2.1.3) has: CR, LF and the percent sign."""
    return _ENCODED.sub(lambda found: chr(int(found[0][1:], 16)), path)


_DEFAULT = Declaration(version=(1, 0), encoding="utf-8")


def _encoding(name: str) -> str:
    try:
        found = codecs.lookup(name).name
    except LookupError:
        found = ""
    if found not in ENCODINGS:
        raise FormatError(f"it declares the character encoding {name[:40]!r}, which is not known here")
    return found


def _lines(data: bytes, encoding: str) -> Iterator[tuple[int, str]]:
    try:
        text = data.decode(encoding).removeprefix("\ufeff")
    except UnicodeError as error:
        raise FormatError(f"it is not text in the declared encoding, {encoding}") from error
    for number, line in enumerate(_LINE_END.split(text), start=1):
        if number > MAX_LINES:
            raise FormatError(f"it has more than {MAX_LINES} lines")
        if line.strip():
            yield number, line
