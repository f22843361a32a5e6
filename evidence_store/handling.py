"""Events of handling: who was given what, who vouched for having it, what was corrected or given up.

Berkeley Protocol, paragraph 167: control, date and time, transfer, analysis and disposition. The bodies are part of
`evidence_store.events`, which reads and writes them.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, TypeAlias

from evidence_store.findings import Outcome
from evidence_store.records import BlobRef, ItemId, Sha256, Tool


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferOffer:
    """Something is about to be handed to somebody, who is asked for a receipt."""

    TYPE: ClassVar[str] = "transfer-offer"
    recipient: str            # a person's words or a pseudonym
    purpose: str = ""
    bundle: str = ""          # its id; "": the checkpoint alone, which says nothing of the case


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchored:
    """A calendar took a checkpoint to put it into the Bitcoin chain (OpenTimestamps), or gave the whole proof."""

    TYPE: ClassVar[str] = "checkpoint-anchored"
    size: int                 # of the checkpoint
    calendar: str             # name, from its address
    proof_sha256: Sha256      # of the .ots file
    blocks: tuple[int, ...] = ()   # heights that the proof claims; none: a promise so far


class ReceiptForm(StrEnum):
    """What a receipt is worth."""

    SIGNED = "signed"         # the checkpoint, countersigned with a key
    PAPER = "paper"           # a page with the checkpoint, signed by hand: as good as the hand and the page are


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferReceipt:
    """Somebody vouched for having received a checkpoint, and holds a copy."""

    TYPE: ClassVar[str] = "transfer-receipt"
    recipient: str
    size: int                 # of the checkpoint
    form: ReceiptForm
    receipt_sha256: Sha256    # of the signature as received, or of the scanned page in the blob store
    witness: str = ""         # fingerprint of the key that countersigned; "" for paper


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingCopy:
    """A copy was made to work on, apart from the evidence."""

    TYPE: ClassVar[str] = "working-copy"
    item: ItemId
    copy: BlobRef             # what the copy was when it was made; it lies outside the case
    holder: str
    purpose: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accessed:
    """Bytes left the case in another way than in a bundle."""

    TYPE: ClassVar[str] = "access"
    items: tuple[ItemId, ...]
    by: str
    purpose: str = ""
    how: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """The case, or a bundle of it, was verified, and this came of it."""

    TYPE: ClassVar[str] = "verify"
    target: str               # "case", or the id of a bundle
    outcome: Outcome
    tools: tuple[Tool, ...]
    failures: tuple[str, ...] = ()     # names of the checks that failed


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """What an earlier event says is wrong or incomplete. The earlier event stays as it is."""

    TYPE: ClassVar[str] = "correct"
    supersedes: int           # seq of the event that is corrected
    text: str                 # what is right
    item: ItemId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Redacted:
    """A version of an item was made in which something cannot be seen; the item stays as it is."""

    TYPE: ClassVar[str] = "redact"
    item: ItemId
    original: Sha256
    content: BlobRef          # the redacted version
    what: str                 # "faces of two bystanders"
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposed:
    """Custody of items ended: returned, handed on for good, or destroyed elsewhere. Their events stay."""

    TYPE: ClassVar[str] = "dispose"
    items: tuple[ItemId, ...]
    method: str
    authority: str            # by whose decision
    reason: str = ""


HandlingBody: TypeAlias = (
    TransferOffer | TransferReceipt | WorkingCopy | Accessed | Verified | Corrected | Redacted | Disposed | Anchored
)
HANDLING: tuple[type[HandlingBody], ...] = (
    TransferOffer, TransferReceipt, WorkingCopy, Accessed, Verified, Corrected, Redacted, Disposed, Anchored,
)


def handled_items(body: HandlingBody) -> tuple[ItemId, ...]:
    """The items that an event of handling speaks of."""
    match body:
        case Accessed(items=items) | Disposed(items=items):
            return items
        case WorkingCopy(item=item) | Redacted(item=item) | Corrected(item=str() as item):
            return (item,)
        case _:
            return ()
