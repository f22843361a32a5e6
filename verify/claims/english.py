"""What English sentences say happened: casualties, strikes, weapons used, things destroyed, ground taken.

1. Each rule is a pattern with a name that proposals carry; what fits no pattern is not proposed.
2. Possibility and purpose are no events: "could be killed", "to kill", "if 20 die".
3. Nouns count people only where they name people: "killed two birds" is not proposed.
"""

import re
from collections.abc import Callable, Iterator

from evidence_store.claims import Predicate
from verify.claims.amounts import EN_AMOUNT, EN_NUMBER, english_amount
from verify.claims.model import Amount, Event
from verify.claims.places import places_from

PERSON = (r"(?:people|persons?|civilians?|soldiers?|service[\s-]?(?:men|man|members?)|seri?v?i?cemen|troops|fighters?|"
          r"militants?|rebels?|insurgents?|terrorists?|jihadis?ts?|children|child|women|woman|men|man|boys?|girls?|"
          r"baby|babies|cops?|"
          r"infants?|toddlers?|students?|pupils?|teachers?|doctors?|medics?|paramedics?|nurses?|patients?|journalists?|"
          r"reporters?|residents?|villagers?|workers?|officers?|police(?:men|man)?|passengers?|protesters?|"
          r"demonstrators?|prisoners?|hostages?|refugees?|migrants?|victims?|others|volunteers?|advisers?|guards?|"
          r"commanders?|members|relatives|bodies|adults?|teenagers?|locals|pilgrims?|worshippers?|firefighters?|"
          r"rescuers?|personnel|famil(?:y|ies)|households?|[A-Z]\w+(?:ians?|ese|is)|Americans?|Germans?|Turks?|Kurds?|Afghans?|Palestinians?)\b")
_MODIFIER = r"(?:[\w’'-]+[ ])"
WHOM = rf"(?:{_MODIFIER}{{0,4}}?{PERSON}(?:\s+(?:from|of|including)\s+[\w’' -]{{1,40}}?)?)"
_AUX = (r"(?:(?:were|was|are|is|be|been|being|has|have|had|got|reportedly|also|confirmed|all|instantly|believed|to|"
        r"said|feared|found|who|that|later|still|remain|remains|remained|now|presumed|reported|left|since|already|fatally|"
        r"seriously|critically|badly|(?:stabbed|shot|beaten|burned|tortured|bombed|raped)\s+and)\s+){0,5}")
_FATE = {
    "killed": Predicate.KILLED, "martyred": Predicate.KILLED, "slain": Predicate.KILLED, "murdered": Predicate.KILLED,
    "shot dead": Predicate.KILLED, "executed": Predicate.KILLED, "massacred": Predicate.KILLED,
    "died": Predicate.KILLED,
    "perished": Predicate.KILLED, "dead": Predicate.KILLED, "lost their lives": Predicate.KILLED,
    "dying": Predicate.KILLED, "beheaded": Predicate.KILLED, "drowned": Predicate.KILLED,
    "slaughtered": Predicate.KILLED,
    "wounded": Predicate.WOUNDED, "injured": Predicate.WOUNDED, "hurt": Predicate.WOUNDED,
    "hospitalised": Predicate.WOUNDED, "hospitalized": Predicate.WOUNDED,
    "detained": Predicate.DETAINED, "arrested": Predicate.DETAINED, "abducted": Predicate.DETAINED,
    "kidnapped": Predicate.DETAINED, "captured": Predicate.DETAINED, "taken prisoner": Predicate.DETAINED,
    "taken into custody": Predicate.DETAINED, "taken hostage": Predicate.DETAINED, "rounded up": Predicate.DETAINED,
    **{f"{verb} {what}": Predicate.WOUNDED for verb in ("suffered", "sustained", "treated for")
       for what in ("injuries", "wounds", "burns", "gunshot wounds", "serious injuries", "minor injuries")},
    "taken to hospital": Predicate.WOUNDED, "rushed to hospital": Predicate.WOUNDED,
    "gunned down": Predicate.KILLED, "stabbed to death": Predicate.KILLED, "burned to death": Predicate.KILLED,
    "fled their homes": Predicate.DISPLACED, "forced to flee": Predicate.DISPLACED,
    "forced from their homes": Predicate.DISPLACED, "left homeless": Predicate.DISPLACED,
    "made homeless": Predicate.DISPLACED, "driven from their homes": Predicate.DISPLACED,
    "missing": Predicate.MISSING, "unaccounted for": Predicate.MISSING,
    "displaced": Predicate.DISPLACED, "evacuated": Predicate.DISPLACED,
}
_FATES = "|".join(sorted(_FATE, key=len, reverse=True))
_PASSIVE = re.compile(rf"(?P<amount>{EN_AMOUNT})(?:\s+(?:more|other))?(?:\s+(?P<whom>{WHOM}))?(?:,[^,;.]{{1,60}},)?"
                      rf"(?:\s+(?:working|travel+ing|living|serving|fleeing|waiting|sheltering|belonging|"
                      rf"praying)\b[^,;.]{{1,50}}?(?=\s+(?:was|were|has|have|had)\b))?"
                      rf"\s+(?P<aux>{_AUX})(?P<fate>{_FATES})\b", re.IGNORECASE)
