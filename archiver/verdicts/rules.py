"""The rules of verdicts, read from `rules.toml`: phrases, markup and URL parts that say what a page is.

Data with a version, because platforms change their words; each table says where its words were read, and when.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files

LANGUAGES = ("en", "ar", "ru", "fr", "es", "tr")


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where the words of a table come from."""

    source: str
    read_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """All phrase lists, lower case."""

    version: str
    login_url_segments: tuple[str, ...]
    login_phrases: tuple[str, ...]
    login_invitations: tuple[str, ...]  # said on walls, and under public posts too
    login_titles: tuple[str, ...]
    challenge_markup: tuple[str, ...]
    challenge_phrases: tuple[str, ...]
    deleted: tuple[str, ...]
    private_or_suspended: tuple[str, ...]
    age_gate: tuple[str, ...]
    geo_blocked: tuple[str, ...]
    soft_404: tuple[str, ...]
    consent: frozenset[str]  # single words of consent notices
    origins: Mapping[str, Origin] = field(default_factory=dict)  # by table
    by_language: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)  # (table, language)


@cache
def default_rules() -> Rules:
    """The rules this version ships."""
    return parse_rules(files("archiver.verdicts").joinpath("rules.toml").read_text("utf-8"))


def parse_rules(text: str) -> Rules:
    """Rules from the text of a rules file; KeyError where a table, its source or its date is missing."""
    data = tomllib.loads(text)
    tables = ("login", "challenge", "deleted", "private_or_suspended", "age_gate", "geo_blocked", "soft_404", "consent",
              "address")

    def words(table: str, *names: str) -> tuple[str, ...]:
        return tuple(str(word).lower() for name in names or LANGUAGES for word in data[table][name])

    return Rules(
        version=str(data["version"]),
        login_url_segments=words("login", "url_segments"),
        login_phrases=words("login"),
        login_invitations=words("login", "invitations"),
        login_titles=words("login", "titles"),
        challenge_markup=words("challenge", "markup"),
        challenge_phrases=words("challenge"),
        deleted=words("deleted"),
        private_or_suspended=words("private_or_suspended"),
        age_gate=words("age_gate"),
        geo_blocked=words("geo_blocked"),
        soft_404=words("soft_404"),
        consent=frozenset(words("consent")),
        origins={table: Origin(source=str(data[table]["source"]), read_on=date.fromisoformat(data[table]["date"]))
                 for table in tables},
        by_language={(table, language): words(table, language) for table in tables for language in LANGUAGES},
    )
