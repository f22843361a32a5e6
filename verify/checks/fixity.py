"""Fixity: an item's bytes are those its record names."""

from collections.abc import Iterator

from evidence_store.errors import ContentMismatch, EvidenceError, MissingContent, WarcDamaged
from evidence_store.findings import Finding, Outcome
from evidence_store.records import Item
from verify.checks.workbench import Workbench

NAME = "fixity.sha256"


def check_fixity(bench: Workbench, item: Item) -> Iterator[Finding]:
    """One finding: the SHA-256 and length of the item, read anew and compared with its record."""
    try:
        found = bench.measure(item)
    except (ContentMismatch, WarcDamaged) as error:
        yield _finding(item, Outcome.FAIL, f"the bytes of {item.id} are not those that were recorded: {error}")
    except MissingContent as error:
        yield _finding(item, Outcome.FAIL, f"the bytes of {item.id} are missing: {error}")
    except EvidenceError as error:
        yield _finding(item, Outcome.ERROR, f"the bytes of {item.id} could not be read: {error}")
    else:
        if (found.sha256, found.length) == (item.sha256, item.length):
            yield _finding(item, Outcome.PASS, f"all {found.length:,} bytes have the recorded SHA-256")
        else:
            yield Finding(check=NAME, outcome=Outcome.FAIL, subject=item.id,
                          summary=f"the bytes of {item.id} are not those that were recorded",
                          details={"recorded": item.sha256, "found": found.sha256, "recorded_length": item.length,
                                   "found_length": found.length})


def _finding(item: Item, outcome: Outcome, summary: str) -> Finding:
    return Finding(check=NAME, outcome=outcome, subject=item.id, summary=summary, details={"sha256": item.sha256})