_ACTIVE_ONE = re.compile(rf"\b(?P<verb>kill(?:s|ed|ing)|murder(?:ed|ing)|shot dead|wound(?:s|ed|ing)|"
                         rf"injur(?:es|ed|ing)|detain(?:ed|ing)|arrest(?:ed|ing))\s+(?:an?|one)\s+(?P<whom>{WHOM})",
                         re.IGNORECASE)
_ONE = re.compile(rf"(?<![\w’'])(?P<amount>an?)\s+(?P<whom>{WHOM})(?:,[^,;.]{{1,60}},)?\s+(?P<aux>{_AUX})"
                  rf"(?P<fate>{_FATES})\b", re.IGNORECASE)
_ACTIVE = re.compile(rf"(?P<verb>kill(?:s|ed|ing)(?:\s+(?:him|her|them)sel(?:f|ves)\s+and)?|"
                     rf"slaughter(?:ed|ing)|murder(?:ed|ing)|execut(?:ed|ing)|shot dead|"
                     rf"wound(?:s|ed|ing)|injur(?:es|ed|ing)|detain(?:ed|ing)|arrest(?:ed|ing)|displac(?:ed|ing)|"
                     rf"(?:claim(?:ed|s|ing)|cost|took|taking)\s+the\s+lives\s+of|leav(?:es|ing)|"
                     rf"left)\s+(?P<amount>{EN_AMOUNT})(?:\s+(?:more|other))?"
                     rf"(?:\s+(?P<whom>{WHOM}))?(?P<tail>\s+(?:dead|wounded|injured|homeless))?(?![\w%])",
                     re.IGNORECASE)
_NOUN = re.compile(rf"(?:(?P<noun>deaths?|bod(?:y|ies)|killings?|loss(?:es)?|murders?|injur(?:y|ies)|"
                   rf"arrests?|detention)\s+of\s+"
                   rf"(?P<amount>{EN_AMOUNT})?\s*(?P<whom>{WHOM}))", re.IGNORECASE)
_TOLL = re.compile(rf"(?:death toll|toll|number of (?:dead|deaths|people killed))\b[^.;]{{0,60}}?\b"
                   rf"(?:from\s+{EN_NUMBER}\s+to|"
                   rf"to|at|of|is|was|stands at|reached|exceeded|passed|topped)\s+(?P<amount>{EN_AMOUNT})(?![\w%])",
                   re.IGNORECASE)
_LIVES = re.compile(rf"\b(?:claim(?:s|ed|ing)|cost(?:ing)?|t(?:ook|aking))\s+(?P<amount>{EN_AMOUNT})\s+lives\b",
                    re.IGNORECASE)
