"""Who says it, in English: reporting verbs, "according to", "told", quotations, and lines that announce what follows.

1. Words are given to the nearest speaker whose statement they stand in; "Reuters reported, citing SOHR, that" is
   Reuters relying on SOHR.
2. "which Reuters reported" in a denial names what is denied, not who denies.
3. A pronoun that speaks ("he told Reuters") stands for the speaker before; whoever uses it says that this was inferred.
"""

import re
from collections.abc import Iterator

from verify.claims.model import Attribution

_UPPER = "A-ZÀ-ÖØ-ÞĀČĎĐĒĞĪŁŃŌŘŚŞŠŢŤŪŮŹŻŽ"
_CAP = rf"(?:(?:al|el|as|ash)-)?[{_UPPER}@][\w’'&@.-]*(?<![.’'])"
_PROPER = (rf"{_CAP}(?:\s+(?:(?:of|for|the|and|&|de|on|in)\s+(?:the\s+)?)?{_CAP}){{0,7}}"
           r"(?:\s+\([A-Z][A-Za-z-]{1,9}\))?")
_ROLE = (r"(?:(?:(?!(?:that|told|tells|said|says|who|which|and|but|when|where|while|his|her|their|its|our|in|of|to|by|"
         r"as|for|"
         r"with|from|on|at|after|before|is|are|was|were|has|have|had)\b)[\w’'-]+\s+){0,4}?(?:source|sources|official|"
         r"officials|activist|activists|blogger|bloggers|ambassador|"
         r"spokesman|spokeswoman|spokesperson|spokesmen|minister|ministry|police|witness|witnesses|resident|residents|"
         r"analyst|commander|authorities|medics|doctors|rescuers|report|reports|group|monitor|monitors|media|agency|"
         r"channel|army|military|government|coroner|hospital|governor|mayor|prosecutor|prosecutors|relatives|speaker|"
         r"investigators|observatory|"
         r"coast\s?guard|navy|ambulance|militia|brigade|police force|"
         r"network|union|newspaper|service|services|officer|officers|office|council|staff|"
         r"committee|charity|villagers|survivors|company)(?:\s+(?:in|of|from|at|for|on)\s+(?:the\s+)?[\w’'-]+(?:\s+[A-Z][\w’'-]+){0,3})?)")
_TITLE = (r"(?:(?:regional|deputy|provincial|interior|defen[cs]e|health|prime|foreign|police|army|local|acting|the)\s+)"
          r"{0,3}(?:governor|mayor|minister|president|spokesman|spokeswoman|spokesperson|chief|commander|general|colonel|"
          r"ambassador|activist|journalist|doctor|reporter|correspondent|resident)")
_WHO = rf"(?P<who>(?:[Tt]he\s+|[Aa]n?\s+|[Oo]ne\s+|[Ll]ocal\s+)?(?:{_TITLE}\s+{_PROPER}|{_PROPER}|{_ROLE}))"
_ASIDE = r"(?:\s*,\s+(?!(?:and|but)\b)[^,;:“”]{3,140}(?:,[^,;:“”]{3,80})?,)?"
_ADVERB = (r"(?:(?:also|later|earlier|then|now|already|today|yesterday|repeatedly|has|have|had|reportedly|previously|"
           r"first|separately)\s+){0,3}")
SAY = (r"(?:report(?:s|ed)?|claim(?:s|ed)?|announce[sd]|confirm(?:s|ed)|allege[sd]|state[sd]|said|says|say|wr(?:ote|"
       r"ites)|"
       r"tweet(?:s|ed)|estimate[sd]|document(?:s|ed)|believe[sd]|suggest(?:s|ed)|admit(?:s|ted)|warn(?:s|ed)|note[sd]|"
       r"add(?:s|ed)|insist(?:s|ed)|acknowledge[sd]|had\s+reports|puts?(?=\s+(?:the\s+)?(?:death\s+)?(?:toll|number|figure)))")
