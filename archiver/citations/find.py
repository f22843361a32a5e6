"""From a page or a text to its citations.

1. Pure: no clock, no network, no file; the same input gives the same citations in the same order.
2. Citations stand in the order of the text. One thing cited twice is one citation: shown in the article beats linked,
   the earlier place is kept.
3. Hostile input costs time and memory in proportion to its size, never an exception but `LimitExceeded` above
   `main_content.MAX_HTML`.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from archiver.citations import images
from archiver.citations.classify import Target, classify
from archiver.citations.context import last_sentence, sentence_at, shorten
from archiver.citations.dates import claimed_time
from archiver.citations.embeds.registry import recogniser
from archiver.citations.links import CitedLink, Site, cited_links, furniture, site_of
from archiver.citations.lost_embeds import LostEmbed, lost_embeds
from archiver.citations.main_content import Page, decode_html, parse_page
from archiver.citations.mentions import mentions
from archiver.citations.outline import Block, BlockKind, Embed, Part, blocks, outline
from archiver.citations.places import claimed_place
from archiver.citations.plain_text import paragraphs
from archiver.citations.urls import absolute_url
from evidence_store.records import Citation, CitationKind

MAX_CITATIONS = (
    10_000  # the longest live blogs cite some hundreds; beyond this the page is a directory, and the rest is left out
)
MAX_CAPTION = 300           # characters of a paragraph that can be a picture's caption


def find_citations(html: str | bytes, base_url: str, *, article_date: date | None = None) -> tuple[Citation, ...]:
    """What the article on a page cites: links, embeds, pictures, recordings, documents, lost embeds, mentions.

    `base_url` is the page's own address; relative links resolve against it (or the page's <base>). `article_date`
    resolves relative times.
    Raises `LimitExceeded` for pages above `main_content.MAX_HTML`.
    """
    page = parse_page(decode_html(html))
    if page is None:
        return ()
    base, canonical = _declared(page, base_url)
    parts = outline(page, recogniser(base))
    return _citations(parts, site_of(base_url, base, canonical), article_date)


def find_citations_in_text(text: str, *, article_date: date | None = None) -> tuple[Citation, ...]:
    """What a plain text cites: addresses, lost embeds, captions without picture, mentions; offsets count in `text`."""
    return _citations(paragraphs(text.replace("\r\n", "\n")), site_of("", "", ""), article_date)


def article_blocks(html: str | bytes, base_url: str) -> tuple[Block, ...]:
    """The paragraphs of a page's article, at the offsets that citations of it have. LimitExceeded as above."""
    page = parse_page(decode_html(html))
    if page is None:
        return ()
    return tuple(blocks(outline(page, recogniser(_declared(page, base_url)[0]))))


def _declared(page: Page, base_url: str) -> tuple[str, str]:
    """The page's <base> and canonical address."""
    root = page.body.getroottree().getroot()
    declared = root.find(".//base[@href]")
    base = absolute_url(declared.get("href") or "", base_url) if declared is not None else ""
    canonical = root.find(".//link[@rel='canonical'][@href]")
    return base or base_url, absolute_url(canonical.get("href") or "", base_url) if canonical is not None else ""


def _citations(parts: tuple[Part, ...], site: Site, article_date: date | None) -> tuple[Citation, ...]:
    idle = furniture(parts, site)
    found = [*_from_parts(parts, site, idle), *_lost(parts, idle), *_mentioned(parts, idle)]
    found.sort(key=lambda citation: citation.offset)     # stable: at one offset links stand before what is lost
    dated = (_with_claims(citation, article_date) for citation in _distinct(found))
    return tuple(citation for _, citation in zip(range(MAX_CITATIONS), dated, strict=False))


def _from_parts(parts: tuple[Part, ...], site: Site, idle: frozenset[int]) -> Iterator[Citation]:
    shown_as_caption: set[int] = set()
    for index, part in enumerate(parts):
        if isinstance(part, Embed):
            if index in idle and part.kind not in {CitationKind.POST, CitationKind.VIDEO}:
                continue
            if part.kind is CitationKind.PHOTO and _is_teaser_picture(part, site):
                continue
            caption = _caption(parts, index)
            if caption is not None:
                shown_as_caption.add(caption)
            yield _from_embed(parts, index, part, parts[caption] if caption is not None else None)
        elif index not in idle:
            for cited in cited_links(part, site):
                yield _from_link(part, cited)
            if index not in shown_as_caption and _is_orphan_caption(parts, index, part):
                yield Citation(
                    kind=CitationKind.PHOTO,
                    embedded=True,
                    anchor=shorten(part.text),
                    context=shorten(part.text),
                    offset=part.offset,
                    credit=images.credit_in(part.text),
                )


def _from_link(block: Block, cited: CitedLink) -> Citation:
    anchor = " ".join(block.text[cited.start:cited.end].split())
    return Citation(
        kind=cited.target.kind,
        url=cited.url,
        identity=cited.target.identity,
        platform=cited.target.platform,
        anchor=shorten(anchor),
        context=sentence_at(block.text, cited.start, cited.end),
        offset=block.offset + cited.start,
    )


