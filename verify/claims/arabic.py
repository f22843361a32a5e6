"""Arabic: casualties, strikes, places, speakers and denials. Verbs come first: "أفاد المرصد بمقتل 45 شخصا في اللاذقية".

Patterns are matched on `plain_arabic`, where the forms of alef are one; it keeps every offset.
"""

import re
from collections.abc import Iterator

from evidence_store.claims import Predicate
from verify.claims.amounts import AR_AMOUNT, arabic_amount, plain_arabic
from verify.claims.model import Amount, Attribution, Event, PlaceMention


def _compiled(pattern: str) -> re.Pattern[str]:
    """A pattern in the letters of `plain_arabic`, which it is matched on."""
    return re.compile(plain_arabic(pattern))


_WHOM = (r"(?:شخصا|شخص|اشخاص|مدنيا|مدنيين|مدني|جنديا|جنود|جندي|عسكريين|عسكريا|طفلا|اطفال|طفل|امراة|نساء|رجال|رجلا|"
         r"مقاتلا|مقاتلين|عنصرا|عناصر|مواطنا|مواطنين|روسيا|روس|سوريين|سوريا|صحفيين|صحافيين|اخرين|ضحية|ضحايا|شهيدا|"
         r"شهداء|قتيلا|قتلى)")
_FATE = ((r"(?:ب?مقتل|ب?استشهاد|قتل|قتلت|استشهد|قضى|وفاة|مصرع|موت)", Predicate.KILLED),
         (r"(?:ب?اصابة|ب?جرح|جرح|اصيب|اصابت)", Predicate.WOUNDED),
         (r"(?:ب?اعتقال|اعتقل|اعتقلت)", Predicate.DETAINED), (r"(?:فقدان|فقد)", Predicate.MISSING),
         (r"(?:نزوح|تهجير)", Predicate.DISPLACED))
_DUAL = r"(?:شخصين|شخصان|مدنيين اثنين|مدنيان|جنديين|جنديان|طفلين|طفلان)"
_CASUALTY = tuple((_compiled(rf"(?<!\w)و?{verb}\s+(?:(?P<dual>{_DUAL})|(?P<amount>{AR_AMOUNT})"
                              rf"(?:\s+(?P<whom>{_WHOM}(?:\s+(?!في|جراء|اثر|على|من|ب)[\w]+)?))?)"), predicate)
                  for verb, predicate in _FATE)
_ONE = tuple((_compiled(rf"(?<!\w)و?{verb}\s+(?P<whom>طفل|طفلة|شخص|مدني|رجل|امراة|جندي|شاب|صحفي|صحافي|ضابط|مسعف|طبيب)"
                        rf"(?!\w)"), predicate) for verb, predicate in _FATE)
_TOLL = _compiled(rf"(?<!\w)(?:عدد|حصيلة)\s+(?P<whom>القتلى|الضحايا|الوفيات|الشهداء|الجرحى|المصابين|الاصابات)"
                  rf"[^.،]{{0,40}}?(?<!\w)(?:الى|عند|بلغت?|هو|هي)\s+(?P<amount>{AR_AMOUNT})")
_VICTIMS = _compiled(rf"(?<!\w)راح\w*\s+ضحي\w+[^.،]{{0,40}}?\s(?P<amount>{AR_AMOUNT})(?:\s+(?P<whom>{_WHOM}))?")
_MET_DEATH = _compiled(rf"(?<!\w)و?لقي\s+(?P<amount>{AR_AMOUNT})(?:\s+(?P<whom>{_WHOM}))?(?:\s+\w+)?\s+"
                       rf"(?:مصرعهم|حتفهم|مصرعهن|حتفهن)")
_NONE = _compiled(r"(?<!\w)(?P<fate>مقتل|استشهاد|اصابة|سقوط|جرح)\s+اي\s+(?:من\s+)?(?P<whom>\w+)|"
                  r"(?<!\w)لم\s+(?:تسجل|يسجل|تقع|يقع|ترد)\s+(?:اي\s+)?(?P<what>اصابات|ضحايا|قتلى|وفيات)")
_DEAD = _compiled(rf"(?P<amount>{AR_AMOUNT})\s+(?P<whom>قتيلا|قتلى|شهيدا|شهداء|جريحا|جرحى)")
_WORD = r"[\u0621-\u064a]{2,}"
_PLACE = _compiled(rf"(?<!\w)(?:في|قرب|على|باتجاه|شمال|جنوب|شرق|غرب)\s+(?:(?:مدينة|بلدة|قرية|محافظة|ريف|حي|منطقة|"
                    rf"مخيم|ناحية)\s+)*"
                    rf"(?P<name>(?!(?:مدينة|بلدة|قرية|محافظة|ريف|منطقة|غارات|غارة|قصف|هجوم|الغارات|القصف|الهجوم|ان|"
                    rf"انه|هذا|هذه|بعد|الاقل|الاكثر|يد|ايدي)\b){_WORD})")
_NAMED = _compiled(rf"(?<!\w)(?:مدينة|بلدة|قرية|محافظة|ريف|مخيم)\s+(?P<name>{_WORD}(?:\s+(?!في|على|من|ب|و){_WORD})?)")
_STRUCK = _compiled(rf"(?<!\w)(?P<kind>غارات|غارة|قصف|القصف|الغارات|استهدف|استهدفت|"
                     rf"قصفت)(?:\s+{_WORD}){{0,2}}?\s+(?:على\s+|استهدفت\s+|استهدف\s+)?"
                     rf"(?:مدينة|بلدة|قرية|ريف|بلدات|قرى)\s+(?P<place>{_WORD})")
