"""The list of exhibits, for people who count in exhibits: CSV and XLSX with the same rows. Pure.

1. An exhibit number is not an item id: it counts what this bundle shows, without gaps, so that a number says nothing of
   what is withheld. The same bundle gives the same numbers.
2. A cell is text. What a spreadsheet program would take for a formula is marked as text, in both files.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from evidence_store.bundle import naming
from evidence_store.clock import format_time
from evidence_store.events import Captured, Event, Imported
from evidence_store.records import Item, ItemId
from evidence_store.visible import visible

PREFIX = "EX-"
COLUMNS = ("Exhibit", "Item", "Kind", "Description", "Obtained (UTC)", "Obtained by", "Source", "Media type", "Bytes",
           "SHA-256", "File in the bundle", "Ledger line")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")      # with what programs begin a formula or a command
MAX_CELL = 32_767                                       # characters; more cannot be in a cell of XLSX
EPOCH = (1980, 1, 1, 0, 0, 0)
UNIX, FILE_MODE = 3, 0o100644 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """An item that a bundle has, and its number there."""

    number: str
    item: Item
    seq: int
    obtained_by: str
    source: str


def exhibits(events: Iterable[Event], included: frozenset[ItemId] | None = None) -> tuple[Numbered, ...]:
    """The items of the events, numbered in the order they came; `included`: only these."""
    found: list[Numbered] = []
    for event in events:
        match event.body:
            case Captured(capture=capture, circumstances=around):
                rows = [(item, item.url or capture.url, around.collector) for item in capture.items]
            case Imported(items=items, received_from=source, circumstances=around) as imported:
                rows = [(item, source or "not named", imported.received_by or around.collector) for item in items]
            case _:
                continue
        for item, source, collector in rows:
            if included is None or item.id in included:
                found.append(Numbered(number=f"{PREFIX}{len(found) + 1:04d}", item=item, seq=event.seq,
                                      obtained_by=collector, source=source))
    return tuple(found)


def exhibits_csv(listed: Iterable[Numbered]) -> bytes:
    """The list as CSV (RFC 4180, UTF-8 with a mark, for spreadsheet programs)."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([COLUMNS, *([neutral(cell) for cell in row(one)] for one in listed)])
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8")


def exhibits_xlsx(listed: Iterable[Numbered]) -> bytes:
    """The list as an Office Open XML workbook of one sheet; every cell is text, none is computed."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _WORKBOOK.items():
            _add(archive, name, content)
        rows: list[Sequence[str]] = [COLUMNS, *([neutral(cell) for cell in row(one)] for one in listed)]
        _add(archive, "xl/worksheets/sheet1.xml", _sheet(rows))
    return target.getvalue()


def row(one: Numbered) -> tuple[str, ...]:
    """The cells of an exhibit."""
    item = one.item
    return (one.number, item.id, item.kind.value, item.name or item.url, format_time(item.obtained_at), one.obtained_by,
            one.source, item.media_type, str(item.length), item.sha256, naming.original_path(item), str(one.seq))


def neutral(text: str) -> str:
    """A cell that no program computes, with nothing invisible in it."""
    shown = visible(text)[:MAX_CELL - 1]
    return f"'{shown}" if shown.lstrip().startswith(FORMULA) or text.startswith(FORMULA) else shown


def _sheet(rows: Iterable[Sequence[str]]) -> str:
    lines = []
    for number, cells in enumerate(rows, 1):
        cell = "".join(f'<c r="{_column(at)}{number}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t>'
                       "</is></c>" for at, text in enumerate(cells))
        lines.append(f'<row r="{number}">{cell}</row>')
    return ('<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
            '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
            f'{"".join(lines)}</sheetData></worksheet>')


def _column(at: int) -> str:
    return chr(ord("A") + at)     # there are twelve


def _add(archive: zipfile.ZipFile, name: str, content: str) -> None:
    info = zipfile.ZipInfo(name, EPOCH)
    info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_DEFLATED, UNIX, FILE_MODE
    archive.writestr(info, content.encode("utf-8"))


_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_WORKBOOK = {
    "[Content_Types].xml": (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEET}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_SHEET}.worksheet+xml"/></Types>'),
    "_rels/.rels": (
        f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'),
    "xl/workbook.xml": (
        f'{_HEAD}<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="{_OFFICE}">'
        '<sheets><sheet name="Exhibits" sheetId="1" r:id="rId1"/></sheets></workbook>'),
    "xl/_rels/workbook.xml.rels": (
        f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'),
}
