"""The WACZ of a bundle: the WARC records that the events name, with the blocks they name, and no others.

1. ZIP readers cannot disagree about it: it ends with its directory, no two members share a name, none is encrypted,
   WARC members are stored as they are.
2. The members are those that datapackage.json lists, with the sizes and hashes it gives.
3. Each record that a present body names is there once, its block with that hash and length, for that address.
4. A record that no body names is not there, but for warcinfo. Where bodies are withheld, one of them may name it.
5. Records may be absent only where they are of items that were not selected.
6. Where the list of its files is signed (wacz-auth), that signature holds.
"""

import hashlib
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, BinaryIO, cast

from evidence_store.errors import FormatError, LimitExceeded, WarcDamaged
from evidence_store.findings import Outcome
from evidence_store.records import BlobRef, Sha256, WarcRef
from evidence_store.warc.fields import target_uri
from evidence_store.warc.members import Damage
from evidence_store.warc.model import WarcType
from evidence_store.warc.reader import Record, records_in
from evidence_store.warc.wacz_reader import ZIP_ERRORS
from verify.bundle.account import Account
from verify.bundle.collector import Collector
from verify.bundle.listing import Listing, path_problem
from verify.foreign.brought import Brought
from verify.foreign.wacz_auth import check_signed_data

WACZ = "data/capture.wacz"
PACKAGE, DIGEST = "datapackage.json", "datapackage-digest.json"
MAX_DIRECTORY = 8 << 20       # bytes of the ZIP's directory; ours has about ten members
MAX_PACKAGE = 16 << 20        # bytes of datapackage.json
MAX_DAMAGES = 100             # after which a WARC is given up: a file of rubbish has millions
SLACK = 64 << 20              # bytes of records beyond what the ledger names: more is a decompression bomb
END_RECORD = 22               # bytes of the ZIP's end record without a comment
READ_SIZE = 1 << 20


def check_wacz(bag: Listing, account: Account, found: Collector) -> None:
    """Everything above."""
    run = _Run(account, found)
    if WACZ in bag.files:
        with found.failing("wacz.form", WACZ), bag.open(WACZ) as file:
            _check_end(file)
            try:
                with zipfile.ZipFile(file) as archive:
                    _check_members(archive)
                    _check_package(archive)
                    _check_signature(archive, found)
                    for name in archive.namelist():
                        if name.startswith("archive/"):
                            with archive.open(name) as stream:
                                run.check_warc(name, stream, archive.getinfo(name).file_size)
            except ZIP_ERRORS as error:
                raise FormatError(f"it cannot be read: {error}") from error
    run.check_all_there()
    found.passed("wacz.form", "wacz.members", "wacz.target", "wacz.unlisted", subject=WACZ,
                 summary=f"{len(run.seen)} WARC records are as they were recorded")


def _check_end(file: BinaryIO) -> None:
    """Rule 1: the directory is the last thing, and of a size that can be read."""
    length = file.seek(0, 2)
    file.seek(max(length - END_RECORD, 0))
    end = file.read(END_RECORD)
    if end[:4] != b"PK\x05\x06" or int.from_bytes(end[12:16], "little") > MAX_DIRECTORY:
        raise FormatError("it is not a ZIP file that ends with its directory")


def _check_members(archive: zipfile.ZipFile) -> None:
    """Rule 1."""
    infos = archive.infolist()
    if len({info.filename.casefold() for info in infos}) != len(infos):
        raise FormatError("it holds two members of one name")
    for info in infos:
        stored = info.compress_type == zipfile.ZIP_STORED
        deflated = info.compress_type == zipfile.ZIP_DEFLATED and not info.filename.startswith("archive/")
        within = 0 <= info.header_offset < archive.start_dir
        if path_problem(info.filename) or info.flag_bits & 1 or not (within and (stored or deflated)):
            raise FormatError(f"it holds a member that may not be there: {info.filename[:100]!r}")


