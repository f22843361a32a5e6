"""A case: a folder that holds everything about one investigation, and the ways to read it.

1. Ledger, bodies, WARCs and blobs are the truth; the catalogue is an index that is brought up to date when it is
   first asked for.
2. Reading never waits for a writer and needs no right to write.
3. `muniment.toml` is written last: a case that was never finished is told apart from a folder that is none.
4. Content is only handed out through readers that check its hash.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, Self

from evidence_store.atomic import sync_folder, write_once
from evidence_store.blobs import FolderBlobStore
from evidence_store.clock import Clock, RandomBytes
from evidence_store.content import open_content, open_item
from evidence_store.custody.keys import PublicKey, Signer
from evidence_store.custody.log import CustodyLog
from evidence_store.errors import EvidenceError, FolderInUse, MissingContent, NotACase
from evidence_store.events import SALT_BYTES, CaseOpen, Event, KeyEnrol, KnownBody, decode_body, encode_body
from evidence_store.layout import CaseLayout
from evidence_store.lock import CaseLock
from evidence_store.records import CaseId, Item, ItemId, Locator, RecordId, Tool
from evidence_store.settings import CaseSettings, read_settings, write_settings
from evidence_store.warc.model import RecordEntry

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from evidence_store.catalogue.interface import Catalogue
    from evidence_store.writer import CaseWriter

PAGE_OF_EVENTS = 500          # event numbers of an item fetched at once


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCharter:
    """Why a case exists and under what authority: the first thing its ledger says."""

    title: str
    purpose: str = ""
    authority: str = ""
    scope: str = ""


class Case:
    """A case, open for reading; `writer` opens it for writing. Close it, or use it as a context manager."""

    def __init__(self, layout: CaseLayout, settings: CaseSettings, log: CustodyLog) -> None:
        self.layout = layout
        self.settings = settings
        self.log = log
        self.blobs = FolderBlobStore(layout.blobs)
        self._catalogue: Catalogue | None = None
        self._writer: CaseWriter | None = None

    @classmethod
    def create(cls, root: Path, charter: CaseCharter, *, signer: Signer, principal: str, clock: Clock,
               random: RandomBytes, software: tuple[Tool, ...] = ()) -> Self:
        """Make a case in `root`, which must be an empty folder or not exist; `signer` is its first enrolled key.

        FolderInUse where something is there already; NotACase where that is the beginning of a case.
        """
        layout = CaseLayout(root)
        _claim(layout)
        settings = CaseSettings(id=CaseId(random(16).hex()), title=charter.title, created=clock())
        settings.to_toml()        # refuses a title that cannot be written down before anything is
        root.mkdir(parents=True, exist_ok=True)
        with CaseLock(layout.lock, command="init", clock=clock):
            _lay_out(layout, settings, charter, signer=signer, principal=principal, clock=clock, random=random,
                     software=software)
        return cls.open(root)

    @classmethod
    def open(cls, root: Path) -> Self:
        """The case in folder `root`; NotACase where there is none, or none that this version reads."""
        layout = CaseLayout(root)
        settings = read_settings(layout)
        case = cls(layout, settings, CustodyLog.open(layout.custody))
        try:
            first = case.event(0).body
        except EvidenceError as error:
            raise NotACase(f"{root} has settings of a case but no readable ledger: {error}", hint=error.hint) from error
        if not isinstance(first, CaseOpen) or first.case != settings.id:
            raise NotACase(f"{root} has the settings of one case and the ledger of another",
                           hint="restore muniment.toml and custody/ from the same copy")
        return case

    @property
    def id(self) -> CaseId:
        """32 hex digits, random."""
        return self.settings.id

    @property
    def title(self) -> str:
        """For people; may be changed in `muniment.toml`."""
        return self.settings.title

    @property
    def created(self) -> datetime:
        """When the case was made, UTC."""
        return self.settings.created

    @property
    def catalogue(self) -> "Catalogue":
        """The index over the case, brought up to date when first asked for."""
        if self._catalogue is None:
            # sqlalchemy takes half a second of CPU to import; commands that never ask must not pay for it
            from evidence_store.catalogue import opening
            self._catalogue = opening.open_for_reading(self.layout, self.log)
        return self._catalogue

    def refresh(self) -> None:
        """Open the catalogue again: for a reader that outlives a writer that was killed, or a private copy."""
        if self._catalogue is not None:
            self._catalogue.close()
            self._catalogue = None

    def close(self) -> None:
        """Let go of the catalogue."""
        self.refresh()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.close()

    def events(self, start: int = 0, stop: int | None = None) -> Iterator[Event]:
        """The events from `start` to `stop` (exclusive; None: all there are now), checked."""
        for seq, body in enumerate(self.log.bodies(start, stop), start=start):
            yield decode_body(seq, body)

    def event(self, seq: int) -> Event:
        """One event."""
        return decode_body(seq, self.log.body(seq))

    def events_of(self, item: ItemId) -> Iterator[Event]:
        """The events that name an item, in ledger order."""
        from evidence_store.catalogue.model import EventFilter
        after = -1
        while page := self.catalogue.events(EventFilter(item=item), after=after, limit=PAGE_OF_EVENTS):
            for entry in page:
                yield self.event(entry.seq)
            after = page[-1].seq

    def open_content(self, locator: Locator, *, decoded: bool = False) -> BinaryIO:
        """The bytes a locator names, hash-checked while reading.

        Of a WARC record that is its block; `decoded`: of an HTTP message its content, with chunking and content
        coding removed (other records and blobs are content as they are).

        MissingContent where they are not in the case; ContentMismatch (at the latest at the end of reading) where they
        are not what the locator says; WarcDamaged where the record cannot be read; FormatError (on opening or while
        reading) where the body cannot be decoded, or decodes to more than a limit allows.
        """
        return open_content(self, locator, decoded=decoded)

    def open_item(self, item: Item) -> BinaryIO:
        """The original of an item: exactly the bytes that have its SHA-256 and length, checked while reading."""
        return open_item(self, item)

    def record(self, record: RecordId) -> RecordEntry:
        """Where a WARC record stands; MissingContent where the case has none of that id."""
        found = self.catalogue.record(record)
        if found is None and self._writer is not None:
            self._writer.sync()
            found = self.catalogue.record(record)
        if found is None:
            raise MissingContent(f"WARC record {record} is not in the case",
                                 hint="restore the warcs folder from a copy, then run `muniment reindex`")
        return found

    def writer(self, signer: Signer, *, command: str, clock: Clock, random: RandomBytes,
               principal: str = "") -> "AbstractContextManager[CaseWriter]":
        """The right to write this case while the context lasts.

        `command`: what holds the lock, for whoever meets it. `principal`: enrols the signer's key for that person
        where it is not enrolled yet. On entering: StoreLocked where another process writes, SigningKeyError where the
        key is not enrolled or was revoked, LedgerDamaged where the ledger is.
        """
        from evidence_store.writer import open_writer  # sqlalchemy: see `catalogue`
        return open_writer(self, signer, command=command, clock=clock, random=random, principal=principal)

    def attach_writer(self, writer: "CaseWriter | None") -> None:
        """For CaseWriter: records that it has written and the catalogue does not have yet are found through it."""
        self._writer = writer


def enrolment(signer: Signer, principal: str) -> KeyEnrol:
    """The event that enrols a key as an investigator's."""
    return KeyEnrol(public_key=signer.public.line, fingerprint=signer.public.fingerprint, principal=principal,
                    role="investigator", protection=signer.protection)


