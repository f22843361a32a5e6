"""The article's text cut into pages, with what it cites marked. Pure.

A citation is marked at its words: at its own place in the paragraph where they stand there, else where they come first;
where they do not come, its number follows the paragraph.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from evidence_store.records import CitationId
from muniment.report.dossier import CitedThing
from muniment.report.material import MAX_ARTICLE_TEXT, Paragraph

PAGE_CHARACTERS = 60_000      # of one page: a character takes at most 14 when it is shown as a sign


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A run of text, or the words of a citation."""

    text: str
    citation: CitationId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedParagraph:
    """A paragraph with its citations."""

    pieces: tuple[Piece, ...]
    heading: bool
    after: tuple[CitationId, ...]     # cited here, without words of their own


def marked_pages(paragraphs: Sequence[Paragraph],
                 cited: Sequence[CitedThing]) -> tuple[tuple[MarkedParagraph, ...], ...]:
    """The text page by page; empty where there is none."""
    pages: list[tuple[MarkedParagraph, ...]] = []
    page: list[MarkedParagraph] = []
    length = 0
    for paragraph in marked(paragraphs, cited):
        size = sum(len(piece.text) for piece in paragraph.pieces)
        if page and length + size > PAGE_CHARACTERS:
            pages.append(tuple(page))
            page, length = [], 0
        page.append(paragraph)
        length += size
    return (*pages, tuple(page)) if page else tuple(pages)


def marked(paragraphs: Sequence[Paragraph], cited: Sequence[CitedThing]) -> Iterator[MarkedParagraph]:
    """The paragraphs, long ones cut, with the citations that stand in each."""
    waiting = sorted((thing for thing in cited if thing.dismissed is None), key=lambda thing: thing.citation.offset)
    at = total = 0
    for paragraph in _short(paragraphs):
        total += len(paragraph.text)
        if total > MAX_ARTICLE_TEXT:
            return
        end = paragraph.offset + len(paragraph.text)
        here = list(takewhile(lambda thing, end=end: thing.citation.offset <= end, waiting[at:]))  # type: ignore[misc]
        at += len(here)
        yield _with_marks(paragraph, here)


def _short(paragraphs: Sequence[Paragraph]) -> Iterator[Paragraph]:
    for paragraph in paragraphs:
        for start in range(0, max(len(paragraph.text), 1), PAGE_CHARACTERS):
            yield Paragraph(text=paragraph.text[start:start + PAGE_CHARACTERS], offset=paragraph.offset + start,
                            heading=paragraph.heading)


def _with_marks(paragraph: Paragraph, cited: Sequence[CitedThing]) -> MarkedParagraph:
    pieces: list[Piece] = []
    after: list[CitationId] = []
    start = 0
    for thing in cited:
        words = " ".join(thing.citation.anchor.split())
        said_at = thing.citation.offset - paragraph.offset
        there = bool(words) and said_at >= start and paragraph.text.startswith(words, said_at)
        where = said_at if there else paragraph.text.find(words, start) if words else -1
        if where < 0:
            after.append(thing.id)
            continue
        if where > start:
            pieces.append(Piece(text=paragraph.text[start:where]))
        start = where + len(words)
        pieces.append(Piece(text=words, citation=thing.id))
    if start < len(paragraph.text):
        pieces.append(Piece(text=paragraph.text[start:]))
    return MarkedParagraph(pieces=tuple(pieces), heading=paragraph.heading, after=tuple(after))
