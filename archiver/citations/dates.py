"""When a sentence says that something happened, as ISO 8601.

1. Only what the text states is resolved: a date, a weekday, "yesterday", "last month", "two days ago", a clock time
   beside one of them.
2. Relative words need the article's date; without it, or where a word is ambiguous, the answer is "".
3. The precision stated is the precision given: 1996, 2015-09, 2015-W41, 2015-10-20, 2015-10-20T14:30. No time zone is
   invented.
4. A weekday or a day without a year is the latest one not after the article's date, unless the text says "next".
"""

import re
from collections.abc import Callable
from datetime import date, timedelta

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan января",
            "february feb февраля",
            "march mar марта",
            "april apr апреля",
            "may мая",
            "june jun июня",
            "july jul июля",
            "august aug августа",
            "september sept sep сентября",
            "october oct октября",
            "november nov ноября",
            "december dec декабря",
        ),
        start=1,
    )
    for name in names.split()
}
_WEEKDAYS = {name: number for number, name in enumerate(
    ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"))}
_NUMBERS = {word: number for number, word in enumerate(
    ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"))}
_NUMBERS["a"] = _NUMBERS["an"] = 1

_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_WEEKDAY = "|".join(_WEEKDAYS)
_COUNT = "|".join(sorted(_NUMBERS, key=len, reverse=True))
_TIME = re.compile(
    r"\b(?:at|around|about|by|from|в)\s+(?:(\d{1,2})[:.h](\d{2})|(\d{1,2}))\s*(a\.?m\b|p\.?m\b)?", re.IGNORECASE
)

_Resolve = Callable[[re.Match[str], date | None], str]


def claimed_time(sentence: str, article_date: date | None) -> str:
    """ISO 8601 of the first time the sentence states; "" when it states none or it cannot be resolved."""
    found: list[tuple[int, int, str]] = []
    for order, (pattern, resolve) in enumerate(_RULES):
        for match in pattern.finditer(sentence):
            resolved = resolve(match, article_date)
            if resolved:
                found.append((match.start(), order, resolved))
                break
    if not found:
        return ""
    resolved = min(found)[2]
    return _with_clock(resolved, sentence) if len(resolved) == 10 else resolved


def _with_clock(day: str, sentence: str) -> str:
    clock = _TIME.search(sentence)
    if clock is None or (clock[1] is None and clock[4] is None):
        return day
    hour, minute = int(clock[1] or clock[3]), int(clock[2] or 0)
    half = (clock[4] or "").lower().replace(".", "")
    if half == "pm" and hour < 12:
        hour += 12
    elif half == "am" and hour == 12:
        hour = 0
    return f"{day}T{hour:02d}:{minute:02d}" if hour < 24 and minute < 60 else day


def _iso(match: re.Match[str], _article: date | None) -> str:
    return _day(int(match[1]), int(match[2]), int(match[3]))


def _numeric(match: re.Match[str], _article: date | None) -> str:
    # 20.10.2015 is day first wherever points are used; with slashes the order is ambiguous and left alone
    return _day(int(match[3]), int(match[2]), int(match[1]))


def _day_month(match: re.Match[str], article: date | None) -> str:
    return _named_day(int(match[1]), _MONTHS[match[2].lower()], match[3], article)


def _month_day(match: re.Match[str], article: date | None) -> str:
    return _named_day(int(match[2]), _MONTHS[match[1].lower()], match[3], article)


def _named_day(day: int, month: int, year: str | None, article: date | None) -> str:
    if year:
        return _day(int(year), month, day)
    if article is None:
        return ""
    this_year = _day(article.year, month, day)
    return this_year if this_year and this_year <= article.isoformat() else _day(article.year - 1, month, day)


def _month_year(match: re.Match[str], article: date | None) -> str:
    month = _MONTHS[match[1].lower()]
    if match[2]:
        return f"{int(match[2]):04d}-{month:02d}"
    if article is None:
        return ""
    return f"{article.year if month <= article.month else article.year - 1:04d}-{month:02d}"


def _weekday(match: re.Match[str], article: date | None) -> str:
    if article is None:
        return ""
    which, named = (match[1] or "").lower(), _WEEKDAYS[match[2].lower()]
    back = (article.weekday() - named) % 7
    if which == "last" and back == 0:
        back = 7
    return _shift(article, 7 - back if which == "next" else -back)


def _near_day(match: re.Match[str], article: date | None) -> str:
    if article is None:
        return ""
    word = match[1].lower()
    offset = (
        -1
        if word.startswith(("yesterday", "last", "вчера", "gestern", "hier"))
        else 1
        if word.startswith("tomorrow")
        else 0
    )
    return _shift(article, offset)


def _near_span(match: re.Match[str], article: date | None) -> str:
    if article is None:
        return ""
    back = {"last": 1, "this": 0, "past": 1, "previous": 1}[match[1].lower()]
    unit = match[2].lower()
    if unit == "year":
        return f"{article.year - back:04d}" if article.year > back else ""
    if unit == "month":
        months = article.year * 12 + article.month - 1 - back
        return f"{months // 12:04d}-{months % 12 + 1:02d}" if months >= 12 else ""
    monday = _shift(article, -7 * back)
    if not monday:
        return ""
    year, week, _ = date.fromisoformat(monday).isocalendar()
    return f"{year:04d}-W{week:02d}"


def _ago(match: re.Match[str], article: date | None) -> str:
    if article is None:
        return ""
    count = int(match[1]) if match[1].isdecimal() else _NUMBERS[match[1].lower()]
    unit = match[2].lower()
    if unit == "year":
        return f"{article.year - count:04d}" if article.year - count > 0 else ""
    if unit == "month":
        months = article.year * 12 + article.month - 1 - count
        return f"{months // 12:04d}-{months % 12 + 1:02d}" if months >= 12 else ""
    return _shift(article, -count * (7 if unit == "week" else 1))


def _year(match: re.Match[str], _article: date | None) -> str:
    return match[1]


def _shift(day: date, days: int) -> str:
    try:
        return (day + timedelta(days=days)).isoformat()
    except OverflowError:
        return ""


def _day(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""


def _rule(pattern: str, resolve: _Resolve) -> tuple[re.Pattern[str], _Resolve]:
    return re.compile(pattern, re.IGNORECASE), resolve


# Where two rules match at one place the earlier stands: a whole date before a month, a month before a year.
_RULES: tuple[tuple[re.Pattern[str], _Resolve], ...] = (
    _rule(r"\b(\d{4})-(\d{2})-(\d{2})\b", _iso),
    _rule(r"\b(\d{1,2})\.(\d{1,2})\.(\d{4})\b", _numeric),
    _rule(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?({_MONTH})\b\.?,?(?:\s+(\d{{4}})\b)?", _day_month),
    _rule(rf"\b({_MONTH})\b\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)(?:,?\s+(\d{{4}})\b)?", _month_day),
    _rule(rf"\b(?:in|since|during|early|late|mid|of)[\s-]+({_MONTH})\b\.?(?:,?\s+(\d{{4}})\b)?(?!\s+\d)", _month_year),
    _rule(r"\b(today|tonight|this (?:morning|afternoon|evening)|yesterday|last night|tomorrow|сегодня|вчера|heute|"
          r"gestern|"
          r"aujourd'hui)\b", _near_day),
    _rule(rf"\b(?:(last|next|this)\s+|on\s+)?({_WEEKDAY})\b(?!\s+(?:Times|Mirror|Telegraph|Mail|Post|Herald|"
          rf"Express)\b)",
          _weekday),
    _rule(r"\b(last|this|past|previous) (week|month|year)\b", _near_span),
    _rule(rf"\b(\d{{1,3}}|{_COUNT}) (day|week|month|year)s? ago\b", _ago),
    _rule(r"\b(?:in|since|during|from|of) ((?:19|20)\d{2})\b(?!\s*[-–]?\s*(?:people|soldiers|troops))", _year),
)
