"""Who is said to have reported something: named sources in a sentence.

1. A source is a name: a known agency, an abbreviation, an organisation by its last word ("Observatory", "Committees",
   "Ministry"), or a person
   of two or more capitalised words. "Officials", "a source", "he" are not names.
2. What a person says to this very article ("Smith said") is the article's own reporting; a person counts where the
   words were given to somebody
   else ("told Reuters") or published ("wrote", "tweeted").
3. Precision before recall: a sentence that does not fit a pattern gives no source.
"""

import re
from dataclasses import dataclass

_UPPER = r"A-ZÀ-ÖØ-ÞĀČĎĐĒĚĞĪŁŃŇŌŐŘŚŞŠŤŪŮŹŻŽА-ЯЁЄІЇҐ"
_CAP = rf"(?:(?:al|el|as|ash)-)?[{_UPPER}@][\w’'ʿ&@.-]*(?<![.’'])"
_JOIN = r"(?:of|for|the|and|&|de|du|on|in|at)"
NAME = rf"{_CAP}(?:\s+(?:{_JOIN}\s+(?:the\s+)?)?{_CAP}){{0,7}}(?:\s+\([A-Z][A-Za-z-]{{1,9}}\))?"

_AGENCIES = frozenset({
    "Reuters", "AFP", "AP", "TASS", "RIA", "RIA Novosti", "Interfax", "Itar-TASS", "Sputnik", "RT", "SANA", "IRNA",
    "Fars", "Tasnim", "Xinhua", "DPA", "EFE", "ANSA", "Bloomberg", "Anadolu", "Anadolu Agency", "BBC", "CNN",
    "Sky News", "Al Jazeera", "Al-Jazeera", "Al Arabiya", "Al-Arabiya", "Al-Mayadeen", "Associated Press",
    "Agence France-Presse", "Ukrinform", "UNIAN", "Ukrainska Pravda", "Hromadske", "Meduza", "Kommersant", "Vedomosti",
    "Novaya Gazeta", "Radio Svoboda", "RFE/RL", "Bellingcat", "Haaretz", "Ynet", "Politico", "Axios", "Der Spiegel",
    "Le Monde", "El País", "The Guardian", "The Times", "The Telegraph", "Guardian", "Telegraph", "Hurriyet", "Kremlin",
    "Pentagon", "White House", "Hezbollah", "Hamas", "Taliban", "NATO", "Amnesty", "Human Rights Watch",
    "Kyiv Independent", "Kyiv Post", "Rosneft", "Deepstate", "Oryx", "Dossier Center", "LifeNews", "NBC", "CBS", "ABC",
    "NPR", "PBS", "Fox News", "MSNBC", "Newsweek", "Time", "Vice", "Vox", "BuzzFeed", "The Interpreter", "The Insider",
    "Enab Baladi", "Orient News", "White Helmets", "Airwars",
})
_ORGANISATION = re.compile(
    r"\b(?:Observatory|Committees?|Council|Ministry|Agency|Network|News|Times|Post|Journal|Gazette|Herald|Tribune"
    r"|Press|Radio|Television|TV|Media|Centre|Center|Institute|Watch|International|"
    r"Organi[sz]ation|Association|Union|Office|Command|Army|Forces|Force|Staff|Administration|Commission|Authority"
    r"|Defen[cs]e|Police|Prosecutor|Embassy|Department|Service|Group|"
    r"Coalition|Front|Brigades?|Division|Battalion|Movement|Party|Rights|Red Cross|Red Crescent|Nations|Bureau|Daily"
    r"|Magazine|Initiative|Project|Archive|Monitor|Telegraph|Guardian|Mail|Mirror|"
    r"Pravda|Novosti|Channel|Blog|Foundation|Court|Government|Parliament)\b")
_ABBREVIATION = re.compile(r"[A-Z][A-Z&-]{1,7}")
_NO_SOURCE_ABBREVIATIONS = frozenset({
    "US", "UK", "EU", "USA", "TV", "OK", "PM", "AM", "GMT", "UTC", "IDP", "IDPS", "TOW", "LIVE", "UPDATE", "UPDATED",
    "BREAKING", "NEW", "VIDEO", "PHOTO", "CEO", "MP", "COVID",
})
_NO_NAME_STARTS = frozenset({
    "The", "A", "An", "This", "That", "These", "Those", "It", "He", "She", "They", "We", "I", "You", "But", "And",
    "However", "Meanwhile", "Earlier", "Later", "When", "While", "As", "In", "On", "At", "After", "Before", "If",
    "There", "Here", "Local", "Several", "Some", "Many", "Most", "One", "Two", "Three", "Another", "Officials",
    "Activists", "Residents", "Witnesses", "Sources", "Authorities", "Police", "Rebels", "Both", "His", "Her", "Their",
    "Its", "What", "Who", "According", "Yesterday", "Today",
})

