"""Picture reuse, measured: recall of many edits and false matches among unrelated queries, beside other methods.

    python benchmarks/bench_reuse.py [--photographs DIR] [--edited N] [--negatives N] [--slow] [--out RESULTS.md]

The photographs are split by picture: thresholds were set on the even ones (in order of path), this measures the odd
ones. Half of the odd ones are references (every second also in a frame, and generated cards beside them), the others
are strangers. Unrelated queries are strangers plain, in frames, in the very frame of a reference, and other cards.
`--many N` measures with N references instead: even photographs, whole and in quarters, frames and graphics are added.
Without photographs (`../shared/data` is no part of the project) drawn ones take their place.
"""

import argparse
import multiprocessing
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import cv2
import faiss
import imagehash
import numpy as np
from PIL import Image
from reuse_set.cards import card
from reuse_set.edits import EDITS, Edit
from reuse_set.frames import framed
from reuse_set.many import many
from reuse_set.methods import Method, Tally, crop_resistant_method, hash_method, muniment_method, orb_method
from reuse_set.results import replace_section
from reuse_set.wild import WILD_EDITS, wild_framed

from muniment.demo.media.photographs import mosque, school
from verify.reuse.decode import working_plane
from verify.reuse.fingerprint import Fingerprint, fingerprint
from verify.reuse.index.entries import Entry, Source
from verify.reuse.index.segment import Row, Segment, pack_segment, read_segments
from verify.reuse.pdq import pdq_dihedral
from verify.reuse.reading import tools

SEED = 7
OLD_FRAME = 9000             # seeds of the references' frames: a query may wear the same one
NEW_FRAME = 40_000
CARDS = 150
SLOW_EVERY = 25              # queries between two that the slow methods are asked
SETS = {"first": EDITS, "second": WILD_EDITS, "both": {**EDITS, **WILD_EDITS}}
AT_ONCE = 1000               # references of a segment
Photograph = Callable[[], Image.Image]


def photographs(folder: Path | None, *, odd: bool) -> list[Photograph]:
    """The odd or even photographs of a folder, or drawn ones."""
    if folder is not None:
        paths = sorted(folder.rglob("*.jpg"))[odd::2]
        return [lambda path=path: Image.open(path).convert("RGB") for path in paths]
    return [lambda seed=seed: (school if seed % 2 else mosque)(np.random.default_rng(seed)).resize((640, 427))
            for seed in range(60)]


def print_of(picture: Image.Image, *, asked: bool = False) -> Fingerprint:
    return fingerprint(working_plane(picture.convert("L")), width=picture.width, height=picture.height, asked=asked)


def row_of(name: str, picture: Image.Image) -> Row:
    return Row(entry=Entry(source=Source(collection="bench", name=name, sha256="")), fingerprint=print_of(picture))


def split(known: list[Photograph]) -> tuple[list[Photograph], list[Photograph]]:
    """References and strangers."""
    order = np.random.default_rng(SEED).permutation(len(known)).tolist()
    return [known[i] for i in order[::2]], [known[i] for i in order[1::2]]


def named_references(references: list[Photograph]) -> list[tuple[str, Image.Image]]:
    """The references: photographs, some of them in frames too, and cards."""
    named = [(f"plain:{number}", make()) for number, make in enumerate(references)]
    named += [(f"framed:{number}", framed(references[number](), OLD_FRAME + number))
              for number in range(0, len(references), 4)]
    named += [(f"wild:{number}", wild_framed(references[number](), OLD_FRAME + number))
              for number in range(2, len(references), 4)]
    return named + [(f"card:{number}-card", card(number)) for number in range(CARDS)]


