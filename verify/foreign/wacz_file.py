"""WACZ files that others made: what is listed is there as listed, nothing else is, and the index tells the truth.

1. As a ZIP, every reader finds the same members in it.
2. datapackage.json lists every member with its size and hash; datapackage-digest.json has the hash of that list.
3. The records of its WARC files are whole and have their digests; its index, derived again, is theirs.
4. Its signature, if it has one, is over that hash (wacz-auth). One without a signature shows accidents only: whoever
   can write the file can write all of its hashes anew.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from evidence_store.errors import EvidenceError, FormatError
from evidence_store.findings import Outcome
from evidence_store.warc.entries import keyed_entries_of
from evidence_store.warc.model import RecordEntry
from evidence_store.warc.reader import records_in
from verify.bundle.collector import Collector
from verify.foreign.brought import Brought
from verify.foreign.litter import is_litter
from verify.foreign.slices import member_file
from verify.foreign.wacz_auth import check_signed_data
from verify.foreign.wacz_index import check_index
from verify.foreign.warc_file import check_records
from verify.foreign.zip_file import check_members, open_archive
from verify.foreign.zip_reader import ZipArchive, ZipMember

PACKAGE, DIGEST = "datapackage.json", "datapackage-digest.json"
MAX_PACKAGE = 64 << 20        # bytes of datapackage.json, its digest, or a list of pages
MAX_PAGES = 1_000_000
_ALGORITHMS = ("sha256", "sha512", "sha384", "sha1", "md5")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Resource:
    """A member as datapackage.json lists it."""

    path: str
    digest: str               # "algorithm:hex"
    length: int | None


def check_wacz_file(path: Path, brought: Brought, found: Collector) -> None:
    """Everything above."""
    with path.open("rb") as file:
        _check(path.name, file, brought, found)


def _check(name: str, file: BinaryIO, brought: Brought, found: Collector) -> None:
    archive = open_archive(name, file, found)
    if archive is None:
        return
    bombs = {problem.subject for problem in archive.problems if problem.rule == "bomb"}
    sound = tuple(member for member in archive.members if member.name not in bombs and not member.is_folder)
    check_members(archive, sound, found)
    _check_package(archive, sound, found)
    entries = tuple(_check_warcs(archive, sound, found))
    check_index(archive, entries, found)
    _check_pages(archive, {entry.uri for entry in entries}, found)
    _check_digest(archive, brought, found)


def _check_package(archive: ZipArchive, sound: tuple[ZipMember, ...], found: Collector) -> None:
    """Rule 2."""
    try:
        listed = {one.path: one for one in _resources(_document(archive, PACKAGE))}
    except EvidenceError as error:
        found.fail("wacz.package", PACKAGE, str(error))
        return
    members = {member.name: member for member in sound}
    for one in listed.values():
        member = members.get(one.path)
        if member is None:
            found.fail("wacz.missing", one.path, f"it is missing; {PACKAGE} lists it")
            continue
        with found.failing("wacz.changed", one.path):
            _compare(archive, member, one, found)
    for name in sorted(members.keys() - listed.keys() - {PACKAGE, DIGEST}):
        if not is_litter(name):
            found.fail("wacz.unlisted", name, f"{PACKAGE} does not list it: it was added, and a program for replay "
                                              "may use it")
    found.passed("wacz.package", "wacz.missing", "wacz.changed", "wacz.unlisted", subject=PACKAGE,
                 summary=f"{len(listed)} files are there as listed, and no others")


def _compare(archive: ZipArchive, member: ZipMember, listed: _Resource, found: Collector) -> None:
    algorithm, _, expected = listed.digest.partition(":")
    if algorithm not in _ALGORITHMS:
        found.add("wacz.changed", Outcome.INCONCLUSIVE, listed.path, f"{PACKAGE} gives it no hash that is known here")
        return
    digest = hashlib.new(algorithm, usedforsecurity=False)
    for piece in archive.pieces(member):
        digest.update(piece)
    same = digest.hexdigest() == expected.lower() and listed.length in (None, member.size)
    found.require("wacz.changed", listed.path, f"it was changed: it is not the file that {PACKAGE} lists", holds=same)


def _resources(document: Mapping[str, object]) -> Iterator[_Resource]:
    resources = document.get("resources")
    if not isinstance(resources, list) or not resources:
        raise FormatError("it lists no files")
    for one in resources:
        if not isinstance(one, dict) or not isinstance(one.get("path"), str):
            raise FormatError("an entry of it names no file")
        stats = one.get("stats")
        fields = stats if isinstance(stats, dict) else one         # WACZ 0.1 and before
        digest, length = str(fields.get("hash", "")), fields.get("bytes")
        if ":" not in digest and digest:
            digest = f"{one.get('hashing', 'sha256')}:{digest}"
        yield _Resource(path=one["path"], digest=digest, length=length if isinstance(length, int) else None)


def _document(archive: ZipArchive, name: str) -> Mapping[str, object]:
    member = archive.find(name)
    if member is None:
        raise FormatError("it is missing")
    try:
        document = json.loads(archive.read(member, MAX_PACKAGE))
    except (ValueError, RecursionError) as error:
        raise FormatError("it is not JSON") from error
    if not isinstance(document, dict):
        raise FormatError("it is not an object")
    return document


def _check_warcs(archive: ZipArchive, sound: tuple[ZipMember, ...], found: Collector) -> Iterator[RecordEntry]:
    """Rule 3; the records that could be read."""
    warcs = [member for member in sound if member.name.startswith("archive/") and ".warc" in member.name.lower()]
    if not warcs:
        found.fail("wacz.archive", "archive/", "it holds no WARC file")
    for member in warcs:
        with found.failing("warc.damage", member.name), member_file(archive, member) as file:
            path = Path(member.name)
            check_records(member.name, records_in(path, file, member.size), found)
            yield from (entry for entry, _ in keyed_entries_of(records_in(path, file, member.size))
                        if isinstance(entry, RecordEntry))


def _check_pages(archive: ZipArchive, addresses: set[str], found: Collector) -> None:
    member = archive.find("pages/pages.jsonl")
    if member is None:
        found.neutral("wacz.pages", "pages/pages.jsonl", "it lists no pages")
        return
    with found.failing("wacz.pages", member.name):
        pages = list(_pages(archive.read(member, MAX_PACKAGE)))
        absent = [url for url in pages if url not in addresses]
        for url in absent:
            found.add("wacz.pages", Outcome.INCONCLUSIVE, url, "it is listed as a page; no record of it is here")
        found.passed("wacz.pages", subject=member.name, summary=f"{len(pages)} pages are listed, each with a record")


def _pages(data: bytes) -> Iterator[str]:
    for line in data.split(b"\n")[:MAX_PAGES]:
        try:
            page = json.loads(line) if line.strip() else None
        except (ValueError, RecursionError) as error:
            raise FormatError("a line of it is not JSON") from error
        if isinstance(page, dict) and isinstance(page.get("url"), str):
            yield page["url"]


def _check_digest(archive: ZipArchive, brought: Brought, found: Collector) -> None:
    """Rules 2 and 4."""
    member = archive.find(PACKAGE)
    if archive.find(DIGEST) is None or member is None:
        found.add("wacz.digest", Outcome.INCONCLUSIVE, DIGEST, f"it is missing: nothing says that {PACKAGE} is as it "
                                                               "was")
        return
    with found.failing("wacz.digest", DIGEST):
        document = _document(archive, DIGEST)
        actual = f"sha256:{hashlib.sha256(archive.read(member, MAX_PACKAGE)).hexdigest()}"
        found.require("wacz.digest", DIGEST, f"it is not of this {PACKAGE}", holds=document.get("hash") == actual)
        found.passed("wacz.digest", subject=DIGEST, summary=f"{PACKAGE} is the list that it is of")
        signed = document.get("signedData")
        if isinstance(signed, dict):
            check_signed_data(DIGEST, signed, actual, brought, found)
        else:
            found.neutral("wacz.signature", DIGEST, "there is no signature: nobody vouches for it, and all of its "
                                                    "hashes could be written anew")