def _from_embed(parts: tuple[Part, ...], index: int, embed: Embed, caption: Part | None) -> Citation:
    target: Target = classify(embed.url)
    words = caption.text if isinstance(caption, Block) else ""
    before = next(
        (part for part in reversed(parts[max(0, index - 4) : index]) if isinstance(part, Block) and part.text), None
    )
    context = shorten(words) if embed.kind is CitationKind.PHOTO and words else \
        last_sentence(before.text) if before is not None and before.kind is not BlockKind.HEADING else shorten(words)
    return Citation(
        kind=embed.kind,
        url=embed.url,
        identity=target.identity,
        platform=embed.platform,
        embedded=True,
        anchor=embed.anchor or shorten(words),
        context=context,
        offset=embed.offset,
        credit=embed.credit or images.credit_in(words) or images.credit_in(embed.anchor if not words else ""),
        alternatives=embed.alternatives,
    )


def _caption(parts: tuple[Part, ...], index: int) -> int | None:
    """Index of the caption of an embed: of its own figure, or the short paragraph with a credit right after it."""
    embed = parts[index]
    for other in range(index - 2, min(index + 8, len(parts))):
        part = parts[other] if other >= 0 else None
        if isinstance(part, Block) and part.figure and part.figure == embed.figure:
            return other
    following = next(
        (
            other
            for other in range(index + 1, min(index + 3, len(parts)))
            if isinstance(part := parts[other], Block) and part.text
        ),
        None,
    )
    if following is not None and not embed.figure and _has_credit(parts[following]) and isinstance(embed, Embed) \
            and embed.kind in {CitationKind.PHOTO, CitationKind.VIDEO}:
        return following
    return None


def _has_credit(part: Part) -> bool:
    return (
        isinstance(part, Block)
        and part.kind in {BlockKind.PARAGRAPH, BlockKind.CAPTION}
        and len(part.text) <= MAX_CAPTION
        and bool(images.credit_in(part.text))
    )


def _is_orphan_caption(parts: tuple[Part, ...], index: int, block: Block) -> bool:
    """A caption with its credit where no picture is left ("Photo from LCC")."""
    if block.links or not _has_credit(block) or len(block.text.split()) < 5:
        return False
    return not any(isinstance(part, Embed) for part in parts[max(0, index - 2):index + 2])


def _is_teaser_picture(embed: Embed, site: Site) -> bool:
    """A picture that leads to another page of the site and has no caption belongs to that page."""
    url = absolute_url(embed.linked_to, site.base_url) if embed.linked_to else ""
    if not url or embed.figure or not site.is_internal(url):
        return False
    target = classify(url)
    return target.kind is CitationKind.ARTICLE and not any(
        target.identity.startswith(own.rstrip("/")) for own in site.own if own.count("/") > 3
    )


def _lost(parts: tuple[Part, ...], idle: frozenset[int]) -> Iterator[Citation]:
    for lost in lost_embeds(parts):
        if lost.index not in idle:
            yield _from_lost(parts, lost)


def _from_lost(parts: tuple[Part, ...], lost: LostEmbed) -> Citation:
    block = parts[lost.index]
    text = block.text if isinstance(block, Block) else ""
    return Citation(
        kind=CitationKind.LOST_EMBED,
        embedded=True,
        context=shorten(text[lost.start : lost.end]),
        offset=block.offset + lost.start,
        source=lost.source,
    )


def _mentioned(parts: tuple[Part, ...], idle: frozenset[int]) -> Iterator[Citation]:
    for mention in mentions(parts):
        if mention.index not in idle:
            yield Citation(
                kind=CitationKind.MENTION,
                context=mention.context,
                offset=parts[mention.index].offset + mention.start,
                source=mention.source,
            )


def _distinct(citations: list[Citation]) -> Iterator[Citation]:
    """Each thing once, at its first place, embedded where any place shows it; a picture with all its sizes."""
    kept: dict[str, Citation] = {}
    sizes: dict[str, str] = {}          # every size of a picture -> the key it is kept under
    for position, citation in enumerate(citations):
        key = citation.identity or f"#{position}"
        if citation.kind is CitationKind.PHOTO and citation.url:
            names = {images.size_blind(url) for url in (citation.url, *citation.alternatives)}
            key = next((sizes[name] for name in sorted(names) if name in sizes), key)
            sizes.update(dict.fromkeys(names, key))
        first = kept.get(key)
        kept[key] = citation if first is None else _merged(first, citation)
    return iter(kept.values())


def _merged(first: Citation, again: Citation) -> Citation:
    """Two places of one thing: the earlier place, the words of the one that shows it, every address."""
    urls = (
        dict.fromkeys((*first.alternatives, again.url, *again.alternatives)) if first.kind is CitationKind.PHOTO else {}
    )
    alternatives = tuple(url for url in urls if url and url != first.url) or first.alternatives
    if again.embedded and not first.embedded:
        return replace(
            again, anchor=again.anchor or first.anchor, context=again.context or first.context, offset=first.offset
        )
    return replace(first, alternatives=alternatives, credit=first.credit or again.credit)


def _with_claims(citation: Citation, article_date: date | None) -> Citation:
    words = citation.context or citation.anchor
    return replace(citation, claimed_time=claimed_time(words, article_date), claimed_place=claimed_place(words))
