"""The bag: exactly the files of its two manifests, each as listed (RFC 8493, docs/formats.md section 8).

1. A manifest line is `HEX64`, two blanks, path, LF; sorted by path, each path once, payload and tag files apart.
2. A listed file that is absent is *missing*; one with another hash is *changed*; each is named.
3. A file in neither manifest was added; only seals, tokens over the seal and litter may stand unlisted.
4. The declaration is that of BagIt 1.0, there is no fetch.txt, and Payload-Oxum is what is there.
"""

import re
from collections.abc import Mapping

from evidence_store.errors import EvidenceError, FormatError
from evidence_store.progress import Progress
from evidence_store.records import Sha256
from verify.bundle.collector import Collector
from verify.bundle.listing import Listing, is_litter, path_problem

TAGMANIFEST, MANIFEST = "tagmanifest-sha256.txt", "manifest-sha256.txt"
DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
PAYLOAD = "data/"
MAX_SMALL = 64 << 10         # bytes of bagit.txt and bag-info.txt
MAX_LINE = 1024              # bytes of a manifest line; ours are below 200
MAX_LINES = 1_000_000
TASK = "files"

_LINE = re.compile(rb"([0-9a-f]{64})  ([^\r\n]+)\n")
_UNLISTED = re.compile(r"tagmanifest-sha256\.txt(\.[0-9a-f]{16}\.sig|\.[A-Za-z0-9_-]{1,40}\.tsr)?", re.ASCII)


def check_bag(bag: Listing, found: Collector, progress: Progress) -> Mapping[str, str]:
    """Everything above; the fields of bag-info.txt."""
    _check_declaration(bag, found)
    tags, payload = _read_manifest(bag, TAGMANIFEST, found), _read_manifest(bag, MANIFEST, found)
    progress.start(TASK, len(tags) + len(payload), "files")
    _check_files(bag, TAGMANIFEST, tags, found, progress)
    _check_files(bag, MANIFEST, payload, found, progress)
    progress.finish(TASK)
    _check_nothing_added(bag, {*tags, *payload}, found)
    fields = _read_info(bag, found)
    sizes = [bag.files[path] for path in payload if path in bag.files]
    oxum = f"{sum(sizes)}.{len(sizes)}"
    found.require("bag.oxum", "bag-info.txt", f"does not say Payload-Oxum: {oxum}",
                  holds=fields.get("Payload-Oxum") == oxum)
    found.passed("bag.declaration", "bag.fetch", "bag.missing", "bag.unlisted", "bag.oxum", subject="",
                 summary=f"a whole bag: {len(tags) + len(payload)} files, none missing, none added")
    return fields


def _check_declaration(bag: Listing, found: Collector) -> None:
    with found.failing("bag.declaration", "bagit.txt"):
        if bag.read("bagit.txt", MAX_SMALL) != DECLARATION:
            raise FormatError("it is not the declaration of a BagIt 1.0 bag")
    found.require("bag.fetch", "fetch.txt", "a bundle is whole; nothing may be fetched from elsewhere",
                  holds="fetch.txt" not in bag.files)


def _read_manifest(bag: Listing, name: str, found: Collector) -> Mapping[str, Sha256]:
    """Hash by path (rule 1)."""
    check, listed, last = f"{_kind(name)}.form", dict[str, Sha256](), ""
    with found.failing(check, name), bag.open(name) as file:
        for number, line in enumerate(iter(lambda: file.readline(MAX_LINE), b""), start=1):
            match = _LINE.fullmatch(line)
            if match is None or number > MAX_LINES:
                raise FormatError(f"line {number} is not `hash, two blanks, path`, as Muniment writes it")
            path = match[2].decode("utf-8", "backslashreplace")
            where = f"line {number} of {name}"
            problem = path_problem(path)
            if problem:
                found.fail("bag.path", path, f"{problem} ({where})")
                continue
            found.require(check, path, f"{where} lists it again, or out of order", holds=path > last)
            found.require(check, path, f"{where} lists a file of the other manifest",
                          holds=path.startswith(PAYLOAD) == (name == MANIFEST))
            listed.setdefault(path, Sha256(match[1].decode()))
            last = max(last, path)
    found.passed(check, subject=name, summary=f"{len(listed)} files are listed, in the one form")
    return listed


def _check_files(bag: Listing, name: str, listed: Mapping[str, Sha256], found: Collector, progress: Progress) -> None:
    """Rule 2."""
    check = f"{_kind(name)}.sha256"
    for path, sha256 in listed.items():
        if found.require("bag.missing", path, f"it is missing; {name} lists it", holds=path in bag.files):
            found.require(check, path, f"it was changed: it is not the file that {name} lists",
                          holds=bag.sha256(path) == sha256)
        progress.advance(TASK, note=path)
    found.passed(check, subject=name, summary=f"{len(listed)} files are as listed")


def _check_nothing_added(bag: Listing, listed: set[str], found: Collector) -> None:
    """Rule 3."""
    for path in sorted({"bagit.txt", "bag-info.txt", MANIFEST} - listed):
        found.fail("bag.unlisted", path, f"{TAGMANIFEST} does not list it")
    for path in sorted(bag.files.keys() - listed):
        if not is_litter(path) and not _UNLISTED.fullmatch(path):
            found.fail("bag.unlisted", path, "it is in no manifest: it was added after sealing")


def _read_info(bag: Listing, found: Collector) -> Mapping[str, str]:
    try:
        text = bag.read("bag-info.txt", MAX_SMALL).decode("utf-8", "backslashreplace")
    except EvidenceError as error:
        found.fail("bag.declaration", "bag-info.txt", str(error))
        return {}
    return dict(line.split(": ", 1) for line in text.split("\n") if ": " in line)


def _kind(manifest: str) -> str:
    return manifest.partition("-")[0]