DENY = r"(?:den(?:ies|ied|y)|reject(?:s|ed)|refute[sd]|dismiss(?:es|ed)|disput(?:es|ed))"
_DAY = (r"(?:\s+(?:today|yesterday|earlier|late|last\s+\w+|this\s+\w+|on\s+[A-Z][a-z]+day(?:\s+\w+)?|"
        r"on\s+[A-Z][a-z]+\s+\d+|in\s+a\s+(?:statement|report|tweet|post)))?")
_CITING = (r"(?:\s*,?\s*(?:citing|quoting)\s+(?P<cited>[^,:“”]{2,80}?)\s*,)?")

_BEFORE = r"(?:\s*,\s*(?:citing|quoting)\s+(?P<relied>[^,:“”]{2,80}?)\s*,)?"
_SAYS = re.compile(rf"(?<![\w’'@.]){_WHO}{_BEFORE}{_ASIDE}\s+{_ADVERB}(?:(?P<deny>{DENY})|{SAY}){_DAY}{_CITING}"
                   r"(?:\s+(?P<that>that)\b)?")
_CITES = re.compile(rf"(?<![\w’'@.]){_WHO}\s+{_ADVERB}(?:cite[sd]?|quote[sd]?)\s+(?:an?\s+|"
                    rf"the\s+)?(?P<cited>[^,:;“”]{{2,80}}?)"
                    r"(?:\s+reports?)?\s+(?:that\s+(?:claims?|says?|said)|as\s+(?:saying|reporting)|saying|claiming|"
                    r"who\s+(?:said|says)|which\s+(?:said|says|claims))\b")
_TOLD = re.compile(rf"(?<![\w’'@.]){_WHO}{_ASIDE}\s+{_ADVERB}(?:told|tells)\s+(?:the\s+)?(?P<outlet>{_PROPER})")
_HE = re.compile(rf"\b(?P<he>[Hh]e|[Ss]he|[Tt]hey)\s+{_ADVERB}(?:told\s+(?:the\s+)?(?P<outlet>{_PROPER})|"
                 rf"(?P<deny>{DENY})|"
                 rf"{SAY})(?:\s+that\b)?")
_ACCORDING = re.compile(rf"\b[Aa]ccording\s+to\s+(?:reports?\s+(?:by|from)\s+)?{_WHO}")
_TRAILING = re.compile(rf"[,”\"’]\s*{_WHO}\s+{_ADVERB}{SAY}(?:\s+(?:on|in)\s+[^,.]{{1,40}})?\s*(?:[.]?\s*$|,\s)")
_TRAILING_VERB = re.compile(rf"[,”\"’]\s*{SAY}\s+{_WHO}(?:[,.]|$)")
_CREDIT = re.compile(rf"\b(?:[Pp]hoto|[Vv]ideo|[Ii]mage|[Pp]icture|[Ff]ootage)(?:\s+credit)?\s*(?:from|by|via|:|"
                     rf"courtesy of)"
                     rf"\s*(?P<who>{_PROPER})")
_NOBODY = frozenset({"it", "this", "that", "which", "who", "what", "there", "these", "those", "report", "reports", "us",
                     "i", "we", "you", "group", "however", "meanwhile", "one target", "as"})
_OPENERS = re.compile(r"^(?:as|but|and|meanwhile|however|earlier|later|while|when|where|after|also|then|the|yesterday|"
                      r"today|here)\s+", re.IGNORECASE)


def attributions(sentence: str) -> tuple[Attribution, ...]:
    """Everybody who is said to say something in a sentence, and over which of its words."""
    found = [*_citing(sentence), *_telling(sentence), *_saying(sentence), *_trailing(sentence), *_according(sentence)]
    return tuple(sorted(_nested(found), key=lambda one: (one.start, -one.end)))


def credit(text: str) -> str:
    """"LCC" of "Photo from LCC."; "" where nobody is credited."""
    match = _CREDIT.search(text)
    return match["who"] if match else ""


def announces(paragraph: str) -> Attribution | None:
    """Who speaks in what follows a paragraph that ends with a colon."""
    if not re.search(r":\s*$", paragraph):
        return None
    last = re.split(r"(?<=[.!?])\s+", paragraph.strip())[-1]
    said = [one for one in attributions(last.rstrip(": ") + " that") if not one.pronoun]
    return said[-1] if said else None


