"""The words of the report in each language it speaks; machine-written sentences (findings) stay as they are recorded.

1. English has every key; what another language lacks is said in English. A test compares the places for values.
2. What is put into a message is a value, never markup: the templates escape the whole.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files

LANGUAGES = ("en", "ar", "fr")
DEFAULT = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Messages:
    """One language."""

    language: str                 # BCP 47
    name: str                     # of the language, in itself
    direction: str                # "ltr" or "rtl"
    months: tuple[str, ...]
    date: str                     # pattern of `moment`
    texts: Mapping[str, str]      # by "section.name"

    def __call__(self, key: str, **values: object) -> str:
        """The words of a key."""
        return self.texts[key].format(**values) if values else self.texts[key]

    def section(self, name: str) -> tuple[str, ...]:
        """The words of a section, in the order of the file."""
        return tuple(text for key, text in self.texts.items() if key.startswith(f"{name}."))

    def moment(self, time: datetime) -> str:
        """`3 February 2026, 04:05:06 UTC`."""
        utc = time.astimezone(UTC)
        return self.date.format(day=utc.day, month=self.months[utc.month - 1], year=utc.year, clock=f"{utc:%H:%M:%S}")


@cache
def messages(language: str = DEFAULT) -> Messages:
    """The words of a language of LANGUAGES."""
    table = tomllib.loads(files("muniment.report").joinpath("messages", f"{language}.toml").read_text("utf-8"))
    english = {} if language == DEFAULT else messages(DEFAULT).texts
    return Messages(language=language, name=table.pop("language"), direction=table.pop("direction"),
                    months=tuple(table.pop("months")), date=table.pop("date"), texts={**english, **dict(_flat(table))})


def _flat(table: Mapping[str, object], prefix: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in table.items():
        name = f"{prefix}{key}"
        found += _flat(value, f"{name}.") if isinstance(value, dict) else [(name, str(value))]
    return found
