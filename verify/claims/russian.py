"""Russian: casualties, strikes, weapons, places, speakers and denials. Word order is free, so rules go both ways."""

import re
from collections.abc import Iterator

from evidence_store.claims import Predicate
from verify.claims.amounts import RU_AMOUNT, russian_amount
from verify.claims.model import Amount, Attribution, Event, PlaceMention

_WHOM = (r"(?:(?:[\w-]+\s+){0,2}(?:человека?|людей|гражданских|мирных жителей|жител\w+|солдат\w*|военнослужащ\w+|"
         r"военных|боевик\w*|"
         r"детей|реб[её]н\w+|женщин\w*|мужчин\w*|россиян\w*|украин\w+|сирийц\w+|журналист\w*|пассажир\w*|раненых|"
         r"бойц\w+|полицейск\w+))")
_FATE = (((r"погиб(?:ли|ло|ла|нуть)?|убит[ыоа]?|убил[ио]|"
          r"жертвами\s+(?:[\w-]+\s+){0,3}?(?:стали|оказались)|"
          r"скончал(?:ись|ся|ась)|умер(?:ли|ло|ла)?"), Predicate.KILLED),
         ((r"ранен[ыоа]?|ранили|пострадал[иоа]?|"
          r"получил[иа]? (?:ранения|травмы)|(?:ранения|травмы) получил[иа]?"), Predicate.WOUNDED),
         (r"задержан[ыоа]?|задержали|арестован[ыоа]?", Predicate.DETAINED),
         ((r"пропал[иоа]? без вести|"
          r"(?:без вести )?пропавшими (?:без вести )?(?:числятся|считаются|остаются)"), Predicate.MISSING),
         (r"эвакуирован[ыоа]?|эвакуировали|покинули свои дома", Predicate.DISPLACED))
_CASUALTY = tuple((re.compile(
    rf"\b(?:{verb})\s+(?P<amount>{RU_AMOUNT})(?:\s+(?P<whom>{_WHOM}))?|"
    rf"(?P<before>{RU_AMOUNT})(?:\s+(?P<other>{_WHOM}))?\s+"
    rf"(?:[\w-]+\s+){{0,2}}?(?:были\s+|был\s+)?(?:{verb})\b", re.IGNORECASE), predicate) for verb, predicate in _FATE)
_TOLL = re.compile(rf"\b(?:число (?:погибших|жертв|убитых)|гибел[ьи]|смерт[ьи]|"
                   rf"убийств[оае])\b[^.;]{{0,40}}?(?P<amount>{RU_AMOUNT})"
                   rf"(?:\s+(?P<whom>{_WHOM}))?", re.IGNORECASE)
_NAME = r"[А-ЯЁ][а-яё]+(?:-[А-ЯЁа-яё]+)*(?:\s+[А-ЯЁ][а-яё]+(?:-[А-ЯЁа-яё]+)*){0,2}"
_PLACE = re.compile(rf"\b(?:в|во|на|у|под|около|близ|возле|по)\s+(?:(?:провинци|город|деревн|пос[её]лк|сел|район|"
                    rf"област|окрестност|пригород|"
                    rf"населенн\w+ пункт|населённ\w+ пункт)\w*\s+|окраине\s+)*(?P<name>{_NAME})")
_STRUCK = re.compile(rf"\b(?P<kind>авиауд\w+|удар\w*|обстрел\w*|бомбардировк\w*|обстрелял[иа]?|"
                     rf"разбомбил[иа]?)\s+(?:[\w-]+\s+){{0,2}}?(?:по|на|в)?\s*"
                     rf"(?:(?:провинци|город|деревн|пос[её]лк|сел)\w*\s+)?(?P<place>{_NAME})")
_OFFICE = (rf"(?:губернатор|мэр|глава|министр|премьер|президент|представител[ьи]|пресс-секретарь|министерств[оа]|"
           rf"ведомств[оа]|власти|полици[яи]|прокуратур[аы]|штаб|врачи|очевид\w+|местные жители)"
           rf"(?:\s+(?:области|города|региона|района|республики|края|обороны|здравоохранения|внутренних дел|"
           rf"иностранных дел))?(?:\s+{_NAME})?")
_SOURCE = (rf"(?:{_OFFICE}|[A-Z][\w-]+|{_NAME}|Минобороны(?:\s+[А-Я]\w+)?|[А-Я]{{2,6}}|"
           rf"[а-яё-]+\s+(?:посол|источник|активист|чиновник)\w*(?:\s+в\s+[А-ЯЁ]\w+)?)")