def _citing(sentence: str) -> Iterator[Attribution]:
    for match in _CITES.finditer(sentence):
        if who := _name(match["who"]):
            yield Attribution(source=who, attributed_to=_name(match["cited"]), start=match.end(), end=len(sentence))


def _telling(sentence: str) -> Iterator[Attribution]:
    for match in _TOLD.finditer(sentence):
        if who := _name(match["who"]):
            before, after = sentence[:match.start()].rstrip(), sentence[match.end():].strip(" .,”\"")
            trailing = not after and before.endswith((",", "”"))
            start, end = (0, match.start()) if trailing else (match.end(), len(sentence))
            yield Attribution(source=_name(match["outlet"]), attributed_to=who, start=start, end=end)


def _saying(sentence: str) -> Iterator[Attribution]:
    for match in _SAYS.finditer(sentence):
        who = _name(match["who"])
        if not who or _is_relative(sentence, match) or _is_noun(sentence, match):
            continue
        cited = _name(match["cited"] or match["relied"] or "")
        yield Attribution(source=who, attributed_to=cited, start=match.end(), end=len(sentence),
                          denies=bool(match["deny"]))
    for match in _HE.finditer(sentence):
        before = _quotation_before(sentence, match.start())
        outlet = _name(match["outlet"]) if match["outlet"] else ""
        yield Attribution(source=outlet, start=before if before is not None else match.end(), pronoun=True,
                          end=len(sentence), denies=bool(match["deny"]))


def _trailing(sentence: str) -> Iterator[Attribution]:
    for pattern in (_TRAILING, _TRAILING_VERB):
        match = pattern.search(sentence)
        if match and (who := _name(match["who"])):
            yield Attribution(source=who, start=0, end=match.start())


def _according(sentence: str) -> Iterator[Attribution]:
    for match in _ACCORDING.finditer(sentence):
        if who := _name(match["who"]):
            yield Attribution(source=who, start=0, end=len(sentence))


def _nested(found: list[Attribution]) -> Iterator[Attribution]:
    """"TASS reported that the ambassador said": the inner speaker is whom the outer one relies on."""
    reporting = [one for one in found if one.start > 0]
    for one in found:
        outer = [other for other in reporting if other is not one and not other.pronoun
                 and other.start < one.start <= other.end and one.source != other.source]
        if outer and not one.attributed_to and not one.pronoun:
            first = min(outer, key=lambda other: other.start)
            if _directly(first, one):
                yield Attribution(source=first.source, attributed_to=first.attributed_to or one.source, start=one.start,
                                  end=one.end, denies=one.denies)
                continue
        yield one


def _directly(outer: Attribution, inner: Attribution) -> bool:
    """The inner speaker's verb stands where the outer's statement begins, not in a clause far behind it."""
    return inner.start - outer.start <= len(inner.source) + 60


def _is_relative(sentence: str, match: re.Match[str]) -> bool:
    """"..., which Reuters reported." repeats what others said: it says nothing itself."""
    before = sentence[:match.start()].rstrip()
    return before.endswith((" which", ",which", " as", ", as")) and not sentence[match.end():].strip(" .”\"")


def _is_noun(sentence: str, match: re.Match[str]) -> bool:
    """"the report", "claims of": a noun, where no statement follows."""
    return bool(re.match(r"\s+(?:of|on|about|by)\b", sentence[match.end():])) and not match["deny"]


def _quotation_before(sentence: str, position: int) -> int | None:
    closing = max(sentence.rfind("”", 0, position), sentence.rfind('"', 0, position))
    return 0 if closing >= 0 else None


def _name(words: str) -> str:
    name = " ".join(words.split()).strip(" ,.;:“”\"")
    article = ""
    while opener := _OPENERS.match(name):
        article = opener.group() if opener.group().lower().startswith("the") else ""
        name = name[opener.end():]
    if name.lower() in _NOBODY or len(name) < 2:
        return ""
    return f"{article.lower()}{name}" if name[:1].islower() else name
