"""Bring files in: their bytes into the blob store, their records into the ledger.

1. A file is kept byte for byte; of its path only what lies below the import root is kept.
2. Links are not followed, and what is no plain file is refused by name: one bad file costs nothing but itself.
3. Bytes that the case holds under the same name are the item they are; under another name they are a new item that
   names the first. What the same is, SHA-256 says: files with one MD5 or SHA-1 stay two.
4. An archive is kept whole, and what stands in it becomes items too: with address and date of its record.
"""

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import BinaryIO, cast

from archiver.citations.urls import normalise_url
from evidence_store.events import Imported
from evidence_store.progress import Progress
from evidence_store.records import BlobRef, Circumstances, Item, ItemId, Sha256, Within
from evidence_store.writer import CaseWriter
from muniment.flows.archives import Content, Unread, contents, is_archive
from muniment.flows.chats import record_chats
from muniment.flows.environment import Environment
from muniment.flows.file_kinds import HEAD_BYTES, FileKind, file_kind

MAX_NAME = 200            # characters of a path below the import root
BATCH = 50                # files to an event: an interruption loses no finished batch


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """How files came to be here, in people's words; "" where nobody said."""

    received_from: str = ""       # a pseudonym such as SOURCE-07, never a name
    received_by: str = ""
    received_at: str = ""
    how: str = ""
    conditions: str = ""          # "do not publish"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportFailure:
    """A file that could not be taken in."""

    path: str                     # below the import root
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportDone:
    """What came in."""

    items: tuple[Item, ...]           # new ones
    known: tuple[ItemId, ...]         # files whose bytes the case held under that name already
    failures: tuple[ImportFailure, ...]
    unread: tuple[ImportFailure, ...] = ()    # what stands in archives and could not be taken out of them


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    path: Path
    name: str


def import_paths(writer: CaseWriter, paths: Iterable[Path], provenance: Provenance, circumstances: Circumstances,
                 environment: Environment) -> ImportDone:
    """Import files and everything below folders, in the order of their names."""
    failures: list[ImportFailure] = []
    found = list(_files(paths, failures))
    progress = environment.progress
    progress.start("import", len(found), "files")
    items: list[Item] = []
    known: list[ItemId] = []
    stream = iter(found)
    try:
        while batch := list(islice(stream, BATCH)):
            fresh = _take_in(writer, batch, environment, known=known, failures=failures, progress=progress)
            if fresh:
                writer.append(_event(fresh, provenance, circumstances))
                items += fresh
    finally:
        progress.finish("import")
    done = ImportDone(items=tuple(items), known=tuple(known), failures=tuple(failures))
    return _take_out(writer, found, done, provenance, circumstances, environment=environment)


def _take_out(writer: CaseWriter, found: Iterable[_Found], done: ImportDone, provenance: Provenance,
              circumstances: Circumstances, *, environment: Environment) -> ImportDone:
    """What stands in the archives among the files, an event for each batch (rule 4)."""
    items, known, unread = list(done.items), list(done.known), list[ImportFailure]()
    for file in found:
        archive = _archive(writer, file)
        if archive is None:
            continue
        taking = _Taking(writer=writer, archive=archive, environment=environment)
        stream = contents(file.path, file.name)
        while batch := list(islice(_taken(taking, stream, known, unread), BATCH)):
            writer.append(_event(batch, provenance, circumstances))
            items += batch
    record_chats(writer, items)
    return ImportDone(items=tuple(items), known=tuple(known), failures=done.failures, unread=tuple(unread))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taking:
    """Taking contents out of one archive."""

    writer: CaseWriter
    archive: Item
    environment: Environment
    seen: dict[tuple[str, str, str], ItemId] = field(default_factory=dict)    # by address, name and hash
    first: dict[Sha256, ItemId] = field(default_factory=dict)                 # with these bytes, of this archive


def _archive(writer: CaseWriter, file: _Found) -> Item | None:
    """The item that an archive has become; None for any other file, and for one that was not taken in."""
    try:
        with file.path.open("rb") as stream:
            if not is_archive(file.path, stream.read(HEAD_BYTES)):
                return None
            stream.seek(0)
            sha256 = Sha256(hashlib.file_digest(stream, "sha256").hexdigest())
    except OSError:
        return None
    held = writer.case.catalogue.items_with_sha256(sha256)
    return next((entry.item for entry in held if entry.item.name == file.name[-MAX_NAME:]), None)


def _taken(taking: _Taking, stream: Iterable[Content | Unread], known: list[ItemId], unread: list[ImportFailure]
           ) -> Iterator[Item]:
    for one in stream:
        if isinstance(one, Unread):
            unread.append(ImportFailure(path=one.where, reason=one.reason))
            continue
        item = _content_item(taking, one)
        if isinstance(item, Item):
            yield item
        else:
            known.append(item)