_SAID = re.compile(rf"\b(?:[Пп]о данным|[Пп]о сведениям|[Пп]о словам|со ссылкой "
                   rf"на)\s+(?P<data>{_SOURCE}(?:\s+[а-яё]+){{0,4}})|"
                   rf"(?:сообщ\w+|заяв\w+|переда[её]т|пишет)\s+(?P<after>{_SOURCE})|"
                   rf"(?P<who>{_SOURCE}(?:\s+(?:по|за)\s+[а-яё]+\s+[а-яё]+)?)\s+(?:(?:также|ранее)\s+)?"
                   r"(?:(?P<deny>опроверг\w*|отрица\w+|отверг\w*)|сообщ\w+|заяв\w+|утвержда\w+|написа\w+|"
                   r"подтверд\w+)\b")
_DENY = re.compile(r"\b(?:опроверг\w*|отрица\w+|отверг\w*|не подтвер\w+|нет (?:никакой )?информации|не располага\w+ "
                   r"информацией)\b",
                   re.IGNORECASE)
_NOBODY = re.compile(r"\b(?:никто не (?P<who>пострадал|погиб|ранен)|(?:пострадавших|погибших|жертв|"
                     r"раненых) нет|обошлось без (?:жертв|пострадавших))\b", re.IGNORECASE)
_GROWN = re.compile(r"\b(?:вырос|увелич|возрос|достиг|подня)\w*", re.IGNORECASE)
_UNREAL = re.compile(r"\b(?:могли|могут|может|мог|если|чтобы)\s+(?:бы\s+)?(?:[\w-]+\s+)?$", re.IGNORECASE)


def events(sentence: str) -> tuple[Event, ...]:
    """What a Russian sentence says happened."""
    found: list[Event] = []
    for pattern, predicate in _CASUALTY:
        found += [_casualty(match, predicate, match["amount"] or match["before"], match["whom"] or match["other"])
                  for match in pattern.finditer(sentence) if not _UNREAL.search(sentence[:match.start()])]
    for match in _TOLL.finditer(sentence):
        if not any(event.start < match.end() and match.start() < event.end for event in found):
            said = match["amount"]
            grown = said.lower().startswith("до ") and _GROWN.search(match.group())     # "rose to 20", not "up to 20"
            found.append(_casualty(match, Predicate.KILLED, said[3:] if grown else said, match["whom"]))
    found += [Event(predicate=Predicate.KILLED if "гиб" in match.group().lower() else Predicate.WOUNDED, denies=True,
                    start=match.start(), end=match.end(), rule="ru.nobody") for match in _NOBODY.finditer(sentence)]
    found += [Event(predicate=Predicate.STRUCK, start=match.start(), end=match.end(), rule="ru.strikes",
                    subject=match["kind"], place=match["place"]) for match in _STRUCK.finditer(sentence)]
    return tuple(sorted(found, key=lambda event: event.start))


def _casualty(match: re.Match[str], predicate: Predicate, amount: str, whom: str | None) -> Event:
    return Event(predicate=predicate, start=match.start(), end=match.end(), rule="ru.casualty",
                 amount=russian_amount(amount) if amount else Amount(), subject=(whom or "").strip())


def attributions(sentence: str) -> tuple[Attribution, ...]:
    """Who a Russian sentence says reports or denies."""
    return tuple(_attributions(sentence))


def _attributions(sentence: str) -> Iterator[Attribution]:
    for match in _SAID.finditer(sentence):
        who = match["who"] or match["after"] or match["data"]
        cited = re.search(rf"со ссылкой на\s+({_SOURCE}(?:\s+[а-яё]+){{0,4}})", sentence)
        attributed = cited[1] if cited and cited[1] != who and not match["data"] else ""
        if match["data"] and match.group().startswith("со ссылкой"):
            continue
        start = match.end() if match["who"] else 0
        yield Attribution(source=who, attributed_to=attributed, start=start, end=len(sentence),
                          denies=bool(match["deny"]))


def place_mentions(sentence: str) -> tuple[PlaceMention, ...]:
    """Names behind prepositions of place, as they are declined in the text."""
    return tuple(PlaceMention(name=match["name"], start=match.start("name"), end=match.end("name"))
                 for match in _PLACE.finditer(sentence))


def denies(sentence: str) -> bool:
    """The sentence denies what it names."""
    return bool(_DENY.search(sentence))
