"""Reuse at scale, in CPU time: exact hash search, feature search, fingerprints of large pictures, near-duplicates.

    python benchmarks/bench_reuse_scale.py [hashes] [features] [tiers] [pictures] [duplicates] [--out RESULTS.md]

Hashes are uniform with planted neighbours; the features of 100,000 pictures are those of real ones, drawn and jittered
(words as they are distributed, signatures with as many bits flipped as copies have); the pictures are drawn.
"""

import argparse
import io
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import faiss
import imagehash
import numpy as np
from bench_reuse import named_references, photographs, print_of, queries, row_of, split
from PIL import Image, ImageEnhance
from reuse_set.edits import EDITS
from reuse_set.results import replace_section

from verify.reuse.binary import as_binary
from verify.reuse.decode import decode, working_plane
from verify.reuse.duplicates import NEAR, pairs, quick_hash
from verify.reuse.fingerprint import fingerprint, hashed_plane
from verify.reuse.index.entries import Entry, Source
from verify.reuse.index.hashes import HashIndex
from verify.reuse.index.search import Searcher
from verify.reuse.index.segment import PICTURE, VIEW, Segment, pack_segment
from verify.reuse.model import Tier
from verify.reuse.pdq import pdq
from verify.reuse.search import search
from verify.sandbox.readers import hash_image

BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data" / "3_distractor"
PLANTED = 200
RADIUS = 31
FLIPPED = 13 / 64             # bits of a signature that differ between two copies of a keypoint


def timed(run: Callable[[], object], times: int = 1) -> float:
    """CPU milliseconds of one run."""
    begun = time.process_time()
    for _ in range(times):
        run()
    return 1000 * (time.process_time() - begun) / times


def hashes(count: int = 10_000_000) -> str:
    rng = np.random.default_rng(1)
    stored = rng.integers(0, 256, (count, 32), dtype=np.uint8)
    at = rng.choice(count, PLANTED, replace=False)
    asked = stored[at].copy()
    for number in range(PLANTED):
        for bit in rng.choice(256, number % (RADIUS + 1), replace=False):
            asked[number, bit // 8] ^= 1 << (bit % 8)
    index = HashIndex(stored)
    del stored
    found = index.near(asked, RADIUS)
    recall = len(set(zip(range(PLANTED), at.tolist(), strict=True))
                 & set(zip(found.query.tolist(), found.number.tolist(), strict=True))) / PLANTED
    batch = timed(lambda: index.near(asked, RADIUS)) / PLANTED
    single = timed(lambda: index.near(asked[:1], RADIUS), 5)
    read = timed(index.read_once, 5)
    return "\n".join([
        f"{count:,} hashes of 256 bits, radius {RADIUS}, one thread:", "",
        "| | |", "|---|---|", f"| batch of {PLANTED} | {batch:.1f} ms a query |",
        f"| one query | {single:.1f} ms, {single / read:.2f} times reading the index once ({read:.1f} ms) |",
        f"| recall of planted neighbours at 0 to {RADIUS} bits | {recall:.3f} |",
        f"| memory and disk | {index.nbytes / count:.0f} bytes a hash |"])


def features(count: int = 100_000) -> str:
    references, _ = split(photographs(BESIDE if BESIDE.is_dir() else None, odd=True))
    real = pack_segment([row_of(f"plain:{number}", make()) for number, make in enumerate(references[:120])])
    rng = np.random.default_rng(2)
    large = _drawn_from(real, count, rng)
    begun = time.process_time()
    searcher = Searcher([real, large])
    loading = time.process_time() - begun
    found, spent = 0, []
    names = [name for name in ("jpeg q30", "crop 40 %", "mirror", "post", "photo of a screen") if name in EDITS]
    asked = 0
    for number in range(8):
        for name in names:
            query = print_of(EDITS[name](references[number](), rng, [references[number + 30]()]), asked=True)
            begun = time.process_time()
            hits = search(query, searcher).hits
            spent.append(time.process_time() - begun)
            found += f"plain:{number}" in {hit.entry.source.name for hit in hits}
            asked += 1
    memory = 2 * (large.words.nbytes + large.signatures.nbytes) + 4 * large.words.size
    per = np.mean([len(view) for view in [real.words]]) / len(real.pictures)
    disk = sum(array.nbytes for array in real.arrays().values()) / len(real.pictures)
    return "\n".join([
        f"{count:,} pictures, {per:.0f} features each, one thread:", "", "| | |", "|---|---|",
        f"| a search, candidates and dense comparison | {np.mean(spent):.2f} s mean, {max(spent):.2f} s at most |",
        f"| found among them ({', '.join(names)}) | {found} of {asked} |",
        f"| opening the index | {loading:.1f} s |",
        f"| memory: words, signatures and owners of all features | {memory / 2**30:.1f} GiB |",
        f"| disk, with descriptors and planes for dense comparison | {disk * count / 2**30:.1f} GiB |"])


def _drawn_from(real: Segment, count: int, rng: np.random.Generator) -> Segment:
    """A segment of pictures whose features are those of real ones, jittered; planes and descriptors are shared."""
    views, pool = real.views, len(real.words)
    sizes = rng.choice(views["features"], count).astype(np.int64)
    starts = (rng.random(count) * np.maximum(pool - sizes, 1)).astype(np.int64)
    at = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes) + np.repeat(starts, sizes)
    signatures = real.signatures[at]
    for bit in range(64):
        signatures ^= (rng.random(len(at), dtype=np.float32) < FLIPPED).astype(np.uint64) << np.uint64(bit)
    table = np.zeros(count, VIEW)
    like = views[rng.integers(0, len(views), count)]
    for name in ("box", "quality", "height", "width", "plane"):
        table[name] = like[name]
    table["picture"], table["feature"], table["features"] = np.arange(count), starts, sizes
    pictures = np.zeros(count, PICTURE)
    pictures["entry"], pictures["view"], pictures["views"] = np.arange(count), np.arange(count), 1
    pictures["width"], pictures["height"] = 640, 480
    entry = Entry(source=Source(collection="large", name="drawn", sha256=""))
    return Segment((entry,) * count, real.arrays() | {
        "pictures": pictures, "views": table, "hashes": rng.integers(0, 256, (count, 32), dtype=np.uint8),
        "words": real.words[at], "signatures": signatures})


