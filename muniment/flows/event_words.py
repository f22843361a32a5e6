"""One line for people about an event: what happened, to what. Pure.

The line is not sanitised: it may hold captured text, and whoever shows it passes it through `visible`.
"""

from evidence_store.disclosing import ConditionMet, ExposureAccepted, Extract
from evidence_store.events import (
    Assessed,
    Body,
    Captured,
    CaseOpen,
    CheckpointStamped,
    Cite,
    Claimed,
    Disclose,
    FindingEvent,
    Imported,
    Incident,
    KeyEnrol,
    KeyRevoke,
    Linked,
    Note,
    Reviewed,
    Sealed,
    Tagged,
    Transformed,
    Translated,
    UnknownEvent,
)
from evidence_store.nesting import Nested
from muniment.flows.handling_words import handling_words


def event_words(body: Body) -> str:
    """`complete: https://... (ITEM-0002)`."""
    match body:
        case Disclose() | Sealed() | CheckpointStamped():
            return _bundle_words(body)
        case Captured() | Imported() | Nested() | Transformed() | FindingEvent() | Cite():
            return _evidence_words(body)
        case Tagged() | Claimed() | Linked() | Assessed() | Reviewed() | Translated():
            return _said_words(body)
        case CaseOpen() | KeyEnrol() | KeyRevoke() | Incident() | Note() | UnknownEvent():
            return _case_words(body)
        case Extract() | ExposureAccepted() | ConditionMet():
            return _disclosing_words(body)
        case _:
            return handling_words(body)


def _bundle_words(body: Disclose | Sealed | CheckpointStamped) -> str:
    match body:
        case Disclose():
            return f"bundle {body.bundle[:8]} for {body.recipient}: {body.included} of {body.held} items"
        case Sealed():
            return f"bundle {body.bundle[:8]} at checkpoint {body.checkpoint_size}"
        case CheckpointStamped():
            return f"checkpoint {body.size} by {body.authority}, {body.token_time:%Y-%m-%d %H:%M:%S} UTC"


def _disclosing_words(body: Extract | ExposureAccepted | ConditionMet) -> str:
    match body:
        case Extract():
            return f"what may be shown of event {body.of}"
        case ExposureAccepted():
            return f"bundle {body.bundle[:8]}: {len(body.hits)} exposures let pass" + (
                f": {body.reason}" if body.reason else "")
        case ConditionMet():
            return f"{', '.join(body.items)} ({body.conditions}): {body.because}"


def _evidence_words(body: Captured | Imported | Nested | Transformed | FindingEvent | Cite) -> str:
    match body:
        case Captured(capture=capture):
            items = f" ({', '.join(item.id for item in capture.items)})" if capture.items else ""
            return f"{capture.verdict.replace('_', ' ')}: {capture.url}{items}"
        case Nested():
            return (f"bundle {body.bundle[:8]} of case {body.case[:8]}, sealed by {body.principal or body.sealer}: "
                    f"{len(body.items)} items, {len(body.said)} things said")
        case Imported():
            return ", ".join(f"{item.id} {item.name}" for item in body.items)
        case Transformed():
            return f"{body.derivative.kind.replace('_', ' ')} of {body.derivative.item}"
        case FindingEvent():
            return f"{body.item or 'case'}: {body.check} {body.outcome}: {body.summary}"
        case Cite():
            return f"{body.action}: {', '.join(cited.id for cited in body.citations)}"


def _said_words(body: Tagged | Claimed | Linked | Assessed | Reviewed | Translated) -> str:
    match body:
        case Tagged():
            return f"{body.item}: {'without' if body.removed else 'tagged'} {', '.join(body.tags)}"
        case Claimed():
            return f"{body.action}: " + "; ".join(
                f"{one.id} {one.claim.source}: {one.claim.passage or one.claim.predicate}" for one in body.claims)
        case Linked():
            return f"{body.item} {body.relation} {body.claim}" + (f": {body.reason}" if body.reason else "")
        case Assessed():
            return f"{body.item}: {body.question}: {body.answer} (confidence {body.confidence})"
        case Reviewed():
            return f"line {body.assessment}: {body.judgement}" + (f": {body.text}" if body.text else "")
        case Translated():
            return f"{body.item} into {body.language} by {body.translator}"


def _case_words(body: CaseOpen | KeyEnrol | KeyRevoke | Incident | Note | UnknownEvent) -> str:
    match body:
        case CaseOpen():
            return body.title
        case KeyEnrol():
            return f"{body.principal} ({body.role}), protected by: {body.protection}"
        case KeyRevoke():
            return f"{body.fingerprint}: {body.reason}"
        case Incident():
            return f"{body.what}: {', '.join(body.affected)}"
        case Note():
            return f"{body.item or 'case'}: {body.text}"
        case UnknownEvent():
            return "an event of a later version"
