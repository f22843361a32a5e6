"""Names of places made comparable: spellings, transliterations and scripts.

1. `folded` removes what spellings add: case, accents, vowel signs, articles, apostrophes, hyphens, spaces,
   doubled letters, and "ou" or "oo" for "u".
2. `skeleton` keeps the consonants alone, under one Latin letter each whatever the script: Teir Maaleh, Tir Maalah and
   تيرمعلة are all "trml". Many places share a skeleton: it gives candidates, never an answer.
3. Skeletons of fewer than MIN_SKELETON letters are not compared.
"""

import re
import unicodedata

MIN_SKELETON = 3
MAX_NAME = 200                # characters of a name; longer ones are no names

_ARTICLE = re.compile(r"^(?:al|el|as|ash|ad|ar|an|at|az|es|esh|et|er|en|ed|il|ul)(?=[\s-])[\s-]*")
_ARABIC_ARTICLE = re.compile(r"(?<![\u0621-\u064a])ال(?=[\u0621-\u064a]{2})")
_ARABIC_FOLD = str.maketrans("أإآٱىةؤئیکەێ", "ااااي\u0647وييكهي")
_ARABIC = {pair[0]: pair[1:] for pair in (        # noqa: SIM905 - letters, and what they stand for
    "بb پb تt ثt جj چc حh خk دd ذd رr زz ژz سs شs صs ضd طt ظz غg فf ڤf قk كk گg لl مm نn هh وw "
    "يy ا ع ء"
).split()}
_CYRILLIC = {pair[0]: pair[1:] for pair in (        # noqa: SIM905 - letters, and what they stand for
    "аa бb вv гg ґg дd еe єe ёe жz зz иi іi їi йy кk лl мm нn оo пp рr сs тt уu фf хh цts чc "
    "шs щs ъ ыi ь эe юyu яya"
).split()}
_DIGRAPHS = (("sch", "s"), ("tch", "c"), ("dj", "j"), ("kh", "k"), ("gh", "g"), ("rh", "g"), ("sh", "s"), ("ch", "s"),
             ("th", "t"), ("dh", "d"), ("zh", "z"), ("ph", "f"), ("ou", "u"), ("oo", "u"), ("ee", "i"), ("ck", "k"))
_ALIKE = str.maketrans({"q": "k", "c": "k", "x": "k", "p": "b", "v": "f", "ı": "i"})


def folded(name: str) -> str:
    """The name without what spellings add; equal where only spelling differs."""
    letters = re.sub(r"[\W_]+", "", _bare(name))
    for pair, single in (("ou", "u"), ("oo", "u"), ("ee", "i")):
        letters = letters.replace(pair, single)
    return re.sub(r"(.)\1+", r"\1", letters)


def skeleton(name: str) -> str:
    """The consonants of a name under one Latin letter each; "" where they are too few to compare."""
    words = [_consonants(word) for word in re.split(r"[\s_-]+", _bare(name)) if word]
    joined = re.sub(r"(.)\1+", r"\1", "".join(words))
    return joined if len(joined) >= MIN_SKELETON else ""


def _bare(name: str) -> str:
    text = unicodedata.normalize("NFKD", name[:MAX_NAME].casefold())
    text = "".join(char for char in text if not unicodedata.combining(char) and char not in "\u0640'`‘’ʿʾ\u02bb\u02bc")
    text = _ARABIC_ARTICLE.sub("", text.translate(_ARABIC_FOLD))
    return re.sub(r"[\s]+", " ", _ARTICLE.sub("", text.strip()))


def _consonants(word: str) -> str:
    if any(char in _ARABIC for char in word):
        latin = "".join(_ARABIC.get(char, "") for char in word)
    else:
        latin = "".join(_CYRILLIC.get(char, char) for char in word)
        for pair, single in _DIGRAPHS:
            latin = latin.replace(pair, single)
    latin = re.sub(r"[^a-z]", "", latin.translate(_ALIKE))
    first, rest = latin[:1], latin[1:]
    rest = re.sub(r"[aeiouwy]", "", rest)         # w and y are mostly vowels within a name
    rest = re.sub(r"h+$", "", rest)               # a final h is silent, or the feminine ending
    first = "" if first in "aeiou" else first
    return first + rest
