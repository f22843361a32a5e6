"""One search for reuse, from names to answers: what both faces do with what a person asks."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from evidence_store.case import Case
from evidence_store.progress import Progress
from evidence_store.records import ItemId
from muniment.flows import reuse
from muniment.flows.reuse_event import ClaimedDay
from verify.reuse.reading import Fingerprinter


def query_of(case: Case | None, image: str, fingerprinter: Fingerprinter) -> reuse.Query:
    """An item of the case by its id, or a file."""
    if case is not None and image.upper().startswith("ITEM-") and not Path(image).exists():
        return reuse.item_query(case, ItemId(image.upper()), fingerprinter)
    return reuse.file_query(Path(image), fingerprinter)


def search_for(case: Case | None, images: Iterable[str], places: Sequence[Path], cache: Path, progress: Progress, *,
               claimed: ClaimedDay | None = None) -> tuple[reuse.Answer, ...]:
    """Bring the indexes of the case and of the places up to date, and search them; one reader serves all of it."""
    with Fingerprinter() as fingerprinter:
        queries = [query_of(case, image, fingerprinter) for image in images]
        collections = [reuse.case_collection(case, cache)] if case is not None else []
        collections += [reuse.folder_collection(path, cache) for path in places]
        reuse.bring_up_to_date(collections, fingerprinter, progress)
    if claimed is not None:
        queries = [replace(query, claimed=claimed) for query in queries]
    return reuse.answer_queries(queries, collections)
