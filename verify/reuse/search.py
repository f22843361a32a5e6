"""A search: candidates from the index, each compared densely; what remains are matches.

A search that finds nothing is an answer too: it says how many pictures of how many collections it looked at.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from verify.reuse.compare import DEFAULT, Thresholds, compare_pairings
from verify.reuse.fingerprint import Fingerprint
from verify.reuse.index.entries import Entry
from verify.reuse.index.search import Searcher
from verify.reuse.model import Likeness


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A picture of the index that shares a photograph with the query."""

    entry: Entry
    likeness: Likeness
    plane: NDArray[np.uint8]      # the target in small, grey: for showing


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search came to."""

    hits: tuple[Hit, ...]         # the best first
    runner_up: float              # the highest score of a picture that is no hit: how near the archive's others come


def search(query: Fingerprint, searcher: Searcher, thresholds: Thresholds = DEFAULT, *,
           wanted: Callable[[Entry], bool] = lambda _: True) -> Found:
    """Every wanted picture that shares a photograph with the query."""
    hits, runner_up = [], 0.0
    for candidate in searcher.candidates(query, distance=thresholds.pdq_distance):
        segment = searcher.segments[candidate.segment]
        entry = segment.entry_of(candidate.picture)
        if not wanted(entry):
            continue
        target = segment.fingerprint(candidate.picture)
        pairings = ((query.views[one.view], target.views[one.other], one.flipped) for one in candidate.pairings)
        compared = compare_pairings(query, target, pairings, thresholds)
        if compared.likeness is None:
            runner_up = max(runner_up, compared.score)
        else:
            hits.append(Hit(entry=entry, likeness=compared.likeness, plane=target.views[0].plane))
    return Found(hits=best_first(hits), runner_up=runner_up)


def best_first(hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """By score; equal ones by name, so that the order is always the same."""
    return tuple(sorted(hits, key=lambda hit: (-hit.likeness.score, hit.entry.source.collection,
                                               hit.entry.source.name)))