_BODIES = re.compile(rf"\b(?:recover(?:ed|ing)?|found|pulled(?:\s+out)?|retrieved|exhumed|unearthed|counted)\s+"
                     rf"(?P<amount>{EN_AMOUNT})\s+(?:\w+\s+)?(?:bodies|corpses)\b", re.IGNORECASE)
_FORCED = re.compile(rf"\b(?:forc(?:ed|es|ing)|driv(?:en|ing)|drove|sent)\s+"
                     rf"(?P<amount>{EN_AMOUNT})\s+(?P<whom>{WHOM})\s+"
                     rf"(?:to\s+flee|from\s+their\s+homes|out\s+of\s+their\s+homes|fleeing)", re.IGNORECASE)
_COUNT = re.compile(rf"(?P<amount>{EN_AMOUNT})\s+(?:[\w-]+\s+)?(?P<noun>deaths?|fatalit(?:y|ies)|dead|injuries|wounded|"
                    rf"casualties)\b", re.IGNORECASE)
_SOMEBODY = re.compile(r"(?P<actor>(?:[Aa]n?|[Tt]he)\s+[\w’' -]{2,60}?|"
                       r"[A-Z][\w’'-]+(?:\s+[A-Z][\w’'-]+){0,4})\s+(?:has|have|had)\s+"
                       r"(?P<verb>killed|wounded|injured|captured|detained)\s+"
                       r"(?P<whom>(?:[Cc]aptain|[Gg]eneral|[Cc]olonel|[Cc]ommander|the\s+(?:\w+\s+){0,2}?(?:commander|"
                       r"leader|"
                       r"head|general|chief|spokesman)(?:\s+of\s+[^,.]{3,70}?)?(?=\s+(?:that|who|which|in|,)|[,.])|"
                       r"[A-Z][a-z]+\s+[A-Z])[\w’'-]*(?:\s+[A-Z][\w’'-]+){0,3})")
_NOBODY_HURT = re.compile(r"\b(?:no|without)\s+(?:reports?\s+of\s+)?(?P<noun>casualties|deaths|fatalities|injuries|"
                          r"one\s+(?:was|were|has been)\s+(?:killed|injured|hurt|wounded)|victims)\b"
                          r"|\b(?:nobody|no\s+one)\s+(?:was|were|has\s+been|had\s+been)\s+"
                          r"(?:reported\s+)?(?:killed|hurt|wounded|injured)\b"
                          r"|\bnone\s+(?:of\s+[\w ]{1,40}\s+)?(?:was|were)\s+(?:killed|hurt|wounded|injured)\b",
                          re.IGNORECASE)
_DEPLOYED = re.compile(rf"\b(?:(?P<no>no)|(?P<amount>{EN_AMOUNT}))\s+(?P<whom>{WHOM})\s+(?P<aux>{_AUX})"
                       rf"(?:deployed|present|stationed|at the (?P<post>post|base|position|camp|airport|"
                       rf"front)\b)", re.IGNORECASE)

_STRIKE = (r"(?:air\s?strikes?|air\s?raids?|strikes|raids?|bombings?|bombardments?|shelling|barrel bombs?|missile "
           r"attacks?|"
           r"missile strikes?|drone attacks?|drone strikes?|rocket attacks?|rocket fire|artillery fire|mortar fire)")
_STRIKES = re.compile(rf"(?:(?P<amount>{EN_AMOUNT})\s+)?(?P<kind>(?:[A-Z][\w-]+\s+)?{_STRIKE})\s+(?:(?:have\s+|"
                      rf"has\s+)?(?:hit|struck|targeted)|"
                      rf"on|against|in|at|near|over|of)\s+(?=\S)", re.IGNORECASE)
_FORCE = re.compile(r"[A-Z][\w’-]+(?:\s+[\w’-]+){0,2}?\s+(?:jets?|warplanes?|aircraft|helicopters?|forces|drones?|"
                    r"artillery)\b")
