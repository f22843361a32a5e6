"""Picture reuse, measured: recall of 28 edits and false matches among unrelated queries, beside other methods.

    python benchmarks/bench_reuse.py [--photographs DIR] [--edited N] [--negatives N] [--out RESULTS.md]

The photographs are split by picture: thresholds were set on the even ones (in order of path), this measures the odd
ones. Half of the odd ones are references (every fourth also in a frame, and generated cards beside them), the others
are strangers. Unrelated queries are strangers plain, in frames, in the very frame of a reference, and other cards.
Without photographs (`../shared/data` is no part of the project) drawn ones take their place.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import imagehash
import numpy as np
from PIL import Image
from reuse_set.cards import card
from reuse_set.edits import EDITS
from reuse_set.frames import framed

from muniment.demo.media.photographs import mosque, school
from verify.reuse.decode import working_plane
from verify.reuse.fingerprint import Fingerprint, fingerprint
from verify.reuse.index.entries import Entry, Source
from verify.reuse.index.search import Searcher
from verify.reuse.index.segment import Row, pack_segment
from verify.reuse.pdq import pdq_dihedral
from verify.reuse.reading import tools
from verify.reuse.search import search

SEED = 7
OLD_FRAME = 9000             # seeds of the references' frames: a query may wear the same one
NEW_FRAME = 40_000
CARDS = 150
SLOW_EVERY = 12              # queries between two that the slow methods are asked


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


def photographs(folder: Path | None) -> list[Callable[[], Image.Image]]:
    """The odd photographs of a folder, or drawn ones."""
    if folder is not None:
        paths = sorted(folder.rglob("*.jpg"))[1::2]
        return [lambda path=path: Image.open(path).convert("RGB") for path in paths]
    return [lambda seed=seed: (school if seed % 2 else mosque)(np.random.default_rng(seed)).resize((640, 427))
            for seed in range(60)]


def print_of(picture: Image.Image) -> Fingerprint:
    return fingerprint(working_plane(picture.convert("L")), width=picture.width, height=picture.height)


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


def muniment_method(rows: list[Row]) -> Method:
    searcher = Searcher([pack_segment(rows)])

    def ask(_: Image.Image, made: Fingerprint) -> list[tuple[float, str]]:
        return [(hit.likeness.score, hit.entry.source.name) for hit in search(made, searcher).hits]

    return ask


def queries(references: list[Callable[[], Image.Image]], strangers: list[Callable[[], Image.Image]], edited: int,
            negatives: int) -> Iterator[tuple[str, str, Image.Image]]:
    """Edit, the reference's name or nothing, and the picture."""
    rng = np.random.default_rng(SEED)
    for number in range(min(edited, len(references))):
        picture = references[number]()
        other = strangers[number % len(strangers)]()
        for edit, make in EDITS.items():
            yield edit, str(number), make(picture, rng, [other])
    for number in range(negatives):
        stranger = strangers[number % len(strangers)]()
        kind = number % 6
        if kind in (0, 1):
            yield "plain", "", stranger
        elif kind in (2, 3):
            yield "framed", "", framed(stranger, NEW_FRAME + number)
        elif kind == 4:
            worn = 4 * int(rng.integers(0, (len(references) + 3) // 4))
            yield "same frame", "", framed(stranger, OLD_FRAME + worn)
        else:
            yield "card", "", card(10_000 + number)


def main() -> None:
    parser = argparse.ArgumentParser()
    beside = Path(__file__).resolve().parents[2] / "shared" / "data" / "3_distractor"
    default = beside if beside.is_dir() else None
    parser.add_argument("--photographs", type=Path, default=default)
    parser.add_argument("--edited", type=int, default=30)
    parser.add_argument("--negatives", type=int, default=600)
    parser.add_argument("--slow", action="store_true", help="ask ORB and crop_resistant_hash too, on a sample")
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    cv2.setNumThreads(1)

    known = photographs(given.photographs)
    order = np.random.default_rng(SEED).permutation(len(known)).tolist()
    references, strangers = [known[i] for i in order[::2]], [known[i] for i in order[1::2]]
    named = [(f"plain:{number}", make()) for number, make in enumerate(references)]
    named += [(f"framed:{number}", framed(references[number](), OLD_FRAME + number))
              for number in range(0, len(references), 4)]
    named += [(f"card:{number}-card", card(number)) for number in range(CARDS)]
    begun = time.process_time()
    rows = [Row(entry=Entry(source=Source(collection="bench", name=name, sha256="")), fingerprint=print_of(picture))
            for name, picture in named]
    per_picture = (time.process_time() - begun) / len(rows)

    hashes = {"ahash": imagehash.average_hash, "dhash": imagehash.dhash, "phash": imagehash.phash,
              "whash": lambda picture: imagehash.whash(picture, image_scale=64)}
    methods: dict[str, Method] = {"Muniment": muniment_method(rows)}
    for name, make in hashes.items():
        methods[f"{name} <= 10"] = hash_method(named, lambda p, m=make: m(p).hash.reshape(1, -1), 10)
    pdq = {"PDQ <= 31": 1, "PDQ8 <= 31": 8}
    for name, count in pdq.items():
        methods[name] = hash_method(named, lambda p, c=count: np.unpackbits(
            pdq_dihedral(working_plane(p.convert("L")))[:c], axis=1), 31)
    slow = {"ORB >= 20 inliers (sample)": orb_method(named),
            "crop_resistant_hash (sample)": crop_resistant_method(named)} if given.slow else {}

    tallies = {name: Tally() for name in (*methods, *slow)}
    accused: list[str] = []
    for count, (edit, truth, picture) in enumerate(queries(references, strangers, given.edited, given.negatives)):
        made = print_of(picture)
        for name, ask in (methods | (slow if count % SLOW_EVERY == 0 else {})).items():
            begun = time.process_time()
            found = ask(picture, made)
            tallies[name].take(edit, truth, found, time.process_time() - begun)
            if name == "Muniment" and {other.split(":", 1)[-1] for _, other in found} - {truth}:
                accused.append(f"{edit} {truth or '-'} -> {found}")
        if count % 100 == 0:
            print(f"{count} queries", flush=True)
    text = report(tallies, rows, per_picture)
    print(text)
    print("\n".join(accused))
    if given.out:
        given.out.write_text(text, encoding="utf-8")


def report(tallies: dict[str, Tally], rows: list[Row], per_picture: float) -> str:
    """The tables, as Markdown."""
    names = list(tallies)
    size = sum(array.nbytes for array in pack_segment(rows).arrays().values()) / len(rows)
    lines = ["# Picture reuse: results", "",
             (f"{len(rows)} references, {sum(map(len, tallies['Muniment'].hits.values()))} edited and "
              f"{tallies['Muniment'].unrelated} unrelated queries; `make bench-reuse`."),
             "Thresholds as published, set on other photographs before this run.",
             "Versions: " + ", ".join(f"{tool.name} {tool.version}" for tool in tools()) + ".", "",
             "| | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    for edit in EDITS:
        shares = [tallies[name].hits.get(edit, []) for name in names]
        lines.append(f"| {edit} | " + " | ".join(f"{sum(one) / len(one):.2f}" if one else "-" for one in shares) + " |")
    lines.append("| **all edits** | " + " | ".join(f"**{tallies[name].recall:.3f}**" for name in names) + " |")
    lines.append("| unrelated queries with a match | "
                 + " | ".join(f"{tallies[name].accused} of {tallies[name].unrelated}" for name in names) + " |")
    lines.append("| edited queries that also match another | "
                 + " | ".join(str(tallies[name].wrong) for name in names) + " |")
    pooled = [tallies[name].pooled() for name in names]
    lines.append("| micro-AP | " + " | ".join(f"{area:.3f}" for area, _ in pooled) + " |")
    lines.append("| recall at 90 % precision | " + " | ".join(f"{recall:.3f}" for _, recall in pooled) + " |")
    lines.append("| ms CPU a query, search only | "
                 + " | ".join(f"{1000 * statistics.mean(tallies[name].seconds):.0f}" if tallies[name].seconds else "-"
                              for name in names) + " |")
    lines += ["", f"Fingerprinting a picture: {1000 * per_picture:.0f} ms CPU, {size / 1000:.0f} kB in the index.", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
