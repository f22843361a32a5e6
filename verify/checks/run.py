"""Which checks there are, and a run of them over items."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from evidence_store.events import FindingEvent
from evidence_store.findings import Finding
from evidence_store.progress import NoProgress, Progress
from evidence_store.records import Item, Tool
from verify.checks.fixity import check_fixity
from verify.checks.metadata import check_metadata, has_metadata
from verify.checks.origin import check_c2pa, check_origin
from verify.checks.pictures import check_hashes, is_picture
from verify.checks.workbench import Originals, Workbench
from verify.sandbox import Sandbox, SandboxLimits

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
    Check(name="origin", applies_to=is_picture, run=check_origin),
    Check(name="c2pa", applies_to=is_picture, run=check_c2pa),
    Check(name="hashes", applies_to=is_picture, run=check_hashes),
)


def run_checks(case: Originals, items: Sequence[Item], checks: Sequence[Check] = CHECKS, *,
               progress: Progress | None = None,
               limits: SandboxLimits | None = None, tools: tuple[Tool, ...] = ()) -> Iterator[FindingEvent]:
    """Findings of `checks` on `items`, item by item, ready to be appended; nothing is written here.

    `tools`: what runs them; the libraries behind a finding follow. Raises nothing for what is wrong with an item.
    """
    watch = progress or NoProgress()
    watch.start(TASK, len(items), "items")
    try:
        with TemporaryDirectory(prefix="muniment-checks-") as folder, \
                Workbench(case, Sandbox(limits), Path(folder), limits) as bench:
            for item in items:
                for check in checks:
                    if check.applies_to(item):
                        yield from (_event(item, finding, tools) for finding in check.run(bench, item))
                watch.advance(TASK, note=item.id)
    finally:
        watch.finish(TASK)


def _event(item: Item, finding: Finding, tools: tuple[Tool, ...]) -> FindingEvent:
    return FindingEvent(item=item.id, check=finding.check, outcome=finding.outcome, summary=finding.summary,
                        tools=(*tools, *finding.tools), bearing=finding.bearing, details=finding.details)
