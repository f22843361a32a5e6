"""What the report shows besides events: texts and pictures of items that are in the same hands, claims side by side.

1. Nothing is asked of an item that is not included: what is withheld or not selected gives no text and no picture.
2. Everything is bounded here; what is larger is cut, and the page says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from evidence_store.claims import NumberedClaim
from evidence_store.events import Linked
from evidence_store.records import Capture, Item, View

MAX_ARTICLE_TEXT = 3_000_000      # characters shown of one article: a live blog of a day has some 300,000
MAX_SCREENSHOT = 16 * 1024 * 1024  # bytes of a screenshot kept beside the report; a larger one stands in the WACZ only


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A paragraph of an article's text."""

    text: str
    offset: int                   # of its first character in the main text, as citations count
    heading: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixCell:
    """What is said of an event on the word of one origin."""

    origin: str
    relayed_by: tuple[str, ...]
    claims: tuple[NumberedClaim, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixRow:
    """One event in the claims matrix."""

    what: str                     # "killed"
    place: str
    date: str
    subject: str
    agreement: str                # single, agree, conflict
    cells: tuple[MatrixCell, ...]
    conflicts: tuple[str, ...]    # reasons, in words


class Material(Protocol):
    """Where the report gets texts and pictures from."""

    def paragraphs(self, item: Item) -> Sequence[Paragraph]:
        """The main text of an article; empty where it has none or cannot be read."""
        ...

    def view(self, capture: Capture, view: View) -> bytes:
        """What a browser made of a page; empty where it cannot be read or is larger than MAX_SCREENSHOT."""
        ...

    def matrix(self, claims: Sequence[NumberedClaim], links: Sequence[Linked]) -> Sequence[MatrixRow]:
        """Claims grouped by event."""
        ...


class NoMaterial:
    """Events alone."""

    def paragraphs(self, item: Item) -> Sequence[Paragraph]:  # noqa: ARG002 - the Protocol's names
        """None."""
        return ()

    def view(self, capture: Capture, view: View) -> bytes:  # noqa: ARG002
        """None."""
        return b""

    def matrix(self, claims: Sequence[NumberedClaim], links: Sequence[Linked]) -> Sequence[MatrixRow]:  # noqa: ARG002
        """None."""
        return ()
