"""What is done with evidence once the case has it: copies to work on, access, redaction, disposal, incidents.

Each is an event before anything leaves the case, so that the ledger may name a copy that was never taken, but never
misses one that was. The evidence itself stays as it is: nothing here changes or removes a byte of it.
"""

import errno
import os
import shutil
from collections.abc import Iterable, Sequence
from contextlib import suppress
from hashlib import file_digest
from pathlib import Path

from evidence_store.atomic import sync_folder
from evidence_store.bundle.naming import extension
from evidence_store.case import Case
from evidence_store.errors import EvidenceError
from evidence_store.events import Event, Incident, Sealed, Transformed
from evidence_store.findings import Outcome
from evidence_store.handling import Accessed, Disposed, Redacted, Verified, WorkingCopy
from evidence_store.records import BlobRef, Derivative, DerivativeKind, Item, ItemId, Recipe, Tool
from evidence_store.writer import CaseWriter
from muniment.flows.circumstances import tool
from muniment.flows.file_kinds import HEAD_BYTES, file_kind
from muniment.flows.lookup import require_item
from muniment.flows.transfer import bundle_id
from verify.report import TargetKind, VerifyReport

CHUNK_BYTES = 1 << 20
WHOLE_CASE = "case"             # what was verified, where it is no bundle
BY_HAND = Tool(name="by hand", version="")     # the redacted version was made elsewhere, by a person


class HandlingRefused(EvidenceError):
    """What somebody wants to record of evidence cannot be so."""


def items_named(case: Case, ids: Iterable[ItemId]) -> tuple[Item, ...]:
    """The items of these ids, each once; MissingContent where one is not there."""
    return tuple(require_item(case, item).item for item in dict.fromkeys(ids))


def working_copies(writer: CaseWriter, items: Sequence[Item], destination: Path, *, holder: str,
                   purpose: str = "") -> tuple[Path, ...]:
    """Copies of originals in a new folder, for somebody to work on; each is recorded with its hash.

    FileExistsError where the folder is there; ContentMismatch where an original is no longer what was recorded.
    """
    events = [WorkingCopy(item=item.id, copy=BlobRef(sha256=item.sha256, length=item.length), holder=holder,
                          purpose=purpose) for item in items]
    with _Outgoing(writer.case, items, destination) as outgoing:
        writer.append(*events)
        return outgoing.publish()


def give_access(writer: CaseWriter, items: Sequence[Item], *, by: str, purpose: str = "", how: str = "",
                destination: Path | None = None) -> tuple[Path, ...]:
    """Record that somebody got originals in another way than in a bundle, and write them where `destination` is given.

    Errors as of `working_copies`.
    """
    event = Accessed(items=tuple(item.id for item in items), by=by, purpose=purpose, how=how)
    if destination is None:
        writer.append(event)
        return ()
    with _Outgoing(writer.case, items, destination) as outgoing:
        writer.append(event)
        return outgoing.publish()


def redact(writer: CaseWriter, item: Item, version: Path, *, what: str, reason: str = "") -> Derivative:
    """Keep a version of an item in which something cannot be seen, as a derivative linked to its original.

    HandlingRefused where it is the original itself, or empty.
    """
    with version.open("rb") as stream:
        digest = file_digest(stream, "sha256").hexdigest()
        length = stream.tell()
        stream.seek(0)
        head = stream.read(HEAD_BYTES)
        if digest == item.sha256 or not length:
            raise HandlingRefused(f"{version} is {'the original itself' if length else 'empty'}: nothing is redacted",
                                  hint="name the file in which it cannot be seen any more")
        stream.seek(0)
        content = writer.add_blob(stream)
    kind = file_kind(head, version.name)
    recipe = Recipe(tool=BY_HAND, arguments=("redact", what), inputs=(item.source,))
    derivative = Derivative(item=item.id, kind=DerivativeKind.REDACTED, content=content, media_type=kind.media_type,
                            recipe=recipe)
    writer.append(Transformed(derivative=derivative),
                  Redacted(item=item.id, original=item.sha256, content=content, what=what, reason=reason))
    return derivative


def dispose(writer: CaseWriter, items: Sequence[Item], *, method: str, authority: str, reason: str = "") -> Event:
    """Record that custody of items ended: returned, handed on for good, destroyed. HandlingRefused without words."""
    if not method.strip() or not authority.strip():
        raise HandlingRefused("a disposal needs a method and by whose decision it is")
    (event,) = writer.append(Disposed(items=tuple(item.id for item in items), method=method, authority=authority,
                                      reason=reason))
    return event


def report_incident(writer: CaseWriter, what: str, *, affected: Sequence[str], action: str) -> Event:
    """Record that something went wrong with evidence or its keepers, and what was done about it."""
    if not what.strip() or not action.strip():
        raise HandlingRefused("an incident needs what happened, and what was done about it")
    (event,) = writer.append(Incident(what=what, affected=tuple(affected), action=action))
    return event


def record_verification(writer: CaseWriter, report: VerifyReport) -> Event:
    """Record what verifying the case, or a bundle that it sealed, gave; HandlingRefused for anything else.

    A bundle that was changed may name any other: it is judged by what it says it is.
    """
    if report.kind is TargetKind.CASE:
        target = WHOLE_CASE
    else:
        target = bundle_id(report.target)
        if not any(isinstance(event.body, Sealed) and event.body.bundle == target for event in writer.case.events()):
            raise HandlingRefused(f"{report.target} is no bundle that this case has sealed")
    failures = sorted({finding.check for finding in report.findings if finding.outcome is Outcome.FAIL})
    (event,) = writer.append(Verified(target=target, outcome=report.outcome, tools=(tool("muniment"),),
                                      failures=tuple(failures)))
    return event


class _Outgoing:
    """Originals on their way out: written beside their folder, which gets its name when they are whole."""

    def __init__(self, case: Case, items: Sequence[Item], destination: Path) -> None:
        self._case = case
        self._items = items
        self._destination = destination
        self._folder = destination.with_name(f".{destination.name}.unfinished")

    def __enter__(self) -> "_Outgoing":
        if self._destination.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(self._destination))
        with suppress(FileNotFoundError):
            shutil.rmtree(self._folder)           # a killed run's
        self._folder.mkdir(parents=True)
        for item in self._items:
            name = f"{item.id}.{extension(item.media_type, item.name)}"
            with self._case.open_item(item) as stream, (self._folder / name).open("xb") as out:
                shutil.copyfileobj(stream, out, CHUNK_BYTES)
        sync_folder(self._folder)
        return self

    def publish(self) -> tuple[Path, ...]:
        self._folder.rename(self._destination)
        return tuple(sorted(self._destination.iterdir()))

    def __exit__(self, *_: object) -> None:
        if self._folder.is_dir():
            shutil.rmtree(self._folder)

