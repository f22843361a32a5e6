"""A colleague's bundle, nested whole: its files byte for byte, its items under the name of their case.

1. Nothing of the other ledger is written anew: every file of the bundle is kept, so that it can be handed on and
   verified as it came.
2. Its items are called `CASE:ITEM`, CASE being the first eight digits of the case id in upper case; items of this case
   that it speaks of - because it had nested a bundle of ours - come back under their own ids.
3. What people said there stays theirs: it is shown beside what is said here, with their key, never mixed in.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from evidence_store.findings import Outcome
from evidence_store.records import BlobRef, CaseId, Circumstances, Item, ItemId, Sha256

PREFIX_DIGITS = 8             # of the case id: two cases of one group do not share them by chance


@dataclass(frozen=True, slots=True, kw_only=True)
class NestedFile:
    """One file of a nested bundle."""

    path: str                 # within the bundle
    content: BlobRef


@dataclass(frozen=True, slots=True, kw_only=True)
class NestedSaid:
    """A note, tag, assessment, review or translation out of a nested ledger."""

    seq: int                  # there
    kind: str                 # the type of the event
    item: ItemId | None       # as it is called here
    text: str
    by: str                   # fingerprint of the key there
    principal: str            # whom that ledger enrolled it for
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Nested:
    """A bundle of another case came in, was verified and is kept whole."""

    TYPE: ClassVar[str] = "nest"
    bundle: str               # id of the bundle, 32 hex digits
    case: CaseId              # of the other case
    size: int                 # lines of its ledger
    tagmanifest_sha256: Sha256
    sealer: str               # fingerprint
    principal: str            # whom a list of trusted signers said it is; "": not confirmed
    outcome: Outcome          # of verifying it before it was taken in
    files: tuple[NestedFile, ...]
    items: tuple[Item, ...]   # new ones, under their names here
    circumstances: Circumstances
    said: tuple[NestedSaid, ...] = ()     # what an earlier bundle of that case had not brought yet
    received_from: str = ""
    how: str = ""


def prefix(case: CaseId) -> str:
    """How another case is called in the names of its items."""
    return case[:PREFIX_DIGITS].upper()


def name_here(item: ItemId, *, there: CaseId, here: CaseId) -> ItemId:
    """What an item that the other case calls `item` is called here (rule 2)."""
    if item.startswith(f"{prefix(here)}:"):
        return ItemId(item.removeprefix(f"{prefix(here)}:"))
    return item if ":" in item else ItemId(f"{prefix(there)}:{item}")


def nested_items(body: Nested) -> tuple[ItemId, ...]:
    """The items that the event speaks of."""
    said = (one.item for one in body.said if one.item is not None)
    return tuple(dict.fromkeys([*(item.id for item in body.items), *said]))
