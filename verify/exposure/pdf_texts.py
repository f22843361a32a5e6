"""The texts of a PDF (ISO 32000-1), to be searched for names: streams inflated, strings decoded, fonts' maps applied.

1. Every stream and string of the file is read, also of earlier saves and of objects that no page shows: what was
   painted over, or replaced, is still handed over.
2. Which font a string is shown in is not asked: it is read through each font's map to Unicode. A reading that makes no
   sense costs a line; one that is missing would hide a name.
3. What is not read - encrypted, an unknown filter, a font without a map - is said.
"""

import base64
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

MAX_STREAM = 64 << 20         # bytes of one inflated stream
MAX_INFLATED = 512 << 20      # of all
MAX_STREAMS = 20_000
MAX_MAPS = 48                 # fonts' maps that are applied; each multiplies the readings
MAX_MAP = 70_000              # characters of a map; a two-byte code has 65,536
GAP = -120.0                  # thousandths of the font size: a wider step in TJ stands for a space (9.4.3)

_STREAM = re.compile(rb"\bstream\r?\n")
_FILTERS = re.compile(rb"/(?:Filter|F)\s*(\[[^\]]{0,200}\]|/\w{1,20})")
_LENGTH = re.compile(rb"/Length\s+(\d{1,10})(?!\s+\d+\s+R)")
_IMAGES = frozenset({b"DCTDecode", b"DCT", b"JPXDecode", b"CCITTFaxDecode", b"CCF", b"JBIG2Decode"})
_LITERAL = rb"\((?:[^()\\]|\\.|\((?:[^()\\]|\\.|\((?:[^()\\]|\\.){0,4096}\)){0,4096}+\)){0,32768}+\)"
_TOKEN = re.compile(rb"(?P<literal>" + _LITERAL + rb")|(?P<hex><[0-9A-Fa-f\s]{0,65536}+>)|(?P<open>\[)|(?P<close>\])"
                    rb"|(?P<number>[-+]?\d*\.?\d+)|(?P<move>\b(?:Td|TD|Tm|ET|BT)\b|T\*|['\"])", re.DOTALL)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r\n|.)", re.DOTALL)
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b"", b"\r": b"", b"\r\n": b""}
_BF_CHARS = re.compile(rb"beginbfchar(.{0,400000}?)endbfchar", re.DOTALL)
_BF_RANGES = re.compile(rb"beginbfrange(.{0,400000}?)endbfrange", re.DOTALL)
_CHAR = re.compile(rb"<([0-9A-Fa-f\s]{1,8})>\s*<([0-9A-Fa-f\s]{1,64})>")
_RANGE = re.compile(rb"<([0-9A-Fa-f\s]{1,8})>\s*<([0-9A-Fa-f\s]{1,8})>\s*(?:<([0-9A-Fa-f\s]{1,64})>|"
                    rb"\[((?:\s*<[0-9A-Fa-f\s]{0,64}>){0,256})\s*\])")


@dataclass(frozen=True, slots=True, kw_only=True)
class CharacterMap:
    """A font's map from codes to Unicode (9.10.3)."""

    width: int                           # bytes of a code
    characters: Mapping[int, str]

    def read(self, text: bytes) -> str:
        """The characters that codes stand for; codes that are in no entry are left out."""
        codes = (int.from_bytes(text[at:at + self.width], "big") for at in range(0, len(text), self.width))
        return "".join(self.characters.get(code, "") for code in codes)


@dataclass(slots=True)
class PdfTexts:
    """What was read of one PDF."""

    texts: list[bytes] = field(default_factory=list)         # UTF-8, or as it stood
    files: list[bytes] = field(default_factory=list)         # decoded streams that no page's text stands in
    unread: dict[str, None] = field(default_factory=dict)    # why something was not read, each once