_STRIKING = re.compile(r"\b(?P<verb>striking|struck|hitting|hit|bombed|bombing|shelled|shelling|"
                       r"targeting|targeted|bombarded|bombarding|pounded|pounding)\s+"
                       r"(?:(?:several|many|a number of|the)\s+(?:towns?|villages?|cities|areas|"
                       r"areas)(?:\s+and\s+\w+)?,?\s+"
                       r"(?:including|such as|of)\s+)?(?=\S)")
_TARGET = re.compile(r"\b(?P<amount>one|a|another)\s+target\s+(?:that was\s+)?(?:struck|hit|"
                     r"bombed)\s+in\s+(?P<place>\S.*?)\s+was\s+"
                     r"(?P<what>an?\s+[\w -]{2,40}?)(?=[,.:;]|\s+which|\s+that|$)", re.IGNORECASE)
_SHELL = re.compile(r"\b(?:an?|the)\s+(?P<weapon>shell|rocket|missile|mortar|bomb|drone)\s+(?:had\s+|has\s+)?(?:hit|"
                    r"struck|landed on|"
                    r"fell on)\s+(?P<what>(?:the|their|his|her|an?)\s+[\w’' -]{2,40}?)(?=\s+(?:in|near|at|on|of)\b|"
                    r"[,.]|$)",
                    re.IGNORECASE)
_REMAINS = re.compile(r"\b(?:remains|ruins|rubble|wreckage|debris)\s+of\s+(?P<what>(?:an?|the)\s+[\w’' -]{2,40}?)"
                      r"(?=\s+(?:in|near|at|after|today|yesterday)\b|[,.]|$)"
                      r"|\b(?P<object>(?:[Aa]n?|[Tt]he)\s+(?:[\w-]+\s+){0,2}?(?:school|hospital|mosque|church|market|"
                      r"bridge|clinic|bakery|"
                      r"house|building|home))\s+(?:was|were|has been|had been)\s+(?:\w+ly\s+)?(?:destroyed|levelled|"
                      r"leveled|razed|flattened)",
                      re.IGNORECASE)
_TAKEN = re.compile(r"\b(?P<verb>captured|seized|recaptured|retook|liberated|took control of|taken control of|"
                    r"overran)\s+"
                    r"(?=(?:the\s+)?(?:(?:town|village|city|district|hill|villages|towns)s?\s+of\s+)?[A-Z])")
WEAPON = (r"(?:(?:US-supplied\s+|BGM-71\s+)?TOW(?:\s+(?:anti-tank\s+)?missiles?)?|Kornet(?:\s+missiles?)?|"
          r"Grad(?:\s+rockets?)?|BM-\d+|"
          r"MANPADS|barrel bombs?|cluster (?:munitions?|bombs?)|white phosphorus|phosphorus bombs?|chlorine(?:\s+gas)?|"
          r"sarin(?:\s+gas)?|nerve agents?|Iskander(?:\s+missiles?)?|Kalibr(?:\s+cruise missiles?)?|"
          r"Shahed(?:-\d+)?(?:\s+drones?)?|"
          r"HIMARS|Su-\d+|MiG-\d+|Mi-\d+|S-[2345]00|T-[5679]\d|RPGs?(?:-\d+)?|Javelin(?:s|\s+missiles?)?|ATACMS|"
          r"Kinzhal|"
          r"anti-tank (?:guided )?missiles?|cruise missiles?|ballistic missiles?|thermobaric weapons?|landmines?)")
_USES = re.compile(rf"(?P<actor>[A-Z][\w’'-]+(?:\s+[\w’'-]+){{0,6}}?|[Tt]hey)\s+(?:(?:are|is|were|was|have|has|had|"
                   rf"been|also)\s+){{0,3}}"
                   rf"(?:using|used|uses|use|fired|firing|launched|launching|dropped|dropping|deployed|(?:made|make|"
                   rf"making)\s+"
                   rf"(?:\w+\s+)?use of)\s+(?:[\w-]+\s+){{0,3}}?(?P<weapon>{WEAPON})")
