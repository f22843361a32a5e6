"""Words made comparable for search, in any script, with the way back to the text as it is.

1. Folding removes case, accents, Arabic vowel signs and tatweel; forms of alef, yeh and teh marbuta are one each;
   Arabic-Indic digits are digits.
2. In Arabic the article and the particles written onto it (و ف ب ك ل + ال) are taken off where three letters remain.
3. Every folded character knows where in the text it comes from.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

_ALIKE = str.maketrans({
    "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ئ": "ي", "ی": "ي", "ؤ": "و", "ة": "ه", "ک": "ك", "ـ": "",
    "ё": "е", "ß": "ss", "ı": "i", "’": "'",
})
_ONTO = re.compile(r"(?<![\u0621-\u064a])(?:[وف]?[بك]?ال|[وف]?لل)(?=[\u0621-\u064a]{3})")
_TERM = re.compile(r'"([^"]{1,200})"|([^\s"]{1,100})')
_UNWRITABLE = re.compile(r"[\x00-\x1f\ud800-\udfff]")    # FTS5 ends an expression at NUL
_CYRILLIC = re.compile(r"[\u0400-\u04ff]{5,}")
MAX_TERMS = 20                # of one query


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """A folded text; `origins[i]` is where in the text its character `i` comes from."""

    text: str
    origins: Sequence[int]


def fold(text: str) -> str:
    """The folded text alone."""
    return fold_with_origins(text).text


def fold_with_origins(text: str) -> Folded:
    """The folded text, with where each character comes from."""
    characters: list[str] = []
    origins: list[int] = []
    for position, char in enumerate(text):
        for plain in _plain(char):
            characters.append(plain)
            origins.append(position)
    joined = "".join(characters)
    cut = [match.span() for match in _ONTO.finditer(joined)]
    for start, end in reversed(cut):
        del origins[start:end]
        joined = joined[:start] + joined[end:]
    return Folded(text=joined, origins=origins)


def match_expression(query: str) -> str:
    """An FTS5 expression of a person's query: all words, phrases in quotes; "" where it holds no word.

    Nothing in it is syntax: each term is quoted. Words of Cyrillic letters match their other endings too.
    """
    terms = []
    for match in list(_TERM.finditer(query))[:MAX_TERMS]:
        phrase = _UNWRITABLE.sub(" ", fold(match[1] or match[2]))
        if not re.search(r"\w", phrase):
            continue
        if match[2] and _CYRILLIC.fullmatch(phrase):
            terms.append(f'"{phrase[:-1]}" *')
        elif match[2] and phrase.endswith("*"):
            terms.append('"' + phrase.rstrip("*").replace('"', "") + '" *')
        else:
            terms.append('"' + phrase.replace('"', "") + '"')
    return " ".join(terms)


def query_words(query: str) -> tuple[str, ...]:
    """The folded words of a query, to be marked in a passage."""
    return tuple(word for match in list(_TERM.finditer(query))[:MAX_TERMS]
                 for word in re.findall(r"\w+", fold(match[1] or match[2])))


def _plain(char: str) -> str:
    if char.isascii():
        return char.lower()
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return str(digit)
    parted = unicodedata.normalize("NFKD", char.translate(_ALIKE).casefold())
    return "".join(part for part in parted if not unicodedata.combining(part)).translate(_ALIKE)