def read_texts(content: bytes) -> PdfTexts:
    """All that a PDF says in text. Nothing is raised for what is malformed."""
    found = PdfTexts()
    if re.search(rb"/Encrypt\s*(?:\d+\s+\d+\s+R|<<)", content):
        found.unread["it is encrypted"] = None
        return found
    bodies = [content, *_streams(content, found)]
    maps = [one for body in bodies if b"beginbf" in body and (one := _map_of(body)) is not None]
    if len(maps) > MAX_MAPS:
        found.unread[f"it has more than {MAX_MAPS} fonts' maps"] = None
    fonts = sum(body.count(b"/Type0") for body in bodies)
    mapped = sum(body.count(b"/ToUnicode") for body in bodies)
    if fonts > mapped:
        found.unread["a font does not say which characters its glyphs are"] = None
    for body in bodies:
        if b"beginbf" not in body:
            found.texts += _readings(body, maps[:MAX_MAPS])
    found.files = bodies[1:]
    return found


def _streams(content: bytes, found: PdfTexts) -> list[bytes]:
    """Each stream that is no picture, decoded."""
    streams: list[bytes] = []
    left = MAX_INFLATED
    for match in _STREAM.finditer(content):
        if len(streams) >= MAX_STREAMS or left <= 0:
            found.unread["it has more or larger streams than are read"] = None
            break
        head = content[max(match.start() - 8192, 0):match.start()]
        head = head[head.rfind(b" obj") + 1:]
        if re.search(rb"/Subtype\s*/Image\b", head) or re.search(rb"/Type\s*/XRef\b", head):
            continue
        decoded = _decoded(_raw(content, match.end(), head), head, found)
        if decoded:
            left -= len(decoded)
            streams.append(decoded)
    return streams


def _raw(content: bytes, start: int, head: bytes) -> bytes:
    stated = _LENGTH.search(head)
    if stated:
        end = start + int(stated[1])
        if content[end:end + 12].lstrip().startswith(b"endstream"):
            return content[start:end]
    end = content.find(b"endstream", start)
    return content[start:end if end >= 0 else len(content)]


def _decoded(data: bytes, head: bytes, found: PdfTexts) -> bytes:
    stated = _FILTERS.search(head)
    names = re.findall(rb"/(\w+)", stated[1]) if stated else []
    if re.search(rb"/Predictor\s+(?:[2-9]|1\d)", head):
        found.unread["a stream is predicted from the one before, as pictures are"] = None
        return b""
    for name in names:
        if name in _IMAGES:
            return data
        decode = _DECODERS.get(name)
        if decode is None:
            found.unread[f"a stream is in the filter {name.decode('ascii', 'replace')}"] = None
            return b""
        try:
            data = decode(data)
        except (ValueError, zlib.error) as error:
            found.unread[f"a stream is damaged: {error}"] = None
            return b""
        if len(data) >= MAX_STREAM:
            found.unread[f"of a stream only the first {MAX_STREAM >> 20} MiB"] = None
    return data


def _inflate(data: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, MAX_STREAM)
    except zlib.error:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(data[2:], MAX_STREAM)    # a damaged head or check


def _ascii85(data: bytes) -> bytes:
    return base64.a85decode(data.partition(b"~>")[0].removeprefix(b"<~"))


def _ascii_hex(data: bytes) -> bytes:
    digits = re.sub(rb"\s", b"", data.partition(b">")[0])
    return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))


def _run_lengths(data: bytes) -> bytes:
    """7.4.5: a length below 128 copies, above 128 repeats, 128 ends."""
    out, at = bytearray(), 0
    while at < len(data) and data[at] != 128 and len(out) < MAX_STREAM:
        length = data[at]
        if length < 128:
            out += data[at + 1:at + 2 + length]
            at += length + 2
        else:
            out += data[at + 1:at + 2] * (257 - length)
            at += 2
    return bytes(out)


def _lzw(data: bytes) -> bytes:
    """7.4.4, with EarlyChange as is the default."""
    out = bytearray()
    table: list[bytes] = []
    bits = held = 0
    width, before = 9, b""
    for byte in data:
        held, bits = (held << 8 | byte) & 0xFFFFFF, bits + 8
        while bits >= width:
            bits -= width
            code = held >> bits & (1 << width) - 1
            if code == 257 or len(out) >= MAX_STREAM:
                return bytes(out)
            if code == 256:
                table, width, before = [bytes([value]) for value in range(256)] + [b"", b""], 9, b""
                continue
            if code < len(table):
                entry = table[code]
            elif before:
                entry = before + before[:1]
            else:
                raise ValueError("no LZW data")
            if before and len(table) < 4096:
                table.append(before + entry[:1])
            out += entry
            before = entry
            width = min(12, max(9, (len(table) + 1).bit_length()))
    return bytes(out)