def _check_package(archive: zipfile.ZipFile) -> None:
    """Rule 2."""
    package = _read_small(archive, PACKAGE)
    try:
        resources = {str(one["path"]): (str(one["hash"]), one["bytes"]) for one in json.loads(package)["resources"]}
        digest = str(json.loads(_read_small(archive, DIGEST))["hash"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise FormatError(f"{PACKAGE} or {DIGEST} cannot be read") from error
    if digest != f"sha256:{hashlib.sha256(package).hexdigest()}":
        raise FormatError(f"{DIGEST} is not of this {PACKAGE}")
    if resources.keys() != set(archive.namelist()) - {PACKAGE, DIGEST}:
        raise FormatError(f"{PACKAGE} does not list the members that are there")
    for name, listed in resources.items():
        with archive.open(name) as stream:
            actual = _measure(stream, archive.getinfo(name).file_size)
        if (f"sha256:{actual.sha256}", actual.length) != listed:
            raise FormatError(f"{name} is not the file that {PACKAGE} lists")


def _check_signature(archive: zipfile.ZipFile, found: Collector) -> None:
    """Rule 6. Whose key it is says the seal of the bundle, which covers the archive."""
    document = json.loads(_read_small(archive, DIGEST))
    signed = document.get("signedData") if isinstance(document, dict) else None
    if not isinstance(signed, dict):
        return
    own = Collector()
    check_signed_data(WACZ, signed, str(document["hash"]), Brought(), own)
    failed = next((one for one in own.findings if one.outcome is Outcome.FAIL), None)
    if failed is not None:
        found.fail(failed.check, WACZ, failed.summary)
    else:
        found.passed("wacz.signature", subject=WACZ,
                     summary="its own signature holds; who vouches for it is who sealed the bundle")


def _read_small(archive: zipfile.ZipFile, name: str) -> bytes:
    if name not in archive.namelist() or archive.getinfo(name).file_size > MAX_PACKAGE:
        raise FormatError(f"there is no {name}, or it is too large")
    with archive.open(name) as stream:
        return stream.read(MAX_PACKAGE)


class _Run:
    """One pass over the WARC files of a WACZ."""

    def __init__(self, account: Account, found: Collector) -> None:
        self.seen: set[str] = set()
        self._account, self._found = account, found
        named = (ref.length for refs in account.records.values() for ref in refs)
        self._budget = SLACK + sum(named)

    def check_warc(self, name: str, stream: IO[bytes], size: int) -> None:
        """Rules 3 and 4 for one file; FormatError for damage, LimitExceeded for a bomb."""
        damages = 0
        for one in records_in(Path(name), cast("BinaryIO", stream), size):
            if isinstance(one, Damage):
                damages += 1
                self._found.fail("wacz.form", f"{name} at {one.offset}", f"it is damaged ({one.fault}): {one.detail}")
                if damages > MAX_DAMAGES:
                    raise FormatError(f"{name} is damaged in more than {MAX_DAMAGES} places")
                continue
            self._budget -= one.fields.content_length or 0
            if self._budget < 0:
                raise LimitExceeded(f"{name} holds far more than the ledger names")
            self._check_record(name, one)

    def check_all_there(self) -> None:
        """Rule 5."""
        for record in sorted(self._account.records.keys() - self.seen - self._account.left_out_records()):
            self._found.fail("wacz.members", record, "an event names this record; the WACZ does not hold it")

    def _check_record(self, name: str, record: Record) -> None:
        identifier = record.fields.record_id
        try:
            block = _measure(record, record.fields.content_length or 0)
        except WarcDamaged as error:
            self._found.fail("wacz.form", f"{name} at {record.offset}", str(error))
            return
        named = self._account.records.get(identifier)
        if identifier in self.seen:
            self._found.fail("wacz.members", identifier, f"{name} holds this record a second time")
        self.seen.add(identifier)
        if named is None:
            if record.fields.type is not WarcType.WARCINFO:
                outcome = Outcome.INCONCLUSIVE if self._account.absent else Outcome.FAIL
                self._found.add("wacz.unlisted", outcome, identifier, "no event in the bundle names this record")
            return
        ref = WarcRef(record=identifier, sha256=block.sha256, length=block.length)
        self._found.require("wacz.members", identifier, "its block is not the one that was recorded",
                            holds=named == {ref})
        exchange = self._account.exchanges.get(identifier)
        if exchange is not None:
            self._found.require("wacz.target", identifier, "it is of another address than the event says",
                                holds=record.fields.uri == target_uri(exchange.url))


def _measure(stream: "IO[bytes] | Record", limit: int) -> BlobRef:
    digest, length = hashlib.sha256(), 0
    for data in _pieces(stream):
        digest.update(data)
        length += len(data)
        if length > limit:
            raise LimitExceeded("it is longer than it says")
    return BlobRef(sha256=Sha256(digest.hexdigest()), length=length)


def _pieces(stream: "IO[bytes] | Record") -> Iterator[bytes]:
    while data := stream.read(READ_SIZE):
        yield data
