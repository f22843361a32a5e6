"""JSON and lines of claims and conclusions, shared by the verbs that record and show them."""

from collections.abc import Iterator

from evidence_store.canonical import JsonValue
from evidence_store.catalogue.model import AssessmentEntry, ClaimEntry
from evidence_store.claims import Claim
from evidence_store.clock import format_time
from evidence_store.events import to_fields
from muniment.flows.claim_words import claim_words
from muniment.flows.claims import ReadProposal
from muniment.flows.item_view import ItemView
from verify.claims import Matrix, Row

_SHOWN = 90      # characters of a passage in a table


def claim_fields(claim: Claim) -> dict[str, JsonValue]:
    """What a claim says, every field named."""
    return {
        "source": claim.source, "attributed_to": claim.attributed_to, "origin": claim.origin,
        "predicate": claim.predicate, "subject": claim.subject, "number": claim.number,
        "number_to": claim.number_to, "quantity": claim.quantity, "place": claim.place, "date": claim.date,
        "date_words": claim.date_words, "actor": claim.actor, "weapon": claim.weapon, "denies": claim.denies,
        "passage": claim.passage, "offset": claim.offset, "document": claim.document, "item": claim.item,
        "language": claim.language, "rule": claim.rule, "inferred": list(claim.inferred)}


def proposal_document(read: ReadProposal) -> dict[str, JsonValue]:
    """One of `claim propose`'s `proposals`."""
    return {"id": read.proposal.id, **claim_fields(read.proposal.claim), "state": read.state, "claim": read.claim}


def claim_document(entry: ClaimEntry) -> dict[str, JsonValue]:
    """One of `claims`."""
    return {"claim": entry.id, **claim_fields(entry.claim), "state": entry.action, "reason": entry.reason,
            "key": entry.key, "seq": entry.last_seq}


def matrix_document(matrix: Matrix) -> dict[str, JsonValue]:
    """`claim matrix`."""
    return {"events": [_row_document(row) for row in matrix.rows]}


def _row_document(row: Row) -> dict[str, JsonValue]:
    return {
        "predicate": row.predicate, "subject": row.subject, "place": row.place, "date": row.date,
        "agreement": row.agreement, "independent_origins": row.origins,
        "conflicts": [{"claims": [one, other], "why": why} for one, other, why in row.conflicts],
        "sources": [{"origin": cell.origin, "relayed_by": list(cell.relayed_by), "relays_mostly": cell.relays_mostly,
                     "claims": [{"claim": one.id, **claim_fields(one.claim)} for one in cell.claims],
                     "evidence": {relation.value: list(items) for relation, items in cell.evidence.items()}}
                    for cell in row.cells]}


def assessment_document(entry: AssessmentEntry) -> dict[str, JsonValue]:
    """One of `assessments`."""
    return {"seq": entry.seq, "time": format_time(entry.time), "key": entry.key, **to_fields(entry.assessment),
            "superseded_by": entry.superseded_by,
            "reviews": [{"seq": one.seq, "key": one.key, "judgement": one.review.judgement, "text": one.review.text}
                        for one in entry.reviews]}


def sayings_of(view: ItemView) -> dict[str, JsonValue]:
    """What `show` adds of what people say and conclude of an item."""
    return {
        "tags": list(view.tags), "assessments": [assessment_document(entry) for entry in view.assessments],
        "claims": [claim_document(entry) for entry in view.claims],
        "links": [{"claim": entry.link.claim, "relation": entry.link.relation, "reason": entry.link.reason,
                   "key": entry.key, "seq": entry.seq} for entry in view.links],
        "translations": [{"seq": entry.seq, "key": entry.key, **to_fields(entry.translation)}
                         for entry in view.translations]}


def saying_lines(view: ItemView) -> Iterator[str]:
    """The same for people; not sanitised."""
    if view.tags:
        yield f"tags      {', '.join(view.tags)}"
    for entry in view.assessments:
        said = entry.assessment
        state = " (superseded)" if entry.superseded_by is not None else ""
        yield f"{said.question:<9} {said.answer}, confidence {said.confidence}, line {entry.seq}{state}"
        yield from (f"          {one.review.judgement}: {one.review.text}" for one in entry.reviews)
    yield from (f"claim     {entry.id}, {entry.action}: {claim_words(entry.claim)}" for entry in view.claims)
    yield from (f"{entry.link.relation:<9} {entry.link.claim}: {entry.link.reason}" for entry in view.links)
    for entry_of in view.translations:
        kept = entry_of.translation
        yield f"in {kept.language:<6} {passage_words_of(kept.text)} ({kept.translator})"


def passage_words(claim: Claim) -> str:
    """The passage, shortened for a table."""
    return passage_words_of(claim.passage)


def passage_words_of(text: str) -> str:
    """Any words, shortened so."""
    return text if len(text) <= _SHOWN else text[:_SHOWN - 1] + "\u2026"
