"""A candidate found elsewhere: captured, and compared with an item of the case.

1. The candidate comes in through the one recording path, like any other page; what is compared stands in the case.
2. What a match proves is that the same picture was public at that address when it was captured - or earlier, where an
   archive says that its copy is of an earlier time. It never says when the picture was taken.
3. A candidate that shows something else, or nothing that can be compared, is a finding too.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from evidence_store.case import Case
from evidence_store.clock import format_time
from evidence_store.errors import EvidenceError
from evidence_store.events import FindingEvent
from evidence_store.findings import Outcome
from evidence_store.records import Capture, Item, ItemId, Verdict
from evidence_store.warc.bodies import split_response
from muniment.flows.circumstances import tool
from muniment.flows.lookup import require_item
from muniment.flows.reuse import Match, Query, compare_queries, item_query
from muniment.flows.reuse_case import case_units
from muniment.flows.reuse_record import recorded
from verify.reuse.reading import Fingerprinter, tools

if TYPE_CHECKING:
    from evidence_store.canonical import JsonValue

CHECK = "reuse.candidate"
MAX_ITEMS = 200               # pictures of one page that are compared: a gallery, not a whole site
DATED = "Memento-Datetime"    # RFC 7089 2.1.1: when an archive got this copy, as it says
NOT_TAKEN = "this does not say when the picture was taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An item of the candidate that shows the same photograph."""

    item: ItemId
    url: str
    captured_at: datetime
    archived_at: datetime | None      # as the archive that served it says; None: it is no archive's copy
    match: Match

    @property
    def public_by(self) -> datetime:
        """The earliest time at which the picture is known to have been public."""
        return self.archived_at or self.captured_at


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateAnswer:
    """What comparing a candidate came to."""

    query: Query
    capture: Capture
    compared: tuple[ItemId, ...]
    not_comparable: tuple[tuple[ItemId, str], ...]
    shown: tuple[Shown, ...]          # the earliest first

    @property
    def is_conclusive(self) -> bool:
        """Something was compared, and whatever is missing could not change the answer."""
        if not self.query.moments:
            return False
        return bool(self.shown) or (bool(self.compared) and self.capture.verdict is Verdict.COMPLETE
                                    and not self.not_comparable)


def compare_candidate(case: Case, query: Query, capture: Capture, fingerprinter: Fingerprinter) -> CandidateAnswer:
    """Compare a query with every picture and video of a capture."""
    searched = {unit.label for unit in case_units(case)}
    compared, failed, shown = [], [], []
    for item in [require_item(case, one).item for one in _items_of(capture) if one in searched][:MAX_ITEMS]:
        other = item_query(case, item.id, fingerprinter)
        if not other.moments:
            failed.append((item.id, other.not_comparable))
            continue
        compared.append(item.id)
        match = compare_queries(query, other)
        if match is not None:
            shown.append(Shown(item=item.id, url=item.url or capture.final_url, captured_at=capture.ended_at,
                               archived_at=_archived_at(case, capture, item), match=match))
    shown.sort(key=lambda one: (one.public_by, one.item))
    return CandidateAnswer(query=query, capture=capture, compared=tuple(compared), not_comparable=tuple(failed),
                           shown=tuple(shown))


def sentence(answer: CandidateAnswer) -> str:
    """What it comes to, in one sentence."""
    if not answer.query.moments:
        return f"not comparable: {answer.query.not_comparable}"
    if answer.shown:
        first = answer.shown[0]
        by = f"the same picture was public at {first.url} by {format_time(first.public_by)[:19]}Z"
        said = ", as the archive that served it says" if first.archived_at else ""
        return f"{by}{said}; {NOT_TAKEN}"
    if not answer.compared:
        why = "; ".join(answer.capture.reasons) or answer.capture.verdict.value
        return f"{answer.capture.url} gave nothing to compare ({why})"
    looked = f"{len(answer.compared)} pictures and videos of {answer.capture.url} were compared"
    return f"{looked}: none shows the same photograph"


def finding(answer: CandidateAnswer) -> FindingEvent:
    """As it is recorded."""
    details: dict[str, JsonValue] = {
        "candidate": answer.capture.url, "capture": answer.capture.id, "verdict": answer.capture.verdict.value,
        "captured_at": format_time(answer.capture.ended_at), "compared": list(answer.compared),
        "not_comparable": [{"item": item, "why": why} for item, why in answer.not_comparable],
        "matches": [recorded(one.match) | {
            "item": one.item, "public_by": format_time(one.public_by),
            "archived_at": format_time(one.archived_at) if one.archived_at else None} for one in answer.shown]}
    return FindingEvent(item=answer.query.item, check=CHECK, summary=sentence(answer), details=details,
                        outcome=Outcome.PASS if answer.is_conclusive else Outcome.INCONCLUSIVE,
                        tools=(tool("muniment"), *tools()))


def _items_of(capture: Capture) -> Iterable[ItemId]:
    return (*(item.id for item in capture.items), *capture.same_items)


def _archived_at(case: Case, capture: Capture, item: Item) -> datetime | None:
    """When an archive says it got what it served; a time later than the capture is no such thing."""
    told = capture.memento.archived_at if capture.memento is not None else _served_as(case, item)
    return told if told is not None and told < capture.ended_at else None


def _served_as(case: Case, item: Item) -> datetime | None:
    try:
        with case.open_content(item.source) as block:
            head, _ = split_response(block)
        value = head.first(DATED) if head is not None else ""
        told = parsedate_to_datetime(value) if value else None
    except (EvidenceError, ValueError):
        return None                   # no response of HTTP, or a date that is none
    if told is None or told.tzinfo is None:
        return None
    return told.astimezone(UTC)
