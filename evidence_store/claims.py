"""What sources say and what people conclude: claims, their evidence, assessments. Machine findings stand elsewhere.

1. A claim is what a source said, with the passage it said it in; it is never called true or false here.
2. A denial is a claim like any other, with `denies` set: who denies, and what is denied.
3. `source` is who is quoted, `attributed_to` whom that source relies on: Reuters citing SOHR is SOHR's claim.
4. An assessment is one person's conclusion. It is superseded by a later one, never edited; a review is by another key.
5. Numbers a person measured travel as decimal text, as everywhere in the ledger.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from evidence_store.records import ItemId

ClaimId = NewType("ClaimId", str)  # CLAIM-0001, numbered within the case


class Predicate(StrEnum):
    """What a claim says happened."""

    KILLED = "killed"
    WOUNDED = "wounded"
    DETAINED = "detained"
    MISSING = "missing"
    DISPLACED = "displaced"
    STRUCK = "struck"             # from the air, by artillery, by a bomb
    DESTROYED = "destroyed"
    CAPTURED = "captured"         # ground or prisoners taken
    USED = "used"                 # a weapon
    PRESENT = "present"           # somebody was there
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One statement by one source. What the source does not say is left empty."""

    source: str                   # who says it, as the text names them
    predicate: Predicate
    attributed_to: str = ""       # whom the source relies on: "SOHR" of "Reuters cites SOHR"
    subject: str = ""             # whom or what it happened to: "people", "Russian soldiers", "a mosque"
    number: int | None = None
    number_to: int | None = None  # upper end of a range
    quantity: str = ""            # words beside or instead of the number: "at least", "several", "dozens"
    place: str = ""
    date: str = ""                # ISO 8601, no more precise than stated
    date_words: str = ""          # as stated: "yesterday"
    actor: str = ""               # who did it, according to the source
    weapon: str = ""
    denies: bool = False
    passage: str = ""             # the words that say it
    offset: int | None = None     # characters from the start of the document's text to the passage
    document: str = ""            # URL or file name of that document
    item: ItemId | None = None    # the item that holds the passage
    language: str = ""            # of the passage: "en", "ar", "ru"
    rule: str = ""                # the rule that proposed it; "" when entered by hand
    inferred: tuple[str, ...] = ()    # fields taken from around the passage, not from its words

    @property
    def origin(self) -> str:
        """On whose word it rests in the end."""
        return self.attributed_to or self.source


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberedClaim:
    """A claim and its id in the case."""

    id: ClaimId
    claim: Claim


class ClaimAction(StrEnum):
    """How the list of claims changed."""

    ADDED = "added"               # entered by a person
    ACCEPTED = "accepted"         # proposed by a rule; a person agrees that the source says so
    REJECTED = "rejected"         # proposed by a rule; a person says that the source does not say so
    WITHDRAWN = "withdrawn"       # was in the list by mistake


class Relation(StrEnum):
    """What an item is to a claim, in the judgement of the person who links them."""

    SUPPORTS = "supports"
    CONTRADICTS = "contradicts"
    MENTIONS = "mentions"


class Question(StrEnum):
    """What an assessment answers."""

    PLACE = "place"
    TIME = "time"
    IDENTITY = "identity"
    ORIGIN = "origin"
    OTHER = "other"


class Confidence(StrEnum):
    """How sure the person is."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchingFeature:
    """One thing that is seen both on the photo and on the reference image; numbered by its position in the list."""

    on_photo: str                 # "minaret with two balconies, left edge"
    on_reference: str             # "round shadow north of the square"


@dataclass(frozen=True, slots=True, kw_only=True)
class Geolocation:
    """Where a camera stood or a scene lies, and what that rests on."""

    latitude: str                 # decimal degrees, WGS 84
    longitude: str
    precision_m: int              # radius in metres within which it lies
    imagery_source: str = ""      # "satellite image, provider"
    imagery_date: str = ""        # ISO 8601
    reference: ItemId | None = None   # the reference image, where it is an item
    features: tuple[MatchingFeature, ...] = ()


class Judgement(StrEnum):
    """What a reviewer says of an assessment."""

    AGREES = "agrees"
    DISAGREES = "disagrees"
    UNDECIDED = "undecided"
