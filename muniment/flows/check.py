"""Run the checks over items and record what they find.

1. Findings are events: a batch is appended as it is made, and an interruption loses no finished batch.
2. A check that could not be done is recorded as such; it is never left out.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from evidence_store.case import Case
from evidence_store.catalogue.model import ItemEntry
from evidence_store.events import FindingEvent
from evidence_store.progress import Progress
from evidence_store.records import Item, ItemId
from evidence_store.writer import CaseWriter
from muniment.flows.circumstances import tool
from muniment.flows.context_checks import check_context
from muniment.flows.extracts import extract_items
from muniment.flows.item_marks import Articles
from muniment.flows.lookup import require_item
from verify.checks.run import run_checks
from verify.checks.second_reader import check_with_warcio
from verify.checks.warcs import WHOLE, check_warcs, named_records
from verify.place.store import Gazetteers
from verify.sandbox.tesseract import LANGUAGES

AT_CAPTURE = frozenset({"post", "watch.change", "channel.walk"})     # said when captured, not by a check
BATCH = 50                # findings to a group commit


def all_items(case: Case) -> Iterator[ItemEntry]:
    """Every item of the case, page by page."""
    after = 0
    while page := case.catalogue.items(after=after):
        yield from page
        after = page[-1].position


def unchecked_items(case: Case) -> list[Item]:
    """Items that no check has looked at yet."""
    return [entry.item for entry in all_items(case)
            if all(one.finding.check in AT_CAPTURE for one in case.catalogue.findings(entry.item.id, limit=5))]


def chosen_items(case: Case, ids: Iterable[ItemId]) -> list[Item]:
    """The items named, in that order; all of them where none is named."""
    wanted = list(ids)
    if not wanted:
        return [entry.item for entry in all_items(case)]
    return [require_item(case, item).item for item in wanted]


def check_warc_files(writer: CaseWriter, progress: Progress, *, since: int = 0) -> tuple[FindingEvent, ...]:
    """Check the WARC files behind the events from `since` on: against themselves, the ledger, and warcio's reading."""
    case = writer.case
    named = named_records(case.events(since))
    files = {case.record(record).file for record in named}
    paths = sorted(case.layout.warcs / file for file in files)
    found = tuple(check_warcs(paths, named, progress=progress, tools=(tool("muniment"),)))
    whole = {str(one.details.get("file")): one.details.get("records") for one in found if one.check == WHOLE}
    counts = ((path, whole.get(path.name)) for path in paths)
    found += tuple(check_with_warcio(path, records=count if isinstance(count, int) else None) for path, count in counts)
    if found:
        writer.append(*found)
    return found


def check_items(writer: CaseWriter, items: Iterable[Item], progress: Progress,
                gazetteers: Gazetteers | None = None, *, ocr: Sequence[str] = LANGUAGES) -> tuple[FindingEvent, ...]:
    """Check these items; every finding is in the ledger on return. `ocr`: languages to read in pictures, if any."""
    items = tuple(items)
    tools = (tool("muniment"),)
    found = _recorded(writer, run_checks(writer.case, items, progress=progress))
    found += extract_items(writer, items, progress, languages=ocr)
    # after the readers: what they found is what these compare
    articles = Articles(writer.case)
    around = (finding for item in items for finding in check_context(writer.case, item, tools, gazetteers, articles))
    return tuple(found + _recorded(writer, around))


def _recorded(writer: CaseWriter, findings: Iterable[FindingEvent]) -> list[FindingEvent]:
    found: list[FindingEvent] = []
    stream = iter(findings)
    while batch := tuple(islice(stream, BATCH)):
        writer.append(*batch)
        found += batch
    return found