def queries(references: list[Photograph], strangers: list[Photograph], edits: Mapping[str, Edit], edited: int,
            negatives: int) -> Iterator[tuple[str, str, Image.Image]]:
    """Edit, the reference's name or nothing, and the picture."""
    rng = np.random.default_rng(SEED)
    for number in range(min(edited, len(references))):
        picture = references[number]()
        others = [strangers[(number + step) % len(strangers)]() for step in (0, 40, 80)]
        for edit, make in edits.items():
            yield edit, str(number), make(picture, rng, others)
    for number in range(negatives):
        stranger = strangers[number % len(strangers)]()
        worn = 4 * int(rng.integers(0, len(references) // 4))
        yield ("unrelated", "", (
            lambda s=stranger: s,
            lambda s=stranger, n=number: framed(s, NEW_FRAME + n),
            lambda s=stranger, n=number: wild_framed(s, NEW_FRAME + n),
            lambda s=stranger, w=worn: framed(s, OLD_FRAME + w),
            lambda s=stranger, w=worn: wild_framed(s, OLD_FRAME + 2 + w),
            lambda n=number: card(10_000 + n))[number % 6]())


def fast_methods(named: list[tuple[str, Image.Image]]) -> dict[str, Method]:
    """Hashes, with the thresholds that their authors or users name."""
    hashes = {"ahash": imagehash.average_hash, "dhash": imagehash.dhash, "phash": imagehash.phash,
              "whash": lambda picture: imagehash.whash(picture, image_scale=64)}
    methods = {f"{name} <= 10": hash_method(named, lambda p, m=make: m(p).hash.reshape(1, -1), 10)
               for name, make in hashes.items()}
    for name, count in {"PDQ <= 31": 1, "PDQ8 <= 31": 8}.items():
        methods[name] = hash_method(named, lambda p, c=count: np.unpackbits(
            pdq_dihedral(working_plane(p.convert("L")))[:c], axis=1), 31)
    return methods


def measure(methods: dict[str, Method], slow: dict[str, Method],
            asked: Iterator[tuple[str, str, Image.Image]], share: tuple[int, int]) -> dict[str, Tally]:
    """Ask every method this share of the queries (the slow ones a sample); what Muniment gets wrong is printed."""
    tallies = {name: Tally() for name in (*methods, *slow)}
    for count, (edit, truth, picture) in enumerate(asked):
        if count % share[1] != share[0]:
            continue
        made = print_of(picture, asked=True)
        for name, ask in (methods | (slow if count % SLOW_EVERY == 0 else {})).items():
            begun = time.process_time()
            found = ask(picture, made)
            tallies[name].take(edit, truth, found, time.process_time() - begun)
            names = {other.split(":", 1)[-1] for _, other in found}
            if name == "Muniment" and (names - {truth} or (truth and truth not in names)):
                print(f"{edit} {truth or '-'} -> {found}", flush=True)
        if count % 200 == 0:
            print(f"{count} queries", flush=True)
    return tallies


def in_processes(part: Callable[[int], dict[str, Tally]], jobs: int) -> list[dict[str, Tally]]:
    """What each process measured; they are forked, so that all have the references."""
    context = multiprocessing.get_context("fork")
    answers = context.SimpleQueue()
    workers = [context.Process(target=lambda number=number: answers.put(part(number))) for number in range(jobs)]
    for worker in workers:
        worker.start()
    found = [answers.get() for _ in workers]
    for worker in workers:
        worker.join()
    return found


def merged(parts: list[dict[str, Tally]]) -> dict[str, Tally]:
    """The tallies of several shares of the queries as one."""
    whole = {name: Tally() for name in parts[0]}
    for part in parts:
        for name, tally in part.items():
            whole[name].add(tally)
    return whole


def more_references(folder: Path | None, count: int, index: Path | None) -> list[Segment]:
    """References of no query: read from an index that was made before, or made now."""
    if index is not None:
        return list(read_segments(index))
    made, rows = [], []
    for name, picture in many(photographs(folder, odd=False), count):
        rows.append(row_of(f"many:{name}", picture))
        if len(rows) == AT_ONCE:
            made.append(pack_segment(rows))
            rows = []
    return [*made, pack_segment(rows)]


def main() -> None:
    parser = argparse.ArgumentParser()
    beside = Path(__file__).resolve().parents[2] / "shared" / "data" / "3_distractor"
    parser.add_argument("--photographs", type=Path, default=beside if beside.is_dir() else None)
    parser.add_argument("--edited", type=int, default=30)
    parser.add_argument("--negatives", type=int, default=750)
    parser.add_argument("--set", choices=list(SETS), default="both", help="which edits are made")
    parser.add_argument("--slow", action="store_true", help="ask ORB and crop_resistant_hash too, on a sample")
    parser.add_argument("--many", type=int, default=0, help="Muniment alone, with so many references")
    parser.add_argument("--index", type=Path, help="... which stand in this index already")
    parser.add_argument("--jobs", type=int, default=2, help="processes that share the queries")
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    cv2.setNumThreads(1)
    faiss.omp_set_num_threads(1)

    references, strangers = split(photographs(given.photographs, odd=True))
    named = named_references(references)
    begun = time.process_time()
    segments = [pack_segment([row_of(name, picture) for name, picture in named])]
    per_picture = (time.process_time() - begun) / len(named)
    fast: dict[str, Method] = {}
    slow: dict[str, Method] = {}
    if given.many:
        segments += more_references(given.photographs, given.many - len(named), given.index)
    else:
        fast = fast_methods(named)
        slow = {"ORB >= 20 inliers (sample)": orb_method(named),
                "crop_resistant_hash (sample, photographs alone)": crop_resistant_method(
                    [one for one in named if one[0].startswith("plain")])} if given.slow else {}
    methods = {"Muniment": muniment_method(segments), **fast}

    def part(number: int) -> dict[str, Tally]:
        asked = queries(references, strangers, SETS[given.set], given.edited, given.negatives)
        return measure(methods, slow, asked, (number, given.jobs))

    tallies = merged(in_processes(part, given.jobs))
    text = report(tallies, segments, per_picture)
    print(text)
    if given.out:
        count = sum(len(one.pictures) for one in segments)
        title = {"first": "the 28 edits", "second": "a second set of edits", "both": "two sets of edits"}[given.set]
        replace_section(given.out, f"Pictures: {title}, {count:,} references", text)


def report(tallies: dict[str, Tally], segments: list[Segment], per_picture: float) -> str:
    """The table, as Markdown."""
    names, mine = list(tallies), tallies["Muniment"]
    pictures = sum(len(one.pictures) for one in segments)
    size = sum(array.nbytes for one in segments for array in one.arrays().values()) / pictures
    asked = sum(map(len, mine.hits.values()))
    lines = [f"{pictures:,} references, {asked:,} edited and {mine.unrelated} unrelated queries. Of six unrelated ones",
             "one is plain, two are in new frames, two in the very frame of a reference, one is a graphic.",
             "Thresholds as published, set on other photographs before this run.",
             "Versions: " + ", ".join(f"{tool.name} {tool.version}" for tool in tools()) + ".", "",
             "| | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    for title, edits in (("all 28 edits", EDITS), ("all of the second set", WILD_EDITS)):
        if not edits.keys() & mine.hits.keys():
            continue
        lines += [f"| {edit} | " + " | ".join(_share(tallies[name], [edit]) for name in names) + " |" for edit in edits]
        lines.append(f"| **{title}** | " + " | ".join(f"**{_share(tallies[name], list(edits), 3)}**" for name in names)
                     + " |")
    rows = {
        "unrelated queries with a match": lambda one: f"{one.accused} of {one.unrelated}",
        "edited queries that also match another": lambda one: str(one.wrong),
        "micro-AP": lambda one: f"{one.pooled()[0]:.3f}",
        "recall at 90 % precision": lambda one: f"{one.pooled()[1]:.3f}",
        "ms CPU a query, search only": lambda one: f"{1000 * statistics.mean(one.seconds):.0f}" if one.seconds else "-"}
    lines += [f"| {title} | " + " | ".join(tell(tallies[name]) for name in names) + " |"
              for title, tell in rows.items()]
    lines += ["", f"Fingerprinting a picture: {1000 * per_picture:.0f} ms CPU, {size / 1000:.0f} kB in the index."]
    return "\n".join(lines)


def _share(tally: Tally, edits: list[str], digits: int = 2) -> str:
    hits = [hit for edit in edits for hit in tally.hits.get(edit, [])]
    return f"{sum(hits) / len(hits):.{digits}f}" if hits else "-"


if __name__ == "__main__":
    main()
