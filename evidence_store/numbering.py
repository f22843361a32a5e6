"""Ids of items, citations and claims: counted on from the highest in the ledger, each carried by one event only."""

import threading
from collections.abc import Iterator, Sequence

from evidence_store.catalogue.model import LastNumbers
from evidence_store.claims import ClaimAction, ClaimId
from evidence_store.errors import FormatError
from evidence_store.events import Captured, Cite, CiteAction, Claimed, Imported, KnownBody
from evidence_store.records import CitationId, ItemId


class Numbering:
    """Gives ids and sees to it that each is used once. Any thread may call."""

    def __init__(self, last: LastNumbers) -> None:
        self._item = last.item
        self._citation = last.citation
        self._claim = last.claim
        self._unused: set[str] = set()
        self._mutex = threading.Lock()

    def new_item(self) -> ItemId:
        """The next item id."""
        with self._mutex:
            self._item += 1
            found = ItemId(f"ITEM-{self._item:04d}")
            self._unused.add(found)
        return found

    def new_citation(self) -> CitationId:
        """The next citation id."""
        with self._mutex:
            self._citation += 1
            found = CitationId(f"CITE-{self._citation:04d}")
            self._unused.add(found)
        return found

    def new_claim(self) -> ClaimId:
        """The next claim id."""
        with self._mutex:
            self._claim += 1
            found = ClaimId(f"CLAIM-{self._claim:04d}")
            self._unused.add(found)
        return found

    def check(self, bodies: Sequence[KnownBody]) -> None:
        """FormatError where new things carry an id that was not given here, or was used before."""
        seen: set[str] = set()
        with self._mutex:
            for one in _new_ids(bodies):
                if one in seen or one not in self._unused:
                    raise FormatError(f"{one[:80]} was not given to this event by the case's writer",
                                      hint="take each id from new_item_id, new_citation_id or new_claim_id, once")
                seen.add(one)

    def spend(self, bodies: Sequence[KnownBody]) -> None:
        """The bodies are in the ledger: their ids are used."""
        with self._mutex:
            self._unused.difference_update(_new_ids(bodies))


def _new_ids(bodies: Sequence[KnownBody]) -> Iterator[str]:
    for body in bodies:
        match body:
            case Captured(capture=capture):
                yield from (item.id for item in capture.items)
            case Imported(items=items):
                yield from (item.id for item in items)
            case Cite(action=CiteAction.FOUND | CiteAction.ADDED, citations=citations):
                yield from (numbered.id for numbered in citations)
            case Claimed(action=action, claims=claims) if action is not ClaimAction.WITHDRAWN:
                yield from (numbered.id for numbered in claims)
            case _:
                pass