_UNREAL = re.compile(r"\b(?:could|would|might|may|will|shall|should|can|cannot|if|unless|threaten\w*|plan\w*|want\w*|"
                     r"tr(?:y|ied|ies|ying)|"
                     r"intend\w*|risk\w*|to)\s+(?:have\s+|be\s+|been\s+|not\s+|potentially\s+)*$", re.IGNORECASE)
_GOES_ON = re.compile(r"\s*(?:(?:in|and|on|at|near|when|after|by|during|since|from|as|so|over|across|with|including|"
                      r"within|inside|outside|while|because|there|this|last|yesterday|today|overnight|earlier|or|but)\b|"
                      r"[^\w\s]|$)", re.IGNORECASE)
_OBJECT = re.compile(r"\s+(?:the|an?|his|her|their|its|at least|\d|[A-Z][a-z]+\s+[A-Z])")


def events(sentence: str) -> tuple[Event, ...]:
    """What a sentence says happened, in order; of overlapping readings the first rule's stands."""
    found: list[Event] = []
    for rule in _RULES:
        for event in rule(sentence):
            same = [other for other in found if other.predicate is event.predicate
                    and other.start < event.end and event.start < other.end and other.place == event.place]
            if not same:
                found.append(event)
    return tuple(sorted(found, key=lambda event: event.start))


def _subject(words: str | None) -> str:
    plain = " ".join((words or "").split())
    return re.sub(r"^(?:of\s+(?:the|its|their|his|her)\s+|of\s+|an?\s+(?=air\s?(?:strike|raid)))", "", plain)


def _passive(sentence: str) -> Iterator[Event]:
    for match in _PASSIVE.finditer(sentence):
        fate, aux = match["fate"].lower(), match["aux"]
        if re.search(r"\bto\s+(?:be\s+)?$", aux) or _UNREAL.search(sentence[:match.start("fate")]):
            continue
        ambiguous = fate in {"killed", "wounded", "injured", "detained", "arrested", "captured", "murdered", "executed"}
        if not aux.strip() and ambiguous and _OBJECT.match(sentence, match.end()):
            continue              # "two men killed the guard"
        if match["whom"] is None and (_counts_things(match) or _is_epithet(sentence, match)):
            continue
        yield Event(predicate=_FATE[fate], start=match.start(), end=match.end(), rule="en.passive",
                    amount=english_amount(match["amount"]), subject=_subject(match["whom"]))


def _one(sentence: str) -> Iterator[Event]:
    """"A child died": one person, where the words name one and somebody's fate."""
    for match in _ONE.finditer(sentence):
        active = match["fate"].lower() in {"died", "perished", "drowned"}
        plural = re.search(r"(?:people|men|women|children|troops|babies|[^su]s)$", match["whom"].lower())
        if plural or not (active or re.search(r"\b(?:was|is|has been|had been|been)\b", match["aux"].lower())):
            continue
        if not _UNREAL.search(sentence[:match.start("fate")]):
            yield Event(predicate=_FATE[match["fate"].lower()], start=match.start(), end=match.end(), rule="en.one",
                        amount=Amount(number=1), subject=_subject(match["whom"]))


def _counts_things(match: re.Match[str]) -> bool:
    """A number alone counts people only where the verb is said of people; "2015 killed" is a year."""
    amount = english_amount(match["amount"])
    bare_year = amount.number is not None and 1900 <= amount.number <= 2100 and match["amount"].strip().isdigit()
    also_of_things = match["fate"].lower() in {"hurt", "captured", "missing", "evacuated"}
    return bare_year or (also_of_things and not match["aux"].strip())


def _is_epithet(sentence: str, match: re.Match[str]) -> bool:
    """"the 100 killed birds": said of what follows, which is no person."""
    intransitive = match["fate"].lower() in {"died", "perished", "drowned", "lost their lives"}
    return not match["aux"].strip() and not intransitive and not _GOES_ON.match(sentence, match.end())


