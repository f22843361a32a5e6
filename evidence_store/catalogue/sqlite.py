"""The catalogue as one SQLite file in the case folder.

1. WAL, so that readers never wait and never make anybody wait; synchronous=FULL, so that what was taken in stays.
2. Readers open the file read-only (`mode=ro`): they can neither change it nor remove its log.
3. A file of another schema, a damaged one and a missing one are CatalogueUnusable: the caller makes it anew.
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, insert, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from evidence_store.catalogue import schema
from evidence_store.catalogue.sql import SqlCatalogue
from evidence_store.custody.ledger import GENESIS
from evidence_store.errors import CatalogueUnusable

if TYPE_CHECKING:
    from evidence_store.catalogue.frontier import SqlFrontier

BUSY_SECONDS = 30             # the longest a writer waits for another's transaction; each takes milliseconds
_BESIDE = ("-wal", "-shm")    # SQLite's own files beside the database


def create(path: Path) -> SqlCatalogue:
    """An empty catalogue in a new file, open for reading and writing."""
    if path.exists():
        raise FileExistsError(f"{path} exists")
    write = _engine(path, mode="rwc")
    try:
        with write.begin() as connection:
            schema.metadata.create_all(connection)
            connection.execute(insert(schema.state).values(schema=schema.SCHEMA, size=0, line=GENESIS, last_item=0,
                                                           last_citation=0, last_claim=0))
    except DBAPIError as error:
        write.dispose()
        raise CatalogueUnusable(f"{path} cannot be made: {error.orig}") from error
    return SqlCatalogue(_engine(path, mode="ro"), write)


def open_for_writing(path: Path) -> SqlCatalogue:
    """The catalogue in a file, for reading and writing; CatalogueUnusable where it must be made anew."""
    write = _engine(path, mode="rw")
    _check(path, write)
    return SqlCatalogue(_engine(path, mode="ro"), write)


def open_for_reading(path: Path, *, on_close: Callable[[], None] = lambda: None) -> SqlCatalogue:
    """The catalogue in a file, read-only; CatalogueUnusable where it must be made anew, or cannot be read from here."""
    read = _engine(path, mode="ro")
    _check(path, read)
    return SqlCatalogue(read, None, on_close=on_close)


def open_frontier(path: Path, *, read_only: bool = False) -> "SqlFrontier":
    """The capture queue in a catalogue's file; CatalogueUnusable where that must be made anew."""
    engine = _engine(path, mode="ro" if read_only else "rw")
    _check(path, engine)
    from evidence_store.catalogue.frontier import SqlFrontier  # only who captures has a queue

    return SqlFrontier(engine)


def replace(new: Path, old: Path) -> None:
    """Give the catalogue in `old` the content of `new`, which goes; readers see the change at their next question.

    Where `old` is a sound database its pages are replaced in one transaction; where it is damaged or missing, the
    file is. The caller holds the case's lock.
    """
    try:
        with closing(_connect(new, "ro")) as source, closing(_connect(old, "rw")) as target:
            source.backup(target)
    except sqlite3.DatabaseError:
        for suffix in _BESIDE:
            old.with_name(old.name + suffix).unlink(missing_ok=True)
        new.replace(old)
    remove(new)


def remove(path: Path) -> None:
    """Delete a catalogue that nobody has open."""
    for suffix in ("", *_BESIDE):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _engine(path: Path, *, mode: str) -> Engine:
    engine = create_engine("sqlite://", creator=lambda: _connect(path, mode), poolclass=QueuePool)
    begin = "BEGIN" if mode == "ro" else "BEGIN IMMEDIATE"  # who will write asks at the start, and waits there

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    # isolation_level=None: transactions are begun by the engine's event, not guessed by the driver
    connection = sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode={mode}", uri=True, timeout=BUSY_SECONDS,
                                 isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA foreign_keys=ON")
        if mode != "ro":
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def _check(path: Path, engine: Engine) -> None:
    try:
        with engine.begin() as connection:
            found: Any = connection.execute(select(schema.state.c.schema)).scalar_one_or_none()
    except DBAPIError as error:
        engine.dispose()
        raise CatalogueUnusable(f"{path} cannot be read: {error.orig}", hint="run `muniment reindex`") from error
    if found != schema.SCHEMA:
        engine.dispose()
        raise CatalogueUnusable(f"{path} has schema {found}; this version has {schema.SCHEMA}",
                                hint="run `muniment reindex`")
