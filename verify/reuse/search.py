"""A search: candidates from the index, each compared densely; what remains are matches.

A search that finds nothing is an answer too: it says how many pictures of how many collections it looked at.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from verify.reuse.compare import compare_pairings
from verify.reuse.evidence import DEFAULT, Thresholds
from verify.reuse.fingerprint import Fingerprint
from verify.reuse.index.entries import Entry
from verify.reuse.index.search import Searcher
from verify.reuse.model import Likeness, Tier

Place: TypeAlias = tuple[str, str]          # collection and name


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A picture of the index that shares a photograph with the query."""

    entry: Entry
    likeness: Likeness
    plane: NDArray[np.uint8]      # the target in small, grey: for showing
    tier: Tier = Tier.ROOTSIFT    # of the index that it stands in


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search came to."""

    hits: tuple[Hit, ...]         # the best first
    others: Mapping[Place, float]   # scores of pictures that are no hits; those not named here score 0

    @property
    def runner_up(self) -> float:
        """The highest score of a picture that is no hit: how near the archive's others come."""
        return max(self.others.values(), default=0.0)


def search(query: Fingerprint, searcher: Searcher, thresholds: Thresholds = DEFAULT, *,
           wanted: Callable[[Entry], bool] = lambda _: True) -> Found:
    """Every wanted picture that shares a photograph with the query."""
    hits: list[Hit] = []
    others: dict[Place, float] = {}
    forms = searcher.forms(query)
    for candidate in searcher.candidates(forms, distance=thresholds.pdq_distance):
        segment = searcher.segments[candidate.segment]
        asked = forms[segment.tier]
        entry = segment.entry_of(candidate.picture)
        if not wanted(entry):
            continue
        target = segment.fingerprint(candidate.picture)
        pairings = ((asked.views[one.view], target.views[one.other], one.flipped) for one in candidate.pairings)
        compared = compare_pairings(asked, target, pairings, thresholds)
        if compared.likeness is None:
            place = (entry.source.collection, entry.source.name)
            others[place] = max(compared.score, others.get(place, 0.0))
        else:
            hits.append(Hit(entry=entry, likeness=compared.likeness, plane=target.views[0].plane,
                            tier=segment.tier))
    return Found(hits=best_first(hits), others=others)


def best_first(hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """By score; equal ones by name, so that the order is always the same."""
    return tuple(sorted(hits, key=lambda hit: (-hit.likeness.score, hit.entry.source.collection,
                                               hit.entry.source.name)))
