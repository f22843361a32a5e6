"""Small pages in the project's own words."""

from collections.abc import Callable
from datetime import date

import pytest

from archiver.citations import find_citations
from evidence_store.records import Citation

BASE = "https://desk.example/live/2015/10/20/valley"
DAY = date(2015, 10, 20)
PROSE = ("Shelling went on through the night in the eastern part of the valley, people who had stayed there said, and "
         "the road to the "
         "coast was closed to everything but ambulances until the early morning.")


@pytest.fixture
def cited() -> Callable[[str], tuple[Citation, ...]]:
    """What an article cites whose body is the given HTML between two paragraphs of prose."""

    def find(body: str) -> tuple[Citation, ...]:
        page = f"<html><body><article><h1>Valley live</h1><p>{PROSE}</p>{body}<p>{PROSE}</p></article></body></html>"
        return find_citations(page, BASE, article_date=DAY)

    return find
