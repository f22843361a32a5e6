"""An article laid out for a terminal: its text in lines, citations marked in place, verdicts in the margin. Pure.

1. A citation is numbered in the order in which it stands in the text; text and margin carry the same number.
2. The margin never runs ahead: a verdict stands on the line of its citation, or below it where lines are crowded.
3. Every character passes `visible`; a paragraph in Arabic or Cyrillic letters is followed by its Latin letters, marked
   as made by a machine.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from rich.cells import cell_len, chop_cells

from archiver.citations.outline import Block, BlockKind
from evidence_store.catalogue.model import CitationEntry
from evidence_store.visible import shortened, visible
from muniment.flows.wording import verdict_words
from tui.latin import MARK, latin, needs_latin
from tui.widgets.lines import wrapped
from tui.widgets.quick_wrap import cut_up, is_plain, spans

MAX_LATIN = 400           # characters of a paragraph that are given in Latin letters
MAX_EMBED = 100
_WORDS = re.compile(r"\s+|\S+")
_PREFIX = {BlockKind.HEADING: "", BlockKind.QUOTE: "\u2502 ", BlockKind.LIST_ITEM: "\u2022 ", BlockKind.CAPTION: "  "}


@dataclass(frozen=True, slots=True)
class Piece:
    """Some characters of a line; `citation` is the index of the one they belong to, -1 for none."""

    text: str
    citation: int = -1


@dataclass(slots=True)
class Line:
    """One line of the text, and what stands in the margin beside it."""

    pieces: list[Piece] = field(default_factory=list)
    kind: BlockKind = BlockKind.PARAGRAPH
    margin: str = ""
    margin_of: int = -1

    @property
    def text(self) -> str:
        """What stands on it."""
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """An article at one width."""

    lines: tuple[Line, ...]
    line_of: tuple[int, ...]      # of each citation, where it is marked


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A citation within the text of a block."""

    start: int
    end: int
    index: int


def lay_out(blocks: Sequence[Block], citations: Sequence[CitationEntry], width: int, margin: int) -> Layout:
    """The article in lines of `width` cells, verdicts cut to `margin` cells."""
    lines: list[Line] = []
    line_of = [0] * len(citations)
    marks, embeds = _placed(blocks, citations)
    for number, block in enumerate(blocks):
        for line in _wrapped(block, marks[number], width):
            for piece in line.pieces:
                if piece.citation >= 0 and not line_of[piece.citation]:
                    line_of[piece.citation] = len(lines)
            lines.append(line)
        for index in embeds[number]:
            line_of[index] = len(lines)
            lines.append(Line([Piece(shortened(_embed(index, citations[index]), width), index)]))
        lines.append(Line())
    _fill_margin(lines, line_of, citations, margin)
    return Layout(lines=tuple(lines), line_of=tuple(line_of))


def with_verdicts(layout: Layout, before: Sequence[CitationEntry], after: Sequence[CitationEntry],
                  margin: int) -> Layout | None:
    """The layout with other verdicts in its margin; None where more than verdicts differs."""
    if len(before) != len(after) or any(old is not new and old.citation != new.citation
                                        for old, new in zip(before, after, strict=True)):
        return None
    changed = {index for index, (old, new) in enumerate(zip(before, after, strict=True)) if old is not new}
    return replace(layout, lines=tuple(
        replace(line, margin=shortened(margin_words(line.margin_of, after[line.margin_of]), margin))
        if line.margin_of in changed else line for line in layout.lines))


def _placed(blocks: Sequence[Block], citations: Sequence[CitationEntry]) -> tuple[list[list[Mark]], list[list[int]]]:
    """By block: the citations marked within its text, and those that stand after it."""
    marks: list[list[Mark]] = [[] for _ in blocks]
    embeds: list[list[int]] = [[] for _ in blocks]
    offsets = [block.offset for block in blocks]      # ascending: blocks stand in document order
    for index, entry in enumerate(citations):
        cited = entry.citation
        if not blocks:
            continue
        at = max(bisect_right(offsets, cited.offset) - 1, 0)
        block = blocks[at]
        start = cited.offset - block.offset
        if cited.embedded or not 0 <= start < len(block.text):
            embeds[at].append(index)
            continue
        end = start + len(cited.anchor) if cited.anchor and block.text.startswith(cited.anchor, start) else start
        marks[at].append(Mark(start=start, end=end, index=index))
    return marks, embeds


