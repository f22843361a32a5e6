"""Search over a case: its articles and posts, citations, claims, metadata, and what people wrote.

1. The index takes in what the ledger has more each time somebody searches; nothing has to be run before.
2. A text that cannot be read is left out of the index; that it is damaged, the fixity check says.
3. Where the case cannot be written, the index is made in a folder of its own and goes afterwards.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from archiver.errors import ArchiverError
from evidence_store.case import Case
from evidence_store.catalogue.opening import head_at
from evidence_store.errors import EvidenceError
from evidence_store.events import (
    Assessed,
    Captured,
    Cite,
    Claimed,
    Event,
    FindingEvent,
    Imported,
    Note,
    Translated,
)
from evidence_store.nesting import Nested, prefix
from evidence_store.post_details import CHECK, posts_in
from evidence_store.progress import NoProgress, Progress
from evidence_store.records import Citation, Item, ItemKind
from evidence_store.search.index import Document, DocumentKind, Hit, SearchIndex, open_index
from muniment.flows.chats import message_documents
from muniment.flows.cite import load_item

BATCH = 100                   # events taken in at once: an interruption loses no more
_READ = frozenset({ItemKind.PAGE, ItemKind.POST})
_TEXTS = ("text/plain", "text/html", "application/xhtml+xml")


def search(case: Case, query: str, *, kinds: frozenset[DocumentKind] = frozenset(), limit: int = 50,
           progress: Progress | None = None) -> tuple[Hit, ...]:
    """What in the case holds every word of the query, best first."""
    with _index(case) as index:
        refresh(case, index, progress or NoProgress())
        return index.find(query, kinds=kinds, limit=limit)


def refresh(case: Case, index: SearchIndex, progress: Progress) -> None:
    """Take in what the ledger has more; begin anew where the index is of another ledger."""
    size, known = case.log.size, index.head
    if known.size > size or known != head_at(case.log, known.size):
        index.clear()
        known = index.head
    progress.start("search", size - known.size, "events")
    for start in range(known.size, size, BATCH):
        stop = min(start + BATCH, size)
        index.add([document for event in case.events(start, stop) for document in documents_of(case, event)],
                  head_at(case.log, stop))
        progress.advance("search", stop - start)
    progress.finish("search")


def documents_of(case: Case, event: Event) -> Iterator[Document]:
    """What an event gives to be found."""
    match event.body:
        case Captured(capture=capture):
            yield from (found for item in capture.items for found in _text(case, item))
        case Imported(items=items):
            for item in items:
                yield from messages if (messages := tuple(message_documents(case, item))) else _text(case, item)
        case Nested() as nested:
            yield from (found for item in nested.items for found in _text(case, item))
            for said in nested.said:
                yield Document(kind=DocumentKind.NOTE, reference=f"{prefix(nested.case)}:line {said.seq}",
                               title=" ".join(filter(None, (said.item or "", said.principal))), text=said.text)
        case Cite(citations=citations):
            for cited in citations:
                yield Document(kind=DocumentKind.CITATION, reference=cited.id, title=cited.citation.url,
                               text=_citation(cited.citation))
        case Claimed(claims=claims):
            for one in claims:
                words = (one.claim.source, one.claim.attributed_to, one.claim.subject, one.claim.place, one.claim.actor,
                         one.claim.weapon, one.claim.passage)
                yield Document(kind=DocumentKind.CLAIM, reference=one.id, title=one.claim.source,
                               text="\n".join(filter(None, words)))
        case FindingEvent() as finding:
            yield from _finding(finding)
        case _:
            yield from _words(event)


def _words(event: Event) -> Iterator[Document]:
    match event.body:
        case Note(item=item, text=text):
            yield Document(kind=DocumentKind.NOTE, reference=f"line {event.seq}", title=item or "case", text=text)
        case Assessed() as body:
            yield Document(kind=DocumentKind.ASSESSMENT, reference=f"line {event.seq}", title=body.item,
                           text="\n".join(filter(None, (body.answer, body.reasoning))))
        case Translated() as body:
            yield Document(kind=DocumentKind.TRANSLATION, reference=f"line {event.seq}", title=body.item,
                           text=body.text)
        case _:
            pass


def _text(case: Case, item: Item) -> Iterator[Document]:
    if item.kind not in _READ and item.media_type not in _TEXTS:
        return
    try:
        text = "\n".join(block.text for block in load_item(case, item).blocks() if block.text)
    except (EvidenceError, ArchiverError, OSError):
        return
    if text:
        yield Document(kind=DocumentKind.TEXT, reference=item.id, title=item.url or item.name, text=text)


def _citation(citation: Citation) -> str:
    words = (citation.anchor, citation.context, citation.credit, citation.source, citation.claimed_place, citation.url)
    return "\n".join(filter(None, words))


def _finding(finding: FindingEvent) -> Iterator[Document]:
    if finding.item is None:
        return
    fields = finding.details.get("normalised")
    if finding.check == CHECK:
        for number, post in enumerate(posts_in(finding.details)):
            words = (post.author, post.handle, post.title, post.text, post.summary,
                     *(medium.description for medium in post.media), *(other.text for other in post.related))
            yield Document(kind=DocumentKind.POST, reference=f"{finding.item} post {number + 1}",
                           title=post.url or post.id, text="\n".join(filter(None, words)))
    elif isinstance(fields, dict):
        yield Document(kind=DocumentKind.METADATA, reference=finding.item, title=finding.check,
                       text="\n".join(f"{name}: {value}" for name, value in fields.items()))
    elif finding.check.startswith("text.") and finding.details.get("text"):
        yield Document(kind=DocumentKind.FINDING, reference=f"{finding.item} {finding.check}", title=finding.item,
                       text=str(finding.details["text"]))


@contextmanager
def _index(case: Case) -> Iterator[SearchIndex]:
    path = case.layout.search
    if os.access(case.layout.root, os.W_OK):
        yield open_index(path)
        return
    with TemporaryDirectory(prefix="muniment-search-") as folder:
        yield open_index(Path(folder) / path.name)
