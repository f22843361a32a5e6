"""Sentences of a paragraph, with their offsets; and which language a sentence is in."""

import re
from dataclasses import dataclass

from verify.claims.model import Paragraph

MAX_SENTENCE = 1200           # characters: a longer one is a list or a table, and rules over it would only guess
_END = re.compile(r"(?<=[.!?؟…])[\"'”’»)\]]*\s+(?=[\"'“‘«(\[]*[A-ZÀ-ÞА-ЯЁІЇЄҐ0-9\u0600-\u06ff@])")
_NOT_END = re.compile(r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Gen|Col|Lt|Capt|Maj|Sgt|St|Sen|Rep|Gov|No|vs|Inc|Ltd|Co|Jr|Sr|U\.S|"
                      r"U\.K|U\.N|"
                      r"Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec|a\.m|p\.m|[A-Z])|\b(?:г|ул|им|тыс|млн|чел|ст|стр|др|"
                      r"пр))\.$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence; `offset` counts in the document's text."""

    text: str
    offset: int


def sentences(paragraph: Paragraph) -> tuple[Sentence, ...]:
    """The sentences of a paragraph; overlong ones are cut at MAX_SENTENCE."""
    found: list[Sentence] = []
    start = 0
    for boundary in _END.finditer(paragraph.text):
        if _NOT_END.search(paragraph.text[start:boundary.start()]):
            continue
        _append(found, paragraph, start, boundary.end())
        start = boundary.end()
    _append(found, paragraph, start, len(paragraph.text))
    return tuple(found)


# Words of which every sentence has some, and no other of these languages has.
_COMMON = {
    "en": "the of and was were in on at by have has said been are is that with from for its",
    "fr": "personnes civils soldats enfants morts blessés le les des une dans ont été est du et pour par que sur au "
          "aux plus selon aucun sont il",
    "es": "personas civiles soldados niños muertos heridos el los las una en con fueron del que por se y al más según "
          "hubo su para tiene son no",
    "tr": "sivil asker çocuk ölü yaralı yaralandı ve bir bu kişi için ile olan sonra göre sayısı daha olarak da de en"}
_KNOWN = {language: frozenset(words.split(" ")) for language, words in _COMMON.items()}
_LETTERS = {"tr": re.compile(r"[ğışİĞŞ]"), "es": re.compile(r"[ñ¿¡]|ón\b|ó\b"), "fr": re.compile(r"[èêœà]|é(?:e?s)?\b")}


def language_of(text: str) -> str:
    """"ar", "ru", "en", "fr", "es" or "tr": by the script of most letters, and the commonest words of those in Latin.

    "" where there are no letters of these scripts; English where nothing says otherwise.
    """
    arabic = sum("\u0600" <= char <= "\u06ff" for char in text)
    cyrillic = sum("\u0400" <= char <= "\u04ff" for char in text)
    latin = sum(char.isascii() and char.isalpha() for char in text)
    most = max(arabic, cyrillic, latin)
    if not most:
        return ""
    return "ar" if most == arabic else "ru" if most == cyrillic else _latin(text)


def _latin(text: str) -> str:
    words = re.findall(r"[^\W\d_]+", text.replace("İ", "i").lower())
    counts = {language: sum(word in common for word in words)
              + (2 if language in _LETTERS and _LETTERS[language].search(text) else 0)
              for language, common in _KNOWN.items()}
    best = max(counts, key=lambda language: counts[language])
    return best if counts[best] > counts["en"] else "en"


def _append(found: list[Sentence], paragraph: Paragraph, start: int, end: int) -> None:
    raw = paragraph.text[start:end]
    text = raw.strip()[:MAX_SENTENCE]
    if text:
        found.append(Sentence(text=text, offset=paragraph.offset + start + len(raw) - len(raw.lstrip())))
