"""XMP: the packet that any kind of file may hold, in clear, and what it says (XMP Specification part 1, ISO 16684-1).

1. The first packet counts; others are counted, not merged.
2. No entity is resolved, no DTD read, nothing fetched.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from evidence_store.records import Tool
from verify.sandbox import normal
from verify.sandbox.answers import MAX_TAGS, Field, Reading

if TYPE_CHECKING:
    from lxml.etree import _Element

SCANNED = 64 << 20          # bytes at the head of a file; packets stand before the picture, in films often after it
TAIL = 8 << 20              # bytes at its end
MAX_PACKET = 4 << 20        # bytes; edit histories of years come to some hundred kilobytes
MAX_EDITS = 40
_PACKETS = ((b"<x:xmpmeta", b"</x:xmpmeta>"), (b"<rdf:RDF", b"</rdf:RDF>"))     # the second where no wrapper is
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_PREFIXES = {
    "http://purl.org/dc/elements/1.1/": "dc", "http://ns.adobe.com/xap/1.0/": "xmp",
    "http://ns.adobe.com/xap/1.0/mm/": "xmpMM", "http://ns.adobe.com/xap/1.0/sType/ResourceEvent#": "stEvt",
    "http://ns.adobe.com/xap/1.0/sType/ResourceRef#": "stRef", "http://ns.adobe.com/photoshop/1.0/": "photoshop",
    "http://ns.adobe.com/tiff/1.0/": "tiff", "http://ns.adobe.com/exif/1.0/": "exif",
    "http://cipa.jp/exif/1.0/": "exifEX", "http://ns.adobe.com/exif/1.0/aux/": "aux",
    "http://ns.adobe.com/camera-raw-settings/1.0/": "crs", "http://ns.adobe.com/xap/1.0/rights/": "xmpRights",
    "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/": "Iptc4xmpCore", "http://ns.adobe.com/pdf/1.3/": "pdf"}
_NAMES = {
    Field.MAKE: ("tiff:Make",), Field.MODEL: ("tiff:Model",), Field.SOFTWARE: ("xmp:CreatorTool",),
    Field.LENS: ("exifEX:LensModel", "aux:Lens"), Field.SERIAL: ("exifEX:BodySerialNumber", "aux:SerialNumber"),
    Field.AUTHOR: ("dc:creator",), Field.CREDIT: ("photoshop:Credit",), Field.COPYRIGHT: ("dc:rights",),
    Field.DESCRIPTION: ("dc:description",), Field.INSTRUCTIONS: ("photoshop:Instructions",),
    Field.TRANSMISSION: ("photoshop:TransmissionReference",), Field.ORIENTATION: ("tiff:Orientation",),
    Field.DOCUMENT: ("xmpMM:DocumentID",), Field.DERIVED_FROM: ("xmpMM:DerivedFrom.stRef:documentID",)}
_TIMES = {Field.CREATED: ("exif:DateTimeOriginal", "photoshop:DateCreated", "xmp:CreateDate"),
          Field.MODIFIED: ("xmp:ModifyDate",)}
_PLACE = re.compile(r"(\d{1,3}),(\d{1,2}(?:\.\d+)?)(?:,(\d{1,2}(?:\.\d+)?))?([NSEW])")   # part 2, GPSCoordinate


def read_xmp(path: Path) -> Reading:
    """The XMP packet of a file; without tags where it has none. Raises XMLSyntaxError for one that is no XML."""
    from lxml import etree

    tool = Tool(name="XMP (lxml)", version=etree.__version__)
    packets = _packets(path)
    if not packets:
        return Reading(tool=tool, tags=(), normalised=())
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    root = etree.fromstring(packets[0], parser)
    texts: dict[str, str] = {}
    for description in root.iter(f"{_RDF}Description"):
        parent = description.getparent()
        if parent is None or parent.tag == f"{_RDF}RDF":
            for name, value in _properties(description, ""):
                if len(texts) <= MAX_TAGS:
                    texts.setdefault(name, value)
    if len(packets) > 1:
        texts["packets"] = str(len(packets))
    return normal.reading(tool, texts, _normalised(texts))


def _packets(path: Path) -> list[bytes]:
    with path.open("rb") as stream:
        content = stream.read(SCANNED)
        size = stream.seek(0, 2)
        if size > SCANNED:
            stream.seek(max(SCANNED, size - TAIL))
            content += stream.read(TAIL)
    if b"rdf:RDF" not in content:        # the usual case, and a fast one
        return []
    found = next(filter(None, (list(_between(content, *marks)) for marks in _PACKETS)), [])
    return [packet for packet in found if len(packet) <= MAX_PACKET and b"<!DOCTYPE" not in packet]


def _between(content: bytes, opening: bytes, closing: bytes) -> Iterator[bytes]:
    """What stands between marks: searched as bytes, since a pattern takes ten times as long over a photograph."""
    at = content.find(opening)
    while at >= 0:
        end = content.find(closing, at)
        if end < 0:
            return
        if content[at + len(opening):at + len(opening) + 1] in {b" ", b">", b"\n", b"\r", b"\t"}:
            yield content[at:end + len(closing)]
        at = content.find(opening, end)


def _name(tag: str) -> str:
    space, _, local = tag.removeprefix("{").rpartition("}")
    return f"{_PREFIXES.get(space, space.rstrip('/#').rpartition('/')[2])}:{local}"


def _properties(element: "_Element", within: str) -> Iterator[tuple[str, str]]:
    """Leaves with their paths: `xmpMM:History[1].stEvt:action`."""
    for key, value in element.attrib.items():
        if isinstance(key, str) and isinstance(value, str) and not key.startswith((_RDF, "{http://www.w3.org/XML")):
            yield within + _name(key), value
    for child in element.iterchildren("*"):
        if child.tag.startswith(_RDF):
            yield from _properties(child, within)
            continue
        yield from _value(child, within + _name(child.tag))


def _value(element: "_Element", name: str) -> Iterator[tuple[str, str]]:
    entries = list(element.iter(f"{_RDF}li"))
    direct = [entry for entry in entries if (up := entry.getparent()) is not None and up.getparent() is element]
    if direct and not any(len(entry) or _own(entry) for entry in direct):
        yield name, "; ".join((entry.text or "").strip() for entry in direct)
    elif direct:
        for index, entry in enumerate(direct[-MAX_EDITS:], 1):
            yield from _properties(entry, f"{name}[{index}].")
    elif len(element) or _own(element):
        yield from _properties(element, f"{name}.")
    else:
        yield name, (element.text or "").strip()


def _own(element: "_Element") -> bool:
    return any(isinstance(key, str) and not key.startswith((_RDF, "{http://www.w3.org/XML")) for key in element.attrib)


def _normalised(texts: dict[str, str]) -> dict[Field, str]:
    def first(names: tuple[str, ...]) -> str:
        return next((texts[name] for name in names if texts.get(name)), "")

    found = {field: first(names) for field, names in _NAMES.items()}
    found |= {field: normal.iso_time(first(names)) for field, names in _TIMES.items()}
    latitude, longitude = _degrees(first(("exif:GPSLatitude",)), "NS"), _degrees(first(("exif:GPSLongitude",)), "EW")
    if latitude and longitude:
        found |= {Field.LATITUDE: latitude, Field.LONGITUDE: longitude}
    return found | {Field.EDITS: "; ".join(_edits(texts))}


def _degrees(text: str, sides: str) -> str:
    match = _PLACE.fullmatch(text.strip())
    if match is None or match[4] not in sides:
        return ""
    parts = [float(part) for part in match.groups()[:3] if part]
    return normal.latitude(parts, match[4]) if sides == "NS" else normal.longitude(parts, match[4])


def _edits(texts: dict[str, str]) -> Iterator[str]:
    for index in range(1, MAX_EDITS + 1):
        entry = {part: texts.get(f"xmpMM:History[{index}].stEvt:{part}", "")
                 for part in ("when", "action", "softwareAgent")}
        if any(entry.values()):
            words = [entry["when"], entry["action"], f"by {entry['softwareAgent']}" if entry["softwareAgent"] else ""]
            yield " ".join(word for word in words if word)
