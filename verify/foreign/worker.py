"""The process in which targets of others are read: `python -m verify.foreign.worker MEMORY_BYTES`.

A request names the kind of the target, its path and what the verifier brought along; the answer is its findings.
"""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from evidence_store.errors import EvidenceError
from evidence_store.findings import Outcome
from verify.bundle.collector import Collector
from verify.foreign.answer import encode_findings
from verify.foreign.bag import check_bag_folder
from verify.foreign.brought import Brought, brought_of
from verify.foreign.documents import check_document
from verify.foreign.media import check_media
from verify.foreign.others import check_encrypted, check_folder, check_unknown
from verify.foreign.signed_files import check_checkpoint_file, check_signature_file
from verify.foreign.tar_file import check_tar_file
from verify.foreign.timestamps import check_ots_file, check_timestamp_file
from verify.foreign.wacz_file import check_wacz_file
from verify.foreign.warc_file import check_arc_file, check_warc_file
from verify.foreign.zip_file import check_zip_file
from verify.report import TargetKind
from verify.sandbox.worker import serve

MAX_SCRATCH = 8 << 30         # bytes of a temporary file: a WARC that stands deflated in a WACZ

CHECKERS: Mapping[TargetKind, Callable[[Path, Brought, Collector], None]] = {
    TargetKind.WARC: lambda path, _, found: check_warc_file(path, found),
    TargetKind.ARC: lambda path, _, found: check_arc_file(path, found),
    TargetKind.ZIP: lambda path, _, found: check_zip_file(path, found),
    TargetKind.TAR: lambda path, _, found: check_tar_file(path, found),
    TargetKind.WACZ: check_wacz_file,
    TargetKind.BAG: lambda path, _, found: check_bag_folder(path, found),
    TargetKind.FOLDER: lambda path, _, found: check_folder(path, found),
    TargetKind.TIMESTAMP: check_timestamp_file,
    TargetKind.OPENTIMESTAMPS: check_ots_file,
    TargetKind.CHECKPOINT: check_checkpoint_file,
    TargetKind.SIGNATURE: check_signature_file,
    TargetKind.MEDIA: check_media,
    TargetKind.DOCUMENT: check_document,
    TargetKind.ENCRYPTED: lambda path, _, found: check_encrypted(path, found),
    TargetKind.FILE: lambda path, _, found: check_unknown(path, found),
}


def answer(kind: TargetKind, path: Path, brought: Brought) -> bytes:
    """The findings on one target, as a line."""
    found = Collector()
    try:
        CHECKERS[kind](path, brought, found)
    except EvidenceError as error:
        found.fail("target.form", path.name, str(error))
    except OSError as error:
        found.add("target.read", Outcome.ERROR, path.name, f"it cannot be read: {error.strerror or error}")
    return encode_findings(found.findings)


def _reader(kind: TargetKind) -> Callable[[Path, str], bytes]:
    return lambda path, brought: answer(kind, path, brought_of(brought))


if __name__ == "__main__":
    serve(int(sys.argv[1]), {kind.value: _reader(kind) for kind in CHECKERS}, writes=MAX_SCRATCH)