_SAY = r"(?:افاد|افادت|قال|قالت|ذكر|ذكرت|اعلن|اعلنت|اكد|اكدت|نقلت|وثق|وثقت|اشار|اشارت)"
_DENY_VERB = r"(?:نفى|نفي|نفت|كذب|كذبت)"
_SAID = _compiled(rf"(?<!\w)و?(?:(?P<deny>{_DENY_VERB})|{_SAY})\s+(?P<who>(?:{_WORD}\s*){{1,5}}?)(?=\s*(?:ان|انه|"
                   rf"انها|ب{_WORD}|عن|وجود|مقتل|وقوع|اي|صحة|:|،|\.|$))")
_ACCORDING = _compiled(rf"(?<!\w)(?:بحسب|حسب|وفق|وفقا ل|نقلا عن)\s*(?P<who>{_WORD}(?:\s+{_WORD}){{0,4}}?)(?=\s*[،.:]|"
                        rf"$|\s+(?:في|ان))")
_DENIAL = _compiled(rf"(?<!\w)(?:{_DENY_VERB}|لا توجد معلومات|ليس لدينا معلومات|لا معلومات|لم يقتل|لم يسقط)(?!\w)")


def events(sentence: str) -> tuple[Event, ...]:
    """What an Arabic sentence says happened."""
    plain = plain_arabic(sentence)
    found: list[Event] = []
    for pattern, predicate in _CASUALTY:
        for match in pattern.finditer(plain):
            amount = Amount(number=2) if match["dual"] else arabic_amount(match["amount"])
            whom = match.span("dual" if match["dual"] else "whom")
            found.append(Event(predicate=predicate, start=match.start(), end=match.end(), rule="ar.casualty",
                               amount=amount, subject=sentence[slice(*whom)] if whom[0] >= 0 else ""))
    found += [Event(predicate=Predicate.KILLED, start=match.start(), end=match.end(), rule="ar.casualty",
                    amount=arabic_amount(match["amount"]),
                    subject=sentence[slice(*match.span("whom"))] if match["whom"] else "")
              for match in _MET_DEATH.finditer(plain)]
    for match in (*_TOLL.finditer(plain), *_VICTIMS.finditer(plain)):
        predicate = Predicate.WOUNDED if re.search("جرحى|مصاب|اصاب", match["whom"] or "") else Predicate.KILLED
        found.append(Event(predicate=predicate, start=match.start(), end=match.end(), rule="ar.toll",
                           amount=arabic_amount(match["amount"]),
                           subject=sentence[slice(*match.span("whom"))] if match["whom"] else ""))
    found += [Event(predicate=predicate, start=match.start(), end=match.end(), rule="ar.one", amount=Amount(number=1),
                    subject=sentence[slice(*match.span("whom"))])
              for pattern, predicate in _ONE for match in pattern.finditer(plain)
              if not any(event.start < match.end() and match.start() < event.end for event in found)]
    found += [Event(predicate=_none_of(match.group()), start=match.start(), end=match.end(), rule="ar.nobody",
                    denies=True, subject=sentence[slice(*match.span("whom" if match["whom"] else "what"))])
              for match in _NONE.finditer(plain)]
    for match in _DEAD.finditer(plain):
        if not any(event.start < match.end() and match.start() < event.end for event in found):
            predicate = Predicate.WOUNDED if match["whom"].startswith("جر") else Predicate.KILLED
            found.append(Event(predicate=predicate, start=match.start(), end=match.end(), rule="ar.count",
                               amount=arabic_amount(match["amount"]), subject=sentence[slice(*match.span("whom"))]))
    found += [Event(predicate=Predicate.STRUCK, start=match.start(), end=match.end(), rule="ar.strikes",
                    subject=sentence[slice(*match.span("kind"))], place=sentence[slice(*match.span("place"))])
              for match in _STRUCK.finditer(plain)]
    return tuple(sorted(found, key=lambda event: event.start))


def _none_of(words: str) -> Predicate:
    return Predicate.WOUNDED if re.search("اصاب|جرح", words) else Predicate.KILLED


def attributions(sentence: str) -> tuple[Attribution, ...]:
    """Who an Arabic sentence says reports or denies."""
    return tuple(_attributions(sentence))


def _attributions(sentence: str) -> Iterator[Attribution]:
    plain = plain_arabic(sentence)
    cited = re.search(rf"نقلا عن\s+({_WORD}(?:\s+{_WORD}){{0,4}}?)(?=\s*[،.:]|$|\s+(?:ان|ب))", plain)
    for match in _SAID.finditer(plain):
        who = sentence[slice(*match.span("who"))].strip()
        attributed = sentence[slice(*cited.span(1))].strip() if cited else ""
        yield Attribution(source=who, attributed_to=attributed, start=match.end(), end=len(sentence),
                          denies=bool(match["deny"]))
    for match in _ACCORDING.finditer(plain):
        if cited is None or not match.start() <= cited.start() <= match.end():
            yield Attribution(source=sentence[slice(*match.span("who"))].strip(), start=0, end=len(sentence))


def place_mentions(sentence: str) -> tuple[PlaceMention, ...]:
    """Names behind words of place, as the text spells them."""
    plain = plain_arabic(sentence)
    spans = {match.span("name") for pattern in (_PLACE, _NAMED) for match in pattern.finditer(plain)}
    starts = dict(sorted(spans))
    return tuple(PlaceMention(name=sentence[start:end].strip(), start=start, end=end)
                 for start, end in sorted(starts.items()))


def denies(sentence: str) -> bool:
    """The sentence denies what it names."""
    return bool(_DENIAL.search(plain_arabic(sentence)))
