"""One line for people about an event: what happened, to what. Pure.

The line is not sanitised: it may hold captured text, and whoever shows it passes it through `visible`.
"""

from evidence_store.events import (
    Body,
    Captured,
    CaseOpen,
    CheckpointStamped,
    Cite,
    Disclose,
    FindingEvent,
    Imported,
    Incident,
    KeyEnrol,
    KeyRevoke,
    Note,
    Sealed,
    Transformed,
    UnknownEvent,
)


def event_words(body: Body) -> str:
    """`complete: https://... (ITEM-0002)`."""
    match body:
        case Disclose() | Sealed() | CheckpointStamped():
            return _bundle_words(body)
        case Captured() | Imported() | Transformed() | FindingEvent() | Cite():
            return _evidence_words(body)
        case _:
            return _case_words(body)


def _bundle_words(body: Disclose | Sealed | CheckpointStamped) -> str:
    match body:
        case Disclose():
            return f"bundle {body.bundle[:8]} for {body.recipient}: {body.included} of {body.held} items"
        case Sealed():
            return f"bundle {body.bundle[:8]} at checkpoint {body.checkpoint_size}"
        case CheckpointStamped():
            return f"checkpoint {body.size} by {body.authority}, {body.token_time:%Y-%m-%d %H:%M:%S} UTC"


def _evidence_words(body: Captured | Imported | Transformed | FindingEvent | Cite) -> str:
    match body:
        case Captured(capture=capture):
            items = f" ({', '.join(item.id for item in capture.items)})" if capture.items else ""
            return f"{capture.verdict.replace('_', ' ')}: {capture.url}{items}"
        case Imported():
            return ", ".join(f"{item.id} {item.name}" for item in body.items)
        case Transformed():
            return f"{body.derivative.kind.replace('_', ' ')} of {body.derivative.item}"
        case FindingEvent():
            return f"{body.item or 'case'}: {body.check} {body.outcome}: {body.summary}"
        case Cite():
            return f"{body.action}: {', '.join(cited.id for cited in body.citations)}"


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
