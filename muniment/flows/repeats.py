"""Which earlier record a new response may be a revisit of.

1. One at the same URL with the same payload: what is withheld or left out is withheld with all that repeats it.
2. It was read to its end and found whole in this run: a new capture never rests on a record that is lost or damaged;
   there the response is written whole again, which mends the case.
3. What one run fetches stands whole in its own records, unless repeats within the run are asked for.
"""

from evidence_store.case import Case
from evidence_store.errors import EvidenceError
from evidence_store.records import RecordId, Sha256
from evidence_store.warc.fields import target_uri
from evidence_store.warc.model import COPY_SIZE, RecordEntry


class EarlierPayloads:
    """Finds the response of a case with a URL and a payload; called in the thread that writes the WARC.

    `within_run`: responses of the run that began with making this are found too, once they are durable.
    """

    def __init__(self, case: Case, *, within_run: bool) -> None:
        self._case = case
        self._earlier = None if within_run else frozenset(case.catalogue.indexed_ends())    # a run has files of its own
        self._whole: dict[RecordId, bool] = {}

    def __call__(self, url: str, payload: Sha256) -> RecordEntry | None:
        """The first whole record; None where there is none, or it cannot be read as it was recorded."""
        entry = self._case.catalogue.response_with(target_uri(url), payload)
        if entry is None or (self._earlier is not None and entry.file not in self._earlier):
            return None
        if entry.ref.record not in self._whole:
            self._whole[entry.ref.record] = self._is_whole(entry)
        return entry if self._whole[entry.ref.record] else None

    def _is_whole(self, entry: RecordEntry) -> bool:
        try:
            with self._case.open_content(entry.ref) as block:
                while block.read(COPY_SIZE):
                    pass
        except (EvidenceError, OSError):
            return False
        return True
