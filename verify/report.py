"""What a verification gives back: every finding, and the answer in plain words.

1. The answer follows from the findings alone; "could not check" is never a yes.
2. The sentences are those of verify.py and verify.sh, word for word: three verifiers, one answer.
"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from evidence_store.custody.publickey import PublicKey
from evidence_store.findings import Finding, Outcome, combine

LIMITS = ("Proves: these bytes existed when the seal was made, and the holder of its key vouched for them.",
          "Does not prove: that a server told the truth, or that the holder of the key did.")
SIGNER_CHECK = "seal.signer"

_UNCHANGED = {"bundle": "Nothing in this bundle changed since it was sealed: ",
              "case": "Everything in this case is as it was recorded: ",
              "warc": "Every record of this file has the digest it was written with: ",
              "arc": "Every record of this file can be read whole: ",
              "wacz": "This file holds what it lists, and its records the digests they were written with: ",
              "bag": "This bag holds what its manifests list: ",
              "zipped bag": "This bag holds what its manifests list: ",
              "zip": "Every member of this archive comes out whole: ",
              "timestamp": "This timestamp is as it was signed: ",
              "opentimestamps": "This proof of time holds: ",
              "checkpoint": "This checkpoint is as it was signed: ",
              "signature": "This signature holds: ",
              "media": "This file can be read whole, and is as it was signed if it was: ",
              "document": "What can be checked in this document holds: ",
              "folder": "This folder holds what it should: ",
              "encrypted": "What is in this file is as it was: ",
              "file": "This file is as it was: "}
_UNSIGNED = "YES. It carries no signature: who made it, and when, is not shown."
_SIGNERS = frozenset({"wacz.signer", "c2pa.signer", "time.signer", "checkpoint.signer"})


class TargetKind(StrEnum):
    """What was verified."""

    BUNDLE = "bundle"
    CASE = "case"
    WARC = "warc"             # a file of others, or one out of a case; signed by nobody
    ARC = "arc"
    WACZ = "wacz"
    BAG = "bag"               # of others; ours are bundles
    ZIPPED_BAG = "zipped bag"
    ZIP = "zip"
    TAR = "tar"               # plain or compressed, with a bag in it or not
    TIMESTAMP = "timestamp"   # RFC 3161
    OPENTIMESTAMPS = "opentimestamps"
    CHECKPOINT = "checkpoint"
    SIGNATURE = "signature"   # SSHSIG
    MEDIA = "media"           # with or without a C2PA manifest
    DOCUMENT = "document"     # JSON
    FOLDER = "folder"
    ENCRYPTED = "encrypted"
    FILE = "file"             # of no form that carries a proof

    @property
    def is_ours(self) -> bool:
        """Written by Muniment, and verified as a whole."""
        return self in (TargetKind.BUNDLE, TargetKind.CASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealer:
    """Who sealed a bundle."""

    key: PublicKey
    principal: str            # whom the list of trusted signers says it is; "" when it is not confirmed

    @property
    def name(self) -> str:
        """How people are told the key: the upper-case digits of its file name."""
        return self.key.key16.upper()


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyReport:
    """All that a verification found."""

    target: Path
    kind: TargetKind
    findings: tuple[Finding, ...]
    sealer: Sealer | None = None      # None: no seal that holds, or a case

    @property
    def outcome(self) -> Outcome:
        """Fail, else inconclusive where anything is open or nothing passed, else pass."""
        return combine(self.findings)

    @property
    def failures(self) -> tuple[Finding, ...]:
        """The findings that make it fail."""
        return tuple(finding for finding in self.findings if finding.outcome is Outcome.FAIL)

    @property
    def open(self) -> tuple[Finding, ...]:
        """What could not be checked or confirmed."""
        return tuple(finding for finding in self.findings if finding.outcome in {Outcome.INCONCLUSIVE, Outcome.ERROR})

    @property
    def answer(self) -> str:
        """The answer in one or two sentences, for somebody who reads nothing else."""
        unchanged = _UNCHANGED[self.kind]
        if self.failures:
            return self._refusal(unchanged)
        open_checks = {finding.check for finding in self.open}
        if not self.kind.is_ours:
            return f"{unchanged}{self._of_others(open_checks)}"
        if open_checks - {SIGNER_CHECK} or (self.outcome is not Outcome.PASS and not open_checks):
            return f"{unchanged}COULD NOT BE CHECKED in full; what is open is listed below."
        if self.sealer is None:
            return f"{unchanged}YES."
        if not self.sealer.principal:
            return (f"{unchanged}YES. Sealed by key {self.sealer.name}: not yet confirmed; "
                    "ask the sender to read you its words.")
        return (f"{unchanged}YES. Sealed by key {self.sealer.name}: confirmed, your list of trusted signers says "
                f"{self.sealer.principal}.")

    def _of_others(self, open_checks: set[str]) -> str:
        if self.outcome is Outcome.PASS:
            signed = any(finding.check in _SIGNERS and finding.outcome is Outcome.PASS for finding in self.findings)
            return "YES. Who signed it is confirmed, as said below." if signed else _UNSIGNED
        if open_checks and open_checks <= _SIGNERS:
            return "YES. Who signed it is not confirmed, as said below."
        return "COULD NOT BE CHECKED in full; what is open is listed below."

    def _refusal(self, unchanged: str) -> str:
        if self.sealer and {finding.check for finding in self.failures} == {SIGNER_CHECK}:
            return (f"DO NOT RELY ON THIS BUNDLE: it is sealed by key {self.sealer.name}, "
                    "which your list of trusted signers does not confirm.")
        return f"{unchanged}NO. Do not rely on it; what is wrong is listed below."
