"""Rows by number out of pages, so that a case with a million items shows as fast as one with ten.

1. Only pages that are looked at are read, and only so many are kept.
2. A source is asked from worker threads, never while the screen is drawn.
"""

import threading
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence
from typing import Generic, Protocol, TypeVar

PAGE_ROWS = 200           # rows read at once: several screenfuls
KEPT_PAGES = 16           # pages held; scrolling back over 3,000 rows reads nothing again

Row = TypeVar("Row")
Answer = TypeVar("Answer")
Entry_co = TypeVar("Entry_co", covariant=True)


class RowSource(Protocol[Entry_co]):
    """Rows that are numbered from 0."""

    def count(self) -> int:
        """How many there are."""

    def rows(self, first: int, limit: int) -> Sequence[Entry_co]:
        """The rows from number `first`, at most `limit`."""

    def forget(self) -> None:
        """There may be others now: count and read again."""


class Kept(Generic[Answer]):
    """The answer to a question, asked once until it is forgotten. Forgetting never waits for an answer on its way."""

    def __init__(self, ask: Callable[[], Answer]) -> None:
        self._ask = ask
        self._guard = threading.Lock()
        self._asked = 1                   # raised by forgetting
        self._answer: tuple[int, Answer] | None = None

    def get(self) -> Answer:
        """The answer; other threads wait for one that is on its way."""
        with self._guard:
            asked = self._asked
            if self._answer is None or self._answer[0] != asked:
                self._answer = (asked, self._ask())
            return self._answer[1]

    def forget(self) -> None:
        """Ask again when it is needed next; what is being answered now is an answer of before."""
        self._asked += 1


class KeysetRows(Generic[Row]):
    """Rows of a query that goes on after a key ("after position 200, the next 200"); keys are above `start`.

    Where the keys have no gaps, any row is asked for at once. Otherwise the keys at which pages begin are learned on
    the way to the row.
    """

    def __init__(self, *, count: Callable[[], int], fetch: Callable[[int, int], Sequence[Row]],
                 key: Callable[[Row], int], start: int = 0) -> None:
        self._count = Kept(count)         # asked once: the answer may take a walk through an index
        self._gapless = Kept(self._has_no_gaps)
        self._fetch = fetch
        self._key = key
        self._start = start
        self._marks: list[tuple[int, int]] = [(0, start)]      # (row number, key after which it begins), ascending
        self._guard = threading.Lock()

    def count(self) -> int:
        """How many rows the query gives."""
        return self._count.get()

    def forget(self) -> None:
        """Count again."""
        self._count.forget()
        self._gapless.forget()

    def rows(self, first: int, limit: int) -> Sequence[Row]:
        """The rows from number `first`."""
        if first == 0 or self._gapless.get():
            return self._fetch(self._start + first, limit)
        with self._guard:
            number, after = self._marks[bisect_right(self._marks, first, key=lambda mark: mark[0]) - 1]
            while number < first:
                passed = self._fetch(after, min(PAGE_ROWS, first - number))
                if not passed:
                    return ()
                number, after = number + len(passed), self._key(passed[-1])
                self._mark(number, after)
        return self._fetch(after, limit)

    def _has_no_gaps(self) -> bool:
        """As many distinct keys as there are numbers up to the largest: then each number is a key."""
        count = self.count()
        last = self._fetch(self._start + count - 1, 2)
        return len(last) == 1 and self._key(last[0]) == self._start + count

    def _mark(self, number: int, after: int) -> None:
        if number > self._marks[-1][0]:
            self._marks.append((number, after))


class PageCache(Generic[Row]):
    """The pages at hand; the one unused longest goes first."""

    def __init__(self) -> None:
        self._pages: OrderedDict[int, Sequence[Row]] = OrderedDict()

    def row(self, number: int) -> Row | None:
        """The row with that number; None where its page is not at hand."""
        page = self._pages.get(number // PAGE_ROWS)
        if page is None:
            return None
        self._pages.move_to_end(number // PAGE_ROWS)
        at = number % PAGE_ROWS
        return page[at] if at < len(page) else None

    def put(self, page: int, rows: Sequence[Row]) -> None:
        """Keep a page."""
        self._pages[page] = rows
        self._pages.move_to_end(page)
        while len(self._pages) > KEPT_PAGES:
            self._pages.popitem(last=False)

    def keep(self, pages: Collection[int]) -> None:
        """Keep only these."""
        for page in [page for page in self._pages if page not in pages]:
            del self._pages[page]

    def clear(self) -> None:
        """Keep none."""
        self._pages.clear()


class PositionRows(Generic[Row]):
    """Rows of a query in any order: the positions of all its rows are read once, each page by its positions."""

    def __init__(self, *, positions: Callable[[], Sequence[int]],
                 fetch: Callable[[Sequence[int]], Sequence[Row]]) -> None:
        self._positions = Kept(positions)
        self._fetch = fetch

    def count(self) -> int:
        """How many rows there are."""
        return len(self.positions())

    def rows(self, first: int, limit: int) -> Sequence[Row]:
        """The rows from number `first`."""
        wanted = self.positions()[first:first + limit]
        return self._fetch(wanted) if len(wanted) else ()

    def positions(self) -> Sequence[int]:
        """The positions of all rows, in their order."""
        return self._positions.get()

    def forget(self) -> None:
        """Read the positions again when they are needed next."""
        self._positions.forget()


class ListRows(Generic[Row]):
    """Rows that are few enough to be read at once, when they are first looked at."""

    def __init__(self, read: Callable[[], Sequence[Row]]) -> None:
        self._rows = Kept(read)

    def count(self) -> int:
        """How many there are."""
        return len(self._rows.get())

    def rows(self, first: int, limit: int) -> Sequence[Row]:
        """The rows from number `first`."""
        return self._rows.get()[first:first + limit]

    def forget(self) -> None:
        """Read them again."""
        self._rows.forget()
