"""The nouns of proposing: paragraphs in, proposals out, and what the languages' rules hand to each other."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from evidence_store.claims import Claim, Predicate

DateReader: TypeAlias = Callable[[str, date | None], str]
"""ISO 8601 of the time a sentence states, given the date of its article; "" where it states none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """One paragraph and where it stands; line ends within it are spaces."""

    text: str
    offset: int               # characters from the start of the document's text


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A claim that a rule reads out of a passage; a person accepts or rejects it."""

    id: str                   # 12 hex digits, the same whenever the same text is read
    claim: Claim


def proposal_id(claim: Claim) -> str:
    """What names a proposal: 12 hex digits of a hash over what it says and where it stands."""
    identity = "\x1f".join(map(str, (claim.document, claim.offset, claim.passage, claim.predicate, claim.number,
                                     claim.subject, claim.place, claim.source, claim.attributed_to, claim.weapon)))
    return hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:12]


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A number as a text gives it."""

    number: int | None = None
    number_to: int | None = None
    quantity: str = ""        # "at least", "several"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that a sentence says happened, before anybody asks who says so."""

    predicate: Predicate
    start: int                # within the sentence
    end: int
    rule: str
    amount: Amount = Amount()
    subject: str = ""
    actor: str = ""
    weapon: str = ""
    place: str = ""           # where the rule itself names it
    denies: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """Who says it, and over which part of the sentence that holds."""

    source: str
    attributed_to: str = ""
    start: int = 0            # of the words that it covers, within the sentence
    end: int = 0
    denies: bool = False
    pronoun: bool = False     # the speaker is "he" or "they": named before


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceMention:
    """A name that the sentence marks as a place."""

    name: str
    start: int
    end: int
