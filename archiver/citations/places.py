"""Where a sentence says that something happened: the place in the text's own words, by rules a reader can check.

1. A place is a capitalised name that the sentence itself marks as one: "in X", "near X", "village of X", "the X
   province",
   "strikes on X", "towns ..., including X". Nothing is looked up.
2. "Sarmin, in the Idlib province" is one place with its region: "Sarmin, Idlib province".
3. Months, weekdays, people's titles, media and organisations that follow "in" or "on" are not places.
4. Several places are given in the order of the text, joined by "; ", at most MAX_PLACES; none is "".
"""

import re

MAX_PLACES = 3      # a sentence that names more lists a region, and says little about one thing

_UPPER = r"A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĢĪĮİĶŁŃŅŇŌŐŒŘŚŞŠŢŤŪŮŰŲŹŻŽА-ЯЁЄІЇҐ"
_WORD = rf"[{_UPPER}][\w’'ʿʾ`]*(?:-[\w’'ʿʾ`]+)*"
_PARTICLE = r"(?:al|el|as|ash|ad|ar|an|at|az|de|del|di|da|la|le|sur|upon|bin|abu)"
_NAME = rf"(?:{_PARTICLE}-)?{_WORD}(?:\s+(?:{_PARTICLE}[\s-]+)?(?:{_PARTICLE}-)?{_WORD}){{0,3}}"
_REGION_KIND = (
    r"(?:province|governorate|region|oblast|district|state|county|area|countryside|suburbs?|city|town|village|"
    r"mountains?|"
    r"plain|valley|peninsula|raion|camp|airport|airbase|air base|crossing|border)")
_SETTLEMENT = (
    r"(?:village|town|city|suburb|district|province|governorate|region|oblast|state|county|port|neighbou?rhood|camp|"
    r"hamlet|"
    r"settlement)s?")
_ADJECTIVE = (
    r"(?:(?:coastal|northern|southern|eastern|western|central|north-?eastern|north-?western|south-?eastern|"
    r"south-?western|"
    r"rural|greater|neighbou?ring|nearby|besieged|rebel-held|regime-held|government-held|occupied|old|capital|"
    r"country of|outskirts of|hills of|streets of)\s+){0,2}")

_CUES = (
    (rf"(?:in|near|outside|around|inside|at|from|towards?|into|across|over|north of|south of|east of|west of|"
     rf"outskirts of|hills of)\s+(?:the\s+)?{_ADJECTIVE}"),
    rf"(?:{_SETTLEMENT})\s+of\s+(?:the\s+)?",
    (rf"(?:strikes?|raids?|attacks?|assaults?|shelling|bombardment|offensive|bombs|missiles?|advance|hit|struck|"
     rf"striking|targeted|targeting|captured|seized)\s+(?:(?:on|against|of|in|at|towards)\s+)?(?:the\s+)?"
     rf"(?:{_SETTLEMENT}\s+of\s+)?"),
    (r"(?:mosque|church|school|hospital|market|square|bakery|bridge|station|people|residents|ruins|streets|centre|"
     r"center)\s+of\s+"),
    r"including\s+",
)
_PLACE = re.compile(
    rf"(?<![\w’'])(?i:(?P<cue>{'|'.join(_CUES)}))(?P<name>{_NAME})(?:\s+(?P<kind>(?:{_REGION_KIND})))?\b"
    rf"(?P<rest>(?:,\s+(?:in\s+(?:the\s+)?|(?:north|south|east|west)\s+of\s+)?{_NAME}(?:\s+{_REGION_KIND})?\b)?)")
