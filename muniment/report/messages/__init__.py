"""The words of the report in each language it speaks; machine-written sentences (findings) stay as they are recorded.

1. English has every key; what another language lacks is said in English. A test compares the places for values.
2. What is put into a message is a value, never markup: the templates escape the whole.
3. A number is written as the language writes it, and stands beside the form of the word that it asks for.
"""

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cache
from importlib.resources import files

LANGUAGES = ("en", "ar", "fr")
DEFAULT = "en"
# A day of which no zone is said lasts from its first second at UTC+14 to its last at UTC-12.
EAST, WEST = timedelta(hours=14), timedelta(hours=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Messages:
    """One language."""

    language: str                 # BCP 47
    name: str                     # of the language, in itself
    direction: str                # "ltr" or "rtl"
    months: tuple[str, ...]
    date: str                     # pattern of `moment`
    day: str                      # the same without the time
    thousands: str                # what parts thousands
    decimal: str                  # what parts decimals
    units: tuple[str, ...]        # of 1, 1,000, 1,000,000 ... bytes
    texts: Mapping[str, str]      # by "section.name"

    def __call__(self, key: str, **values: object) -> str:
        """The words of a key; of `number`, where the key has several forms, the one for it."""
        text = self.texts.get(key)
        if text is None:
            number = values["number"]
            one = number == 1 or (number == 0 and self.language == "fr")    # CLDR, plural rules of these languages
            text = self.texts[f"{key}.{'one' if one else 'other'}"]
        if not values:
            return text
        return text.format(**{name: self.number(value) if isinstance(value, int) else value
                              for name, value in values.items()})

    def of(self, section: str, code: str) -> str:
        """The words of a code, such as the name of a check; "" where there are none."""
        return self.texts.get(f"{section}.{code}", "")

    def number(self, number: int) -> str:
        """`10,202`."""
        return f"{number:,}".replace(",", self.thousands)

    def size(self, octets: int) -> str:
        """`17.5 MB`, decimal units; the exact number below 1,000 bytes."""
        value, unit = float(octets), 0
        while value >= 999.95 and unit < len(self.units) - 1:
            value, unit = value / 1000, unit + 1
        written = str(octets) if unit == 0 else f"{value:.1f}".replace(".", self.decimal)
        return f"{written} {self.units[unit]}"

    def section(self, name: str) -> tuple[str, ...]:
        """The words of a section, in the order of the file."""
        return tuple(text for key, text in self.texts.items() if key.startswith(f"{name}."))

    def moment(self, when: datetime) -> str:
        """`3 February 2026, 04:05:06 UTC`."""
        utc = when.astimezone(UTC)
        return self._dated(utc, f"{utc:%H:%M:%S}")

    def span(self, earliest: datetime, latest: datetime) -> str:
        """From when to when: a moment, hours of one day, a day anywhere on earth, or two moments."""
        start, stop = earliest.astimezone(UTC).replace(microsecond=0), latest.astimezone(UTC).replace(microsecond=0)
        if start == stop:
            return self.moment(start)
        if (start.time(), stop.time()) == (time(10), time(11, 59, 59)) and stop - start > EAST + WEST:
            first, last = (start + EAST).date(), (stop - WEST).date()
            return self("time.day", day=self.of_day(first)) if first == last else self(
                "time.days", first=self.of_day(first), last=self.of_day(last))
        if start.date() == stop.date():
            return self._dated(start, f"{start:%H:%M:%S}–{stop:%H:%M:%S}")
        return f"{self.moment(start)} – {self.moment(stop)}"

    def of_day(self, day: dt.date) -> str:
        """`3 February 2026`."""
        return self.day.format(day=day.day, month=self.months[day.month - 1], year=day.year)

    def _dated(self, utc: datetime, clock: str) -> str:
        return self.date.format(day=utc.day, month=self.months[utc.month - 1], year=utc.year, clock=clock)


@cache
def messages(language: str = DEFAULT) -> Messages:
    """The words of a language of LANGUAGES."""
    table = tomllib.loads(files("muniment.report").joinpath("messages", f"{language}.toml").read_text("utf-8"))
    english = {} if language == DEFAULT else messages(DEFAULT).texts
    return Messages(language=language, name=table.pop("language"), direction=table.pop("direction"),
                    months=tuple(table.pop("months")), date=table.pop("date"), day=table.pop("day"),
                    thousands=table.pop("thousands"), decimal=table.pop("decimal"), units=tuple(table.pop("units")),
                    texts={**english, **dict(_flat(table))})


def _flat(table: Mapping[str, object], prefix: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in table.items():
        name = f"{prefix}{key}"
        found += _flat(value, f"{name}.") if isinstance(value, dict) else [(name, str(value))]
    return found
