"""Candidates from many segments: whom a query must be compared with.

1. By hash: every view within a PDQ distance, found exactly (`hashes`).
2. By words: local features vote through inverted lists; a vote counts where the 64-bit signatures are near, and the
   more, the rarer the word. The best few views are candidates. Each tier of index has its own lists.
Nothing here decides: `compare` does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from verify.reuse.binary import as_binary
from verify.reuse.features import Features, mirrored
from verify.reuse.fingerprint import Fingerprint, View
from verify.reuse.index import compact, vocabulary
from verify.reuse.index.hashes import HashIndex
from verify.reuse.index.segment import Segment
from verify.reuse.model import Tier
from verify.reuse.pdq import GOOD_QUALITY, is_mirrored

NEAREST = 3                # words asked for each descriptor of the query
NEAR = {Tier.ROOTSIFT: 22,    # bits of 64: signatures of one keypoint differ by about 13, of two by 32
        Tier.ORB: 14}         # ... by about 9, of two by 32
POSTINGS = 3_000_000       # list entries looked at for one view and sense: some hundredths of a second
SHORTLIST = 14             # views for each view of the query and each of its two senses
MIN_VOTES = 3
NEARER_THAN_ANY_VOTE = 1000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """A view of the query, mirrored or not, and a view of a picture."""

    view: int
    other: int
    flipped: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A picture that may show what the query shows, and which views say so, the most promising first."""

    segment: int
    picture: int
    pairings: tuple[Pairing, ...]


class Searcher:
    """Many segments, ready to be asked."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self.segments = tuple(segments)
        self._first_view = np.cumsum([0, *(len(one.views) for one in self.segments)])
        self._hashes = HashIndex(_stacked([one.hashes for one in self.segments], (0, 32), np.uint8))
        self._quality = _stacked([one.views["quality"] for one in self.segments], (0,), np.uint8)
        self.tiers = tuple(tier for tier in Tier if any(one.tier is tier for one in self.segments))
        self._lists = {tier: _InvertedLists(self.segments, tier) for tier in self.tiers}

    @property
    def pictures(self) -> int:
        """How many can be found."""
        return sum(len(one.pictures) for one in self.segments)

    def forms(self, query: Fingerprint) -> dict[Tier, Fingerprint]:
        """The query as it is compared with pictures of each tier that there is."""
        return {tier: as_binary(query, asked=True) if tier is Tier.ORB else query for tier in self.tiers}

    def candidates(self, forms: Mapping[Tier, Fingerprint], *, distance: int) -> tuple[Candidate, ...]:
        """Whom to compare with, the most promising first."""
        scores: dict[tuple[int, int], dict[Pairing, float]] = {}
        found_by = [(index, found) for tier, query in forms.items() for index, view in enumerate(query.views)
                    for found in self._by_words(tier, view.features)]
        found_by += [(index, found) for query in [*forms.values()][:1] for index, view in enumerate(query.views)
                     for found in self._by_hash(view, distance)]
        for index, (number, flipped, score) in found_by:
            place, other = self._place(number)
            found = scores.setdefault(place, {})
            pairing = Pairing(view=index, other=other, flipped=flipped)
            found[pairing] = max(score, found.get(pairing, 0.0))
        order = sorted(scores, key=lambda place: (-max(scores[place].values()), place))
        return tuple(Candidate(segment=segment, picture=picture, pairings=_ordered(scores[segment, picture]))
                     for segment, picture in order)

    def _place(self, view: int) -> tuple[tuple[int, int], int]:
        """Segment and picture of a view, and which of the picture's views it is."""
        segment = int(np.searchsorted(self._first_view, view, side="right")) - 1
        inner = view - int(self._first_view[segment])
        picture = int(self.segments[segment].views[inner]["picture"])
        return (segment, picture), inner - int(self.segments[segment].pictures[picture]["view"])

    def _by_hash(self, view: View, distance: int) -> list[tuple[int, bool, float]]:
        if view.quality < GOOD_QUALITY:
            return []
        near = self._hashes.near(view.hashes, distance)
        found = [(number, is_mirrored(index), NEARER_THAN_ANY_VOTE - apart) for index, number, apart
                 in zip(near.query.tolist(), near.number.tolist(), near.distance.tolist(), strict=True)
                 if self._quality[number] >= GOOD_QUALITY]
        return sorted(found, key=lambda one: (-one[2], one[0], one[1]))[:SHORTLIST]

    def _by_words(self, tier: Tier, features: Features) -> list[tuple[int, bool, float]]:
        plain = features.descriptors
        other = features.flipped.descriptors if features.flipped is not None else mirrored(plain)
        return [(number, flipped, score) for flipped, descriptors in ((False, plain), (True, other))
                for number, score in self._lists[tier].vote(descriptors)]


