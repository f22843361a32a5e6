"""Near-duplicates by hash alone: the quick look at a folder before anything is fingerprinted.

1. It is a lead, not a match: no dense comparison stands behind it, and crops, mirrors and screenshots are not found.
2. The hash is PDQ of a picture decoded as small as its format allows; it is not the recorded PDQ (a few bits apart).
3. Flat pictures (PDQ quality below 50) have no meaningful hash and are in no pair.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from verify.reuse.index.hashes import HashIndex
from verify.reuse.pdq import GOOD_QUALITY, SAMPLES, pdq
from verify.sandbox.opening import opened, turn_of

NEAR = 60                     # bits; set on other photographs than those it is measured on
DECODED = 2 * SAMPLES         # pixels a side that a JPEG is decoded to at least
QUERIES = 512                 # hashes asked at once


@dataclass(frozen=True, slots=True, kw_only=True)
class QuickHash:
    """A picture's quick hash; of quality below GOOD_QUALITY it means nothing."""

    hash: bytes               # 32
    quality: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two pictures, by their places in the list, that are near-duplicates by hash."""

    first: int
    second: int
    distance: int             # bits of 256


def quick_hash(path: Path) -> QuickHash:
    """The quick hash of a picture file. Raises what decoders raise; runs in the sandbox's worker."""
    from PIL import Image

    with opened(path) as image:
        image.draft("L", (DECODED, DECODED))
        turn = turn_of(image)
        grey = image.convert("L")
    if max(grey.size) > 2 * DECODED:
        grey = grey.reduce(max(grey.size) // DECODED)
    if turn is not None:
        grey = grey.transpose(turn)
    if min(grey.size) < SAMPLES:
        grey = grey.resize((max(SAMPLES, grey.width), max(SAMPLES, grey.height)), Image.Resampling.BILINEAR)
    digest, quality = pdq(np.asarray(grey, np.uint8))
    return QuickHash(hash=digest.tobytes(), quality=quality)


def pairs(hashes: Sequence[QuickHash | None], near: int = NEAR) -> tuple[Pair, ...]:
    """All pairs within `near` bits, by their places; None stands for what could not be read."""
    places = np.array([index for index, one in enumerate(hashes)
                       if one is not None and one.quality >= GOOD_QUALITY], np.int64)
    if len(places) < 2:
        return ()
    rows = np.stack([np.frombuffer(one.hash, np.uint8) for one in hashes
                                        if one is not None and one.quality >= GOOD_QUALITY])
    index = HashIndex(rows)
    found = []
    for start in range(0, len(rows), QUERIES):
        near_ones = index.near(rows[start:start + QUERIES], near)
        later = near_ones.number > near_ones.query + start
        found += [Pair(first=int(places[one]), second=int(places[other]), distance=int(apart)) for one, other, apart
                  in zip(near_ones.query[later] + start, near_ones.number[later], near_ones.distance[later],
                         strict=True)]
    return tuple(found)
