"""One search for reuse, from names to answers: what both faces do with what a person asks."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from evidence_store.case import Case
from evidence_store.progress import Progress
from evidence_store.records import ItemId
from muniment.flows import reuse


def query_of(case: Case | None, image: str) -> reuse.Query:
    """An item of the case by its id, or a file."""
    if case is not None and image.upper().startswith("ITEM-") and not Path(image).exists():
        return reuse.item_query(case, ItemId(image.upper()))
    return reuse.file_query(Path(image))


def search_for(case: Case | None, queries: Iterable[reuse.Query], places: Sequence[Path], cache: Path,
               progress: Progress) -> tuple[reuse.Answer, ...]:
    """Bring the indexes of the case and of the places up to date, and search them."""
    collections = [reuse.case_collection(case, cache)] if case is not None else []
    collections += [reuse.folder_collection(path, cache) for path in places]
    reuse.bring_up_to_date(collections, progress)
    return reuse.answer_queries(queries, collections)
