"""A redacted version in the place of its original: an item of its own, so that the original can be withheld whole.

The events that link it to its original - the `redact` event and the `transform` of the derivative - name the original
and are withheld with it; they stand in the case and can be shown to whoever may see both.
"""

from evidence_store.case import Case
from evidence_store.disclosure.account import items_of
from evidence_store.errors import BundleRefused
from evidence_store.events import Imported, Transformed
from evidence_store.handling import Redacted
from evidence_store.records import Derivative, DerivativeKind, Item, ItemId
from evidence_store.writer import CaseWriter
from muniment.flows.circumstances import circumstances
from muniment.flows.environment import Environment
from muniment.flows.lookup import require_item

HOW = "a redacted version of an item that is withheld"


def stand_in(writer: CaseWriter, original: ItemId, environment: Environment) -> ItemId:
    """The item that shows the latest redacted version of `original`, made where there is none yet.

    BundleRefused where nobody made a redacted version.
    """
    case = writer.case
    kind = require_item(case, original).item.kind
    derivative = _latest(case, original)
    held = [entry.item for entry in case.catalogue.items_with_sha256(derivative.content.sha256)]
    if held:
        return held[0].id
    item = Item(id=writer.new_item_id(), kind=kind, sha256=derivative.content.sha256,
                length=derivative.content.length, media_type=derivative.media_type, source=derivative.content,
                name=f"redacted-{len(items_of(case.events())) + 1}", obtained_at=environment.clock())
    what = _what(case, original)
    principals = {key.fingerprint: key.principal for key in case.catalogue.enrolled_keys()}
    writer.append(Imported(items=(item,), received_from="", how=f"{HOW}: {what}" if what else HOW,
                           circumstances=circumstances(principals.get(writer.signer.public.fingerprint, ""))))
    return item.id


def _latest(case: Case, original: ItemId) -> Derivative:
    found = [event.body.derivative for event in case.events_of(original) if isinstance(event.body, Transformed)
             and event.body.derivative.kind is DerivativeKind.REDACTED]
    if not found:
        raise BundleRefused(f"there is no redacted version of {original}",
                            hint="make one and record it: muniment redact ITEM FILE --what TEXT")
    return found[-1]


def _what(case: Case, original: ItemId) -> str:
    said = [event.body.what for event in case.events_of(original) if isinstance(event.body, Redacted)]
    return said[-1] if said else ""