_ROLES = frozenset({
    "Chair", "Chairman", "Head", "Director", "Chief", "Spokesman", "Spokeswoman", "Spokesperson", "Minister",
    "Commander", "Secretary", "Mayor", "Governor", "President", "Leader", "Member", "Deputy", "Ambassador", "General",
    "Captain",
})
_OFFICES = frozenset({
    "Minister", "Spokesman", "Spokeswoman", "Spokesperson", "Secretary", "Mayor", "Governor", "Ambassador", "Chairman",
    "Director", "Commander",
})
_APPOSITION = r"(?:\s*,\s+(?!(?:but|and|while|which|who)\b)[^,.;:“”\"]{3,100}(?:,[^,.;:“”\"]{3,60})?,)?"
_ADVERB = (
    r"(?:(?:has|have|had|also|later|earlier|then|now|already|just|today|yesterday|separately|meanwhile|subsequently|"
    r"previously|first|recently|too)\s+){0,2}")
_ORG_VERB = (r"(?:report(?:s|ed)?|cite[sd]|claim(?:s|ed)?|announce[sd]|confirm(?:s|ed)|den(?:ies|ied)|allege[sd]|"
             r"state[sd]|said|says|wr(?:ites|ote)|tweet(?:s|ed)|post(?:s|ed)|"
             r"publish(?:es|ed)|note[sd]|quote[sd]|warn(?:s|ed)|estimate[sd]|document(?:s|ed)|(?:is|are|was"
             r"|were) reporting|broadcast)")
_PERSON_VERB = r"(?:reported|reports|wrote|writes|tweeted|tweets|posted|blogged|published)"
_BEFORE = r"(?<![\w’'@.])"

_TOLD = re.compile(rf"{_BEFORE}(?P<source>{NAME}){_APPOSITION}\s+{_ADVERB}(?:told|"
                   rf"tells)\s+(?:the\s+)?(?P<outlet>{NAME})")
_REPORTS = re.compile(rf"{_BEFORE}(?P<source>{NAME}){_APPOSITION}\s+{_ADVERB}(?P<verb>{_ORG_VERB})\b(?P<rest>[^.]*)")
_ACCORDING = re.compile(rf"\b[Aa]ccording to\s+(?:(?:a|the|an)\s+)?(?:report\s+(?:by|from|"
                        rf"in)\s+(?:the\s+)?)?(?P<source>{NAME})")
_SOME_WRITER = re.compile(r"^(?:An?|The|One)\s+(?P<source>(?:[A-Za-z-]+\s+){0,3}(?:blogger|activist|journalist|"
                          r"reporter|resident|witness|eyewitness|analyst|correspondent|photographer|user|channel|"
                          r"group|outlet|newspaper|site|website|agency))\b")
_SAYING_END = re.compile(r"\b(?:report(?:s|ed|ing)?|sa(?:id|ys|ying)|wr(?:ote|ites|iting)|told\s+[\w’' ]{1,60}|"
                         r"tweet(?:s|ed)|post(?:s|ed)|state[sd]|explain(?:s|ed)|note[sd]|add(?:s|ed)|claim(?:s|ed)|"
                         r"reads?|quote[sd]|put it|announced|"
                         r"statement|according to\s+[\w’' ]{1,60})\s*(?:\([^()]{1,80}\))?\s*(?:today|yesterday|"
                         r"earlier|this morning|on [A-Z][a-z]+day)?\s*[:：]$", re.IGNORECASE)
_SPEECH = r"(?:told|said|says|tells|report(?:s|ed)|according to|wrote|quoted|added|confirmed|denied)"


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedSource:
    """A source and where its name stands in the sentence."""

    name: str
    start: int
    end: int


