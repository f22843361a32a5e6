"""Casualties, speakers and denials in French, Spanish and Turkish: one set of rules, and the words of each language.

1. Number, people and fate stand in this order in all three ("douze personnes ont été tuées", "12 kişi öldü"), or the
   deed stands before ("mató a cuatro niños"); what fits neither is not proposed.
2. Possibility is no event: "pourrait tuer", "podrían morir".
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from evidence_store.claims import Predicate
from verify.claims.amounts import MAX_NUMBER
from verify.claims.model import Amount, Attribution, Event, PlaceMention

_K, _W, _M, _A, _D = (Predicate.KILLED, Predicate.WOUNDED, Predicate.MISSING, Predicate.DETAINED, Predicate.DISPLACED)
_DIGITS = r"\d{1,3}(?:[.\s\u00a0\u202f]\d{3})+(?!\d)|\d{1,7}(?![\d%]|[.,]\d)"
_NAME = r"[A-ZÀ-ÖØ-ÞĞİŞÇ][\w’'-]*(?:\s+(?:de|du|des|del|la|le|al)?\s*[A-ZÀ-ÖØ-ÞĞİŞÇ][\w’'-]*){0,3}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """The words of one language."""

    numbers: Mapping[str, int]
    joins: str                           # words between the parts of a number
    limits: str
    vague: str
    between: str                         # a range: what stands before it, if anything, and between its ends
    people: str
    helpers: str                         # between people and fate
    fates: Mapping[str, Predicate]       # of participles and nouns: what happened to the people before
    deeds: Mapping[str, Predicate]       # what was done to the people behind
    toll: str
    none: str
    unreal: str
    says: tuple[str, ...]                # patterns with the group `who`
    denies: str
    place: str                           # a pattern with the group `name`


def _numbered(text: str) -> dict[str, int]:
    return {word: int(value) for value, words in (entry.split(":") for entry in text.split(";"))
            for word in words.split()}


_FR_WHO = rf"(?P<who>(?:le |la |les |l['’]|un |une )?[\w’'-]+(?:\s+(?:de|du|des)\s+\w+|\s+{_NAME})?)"
_FR_SAID = r"(?:annoncé|déclaré|indiqué|affirmé|dit|rapporté|précisé|fait savoir|démenti|nié)"
_FR_SAYS = (
    rf"\bselon\s+{_FR_WHO}", rf",\s*(?:a|ont)\s+{_FR_SAID}\s+{_FR_WHO}",
    rf"^(?P<who>(?:Le |La |Les |L['’])?(?:{_NAME}|[\w-]+))\s+(?:a|ont)\s+{_FR_SAID}\b")
_ES_WHO = rf"(?P<who>(?:el |la |los |las |un |una )?[\w-]+(?:\s+(?:de|del)\s+\w+|\s+{_NAME})?)"
_ES_SAID = (r"(?:informó|informaron|dijo|dijeron|anunció|anunciaron|declaró|afirmó|señaló|reportó|reportaron|negó|"
            r"negaron|desmintió)")
_ES_SAYS = (
    rf"\bsegún\s+(?:{_ES_SAID}\s+)?{_ES_WHO}", rf",\s*{_ES_SAID}\s+{_ES_WHO}",
    rf"^(?P<who>(?:El |La |Los |Las )?(?:{_NAME}|[\w-]+))\s+{_ES_SAID}\b")

_FR = _Words(
    numbers=_numbered("1:un une;2:deux;3:trois;4:quatre;5:cinq;6:six;7:sept;8:huit;9:neuf;10:dix;11:onze;12:douze;"
                      "13:treize;14:quatorze;15:quinze;16:seize;20:vingt vingts;30:trente;40:quarante;50:cinquante;"
                      "60:soixante;100:cent cents;1000:mille;12:douzaine"),
    joins=r"(?:[\s-]+et)?[\s-]+",
    limits=r"au moins|plus de|près de|environ|jusqu'à|moins de|quelque|au total|pas moins de|encore|les|autres",
    vague=r"plusieurs(?:\s+(?:dizaines|centaines|milliers)\s+de)?|des\s+(?:dizaines|centaines|milliers)\s+de",
    between=r"(?:entre\s+|de\s+)?{a}\s*(?:à|et|ou|-|–)\s*{b}",
    people=r"personnes?|civile?s?|soldats?|enfants?|femmes?|hommes?|manifestant(?:e?s)?|combattants?|militaires?|"
           r"habitants?|policiers?|journalistes?|migrants?|rebelles?|ouvriers?|secouristes?|familles?|membres?|"
           r"étudiant(?:e?s)?|élèves|villageois|passagers?|prisonniers?|réfugiés?|jeunes|filles?|garçons?|médecins?|"
           r"djihadistes|miliciens|Russes|Syriens|Palestiniens|Israéliens|Ukrainiens|autres",
    helpers=r"ont|a|sont|est|été|étaient|avaient|portée?s?|encore|toujours|aussi|également|par ailleurs|grièvement",
    fates={r"tuée?s?": _K, r"mort(?:e?s)?": _K, r"décédée?s?": _K, r"décès": _K, r"péri": _K, r"perdu la vie": _K,
           r"succombé": _K, r"blessée?s?": _W, r"hospitalisée?s?": _W, r"arrêtée?s?": _A, r"interpellée?s?": _A,
           r"détenue?s?": _A, r"enlevée?s?": _A, r"disparue?s?": _M, r"déplacée?s?": _D, r"évacuée?s?": _D,
           r"fui": _D},
    deeds={r"(?:a|ont) tué|tuant|tue|tuent|coûté la vie à|la mort de": _K, r"(?:a|ont) blessé|blessant|blesse": _W,
           r"(?:a|ont) arrêté|arrêtant": _A, r"(?:a|ont) déplacé|déplaçant": _D},
    toll=r"(?:bilan|nombre (?:de|des) (?:morts|victimes|tués))\b[^.;]{0,50}?\b(?:à|de|est)\s+{amount}",
    none=r"(?:aucune?|sans|(?:pas|ni)(?:\s+eu)?\s+(?:de|d['’])|ni)\s*(?P<what>morts?|victimes?|blessée?s?|tués?)|"
         r"personne n['’]a été (?P<fate>tué|blessé)",
    unreal=r"pourrai\w+|peut|peuvent|si|risqu\w+|veu\w+|menac\w+|pour",
    says=_FR_SAYS,
    denies=r"démen\w+|ni(?:e|é|ent)\b|rejet\w+|réfut\w+",
    place=rf"\b(?:à|dans|près d[e’']|en|sur)\s*(?:la\s+(?:ville|province|région)\s+d[e’']\s*|le\s+village\s+d[e’']\s*)?"
          rf"(?P<name>{_NAME})")

_ES = _Words(
    numbers=_numbered("1:un una uno;2:dos;3:tres;4:cuatro;5:cinco;6:seis;7:siete;8:ocho;9:nueve;10:diez;11:once;"
                      "12:doce docena;13:trece;14:catorce;15:quince;16:dieciséis dieciseis;17:diecisiete;18:dieciocho;"
                      "19:diecinueve;20:veinte;21:veintiún veintiuna veintiuno;22:veintidós veintidos;23:veintitrés "
                      "veintitres;24:veinticuatro;25:veinticinco;26:veintiséis veintiseis;27:veintisiete;28:veintiocho;"
                      "29:veintinueve;30:treinta;40:cuarenta;50:cincuenta;60:sesenta;70:setenta;80:ochenta;90:noventa;"
                      "100:cien ciento;200:doscientos doscientas;300:trescientos trescientas;400:cuatrocientos;"
                      "500:quinientos quinientas;1000:mil"),
    joins=r"(?:\s+y)?\s+",
    limits=r"al menos|más de|cerca de|unos|unas|alrededor de|hasta|menos de|casi|por lo menos|otros|otras|los|las",
    vague=r"varios|varias|decenas de|cientos de|miles de|numerosos|numerosas",
    between=r"(?:entre\s+|de\s+)?{a}\s*(?:a|y|o|-|–)\s*{b}",
    people=r"personas?|civiles|civil|soldados?|niños?|niñas?|mujer(?:es)?|hombres?|manifestantes?|combatientes?|"
           r"militares?|habitantes?|policías?|periodistas?|migrantes?|rebeldes?|trabajador(?:es|as)?|rescatistas?|"
           r"familias?|miembros?|estudiantes?|vecinos?|pasajeros?|presos?|refugiados?|jóvenes|médicos?|yihadistas|"
           r"rusos|sirios|palestinos|israelíes|ucranianos|menores|otros|otras",
    helpers=r"han|ha|fueron|fue|resultaron|resultó|quedaron|quedó|siguen|sigue|están|está|sido|son|había|habían|"
            r"también|aún|todavía|gravemente|más|siguen|continúan|permanecen",
    fates={r"murieron|murió|muert[oa]s?|muerto": _K, r"fallecieron|falleció|fallecid[oa]s?": _K,
           r"perdieron la vida": _K, r"perdió la vida": _K, r"asesinad[oa]s?": _K, r"abatid[oa]s?": _K,
           r"herid[oa]s?": _W, r"lesionad[oa]s?": _W, r"hospitalizad[oa]s?": _W, r"detenid[oa]s?": _A,
           r"arrestad[oa]s?": _A, r"secuestrad[oa]s?": _A, r"desaparecid[oa]s?": _M, r"desplazad[oa]s?": _D,
           r"evacuad[oa]s?": _D, r"huyeron": _D},
    deeds={r"mató|mataron|ha matado|han matado|matando|asesinó|asesinaron|la muerte de": _K,
           r"hirió|hirieron|hiriendo": _W, r"detuvo|detuvieron": _A, r"desplazó|desplazaron": _D},
    toll=r"(?:número|cifra|balance|saldo)\s+de\s+(?:muertos|muertes|fallecidos|víctimas)\b[^.;]{0,50}?\b(?:a|en|es de|"
         r"de)\s+{amount}",
    none=r"(?:no\s+(?:hubo|hay|ha habido|dejó|causó)|sin|no\s+se\s+(?:han\s+)?(?:registra\w+|reporta\w+|produj\w+)|"
         r"ningún|ninguna)\s+(?:ni\s+)?(?P<what>muertos?|muertes|víctimas?|heridos?|fallecidos?)|"
         r"nadie\s+(?:ha\s+)?(?:resultó|fue|murió|sido)\s*(?P<fate>herido|muerto)?",
    unreal=r"podrí\w+|puede|pueden|podría|si|amenaz\w+|quier\w+|para",
    says=_ES_SAYS,
    denies=r"neg(?:ó|aron)|niegan?|desmint\w+|rechaz\w+",
    place=rf"\b(?:en|cerca de|contra|sobre)\s+(?:la\s+(?:ciudad|provincia|localidad)\s+de\s+)?(?P<name>{_NAME})")

_TR = _Words(
    numbers=_numbered("1:bir;2:iki;3:üç;4:dört;5:beş;6:altı;7:yedi;8:sekiz;9:dokuz;10:on;20:yirmi;30:otuz;40:kırk;"
                      "50:elli;60:altmış;70:yetmiş;80:seksen;90:doksan;100:yüz;1000:bin"),
    joins=r"\s+",
    limits=r"en az|yaklaşık|en fazla|fazla|toplam|diğer",
    vague=r"onlarca|yüzlerce|binlerce|birçok|çok sayıda|birkaç",
    between=r"{a}\s*(?:ila|veya|-|–)\s*{b}",
    people=r"kişi\w*|sivil\w*|asker\w*|çocuk\w*|kadın\w*|erkek\w*|polis\w*|gazeteci\w*|göçmen\w*|işçi\w*|öğrenci\w*|"
           r"savaşçı\w*|terörist\w*|gösterici\w*|köylü\w*|aile\w*|yolcu\w*|doktor\w*|insan\w*",
    helpers=r"daha|ise|de|da|olay yerinde|ağır|hâlâ|hala",
    fates={r"öldü(?:rüldü)?|öldüler|ölü": _K, r"hayatını kaybe(?:tti|den)": _K, r"yaşamını yitir(?:di|en)": _K,
           r"can verdi": _K, r"şehit (?:oldu|düştü)": _K, r"yaralandı|yaralı|yaralandılar": _W,
           r"gözaltına alındı": _A, r"tutuklandı": _A, r"kaçırıldı": _A, r"kayıp|kayboldu": _M,
           r"yerinden (?:edildi|oldu)": _D, r"tahliye edildi": _D},
    deeds={},
    toll=r"(?:ölü sayısı|can kaybı|(?:ölenlerin|hayatını kaybedenlerin) sayısı)\s+{amount}(?=['’]|\s)",
    none=r"(?P<what>can kaybı|ölü|ölen|yaralanan|yaralı)[^.;]{0,30}?\b(?:olmadı|yaşanmadı|yok|bulunmuyor)\b",
    unreal=r"eğer",
    says=(rf"(?P<who>{_NAME}|[\w]+(?:lık|lik|luk|lük)lar?ı?|valilik|polis)['’]?\w*\s+(?:göre|açıkladı|bildirdi|duyurdu)",),
    denies=r"yalanla\w+|reddet\w+",
    place=rf"(?P<name>{_NAME})['’](?:da|de|ta|te|nda|nde)\b")


class _Rules:
    """The patterns that one language's words make."""

    def __init__(self, words: _Words) -> None:
        self.words = words
        one = "|".join(sorted(words.numbers, key=len, reverse=True))
        self.number = rf"(?:{_DIGITS}|\b(?:{one})(?:{words.joins}(?:{one})){{0,8}}\b)"
        ranged = words.between.replace("{a}", self.number).replace("{b}", self.number)
        amount = rf"(?:(?:(?:{words.limits})\s+)*(?:{ranged}|{self.number})|\b(?:{words.vague}))"
        people = rf"(?P<whom>(?:[\w’'-]+\s+)?(?:{words.people})(?:\s+(?!(?:{words.helpers})\b)[\w’'-]+)?)"
        self.fates = {f"f{n}": predicate for n, predicate in enumerate(words.fates.values())}
        fates = "|".join(rf"(?P<f{n}>{form})" for n, form in enumerate(words.fates))
        self.fate = _pattern(rf"(?<![\w.,'’-])(?P<amount>{amount})(?:\s+{people}?)?(?:\s+(?:{words.helpers}))*?"
                             rf"\s+(?:{fates})\b")
        self.deed = [(_pattern(rf"\b(?:{form})\s+(?:a\s+|à\s+)?(?P<amount>{amount})(?:\s+{people})?"), predicate)
                     for form, predicate in words.deeds.items()]
        self.toll = _pattern(words.toll.replace("{amount}", f"(?P<amount>{amount})"))
        self.none = _pattern(rf"(?<!\w)(?:{words.none})")
        self.unreal = _pattern(rf"\b(?:{words.unreal})\s+(?:[\w’'-]+\s+){{0,2}}$")
        self.says = [re.compile(pattern) for pattern in words.says]
        self.denies = _pattern(rf"\b(?:{words.denies})")
        self.place = re.compile(words.place)
        self.range = _pattern(words.between.replace("{a}", f"(?P<a>{self.number})")
                              .replace("{b}", f"(?P<b>{self.number})"))
        self.single = _pattern(self.number)
        self.limit = _pattern(rf"(?:{words.limits})\s")

    def amount(self, text: str) -> Amount:
        """The amount that these words say."""
        limit = self.limit.match(text)
        quantity = limit.group().strip().lower() if limit else ""
        ranged = self.range.search(text)
        if ranged:
            low, high = self.value(ranged["a"]), self.value(ranged["b"])
            if low is not None and high is not None and low < high:
                return Amount(number=low, number_to=high)
        single = self.single.search(text)
        return Amount(number=self.value(single.group()), quantity=quantity) if single else Amount(quantity=text)

    def value(self, text: str) -> int | None:
        """A number in digits or words."""
        if text[:1].isdigit():
            found = int(re.sub(r"\D", "", text))
        else:
            found = _composed([self.words.numbers[word] for word in re.split(r"[\s-]+", text.replace("İ", "i").lower())
                               if word in self.words.numbers])
        return found if found <= MAX_NUMBER else None


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


