"""Exact search of 256-bit hashes: everything within a distance, nothing left out, 32 bytes a hash.

1. The scan is exact: no tree, no graph, no quantisation decides that there is "no match".
2. A hash within r bits of another has its first half within r bits, and one of its halves within r / 2. For small
   distances only first halves are read, for larger ones both with the smaller distance; what passes is looked at whole.
3. Many queries are asked of one cache-sized block after the other, so that a block is read from memory once.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

HALF = 16                     # bytes
BLOCK = 1 << 15               # hashes: half a megabyte of halves stays in a core's own cache
MANY = 16                     # queries: for fewer, memory is read once anyway and blocks only cost calls
LARGE_BLOCK = 1 << 20
HALF_TELLS = 44               # bits: above, first halves alone would let too much through


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """Pairs of query and hash within the distance, by query, then by number."""

    query: NDArray[np.int64]
    number: NDArray[np.int64]
    distance: NDArray[np.int64]


class HashIndex:
    """Hashes to be searched; read-only."""

    def __init__(self, hashes: NDArray[np.uint8]) -> None:
        self._first = np.ascontiguousarray(hashes[:, :HALF])
        self._second = np.ascontiguousarray(hashes[:, HALF:])

    def __len__(self) -> int:
        return len(self._first)

    @property
    def nbytes(self) -> int:
        """Memory that the hashes take."""
        return self._first.nbytes + self._second.nbytes

    def read_once(self) -> int:
        """Add up every byte pair of eight: what any scan must at least do, for measuring others against it."""
        return sum(int(half.view(np.uint64).sum(dtype=np.uint64)) for half in (self._first, self._second))

    def near(self, queries: NDArray[np.uint8], distance: int) -> Near:
        """Every hash within `distance` bits of each of the (n, 32) queries."""
        asked = np.ascontiguousarray(queries)
        found: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]] = []
        size = BLOCK if len(asked) >= MANY else LARGE_BLOCK
        for start in range(0, len(self), size):
            query, number = self._maybe(asked, slice(start, start + size), distance)
            if len(query):
                whole = np.concatenate((self._first[number + start], self._second[number + start]), axis=1)
                apart = np.bitwise_count(whole ^ asked[query]).sum(axis=1, dtype=np.int64)
                kept = apart <= distance
                found.append((query[kept], number[kept] + start, apart[kept]))
        if not found:
            none = np.zeros(0, np.int64)
            return Near(query=none, number=none, distance=none)
        query, number, apart = (np.concatenate(parts) for parts in zip(*found, strict=True))
        order = np.lexsort((number, query))
        return Near(query=query[order], number=number[order], distance=apart[order])

    def _maybe(self, queries: NDArray[np.uint8], block: slice, distance: int
               ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Pairs that may be within the distance: every one that is, and few others."""
        if distance <= HALF_TELLS:
            return _scan(queries[:, :HALF], self._first[block], distance)
        one = _scan(queries[:, :HALF], self._first[block], distance // 2)
        two = _scan(queries[:, HALF:], self._second[block], distance // 2)
        width = len(self._first)
        keys = np.unique(np.concatenate([query * width + number for query, number in (one, two)]))
        return keys // width, keys % width


def _scan(queries: NDArray[np.uint8], halves: NDArray[np.uint8], distance: int
          ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of query and half within the distance."""
    import faiss

    asked = np.ascontiguousarray(queries)
    result = faiss.RangeSearchResult(len(asked))
    faiss.hamming_range_search(  # type: ignore[attr-defined]
        faiss.swig_ptr(asked), faiss.swig_ptr(halves), len(asked), len(halves), distance + 1, HALF, result)
    limits = faiss.rev_swig_ptr(result.lims, len(asked) + 1).astype(np.int64)
    total = int(limits[-1])
    numbers = faiss.rev_swig_ptr(result.labels, total).astype(np.int64) if total else np.zeros(0, np.int64)
    return np.repeat(np.arange(len(asked)), np.diff(limits)), numbers