_DECODERS: Mapping[bytes, Callable[[bytes], bytes]] = {
    b"FlateDecode": _inflate, b"Fl": _inflate, b"ASCII85Decode": _ascii85, b"A85": _ascii85,
    b"ASCIIHexDecode": _ascii_hex, b"AHx": _ascii_hex, b"RunLengthDecode": _run_lengths, b"RL": _run_lengths,
    b"LZWDecode": _lzw, b"LZW": _lzw}


def _map_of(body: bytes) -> CharacterMap | None:
    characters: dict[int, str] = {}
    width = 1
    for block in _BF_CHARS.finditer(body):
        for source, target in _CHAR.findall(block[1]):
            width = max(width, len(_hex(source)))
            characters[int.from_bytes(_hex(source), "big")] = _unicode(target)
    for block in _BF_RANGES.finditer(body):
        for low, high, target, targets in _RANGE.findall(block[1]):
            width = max(width, len(_hex(low)))
            _add_range(characters, int.from_bytes(_hex(low), "big"), int.from_bytes(_hex(high), "big"), target, targets)
    return CharacterMap(width=width, characters=characters) if characters else None


def _add_range(characters: dict[int, str], low: int, high: int, target: bytes, targets: bytes) -> None:
    listed = re.findall(rb"<([0-9A-Fa-f\s]*)>", targets)
    first = _unicode(target) if target else ""
    for step in range(min(high - low + 1, MAX_MAP - len(characters))):
        if listed:
            characters[low + step] = _unicode(listed[step]) if step < len(listed) else ""
        elif first and ord(first[-1]) + step < 0x110000:
            characters[low + step] = first[:-1] + chr(ord(first[-1]) + step)


def _hex(digits: bytes) -> bytes:
    plain = re.sub(rb"\s", b"", digits)
    return bytes.fromhex((plain + b"0" * (len(plain) % 2)).decode("ascii"))


def _unicode(digits: bytes) -> str:
    return _hex(digits).decode("utf-16-be", "replace")


def _readings(body: bytes, maps: list[CharacterMap]) -> Iterator[bytes]:
    """What the strings of a body say: line by line, and each block of text in one piece."""
    lines = list(_lines(body))
    if not lines:
        return
    for read in (_plain, *(one.read for one in maps)):
        said = ["".join(piece if isinstance(piece, str) else read(piece) for piece in line) for line in lines]
        yield "\n".join(said).encode("utf-8", "replace")
        yield "".join(said).encode("utf-8", "replace")      # letters that are each put in their place


def _lines(body: bytes) -> Iterator[list[bytes | str]]:
    line: list[bytes | str] = []
    shown = False                        # within the array of a TJ, steps stand between strings
    for token in _TOKEN.finditer(body):
        kind, text = token.lastgroup, token[0]
        if kind == "literal":
            line.append(_ESCAPE.sub(_unescaped, text[1:-1]))
        elif kind == "hex":
            line.append(_hex(text[1:-1]))
        elif kind == "number":
            if shown and len(text) < 20 and float(text) < GAP:
                line.append(" ")
            continue
        elif kind in ("open", "close"):
            shown = kind == "open"
            continue
        if not shown and line:           # a string alone, in a dictionary or before Tj, or a move to another line
            yield line
            line = []
    if line:
        yield line


def _unescaped(match: re.Match[bytes]) -> bytes:
    if match[1][:1].isdigit():
        return bytes([int(match[1], 8) & 0xFF])
    return _ESCAPES.get(match[1], match[1])


def _plain(text: bytes) -> str:
    """7.9.2.2, and WinAnsiEncoding, which most fonts of Latin scripts use."""
    if text.startswith(b"\xfe\xff"):
        return text[2:].decode("utf-16-be", "replace")
    if text.startswith(b"\xff\xfe"):
        return text[2:].decode("utf-16-le", "replace")
    try:
        return text.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError:
        return text.decode("cp1252", "replace")
