"""Make the visual words of `verify/reuse/index` from photographs: train_vocabulary.py OUT.npy PICTURE..."""

import sys
from pathlib import Path

import cv2
import faiss
import numpy as np

from verify.reuse.features import as_floats, features_of
from verify.reuse.index.vocabulary import WORDS

SEED = 20151020
SAMPLE = 120_000
ROUNDS = 10


def main(out: Path, pictures: list[str]) -> None:
    cv2.setNumThreads(1)
    found = []
    for name in pictures:
        plane = cv2.imread(name, cv2.IMREAD_GRAYSCALE)
        if plane is None:
            continue
        zoom = 512 / max(plane.shape)
        found.append(features_of(cv2.resize(plane, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_AREA)).descriptors)
    descriptors = np.concatenate(found)
    chosen = np.random.default_rng(SEED).permutation(len(descriptors))[:SAMPLE]
    floats = as_floats(descriptors[chosen])
    kmeans = faiss.Kmeans(128, WORDS, niter=ROUNDS, seed=SEED, spherical=True, max_points_per_centroid=64)
    kmeans.train(floats)
    np.save(out, np.clip(np.rint(kmeans.centroids * 512), 0, 255).astype(np.uint8))
    print(f"{len(descriptors)} descriptors of {len(found)} pictures, {len(floats)} used")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
