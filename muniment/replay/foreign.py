"""Libraries that others made: a WACZ, a WARC, whatever wrote it.

Nothing says which records one capture made. So records are told apart by time: where nothing was recorded for
QUIET, one visit ends and the next begins, and each is played back by itself. What an archive recorded without a pause
cannot be told apart; the span of each visit is said above its replay.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

from evidence_store.errors import FormatError
from evidence_store.records import Tool
from evidence_store.warc.entries import entries
from evidence_store.warc.members import Damage
from evidence_store.warc.model import RecordEntry, WarcType
from evidence_store.warc.wacz_reader import ListedPage, open_wacz
from muniment.replay.library import Archives, Moment, Page, Visit, require_visits

QUIET = timedelta(minutes=30)     # without a record: crawls pause for minutes, visits are hours or years apart
MAX_PAGES = 2000                  # offered of one visit
HTML = frozenset({"text/html", "application/xhtml+xml"})
PLAYED = frozenset({WarcType.RESPONSE, WarcType.REVISIT, WarcType.RESOURCE})


class ForeignLibrary:
    """A WACZ or WARC file."""

    folder: Path | None = None

    def __init__(self, path: Path, temporary: Path, software: Tool) -> None:
        self.title = path.name
        self._archives = Archives(folder=temporary, software=software)
        self._warcs = temporary / "warcs"
        self._warcs.mkdir()
        listed = self._unpacked(path)
        found = [entry for file in sorted(self._warcs.iterdir()) for entry in entries(file)
                 if not isinstance(entry, Damage) and entry.length and not entry.inner]
        groups = list(_by_time([entry for entry in found if entry.type is not WarcType.WARCINFO]))
        self._records = {f"visit-{number:04d}": group for number, group in enumerate(groups, 1)}
        visits = (_visit(key, group, listed) for key, group in self._records.items())
        self.visits: Sequence[Visit] = require_visits(tuple(visit for visit in visits if visit is not None), path.name)

    def _unpacked(self, path: Path) -> Sequence[ListedPage]:
        with path.open("rb") as file:
            start = file.read(4)
        if start.startswith(b"PK"):
            with open_wacz(path) as wacz:
                for number, warc in enumerate(wacz.warcs):
                    suffix = "warc.gz" if warc.name.endswith(".gz") else "warc"
                    wacz.extract(warc, self._warcs / f"{number:05d}.{suffix}")
                return wacz.pages()
        if start.startswith(b"\x1f\x8b") or start == b"WARC":
            name = "00000.warc" if start == b"WARC" else "00000.warc.gz"
            (self._warcs / name).symlink_to(path.resolve())
            return ()
        raise FormatError(f"{path.name} is neither a WACZ nor a WARC file",
                          hint="name a case, a bundle, a .wacz or a .warc.gz")

    def moment(self, kind: str, name: str) -> Moment | None:  # noqa: ARG002 - of the Protocol
        """A foreign archive knows no items and no citations."""
        return None

    def archive(self, visit: Visit) -> Path:
        """The WACZ of a visit."""
        return self._archives.made(visit, self._records[visit.key], self._warcs)


def _by_time(found: list[RecordEntry]) -> Iterator[tuple[RecordEntry, ...]]:
    group: list[RecordEntry] = []
    for entry in sorted(found, key=lambda one: (one.date, one.file, one.offset)):
        if group and entry.date - group[-1].date > QUIET:
            yield tuple(group)
            group = []
        group.append(entry)
    if group:
        yield tuple(group)


def _visit(key: str, group: tuple[RecordEntry, ...], listed: Sequence[ListedPage]) -> Visit | None:
    played = [entry for entry in group if entry.type in PLAYED]
    urls = {entry.uri: entry for entry in reversed(played)}
    pages = [Page(url=one.url, at=urls[one.url].date, title=one.title) for one in listed if one.url in urls]
    if not pages:
        pages = [Page(url=entry.uri, at=entry.date) for entry in played
                 if entry.uri.startswith("http") and entry.media_type in HTML and entry.status in (200, None)]
        pages = list({page.url: page for page in reversed(pages)}.values())[::-1]
    pages = pages or [Page(url=entry.uri, at=entry.date) for entry in played[:1]]
    views = [Page(url=entry.uri, at=entry.date, title=entry.uri.split(":")[1]) for entry in played
             if entry.uri.startswith("urn:view") and entry.media_type.startswith("image/")]
    if not pages:
        return None
    return Visit(key=key, pages=(*pages[:MAX_PAGES], *views[:MAX_PAGES]), started_at=group[0].date,
                 ended_at=group[-1].date, label="recorded by others")
