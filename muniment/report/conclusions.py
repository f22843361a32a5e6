"""What people say in a bundle's events: claims with what items are to them, conclusions with their reviews. Pure.

1. Of a claim the latest state counts; rejected and withdrawn ones are not shown, the ledger keeps them.
2. A conclusion that was superseded is not shown; who concluded it is named by the key's principal.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from evidence_store.claims import Claim, ClaimAction, ClaimId, NumberedClaim
from evidence_store.events import Assessed, Claimed, Event, Linked, Reviewed
from evidence_store.records import ItemId


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedClaim:
    """A claim that stands, and what items are to it."""

    id: ClaimId
    claim: Claim
    links: tuple[Linked, ...]

    @property
    def numbered(self) -> NumberedClaim:
        """The claim and its id alone."""
        return NumberedClaim(id=self.id, claim=self.claim)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """An assessment that stands."""

    seq: int
    key: str                      # fingerprint of whoever concludes
    assessment: Assessed
    reviews: tuple[Reviewed, ...]


@dataclass(slots=True)
class SayingsSoFar:
    """Takes events in ledger order."""

    claims: dict[ClaimId, tuple[Claim, ClaimAction]] = field(default_factory=dict)
    links: dict[tuple[ClaimId, ItemId], Linked] = field(default_factory=dict)
    assessments: dict[int, tuple[str, Assessed]] = field(default_factory=dict)
    reviews: dict[int, list[Reviewed]] = field(default_factory=dict)

    def take(self, event: Event) -> None:
        """One event; others than these are passed over."""
        match event.body:
            case Claimed(action=action, claims=claims):
                self.claims.update((one.id, (one.claim, action)) for one in claims)
            case Linked() as link:
                self.links[link.claim, link.item] = link
            case Assessed() as assessment:
                self.assessments[event.seq] = (event.key, assessment)
            case Reviewed() as review:
                self.reviews.setdefault(review.assessment, []).append(review)
            case _:
                pass

    def standing_claims(self) -> tuple[ReportedClaim, ...]:
        """The claims that stand, in the order they came up."""
        standing = {ClaimAction.ADDED, ClaimAction.ACCEPTED}
        return tuple(ReportedClaim(id=number, claim=claim, links=tuple(
            link for (of, _), link in self.links.items() if of == number))
            for number, (claim, action) in self.claims.items() if action in standing)

    def conclusions(self) -> Mapping[ItemId, tuple[Conclusion, ...]]:
        """The conclusions that stand, by item."""
        replaced = {assessment.supersedes for _, assessment in self.assessments.values()}
        found: dict[ItemId, tuple[Conclusion, ...]] = {}
        for seq, (key, assessment) in self.assessments.items():
            if seq not in replaced:
                one = Conclusion(seq=seq, key=key, assessment=assessment, reviews=tuple(self.reviews.get(seq, ())))
                found[assessment.item] = (*found.get(assessment.item, ()), one)
        return found
