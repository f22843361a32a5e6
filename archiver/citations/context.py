"""Sentences: where they begin and end, and which one stands around a citation.

1. Sentences of a text follow each other without gaps; joined they are the text.
2. Abbreviations ("Gen.", "Mr.", "U.S."), initials and decimals do not end a sentence.
3. A context has at most MAX_CONTEXT characters, whole words, and is cut around the place it belongs to.
"""

import re
from dataclasses import dataclass

MAX_CONTEXT = 600       # characters: a long sentence; more is a page without punctuation

_ABBREVIATIONS = frozenset({
    "mr", "mrs", "ms", "dr", "prof", "gen", "col", "lt", "sgt", "capt", "maj", "cmdr", "adm", "sen", "rep", "gov",
    "pres", "st", "vs", "jr", "sr", "no", "nos", "fig", "approx", "ca", "al", "inc", "ltd", "co", "corp", "dept",
    "brig", "hon", "rev", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "u.s",
    "u.k", "u.n", "e.g", "i.e", "a.m", "p.m", "bzw", "z.b", "d.h", "nr", "им", "г", "ул",
})
_BOUNDARY = re.compile(r"""[.!?…。！？؟]+["'”’»)\]]*\s+|\n+""")
_WORD_BEFORE = re.compile(r"([\w.]+)\Z")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: `text[start:end]`, surrounding white space left out."""

    start: int
    end: int
    text: str


def sentences(text: str) -> tuple[Sentence, ...]:
    """The sentences of one paragraph, in order."""
    found: list[Sentence] = []
    start = 0
    for boundary in _BOUNDARY.finditer(text):
        if _ends_sentence(text, boundary):
            _append(found, text, start, boundary.end())
            start = boundary.end()
    _append(found, text, start, len(text))
    return tuple(found)


def sentence_at(text: str, start: int, end: int) -> str:
    """The sentence, or the sentences, that `text[start:end]` stands in; at most MAX_CONTEXT characters around it."""
    # Only what could be shown is read: a paragraph of a million characters costs no more than one of a thousand
    first, last = max(0, start - 2 * MAX_CONTEXT), min(len(text), end + 2 * MAX_CONTEXT)
    window, start, end = text[first:last], start - first, end - first
    around = [
        sentence for sentence in sentences(window) if sentence.end > start and sentence.start < max(end, start + 1)
    ]
    if not around:
        return ""
    first, last = around[0].start, around[-1].end
    if last - first > MAX_CONTEXT:
        spare = max(0, MAX_CONTEXT - (end - start)) // 2
        first, last = max(first, start - spare), min(last, max(end + spare, start + MAX_CONTEXT // 2))
        last = min(last, first + MAX_CONTEXT)
    return " ".join(window[first:last].split())


def last_sentence(text: str) -> str:
    """The last sentence of a paragraph: what introduces the thing that follows it."""
    parts = sentences(text)
    return shorten(parts[-1].text) if parts else ""


def shorten(text: str) -> str:
    """`text` in single spaces, at most MAX_CONTEXT characters, cut at a word."""
    flat = " ".join(text.split())
    if len(flat) <= MAX_CONTEXT:
        return flat
    return flat[:MAX_CONTEXT].rsplit(" ", 1)[0] + " …"


def _ends_sentence(text: str, boundary: re.Match[str]) -> bool:
    if boundary.group().startswith("\n"):
        return True
    if text[boundary.start()] != ".":
        return True
    before = _WORD_BEFORE.search(text, max(0, boundary.start() - 20), boundary.start())
    if before is None:
        return True
    word = before.group(1).lower()
    following = text[boundary.end():boundary.end() + 1]
    is_initial = len(word) == 1 and word.isalpha() and before.group(1).isupper()
    return not (is_initial or word in _ABBREVIATIONS or following.islower())


def _append(found: list[Sentence], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    stripped = piece.strip()
    if stripped:
        lead = len(piece) - len(piece.lstrip())
        found.append(Sentence(start + lead, start + lead + len(stripped), stripped))
