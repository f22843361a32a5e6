"""Foreign BagIt bags: what they declare is there, whole, and nothing else is (RFC 8493).

1. Every file is hashed with every algorithm that lists it: no fast mode, no "completeness only".
2. Nothing is followed out of the bag: no link, no path that leads elsewhere on any system, no address in fetch.txt.
3. A file that is *missing*, one that was *changed* and one that was *added* are told apart; litter of operating
   systems is a warning.
4. Names that only case or Unicode form tells apart are two files here and one elsewhere: that is said.
5. Nobody signed a bag: its manifests show accidents, and whoever can write the bag can write them anew.
"""

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from evidence_store.errors import EvidenceError, FormatError
from evidence_store.findings import Outcome
from verify.bundle.collector import Collector
from verify.foreign.bag_manifest import (
    ALGORITHMS,
    MAX_TAG_FILE,
    WEAK,
    Declaration,
    ManifestLine,
    decoded,
    guess_declaration,
    parse_declaration,
    parse_fetch,
    parse_info,
    parse_manifest,
)
from verify.foreign.litter import is_litter
from verify.foreign.zip_reader import folded, name_problem

MAX_FILES, MAX_DEPTH = 1_000_000, 64
READ_SIZE = 1 << 20
DECLARATION, FETCH, PAYLOAD = "bagit.txt", "fetch.txt", "data/"
INFO = ("bag-info.txt", "package-info.txt")       # the second in versions before 0.95


@dataclass(slots=True)
class _Bag:
    """A bag as it lies there, and what its manifests say."""

    root: Path
    found: Collector
    files: dict[str, int] = field(default_factory=dict)                        # sizes by path, plain files only
    declared: Declaration = field(default_factory=lambda: Declaration(version=(1, 0), encoding="utf-8"))
    payload: dict[str, dict[str, str]] = field(default_factory=dict)           # algorithm -> path -> digest
    tags: dict[str, dict[str, str]] = field(default_factory=dict)
    fetched: set[str] = field(default_factory=set)

    def read(self, name: str) -> bytes:
        if self.files.get(name, 0) > MAX_TAG_FILE:
            raise FormatError(f"{name} is larger than {MAX_TAG_FILE} bytes")
        return (self.root / name).read_bytes()


def check_bag_folder(root: Path, found: Collector) -> None:
    """Everything above, for the bag in a folder."""
    bag = _Bag(root=root, found=found)
    for path, size in _list(root, found):
        bag.files[path] = size
    _check_declaration(bag)
    _read_fetch(bag)
    _read_manifests(bag)
    wanted = _check_complete(bag)
    _check_twins(bag)
    _check_hashes(bag, wanted)
    _check_added(bag)
    _check_info(bag)
    found.passed("bag.declaration", "bag.path", "bag.link", subject=root.name,
                 summary=f"a bag of version {bag.declared.version[0]}.{bag.declared.version[1]}: {len(bag.files)} "
                         "files, no links")


def _list(root: Path, found: Collector) -> Iterator[tuple[str, int]]:
    """The plain files, links not followed (rule 2)."""
    waiting, count = [("", 0)], 0
    while waiting:
        folder, depth = waiting.pop()
        with os.scandir(root / folder) as entries:
            for entry in entries:
                path, mode = folder + entry.name, entry.stat(follow_symlinks=False)
                count += 1
                if count > MAX_FILES:
                    raise FormatError(f"the bag has more than {MAX_FILES} files")
                if stat.S_ISDIR(mode.st_mode) and depth < MAX_DEPTH:
                    waiting.append((f"{path}/", depth + 1))
                elif stat.S_ISREG(mode.st_mode):
                    yield path, mode.st_size
                elif stat.S_ISLNK(mode.st_mode):
                    found.fail("bag.link", path, "it is a link: its content is not in the bag")
                else:
                    found.fail("bag.link", path, "it is no plain file, or lies too deep")


def _check_declaration(bag: _Bag) -> None:
    if DECLARATION not in bag.files:
        bag.found.fail("bag.declaration", DECLARATION, "it is missing: nothing declares this a bag")
        return
    data = bag.read(DECLARATION)
    try:
        bag.declared = parse_declaration(data)
    except EvidenceError as error:
        bag.found.fail("bag.declaration", DECLARATION, str(error))
        bag.declared = guess_declaration(data)
    if not (0, 93) <= bag.declared.version <= (1, 0):
        bag.found.fail("bag.declaration", DECLARATION, f"there is no version "
                                                       f"{bag.declared.version[0]}.{bag.declared.version[1]}")


