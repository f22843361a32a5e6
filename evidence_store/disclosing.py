"""Events of disclosing: what was said again without what is withheld, what was let pass, and under which conditions.

1. An `extract` says of an earlier event what may be shown of it. It repeats members of that event word for word and
   leaves members of lists out; it adds nothing. The salt of the earlier event is not in it, so that what is withheld
   cannot be guessed.
2. `exposure-accepted` names what a person let pass; its body never leaves the case.

The bodies are part of `evidence_store.events`, which reads and writes them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from evidence_store.canonical import JsonValue
from evidence_store.claims import ClaimId
from evidence_store.records import ItemId, Sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimAccount:
    """How many items contradict a claim that is shown, and whether the bundle has them."""

    claim: ClaimId
    contradicting: int = 0
    included: int = 0
    withheld: int = 0
    not_selected: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Predecessor:
    """The bundle that the same recipient had before, and what is other than it was there."""

    bundle: str                               # its id
    tagmanifest_sha256: Sha256                # its seal is over these bytes
    added: tuple[ItemId, ...] = ()
    withdrawn: tuple[ItemId, ...] = ()        # included there, not selected here
    withdrawn_withheld: int = 0               # included there, withheld here: counted, not named
    reassessed: tuple[ItemId, ...] = ()       # somebody concluded something of them since


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """What may be shown of an event whose body is withheld."""

    TYPE: ClassVar[str] = "extract"
    of: int                                   # seq of the event
    stated: Mapping[str, JsonValue]           # its body without salt, with what is withheld left out of its lists


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedHit:
    """One thing that the search before sealing found, and somebody let pass."""

    kind: str                                 # "egress address", "cookie" ...
    value: str
    places: int                               # in how many places it was found


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureAccepted:
    """Somebody looked at what a bundle shows of people and machines, and let it pass."""

    TYPE: ClassVar[str] = "exposure-accepted"
    bundle: str
    hits: tuple[AcceptedHit, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionMet:
    """What a source asked for is kept to in this bundle, in the words of whoever hands it over."""

    TYPE: ClassVar[str] = "condition-met"
    bundle: str
    items: tuple[ItemId, ...]
    conditions: str                           # as the source put them
    because: str


DisclosingBody: TypeAlias = Extract | ExposureAccepted | ConditionMet
DISCLOSING: tuple[type[DisclosingBody], ...] = (Extract, ExposureAccepted, ConditionMet)
