"""The nouns of a bundle: what is asked for, what comes in ready-made, what was written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from evidence_store.events import SealToken
from evidence_store.records import ItemId, Sha256, Tool


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleOptions:
    """Which bundle, for whom, with what."""

    bundle_id: str                             # 32 hex digits, random
    recipient: str                             # a person's words or a pseudonym; stands in the ledger
    software: Tool                             # what writes the bundle: stands in bag-info.txt
    not_selected: tuple[ItemId, ...] = ()      # items whose bytes and WARC members are left out; their events stay
    withheld: tuple[ItemId, ...] = ()          # items of which nothing is said at all
    withheld_seqs: tuple[int, ...] = ()        # events whose bodies are left out, whatever they speak of
    predecessor: str = ""                      # id of the bundle that this one follows; "": the recipient's last one
    sign_captures: bool = False                # anonymously, for programs that look for it; its bytes differ each time


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleDocuments:
    """Files made elsewhere that stand at the top of the bundle: for people, and to verify with."""

    start_here: bytes                          # START-HERE.html
    report: bytes                              # report.html
    verify_txt: bytes                          # VERIFY.txt
    verify_sh: bytes                           # verify.sh
    verify_py: bytes                           # verify.py
    others: Mapping[str, bytes] = field(default_factory=dict)   # by path in the bundle: case.jsonld ...

    def files(self) -> Mapping[str, bytes]:
        """Content by path."""
        return {
            "START-HERE.html": self.start_here, "report.html": self.report, "VERIFY.txt": self.verify_txt,
            "verify.sh": self.verify_sh, "verify.py": self.verify_py, **self.others,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenBundle:
    """A bundle that was written and sealed."""

    path: Path
    bundle_id: str
    checkpoint_size: int                       # ledger lines in it
    tagmanifest_sha256: Sha256
    held: int                                  # items in the case
    included: int                              # of them, with their bytes
    not_selected: int
    withheld: int
    withheld_events: int
    files: int                                 # listed by the manifests
    payload_octets: int
    attributed_only: tuple[str, ...]           # fingerprints of revoked keys with events that no checkpoint proves
    dragged: tuple[tuple[ItemId, str], ...] = ()   # withheld though nobody asked for it, and why
    unsearched: tuple[tuple[str, str], ...] = ()   # places that could not be searched for who is visible, and why
    seal_tokens: tuple[SealToken, ...] = ()    # timestamps over the seal, had when it was made