def _active(sentence: str) -> Iterator[Event]:
    for match in _ACTIVE_ONE.finditer(sentence):
        plural = re.search(r"(?:people|men|women|children|troops|babies|[^su]s)$", match["whom"].lower())
        if not plural and not _UNREAL.search(sentence[:match.start()]):
            yield Event(predicate=_active_fate(match["verb"].lower()), start=match.start(), end=match.end(),
                        rule="en.active", amount=Amount(number=1), subject=_subject(match["whom"]))
    for match in _ACTIVE.finditer(sentence):
        verb, tail = match["verb"].lower(), (match["tail"] or "").strip().lower()
        leaving = verb.startswith(("leav", "left"))
        if (leaving and not tail) or _UNREAL.search(sentence[:match.start()]):
            continue
        if re.search(r"\b(?:were|was|been|be|are|is)\s+$", sentence[:match.start()]):
            continue              # passive: "were killed 20 miles from"
        following = sentence[match.end():match.end() + 20]
        if match["whom"] is None and not leaving and not re.match(r"\s*(?:in|and|on|at|near|when|after|,|\.|;|"
                                                                  r"$)", following):
            continue              # "killed two birds"
        if re.match(r"\s+(?:hours?|days?|weeks?|months?|years?|minutes?|miles|km|kilomet\w+|times|per "
                    r"?cent)\b", following):
            continue
        yield Event(predicate=_leaving(tail) if leaving else _active_fate(verb), start=match.start(),
                    end=match.end(), rule="en.active",
                    amount=english_amount(match["amount"]), subject=_subject(match["whom"]))


def _active_fate(verb: str) -> Predicate:
    if verb.startswith(("wound", "injur")):
        return Predicate.WOUNDED
    if verb.startswith("displ"):
        return Predicate.DISPLACED
    return Predicate.DETAINED if verb.startswith(("detain", "arrest")) else Predicate.KILLED


def _leaving(tail: str) -> Predicate:
    return {"dead": Predicate.KILLED, "homeless": Predicate.DISPLACED}.get(tail, Predicate.WOUNDED)


def _nouns(sentence: str) -> Iterator[Event]:
    for match in _NOUN.finditer(sentence):
        noun = match["noun"].lower()
        predicate = (Predicate.WOUNDED if noun.startswith("injur") else Predicate.DETAINED
                     if noun.startswith(("arrest", "detent")) else Predicate.KILLED)
        yield Event(predicate=predicate, start=match.start(), end=match.end(), rule="en.noun",
                    amount=english_amount(match["amount"]) if match["amount"] else Amount(),
                    subject=_subject(match["whom"]))
    for match in _TOLL.finditer(sentence):
        if not re.match(r"\s+(?:years?|days?|per ?cent|miles|km)\b", sentence[match.end():]):
            yield Event(predicate=Predicate.KILLED, start=match.start(), end=match.end(), rule="en.toll",
                        amount=english_amount(match["amount"]))
    for match in (*_LIVES.finditer(sentence), *_BODIES.finditer(sentence)):
        if not _UNREAL.search(sentence[:match.start()]):
            yield Event(predicate=Predicate.KILLED, start=match.start(), end=match.end(), rule="en.lives",
                        amount=english_amount(match["amount"]))
    for match in _FORCED.finditer(sentence):
        if not _UNREAL.search(sentence[:match.start()]):
            yield Event(predicate=Predicate.DISPLACED, start=match.start(), end=match.end(), rule="en.forced",
                        amount=english_amount(match["amount"]), subject=_subject(match["whom"]))
    for match in _COUNT.finditer(sentence):
        noun = match["noun"].lower()
        predicate = (Predicate.WOUNDED if noun in {"injuries", "wounded"} else Predicate.OTHER if noun == "casualties"
                     else Predicate.KILLED)
        yield Event(predicate=predicate, start=match.start(), end=match.end(), rule="en.count",
                    amount=english_amount(match["amount"]), subject="casualties" if noun == "casualties" else "")


