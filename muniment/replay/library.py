"""What can be replayed, and the archive that each page is played from.

1. A `Visit` is what one capture recorded; its archive holds the records of that capture alone.
2. Archives are made when they are asked for, in a temporary folder, of whole members; the evidence is only read.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from threading import Lock
from typing import Protocol

from evidence_store.records import Capture, RecordId, Tool
from evidence_store.warc.model import RecordEntry
from evidence_store.warc.wacz import WaczPage, WarcSelection, write_wacz
from muniment.replay.errors import NothingToReplay


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Something that replay can open."""

    url: str                      # http(s), or `urn:view:...` for a screenshot
    at: datetime                  # when it was recorded
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What was recorded at one time, by one capture."""

    key: str                      # [0-9a-z-]: names its archive
    pages: tuple[Page, ...]       # the first is what the capture was for
    started_at: datetime
    ended_at: datetime
    label: str = ""               # verdict of the capture, or what is known of a foreign archive
    items: tuple[str, ...] = ()
    citations: tuple[str, ...] = ()

    @property
    def main(self) -> Page:
        """What it was for."""
        return self.pages[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What an item or a citation leads to: a visit, and what in it."""

    visit: Visit
    page: Page


class Library(Protocol):
    """A case, a bundle or a foreign archive, as replay sees it."""

    title: str
    visits: Sequence[Visit]
    folder: Path | None           # a bundle's: its report is served beside the replay

    def moment(self, kind: str, name: str) -> Moment | None:
        """What `item` or `citation` of that name leads to."""
        ...

    def archive(self, visit: Visit) -> Path:
        """The WACZ of a visit."""
        ...


@dataclass(slots=True)
class Archives:
    """Makes the WACZ of a visit, once."""

    folder: Path
    software: Tool
    lock: Lock = field(default_factory=Lock)

    def made(self, visit: Visit, entries: Iterable[RecordEntry], warcs: Path) -> Path:
        """The WACZ of these records, which stand in files of the folder `warcs`."""
        path = self.folder / f"{visit.key}.wacz"
        with self.lock:
            if not path.exists():
                ordered = sorted(set(entries), key=lambda entry: (entry.file, entry.offset, entry.inner))
                selections = [WarcSelection(path=warcs / file, entries=tuple(found))
                              for file, found in groupby(ordered, key=lambda entry: entry.file)]
                write_wacz(path, selections=selections, software=self.software, created_at=visit.ended_at,
                           pages=[WaczPage(url=page.url, at=page.at, title=page.title) for page in visit.pages])
        return path


def named_records(capture: Capture) -> tuple[RecordId, ...]:
    """The records of a capture."""
    found: dict[RecordId, None] = {}
    for exchange in capture.exchanges:
        for ref in (exchange.request, exchange.response, *exchange.other_records):
            if ref is not None:
                found[ref.record] = None
    for ref in (*capture.failures, *(view.record for view in capture.views)):
        found[ref.record] = None
    return tuple(found)


def visit_of(capture: Capture, entries: Mapping[RecordId, RecordEntry]) -> Visit | None:
    """A capture as a visit; None where nothing of it can be played."""
    pages = list(_pages(capture, entries))
    if not pages:
        return None
    return Visit(key=capture.id, pages=tuple(pages), started_at=capture.started_at, ended_at=capture.ended_at,
                 label=capture.verdict.value.replace("_", " "), citations=capture.citations,
                 items=(*(item.id for item in capture.items), *capture.same_items))


def _pages(capture: Capture, entries: Mapping[RecordId, RecordEntry]) -> Iterable[Page]:
    """What was asked for first, then the screenshots, then each item."""
    answered = {exchange.url: exchange for exchange in capture.exchanges
                if exchange.response is not None and exchange.response.record in entries}
    for url in dict.fromkeys((capture.url, capture.final_url)):
        if url in answered:
            yield Page(url=url, at=answered[url].started_at)
            break
    else:
        yield from (Page(url=url, at=exchange.started_at) for url, exchange in list(answered.items())[:1])
    for view in capture.views:
        entry = entries.get(view.record.record)
        if entry is not None and view.media_type.startswith("image/"):
            yield Page(url=entry.uri, at=entry.date, title=view.kind.value)


def found_moment(visits: Sequence[Visit], kind: str, name: str, addresses: Mapping[str, str]) -> Moment | None:
    """The last visit of a citation, or the first of an item, which is the one that brought it."""
    if kind == "citation":
        visit = next((one for one in reversed(visits) if name in one.citations), None)
        return Moment(visit=visit, page=visit.main) if visit else None
    visit = next((one for one in visits if name in one.items), None)
    if visit is None:
        return None
    url = addresses.get(name, "")
    page = next((one for one in visit.pages if one.url == url), None)
    return Moment(visit=visit, page=page or (Page(url=url, at=visit.started_at) if url else visit.main))


def require_visits(visits: Sequence[Visit], what: str) -> Sequence[Visit]:
    """The visits, of which there must be one."""
    if not visits:
        raise NothingToReplay(f"{what} holds no recorded page", hint="capture something first, or name another archive")
    return visits


def stamp(at: datetime) -> str:
    """A moment as replay programs write it: 14 digits."""
    return at.astimezone(UTC).strftime("%Y%m%d%H%M%S")