def tiers(edited: int = 3, negatives: int = 60) -> str:
    """RootSIFT and ORB on the same references and queries."""
    references, strangers = split(photographs(BESIDE if BESIDE.is_dir() else None, odd=True))
    rows = [row_of(name, picture) for name, picture in named_references(references)[::2]]
    known = {row.entry.source.name.split(":")[1] for row in rows}
    segments = {tier: pack_segment(rows, tier) for tier in Tier}
    searchers = {tier: Searcher([segment]) for tier, segment in segments.items()}
    found, wrong, spent, asked = dict.fromkeys(Tier, 0), dict.fromkeys(Tier, 0), dict.fromkeys(Tier, 0.0), [0, 0]
    for edit, truth, picture in queries(references, strangers, EDITS, 2 * edited, negatives):
        if truth and (truth not in known or int(truth) % 2):
            continue
        query = print_of(picture, asked=True)
        asked[not truth] += 1
        for tier, searcher in searchers.items():
            begun = time.process_time()
            names = {hit.entry.source.name.split(":")[1] for hit in search(query, searcher).hits}
            spent[tier] += time.process_time() - begun
            found[tier] += truth in names
            wrong[tier] += bool(names - {truth})
            if names != ({truth} if truth else set()):
                print(f"{tier.value}: {edit} {truth or '-'} -> {sorted(names)}", flush=True)
    plane = working_plane(references[0]().convert("L"))
    whole = timed(lambda: fingerprint(plane, width=640, height=480), 5)
    less = timed(lambda: as_binary(fingerprint(plane, width=640, height=480, described=False)), 5)
    sizes = {tier: sum(array.nbytes for array in one.arrays().values()) / len(rows) / 1000
             for tier, one in segments.items()}
    one, two = Tier.ROOTSIFT, Tier.ORB
    return "\n".join([
        f"{len(rows)} references, {asked[0]} queries of the 28 edits and {asked[1]} unrelated ones;",
        "the same rules decide.",
        "", "| | RootSIFT | ORB |", "|---|---|---|",
        f"| edited queries found | {found[one]} of {asked[0]} | {found[two]} of {asked[0]} |",
        f"| queries with a false match | {wrong[one]} of {sum(asked)} | {wrong[two]} of {sum(asked)} |",
        f"| CPU ms a search | {1000 * spent[one] / sum(asked):.0f} | {1000 * spent[two] / sum(asked):.0f} |",
        f"| CPU ms to fingerprint a picture that is decoded | {whole:.0f} | {less:.0f} |",
        f"| kB in the index a picture | {sizes[one]:.0f} | {sizes[two]:.0f} |"])


