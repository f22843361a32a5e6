"""The rules of verdicts, read from `rules.toml`: phrases, markup and URL parts that say what a page is.

Data with a version, because platforms change their words.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


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


@cache
def default_rules() -> Rules:
    """The rules this version ships."""
    return parse_rules(files("archiver.verdicts").joinpath("rules.toml").read_text("utf-8"))


def parse_rules(text: str) -> Rules:
    """Rules from the text of a rules file; KeyError where a list is missing."""
    data = tomllib.loads(text)

    def words(table: str, name: str = "phrases") -> tuple[str, ...]:
        return tuple(str(word).lower() for word in data[table][name])

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
    )
