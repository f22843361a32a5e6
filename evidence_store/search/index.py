"""The search index of a case: one SQLite file with FTS5, over documents that the caller gives.

1. It is an index only: what it finds is named by ids and ledger lines, and it can be deleted at any time.
2. It knows how much of which ledger it holds (`head`); of another ledger or another form, it is begun anew.
3. A document that comes again under its kind and reference replaces the one before.
4. Texts are stored as they are; folded, they are matched.
"""

import re
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from evidence_store.catalogue.model import LedgerHead
from evidence_store.errors import CatalogueUnusable
from evidence_store.records import Sha256
from evidence_store.search.folding import fold, fold_with_origins, match_expression, query_words

FORM = 1                      # raised with every change of tables or folding; an index of another form is made anew
AROUND = 80                   # characters of a passage on each side of what was found
MAX_TEXT = 5_000_000          # characters of one document that are searched: a live blog of a year has one million
GENESIS = "0" * 64

_SCHEMA = """
CREATE TABLE about (form INTEGER NOT NULL, size INTEGER NOT NULL, line TEXT NOT NULL);
CREATE TABLE documents (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, reference TEXT NOT NULL, title TEXT NOT NULL,
    text TEXT NOT NULL, UNIQUE (kind, reference));
CREATE VIRTUAL TABLE words USING fts5 (title, text, tokenize = 'porter unicode61 remove_diacritics 2');
"""


class DocumentKind(StrEnum):
    """What a document of the index is."""

    TEXT = "text"                 # of an article or post
    MESSAGE = "message"           # of an exported chat
    POST = "post"                 # its author, words and media descriptions, as its platform tells them
    CITATION = "citation"
    CLAIM = "claim"
    METADATA = "metadata"
    FINDING = "finding"
    NOTE = "note"
    ASSESSMENT = "assessment"
    TRANSLATION = "translation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Something to be found."""

    kind: DocumentKind
    reference: str                # an id (ITEM-0001, CITE-0003, CLAIM-0002) or "line 12"
    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Something found."""

    kind: DocumentKind
    reference: str
    title: str
    passage: str                  # of the text as it is, around the first word found
    offset: int                   # where the passage begins in the text


class SearchIndex:
    """The index in a file, which is made if it is not there."""

    def __init__(self, path: Path) -> None:
        self._path = path
        if not self._is_ours():
            path.unlink(missing_ok=True)
            with closing(self._connect()) as connection, connection:
                connection.executescript(_SCHEMA)
                connection.execute("INSERT INTO about VALUES (?, 0, ?)", (FORM, GENESIS))

    @property
    def head(self) -> LedgerHead:
        """How much of the ledger it holds."""
        with closing(self._connect()) as connection:
            size, line = connection.execute("SELECT size, line FROM about").fetchone()
        return LedgerHead(size=size, line=Sha256(line))

    def clear(self) -> None:
        """Forget everything."""
        with closing(self._connect()) as connection, connection:
            connection.executescript("DELETE FROM documents; DELETE FROM words;")
            connection.execute("UPDATE about SET size = 0, line = ?", (GENESIS,))

    def add(self, documents: Iterable[Document], head: LedgerHead) -> None:
        """Take documents in, all or none; `head` is the ledger's after them."""
        with closing(self._connect()) as connection, connection:
            connection.execute("BEGIN IMMEDIATE")
            for document in documents:
                _replace(connection, document)
            connection.execute("UPDATE about SET size = ?, line = ?", (head.size, head.line))

    def find(self, query: str, *, kinds: frozenset[DocumentKind] = frozenset(), limit: int = 50) -> tuple[Hit, ...]:
        """What holds every word of the query, best first; nothing where it holds no word."""
        expression = match_expression(query)
        if not expression:
            return ()
        marks = ",".join("?" * len(kinds))
        restricted = f"AND documents.kind IN ({marks})" if kinds else ""
        statement = ("SELECT documents.kind, documents.reference, documents.title, documents.text FROM words "  # noqa: S608 - marks only
                     f"JOIN documents ON documents.id = words.rowid WHERE words MATCH ? {restricted} "
                     "ORDER BY bm25(words, 2.0, 1.0), documents.id LIMIT ?")
        with closing(self._connect()) as connection:
            rows = connection.execute(statement, (expression, *sorted(kinds), limit)).fetchall()
        words = query_words(query)
        return tuple(_hit(*row, words=words) for row in rows)

    def _connect(self) -> sqlite3.Connection:
        # isolation_level=None would leave every statement a transaction of its own: `with connection` commits
        return sqlite3.connect(self._path, timeout=30)

    def _is_ours(self) -> bool:
        if not self._path.exists():
            return False
        try:
            with closing(self._connect()) as connection:
                row = connection.execute("SELECT form FROM about").fetchone()
        except sqlite3.DatabaseError:
            return False
        return row is not None and row[0] == FORM


def open_index(path: Path) -> SearchIndex:
    """The index in a file; CatalogueUnusable where it can neither be opened nor made."""
    try:
        return SearchIndex(path)
    except (sqlite3.DatabaseError, OSError) as error:
        raise CatalogueUnusable(f"{path} cannot be used: {error}", hint="delete it: it is made anew") from error


def _replace(connection: sqlite3.Connection, document: Document) -> None:
    known = connection.execute("SELECT id FROM documents WHERE kind = ? AND reference = ?",
                               (document.kind, document.reference)).fetchone()
    if known is not None:
        connection.execute("DELETE FROM words WHERE rowid = ?", known)
        connection.execute("DELETE FROM documents WHERE id = ?", known)
    text, title = (_encodable(part) for part in (document.text[:MAX_TEXT], document.title))
    added = connection.execute("INSERT INTO documents (kind, reference, title, text) VALUES (?, ?, ?, ?)",
                               (document.kind, document.reference, title, text))
    connection.execute("INSERT INTO words (rowid, title, text) VALUES (?, ?, ?)",
                       (added.lastrowid, fold(title), fold(text)))


def _encodable(text: str) -> str:
    """Without half characters, which cannot be stored; the length stays the same."""
    return text.encode("utf-8", "replace").decode() if not text.isascii() else text


def _hit(kind: str, reference: str, title: str, text: str, *, words: tuple[str, ...]) -> Hit:
    folded = fold_with_origins(text)
    position = 0
    for word in words:
        # stems and endings differ, so the beginning of a word has to do
        found = re.search(rf"\b{re.escape(word[:max(4, len(word) - 2)])}", folded.text)
        if found is not None:
            position = folded.origins[found.start()]
            break
    start = max(0, position - AROUND)
    if start:
        start = text.find(" ", start, position) + 1 or start
    passage = " ".join(text[start:position + 2 * AROUND].split())
    return Hit(kind=DocumentKind(kind), reference=reference, title=title, passage=passage, offset=start)
