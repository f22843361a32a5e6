"""Keep beside an item what can be taken out of it: the pictures a file carries, and the words in a picture.

1. A derivative that was made in the same way before is not made again; its finding is said anew.
2. Bytes first, then the event that names them: an interruption loses no finished item.
"""

import io
from collections.abc import Iterator, Sequence

from evidence_store.case import Case
from evidence_store.events import FindingEvent, Transformed
from evidence_store.progress import Progress
from evidence_store.records import Derivative, Item, ItemId, Recipe
from evidence_store.writer import CaseWriter
from muniment.flows.circumstances import tool
from verify.checks.extracts import Extract, extraction, run_extractions


def extract_items(writer: CaseWriter, items: Sequence[Item], progress: Progress, *,
                  languages: Sequence[str]) -> list[FindingEvent]:
    """Take out what these items carry and say; findings and derivatives are in the ledger on return."""
    found: list[FindingEvent] = []
    how = extraction(tool("muniment"), languages)
    for one in run_extractions(writer.case, items, how, progress=progress, tools=(how.tool,)):
        made = tuple(_new(writer, one.item, one.extracts))
        if one.findings or made:
            writer.append(*(Transformed(derivative=derivative) for derivative in made), *one.findings)
        found += one.findings
    return found


def _new(writer: CaseWriter, item: Item, extracts: Sequence[Extract]) -> Iterator[Derivative]:
    known = _recipes(writer.case, item.id) if extracts else frozenset()
    for one in extracts:
        recipe = Recipe(tool=one.tool, arguments=one.arguments, inputs=(item.source,))
        if recipe not in known:
            yield Derivative(item=item.id, kind=one.kind, content=writer.add_blob(io.BytesIO(one.content)),
                             media_type=one.media_type, recipe=recipe)


def _recipes(case: Case, item: ItemId) -> frozenset[Recipe]:
    found: set[Recipe] = set()
    after = -1
    while page := case.catalogue.derivatives(item, after=after):
        found.update(entry.derivative.recipe for entry in page)
        after = page[-1].seq
    return frozenset(found)
