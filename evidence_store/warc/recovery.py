"""What a killed writer leaves, mended: the torn tail is set aside, the index written, the journal removed.

1. A file with a journal was not closed. It is cut after its last whole member; what stood behind is first kept as
   `<warc>.torn-<offset>`, synced, and never deleted.
2. Members that the journal names are compared with it; one that changed is reported and left as it is.
3. A file without a whole member is removed once its bytes are kept aside.
4. Running again changes nothing; being killed in between loses nothing.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from evidence_store.warc.cdxj import cdxj_of
from evidence_store.warc.durable import sync_folder, write_whole
from evidence_store.warc.entries import keyed_entries
from evidence_store.warc.journal import SUFFIX, journal_path, read_journal
from evidence_store.warc.members import Member, scan_members
from evidence_store.warc.model import COPY_SIZE, RecordEntry
from evidence_store.warc.open_file import cdxj_path

TORN = ".torn-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """What was done to one file that was not closed. Read its records again with `entries`."""

    warc: Path
    kept: int                        # whole members
    torn: Path | None                # the tail set aside; None: the file ended with a whole member
    torn_length: int
    changed: tuple[int, ...]         # offsets of members that are not what the journal says

    @property
    def note(self) -> str:
        """One sentence for people."""
        tail = f"{self.torn_length} bytes of an unfinished record set aside as {self.torn.name}" if self.torn else (
            "nothing was unfinished")
        changed = f"; {len(self.changed)} members are not what was written" if self.changed else ""
        return f"{self.warc.name}: {self.kept} whole records kept, {tail}{changed}"


def recover(folder: Path) -> tuple[Recovery, ...]:
    """Mend every file of a folder that was not closed. Nothing may be writing into the folder."""
    journals = sorted(folder.glob(f"*.warc.gz{SUFFIX}"))
    return tuple(_recover(journal.with_name(journal.name.removesuffix(SUFFIX))) for journal in journals)


def write_index(warc: Path) -> tuple[RecordEntry, ...]:
    """Write the CDXJ beside a WARC file from what is in it; the records that are."""
    keyed = [(found, key) for found, key in keyed_entries(warc) if isinstance(found, RecordEntry)]
    write_whole(cdxj_path(warc), cdxj_of(keyed))
    return tuple(entry for entry, _ in keyed)


def _recover(warc: Path) -> Recovery:
    kept, end, whole = 0, 0, True
    if warc.exists():
        kept, end, whole = _last_whole(warc)
    torn = None if whole or not warc.exists() else _set_aside(warc, end)
    torn_length = torn.stat().st_size if torn else 0
    changed: tuple[int, ...] = ()
    if kept:
        _cut(warc, end)
        changed = _changed(warc, write_index(warc))
    else:
        warc.unlink(missing_ok=True)
    journal_path(warc).unlink()
    sync_folder(warc.parent)
    return Recovery(warc=warc, kept=kept, torn=torn, torn_length=torn_length, changed=changed)


def _last_whole(warc: Path) -> tuple[int, int, bool]:
    """Whole members, where the last of them ends, and whether the file ends there."""
    kept = end = 0
    size = warc.stat().st_size
    for found in scan_members(warc):
        if isinstance(found, Member):
            kept, end = kept + 1, found.offset + found.length
    return kept, end, end == size


def _set_aside(warc: Path, start: int) -> Path:
    """Copy the tail beside the file, whole or not at all."""
    torn = warc.with_name(f"{warc.name}{TORN}{start}")
    temporary = torn.with_name(torn.name + ".tmp")
    with warc.open("rb") as source, temporary.open("wb") as copy:
        source.seek(start)
        while data := source.read(COPY_SIZE):
            copy.write(data)
        copy.flush()
        os.fsync(copy.fileno())
    temporary.replace(torn)
    sync_folder(warc.parent)
    return torn


def _cut(warc: Path, end: int) -> None:
    with warc.open("rb+") as file:
        file.truncate(end)
        os.fsync(file.fileno())


def _changed(warc: Path, present: tuple[RecordEntry, ...]) -> tuple[int, ...]:
    """Offsets of members that the journal names and that are not, or not as it says."""
    found = {entry.offset: entry.ref for entry in present}
    return tuple(line.offset for line in read_journal(warc)
                 if line.offset not in found or (found[line.offset].sha256, found[line.offset].record)
                 != (line.sha256, line.record))
