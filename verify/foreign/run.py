"""The verification of a target that others made, in a process of its own."""

import os
from collections.abc import Iterator
from pathlib import Path

from evidence_store.findings import Finding, Outcome
from evidence_store.progress import NoProgress, Progress
from verify.foreign.answer import decode_findings
from verify.foreign.brought import Brought
from verify.foreign.recognise import kind_of_file, kind_of_folder
from verify.report import TargetKind, VerifyReport
from verify.sandbox.process import ReaderFailed, Sandbox, SandboxLimits

SECONDS = 60.0                # for a target of any size; a hostile one gets no more than this and its size allow
BYTES_A_SECOND = 10 << 20     # of a large target: hashed, inflated and read by two readers, on a slow machine
MEMORY = 3 << 30              # bytes: two copies of the largest picture that is decoded
ANSWER = 32 << 20             # bytes of findings
TASK = "verify"

_UNWATCHED = NoProgress()


def verify_foreign(path: Path, brought: Brought, progress: Progress = _UNWATCHED) -> VerifyReport:
    """Check whatever stands at `path`; what is wrong, or could not be looked at, is a finding, never an exception."""
    try:
        kind = kind_of_folder(path) if path.is_dir() else kind_of_file(path)
        # a bag in a ZIP file is unpacked first, by who has a place for it
        findings = () if kind is TargetKind.ZIPPED_BAG else tuple(_ask(kind, path, brought, progress))
    except OSError as error:
        kind, findings = TargetKind.FILE, (_unread(path, f"it cannot be read: {error.strerror or error}"),)
    return VerifyReport(target=path, kind=kind, findings=findings)


def _ask(kind: TargetKind, path: Path, brought: Brought, progress: Progress) -> Iterator[Finding]:
    limits = SandboxLimits(seconds=SECONDS + _size(path) / BYTES_A_SECOND, memory=MEMORY, answer=ANSWER)
    progress.start(TASK, 1, "target")
    try:
        with Sandbox(limits, module="verify.foreign.worker") as sandbox:
            yield from sandbox.ask(kind.value, path, decode_findings, brought.to_text())
    except ReaderFailed as failed:
        yield _unread(path, f"it was not read to its end, within {limits.seconds:.0f} s and {MEMORY >> 30} GiB: "
                            f"{failed}")
    finally:
        progress.finish(TASK)


def _unread(path: Path, why: str) -> Finding:
    return Finding(check="target.read", outcome=Outcome.ERROR, subject=path.name, summary=why)


def _size(path: Path) -> int:
    """Bytes of a file, or of all files below a folder; links are not followed."""
    if not path.is_dir():
        return path.stat().st_size
    return sum(Path(folder, name).lstat().st_size for folder, _, names in os.walk(path) for name in names)
