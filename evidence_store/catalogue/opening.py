"""Opening the catalogue of a case so that it answers for the whole ledger, whatever was killed before.

1. What the ledger has and the catalogue lacks is taken in first.
2. A catalogue that is missing, damaged, of another schema or of another ledger is made anew from the case.
3. A reader needs no lock and no right to write: where it may not write, or the catalogue must be made anew, it works
   on a private copy that goes when it closes.
"""

import os
import shutil
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from evidence_store.catalogue import sqlite
from evidence_store.catalogue.interface import Catalogue
from evidence_store.catalogue.model import LedgerHead
from evidence_store.catalogue.sql import SqlCatalogue
from evidence_store.custody.ledger import GENESIS, line_hash
from evidence_store.custody.log import CustodyLog
from evidence_store.errors import CatalogueUnusable
from evidence_store.events import Event, decode_body
from evidence_store.layout import CaseLayout
from evidence_store.progress import NoProgress, Progress
from evidence_store.warc.entries import entries
from evidence_store.warc.model import RecordEntry

EVENTS_PER_BATCH = 500        # of one transaction: bounded memory, and a commit is one fsync
RECORDS_PER_BATCH = 1000


def head_at(log: CustodyLog, size: int) -> LedgerHead:
    """The head of a ledger's first `size` lines."""
    line = line_hash(next(iter(log.lines(size - 1, size)))) if size else GENESIS
    return LedgerHead(size=size, line=line)


def catch_up(catalogue: Catalogue, log: CustodyLog, progress: Progress | None = None) -> None:
    """Take in what the ledger has more; CatalogueUnusable where the catalogue is of another ledger."""
    known, size = catalogue.head, log.size
    _check_ledger(known, log)
    watcher = progress or NoProgress()
    watcher.start("events", size - known.size, "events")
    for start in range(known.size, size, EVENTS_PER_BATCH):
        stop = min(start + EVENTS_PER_BATCH, size)
        catalogue.apply(tuple(_events(log, start, stop)), head_at(log, stop))
        watcher.advance("events", stop - start)
    watcher.finish("events")


def index_warcs(catalogue: Catalogue, layout: CaseLayout, progress: Progress | None = None) -> None:
    """Make the catalogue's records those of the WARC files: what a crash kept from it, without what a crash cut off."""
    ends = catalogue.indexed_ends()
    sizes = {path.name: path.stat().st_size for path in sorted(layout.warcs.glob("*.warc.gz"))}
    for name, end in ends.items():
        if sizes.get(name, 0) < end:
            catalogue.forget_records(name, size=sizes.get(name, 0))
    grown = [name for name, size in sizes.items() if size > ends.get(name, 0)]
    watcher = progress or NoProgress()
    watcher.start("warcs", len(grown), "files")
    for name in grown:
        found = (one for one in entries(layout.warcs / name) if isinstance(one, RecordEntry))
        while batch := tuple(islice(found, RECORDS_PER_BATCH)):
            catalogue.register(batch)
        watcher.advance("warcs", note=name)
    watcher.finish("warcs")


def build(path: Path, layout: CaseLayout, log: CustodyLog, progress: Progress | None = None) -> SqlCatalogue:
    """A new catalogue in file `path`, of everything the case holds."""
    catalogue = sqlite.create(path)
    try:
        index_warcs(catalogue, layout, progress)
        catch_up(catalogue, log, progress)
    except BaseException:
        catalogue.close()
        raise
    return catalogue


def open_for_writing(layout: CaseLayout, log: CustodyLog) -> SqlCatalogue:
    """The catalogue for the case's one writer, complete."""
    try:
        catalogue = sqlite.open_for_writing(layout.catalogue)
        return _caught_up(catalogue, log)
    except CatalogueUnusable:
        rebuild(layout, log)
        return sqlite.open_for_writing(layout.catalogue)


def open_for_reading(layout: CaseLayout, log: CustodyLog) -> SqlCatalogue:
    """The catalogue for a reader, complete."""
    try:
        if _may_write(layout):
            return _shared(layout, log)
        return _read_only(layout, log)
    except CatalogueUnusable:
        return _private(layout, log, copy=False)


def rebuild(layout: CaseLayout, log: CustodyLog, progress: Progress | None = None) -> None:
    """Make the catalogue anew beside the old one, then put it in its place. The caller holds the case's lock."""
    new = layout.catalogue.with_name(layout.catalogue.name + ".new")
    sqlite.remove(new)            # of a rebuild that was killed
    build(new, layout, log, progress).close()
    sqlite.replace(new, layout.catalogue)


def _shared(layout: CaseLayout, log: CustodyLog) -> SqlCatalogue:
    catalogue = sqlite.open_for_reading(layout.catalogue)
    try:
        if catalogue.head.size < log.size:
            _caught_up(sqlite.open_for_writing(layout.catalogue), log).close()
        else:
            _check_ledger(catalogue.head, log)
    except BaseException:
        catalogue.close()
        raise
    return catalogue


def _read_only(layout: CaseLayout, log: CustodyLog) -> SqlCatalogue:
    # SQLite can read a file in WAL mode from a folder it may not write only while its log files are there
    try:
        catalogue = sqlite.open_for_reading(layout.catalogue)
    except CatalogueUnusable:
        return _private(layout, log, copy=True)
    if catalogue.head == head_at(log, log.size):
        return catalogue
    catalogue.close()
    return _private(layout, log, copy=True)


def _private(layout: CaseLayout, log: CustodyLog, *, copy: bool) -> SqlCatalogue:
    folder = TemporaryDirectory(prefix="muniment-")
    try:
        path = Path(folder.name) / layout.catalogue.name
        if copy:
            for suffix in ("", "-wal"):
                source = layout.catalogue.with_name(layout.catalogue.name + suffix)
                if source.exists():
                    shutil.copyfile(source, path.with_name(source.name))
            _caught_up(sqlite.open_for_writing(path), log).close()
        else:
            build(path, layout, log).close()
        return sqlite.open_for_reading(path, on_close=folder.cleanup)
    except BaseException:
        folder.cleanup()
        raise


def _caught_up(catalogue: SqlCatalogue, log: CustodyLog) -> SqlCatalogue:
    try:
        catch_up(catalogue, log)
    except BaseException:
        catalogue.close()
        raise
    return catalogue


def _events(log: CustodyLog, start: int, stop: int) -> Iterator[Event]:
    for seq, body in enumerate(log.bodies(start, stop), start=start):
        yield decode_body(seq, body)


def _check_ledger(head: LedgerHead, log: CustodyLog) -> None:
    if head.size > log.size or head != head_at(log, head.size):
        raise CatalogueUnusable("the catalogue is of another ledger", hint="run `muniment reindex`")


def _may_write(layout: CaseLayout) -> bool:
    return os.access(layout.root, os.W_OK) and os.access(layout.catalogue, os.W_OK)
