"""Pairs that share all but the photograph, compared one by one: each that matches is a false match.

    python benchmarks/bench_reuse_hard.py [--photographs DIR] [--rounds N] [--out RESULTS.md]

The photographs are the odd ones of the folder (see bench_reuse.py), each with others in one frame, studio, room, hand,
letterhead, template, map, texture. Pairs are compared directly, as after a search that proposed them.
"""

import argparse
from collections import Counter
from pathlib import Path

import cv2
import numpy as np
from bench_reuse import SEED, photographs, print_of
from reuse_set.hard import hard_pairs
from reuse_set.results import replace_section

from verify.reuse.compare import compare
from verify.reuse.reading import tools

BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data" / "3_distractor"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--photographs", type=Path, default=BESIDE, help="of different things")
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    if not given.photographs.is_dir():
        parser.exit(0, f"no photographs in {given.photographs}: nothing was measured\n")
    cv2.setNumThreads(1)
    known = photographs(given.photographs, odd=True)
    order = np.random.default_rng(SEED).permutation(len(known))[:3 * given.rounds].tolist()
    asked, matched = Counter[str](), Counter[str]()
    for kind, one, other in hard_pairs([known[index]() for index in order], given.rounds):
        asked[kind] += 1
        if compare(print_of(one, asked=True), print_of(other)) is not None:
            matched[kind] += 1
            print(f"matched: {kind}, pair {asked[kind]}", flush=True)
    lines = ["Versions: " + ", ".join(f"{tool.name} {tool.version}" for tool in tools()) + ".", "",
             "| two pictures with all but the photograph in common | that match |", "|---|---|",
             *(f"| {kind} | {matched[kind]} of {count} |" for kind, count in asked.items()),
             f"| **all** | **{matched.total()} of {asked.total()}** |"]
    print("\n".join(lines))
    if given.out:
        replace_section(given.out, "Pictures: the same surroundings, another photograph", "\n".join(lines))


if __name__ == "__main__":
    main()
