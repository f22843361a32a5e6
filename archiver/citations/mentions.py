"""Mentions: what a named source is said to have reported, without a link to it.

1. A sentence that carries a link is that link's citation, never a mention; nor is text inside a quotation or an embed.
2. A sentence that announces an embed or picture which follows is that embed's context, never a mention; before quoted
   text it is one.
3. One sentence gives one mention, of the first source it names.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from archiver.citations.context import sentences, shorten
from archiver.citations.lost_embeds import announces, is_kept
from archiver.citations.outline import Block, BlockKind, Embed, Part
from archiver.citations.sources import announced_source, reporting_source

_PROSE = frozenset({BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.CELL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A source named in one sentence of a paragraph."""

    index: int
    start: int          # of the sentence
    source: str
    context: str


def mentions(parts: tuple[Part, ...]) -> Iterator[Mention]:
    """The mentions of a text, in its order."""
    for index, part in enumerate(parts):
        if isinstance(part, Block) and part.kind in _PROSE and part.text and part.text.lstrip()[:1] not in "“\"«„":
            yield from _in_paragraph(parts, index, part)


def _in_paragraph(parts: tuple[Part, ...], index: int, block: Block) -> Iterator[Mention]:
    found = sentences(block.text)
    announcing = announces(block)
    for position, sentence in enumerate(found):
        if any(link.start < sentence.end and sentence.start < link.end for link in block.links):
            continue
        if _opens_within_quotation(block.text, sentence.start):
            continue
        last = position == len(found) - 1
        if last and announcing:
            quoted = _quoted_text(parts, index)
            source = announced_source(sentence.text)
            if quoted and source and source[:1].isupper():
                yield Mention(
                    index=index, start=sentence.start, source=source, context=shorten(f"{sentence.text} {quoted}")
                )
            continue
        named = reporting_source(sentence.text)
        if named is not None:
            yield Mention(index=index, start=sentence.start, source=named.name, context=shorten(sentence.text))


def _quoted_text(parts: tuple[Part, ...], index: int) -> str:
    """The text an announcement is kept by; "" where it is lost, or kept by an embed."""
    if not is_kept(parts, index):
        return ""
    following = parts[index + 1]
    return "" if isinstance(following, Embed) or following.links else following.text


def _opens_within_quotation(text: str, position: int) -> bool:
    before = text[:position]
    return before.count("“") > before.count("”") or before.count('"') % 2 == 1 or before.count("«") > before.count("»")
