"""The article as a reader meets it: paragraphs, headings, quotations, pictures and embeds, one after the other.

1. Parts stand in document order; `offset` counts characters of the main text, which is the paragraphs joined by line
   ends.
2. White space is collapsed as a browser shows it; a link's span is exact within its paragraph.
3. What an embed holds (a post's text and links) belongs to the embed, not to the article's own paragraphs.
4. Nothing recurses: a page nested a thousand deep is walked like any other.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TypeAlias

from lxml import etree
from lxml.html import HtmlElement

from archiver.citations.main_content import BLOCK_TAGS, HEADINGS, SILENT_TAGS, Page, Zone
from evidence_store.records import CitationKind

MAX_PARTS = 200_000     # paragraphs and embeds of one page; a longer page is cut there


class BlockKind(Enum):
    """What a paragraph is to the reader."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    QUOTE = "quote"
    LIST_ITEM = "list item"
    CAPTION = "caption"
    CELL = "cell"
    PREFORMATTED = "preformatted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One link in a paragraph: `block.text[start:end]` is its text."""

    href: str
    start: int
    end: int
    rel: str = ""
    holds_image: bool = False
    generated: bool = False     # made by a script of the article, without text of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One paragraph-like run of text."""

    kind: BlockKind
    text: str
    offset: int                         # of its first character in the main text
    links: tuple[Link, ...] = ()
    figure: int = 0                     # number of the figure it is the caption of; 0: none


@dataclass(frozen=True, slots=True, kw_only=True)
class Embed:
    """Something shown in the article: a post, a recording, a picture, a framed page."""

    kind: CitationKind
    url: str
    platform: str = ""
    anchor: str = ""                        # its own text, title or alternative text
    credit: str = ""
    alternatives: tuple[str, ...] = ()      # best first
    offset: int = 0
    figure: int = 0
    linked_to: str = ""                     # where a click on the picture leads