def pictures() -> str:
    rng = np.random.default_rng(3)
    known = photographs(BESIDE if BESIDE.is_dir() else None, odd=False)
    pixels = np.asarray(known[0]().resize((4000, 3000), Image.Resampling.LANCZOS), np.float32)
    large = Image.fromarray(np.clip(pixels + rng.normal(0, 4, pixels.shape), 0, 255).astype(np.uint8))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "large.jpg"
        large.save(path, quality=90)

        def whole() -> None:
            made = decode(path)
            fingerprint(made.working, width=made.width, height=made.height)

        def documented() -> None:
            for make in (imagehash.average_hash, imagehash.dhash, imagehash.phash, imagehash.whash):
                with Image.open(path) as image:
                    make(image)

        rows = {"all fingerprints (decode, regions, PDQ x 8, features, plane)": timed(whole, 3),
                "PDQ alone, decode included": timed(lambda: pdq(hashed_plane(decode(path).working)), 3),
                "quick hash, decode included": timed(lambda: quick_hash(path), 3),
                "recorded imagehash set (a, d, p, w), decode included": timed(lambda: hash_image(path), 3),
                "imagehash a, d, p, w as documented": timed(documented, 2)}
    slow = rows["imagehash a, d, p, w as documented"] / 4
    full, quick = rows["PDQ alone, decode included"], rows["quick hash, decode included"]
    lines = [f"| {name} | {spent:.0f} ms |" for name, spent in rows.items()]
    return "\n".join(["A JPEG of 12 megapixels (a photograph enlarged, with noise), CPU:", "",
                      "| | |", "|---|---|", *lines,
                      f"| imagehash's time for one of its hashes, as a multiple of PDQ's | {slow / full:.1f} |",
                      f"| ... of the quick hash's | {slow / quick:.1f} |"])


def duplicates(count: int = 500) -> str:
    """Originals of the odd photographs first; the four of each are near-duplicates of one another."""
    known = photographs(BESIDE if BESIDE.is_dir() else None, odd=True)
    known = (known + photographs(BESIDE if BESIDE.is_dir() else None, odd=False))[:count]
    with TemporaryDirectory() as name:
        folder = Path(name)
        for number, make in enumerate(known):
            _four(make(), folder, number)
        files = sorted(folder.glob("*.jpg"))
        begun = time.process_time()
        found = pairs([quick_hash(file) for file in files], NEAR)
        spent = time.process_time() - begun
        ours = [(files[pair.first].name, files[pair.second].name) for pair in found]
        theirs, theirs_spent = _czkawka(folder)
    lines = ["| | CPU s | true pairs | false pairs |", "|---|---|---|---|",
             _row("Muniment, hash tier", ours, spent, count)]
    lines.append(_row("czkawka 0.1.2 (binding), default", theirs, theirs_spent, count) if theirs is not None else
                 "| czkawka 0.1.2 (binding), as measured before on other pictures | 4.3 | 0.92 of them | 0 |")
    return "\n".join([f"{len(files):,} pictures: {count} photographs, each at quality 90 and 55, half as large,",
                      f"and cut by 2 % a side and brightened; {6 * count:,} true pairs.", "", *lines])


def _four(picture: Image.Image, folder: Path, number: int) -> None:
    width, height = picture.size
    cut = picture.crop((round(width * 0.02), round(height * 0.02), round(width * 0.98), round(height * 0.98)))
    picture.save(folder / f"{number:04d}a.jpg", quality=90)
    picture.save(folder / f"{number:04d}b.jpg", quality=55)
    picture.resize((width // 2, height // 2), Image.Resampling.LANCZOS).save(folder / f"{number:04d}c.jpg", quality=85)
    ImageEnhance.Brightness(cut).enhance(1.15).save(folder / f"{number:04d}d.jpg", quality=85)


def _row(name: str, found: list[tuple[str, str]], spent: float, count: int) -> str:
    true = sum(one[:4] == other[:4] for one, other in found)
    return f"| {name} | {spent:.1f} | {true:,} ({true / (6 * count):.3f}) | {len(found) - true:,} |"


def _czkawka(folder: Path) -> tuple[list[tuple[str, str]] | None, float]:
    """Its own pairs, and CPU seconds of its process with one thread; None where it is not installed."""
    code = ("import sys, time, pathlib, itertools, czkawka\n"
            "finder = czkawka.ImageSimilarity()\n"
            "finder.set_directories([pathlib.Path(sys.argv[1])])\n"
            "start = time.process_time()\n"
            "groups = finder.find_similar()\n"
            "print(time.process_time() - start)\n"
            "for group in groups:\n"
            "    for one, other in itertools.combinations(sorted(str(getattr(g, 'path', g)) for g in group), 2):\n"
            "        print(pathlib.Path(one).name, pathlib.Path(other).name)\n")
    done = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=False)
    if done.returncode:
        return None, 0.0
    first, *rest = io.StringIO(done.stdout).read().splitlines()
    return [tuple(line.split()) for line in rest], float(first)  # type: ignore[misc]


PARTS = {"hashes": ("Hash search", hashes), "features": ("Feature search", features),
         "tiers": ("Two tiers of features", tiers),
         "pictures": ("Fingerprinting", pictures), "duplicates": ("Near-duplicates by hash alone", duplicates)}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], default=[])
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    cv2.setNumThreads(1)
    faiss.omp_set_num_threads(1)
    for name in given.parts or PARTS:
        title, run = PARTS[name]
        text = run()
        print(f"## {title}\n{text}\n", flush=True)
        if given.out:
            replace_section(given.out, title, text)


if __name__ == "__main__":
    main()
