"""When what a picture is said to show took place, so that a search can say what was archived before it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from evidence_store.case import Case
from evidence_store.records import ItemId
from muniment.flows.item_marks import citations_of
from muniment.flows.lookup import require_item


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedDay:
    """A day, and who says so."""

    day: date
    according_to: str

    def lead(self, seen: datetime | None) -> int:
        """Whole days from when something was first seen to the claimed day; 0 where it was not seen before it."""
        return max(0, (self.day - seen.date()).days) if seen is not None else 0


def claimed_day(case: Case, item: ItemId) -> ClaimedDay | None:
    """The earliest day that a claim linked to the item, or a citation of it, gives; None where none gives a day."""
    found = [ClaimedDay(day=day, according_to=who) for text, who in _told(case, item)
             if (day := _day(text)) is not None]
    return min(found, key=lambda one: one.day, default=None)


def before_words(days: int, claimed: ClaimedDay) -> str:
    """`archived 842 days before the event of 2015-10-20 (the article that cites it)`."""
    return (f"archived {days:,} {'day' if days == 1 else 'days'} before the event of {claimed.day.isoformat()} "
            f"({claimed.according_to})")


def _told(case: Case, item: ItemId) -> Iterator[tuple[str, str]]:
    for link in case.catalogue.links(item=item):
        entry = case.catalogue.claim(link.link.claim)
        if entry is not None and entry.stands:
            yield entry.claim.date, f"as {entry.id} says"
    brought = require_item(case, item).capture
    capture = case.catalogue.capture(brought) if brought else None
    if capture is not None:
        yield from _cited(citations.claimed_time for citations in citations_of(case, capture))


def _cited(times: Iterable[str]) -> Iterator[tuple[str, str]]:
    return ((time, "as the article that cites it says") for time in times)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None               # "2015-10", "" : no day