Part: TypeAlias = Block | Embed


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a recogniser says of one element."""

    embeds: tuple[Embed, ...] = ()
    links: tuple[Link, ...] = ()            # addresses that a script in the text makes into links
    whole: bool = True                      # the element's content belongs to the embed and is not walked


Recognise: TypeAlias = Callable[[HtmlElement, Zone], Found | None]


@dataclass(slots=True)
class _Draft:
    """The paragraph being read."""

    pieces: list[str] = field(default_factory=list)
    length: int = 0
    links: list[Link] = field(default_factory=list)
    ends_in_space: bool = True

    def add(self, text: str | None) -> None:
        if not text:
            return
        words = text.split()
        if not words:
            self._space()
            return
        if text[0].isspace():
            self._space()
        flat = " ".join(words)
        self.pieces.append(flat)
        self.length += len(flat)
        self.ends_in_space = False
        if text[-1].isspace():
            self._space()

    def _space(self) -> None:
        if not self.ends_in_space:
            self.pieces.append(" ")
            self.length += 1
            self.ends_in_space = True


@dataclass(slots=True)
class _OpenLink:
    href: str
    rel: str
    start: int
    holds_image: bool = False


class _Outliner:
    """Walks a page once and collects its parts."""

    def __init__(self, page: Page, recognise: Recognise) -> None:
        self._page = page
        self._recognise = recognise
        self._parts: list[Part] = []
        self._draft = _Draft()
        self._offset = 0
        self._zones: list[Zone] = [Zone.EMBEDS]
        self._kinds: list[BlockKind] = [BlockKind.PARAGRAPH]
        self._link: _OpenLink | None = None
        self._figures: list[int] = []
        self._figure_count = 0
        self._breaks = 0

    def parts(self) -> tuple[Part, ...]:
        walk = etree.iterwalk(self._page.body, events=("start", "end"))
        for event, element in walk:
            if len(self._parts) > MAX_PARTS:
                break
            if event == "start":
                if not self._enter(element):
                    walk.skip_subtree()
            else:
                self._leave(element)
        self._flush()
        return tuple(self._parts)

    def _enter(self, element: HtmlElement) -> bool:
        """Open an element; False where its content is not to be walked."""
        tag = element.tag
        zone = self._page.zones.get(element, self._zones[-1])
        self._zones.append(zone)
        if tag in BLOCK_TAGS:
            self._flush()
        self._kinds.append(_kind_of(tag, self._kinds[-1]))
        if tag == "figure":
            self._figure_count += 1
            self._figures.append(self._figure_count)
        if zone is Zone.NOTHING:
            return False
        found = self._recognise(element, zone)
        if found is not None:
            self._place(found)
            if found.whole:
                return False
        if tag in SILENT_TAGS:
            return False
        if zone is Zone.CONTENT:
            self._read(element)
        return True

    def _read(self, element: HtmlElement) -> None:
        if element.tag == "br":
            self._breaks += 1
            if self._breaks >= 2:       # old blogs part their paragraphs with <br><br>
                self._flush()
            self._draft.add(" ")
        elif element.tag == "a" and element.get("href"):
            self._link = _OpenLink(
                href=element.get("href") or "", rel=(element.get("rel") or "").lower(), start=self._draft.length
            )
        self._text(element.text)

    def _text(self, text: str | None) -> None:
        if text and text.strip():
            self._breaks = 0
        self._draft.add(text)

    def _leave(self, element: HtmlElement) -> None:
        tag = element.tag
        if tag == "a" and self._link is not None and element.get("href") == self._link.href:
            self._close_link()
        if tag in BLOCK_TAGS:
            self._flush()
        if tag == "figure" and self._figures:
            self._figures.pop()
        self._kinds.pop()
        self._zones.pop()
        if self._zones[-1] is Zone.CONTENT:
            self._text(element.tail)

    def _close_link(self) -> None:
        link = self._link
        if link is not None and (link.holds_image or self._draft.length > link.start):
            self._draft.links.append(
                Link(
                    href=link.href, rel=link.rel, start=link.start, end=self._draft.length, holds_image=link.holds_image
                )
            )
        self._link = None

    def _place(self, found: Found) -> None:
        """Put what an element shows where the text stands now."""
        if found.embeds:
            linked_to = ""
            if self._link is not None:
                self._link.holds_image, linked_to = True, self._link.href
            if self._draft.length and not all(embed.kind is CitationKind.PHOTO for embed in found.embeds):
                self._flush()       # a picture may stand in a line of text; a post or a player ends it
            figure = self._figures[-1] if self._figures else 0
            self._parts.extend(
                replace(embed, offset=self._offset + self._draft.length, figure=figure, linked_to=linked_to)
                for embed in found.embeds
            )
        for link in found.links:
            self._draft.links.append(replace(link, start=self._draft.length, end=self._draft.length, generated=True))

    def _flush(self) -> None:
        if self._link is not None:
            reopened = _OpenLink(
                href=self._link.href, rel=self._link.rel, start=0
            )  # a link around blocks goes on in the next one
            self._close_link()
            self._link = reopened
        draft, self._draft, self._breaks = self._draft, _Draft(), 0
        raw = "".join(draft.pieces)
        text = raw.rstrip()
        if text or draft.links:
            figure = self._figures[-1] if self._figures and self._kinds[-1] is BlockKind.CAPTION else 0
            links = tuple(
                replace(link, start=min(link.start, len(text)), end=min(link.end, len(text))) for link in draft.links
            )
            self._parts.append(
                Block(kind=self._kinds[-1], text=text, offset=self._offset, links=_trimmed(text, links), figure=figure)
            )
            self._offset += len(text) + 1 if text else 0


def outline(page: Page, recognise: Recognise) -> tuple[Part, ...]:
    """The parts of a page in document order; `recognise` says what an element embeds."""
    return _Outliner(page, recognise).parts()


def main_text(parts: tuple[Part, ...]) -> str:
    """The text that offsets count in."""
    return "\n".join(part.text for part in parts if isinstance(part, Block) and part.text)


def blocks(parts: tuple[Part, ...]) -> Iterator[Block]:
    """The paragraphs alone."""
    return (part for part in parts if isinstance(part, Block))


def _trimmed(text: str, links: tuple[Link, ...]) -> tuple[Link, ...]:
    """Spans without the white space at their ends."""
    trimmed = []
    for link in links:
        span = text[link.start:link.end]
        start = link.start + len(span) - len(span.lstrip())
        trimmed.append(replace(link, start=start, end=max(start, link.end - (len(span) - len(span.rstrip())))))
    return tuple(trimmed)


_KINDS = {
    "pre": BlockKind.PREFORMATTED, "li": BlockKind.LIST_ITEM, "dd": BlockKind.LIST_ITEM, "dt": BlockKind.LIST_ITEM,
    "td": BlockKind.CELL, "th": BlockKind.CELL, "div": BlockKind.PARAGRAPH, "section": BlockKind.PARAGRAPH,
    "article": BlockKind.PARAGRAPH,
}


def _kind_of(tag: str, above: BlockKind) -> BlockKind:
    if tag in HEADINGS:
        return BlockKind.HEADING
    if tag == "figcaption" or above is BlockKind.CAPTION:
        return BlockKind.CAPTION
    if tag == "blockquote" or above is BlockKind.QUOTE:
        return BlockKind.QUOTE
    return _KINDS.get(tag, above)