_NOT_PLACES = frozenset({
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "English", "Arabic",
    "Russian", "Russians", "Ukrainian", "Syrian", "Twitter", "Facebook", "Telegram", "Instagram", "YouTube", "Reuters",
    "Putin", "Parliament", "Congress", "President", "Captain", "General", "Colonel", "Minister", "Kataib", "Department",
    "The", "This", "That", "These", "It", "He", "She", "They", "I", "We", "A", "An", "TOW", "LCC", "SOHR", "TASS",
    "AFP", "BBC", "CNN", "ISIS", "ISIL", "IS", "UN", "NATO", "EU", "US-supplied", "Islamic", "God", "Allah",
    "Christmas", "Ramadan", "Easter",
})
_NOT_PLACE_ENDS = frozenset({
    "Group", "Institute", "University", "Ministry", "Council", "Committee", "Committees", "Agency", "Center", "Centre",
    "Army", "Division", "Front", "Brigade", "Battalion", "Party", "Observatory", "Forces", "Force", "Foundation",
    "News", "Times", "Post", "Guardian", "Telegraph", "Journal", "Magazine", "Union", "Organisation", "Organization",
    "Rights", "Court", "Bank", "Corps", "Regiment", "Movement", "Network", "Service", "Herald",
})
_LISTED = re.compile(rf"\s*(?:,|\band\b|,\s*and\b)\s+(?P<name>{_NAME})(?=\s*(?:,|\band\b|[.;:]|$))")
# German shares "in" with English and capitalises every noun: the rules would name things, not places
_OTHER_LANGUAGE = re.compile(r"\b(?:der|das|und|ist|eine[mnrs]?|für|von|dem|nicht|sich|auf|bei|zum|zur|wird|wurde[n]?|"
                             r"im|het|een|van)\b")
_SHOUTED = re.compile(r"(?<=[a-z])(?:\s+[A-Z]{4,})+$")      # "Deir Qamar TONIGHT"
_TAIL_WORDS = re.compile(r"\s+(?:I|We|He|She|It|They|The|On|In|At|But|And|Yesterday|Today|Tomorrow)$")


def claimed_place(sentence: str) -> str:
    """The places the sentence states, in its own words; "" when it states none."""
    if _OTHER_LANGUAGE.search(sentence):
        return ""
    found: list[str] = []
    for match in _PLACE.finditer(sentence):
        name = _SHOUTED.sub("", _TAIL_WORDS.sub("", match["name"]))
        if _is_place(name) and not _is_agent(sentence, match):
            for place in (_with_region(name, match), *_listed_after(sentence, match)):
                if place not in found and not any(place in other.split(", ") for other in found):
                    found.append(place)
    return "; ".join(found[:MAX_PLACES])


def _with_region(name: str, match: re.Match[str]) -> str:
    place = f"{name} {match['kind']}" if match["kind"] and match["kind"] != "border" else name
    region = re.sub(r"^,\s+(?:in\s+(?:the\s+)?)?", "", match["rest"])
    if not region or region.split()[0] in _NOT_PLACES:
        return place
    # "striking Talbiseh, Teir Maaleh and al-Ghanto" is a list, "Sarmin, in the Idlib province" and "Homs, Syria" a
    # region
    is_region = " in " in match["rest"] or " of " in match["rest"] or re.search(rf"{_REGION_KIND}$", region)
    return f"{place}, {region}" if is_region else place


def _listed_after(sentence: str, match: re.Match[str]) -> list[str]:
    listed: list[str] = []
    position = match.end("kind") if match["kind"] else match.end("name")
    while len(listed) < MAX_PLACES and (more := _LISTED.match(sentence, position)):
        if not _is_place(more["name"]):
            break
        listed.append(more["name"])
        position = more.end()
    return listed


def _is_place(name: str) -> bool:
    words = name.split()
    return (
        len(name) > 2
        and words[0] not in _NOT_PLACES
        and words[-1] not in _NOT_PLACE_ENDS
        and not words[-1].endswith(("’s", "'s"))
    )


def _is_agent(sentence: str, match: re.Match[str]) -> bool:
    """A name that speaks or gives a credit ("from LCC", "at Reuters said") is not where something happened."""
    if re.search(r"(?i)\b(?:photo|video|image|picture|footage|credit|courtesy)\s+$", sentence[:match.start()]):
        return True
    following = sentence[match.end("name"):match.end("name") + 40]
    return bool(re.match(r"(?:\s*\([A-Z]{2,8}\))?\s+(?:said|says|told|report(?:s|ed)?\b(?!\w)|claim(?:s|ed)|wrote|"
                         r"fighters|forces|troops|group|militants|party|media)\b", following))