def reporting_source(sentence: str) -> NamedSource | None:
    """The named source of a reported statement in the sentence; None where no pattern fits."""
    candidates: list[NamedSource] = []
    for match in _TOLD.finditer(sentence):
        source, outlet = _trim(match["source"]), _trim(match["outlet"])
        if is_organisation(outlet) and (is_person(source) or is_organisation(source)):
            candidates.append(NamedSource(name=f"{source} ({outlet})", start=match.start(), end=match.end()))
    for match in _REPORTS.finditer(sentence):
        source = _trim(match["source"])
        if _is_noun_use(sentence, match) or len(match["rest"].split()) < 3:
            continue
        if is_organisation(source) or (is_person(source) and re.fullmatch(_PERSON_VERB, match["verb"])):
            start = match.start() + match["source"].rindex(source)
            candidates.append(NamedSource(name=source, start=start, end=match.end("verb")))
    for match in _ACCORDING.finditer(sentence):
        source = _trim(match["source"])
        if is_organisation(source):
            candidates.append(NamedSource(name=source, start=match.start(), end=match.end()))
    outside = [candidate for candidate in candidates if not _in_quotation(sentence, candidate.start)]
    return min(outside, key=lambda candidate: candidate.start, default=None)


def announced_source(sentence: str) -> str:
    """Who an announcement names: "Reuters" of "As Reuters reported:"; "" where it names nobody."""
    named = reporting_source(sentence)
    if named is not None:
        return named.name
    writer = _SOME_WRITER.match(sentence)
    if writer:
        return writer["source"]
    announced = re.match(rf"(?:[Aa]s|[Hh]ere(?:’|')?s|[Ff]rom|[Vv]ia|[Ww]atch)?\s*(?:the\s+|"
                         rf"The\s+)?(?P<source>{NAME}){_APPOSITION}\s+{_ADVERB}"
                         rf"(?:{_ORG_VERB}|suggests?|suggested|argues?|believes?|explains?|explained|shared|shares|"
                         rf"put it|adds|added)\b", sentence)
    if announced:
        source = _trim(announced["source"])
        if is_organisation(source) or is_person(source):
            return source
    return ""


def says_again(announcement: str, following: str) -> bool:
    """Whether text after "As Reuters reported:" is what was announced: the announced source speaks in it."""
    source = announced_source(announcement).split(" (")[0]
    if not source or not _SAYING_END.search(announcement):
        return False
    name = re.escape(source)
    return bool(re.search(rf"\b{_SPEECH}\s+(?:the\s+)?{name}\b|\b{name}\s+{_SPEECH}\b", following[:600]))


def is_organisation(name: str) -> bool:
    """Whether a name is that of an agency, an institution or an outlet."""
    bare = re.sub(r"\s+\([^()]*\)$", "", name)
    if bare in _AGENCIES or bare.removeprefix("The ") in _AGENCIES:
        return True
    words = bare.split()
    if _is_role(bare):
        return False
    if len(words) == 1:
        return bool(_ABBREVIATION.fullmatch(bare)) and bare not in _NO_SOURCE_ABBREVIATIONS
    return words[0] not in _NO_NAME_STARTS and words[0][0].isupper() and bool(
        _ORGANISATION.search(bare) or words[-1] in _AGENCIES or words[0] in _AGENCIES
    )


def is_person(name: str) -> bool:
    """Whether a name looks like a person's: two to four capitalised words without a common opener, or a handle."""
    words = name.split()
    return (
        (name.startswith("@")
        and len(name) > 2)
        or (
            2 <= len(words) <= 4
            and words[0] not in _NO_NAME_STARTS
            and all(word[0].isupper() or word.startswith(("al-", "el-")) for word in words)
            and not _ORGANISATION.search(name)
        )
    )


def _is_role(name: str) -> bool:
    """"Chair of the Local Government Association" is what somebody is, not a body that reports."""
    words = name.split()
    return words[0] in _ROLES or not _OFFICES.isdisjoint(words)


def _trim(name: str) -> str:
    """A name without the opener that a sentence's first capital made part of it: "The LCC", "Meanwhile Reuters"."""
    words = name.split()
    while len(words) > 1 and words[0] in _NO_NAME_STARTS and " ".join(words) not in _AGENCIES:
        words = words[1:]
    return " ".join(words)


def _is_noun_use(sentence: str, match: re.Match[str]) -> bool:
    """The verb is a noun there: "cites a Syrian Observatory report that claims"."""
    before = sentence[:match.start()].rstrip().rsplit(" ", 1)[-1].lower()
    return match["verb"] in {"report", "claims", "reports"} and before in {
        "a",
        "an",
        "this",
        "that",
        "latest",
        "by",
        "in",
        "of",
        "from",
        "new",
        "to",
        "on",
        "citing",
        "cites",
        "cited",
    }


def _in_quotation(sentence: str, position: int) -> bool:
    before = sentence[:position]
    if before.count("“") > before.count("”") or before.count("«") > before.count("»"):
        return True
    return before.count('"') % 2 == 1
