"""Making the catalogue anew: from ledger, bodies and WARCs, beside the old one, which goes only when it is whole."""

from evidence_store.case import Case
from evidence_store.catalogue.model import Counts
from evidence_store.catalogue.opening import rebuild as rebuild_catalogue
from evidence_store.clock import Clock
from evidence_store.custody.log import CustodyLog
from evidence_store.lock import CaseLock
from evidence_store.progress import Progress


def rebuild(case: Case, *, clock: Clock, progress: Progress | None = None) -> Counts:
    """Make the catalogue of a case anew; it gives the same answers as before. StoreLocked while somebody writes."""
    with CaseLock(case.layout.lock, command="reindex", clock=clock):
        rebuild_catalogue(case.layout, CustodyLog.open(case.layout.custody), progress)
    case.refresh()
    return case.catalogue.counts()
