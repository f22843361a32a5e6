"""A search: candidates from the index, each compared densely; what remains are matches.

A search that finds nothing is an answer too: it says how many pictures of how many collections it looked at.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from verify.reuse.compare import DEFAULT, ENOUGH, Thresholds, compare_views
from verify.reuse.fingerprint import Fingerprint
from verify.reuse.index.entries import Entry
from verify.reuse.index.search import Pairing, Searcher
from verify.reuse.model import Likeness


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A picture of the index that shares a photograph with the query."""

    entry: Entry
    likeness: Likeness
    plane: NDArray[np.uint8]      # the target in small, grey: for showing


def search(query: Fingerprint, searcher: Searcher, thresholds: Thresholds = DEFAULT, *,
           wanted: Callable[[Entry], bool] = lambda _: True) -> tuple[Hit, ...]:
    """Every wanted picture that shares a photograph with the query, the best first."""
    hits = []
    for candidate in searcher.candidates(query, distance=thresholds.pdq_distance):
        segment = searcher.segments[candidate.segment]
        entry = segment.entry_of(candidate.picture)
        if not wanted(entry):
            continue
        target = segment.fingerprint(candidate.picture)
        likeness = _compare(query, target, candidate.pairings, thresholds)
        if likeness is not None:
            hits.append(Hit(entry=entry, likeness=likeness, plane=target.views[0].plane))
    return best_first(hits)


def _compare(query: Fingerprint, target: Fingerprint, pairings: Sequence[Pairing],
             thresholds: Thresholds) -> Likeness | None:
    best: Likeness | None = None
    for pairing in pairings:
        found = compare_views(query, query.views[pairing.view], target, target.views[pairing.other],
                              flipped=pairing.flipped, thresholds=thresholds)
        if found is not None and (best is None or found.score > best.score):
            best = found
        if best is not None and best.agreement >= ENOUGH:
            break
    return best


def best_first(hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """By score; equal ones by name, so that the order is always the same."""
    return tuple(sorted(hits, key=lambda hit: (-hit.likeness.score, hit.entry.source.collection,
                                               hit.entry.source.name)))
