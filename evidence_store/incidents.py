"""What a crash left over and how it was dealt with, as events.

What was set aside stays under its name in the case, so an incident that was not recorded - because the writer was
killed once more - is still recorded the next time.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from evidence_store.case import Case
from evidence_store.catalogue.interface import Catalogue
from evidence_store.catalogue.model import EventFilter
from evidence_store.custody.repair import Repair
from evidence_store.events import Incident
from evidence_store.layout import CaseLayout
from evidence_store.warc.recovery import TORN, Recovery

SET_ASIDE = "set aside, unchanged"


def incidents(case: Case, catalogue: Catalogue, repairs: Iterable[Repair],
              recoveries: Iterable[Recovery]) -> tuple[Incident, ...]:
    """The incidents to record: these repairs, and whatever was set aside earlier and never recorded."""
    found = [*(_of_repair(repair) for repair in repairs),
             *(_of_recovery(case.layout, recovery) for recovery in recoveries if recovery.torn or recovery.changed)]
    left = sorted(_kept_files(case.layout))
    if left:
        known = {name for one in [*found, *_recorded(case, catalogue)] for name in one.affected}
        found += [Incident(what="bytes that an interrupted run left over", affected=(name,), action=SET_ASIDE)
                  for name in left if name not in known]
    return tuple(found)


def _of_repair(repair: Repair) -> Incident:
    what = f"{repair.kind}: {repair.length} bytes of an append that was cut short before event {repair.seq}"
    return Incident(what=what, affected=(f"custody/{repair.file}", f"custody/{repair.kept_as}"), action=SET_ASIDE)


def _of_recovery(layout: CaseLayout, recovery: Recovery) -> Incident:
    names = [_name(layout, path) for path in (recovery.warc, recovery.torn) if path is not None]
    return Incident(what=recovery.note, affected=tuple(names),
                    action=SET_ASIDE if recovery.torn else "left as it is")


def _kept_files(layout: CaseLayout) -> Iterator[str]:
    for folder, pattern in ((layout.orphans, "*.part"), (layout.warcs, f"*{TORN}*")):
        yield from (_name(layout, path) for path in folder.glob(pattern) if not path.name.endswith(".tmp"))


def _recorded(case: Case, catalogue: Catalogue) -> Iterator[Incident]:
    after = -1
    while page := catalogue.events(EventFilter(kinds=frozenset({Incident.TYPE})), after=after):
        for entry in page:
            body = case.event(entry.seq).body
            if isinstance(body, Incident):
                yield body
        after = page[-1].seq


def _name(layout: CaseLayout, path: Path) -> str:
    return path.relative_to(layout.root).as_posix()
