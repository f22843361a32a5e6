"""One line for people about an event of handling. Pure."""

from evidence_store.handling import (
    Accessed,
    Anchored,
    Corrected,
    Disposed,
    HandlingBody,
    Redacted,
    TransferOffer,
    TransferReceipt,
    Verified,
    WorkingCopy,
)


def handling_words(body: HandlingBody) -> str:
    """`checkpoint 12 countersigned by counsel, SHA256:...`."""
    match body:
        case TransferOffer():
            return f"{f'bundle {body.bundle[:8]}' if body.bundle else 'a checkpoint'} offered to {body.recipient}"
        case TransferReceipt():
            by = f"countersigned by {body.recipient}, {body.witness}" if body.witness else f"on paper, {body.recipient}"
            return f"checkpoint {body.size} {by}"
        case Anchored():
            at = f"block {', '.join(map(str, body.blocks))} of Bitcoin" if body.blocks else "no block of Bitcoin yet"
            return f"checkpoint {body.size} by {body.calendar}: {at}"
        case Verified():
            return f"{body.target}: {body.outcome}"
        case Corrected():
            return f"event {body.supersedes}: {body.text}"
        case _:
            return _item_words(body)


def _item_words(body: WorkingCopy | Accessed | Redacted | Disposed) -> str:
    match body:
        case WorkingCopy():
            return f"{body.item} copied for {body.holder}"
        case Accessed():
            return f"{', '.join(body.items)} by {body.by}"
        case Redacted():
            return f"{body.item}: {body.what}"
        case Disposed():
            return f"{', '.join(body.items)}: {body.method}, by decision of {body.authority}"
