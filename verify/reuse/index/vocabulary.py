"""The vocabulary: which of 4,096 visual words a descriptor is, and 64 bits on where within the word it lies.

It is part of the engine, pinned like a hash's definition: words and signatures made with another one do not compare.
The words are k-means centres of RootSIFT descriptors of photographs (`benchmarks/train_vocabulary.py` makes them);
signatures are signs of projections onto fixed random directions (Hamming embedding: Jegou, Douze, Schmid 2008).
"""

from functools import cache
from importlib.resources import files
from io import BytesIO

import numpy as np
from numpy.typing import NDArray

from verify.reuse.features import as_floats

VERSION = "1"
WORDS = 4096
BITS = 64
FILE = "words.npy"        # (WORDS, 128) bytes: unit vectors in steps of 1/512


def assign(descriptors: NDArray[np.uint8], nearest: int = 1) -> tuple[NDArray[np.int32], NDArray[np.uint64]]:
    """The `nearest` words of each descriptor and its signature within each: (n, nearest) and (n, nearest)."""
    if not len(descriptors):
        return np.zeros((0, nearest), np.int32), np.zeros((0, nearest), np.uint64)
    floats, words = as_floats(descriptors), _words()
    likeness = floats @ words.T
    if nearest == 1:
        chosen = likeness.argmax(axis=1)[:, None]
    else:
        some = np.argpartition(-likeness, nearest, axis=1)[:, :nearest]
        order = np.argsort(-np.take_along_axis(likeness, some, axis=1), axis=1, kind="stable")
        chosen = np.take_along_axis(some, order, axis=1)
    projected, centres = floats @ _directions().T, _centres()
    bits = projected[:, None, :] > centres[chosen]
    packed = np.packbits(bits, axis=-1, bitorder="little")
    return chosen.astype(np.int32), np.ascontiguousarray(packed).view("<u8").reshape(chosen.shape)


@cache
def _words() -> NDArray[np.float32]:
    data = files(__package__).joinpath(FILE).read_bytes()
    stored: NDArray[np.uint8] = np.load(BytesIO(data), allow_pickle=False)
    return as_floats(stored)


@cache
def _directions() -> NDArray[np.float32]:
    """Orthonormal rows from a fixed seed."""
    random = np.random.Generator(np.random.PCG64(20151020)).standard_normal((128, 128))
    rows, _ = np.linalg.qr(random)
    return np.ascontiguousarray(rows.T[:BITS]).astype(np.float32)


@cache
def _centres() -> NDArray[np.float32]:
    """Each word's own projections: what lies on one side of them and what on the other."""
    return (_words() @ _directions().T).astype(np.float32)