def _embed(index: int, entry: CitationEntry) -> str:
    cited = entry.citation
    words = cited.anchor or cited.credit or cited.source or cited.url
    return f"[{index + 1}] \u25a3 {cited.kind.replace('_', ' ')}: {shortened(words, MAX_EMBED)}"


def _pieces(block: Block, marks: Sequence[Mark]) -> Iterator[Piece]:
    """The text of a block, cut where citations begin and end."""
    at = 0
    for mark in sorted(marks, key=lambda one: (one.start, one.end)):
        start = max(mark.start, at)
        yield Piece(visible(block.text[at:start]))
        cited = visible(block.text[start:max(mark.end, start)])
        yield Piece(f"[{mark.index + 1}] {cited}", mark.index)
        at = max(mark.end, start)
    yield Piece(visible(block.text[at:]))


def _words_of(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Words, and the spaces between them; a word may be made of several pieces: a citation, and the comma behind it."""
    word: list[Piece] = []
    for piece in pieces:
        for part in _WORDS.findall(piece.text):
            if word and part.isspace() != word[-1].text.isspace():
                yield word
                word = []
            word.append(Piece(part, piece.citation))
    if word:
        yield word


def _quick(block: Block, pieces: Sequence[Piece], lines: Iterator[tuple[int, int]], prefix: str) -> Iterator[Line]:
    """The lines of a paragraph of plain text."""
    before = prefix
    for parts in cut_up([len(piece.text) for piece in pieces], lines):
        line = [Piece(before)] if before else []
        line += [Piece(pieces[number].text[start:end], pieces[number].citation) for number, start, end in parts]
        yield Line(line, block.kind)
        before = " " * len(prefix)


def _wrapped(block: Block, marks: Sequence[Mark], width: int) -> Iterator[Line]:
    prefix = _PREFIX.get(block.kind, "")
    room = max(width - len(prefix), 8)
    pieces = list(_pieces(block, marks))
    whole = "".join(piece.text for piece in pieces)
    if is_plain(whole):
        yield from _quick(block, pieces, spans(whole, room), prefix)
        return
    line, used = Line([Piece(prefix)] if prefix else [], block.kind), 0
    for word in _words_of(pieces):
        length = sum(cell_len(piece.text) for piece in word)
        if used and used + length > room:
            yield line
            line, used = Line([Piece(" " * len(prefix))] if prefix else [], block.kind), 0
            if word[0].text.isspace():
                continue
        for piece in word:
            for part in chop_cells(piece.text, room) if length > room else (piece.text,):
                if used and used + cell_len(part) > room:
                    yield line
                    line, used = Line([Piece(" " * len(prefix))] if prefix else [], block.kind), 0
                line.pieces.append(Piece(part, piece.citation))
                used += cell_len(part)
    yield line
    if needs_latin(block.text):
        for part in wrapped(visible(f"{MARK}: {latin(block.text[:MAX_LATIN])}"), room):
            yield Line([Piece(" " * len(prefix) + part)], BlockKind.CAPTION)


def _fill_margin(lines: list[Line], line_of: list[int], citations: Sequence[CitationEntry], margin: int) -> None:
    free = 0
    for index in sorted(range(len(citations)), key=lambda one: line_of[one]):
        free = max(free, line_of[index])
        while free >= len(lines):
            lines.append(Line())
        lines[free].margin = shortened(margin_words(index, citations[index]), margin)
        lines[free].margin_of = index
        free += 1


def margin_words(index: int, entry: CitationEntry) -> str:
    """`[3] ✗ gone  photo`."""
    verdict = "\u2013 dismissed" if entry.is_dismissed else verdict_words(entry.verdict)
    return f"[{index + 1}] {verdict}  {entry.citation.kind.replace('_', ' ')}"
