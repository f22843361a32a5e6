"""Places that an English sentence names as such: "in X", "the village of X", "strikes on X, Y and Z".

1. A place is a capitalised name behind a cue; nothing is looked up, and a name without a cue is no place.
2. "the coastal province of Latakia", "the Latakia province" and "Latakia" are the name "Latakia"; a region that
   follows ("Sarmin, in the Idlib province") is kept: "Sarmin, Idlib".
3. Months, weekdays, peoples, agencies and offices are no places.
"""

import re

from verify.claims.model import PlaceMention

_UPPER = "A-ZÀ-ÖØ-ÞĀČĎĐĒĞĪŁŃŌŘŚŞŠŢŤŪŮŹŻŽ"
_PARTICLE = r"(?:[Aa]l|[Ee]l|[Aa]s|[Aa]sh|[Aa]d|[Aa]r|[Aa]n|[Aa]t|[Aa]z|[Dd]e|[Dd]el|[Ll]a|[Ss]ur)"
_WORD = rf"(?:{_PARTICLE}[-\s])?[{_UPPER}][\w’'ʿ`]+(?:-[\w’'ʿ`]+)*"
NAME = rf"{_WORD}(?:\s+{_WORD}){{0,3}}"
_KIND = (r"(?:province|governorate|region|oblast|district|state|county|area|countryside|suburbs?|city|town|village|"
         r"neighbou?rhood|mountains?|plain|valley|peninsula|camp|airport|air\s?base|crossing|border|hills|"
         r"islands?)")
_ADJECTIVES = (r"(?:(?:coastal|Greek|Turkish|Syrian|Russian|Ukrainian|Iraqi|Israeli|Lebanese|Italian|Spanish|"
               r"French|German|British|northern|southern|eastern|western|central|north-?eastern|north-?western|south-?eastern|"
               r"south-?western|rural|besieged|rebel-held|government-held|regime-held|opposition-held|occupied|"
               r"neighbou?ring|nearby|small|old|capital|embattled|capital city of|centre of|center of|heart of|middle "
               r"of)\s+){0,3}")
_HEAD = rf"(?:(?:the|a)\s+)?{_ADJECTIVES}(?:{_KIND}s?\s+of\s+(?:the\s+)?)?{_ADJECTIVES}"
_CUE = (r"(?:in|off|near|at|on|outside|around|inside|over|across|into|from|towards?|against|including|"
        r"(?:north|south|east|west|outskirts|suburbs|hills|streets|village|town|city|province|district) of)")
_MENTION = re.compile(rf"(?<![\w’'])(?i:{_CUE})\s+(?i:{_HEAD})(?P<name>{NAME})(?P<kind>\s+{_KIND}\b)?"
                      rf"(?P<region>,\s+(?:in\s+)?(?:the\s+)?(?:{_ADJECTIVES})(?P<within>{NAME})"
                      rf"(?P<regional>\s+{_KIND}\b)?)?")
_LISTED = re.compile(rf"\s*(?:,\s*(?:and\s+)?|\s+and\s+)(?i:{_HEAD})(?P<name>{NAME})(?!\s+(?:said|reported|says|told))")
_BARE = re.compile(rf"(?i:{_HEAD})(?P<name>{NAME})(?P<kind>\s+{_KIND}\b)?")
_NOT_PLACES = frozenset("""
January February March April May June July August September October November December Monday Tuesday Wednesday Thursday
Friday Saturday Sunday English Arabic Russian Russians Ukrainian Ukrainians Syrian Syrians American Americans British
French German Turkish Iranian Iranians Iraqi Israeli Israelis Palestinian Palestinians Lebanese Chinese Twitter Facebook
Telegram Instagram YouTube Reuters AFP AP TASS BBC CNN LCC SOHR ISIS ISIL IS UN NATO EU Parliament Congress President
Captain General Colonel Minister Prime Army Police Ministry The This That It He She They We I Photo Video Image God TOW
""".split())  # noqa: SIM905 - a list of words reads better so
_DEMONYM = re.compile(r"\w{3,}(?:ians?|ese|ish|is)$")
_NOT_ENDS = frozenset({"Army", "Division", "Brigade", "Front", "Committees", "Observatory", "Ministry",
                       "Group", "Forces", "Party", "Agency", "News", "Times", "Post", "Institute", "University",
                       "Council", "Air", "Force"})


def place_mentions(sentence: str) -> tuple[PlaceMention, ...]:
    """The places a sentence names, in order; each item of a list is one."""
    found: list[PlaceMention] = []
    for match in _MENTION.finditer(sentence):
        if not is_place(match["name"], sentence, match.end("name")):
            continue
        found.append(_mention(match))
        found += _listed(sentence, match.end("kind") if match["kind"] else match.end("name"),
                         skip=bool(match["region"]) and _is_region(match))
    return tuple(dict.fromkeys(found))


def places_from(sentence: str, position: int) -> tuple[PlaceMention, ...]:
    """The list of places that begins at `position`: "Talbiseh, Teir Maaleh and al-Ghanto"."""
    match = _BARE.match(sentence, position)
    if match is None or not is_place(match["name"], sentence, match.end("name")):
        return ()
    first = PlaceMention(name=_clean(match["name"]), start=match.start("name"), end=match.end("name"))
    return (first, *_listed(sentence, match.end(), skip=False))


def is_place(name: str, sentence: str = "", end: int = 0) -> bool:
    """Whether a capitalised name can be a place's."""
    words = [word for word in name.split() if word not in {"a", "an"}]     # "in an Israeli air strike"
    if not words:
        return False
    following = sentence[end:end + 30]
    if re.match(r"\s+(?:said|says|told|reported|fighters|forces|troops|militants|officials|group|army)\b", following):
        return False
    if words[-1].endswith(("’s", "'s")) or any(char.isdigit() for char in name):
        return False
    if re.match(r"['’]s\b", following) or (len(words) == 1 and words[0].isupper() and len(words[0]) < 4):
        return False
    return words[0] not in _NOT_PLACES and words[-1] not in _NOT_ENDS and not (
        len(words) == 1 and bool(_DEMONYM.match(words[0])) and bool(re.match(r"\s+[a-z]", following)))


def _mention(match: re.Match[str]) -> PlaceMention:
    name = _clean(match["name"])
    if match["region"] and _is_region(match):
        within = _clean(match["within"])
        return PlaceMention(name=f"{name}, {within}", start=match.start("name"), end=match.end("region"))
    return PlaceMention(name=name, start=match.start("name"), end=match.end("name"))


def _is_region(match: re.Match[str]) -> bool:
    """A second name is the region of the first where the text says so: "in the Idlib province", "Aleppo province"."""
    return bool(match["regional"]) or bool(re.match(r",\s+in\s", match["region"]))


def _listed(sentence: str, position: int, *, skip: bool) -> list[PlaceMention]:
    found: list[PlaceMention] = []
    while not skip and (more := _LISTED.match(sentence, position)) and is_place(more["name"], sentence, more.end()):
        found.append(PlaceMention(name=_clean(more["name"]), start=more.start("name"), end=more.end("name")))
        position = more.end()
    return found


def _clean(name: str) -> str:
    return re.sub(r"['’]s?$", "", " ".join(name.split()))
