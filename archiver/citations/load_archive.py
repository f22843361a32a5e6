"""The article in a web archive: the page a WACZ lists first, else the first page a server answered with 200.

1. Nothing is unpacked but what is read; a WARC inside a WACZ is copied to a temporary file, up to MAX_ARCHIVE bytes.
2. Damage in an archive is passed over while a page can still be found; when none is found the damage is told.
3. A body that breaks off is read as far as it goes: half an article cites, too.
"""

import json
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from zlib import error as ZlibError  # noqa: N812  an exception class with a lower-case name

from archiver.citations.main_content import MAX_HTML
from archiver.citations.urls import normalise_url
from archiver.errors import ArticleUnreadable
from evidence_store.errors import EvidenceError
from evidence_store.warc.bodies import BodyStream, open_content
from evidence_store.warc.members import Damage
from evidence_store.warc.model import WarcType
from evidence_store.warc.reader import Record, read_records

MAX_ARCHIVE = 4 * 1024 ** 3     # bytes of one WARC inside a WACZ: four of the usual size of 1 GiB
MAX_PAGES_LIST = 16 * 1024 ** 2     # bytes of pages.jsonl that are read
READ_SIZE = 1 << 16

_PAGE_TYPES = frozenset({"text/html", "application/xhtml+xml"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedPage:
    """A page as an archive holds it."""

    html: bytes
    url: str
    captured: date | None       # the day of its record


def page_in_archive(path: Path) -> ArchivedPage:
    """The article in a .warc, .warc.gz or .wacz file. Raises ArticleUnreadable."""
    try:
        found = _in_wacz(path) if zipfile.is_zipfile(path) else _in_warc(path, "")
    except (OSError, EvidenceError, zipfile.BadZipFile, ZlibError, EOFError) as error:
        raise ArticleUnreadable(f"{path.name} cannot be read: {error}", hint="give an undamaged copy") from error
    if found is None:
        raise ArticleUnreadable(
            f"{path.name} holds no page that a server answered with 200", hint="give the archive of the article itself"
        )
    return found


def _in_wacz(path: Path) -> ArchivedPage | None:
    with zipfile.ZipFile(path) as archive, tempfile.TemporaryDirectory(prefix="muniment-") as folder:
        wanted = _first_listed(archive)
        warcs = sorted(
            name for name in archive.namelist() if name.startswith("archive/") and name.endswith((".warc", ".warc.gz"))
        )
        copies = [
            _copy(archive, name, Path(folder) / f"{number}{'.gz' if name.endswith('.gz') else ''}")
            for number, name in enumerate(warcs)
        ]
        for copy in copies:
            found = _in_warc(copy, wanted)
            if found is not None:
                return found
        return next((page for copy in copies if (page := _in_warc(copy, "")) is not None), None) if wanted else None


def _first_listed(archive: zipfile.ZipFile) -> str:
    """Identity of the first page of pages.jsonl; "" where there is no such list."""
    name = "pages/pages.jsonl"
    if name not in archive.namelist():
        return ""
    with archive.open(name) as lines:
        for line in lines.read(MAX_PAGES_LIST).splitlines():
            try:
                page = json.loads(line)
            except ValueError:
                continue
            if isinstance(page, dict) and isinstance(page.get("url"), str):
                return normalise_url(page["url"])
    return ""


def _copy(archive: zipfile.ZipFile, name: str, destination: Path) -> Path:
    left = MAX_ARCHIVE
    with archive.open(name) as source, destination.open("wb") as copy:
        while left and (data := source.read(min(READ_SIZE, left))):
            copy.write(data)
            left -= len(data)
    return destination


def _in_warc(path: Path, wanted: str) -> ArchivedPage | None:
    """The first page of a WARC; with `wanted` the one of that identity."""
    for record in _responses(path):
        if wanted and normalise_url(record.fields.uri) != wanted:
            continue
        head, content = open_content(record)
        if head is None or head.status != 200 or head.media_type not in _PAGE_TYPES:
            continue
        html, when = _content(content), record.fields.date
        if html.strip():
            return ArchivedPage(html=html, url=record.fields.uri, captured=when.date() if when is not None else None)
    return None


def _responses(path: Path) -> Iterator[Record]:
    damage: Damage | None = None
    for found in read_records(path):
        if isinstance(found, Damage):
            damage = damage or found
        elif found.fields.type is WarcType.RESPONSE and found.fields.uri.startswith(("http:", "https:")):
            yield found
    if damage is not None:
        raise ArticleUnreadable(
            f"{path.name} is damaged at offset {damage.offset}: {damage.detail}", hint="give an undamaged copy"
        )


def _content(content: BodyStream) -> bytes:
    pieces: list[bytes] = []
    length = 0
    try:
        while length <= MAX_HTML and (data := content.read(READ_SIZE)):
            pieces.append(data)
            length += len(data)
    except EvidenceError:       # rule 3: the capture broke off, what came is still what was cited
        pass
    return b"".join(pieces)[:MAX_HTML]