def _read_fetch(bag: _Bag) -> None:
    if FETCH not in bag.files:
        return
    with bag.found.failing("bag.fetch", FETCH):
        for line in parse_fetch(bag.read(FETCH), bag.declared.encoding):
            path = _actual(bag, line.path)
            if _check_path(bag, path, FETCH, PAYLOAD):
                bag.fetched.add(path)
    absent = len(bag.fetched - bag.files.keys())
    bag.found.neutral("bag.fetch", FETCH, f"{len(bag.fetched)} files may be fetched from elsewhere, {absent} of "
                                          "which are not here; nothing was fetched: what is here was checked")


def _read_manifests(bag: _Bag) -> None:
    names = sorted(path for path in bag.files if "/" not in path and path.endswith(".txt"))
    for name in names:
        kind, dash, algorithm = name.removesuffix(".txt").lower().partition("-")
        if not dash or kind not in ("manifest", "tagmanifest"):
            continue
        if algorithm not in ALGORITHMS:
            bag.found.add("bag.manifest", Outcome.INCONCLUSIVE, name, f"the algorithm {algorithm!r} is not known here")
            continue
        listed = (bag.payload if kind == "manifest" else bag.tags).setdefault(algorithm, {})
        with bag.found.failing("bag.manifest", name):
            for line in parse_manifest(bag.read(name), bag.declared.encoding, algorithm):
                _take_line(bag, name, line, listed)
    bag.found.require("bag.manifest", "", "there is no manifest of the payload", holds=bool(bag.payload))
    weak = sorted(WEAK & bag.payload.keys()) if not bag.payload.keys() - WEAK else []
    if weak:
        bag.found.neutral("bag.algorithm", "", f"only {' and '.join(weak)}: shows accidents; somebody who wants to "
                                               "can make another file with the same hash")
    if not bag.tags:
        bag.found.neutral("bag.tagmanifest", "", "there is no tag manifest: a change of bag-info.txt, of the "
                                                 "manifests or of any other file outside data/ would not show")


def _take_line(bag: _Bag, name: str, line: ManifestLine, listed: dict[str, str]) -> None:
    path = _actual(bag, line.path)
    if not _check_path(bag, path, name, PAYLOAD if name.startswith("manifest") else ""):
        return
    if line.starred or line.dotted:
        bag.found.neutral("bag.lines", name, f"line {line.number} is written as md5sum writes it, not as the "
                                             "standard says")
    if path in listed:
        same = listed[path] == line.digest
        strict = bag.declared.version >= (1, 0) or not same
        bag.found.add("bag.manifest", Outcome.FAIL if strict else Outcome.INCONCLUSIVE, path,
                      f"line {line.number} of {name} lists it again, with {'the same' if same else 'another'} hash")
    listed.setdefault(path, line.digest)


def _actual(bag: _Bag, path: str) -> str:
    """The file that a line means: as it is written, else with its escapes undone."""
    return path if path in bag.files or decoded(path) not in bag.files else decoded(path)


def _check_path(bag: _Bag, path: str, where: str, within: str) -> bool:
    problem = name_problem(path)
    if not problem and (path.startswith("~") or (path.startswith("%") and "\\" in path)):
        problem = "a shell takes the name for a home folder"
    if not problem and not path.startswith(within):
        problem = f"it is not below {within}"
    if problem:
        bag.found.fail("bag.path", path, f"{problem} ({where})")
    return not problem


def _check_complete(bag: _Bag) -> Mapping[str, None]:
    """Rule 3, what is missing; the listed files that are here."""
    listed: dict[str, None] = {}
    for manifests in (bag.payload, bag.tags):
        for digests in manifests.values():
            listed |= dict.fromkeys(digests)
    for path in listed:
        if path not in bag.files:
            twin = next((other for other in bag.files if folded(other) == folded(path)), None)
            if path in bag.fetched:
                bag.found.add("bag.missing", Outcome.INCONCLUSIVE, path, "it is to be fetched from elsewhere, and is "
                                                                         "not here")
            elif twin is not None:
                bag.found.add("bag.twins", Outcome.INCONCLUSIVE, path, f"it is missing; here is {twin!r}, which is "
                                                                       "told from it "
                                                                      "only by case or Unicode form")
            elif is_litter(path):
                bag.found.add("bag.missing", Outcome.INCONCLUSIVE, path, "it is missing; operating systems make and "
                                                                         "delete such files by themselves")
            else:
                bag.found.fail("bag.missing", path, "it is missing; a manifest lists it")
    present = {path: None for path in listed if path in bag.files}
    for algorithm, digests in bag.payload.items():
        for path in (path for path in bag.files if path.startswith(PAYLOAD) and path not in digests):
            others = any(path in other for other in bag.payload.values())
            if others and bag.declared.version >= (1, 0):
                bag.found.fail("bag.manifest", path, f"manifest-{algorithm}.txt does not list it; another manifest "
                                                     "does")
    return present


