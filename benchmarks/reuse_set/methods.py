"""What is compared: Muniment's engine and others, each asked with a picture and answering with scored names."""

from collections.abc import Callable
from dataclasses import dataclass, field

import cv2
import imagehash
import numpy as np
from PIL import Image

from verify.reuse.fingerprint import Fingerprint
from verify.reuse.index.search import Searcher
from verify.reuse.index.segment import Segment
from verify.reuse.search import search


@dataclass(slots=True)
class Tally:
    """One method's answers."""

    hits: dict[str, list[bool]] = field(default_factory=dict)      # by edit
    accused: int = 0                                               # unrelated queries with a match
    unrelated: int = 0
    wrong: int = 0                                                 # edited queries with a match that is another picture
    ranked: list[tuple[float, bool]] = field(default_factory=list)  # pooled: score, right
    seconds: list[float] = field(default_factory=list)

    def take(self, edit: str, truth: str, found: list[tuple[float, str]], seconds: float) -> None:
        names = {name.split(":", 1)[-1] for _, name in found}
        self.seconds.append(seconds)
        best: dict[str, float] = {}       # a reference and its framed copy are one picture
        for score, name in found:
            picture = name.split(":", 1)[-1]
            best[picture] = max(score, best.get(picture, score))
        self.ranked += [(score, bool(truth) and picture == truth) for picture, score in best.items()]
        if truth:
            self.hits.setdefault(edit, []).append(truth in names)
            self.wrong += bool(names - {truth})
        else:
            self.unrelated += 1
            self.accused += bool(names)

    def add(self, other: "Tally") -> None:
        """Take what another one counted, too."""
        for edit, hits in other.hits.items():
            self.hits.setdefault(edit, []).extend(hits)
        self.accused += other.accused
        self.unrelated += other.unrelated
        self.wrong += other.wrong
        self.ranked += other.ranked
        self.seconds += other.seconds

    @property
    def recall(self) -> float:
        found = [one for hits in self.hits.values() for one in hits]
        return sum(found) / max(1, len(found))

    def pooled(self) -> tuple[float, float]:
        """Micro average precision, and recall at 90 % precision, over all queries' ranked answers."""
        positives = sum(len(hits) for hits in self.hits.values())
        right = area = best = 0.0
        for rank, (_, good) in enumerate(sorted(self.ranked, key=lambda one: -one[0]), start=1):
            right += good
            area += good * right / rank
            if right / rank >= 0.9:
                best = right / max(1, positives)
        return area / max(1, positives), best


Method = Callable[[Image.Image, Fingerprint], list[tuple[float, str]]]


def hash_method(references: list[tuple[str, Image.Image]], make: Callable[[Image.Image], np.ndarray],
                limit: int) -> Method:
    """A hash of bits per picture, all its variants in rows; a match is a distance up to the limit."""
    table = np.stack([np.packbits(make(picture)[0]) for _, picture in references])

    def ask(picture: Image.Image, _: Fingerprint) -> list[tuple[float, str]]:
        variants = np.packbits(make(picture), axis=1)
        apart = np.bitwise_count(variants[:, None] ^ table[None]).sum(axis=2).min(axis=0)
        return [(-float(apart[index]), references[index][0]) for index in np.flatnonzero(apart <= limit)]

    return ask


def orb_method(references: list[tuple[str, Image.Image]]) -> Method:
    """ORB, ratio test, RANSAC homography, at least 20 inliers."""
    orb, matcher = cv2.ORB.create(500), cv2.BFMatcher(cv2.NORM_HAMMING)
    known = [(name, *orb.detectAndCompute(np.asarray(picture.convert("L")), None)) for name, picture in references]

    def ask(picture: Image.Image, _: Fingerprint) -> list[tuple[float, str]]:
        points, descriptors = orb.detectAndCompute(np.asarray(picture.convert("L")), None)
        found = []
        for name, others, theirs in known:
            if descriptors is None or theirs is None or len(theirs) < 2:
                continue
            good = [pair[0] for pair in matcher.knnMatch(descriptors, theirs, k=2)
                    if len(pair) == 2 and pair[0].distance < 0.8 * pair[1].distance]
            if len(good) >= 20:
                _, mask = cv2.findHomography(np.float32([points[m.queryIdx].pt for m in good]),
                                             np.float32([others[m.trainIdx].pt for m in good]), cv2.RANSAC, 5.0)
                inliers = 0 if mask is None else int(mask.sum())
                if inliers >= 20:
                    found.append((float(inliers), name))
        return found

    return ask


def crop_resistant_method(references: list[tuple[str, Image.Image]]) -> Method:
    """imagehash.crop_resistant_hash with its own matching."""
    known = [(name, imagehash.crop_resistant_hash(picture)) for name, picture in references]

    def ask(picture: Image.Image, _: Fingerprint) -> list[tuple[float, str]]:
        mine = imagehash.crop_resistant_hash(picture)
        return [(float(mine.hash_diff(theirs)[0]), name) for name, theirs in known if mine.matches(theirs)]

    return ask


def muniment_method(segments: list[Segment]) -> Method:
    searcher = Searcher(segments)

    def ask(_: Image.Image, made: Fingerprint) -> list[tuple[float, str]]:
        return [(hit.likeness.score, hit.entry.source.name) for hit in search(made, searcher).hits]

    return ask
