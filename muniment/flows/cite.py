"""Find what an article cites and record it; correct the list by hand.

1. Citations are found in the bytes that the case holds: the article is captured or imported first.
2. Found again, a citation keeps its id: only what is new is appended.
3. A correction adds an event; nothing is edited.
"""

import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from archiver.citations import normalise_url
from archiver.citations.load import LoadedArticle, load_article, loaded_page
from archiver.citations.main_content import decode_html
from archiver.verdicts.page import decode_text
from evidence_store.case import Case
from evidence_store.catalogue.model import CitationEntry
from evidence_store.events import Cite, CiteAction, NumberedCitation
from evidence_store.records import Citation, CitationId, CitationKind, Item, ItemId, ViewKind, WarcRef
from evidence_store.writer import CaseWriter
from muniment.flows.lookup import require_citation

MAX_ARTICLE = 20 * 1024 * 1024  # bytes read of one article: far above any live blog
LONG_ARTICLE = 1024 * 1024       # bytes from which reading takes long enough to be waited for
BEGINNING = 200_000              # bytes of a long article that are read first: several screens


def load_item(case: Case, item: Item) -> LoadedArticle:
    """The article that an item is: a captured page, or an imported file of any kind that `load_article` reads."""
    with case.open_item(item) as stream:
        if isinstance(item.source, WarcRef) or item.url:
            body = stream.read(MAX_ARTICLE)
            if item.media_type == "text/plain":
                return LoadedArticle(text=decode_text(body, None), base_url=item.url)
            return loaded_page(body, item.url, latest=item.obtained_at.date())
        with TemporaryDirectory(prefix="muniment-article-") as folder:
            # of the name, which others gave, only what says how to read the file
            copy = Path(folder, "article" + "".join(PurePosixPath(item.name).suffixes[-2:])[-20:])
            with copy.open("wb") as file:
                shutil.copyfileobj(stream, file)
            return load_article(copy)


def load_beginning(case: Case, item: Item) -> LoadedArticle | None:
    """The first pages of a long page, whose last paragraph may be cut; None where the whole is read as quickly.

    To be looked at until the whole is there: which part of the page is the article is judged by the beginning alone.
    """
    if item.media_type != "text/html" or item.length < LONG_ARTICLE or not (
            isinstance(item.source, WarcRef) or item.url):
        return None
    with case.open_item(item) as stream:
        body = stream.read(MAX_ARTICLE)       # the whole, so that its hash is checked
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):       # UTF-16 cannot be cut at a byte
        return None
    return LoadedArticle(html=decode_html(body[:body.rfind(b">", 0, BEGINNING) + 1]), base_url=item.url)


def load_rendered(case: Case, item: Item) -> LoadedArticle | None:
    """The page as a browser showed it when it was captured; None where no browser did."""
    entry = case.catalogue.item(item.id)
    capture = case.catalogue.capture(entry.capture) if entry is not None and entry.capture is not None else None
    view = next((view for view in capture.views if view.kind is ViewKind.DOM), None) if capture else None
    if view is None:
        return None
    with case.open_content(view.record) as stream:
        return loaded_page(stream.read(MAX_ARTICLE), item.url, latest=item.obtained_at.date())


def made_by_scripts(shown: Iterable[Citation], *, besides: Iterable[Citation]) -> tuple[Citation, ...]:
    """Citations with an address that only scripts put into the page: none of those the page itself cites."""
    known = {normalise_url(url) for citation in besides for url in (citation.url, *citation.alternatives) if url}
    return tuple(
        citation
        for citation in shown
        if citation.url and known.isdisjoint(map(normalise_url, (citation.url, *citation.alternatives)))
    )


def cite(writer: CaseWriter, item: Item, article_url: str, article_date: date | None) -> tuple[CitationEntry, ...]:
    """Find the citations of an article that is in the case, append what is new, return the whole list."""
    article = load_item(writer.case, item)
    found = article.citations(article_date=article_date)
    rendered = load_rendered(writer.case, item)
    if rendered is not None:
        found = (*found, *made_by_scripts(rendered.citations(article_date=article_date), besides=found))
    return record_citations(writer, found, article_url=article_url or article.base_url, article_item=item.id)


def record_citations(
    writer: CaseWriter, found: Sequence[Citation], *, article_url: str, article_item: ItemId | None
) -> tuple[CitationEntry, ...]:
    """Append the citations that the case does not know yet."""
    known = {_sameness(entry.citation) for entry in all_citations(writer.case)}
    fresh = tuple(
        NumberedCitation(id=writer.new_citation_id(), citation=citation)
        for citation in found
        if _sameness(citation) not in known
    )
    if fresh:
        writer.append(
            Cite(action=CiteAction.FOUND, article_url=article_url, article_item=article_item, citations=fresh)
        )
    return tuple(all_citations(writer.case))


def all_citations(case: Case) -> Iterator[CitationEntry]:
    """Every citation of the case, page by page."""
    after = 0
    while page := case.catalogue.citations(after=after):
        yield from page
        after = page[-1].position


def _sameness(citation: Citation) -> tuple[str, ...]:
    return (
        (citation.kind, citation.identity) if citation.identity else (citation.kind, citation.source, citation.context)
    )


def add_citation(writer: CaseWriter, url: str, kind: CitationKind, context: str, reason: str) -> CitationEntry:
    """A person adds a citation that was not found."""
    numbered = NumberedCitation(
        id=writer.new_citation_id(), citation=Citation(kind=kind, url=url, identity=normalise_url(url), context=context)
    )
    writer.append(
        Cite(action=CiteAction.ADDED, article_url="", article_item=None, citations=(numbered,), reason=reason)
    )
    return require_citation(writer.case, numbered.id)


def link_citation(writer: CaseWriter, citation: CitationId, url: str, reason: str) -> CitationEntry:
    """A person gives a mention or a lost embed the URL it speaks of."""
    entry = require_citation(writer.case, citation)
    linked = replace(entry.citation, url=url, identity=normalise_url(url))
    _change(writer, entry, CiteAction.LINKED, linked, reason)
    return require_citation(writer.case, citation)


def dismiss_citation(writer: CaseWriter, citation: CitationId, reason: str) -> CitationEntry:
    """A person says that it is no citation."""
    entry = require_citation(writer.case, citation)
    _change(writer, entry, CiteAction.DISMISSED, entry.citation, reason)
    return require_citation(writer.case, citation)


def _change(writer: CaseWriter, entry: CitationEntry, action: CiteAction, citation: Citation, reason: str) -> None:
    writer.append(
        Cite(
            action=action,
            article_url=entry.article_url,
            article_item=entry.article_item,
            reason=reason,
            citations=(NumberedCitation(id=entry.id, citation=citation),),
        )
    )
