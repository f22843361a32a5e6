"""Rows by number out of pages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App

from tui.widgets.paging import KEPT_PAGES, PAGE_ROWS, KeysetRows, PageCache
from tui.widgets.virtual_table import Column, VirtualTable


def query(keys, asked=None):
    """A query over rows that are their own keys."""
    def fetch(after, limit):
        if asked is not None:
            asked.append((after, limit))
        return [key for key in keys if key > after][:limit]
    return fetch


@given(keys=st.lists(st.integers(1, 5000), unique=True, max_size=900).map(sorted), first=st.integers(0, 1000),
       limit=st.integers(1, 300))
def test_any_row_is_found_by_number_whatever_gaps_the_keys_have(keys, first, limit):
    rows = KeysetRows(count=lambda: len(keys), fetch=query(keys), key=lambda key: key)
    assert list(rows.rows(first, limit)) == keys[first:first + limit]
    earlier = max(first - 250, 0)
    assert list(rows.rows(earlier, limit)) == keys[earlier:][:limit]


def test_keys_without_gaps_need_no_walk_to_any_row():
    asked = []
    rows = KeysetRows(count=lambda: 50_000, fetch=query(range(1, 50_001), asked), key=lambda key: key)
    assert rows.rows(49_000, 10)[0] == 49_001
    assert sum(limit for _, limit in asked) <= 12


def test_the_way_to_a_row_is_walked_once():
    asked = []
    keys = list(range(0, 4000, 3))
    rows = KeysetRows(count=lambda: len(keys), fetch=query(keys, asked), key=lambda key: key, start=-1)
    rows.rows(1000, PAGE_ROWS)
    walked = len(asked)
    rows.rows(1000, PAGE_ROWS)
    assert len(asked) == walked + 1      # the page


def test_only_so_many_pages_are_kept():
    cache = PageCache()
    for page in range(KEPT_PAGES + 3):
        cache.put(page, [f"row of {page}"])
    assert cache.row(0) is None
    assert cache.row((KEPT_PAGES + 2) * PAGE_ROWS) == f"row of {KEPT_PAGES + 2}"
    assert cache.row(PAGE_ROWS * 4 + 1) is None      # beyond the end of its page


class MillionRows:
    """A source of a million rows that knows which were asked for."""

    def __init__(self):
        self.asked = []

    def count(self):
        return 1_000_000

    def forget(self):
        pass

    def rows(self, first, limit):
        self.asked.append(first)
        return [f"row {number}" for number in range(first, min(first + limit, self.count()))]


@pytest.mark.asyncio
async def test_a_table_of_a_million_rows_reads_only_what_is_looked_at():
    source = MillionRows()

    class Probe(App):
        def compose(self):
            yield VirtualTable([Column("row", 0)], lambda row: [row], empty="none", id="rows")

    app = Probe()
    async with app.run_test(size=(40, 20)) as pilot:
        table = app.query_one(VirtualTable)
        table.show(source)
        for key, row in (("j", "row 1"), ("G", "row 999999")):
            while table.row_count == 0:
                await pilot.pause(0.02)
            await pilot.press(key)
            while table.cursor_row is None:
                await pilot.pause(0.02)
            assert table.cursor_row == row
        assert table.render_line(table.size.height - 1).text.strip() == "row 999999"
        await pilot.press("g")
        await pilot.pause()
        assert table.cursor_row == "row 0"
        assert len(source.asked) <= 4
