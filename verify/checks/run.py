"""Which checks there are, and a run of them over items."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from evidence_store.events import FindingEvent
from evidence_store.findings import Finding
from evidence_store.progress import Progress
from evidence_store.records import Item, Tool
from verify.checks.fixity import check_fixity
from verify.checks.metadata import check_metadata, has_metadata
from verify.checks.origin import check_c2pa, check_origin, may_have_manifest
from verify.checks.pictures import check_hashes, is_picture
from verify.checks.pool import in_parallel
from verify.checks.track import check_track, may_have_track
from verify.checks.workbench import Originals, Workbench
from verify.sandbox import SandboxLimits

TASK = "checks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that can be asked of an item."""

    name: str                                                 # as the user selects it
    applies_to: Callable[[Item], bool]
    run: Callable[[Workbench, Item], Iterable[Finding]]


def _always(_: Item) -> bool:
    return True


CHECKS: tuple[Check, ...] = (
    Check(name="fixity", applies_to=_always, run=check_fixity),
    Check(name="metadata", applies_to=has_metadata, run=check_metadata),
    Check(name="track", applies_to=may_have_track, run=check_track),
    Check(name="origin", applies_to=is_picture, run=check_origin),
    Check(name="c2pa", applies_to=may_have_manifest, run=check_c2pa),
    Check(name="hashes", applies_to=is_picture, run=check_hashes),
)


def run_checks(case: Originals, items: Sequence[Item], checks: Sequence[Check] = CHECKS, *,
               progress: Progress | None = None,
               limits: SandboxLimits | None = None, tools: tuple[Tool, ...] = (),
               workers: int | None = None) -> Iterator[FindingEvent]:
    """Findings of `checks` on `items`, item by item, ready to be appended; nothing is written here.

    `tools`: what runs them; the libraries behind a finding follow. `workers`: how many items are read side by side;
    None: by their number and the processors. Raises nothing for what is wrong with an item.
    """
    def judge(bench: Workbench, item: Item) -> tuple[FindingEvent, ...]:
        return tuple(as_event(item, finding, tools) for check in checks if check.applies_to(item)
                     for finding in check.run(bench, item))

    for findings in in_parallel(case, items, judge, task=TASK, progress=progress, limits=limits, workers=workers):
        yield from findings


def as_event(item: Item, finding: Finding, tools: tuple[Tool, ...]) -> FindingEvent:
    """A finding of an item as an event; `tools` come before those that it rests on."""
    return FindingEvent(item=item.id, check=finding.check, outcome=finding.outcome, summary=finding.summary,
                        tools=(*tools, *finding.tools), bearing=finding.bearing, details=finding.details)
