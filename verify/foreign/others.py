"""Targets of which nothing can be verified: named for what they are, with the hash by which they are known again."""

import hashlib
import os
from pathlib import Path

from evidence_store.findings import Outcome
from verify.bundle.collector import Collector
from verify.foreign.litter import is_litter

MAX_FILES = 1_000_000


def check_unknown(path: Path, found: Collector) -> None:
    """A file of no form that carries its own proof."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    found.add("file.form", Outcome.INCONCLUSIVE, path.name,
              "it is of no form that carries a hash, a signature or a time of its own: compare its SHA-256 with one "
              f"that somebody kept: {digest}")


def check_encrypted(path: Path, found: Collector) -> None:
    """A file that age encrypted: what is in it is only known to those it is for."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    found.add("file.encrypted", Outcome.INCONCLUSIVE, path.name,
              f"it is encrypted with age: decrypt it (`age -d`), then verify what comes out; SHA-256 {digest}")


def check_folder(path: Path, found: Collector) -> None:
    """A folder that is neither case, bundle nor bag."""
    count = 0
    for folder, _, names in os.walk(path):
        for name in names:
            count += 1
            if is_litter(name):
                found.neutral("folder.litter", str(Path(folder, name).relative_to(path)),
                              "warning: an operating system left it here")
        if count > MAX_FILES:
            break
    if not count:
        found.fail("folder.empty", path.name, "there are no files in the folder")
        return
    found.add("folder.form", Outcome.INCONCLUSIVE, path.name,
              f"it holds {count} files, but no manifest, ledger or seal: nothing says what should be in it")
