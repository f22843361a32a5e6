"""Taking in a colleague's bundle, whole, and showing what it says.

1. It is verified first: what fails is not taken in. Who sealed it may be unconfirmed, and then that is recorded.
2. A later bundle of the same case must go on where the earlier one ended: another ledger of the same case is refused,
   because one of the two was rewritten.
3. It can be written out again, byte for byte, and verified as it came.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from evidence_store.canonical import decode
from evidence_store.case import Case
from evidence_store.custody.ledger import read_lines
from evidence_store.errors import EvidenceError, FormatError
from evidence_store.events import (
    Assessed,
    Disclose,
    Event,
    KeyEnrol,
    Note,
    Reviewed,
    Tagged,
    Translated,
    decode_body,
    from_fields,
)
from evidence_store.findings import Outcome
from evidence_store.nesting import Nested, NestedFile, NestedSaid, name_here
from evidence_store.progress import NoProgress
from evidence_store.records import BlobRef, CaseId, Circumstances, Item, ItemId, Sha256
from evidence_store.warc.wacz_reader import ZIP_ERRORS
from muniment.flows.received import received
from muniment.flows.verify import Measure, is_bundle, verify_target
from verify.foreign.unpack import unpack_bag
from verify.report import VerifyReport

if TYPE_CHECKING:
    from evidence_store.writer import CaseWriter

LEDGER = "custody/ledger.jsonl"
MAX_BODY = 64 << 20           # bytes of one body
_BODY, _ITEM = re.compile(r"custody/bodies/(\d{10})\.json"), re.compile(r"data/items/(ITEM-\d+)/item\.json")
_CASE = re.compile(r"External-Identifier: ([0-9a-f]{32})")


class NotNested(EvidenceError):
    """A bundle was not taken in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A bundle that was taken in."""

    body: Nested
    report: VerifyReport


def nest_bundle(writer: "CaseWriter", folder: Path, measure: Measure, circumstances: Circumstances, *,
                received_from: str = "", how: str = "") -> Received:
    """Take in the bundle in a folder; NotNested says why not."""
    report = verify_target(folder, measure, NoProgress())
    if report.failures or report.sealer is None:
        first = report.failures[0] if report.failures else None
        raise NotNested(f"it does not verify: {first.check}: {first.summary}" if first else "nobody sealed it",
                        hint="run `muniment verify` on it, and ask the sender for another copy")
    there = _case_of(folder)
    if there == writer.case.id:
        raise NotNested("it is a bundle of this very case", hint="what it holds is here already")
    earlier = list(received(writer.case, there))
    _check_continues(writer.case, folder, earlier)
    files = tuple(_store(writer, folder))
    blobs = {file.path: file.content for file in files}
    events, known = list(_events(folder, blobs)), max((one.size for one in earlier), default=0)
    body = Nested(
        bundle=next((event.body.bundle for event in reversed(events) if isinstance(event.body, Disclose)), ""),
        case=there, size=sum(1 for _ in _lines(folder)), sealer=report.sealer.key.fingerprint,
        tagmanifest_sha256=blobs["tagmanifest-sha256.txt"].sha256, principal=report.sealer.principal,
        outcome=Outcome.PASS if report.outcome is Outcome.PASS else Outcome.INCONCLUSIVE, files=files,
        items=tuple(_new_items(writer.case, folder, there, blobs)), circumstances=circumstances,
        said=tuple(_said(events, there=there, here=writer.case.id, after=known)),
        received_from=received_from, how=how)
    if not any(one.tagmanifest_sha256 == body.tagmanifest_sha256 for one in earlier):
        writer.append(body)
    return Received(body=body, report=report)


def nest_path(writer: "CaseWriter", path: Path, measure: Measure, circumstances: Circumstances, *,
              received_from: str = "", how: str = "") -> Received:
    """As `nest_bundle`, of a bundle folder or a ZIP file of one."""
    if path.is_dir():
        return nest_bundle(writer, path, measure, circumstances, received_from=received_from, how=how)
    with TemporaryDirectory(prefix="muniment-") as folder:
        bag, _ = unpack_bag(path, Path(folder))
        if bag is None:
            raise NotNested("it cannot be unpacked", hint="run `muniment verify` on it")
        return nest_bundle(writer, bag, measure, circumstances, received_from=received_from, how=how)


def is_bundle_path(path: Path) -> bool:
    """Whether a folder or a ZIP file is a bundle of a case."""
    if path.is_dir():
        return is_bundle(path)
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name.endswith(LEDGER) and name.count("/") <= 2 for name in archive.namelist())
    except (*ZIP_ERRORS, OSError):
        return False


def _case_of(folder: Path) -> CaseId:
    match = _CASE.search((folder / "bag-info.txt").read_text())
    if match is None:
        raise NotNested("it does not name its case")
    return CaseId(match[1])


def _lines(folder: Path) -> Iterator[bytes]:
    with (folder / LEDGER).open("rb") as file:
        yield from read_lines(file)


def _check_continues(case: Case, folder: Path, earlier: list[Nested]) -> None:
    """Rule 2."""
    new = (folder / LEDGER).read_bytes()
    for body in earlier:
        ledger = next(file.content for file in body.files if file.path == LEDGER)
        with case.open_content(ledger) as stream:
            old = stream.read()
        if not new.startswith(old) and not old.startswith(new):
            raise NotNested(f"its ledger is not the one that bundle {body.bundle[:8]} of the same case brought: one of "
                            "the two was rewritten",
                            hint="keep both bundles, and ask the sender which checkpoint others hold")


def _store(writer: "CaseWriter", folder: Path) -> Iterator[NestedFile]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as stream:
                yield NestedFile(path=path.relative_to(folder).as_posix(), content=writer.add_blob(stream))


def _events(folder: Path, blobs: Mapping[str, BlobRef]) -> Iterator[Event]:
    for path in sorted(blobs):
        match = _BODY.fullmatch(path)
        if match is not None and blobs[path].length <= MAX_BODY:
            yield decode_body(int(match[1]), (folder / path).read_bytes())


def _new_items(case: Case, folder: Path, there: CaseId, blobs: Mapping[str, BlobRef]) -> Iterator[Item]:
    for path in sorted(blobs):
        match = _ITEM.fullmatch(path)
        if match is None:
            continue
        fields = {name: value for name, value in decode((folder / path).read_bytes()).items() if name != "schema"}
        item = from_fields(Item, fields)
        name = name_here(item.id, there=there, here=case.id)
        original = next(file for file in sorted(blobs) if file.startswith(f"data/items/{match[1]}/original."))
        if case.catalogue.item(name) is None:
            yield _renamed(item, name, blobs[original], case)


def _renamed(item: Item, name: ItemId, original: BlobRef, case: Case) -> Item:
    if (item.sha256, item.length) != (original.sha256, original.length):
        raise FormatError(f"{item.id} of the bundle is not what its record says")
    twins = case.catalogue.items_with_sha256(Sha256(item.sha256))
    return Item(id=name, kind=item.kind, sha256=item.sha256, length=item.length, media_type=item.media_type,
                source=original, url=item.url, name=item.name, obtained_at=item.obtained_at, truncated=item.truncated,
                encoded=item.encoded, decoded_by=item.decoded_by, same_bytes_as=twins[0].item.id if twins else None)


def _said(events: list[Event], *, there: CaseId, here: CaseId, after: int) -> Iterator[NestedSaid]:
    enrolled = {event.body.fingerprint: event.body.principal for event in events if isinstance(event.body, KeyEnrol)}
    for event in events:
        words = _words(event)
        if words is None or event.seq < after:
            continue
        item, text = words
        yield NestedSaid(seq=event.seq, kind=getattr(event.body, "TYPE", ""), text=text, by=event.key,
                         item=name_here(item, there=there, here=here) if item else None,
                         principal=enrolled.get(event.key, ""), at=event.time)


def _words(event: Event) -> tuple[ItemId | None, str] | None:
    match event.body:
        case Note(item=item, text=text):
            return item, text
        case Assessed() as body:
            because = f"; {body.reasoning}" if body.reasoning else ""
            return body.item, f"{body.question}: {body.answer} ({body.confidence}){because}"
        case Tagged() as body:
            return body.item, f"{'not ' if body.removed else ''}{', '.join(body.tags)}"
        case Translated() as body:
            return body.item, f"{body.language}, by {body.translator}: {body.text}"
        case Reviewed() as body:
            text = f", {body.text}" if body.text else ""
            return None, f"assessment of line {body.assessment}: {body.judgement}{text}"
        case _:
            return None