def _content_item(taking: _Taking, content: Content) -> Item | ItemId:
    """The item of a content, or the id of the one that it is already."""
    blob = taking.writer.add_blob(cast("BinaryIO", content.file))
    url, catalogue = normalise_url(content.url) if content.url else "", taking.writer.case.catalogue
    name = (f"{taking.archive.name}!{content.member}" if not content.url else content.name)[-MAX_NAME:]
    place = (url, "" if url else name, blob.sha256)
    if place in taking.seen:
        return taking.seen[place]
    twins = [entry.item for entry in catalogue.items_with_sha256(blob.sha256)]
    same = next((item for item in twins if (item.url == url if url else item.name == name and not item.url)), None)
    if same is not None:
        return same.id
    item = Item(id=taking.writer.new_item_id(), kind=content.kind.kind, sha256=blob.sha256, length=blob.length,
                media_type=content.kind.media_type, source=blob, url=url, name=name, truncated=content.truncated,
                obtained_at=content.at or taking.environment.clock(),
                same_bytes_as=twins[0].id if twins else taking.first.get(blob.sha256),
                within=Within(item=taking.archive.id, member=content.member[-MAX_NAME:], record=content.record,
                              offset=content.offset, inner=content.inner))
    taking.seen[place] = item.id
    taking.first.setdefault(blob.sha256, item.id)
    return item


def import_file(writer: CaseWriter, path: Path, circumstances: Circumstances, environment: Environment, *, how: str
                ) -> Item:
    """Import one file; where the case holds its bytes under this name already, the item it is. May raise OSError."""
    stored = _store(writer, path)
    item, is_new = _item(writer, path.name[-MAX_NAME:], stored, environment=environment, fresh=())
    if is_new:
        writer.append(_event([item], Provenance(how=how), circumstances))
    return item


def _take_in(writer: CaseWriter, batch: list[_Found], environment: Environment, *, known: list[ItemId],
             failures: list[ImportFailure], progress: Progress) -> list[Item]:
    fresh: list[Item] = []
    for file in batch:
        try:
            stored = _store(writer, file.path)
        except OSError as error:
            failures.append(ImportFailure(path=file.name, reason=error.strerror or str(error)))
            continue
        finally:
            progress.advance("import", 1, file.name)
        item, is_new = _item(writer, file.name[-MAX_NAME:], stored, environment=environment, fresh=fresh)
        if is_new:
            fresh.append(item)
        else:
            known.append(item.id)
    return fresh


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stored:
    """A file's bytes in the case, and what its place on disk said of it."""

    blob: BlobRef
    kind: FileKind
    changed: datetime | None


def _store(writer: CaseWriter, path: Path) -> _Stored:
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
        changed = _time_of(os.fstat(stream.fileno()).st_mtime)
        stream.seek(0)
        return _Stored(blob=writer.add_blob(stream), kind=file_kind(head, path.name), changed=changed)


def _time_of(seconds: float) -> datetime | None:
    """UTC to the second; None for the epoch and what lies before it, which copying programs write that know none."""
    try:
        return datetime.fromtimestamp(int(seconds), UTC) if seconds >= 1 else None
    except (OverflowError, OSError, ValueError):
        return None


def _item(writer: CaseWriter, name: str, stored: _Stored, *, environment: Environment,
          fresh: Iterable[Item]) -> tuple[Item, bool]:
    """The item of a blob, and whether it is a new one."""
    blob = stored.blob
    held = [entry.item for entry in writer.case.catalogue.items_with_sha256(blob.sha256)]
    twins = [*held, *(item for item in fresh if item.sha256 == blob.sha256)]
    known = next((item for item in twins if item.name == name and not item.url), None)
    if known is not None:
        return known, False
    return Item(id=writer.new_item_id(), kind=stored.kind.kind, sha256=blob.sha256, length=blob.length,
                media_type=stored.kind.media_type, source=blob, name=name, obtained_at=environment.clock(),
                same_bytes_as=twins[0].id if twins else None, file_time=stored.changed), True


def _event(items: Iterable[Item], provenance: Provenance, circumstances: Circumstances) -> Imported:
    return Imported(items=tuple(items), received_from=provenance.received_from, how=provenance.how,
                    received_by=provenance.received_by, received_at=provenance.received_at,
                    conditions=provenance.conditions, circumstances=circumstances)


def _files(paths: Iterable[Path], failures: list[ImportFailure]) -> Iterator[_Found]:
    """The plain files that are meant; what cannot be taken in is noted."""
    for root in paths:
        if not root.is_dir():
            yield from _plain(_Found(path=root, name=root.name), failures)
            continue

        def unreadable(error: OSError, top: Path = root) -> None:
            name = os.path.relpath(error.filename, top)
            failures.append(ImportFailure(path=name, reason=error.strerror or str(error)))

        for folder, folders, names in os.walk(root, onerror=unreadable):
            folders.sort()
            for name in sorted(names):
                path = Path(folder, name)
                yield from _plain(_Found(path=path, name=path.relative_to(root).as_posix()), failures)


def _plain(file: _Found, failures: list[ImportFailure]) -> Iterator[_Found]:
    try:
        mode = file.path.lstat().st_mode
    except OSError as error:
        failures.append(ImportFailure(path=file.name, reason=error.strerror or str(error)))
        return
    if stat.S_ISREG(mode):
        yield file
    else:
        what = "a link is not followed" if stat.S_ISLNK(mode) else "not a plain file"
        failures.append(ImportFailure(path=file.name, reason=what))
