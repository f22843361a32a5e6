"""Arabic in a terminal: on a line of its own, in the order it is stored in, with Latin letters beside it.

Terminals put right-to-left text in order, or do not, and nobody can ask them: so nothing is ever aligned after Arabic
text, and the order of letters is never changed here. The Latin letters are a reading aid, not a transcription: short
vowels are not written in Arabic and are not guessed.
"""

import unicodedata

_LATIN = {pair[0]: pair[1:] for pair in (        # noqa: SIM905 - letters, and what they are read as
    "اa أa إi آa ٱa بb پp تt ثth جj چch حh خkh دd ذdh رr زz ژzh سs شsh صs ضd طt ظz ع' غgh فf ڤv قq كk کk گg لl مm نn "
    "هh ةa وw ؤw يy یy ىa ئ' ء' ،, ؛; ؟? ٠0 ١1 ٢2 ٣3 ٤4 ٥5 ٦6 ٧7 ٨8 ٩9"
).split()}


def has_arabic(text: str) -> bool:
    """It holds Arabic letters."""
    return any("\u0600" <= char <= "\u06ff" or "\u0750" <= char <= "\u077f" or "\ufb50" <= char <= "\ufdff"
               or "\ufe70" <= char <= "\ufefc" for char in text)


def latin(text: str) -> str:
    """The same in Latin letters, vowels as far as they are written."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(_LATIN.get(char, "" if unicodedata.combining(char) or char == "\u0640" else char) for char in plain)
