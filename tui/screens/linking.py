"""Linking an item to a claim: which claim, what it is to it, and why."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from evidence_store.catalogue.model import ClaimEntry
from evidence_store.claims import ClaimId, Relation
from evidence_store.records import ItemId
from evidence_store.visible import shortened
from muniment.flows.claim_words import claim_words
from muniment.flows.claims import all_claims, link_claim
from tui.screens.dialogs import Choice, Field

if TYPE_CHECKING:
    from tui.screens.base import CaseScreen

RELATIONS = {Relation.SUPPORTS: "✓ supports it", Relation.CONTRADICTS: "✗ contradicts it",
             Relation.MENTIONS: "– mentions it, without speaking for or against"}


def link_to_claim(screen: "CaseScreen", item: ItemId) -> None:
    """Ask for the claim, then for the relation, then for the reason."""
    if not screen.may_record():
        return
    screen.learn(lambda: tuple(entry for entry in all_claims(screen.case) if entry.stands),
                 lambda claims: _choose_claim(screen, item, claims))


def _choose_claim(screen: "CaseScreen", item: ItemId, claims: Sequence[ClaimEntry]) -> None:
    if not claims:
        screen.muniment.tell("there is no claim yet: read some out of an article (p on Article), or add one (+ on "
                             "Claims)", severity="warning")
        return
    choices = [Choice(value=entry.id, words=f"{entry.id}  {shortened(claim_words(entry.claim), 120)}")
               for entry in claims]
    screen.choose(f"Link {item} to which claim?", choices, lambda claim: ask_relation(screen, item, ClaimId(claim)))


def ask_relation(screen: "CaseScreen", item: ItemId, claim: ClaimId) -> None:
    """Ask what the item is to the claim, then why, and record it."""
    def chosen(relation: str) -> None:
        def then(answers: Mapping[str, str]) -> None:
            kind, reason = Relation(relation), answers["reason"].strip()
            screen.record("Link", "claim link",
                          lambda session: link_claim(session.writer, claim, item, kind, reason=reason).seq,
                          lambda seq: screen.muniment.tell(f"{item} {kind} {claim}: line {seq} of the ledger"))

        screen.ask(f"{item} {relation} {claim}",
                   (Field(name="reason", label="What in the item speaks for or against it", lines=True),), then)

    screen.choose(f"What is {item} to {claim}?",
                  [Choice(value=relation.value, words=words) for relation, words in RELATIONS.items()], chosen)