def _somebody(sentence: str) -> Iterator[Event]:
    fates = {"killed": Predicate.KILLED, "captured": Predicate.DETAINED, "detained": Predicate.DETAINED}
    for match in _SOMEBODY.finditer(sentence):
        yield Event(predicate=fates.get(match["verb"], Predicate.WOUNDED), start=match.start("verb"), end=match.end(),
                    rule="en.somebody", subject=_subject(match["whom"]), actor=_subject(match["actor"]))


def _denials(sentence: str) -> Iterator[Event]:
    for match in _NOBODY_HURT.finditer(sentence):
        words = match.group().lower()
        predicate = (Predicate.KILLED if re.search(r"kill|death|fatal", words) else Predicate.WOUNDED
                     if re.search(r"injur|hurt|wound", words) else Predicate.OTHER)
        yield Event(predicate=predicate, start=match.start(), end=match.end(), rule="en.nobody", denies=True,
                    subject="casualties" if predicate is Predicate.OTHER else "")


def _presence(sentence: str) -> Iterator[Event]:
    for match in _DEPLOYED.finditer(sentence):
        yield Event(predicate=Predicate.PRESENT, start=match.start(), end=match.end(), rule="en.present",
                    amount=english_amount(match["amount"]) if match["amount"] else Amount(),
                    subject=_subject(match["whom"]), denies=bool(match["no"]))


def _strikes(sentence: str) -> Iterator[Event]:
    for match in _TARGET.finditer(sentence):
        for place in places_from(sentence, match.start("place")):
            yield Event(predicate=Predicate.STRUCK, start=match.start(), end=match.end(), rule="en.target",
                        amount=english_amount(match["amount"]), subject=_subject(match["what"]), place=place.name)
    for match in _STRIKES.finditer(sentence):
        amount = english_amount(match["amount"]) if match["amount"] else Amount()
        for place in places_from(sentence, match.end()):
            yield Event(predicate=Predicate.STRUCK, start=match.start(), end=place.end, rule="en.strikes",
                        amount=amount, subject=_subject(match["kind"]), place=place.name)
    for match in _STRIKING.finditer(sentence):
        actors = _FORCE.findall(sentence[:match.start()])
        for place in places_from(sentence, match.end()):
            yield Event(predicate=Predicate.STRUCK, start=match.start(), end=place.end, rule="en.striking",
                        actor=_subject(actors[-1]) if actors else "", place=place.name)
    for match in _SHELL.finditer(sentence):
        yield Event(predicate=Predicate.STRUCK, start=match.start(), end=match.end(), rule="en.shell",
                    subject=_subject(match["what"]), weapon=match["weapon"].lower())


def _ground(sentence: str) -> Iterator[Event]:
    for match in _TAKEN.finditer(sentence):
        for place in places_from(sentence, match.end()):
            yield Event(predicate=Predicate.CAPTURED, start=match.start(), end=place.end, rule="en.taken",
                        place=place.name)
    for match in _REMAINS.finditer(sentence):
        yield Event(predicate=Predicate.DESTROYED, start=match.start(), end=match.end(), rule="en.destroyed",
                    subject=_subject(match["what"] or match["object"]))


def _weapons(sentence: str) -> Iterator[Event]:
    for match in _USES.finditer(sentence):
        if _UNREAL.search(sentence[:match.start("weapon")]):
            continue
        actor = re.sub(r"^(?:Here|The|Meanwhile)\s+(?=[A-Z])", "", _subject(match["actor"]))
        actor = re.sub(r"\s+(?:fighters|militants|forces|troops|rebels)$", "", actor)
        yield Event(predicate=Predicate.USED, start=match.start(), end=match.end(), rule="en.weapon", actor=actor,
                    weapon=_subject(match["weapon"]))


_RULES: tuple[Callable[[str], Iterator[Event]], ...] = (
    _passive, _active, _one, _nouns, _somebody, _denials, _presence, _strikes, _ground, _weapons)
