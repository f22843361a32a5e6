"""Paragraphs of a plain text: the same parts an outline of a page gives.

1. Offsets count in the text as given (line ends as LF): a paragraph's characters stand where the text has them.
2. A line that ends without closing punctuation goes on in the next where both are as short as wrapped lines are; blank
   lines, bullets and
   bylines ("— Name") part paragraphs.
3. The only links are addresses written out.
"""

import re

from archiver.citations.links import plain_urls
from archiver.citations.outline import Block, BlockKind, Link

WRAP = 92               # characters: mail and text editors wrap at 72 to 90; a longer line is a paragraph of its own
MAX_LINES = 500_000

_CLOSED = re.compile(r"[.!?:;…。！？：؟][\"'”’»)\]]*\s*$")
_BULLET = re.compile(r"\s*(?:[-*•·▪►]\s|\(?\d{1,3}[.)]\s)")
_BYLINE = re.compile(r"\s*[—–]\s*\S")
_TITLE = re.compile(r"(?:#{1,6}\s|[A-Z0-9 ,.'’-]{4,80}$)")


def paragraphs(text: str) -> tuple[Block, ...]:
    """The paragraphs of `text`, each with its offset in it."""
    blocks: list[Block] = []
    start = end = 0
    previous = ""
    position = 0
    for line in text.split("\n")[:MAX_LINES]:
        if previous and not _goes_on(previous, line):
            _append(blocks, text, start, end)
            previous = ""
        if line.strip():
            if not previous:
                start = position
            previous, end = line, position + len(line)
        position += len(line) + 1
    if previous:
        _append(blocks, text, start, end)
    return tuple(blocks)


def _goes_on(line: str, following: str) -> bool:
    if (
        not following.strip()
        or _CLOSED.search(line)
        or _BULLET.match(following)
        or _BYLINE.match(following)
        or _BYLINE.match(line)
    ):
        return False
    if len(following) > WRAP or len(line) > WRAP:
        return following.lstrip()[:1].islower() and len(line) <= WRAP
    return True


def _append(blocks: list[Block], text: str, start: int, end: int) -> None:
    raw = text[start:end]
    start += len(raw) - len(raw.lstrip())
    paragraph = raw.strip().replace("\n", " ").replace("\t", " ")
    links = tuple(Link(href=url, start=first, end=last) for first, last, url in plain_urls(paragraph))
    if _TITLE.fullmatch(paragraph) or paragraph.startswith("#"):
        kind = BlockKind.HEADING
    elif _BULLET.match(paragraph):
        kind = BlockKind.LIST_ITEM
    elif paragraph.startswith(">"):
        kind = BlockKind.QUOTE
    else:
        kind = BlockKind.PARAGRAPH
    blocks.append(Block(kind=kind, text=paragraph, offset=start, links=links))
