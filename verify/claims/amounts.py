"""Numbers as texts write them: digits and words in English, Arabic and Russian, with what limits them.

1. A number is read only where it is whole: `1,200` is one number, `3.5` and `40%` are none.
2. "at least 20" keeps its words; "between 5 and 10" and "5-10" are ranges; "several" and "dozens" are words without
   number; "a dozen" is 12.
3. What cannot be read is no number, never zero.
"""

import re
from collections.abc import Callable, Mapping

from verify.claims.model import Amount

MAX_NUMBER = 10_000_000       # people killed in one claim; more is a phone number or a sum of money

_EN_UNITS = {word: value for value, word in enumerate((
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"))}
_EN_TENS = {word: value * 10 for value, word in enumerate(
    ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], start=2)}
_EN_SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
_EN = {**_EN_UNITS, **_EN_TENS, **_EN_SCALES}
_EN_WORD = "|".join(sorted(_EN, key=len, reverse=True))
_EN_WORDS = rf"(?:a\s+(?=hundred|thousand|million))?(?:{_EN_WORD})(?:(?:[\s-]+and)?[\s-]+(?:{_EN_WORD})){{0,8}}"

DIGITS = r"(?<![\d.,$€£])\d{1,3}(?:[,\u00a0\u202f]\d{3})+(?![\d%])|(?<![\d.,$€£])\d{1,7}(?![\d%]|[.,]\d)"
EN_NUMBER = rf"(?:{DIGITS}|\b(?:{_EN_WORDS}|(?:a\s+|one\s+)?dozen|half a dozen)\b)"
EN_LIMIT = (r"(?:at least|at most|no fewer than|no less than|not less than|no more than|fewer than|less than|more than|"
            r"as many as|up to|over|about|around|roughly|approximately|nearly|almost|some|an estimated|an additional|"
            r"another|a total of|a further|only|the)")
EN_VAGUE = (r"(?:several|dozens of|scores of|hundreds of|thousands of|tens of|a number of|many|numerous|a few|"
            r"several dozen|several hundred|dozens|scores|hundreds|thousands|a handful of|multiple)")
EN_AMOUNT = (rf"(?:(?:{EN_LIMIT}\s+)*(?:(?:between\s+)?{EN_NUMBER}\s*(?:-|–|to|and|or)\s*{EN_NUMBER}|{EN_NUMBER})"
             rf"|{EN_VAGUE})")

_RANGE = re.compile(rf"(?P<between>between\s+)?(?P<a>{EN_NUMBER})\s*(?P<join>-|–|to|and|or)\s*(?P<b>{EN_NUMBER})",
                    re.IGNORECASE)
_ONE = re.compile(EN_NUMBER, re.IGNORECASE)
_SILENT = {"the", "some", "another", "a total of", "only", "an additional", "a further"}


def english_amount(text: str) -> Amount:
    """The amount that these words say: "at least 20", "between five and ten", "several"."""
    words = " ".join(text.lower().split())
    limit = re.match(rf"(?:{EN_LIMIT}\s+)+", words)
    quantity = limit.group().strip() if limit and limit.group().strip() not in _SILENT else ""
    ranged = _RANGE.search(words)
    if ranged:
        low, high = _english(ranged["a"]), _english(ranged["b"])
        is_range = ranged["between"] or ranged["join"] != "and"
        if is_range and low is not None and high is not None and low < high:
            return Amount(number=low, number_to=high, quantity=quantity)
    single = _ONE.search(words)
    if single:
        return Amount(number=_english(single.group()), quantity=quantity)
    return Amount(quantity=words.removesuffix(" of"))


def _english(text: str) -> int | None:
    text = text.lower().strip()
    if text[:1].isdigit():
        return _bounded(int(re.sub(r"\D", "", text)))
    if "dozen" in text:
        return 6 if text.startswith("half") else 12
    words = [word for word in re.split(r"[\s-]+", text) if word not in {"and", "a"}]
    return _bounded(_compose(words, _EN))


def _compose(words: list[str], values: Mapping[str, int]) -> int | None:
    """"two thousand five hundred": scales multiply what stands before them."""
    total = current = 0
    for word in words:
        value = values.get(word)
        if value is None:
            return None
        if value >= 1000:
            total += (current or 1) * value
            current = 0
        elif value == 100:
            current = (current or 1) * 100
        else:
            current += value
    return total + current


def _bounded(number: int | None) -> int | None:
    return number if number is not None and number <= MAX_NUMBER else None


# -- Russian: nominative, oblique and collective forms

_RU = {form: value for value, forms in {
    1: "один одна одного одной одному", 2: "два две двое двух двоих двумя", 3: "три трое трёх трех троих тремя",
    4: "четыре четверо четырёх четырех четверых", 5: "пять пятеро пяти пятерых", 6: "шесть шестеро шести шестерых",
    7: "семь семеро семи семерых", 8: "восемь восьмеро восьми восьмерых", 9: "девять девятеро девяти девятерых",
    10: "десять десятеро десяти десятерых", 11: "одиннадцать одиннадцати", 12: "двенадцать двенадцати",
    13: "тринадцать тринадцати", 14: "четырнадцать четырнадцати", 15: "пятнадцать пятнадцати",
    16: "шестнадцать шестнадцати", 17: "семнадцать семнадцати", 18: "восемнадцать восемнадцати",
    19: "девятнадцать девятнадцати", 20: "двадцать двадцати", 30: "тридцать тридцати", 40: "сорок сорока",
    50: "пятьдесят пятидесяти", 60: "шестьдесят шестидесяти", 70: "семьдесят семидесяти",
    80: "восемьдесят восьмидесяти", 90: "девяносто девяноста", 100: "сто ста", 200: "двести двухсот",
    300: "триста трёхсот трехсот", 400: "четыреста четырёхсот", 500: "пятьсот пятисот", 600: "шестьсот шестисот",
    700: "семьсот семисот", 800: "восемьсот восьмисот", 900: "девятьсот девятисот", 1000: "тысяча тысячи тысяч",
}.items() for form in forms.split()}
_RU_WORD = "|".join(sorted(_RU, key=len, reverse=True))
RU_NUMBER = (rf"(?:\d{{1,3}}(?:[\u00a0\u202f ]\d{{3}})+(?!\d)|\d{{1,7}}(?![\d%,])|"
             rf"(?:{_RU_WORD})(?:\s+(?:{_RU_WORD})){{0,8}})")
RU_LIMIT = r"(?:не менее|не меньше|как минимум|по меньшей мере|более|больше|свыше|около|примерно|до|почти|порядка)"
RU_AMOUNT = (rf"(?:\bот\s+{RU_NUMBER}\s+до\s+{RU_NUMBER}\b|\b\d{{1,6}}\s*[-–]\s*\d{{1,6}}\b|"
             rf"(?:{RU_LIMIT}\s+)?\b{RU_NUMBER}\b|\b(?:несколько|десятки|сотни|тысячи)\b)")
_RU_RANGE = re.compile(rf"(?:от\s+)?(?P<a>{RU_NUMBER})\s*(?:до|-|–)\s*(?P<b>{RU_NUMBER})")


def russian_amount(text: str) -> Amount:
    """The amount that these Russian words say."""
    ranged = _RU_RANGE.fullmatch(" ".join(text.lower().split()))
    if ranged:
        low, high = (_read(ranged[end], RU_LIMIT, RU_NUMBER, _russian).number for end in "ab")
        if low is not None and high is not None and low < high:
            return Amount(number=low, number_to=high)
    return _read(text.lower(), RU_LIMIT, RU_NUMBER, _russian)


def _russian(words: str) -> int | None:
    return _compose_ru(words.split())


def _compose_ru(words: list[str]) -> int | None:
    total = current = 0
    for word in words:
        value = _RU.get(word)
        if value is None:
            return None
        if value == 1000:
            total, current = total + (current or 1) * 1000, 0
        else:
            current += value
    return total + current


# -- Arabic: masculine and feminine, nominative and oblique, with or without "and"

_AR = {form: value for value, forms in {
    1: "واحد واحدة", 2: "اثنان اثنين اثنتان اثنتين", 3: "ثلاثة ثلاث", 4: "اربعة اربع", 5: "خمسة خمس", 6: "ستة ست",
    7: "سبعة سبع", 8: "ثمانية ثماني ثمان", 9: "تسعة تسع", 10: "عشرة عشر", 20: "عشرون عشرين", 30: "ثلاثون ثلاثين",
    40: "اربعون اربعين", 50: "خمسون خمسين", 60: "ستون ستين", 70: "سبعون سبعين", 80: "ثمانون ثمانين",
    90: "تسعون تسعين", 100: "مئة مائة", 200: "مئتان مئتين مائتان مائتين", 1000: "الف الاف",
}.items() for form in forms.split()}
_AR_WORD = "|".join(sorted(_AR, key=len, reverse=True))
_AR_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
AR_NUMBER = rf"(?:[\d٠-٩]{{1,3}}(?:[,٬][\d٠-٩]{{3}})+|[\d٠-٩]{{1,7}}|(?:{_AR_WORD})(?:\s+و?(?:{_AR_WORD})){{0,8}})"
AR_LIMIT = r"(?:ما لا يقل عن|لا يقل عن|اكثر من|نحو|حوالي|قرابة|على الاقل)"
AR_AMOUNT = (rf"(?:(?:{AR_LIMIT}\s+)?(?:(?<!\w)|(?<=\bو)){AR_NUMBER}(?!\w|%)|"
             rf"(?<!\w)(?:عشرات|العشرات|مئات|عدة|عدد من)(?!\w))")
_AR_ALIKE = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي"})


def plain_arabic(text: str) -> str:
    """Arabic with the forms of alef made one; the length stays the same."""
    return text.translate(_AR_ALIKE)


def arabic_amount(text: str) -> Amount:
    """The amount that these Arabic words say; `text` is `plain_arabic`."""
    return _read(text.translate(_AR_DIGITS), AR_LIMIT, AR_NUMBER, lambda words: _compose_ar(words.split()))


def _compose_ar(words: list[str]) -> int | None:
    total = current = 0
    for index, word in enumerate(words):
        value = _AR.get(word)
        if value is None and index and word.startswith("و"):
            value = _AR.get(word[1:])
        if value is None:
            return None
        if value == 1000:
            total, current = total + (current or 1) * 1000, 0
        elif value == 100 and 2 < current < 10:
            current *= 100
        else:
            current += value
    return total + current


def _read(text: str, limits: str, number: str, compose: Callable[[str], int | None]) -> Amount:
    words = " ".join(text.split())
    limit = re.match(rf"{limits}(?=\s)", words)
    single = re.search(rf"(?<!\w)و?({number})(?!\w)", words[limit.end():] if limit else words)
    if single is None:
        return Amount(quantity=words)
    found = single.group(1)
    value = int(re.sub(r"\D", "", found)) if found[:1].isdigit() else compose(found)
    return Amount(number=_bounded(value), quantity=limit.group() if limit else "")

