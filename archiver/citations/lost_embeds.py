"""Lost embeds: paragraphs that announce something which is no longer there.

1. A paragraph announces when it ends in a colon and says more than a label; or when it points to a video, photo or post
   "below"; or when it is
   the notice that a consent wrapper or a platform leaves in place of its embed.
2. An announcement is kept when the next part is an embed, a picture, a quotation, a list, a table, a bare link, or text
   that opens with a quotation mark.
3. "As Reuters reported:" is kept, too, by plain text in which the announced source speaks ("told Reuters"): quotations
   lose their marks in saved text.
4. A heading, the end of the text, or a paragraph of the author's own does not keep it: the embed is lost.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from archiver.citations.context import sentences
from archiver.citations.links import plain_urls
from archiver.citations.outline import Block, BlockKind, Embed, Part
from archiver.citations.sources import announced_source, says_again

MIN_WORDS = 4           # "Photo:", "Update 14:30:" are labels
MAX_NOTICE = 300        # characters of a notice that stands in for an embed

_QUOTE_OPENS = re.compile(r"[\s—–-]*[“”\"«„‟‘'‹「『]")
_LISTED = re.compile(r"\s*(?:[-–—•*·▪►]\s|\(?\d{1,2}[.)]\s|[a-z][.)]\s)")
_SPEAKER = re.compile(r"[A-ZА-Я][\w’.-]*(?:\s+[A-ZА-Я][\w’.-]*){0,3}:\s+\S")
_LABEL = re.compile(r"\W*(?:by|photo(?:s|graph)?|image|picture|video|source|credit|tags?|topics?|filed under|share|"
                    r"update[sd]?|published|posted|contact|e-?mail|tel|phone|via|"
                    r"read more|see also|related|more|note|editor[’']s note|correction|written by|reporting "
                    r"by)\b[^.]{0,60}:$", re.IGNORECASE)
_OWN_LIST = re.compile(r"what (?:we|you|to) (?:know|need|expect)|key (?:points|developments|events|facts)|as follows|"
                       r"in (?:brief|short|summary)|main (?:points|events)|to recap|summary|"
                       r"agenda|schedule|here(?:’|')?s (?:what|how|why)|questions?:$|reasons?:$|things?:$|steps?:$|"
                       r"the following|conditions?:$|options?:$", re.IGNORECASE)
_MEDIUM = r"(?:video|photo(?:graph)?|image|picture|footage|tweet|post|clip|map|screenshot|graphic|recording|thread)s?"
_POINTS_BELOW = re.compile(rf"\b{_MEDIUM}\s+(?:\w+\s+){{0,3}}below\b|\bbelow is (?:an?|the) "
                           rf"(?:\w+\s+){{0,3}}{_MEDIUM}\b|"
                           rf"\b(?:see|watch|view) (?:the )?(?:{_MEDIUM} )?(?:here )?below\b|\bthe following "
                           rf"{_MEDIUM}\b", re.IGNORECASE)
_NOTICE = re.compile(
    r"to (?:view|see|display|show) this (?:content|embed|post|tweet|video|map)\b.{0,200}\b(?:cookies?|consent"
    r"|javascript|accept)|"
    r"this (?:tweet|post|video|content|message|account|embed)\s+(?:is|was|has been"
    r"|is no longer)\s+(?:un)?(?:available|removed|deleted|suspended|private)|"
    r"\[(?:embedded? (?:content|tweet|video|post|media)|video|tweet|embed)\]|we couldn[’']t load (?:this|the) "
    r"(?:tweet|post|content)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class LostEmbed:
    """An announcement without what it announces."""

    index: int          # of the part
    start: int          # of the announcing sentence in its paragraph
    end: int
    source: str         # who is announced; "" where the sentence names nobody


def lost_embeds(parts: tuple[Part, ...]) -> Iterator[LostEmbed]:
    """The announcements that nothing keeps, in the order of the text."""
    for index, part in enumerate(parts):
        if not isinstance(part, Block) or not part.text:
            continue
        if (
            (announces(part) and not is_kept(parts, index))
            or (_points_below(part) and not _embed_near(parts, index, ahead=3))
            or (_is_notice(part) and not _embed_near(parts, index, ahead=1, behind=1))
        ):
            announcing = _announcing_sentence(part)
            yield LostEmbed(
                index=index,
                start=announcing[0],
                end=announcing[1],
                source=announced_source(part.text[announcing[0] : announcing[1]]),
            )


def announces(block: Block) -> bool:
    """Whether the paragraph ends by announcing something."""
    if block.kind not in {BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.CELL}:
        return False
    text = block.text.rstrip()
    if not text.endswith((":", "：")) or _LABEL.fullmatch(text):
        return False
    announcing = sentences(text)[-1].text
    return len(announcing.split()) >= MIN_WORDS or bool(announced_source(announcing))


def is_kept(parts: tuple[Part, ...], index: int) -> bool:
    """Whether what the paragraph at `index` announces follows it."""
    announcement = parts[index]
    following = next((part for part in parts[index + 1:index + 4] if isinstance(part, Embed) or part.text), None)
    if not isinstance(announcement, Block) or following is None:
        return False
    if isinstance(following, Embed):
        return True
    if following.kind is BlockKind.HEADING:
        return False
    if (
        following.kind in {BlockKind.QUOTE, BlockKind.PREFORMATTED, BlockKind.CAPTION}
        or following.kind is not announcement.kind is BlockKind.PARAGRAPH
    ):
        return True
    text = following.text
    if _QUOTE_OPENS.match(text) or _LISTED.match(text) or _SPEAKER.match(text) or _is_link_only(following):
        return True
    announcing = sentences(announcement.text)[-1].text
    return bool(_OWN_LIST.search(announcing)) or says_again(announcing, text)


def _announcing_sentence(block: Block) -> tuple[int, int]:
    parts = sentences(block.text)
    if not announces(block):
        pointing = next((sentence for sentence in parts if _POINTS_BELOW.search(sentence.text)), parts[-1])
        return pointing.start, pointing.end
    return parts[-1].start, parts[-1].end


def _points_below(block: Block) -> bool:
    return block.kind in {BlockKind.PARAGRAPH, BlockKind.LIST_ITEM} and bool(_POINTS_BELOW.search(block.text))


def _is_notice(block: Block) -> bool:
    return len(block.text) <= MAX_NOTICE and bool(_NOTICE.search(block.text))


def _embed_near(parts: tuple[Part, ...], index: int, *, ahead: int, behind: int = 0) -> bool:
    return any(isinstance(part, Embed) for part in parts[max(0, index - behind):index + ahead + 1])


def _is_link_only(block: Block) -> bool:
    written = [(start, end) for start, end, _ in plain_urls(block.text)]
    spans = [(link.start, link.end) for link in block.links] or written
    return bool(spans) and sum(end - start for start, end in spans) >= 0.8 * len(block.text)