def _composed(values: list[int]) -> int:
    """Scales multiply what stands before them; so does the twenty of "quatre-vingts"."""
    total = current = 0
    for value in values:
        if value == 1000:
            total, current = total + (current or 1) * 1000, 0
        elif value == 100:
            current = (current or 1) * 100
        elif value == 20 and current % 100 == 4:
            current += 76
        else:
            current += value
    return total + current


_RULES = {"fr": _Rules(_FR), "es": _Rules(_ES), "tr": _Rules(_TR)}


def events(sentence: str, language: str) -> tuple[Event, ...]:
    """What a sentence in `language` says happened."""
    found: list[Event] = []
    for event in _events(sentence, _RULES[language], language):
        if not any(other.start < event.end and event.start < other.end for other in found):
            found.append(event)
    return tuple(sorted(found, key=lambda event: event.start))


def _events(sentence: str, rules: _Rules, language: str) -> Iterator[Event]:
    for match in rules.none.finditer(sentence):
        yield Event(predicate=_none_of(match.group().lower()), start=match.start(), end=match.end(), denies=True,
                    rule=f"{language}.nobody")
    for match in rules.fate.finditer(sentence):
        if not rules.unreal.search(sentence[:match.start()]):
            fate = next(name for name in rules.fates if match[name])
            yield Event(predicate=rules.fates[fate], start=match.start(), end=match.end(), rule=f"{language}.fate",
                        amount=rules.amount(match["amount"]), subject=match["whom"] or "")
    for pattern, predicate in rules.deed:
        for match in pattern.finditer(sentence):
            if not rules.unreal.search(sentence[:match.start()]):
                yield Event(predicate=predicate, start=match.start(), end=match.end(), rule=f"{language}.deed",
                            amount=rules.amount(match["amount"]), subject=match["whom"] or "")
    for match in rules.toll.finditer(sentence):
        yield Event(predicate=Predicate.KILLED, start=match.start(), end=match.end(), rule=f"{language}.toll",
                    amount=rules.amount(match["amount"]))


def _none_of(words: str) -> Predicate:
    wounded = bool(re.search(r"bless|herid|yaral", words))
    killed = bool(re.search(r"mort|tué|muert|falle|can kaybı|ölü|ölen", words))
    return Predicate.OTHER if wounded is killed else Predicate.WOUNDED if wounded else Predicate.KILLED


def attributions(sentence: str, language: str) -> tuple[Attribution, ...]:
    """Who a sentence says reports or denies."""
    rules = _RULES[language]
    denied = bool(rules.denies.search(sentence))
    return tuple(Attribution(source=match["who"].strip(" ,."), start=0, end=len(sentence), denies=denied)
                 for pattern in rules.says for match in pattern.finditer(sentence))


def place_mentions(sentence: str, language: str) -> tuple[PlaceMention, ...]:
    """Names behind prepositions of place."""
    return tuple(PlaceMention(name=match["name"], start=match.start("name"), end=match.end("name"))
                 for match in _RULES[language].place.finditer(sentence))


def denies(sentence: str, language: str) -> bool:
    """The sentence denies what it names."""
    return bool(_RULES[language].denies.search(sentence))
