"""Claims of a case: proposed from articles and posts, decided by people, linked to items, set side by side.

1. A proposal becomes a claim only by a person's word; a rejected one is kept too, and is not proposed again as new.
2. What a claim was read from is in the case: an article given as a file is imported with the first decision on it.
3. Claims and links are never edited: they are withdrawn, or said anew.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from evidence_store.case import Case
from evidence_store.catalogue.model import ClaimEntry
from evidence_store.claims import Claim, ClaimAction, ClaimId, NumberedClaim, Relation
from evidence_store.errors import EvidenceError, MissingContent
from evidence_store.events import Claimed, Event, Linked
from evidence_store.records import ItemId
from muniment.flows.lookup import require_item
from verify.claims import Matrix, Paragraph, Proposal, claim_matrix, proposal_id

if TYPE_CHECKING:
    from archiver.citations.load import LoadedArticle
    from evidence_store.writer import CaseWriter


class UnknownProposal(EvidenceError):
    """No proposal of this text has that id."""


class ProposalState(StrEnum):
    """What became of a proposal in this case."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadProposal:
    """A proposal, and what the case knows of it."""

    proposal: Proposal
    state: ProposalState
    claim: ClaimId | None         # None: nobody has decided


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """What a person says of proposals, by their ids; "all" stands for every one that is undecided."""

    accept: tuple[str, ...] = ()
    reject: tuple[str, ...] = ()
    reason: str = ""

    def __bool__(self) -> bool:
        return bool(self.accept or self.reject)


def propose_from(article: "LoadedArticle", *, document: str, article_date: date | None = None) -> tuple[Proposal, ...]:
    """The claims that an article reports; `article_date` goes before the date the page declares."""
    from archiver.citations.dates import claimed_time  # reading texts takes half a second to import: the matrix needs
    from verify.claims.propose import propose_claims  # none of it

    paragraphs = [Paragraph(text=block.text, offset=block.offset) for block in article.blocks() if block.text]
    return propose_claims(paragraphs, when=claimed_time, article_date=article_date or article.published,
                          document=document)


def propose_from_file(path: Path, *, article_date: date | None = None) -> tuple[Proposal, ...]:
    """The claims that a saved page, web archive or text reports. ArticleUnreadable where it is none."""
    from archiver.citations.load import load_article  # see `propose_from`

    article = load_article(path)
    return propose_from(article, document=article.base_url or path.name, article_date=article_date)


def propose_from_item(case: Case, item: ItemId, *, article_date: date | None = None) -> tuple[Proposal, ...]:
    """The claims that an article or post in the case reports."""
    from muniment.flows.cite import load_item  # see `propose_from`

    held = require_item(case, item).item
    article = load_item(case, held)
    found = propose_from(article, document=held.url or article.base_url or held.name, article_date=article_date)
    return tuple(replace(one, claim=replace(one.claim, item=held.id)) for one in found)


def read_proposals(case: Case, proposals: Sequence[Proposal]) -> tuple[ReadProposal, ...]:
    """Proposals with what was decided on each before."""
    decided = {proposal_id(entry.claim): entry for entry in all_claims(case) if entry.claim.rule}
    return tuple(_read(proposal, decided.get(proposal.id)) for proposal in proposals)


def undecided(proposals: Sequence[Proposal]) -> tuple[ReadProposal, ...]:
    """Proposals outside any case."""
    return tuple(ReadProposal(proposal=one, state=ProposalState.PROPOSED, claim=None) for one in proposals)


def decide(writer: "CaseWriter", proposals: Sequence[Proposal], decisions: Decisions) -> tuple[ReadProposal, ...]:
    """Record decisions on proposals; UnknownProposal where an id is none of them. What was decided before stands."""
    known = {one.proposal.id: one for one in read_proposals(writer.case, proposals)}
    bodies = [body for action, wanted in ((ClaimAction.ACCEPTED, decisions.accept),
                                          (ClaimAction.REJECTED, decisions.reject))
              if (body := _decision(writer, known, action, wanted, decisions.reason)) is not None]
    if bodies:
        writer.append(*bodies)
    return read_proposals(writer.case, proposals)


def _decision(writer: "CaseWriter", known: dict[str, ReadProposal], action: ClaimAction, wanted: tuple[str, ...],
              reason: str) -> Claimed | None:
    ids = tuple(known) if "all" in wanted else wanted
    for one in ids:
        if one not in known:
            raise UnknownProposal(f"no proposal {one} in this text", hint="`muniment claim propose` lists their ids")
    open_ones = [known[one].proposal.claim for one in dict.fromkeys(ids) if known[one].claim is None]
    claims = tuple(NumberedClaim(id=writer.new_claim_id(), claim=claim) for claim in open_ones)
    return Claimed(action=action, claims=claims, reason=reason) if claims else None


def _read(proposal: Proposal, entry: ClaimEntry | None) -> ReadProposal:
    if entry is None:
        return ReadProposal(proposal=proposal, state=ProposalState.PROPOSED, claim=None)
    state = ProposalState.ACCEPTED if entry.action is ClaimAction.ADDED else ProposalState(entry.action.value)
    return ReadProposal(proposal=proposal, state=state, claim=entry.id)


def add_claim(writer: "CaseWriter", claim: Claim, *, reason: str = "") -> ClaimEntry:
    """Enter a claim by hand."""
    if claim.item is not None:
        require_item(writer.case, claim.item)
    numbered = NumberedClaim(id=writer.new_claim_id(), claim=claim)
    writer.append(Claimed(action=ClaimAction.ADDED, claims=(numbered,), reason=reason))
    return require_claim(writer.case, numbered.id)


def withdraw_claim(writer: "CaseWriter", claim: ClaimId, *, reason: str) -> ClaimEntry:
    """Take a claim back; it stays in the ledger."""
    entry = require_claim(writer.case, claim)
    writer.append(Claimed(action=ClaimAction.WITHDRAWN, reason=reason,
                          claims=(NumberedClaim(id=entry.id, claim=entry.claim),)))
    return require_claim(writer.case, claim)


def link_claim(writer: "CaseWriter", claim: ClaimId, item: ItemId, relation: Relation, *, reason: str = "") -> Event:
    """Say what an item is to a claim."""
    require_claim(writer.case, claim)
    require_item(writer.case, item)
    (event,) = writer.append(Linked(item=item, claim=claim, relation=relation, reason=reason))
    return event


def require_claim(case: Case, claim: ClaimId) -> ClaimEntry:
    """The claim of this id."""
    entry = case.catalogue.claim(claim)
    if entry is None:
        raise MissingContent(f"the case has no claim {claim}", hint="`muniment claim list` names them all")
    return entry


def all_claims(case: Case) -> Iterator[ClaimEntry]:
    """Every claim of the case, page by page."""
    after = 0
    while page := case.catalogue.claims(after=after):
        yield from page
        after = page[-1].position


def all_links(case: Case) -> Iterator[Linked]:
    """The last word on each item and claim."""
    after = -1
    while page := case.catalogue.links(after=after):
        yield from (entry.link for entry in page)
        after = page[-1].seq


def matrix(case: Case, *, same_place: Callable[[str, str], bool] | None = None) -> Matrix:
    """The claims that stand, side by side."""
    standing = [NumberedClaim(id=entry.id, claim=entry.claim) for entry in all_claims(case) if entry.stands]
    return claim_matrix(standing, all_links(case), same_place=same_place)
