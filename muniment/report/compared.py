"""Replays side by side with what was recorded, as a page of their own: no script, pictures blurred until opened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from muniment.report.evidence import Replayed
from muniment.report.messages import DEFAULT
from muniment.report.pages import rendered


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedPage:
    """One page that was played back."""

    item: str
    url: str
    recorded_at: datetime
    replayed: Replayed
    recorded: str             # the recorded first screen, beside the page; "": there is none
    screen: str               # the replayed one; "": there is none


def comparison_html(title: str, pages: Sequence[ComparedPage], *, language: str = DEFAULT) -> bytes:
    """The page. `title`: of the case."""
    return rendered("compared.html.j2", language=language, title=title, pages=pages)