def _check_twins(bag: _Bag) -> None:
    """Rule 4."""
    names: dict[str, str] = {}
    for path in sorted({*bag.files, *(path for digests in bag.payload.values() for path in digests)}):
        other = names.setdefault(folded(path), path)
        if other == path:
            continue
        differ = any(digests.get(path) != digests.get(other) for digests in bag.payload.values())
        bag.found.add("bag.twins", Outcome.FAIL if differ else Outcome.INCONCLUSIVE, path,
                      f"only case or Unicode form tells it from {other!r}; "
                      + ("they differ, and which of them is seen depends on the "
                         "system" if differ else "they have one hash"))


def _check_hashes(bag: _Bag, present: Mapping[str, None]) -> None:
    """Rule 1."""
    for path in present:
        wanted = {(algorithm, digests[path]) for manifests in (bag.payload, bag.tags)
                  for algorithm, digests in manifests.items() if path in digests}
        actual = _digests(bag.root / path, {algorithm for algorithm, _ in wanted})
        wrong = sorted(algorithm for algorithm, digest in wanted if actual[algorithm] != digest)
        right = sorted({algorithm for algorithm, _ in wanted} - set(wrong))
        if wrong:
            both = f"; it has its {', '.join(right)}: the manifests contradict each other" if right else ""
            bag.found.fail("bag.changed", path, f"it was changed: it does not have its {', '.join(wrong)}{both}")
    for kind, manifests in (("payload", bag.payload), ("tag", bag.tags)):
        for algorithm, digests in manifests.items():
            bag.found.passed(f"bag.{kind}", subject=algorithm,
                             summary=f"{sum(path in bag.files for path in digests)} {kind} files have their "
                                     f"{algorithm}")
    bag.found.passed("bag.missing", "bag.changed", subject="", summary=f"{len(present)} listed files are here, "
                                                                       "unchanged")


def _digests(path: Path, algorithms: set[str]) -> Mapping[str, str]:
    hashes = {name: hashlib.new(name, usedforsecurity=False) for name in algorithms}
    with path.open("rb", buffering=0) as file:
        while data := file.read(READ_SIZE):
            for one in hashes.values():
                one.update(data)
    return {name: one.hexdigest() for name, one in hashes.items()}


def _check_added(bag: _Bag) -> None:
    """Rule 3, what nobody lists."""
    payload = {path for digests in bag.payload.values() for path in digests}
    tags = {path for digests in bag.tags.values() for path in digests}
    for path in sorted(bag.files):
        listed = path in payload or path in tags or (path.startswith("tagmanifest-") and "/" not in path)
        if is_litter(path):
            bag.found.neutral("bag.litter", path, "warning: an operating system left it here"
                                                  + ("; the manifest lists it" if listed else ""))
        elif not listed and path.startswith(PAYLOAD):
            bag.found.fail("bag.added", path, "no manifest lists it: it was added")
        elif path == FETCH and not listed:
            bag.found.neutral("bag.added", path, "no tag manifest lists it; nothing of it is used here")
        elif not listed and bag.tags:
            bag.found.add("bag.added", Outcome.INCONCLUSIVE, path, "no tag manifest lists it: nothing says that it "
                                                                   "belongs here")
    bag.found.passed("bag.added", subject="", summary="every file is listed")


def _check_info(bag: _Bag) -> None:
    name = next((name for name in INFO if name in bag.files), None)
    if name is None:
        return
    with bag.found.failing("bag.info", name):
        oxum = parse_info(bag.read(name), bag.declared.encoding).get("payload-oxum", [])
        sizes = [size for path, size in bag.files.items() if path.startswith(PAYLOAD)]
        actual = f"{sum(sizes)}.{len(sizes)}"
        absent = any(path not in bag.files for digests in bag.payload.values() for path in digests)
        for stated in oxum:
            if stated != actual:      # where listed files are missing that has been said, and this only follows from it
                bag.found.add("bag.oxum", Outcome.INCONCLUSIVE if absent else Outcome.FAIL, name,
                              f"it says Payload-Oxum {stated}; there are {actual} (bytes.files)")
        if oxum:
            bag.found.passed("bag.oxum", subject=name, summary=f"Payload-Oxum is {actual}")
