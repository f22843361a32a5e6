"""Arabic and Cyrillic in Latin letters: a reading aid beside the original, never in its place.

1. The letters are those of the ALA-LC romanization tables without their diacritics, so that any font has them.
2. It is made by a machine, letter by letter, and marked as such (`MARK`). Short vowels that Arabic does not write are
   not guessed; Cyrillic is read as Russian.
3. Terminals put right-to-left text in order, or do not, and nobody can ask them: so Arabic stands on a line of its own,
   nothing is ever aligned after it, and the order of its letters is never changed.
"""

import re
import unicodedata

MARK = "\u2248 by machine"
_ARABIC = "\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc"
_CYRILLIC = "\u0400-\u052f"
_HAS_ARABIC = re.compile(f"[{_ARABIC}]")
_HAS_EITHER = re.compile(f"[{_ARABIC}{_CYRILLIC}]")
_ARTICLE = re.compile(f"(?<![{_ARABIC}])([وبكف]?)ال(?!له(?![{_ARABIC}]))(?=[{_ARABIC}]{{2}})")
_DOUBLED = re.compile("(.)([\u064b-\u0650]?)\u0651")       # shadda, which may follow the vowel
_TATWEEL = "\u0640"

_FROM_ARABIC = {pair[0]: pair[1:] for pair in (        # noqa: SIM905 - letters, and what they are read as
    "اa أa إi آa ٱa بb پp تt ثth جj چch حh خkh دd ذdh رr زz ژzh سs شsh صs ضd طt ظz عʻ غgh فf ڤv قq كk کk گg لl مm نn "
    "هh ةa وw ؤʼ يy یy ىa ئʼ ءʼ ،, ؛; ؟? ٪% ٠0 ١1 ٢2 ٣3 ٤4 ٥5 ٦6 ٧7 ٨8 ٩9 ۰0 ۱1 ۲2 ۳3 ۴4 ۵5 ۶6 ۷7 ۸8 ۹9"
).split()} | {"\u064e": "a", "\u064f": "u", "\u0650": "i", "\u064b": "an", "\u064c": "un", "\u064d": "in"}
_FROM_CYRILLIC = {pair[0]: pair[1:] for pair in (      # noqa: SIM905
    "аa бb вv гg дd еe ёe жzh зz иi йi кk лl мm нn оo пp рr сs тt уu фf хkh цts чch шsh щshch ъʺ ыy ьʹ эe юiu яia "
    "іi їi єie ґg ўu ђđ јj љlj њnj ћć џdž"
).split()}
_TABLE = _FROM_ARABIC | _FROM_CYRILLIC


def has_arabic(text: str) -> bool:
    """It holds letters that are written from right to left."""
    return _HAS_ARABIC.search(text) is not None


def needs_latin(text: str) -> bool:
    """It holds letters that a reader of Latin script cannot read."""
    return _HAS_EITHER.search(text) is not None


def latin(text: str) -> str:
    """The same in Latin letters; what is in neither script stays."""
    plain = _ARTICLE.sub("\\1ال-", unicodedata.normalize("NFKC", text).replace(_TATWEEL, ""))
    plain = _DOUBLED.sub(r"\1\1\2", plain)
    return "".join(map(_letter, plain))


def _letter(char: str) -> str:
    known = _TABLE.get(char)
    if known is not None:
        return known
    lower = _FROM_CYRILLIC.get(char.lower())
    if lower is not None:
        return lower[:1].upper() + lower[1:]
    return "" if unicodedata.combining(char) and _HAS_ARABIC.match(char) else char
