"""One WARC file while it is written: members appended whole or taken back."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from evidence_store.errors import ContentMismatch
from evidence_store.warc.draft import Draft
from evidence_store.warc.durable import sync_folder, write_whole
from evidence_store.warc.gzip_members import STORED_MAX, open_member
from evidence_store.warc.journal import Journal, journal_path
from evidence_store.warc.model import Block, RecordEntry

COPY_BUFFER = 16 * STORED_MAX     # about 1 MiB, in whole stored blocks
# Payload digests of larger blocks are taken as handed in: hashing a film twice would cost a third of the speed, a
# caller that computes them wrongly is found on its small records, and verification compares every one of them.
PAYLOAD_CHECKED = 1 << 20
RECORD_END = b"\r\n\r\n"          # WARC/1.1 4: two CRLF end a record


def cdxj_path(warc: Path) -> Path:
    """The index beside a WARC file: `X.warc.gz` -> `X.cdxj`."""
    return warc.with_name(warc.name.removesuffix(".gz").removesuffix(".warc") + ".cdxj")


class OpenWarc:
    """A file that records are appended to. Not thread-safe: the writer's lock orders calls."""

    def __init__(self, path: Path, descriptor: int, journal: Journal) -> None:
        self.path = path
        self.size = 0
        self.unsynced_bytes = 0
        self._descriptor = descriptor
        self._journal = journal
        self._unsynced: list[RecordEntry] = []
        self._index: list[bytes] = []

    @classmethod
    def create(cls, path: Path) -> Self:
        """A new file; FileExistsError where the name is taken."""
        journal = Journal.create(path)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        sync_folder(path.parent)
        return cls(path, descriptor, journal)

    def append(self, draft: Draft, head: bytes) -> RecordEntry:
        """Write one record. After any error the file is what it was before."""
        start = self.size
        try:
            length = self._write_member(draft, head)
        except BaseException:      # an interrupted copy must not stay either
            os.ftruncate(self._descriptor, start)
            os.lseek(self._descriptor, start, os.SEEK_SET)
            raise
        self.size += length
        self.unsynced_bytes += length
        entry = draft.entry(self.path.name, start, length)
        self._unsynced.append(entry)
        return entry

    def index(self, lines: bytes) -> None:
        """Keep CDXJ lines for the index that closing writes."""
        self._index += lines.splitlines(keepends=True)

    def sync(self) -> tuple[RecordEntry, ...]:
        """Make what was appended durable; the records that now are."""
        if not self._unsynced:
            return ()
        os.fsync(self._descriptor)
        self._journal.append(self._unsynced)
        done = tuple(self._unsynced)
        self._unsynced.clear()
        self.unsynced_bytes = 0
        return done

    def close(self) -> None:
        """Write the index and remove the journal. Call `sync` first."""
        os.close(self._descriptor)
        write_whole(cdxj_path(self.path), b"".join(sorted(self._index)))
        self._journal.close()
        journal_path(self.path).unlink()
        sync_folder(self.path.parent)

    def _write_member(self, draft: Draft, head: bytes) -> int:
        block, check = hashlib.sha256(), _PayloadCheck(draft)
        member = open_member(self._descriptor, draft.facts.coding)
        member.write(head)
        copied = 0
        for data in _pieces(draft.block):
            block.update(data)
            check.update(data)
            member.write(data)
            copied += len(data)
            if copied > draft.block.length:
                break
        if copied != draft.block.length or block.hexdigest() != draft.block.sha256:
            raise ContentMismatch(f"the {draft.type} block of {draft.uri or draft.record} is not what arrived: "
                                  f"{draft.block.length} bytes {draft.block.sha256} were expected",
                                  hint="check the disk that holds the spool folder")
        check.finish()
        member.write(RECORD_END)
        return member.finish()


class _PayloadCheck:
    """Hashes the payload again where the record will carry its digest and is not large."""

    def __init__(self, draft: Draft) -> None:
        start = draft.facts.payload_start
        wanted = draft.has_payload_digest and draft.original is None and draft.block.length <= PAYLOAD_CHECKED
        self._expected = draft.payload_sha256 if wanted else None
        self._skip = start or 0
        self._digest = hashlib.sha256()
        self._subject = draft.uri

    def update(self, data: memoryview) -> None:
        if self._expected is None:
            return
        self._digest.update(data[self._skip:])
        self._skip = max(0, self._skip - len(data))

    def finish(self) -> None:
        if self._expected is not None and self._digest.hexdigest() != self._expected:
            raise ContentMismatch(f"the payload of {self._subject} does not have the digest {self._expected}",
                                  hint="hand in the SHA-256 of the body with chunking removed and content coding kept")


def _pieces(block: Block) -> Iterator[memoryview]:
    """The bytes of a block; each piece is valid until the next is asked for."""
    if not isinstance(block.source, Path):
        view = memoryview(block.source)
        for start in range(0, len(view), COPY_BUFFER):
            yield view[start:start + COPY_BUFFER]
        return
    buffer = memoryview(bytearray(min(COPY_BUFFER, max(1, block.length))))
    with block.source.open("rb", buffering=0) as stream:
        while count := stream.readinto(buffer):
            yield buffer[:count]