def _ordered(scores: dict[Pairing, float]) -> tuple[Pairing, ...]:
    return tuple(sorted(scores, key=lambda one: (-scores[one], one.view, one.other, one.flipped)))


class _InvertedLists:
    """For each word, which view's features are it, and their signatures."""

    def __init__(self, segments: Sequence[Segment], tier: Tier) -> None:
        self._tier = tier
        known = compact.WORDS if tier is Tier.ORB else vocabulary.WORDS
        of_tier = [one for one in segments if one.tier is tier]
        words = _stacked([one.words for one in of_tier], (0,), np.uint16)
        signatures = _stacked([one.signatures for one in of_tier], (0,), np.uint64)
        counts = _stacked([one.views["features"] * (one.tier is tier) for one in segments], (0,), np.uint16
                          ).astype(np.int64)
        owners = np.repeat(np.arange(len(counts), dtype=np.uint32), counts)
        order = np.argsort(words, kind="stable")
        self._signatures, self._owners = signatures[order], owners[order]
        sizes = np.bincount(words, minlength=known)
        self._starts = np.concatenate(([0], np.cumsum(sizes)))
        self._views = len(counts)
        self._norms = np.sqrt(np.maximum(counts, 30)).astype(np.float32)
        rarity = np.log((len(words) + known) / (sizes + 1.0)) / np.log(known)
        self._weights = (np.clip(rarity, 0.05, None) ** 2).astype(np.float32)

    def vote(self, descriptors: NDArray[np.uint8]) -> list[tuple[int, float]]:
        """The views that most features of a view vote for."""
        if not self._views or not len(descriptors):
            return []
        words, signatures = (compact.assign(descriptors) if self._tier is Tier.ORB else
                             vocabulary.assign(descriptors, NEAREST))
        probes, limit = words.shape[1], NEAR[self._tier]
        asked = self._affordable(words)
        words, signatures = words.ravel()[asked], signatures.ravel()[asked]
        starts, stops = self._starts[words], self._starts[words + 1]
        lengths = stops - starts
        total = int(lengths.sum())
        if not total:
            return []
        # positions of all list entries to look at, without a loop over the lists
        positions = np.arange(total) - np.repeat(np.cumsum(lengths) - lengths, lengths) + np.repeat(starts, lengths)
        apart = np.bitwise_count(self._signatures[positions] ^ np.repeat(signatures, lengths))
        near = np.flatnonzero(apart <= limit)
        asker = np.repeat(asked // probes, lengths)[near]
        owner = self._owners[positions[near]].astype(np.int64)
        weight = np.repeat(self._weights[words], lengths)[near] * (1 - apart[near] / (limit + 8.0))
        # one feature votes once for a view: repeated texture must not shout
        key = asker.astype(np.int64) * self._views + owner
        order = np.lexsort((-weight, key))
        first = np.concatenate(([True], np.diff(key[order]) != 0)) if len(order) else np.zeros(0, bool)
        once = order[first]
        votes = np.bincount(owner[once], minlength=self._views)
        scores = np.bincount(owner[once], weights=weight[once], minlength=self._views) / self._norms
        scores[votes < MIN_VOTES] = 0
        top = np.argsort(-scores, kind="stable")[:SHORTLIST]
        return [(int(view), float(scores[view])) for view in top if scores[view] > 0]


    def _affordable(self, words: NDArray[np.int32]) -> NDArray[np.int64]:
        """Which of the (n, probes) words, in flat order, are looked up: in large indexes the nearest, rare ones."""
        flat = words.ravel()
        lengths = self._starts[flat + 1] - self._starts[flat]
        if int(lengths.sum()) <= POSTINGS:
            return np.arange(len(flat))
        order = np.lexsort((lengths, np.tile(np.arange(words.shape[1]), len(words))))
        return np.asarray(np.sort(order[np.cumsum(lengths[order]) <= POSTINGS]))


def _stacked(arrays: Sequence[NDArray[Any]], empty: tuple[int, ...], kind: type) -> NDArray[Any]:
    return np.concatenate(arrays) if arrays else np.zeros(empty, kind)