def store_key(layout: CaseLayout, public_key: str) -> None:
    """Keep a public key as `custody/keys/<KEY16>.pub`; FormatError where the line is none."""
    key = PublicKey.parse(public_key)
    path = layout.key_file(key.key16)
    if not path.exists():
        write_once(path, f"{key.line}\n".encode())


def _claim(layout: CaseLayout) -> None:
    if layout.settings.exists():
        raise FolderInUse(f"{layout.root} is a case already", hint="open it, or name another folder")
    if not layout.root.exists():
        return
    if not layout.root.is_dir():
        raise FolderInUse(f"{layout.root} is a file", hint="name a folder that does not exist yet")
    if layout.custody.exists() or layout.lock.exists():
        read_settings(layout)     # says what a half-made case is, and what to do
    if any(layout.root.iterdir()):
        raise FolderInUse(f"{layout.root} is not empty", hint="name an empty folder, or one that does not exist yet")


def _lay_out(layout: CaseLayout, settings: CaseSettings, charter: CaseCharter, *, signer: Signer, principal: str,
             clock: Clock, random: RandomBytes, software: tuple[Tool, ...]) -> None:
    for folder in layout.folders():
        folder.mkdir(exist_ok=True)
    sync_folder(layout.root)
    key = signer.public.fingerprint
    bodies: tuple[KnownBody, ...] = (
        CaseOpen(case=settings.id, title=charter.title, purpose=charter.purpose, authority=charter.authority,
                 scope=charter.scope, software=software),
        enrolment(signer, principal),
    )
    store_key(layout, signer.public.line)
    with CustodyLog.create(layout.custody) as log:
        log.append([encode_body(body, time=clock(), key=key, salt=random(SALT_BYTES)) for body in bodies])
        from evidence_store.catalogue import opening  # sqlalchemy: see Case.catalogue
        opening.build(layout.catalogue, layout, log).close()
    write_settings(layout, settings)
